"""How a shortfall spreads: paths, loops, reachability, quadrants."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from cxgraph.analysis.core import AnalysisCore

if TYPE_CHECKING:
    from cxgraph.cascade.trace import Trace


class SpreadDoors(AnalysisCore):
    """How a shortfall spreads: paths, loops, reachability, quadrants."""

    def trace(self, customer: str | None = None, source: str | None = None, top: int = 20) -> Trace:
        """Return the heaviest ways from the services that fail to the customers who feel it.

        Parameters
        ----------
        customer : str, optional
            Id of one customer, or of any department, whose shortfall is traced back; all customers by default.
        source : str, optional
            Id of one department whose faults are followed; all by default.
        top : int
            How many paths, at least 1.

        Returns
        -------
        Trace
            Exactly the heaviest paths (loops allowed), with the share that each explains, what all of them explain
            together and what is on paths not shown; `Trace.to_frame` makes a table of them.

        Raises
        ------
        ParameterError
            A department that does not exist, or a `top` below 1.
        """
        from cxgraph.cascade.trace import trace_paths

        return trace_paths(self.organization, self.cascade, customer, source, top)

    def loops(self, top: int = 20) -> pd.DataFrame:
        """Return the circles of departments that serve each other, those first that multiply faults most.

        Parameters
        ----------
        top : int
            How many, at least 1.

        Returns
        -------
        DataFrame
            ``departments``, ``services`` (how many), ``gain`` (what one way round leaves of a fault), ``multiplier``
            (1 / (1 - gain)), ``circle`` ("vicious" where it returns shortfall, else "virtuous"),
            ``weakest_supplier``, ``weakest_client``, ``weakest_service`` (the one to cut), ``gain_without`` it,
            ``uncertainty`` and ``members`` (ids). ``attrs["found"]`` is the number of all loops.

        Raises
        ------
        ParameterError
            `top` is not a whole number of 1 or more.
        """
        from cxgraph.cascade.loops import loops_frame

        return loops_frame(self.organization, self.cascade, top)

    def reachability(self) -> pd.DataFrame:
        """Return each department's line of sight to the customers.

        Returns
        -------
        DataFrame
            Indexed by ``id``: ``name``, ``distance`` (fewest services to a customer; NaN where none is reached),
            ``customers`` (how many a failure can reach; NaN in networks too large to count for all, see
            `cxgraph.cascade.reachability.blast_radius`), ``weight`` (their share of the business), ``reach``,
            ``only_way_for`` (how many others reach customers through it alone) and ``served_by`` (the one department
            that serves a customer alone, a single point of failure; None elsewhere).
        """
        from cxgraph.cascade.reachability import line_of_sight

        return line_of_sight(self.cascade.network).to_frame(self.organization, self.cascade)

    def quadrants(self, cut: str | tuple[float, float] = "mean") -> pd.DataFrame:
        """Return every service in the importance-performance picture, weighted by the network.

        Parameters
        ----------
        cut : {"mean", "median"} or (float, float)
            Where the picture is divided: means, medians, or given values of reach and performance.

        Returns
        -------
        DataFrame
            ``supplier``, ``client``, ``service``, ``importance`` (reach), ``performance`` (level reached over
            expectation) and ``quadrant``; the cuts are in ``attrs``.

        Raises
        ------
        ParameterError
            Another cut.
        """
        from cxgraph.cascade.quadrants import quadrants_frame

        return quadrants_frame(self.organization, self.cascade, cut)

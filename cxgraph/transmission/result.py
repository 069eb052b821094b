"""What a calibration found: every department's transmission, its interval, and whether methods agree."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

import numpy as np
import numpy.typing as npt
import pandas as pd

from cxgraph.errors import Problem, check_whole
from cxgraph.model.arrays import Floats
from cxgraph.transmission.pooling import PROBABILITIES, draw_quantiles
from cxgraph.transmission.single_wave import Structures

Method = Literal["auto", "wave", "periods", "cases"]


@dataclass(frozen=True, eq=False)
class Calibration:
    """Every department's transmission with its interval; arrays of shape (n,).

    Attributes
    ----------
    method : str
        ``auto``, ``wave``, ``periods`` or ``cases``, as asked for.
    departments : tuple of str
        Ids.
    names : tuple of str
        Names that people know them by.
    estimate : float array
        Median of the posterior, in [0, 0.98]; of periods or cases alone its mean.
    low, high : float array
        Ends of the 90 % interval.
    sd : float array
        Posterior standard deviation.
    count : int array
        What stands behind the estimate: services (wave), services times periods, or cases.
    basis : tuple of str
        Where each estimate comes from: ``wave``, ``periods``, ``cases``, several of them joined by ``+``, or
        ``prior`` where no data bear on it.
    informed : bool array
        Whether the department's own data made the posterior clearly narrower than the prior.
    warnings : tuple of Problem
        What a reader must know before using it.
    details : mapping of str to float array
        Further columns, such as both readings of the cases.
    parts : mapping of str to Calibration
        Under ``auto`` what each kind of evidence says alone.
    """

    method: Method
    departments: tuple[str, ...]
    names: tuple[str, ...]
    estimate: Floats
    low: Floats
    high: Floats
    sd: Floats
    count: npt.NDArray[np.int64]
    basis: tuple[str, ...]
    informed: npt.NDArray[np.bool_]
    warnings: tuple[Problem, ...]
    details: Mapping[str, Floats] = field(default_factory=dict)
    parts: Mapping[str, Calibration] = field(default_factory=dict)
    _quantiles: Floats = field(default_factory=lambda: np.zeros((0, len(PROBABILITIES))), repr=False)
    _structures: Structures | None = field(default=None, repr=False)

    def values_for(self, ids: Iterable[str]) -> Floats:
        """Return the estimates of departments by id, NaN for those that were not calibrated.

        Parameters
        ----------
        ids : iterable of str
            q ids.

        Returns
        -------
        float array, shape (q,)
            In [0, 0.98].
        """
        place = pd.Index(self.departments).get_indexer(pd.Index(list(ids), dtype=object))
        return np.where(place >= 0, self.estimate[place], np.nan)

    def draws(self, count: int, seed: int = 0) -> Floats:
        """Draw every department's transmission from its posterior.

        Where laws were weighed, a draw takes the laws first and every department's transmission given them: what
        departments have in common moves together. Periods or cases alone are drawn independently.

        Parameters
        ----------
        count : int
            Draws, at least 1.
        seed : int
            The same seed gives the same draws.

        Returns
        -------
        float array, shape (count, n)
            In [0, 1).

        Raises
        ------
        ParameterError
            `count` is below 1.
        """
        check_whole("draws", count)
        if self._structures is not None:
            return self._structures.draws(count, seed)
        return draw_quantiles(self._quantiles, count, seed)

    def to_frame(self) -> pd.DataFrame:
        """Return one row per department, indexed by ``id``.

        Returns
        -------
        DataFrame
            ``name``, ``estimate``, ``low``, ``high`` (90 % interval), ``sd``, ``n``, ``basis``, ``informed`` and the
            columns of `details`; under ``auto`` also the estimate of each method and ``agree``: whether the
            intervals of all informed methods share a value (missing where fewer than two are informed).
        """
        columns: dict[str, Any] = {
            "name": list(self.names),
            "estimate": self.estimate,
            "low": self.low,
            "high": self.high,
            "sd": self.sd,
            "n": self.count,
            "basis": list(self.basis),
            "informed": self.informed,
            **self.details,
        }
        if self.parts:
            columns.update({name: part.estimate for name, part in self.parts.items()})
            columns["agree"] = agreement(self.parts)
        return pd.DataFrame(columns, index=pd.Index(self.departments, name="id"))

    def __repr__(self) -> str:
        return (
            f"<Calibration by {self.method}: {len(self.departments)} departments, {int(self.informed.sum())} informed>"
        )


def agreement(parts: Mapping[str, Calibration]) -> npt.NDArray[np.object_]:
    """Say for each department whether calibrations by several methods agree.

    Parameters
    ----------
    parts : mapping of str to Calibration
        Of the same departments.

    Returns
    -------
    object array, shape (n,)
        True where the 90 % intervals of all methods that its data inform share a value, False where they do not,
        None where fewer than two are informed.
    """
    informed = np.stack([part.informed for part in parts.values()])
    low = np.where(informed, np.stack([part.low for part in parts.values()]), 0.0).max(axis=0)
    high = np.where(informed, np.stack([part.high for part in parts.values()]), 1.0).min(axis=0)
    found = np.full(informed.shape[1], None, object)
    several = informed.sum(axis=0) >= 2
    found[several] = (low <= high)[several].tolist()
    return found

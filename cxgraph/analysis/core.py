"""What was analysed and what follows at once: the ground that every door of an analysis stands on."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Self

import numpy as np
import numpy.typing as npt
import pandas as pd

from cxgraph.analysis.tables import department_table
from cxgraph.cascade.attribution import DepartmentFlows, department_flows
from cxgraph.cascade.cascade import Cascade
from cxgraph.cascade.diagnosis import (
    VERDICTS,
    ExpectationTest,
    compare_expectations,
    service_groups,
    service_verdicts,
)
from cxgraph.model.arrays import Floats
from cxgraph.model.organization import Organization
from cxgraph.transmission.resolve import TransmissionUsed

if TYPE_CHECKING:
    from cxgraph.uncertainty.intervals import TransmissionDraws


@dataclass(frozen=True, eq=False)
class AnalysisCore:
    """An organisation, its solved cascade and its transmissions.

    Attributes
    ----------
    organization : Organization
        What was analysed.
    cascade : Cascade
        The solved mathematics, as arrays.
    transmission : TransmissionUsed
        Every department's transmission and where it comes from: ``chosen`` for this analysis, ``stated`` by the
        organisation, estimated from ``one wave`` of scores or from that ``combined`` with periods or cases, or
        ``assumed`` (0.6) because no scores bear on it.
    """

    organization: Organization
    cascade: Cascade
    transmission: TransmissionUsed

    @property
    def customer_shortfall(self) -> float:
        """J, what the customers lack, weighted by their share of the business; in [0, 1]."""
        return self.cascade.customer_shortfall

    @cached_property
    def flows(self) -> DepartmentFlows:
        """Contribution, passed on and through-flow of every department."""
        return department_flows(self.cascade)

    @cached_property
    def ranked_departments(self) -> pd.DataFrame:
        """Every department, ranked; shared by all that ask, who must not change it."""
        return department_table(self.organization, self.cascade, self.flows, self.transmission)

    @cached_property
    def expectations(self) -> ExpectationTest:
        """Every expectation against those of the same supplier's other clients."""
        network, settings = self.cascade.network, self.organization.settings
        names = self.service_rows["service"].cat.codes.to_numpy()
        return compare_expectations(network.expectation, service_groups(self.cascade, names), settings.width)

    @cached_property
    def service_rows(self) -> pd.DataFrame:
        """The organisation's services that were analysed, in the network's order; shared, nobody may change them."""
        return self.organization.scored_services(self.cascade.scoring)

    @cached_property
    def service_shares(self) -> Floats:
        """Share of J that each service causes, shape (m,), in the network's order."""
        total = self.customer_shortfall
        return self.cascade.contribution / total if total > 0 else np.zeros_like(self.cascade.contribution)

    @cached_property
    def verdicts(self) -> npt.NDArray[np.int8]:
        """Every service's verdict as a number in `VERDICTS`, in the network's order."""
        return service_verdicts(self.cascade, self.expectations, sure=self.transmission.sure)

    @cached_property
    def verdict_probability(self) -> Floats:
        """How probable each verdict is, given what is known of the transmission; shape (m,)."""
        cascade, verdicts = self.cascade, self.verdicts
        found = np.ones(len(verdicts))
        if self.transmission.sure is None:
            return found
        rows = np.flatnonzero(self.transmission.estimated.take(cascade.network.supplier) & (cascade.shortfall > 0))
        supplier = cascade.network.supplier.take(rows)
        lacked = cascade.received.take(supplier)
        half = np.divide(cascade.shortfall.take(rows), 2.0 * lacked, out=np.full(len(rows), np.inf), where=lacked > 0)
        own = self.transmission.probability_below(half, supplier)
        verdict = verdicts.take(rows)
        unsure = np.where(verdict == VERDICTS.index("undecided"), np.maximum(own, 1 - own), 1.0)
        found[rows] = np.select(
            [verdict == VERDICTS.index("under-delivering"), verdict == VERDICTS.index("starved")],
            [own, 1 - own],
            unsure,
        )
        return found

    def _of(self, organization: Organization, cascade: Cascade, transmission: TransmissionUsed) -> Self:
        """Return an analysis of the same kind of something else."""
        return type(self)(organization, cascade, transmission)

    def estimated_draws(self) -> TransmissionDraws | None:
        """Return draws of the transmissions that were estimated; None where none was."""
        from cxgraph.uncertainty.intervals import PartlyDrawn

        estimated, posterior = self.transmission.estimated, self.transmission.posterior
        if posterior is None or not estimated.any():
            return None
        return PartlyDrawn(posterior.combined.structures, estimated, self.cascade.transmission)

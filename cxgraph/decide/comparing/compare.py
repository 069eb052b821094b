"""Two waves side by side: how far the customers' shortfall moved, through what, and what of it is noise."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt
import pandas as pd

from cxgraph.cascade.cascade import Cascade
from cxgraph.decide.comparing.noise import Noise
from cxgraph.decide.comparing.polar import PARTS, Split, Wave, split_change
from cxgraph.errors import ParameterError, Problem
from cxgraph.model.arrays import Floats
from cxgraph.model.network import Network
from cxgraph.model.organization import Organization

OWN = PARTS[:2]
"""Parts that together are the change of own shortfalls."""
_KEYS = ["supplier", "client", "service"]
_DUST = 1e-15


@dataclass(frozen=True, eq=False)
class Measured:
    """One wave: an organisation, its cascade, and the waves' common transmissions.

    Attributes
    ----------
    organization : Organization
        With the ids of the other wave.
    cascade : Cascade
        Solved with the common transmissions.
    """

    organization: Organization
    cascade: Cascade

    @property
    def services(self) -> pd.DataFrame:
        """The scored services, in the network's order, ends and name as text."""
        table = self.organization.services[self.organization.scored(self.cascade.scoring)]
        return table[_KEYS].astype(str).reset_index(drop=True)


@dataclass(frozen=True, eq=False)
class Comparison:
    """What changed between two waves.

    Attributes
    ----------
    before, after : Measured
        The two waves, split with the same transmissions.
    noise : Noise or None
        How far each figure moves by who happened to answer; None where nothing is known of it.
    notes : tuple of Problem
        What a reader must know.
    """

    before: Measured
    after: Measured
    noise: Noise | None
    notes: tuple[Problem, ...]

    @property
    def change(self) -> float:
        """J after - J before, in points: below 0 customers lack less."""
        return self.after.cascade.customer_shortfall - self.before.cascade.customer_shortfall

    @cached_property
    def _union(self) -> tuple[pd.DataFrame, list[str], Network, tuple[Wave, Wave]]:
        return _lined_up(self.before, self.after)

    @cached_property
    def _split(self) -> Split:
        _, _, network, (first, second) = self._union
        return split_change(network, first, second, self.after.cascade.stringency, self.after.cascade.scoring)

    def parts(self) -> pd.DataFrame:
        """Return the change, split over its causes and services.

        Returns
        -------
        DataFrame
            ``part``, ``supplier``, ``client``, ``service``, ``change`` (points of J), the largest first. Parts of
            services: ``fulfilment`` (own shortfall, because the score moved other than its suppliers explain) and
            ``expectation`` (own shortfall, because more or less is expected), ``pass_through``, ``importance``,
            ``vanished``, ``appeared``; ``customer_weight`` has a client alone. They add up to `change`. Rows below
            1e-15 are left out.
        """
        table, ids, _, _ = self._union
        frames = []
        for part in PARTS:
            values = self._split.services[part]
            rows = np.flatnonzero(np.abs(values) > _DUST)
            frames.append(table.iloc[rows].assign(part=part, change=values[rows]))
        rows = np.flatnonzero(np.abs(self._split.customers) > _DUST)
        weights = pd.DataFrame({"supplier": None, "client": np.array(ids, object)[rows], "service": None})
        frames.append(weights.assign(part="customer_weight", change=self._split.customers[rows]))
        whole = pd.concat(frames, ignore_index=True)[["part", *_KEYS, "change"]]
        return whole.iloc[np.argsort(-whole["change"].abs().to_numpy(), kind="stable")].reset_index(drop=True)

    def totals(self) -> pd.Series:
        """Return the change by part, in their order; adds up to `change`."""
        values = {part: float(self._split.services[part].sum()) for part in PARTS}
        values["customer_weight"] = float(self._split.customers.sum())
        return pd.Series(values, name="change").rename_axis("part")

    def departments(self) -> pd.DataFrame:
        """Return every department's part in the customers' shortfall, before and after.

        Returns
        -------
        DataFrame
            Indexed by ``id``: ``name``; ``before``, ``after`` (contribution, points of J; NaN where it was not there)
            and ``change``; ``low``, ``high`` (interval of the change) and ``real`` (the interval leaves 0 out; None
            where nothing is known of the answers); ``own``, ``passed``, ``other``: the change by the own shortfalls,
            pass-through and all else of the services that it gives (adds up to the change of J over all departments,
            not to ``change``). Ranked by the size of the change.
        """
        _, ids, network, _ = self._union
        given = network.supplier
        count = len(ids)

        def summed(parts: tuple[str, ...]) -> Floats:
            whole = sum(self._split.services[part] for part in parts)
            return np.bincount(given, np.asarray(whole), count).astype(float)

        sides = [_contributions(wave, ids) for wave in (self.before, self.after)]
        change = np.nan_to_num(sides[1]) - np.nan_to_num(sides[0])
        frame = pd.DataFrame(
            {
                "name": [self._name(one) for one in ids],
                "before": sides[0],
                "after": sides[1],
                "change": change,
                "low": np.nan,
                "high": np.nan,
                "real": None,
                "own": summed(OWN),
                "passed": summed(("pass_through",)),
                "other": summed(PARTS[3:]),
            },
            index=pd.Index(ids, name="id"),
        )
        if self.noise is not None:
            frame["low"], frame["high"] = self.noise.low, self.noise.high
            frame["real"] = (self.noise.low > 0) | (self.noise.high < 0)
        return frame.iloc[np.argsort(-np.abs(change), kind="stable")]

    def customers(self) -> pd.DataFrame:
        """Return what every customer lacks, before and after.

        Returns
        -------
        DataFrame
            Indexed by ``id``: ``name``, ``weight_before``, ``weight_after``, ``before``, ``after`` (its shortfall; NaN
            where it was not there), ``change``. Ranked by the size of the change.
        """
        sides = []
        for wave in (self.before, self.after):
            weight = wave.cascade.network.customer_weight
            at = np.flatnonzero(weight > 0)
            names = wave.organization.departments["id"].to_numpy()[at]
            sides.append(pd.DataFrame({"weight": weight[at], "lacks": wave.cascade.received[at]}, index=names))
        ids = sorted(set(sides[0].index) | set(sides[1].index))
        first, second = (side.reindex(ids) for side in sides)
        frame = pd.DataFrame(
            {
                "name": [self._name(one) for one in ids],
                "weight_before": first["weight"].fillna(0.0).to_numpy(),
                "weight_after": second["weight"].fillna(0.0).to_numpy(),
                "before": first["lacks"].to_numpy(),
                "after": second["lacks"].to_numpy(),
            },
            index=pd.Index(ids, name="id"),
        )
        frame["change"] = frame["after"] - frame["before"]
        return frame.iloc[np.argsort(-frame["change"].abs().fillna(-1.0).to_numpy(), kind="stable")]

    def to_frame(self) -> pd.DataFrame:
        """Return `parts`."""
        return self.parts()

    def _name(self, one: str) -> str:
        return self._names.get(one, one)

    @cached_property
    def _names(self) -> Mapping[str, str]:
        found: dict[str, str] = {}
        for wave in (self.before, self.after):
            table = wave.organization.departments
            found.update(zip(table["id"].astype(str), table["name"].astype(str), strict=True))
        return found

    def __repr__(self) -> str:
        one, other = (wave.cascade.customer_shortfall for wave in (self.before, self.after))
        return f"<Comparison: customer shortfall {one:.4f} to {other:.4f} ({self.change:+.4f})>"


def check_comparable(before: Cascade, after: Cascade) -> None:
    """Refuse two waves that are not measured alike.

    Raises
    ------
    ParameterError
        Another stringency or scoring.
    """
    for name in ("stringency", "scoring"):
        one, other = getattr(before, name), getattr(after, name)
        if one != other:
            raise ParameterError(
                "The two waves are analysed with different {name} ({before}, {after}); analyse both alike.",
                name=name,
                before=one,
                after=other,
            )


def _contributions(wave: Measured, ids: list[str]) -> Floats:
    found = wave.cascade.department_contribution
    series = pd.Series(found, wave.organization.departments["id"].astype(str).to_numpy())
    return np.asarray(series.reindex(ids).to_numpy(float))


def _lined_up(before: Measured, after: Measured) -> tuple[pd.DataFrame, list[str], Network, tuple[Wave, Wave]]:
    """Put both waves on the departments and services of either."""
    tables = [wave.services for wave in (before, after)]
    ids = sorted({str(one) for wave in (before, after) for one in wave.organization.departments["id"]})
    number = {name: place for place, name in enumerate(ids)}
    union = pd.MultiIndex.from_frame(pd.concat(tables, ignore_index=True).drop_duplicates())
    table = union.to_frame(index=False)
    table["from"], table["to"] = table["supplier"].map(number), table["client"].map(number)
    table = table.sort_values(["from", "to", "service"], kind="stable").reset_index(drop=True)
    blank = np.ones(len(table))
    network = Network.from_arrays(
        table["from"].to_numpy(), table["to"].to_numpy(), blank, blank, customer_weight=np.zeros(len(ids))
    )
    index = pd.MultiIndex.from_frame(table[_KEYS])
    waves = [
        _on_union(wave, index.get_indexer(pd.MultiIndex.from_frame(known)), len(table), ids)
        for wave, known in zip((before, after), tables, strict=True)
    ]
    return table[_KEYS], ids, network, (waves[0], waves[1])


def _on_union(wave: Measured, place: npt.NDArray[np.intp], size: int, ids: list[str]) -> Wave:
    cascade, network = wave.cascade, wave.cascade.network
    bottom, top = network.scale

    def spread(values: Floats) -> Floats:
        found = np.zeros(size)
        found[place] = values
        return found

    expectation = (
        np.ones(network.services)
        if cascade.scoring == "perception"
        else (network.expectation - bottom) / (top - bottom)
    )
    present = np.zeros(size, bool)
    present[place] = True
    weight = pd.Series(network.customer_weight, wave.organization.departments["id"].astype(str).to_numpy())
    return Wave(
        present=present,
        weight=spread(network.importance),
        expectation=spread(expectation),
        fulfilment=spread((network.fulfilment - bottom) / (top - bottom)),
        potential=spread(cascade.split.potential),
        own=spread(cascade.split.own),
        pass_through=spread(cascade.split.pass_through),
        customer_weight=np.asarray(weight.reindex(ids).fillna(0.0).to_numpy()),
    )

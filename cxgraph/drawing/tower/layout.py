"""Where everything stands in a tower: tiers, rows, places, and the ways of the streams between them."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt
import pandas as pd

from cxgraph.analysis import Analysis
from cxgraph.cascade.cascade import Cascade
from cxgraph.drawing.tower.placing import Rows, order_rows, place_rows
from cxgraph.drawing.tower.reduction import (
    KINDS,
    Glasses,
    around,
    divisions,
    put_into_glasses,
    share_within,
    weight_of_departments,
    weight_of_services,
)
from cxgraph.drawing.tower.tiers import tiers
from cxgraph.errors import ParameterError, check_whole
from cxgraph.model.arrays import Floats, Integers
from cxgraph.model.names import closest_name
from cxgraph.wording import N_, Translator

PAIR_KINDS = ("down", "level", "up")
CUSTOMER_ROWS = (N_("External customers"), N_("Customers"))
"""What the customers' tier is called."""
MOST_BENDS = 4
"""Bends of long streams for each glass; beyond that the lightest long streams run straight."""


@dataclass(frozen=True, eq=False)
class Layout:
    """A laid-out tower of g glasses and p pairs of glasses that exchange services.

    Coordinates are in units of the least distance between two glasses (x, centred on 0) and in rows (y, 0 on
    top and growing downwards).

    Attributes
    ----------
    glass_of : int array, shape (n,)
        Glass of each department; -1 where it is not in the picture.
    members : tuple of int arrays
        Department numbers in each glass.
    kind : tuple of str
        ``department`` (a single one), ``division`` or ``rest`` (what is left of a crowded tier) for each
        glass.
    tier : int array, shape (g,)
        Tier of each glass, 0 on top.
    row : int array, shape (g,)
        Row of each glass, 0 on top; a crowded tier is wrapped into several rows.
    x, y : float arrays, shape (g,)
        Centre of each glass.
    tier_names : tuple of str
        Name of each tier, from the top, for `tier_label`: of the customers' an English template, of the others the
        level that the table of departments states; empty where it states none.
    tier_number : tuple of int
        Number of each tier in the whole organisation, 1 on top; it stays the same in every picture, whatever is left
        out or grouped.
    row_tier : int array, shape (rows,)
        Tier of each row.
    division : int array, shape (g,)
        Department number of the head of the glass's division; -1 where it has none or members of several.
    pair_source, pair_target : int arrays, shape (p,)
        Glass that supplies and glass that receives.
    pair_kind : tuple of str
        ``down`` (a stream), ``level`` (same row) or ``up`` (closes a loop) for each pair.
    pair_weight : float array, shape (p,)
        What the pair's whole shortfall, own and inherited, costs the customers, in points of J; for choosing
        what to show first. Does not add up to J.
    routes : tuple of float arrays, shape (points, 2)
        Way of each pair: from the source's centre, through the rows in between, to the target's centre.
    routed : bool array, shape (p,)
        Which pairs the rows were ordered for; the others' routes are straight. All but with `most_streams`.
    pair_of_service : int array, shape (m,)
        Pair of each of the network's services; -1 where an end is not in the picture or both are in one
        glass.
    share : float
        Share of the customers' shortfall that starts and travels among the departments with a glass of their
        own (or of their division) alone; 1 where nothing is left out.
    hidden : int
        Departments without such a glass: those in a ``rest`` glass, and those not in the picture.
    inner_services : int
        Services whose two ends are in one glass, which are not drawn.
    crossings : int
        Crossings of the streams that were routed row by row; straight ones are not counted.
    """

    glass_of: Integers
    members: tuple[Integers, ...]
    kind: tuple[str, ...]
    tier: Integers
    row: Integers
    x: Floats
    y: Floats
    tier_names: tuple[str, ...]
    tier_number: tuple[int, ...]
    row_tier: Integers
    division: Integers
    pair_source: Integers
    pair_target: Integers
    pair_kind: tuple[str, ...]
    pair_weight: Floats
    routes: tuple[Floats, ...]
    routed: npt.NDArray[np.bool_]
    pair_of_service: Integers
    share: float
    hidden: int
    inner_services: int
    crossings: int

    @property
    def glasses(self) -> int:
        """Number of glasses."""
        return len(self.members)


def lay_out(
    analysis: Analysis,
    *,
    focus: str | None = None,
    most_per_tier: int | None = 12,
    most_per_row: int | None = 9,
    most_streams: int | None = None,
    group_by: Literal["division"] | None = None,
    opened: Collection[str] = (),
) -> Layout:
    """Lay the tower of an analysis out.

    Parameters
    ----------
    analysis : Analysis
        n departments, m services.
    focus : str, optional
        Id of a department: show it, its direct suppliers and clients, and its ways to the customers.
    most_per_tier : int, optional
        Glasses in a tier at the most. The heaviest keep a glass of their own, by how much of the customers'
        shortfall starts at or comes through them; the others of the tier share one (kind ``rest``; with a
        focus they are left out). None keeps everybody.
    most_per_row : int, optional
        Glasses in a row at the most; a tier with more is wrapped. None never wraps.
    most_streams : int, optional
        Only so many of the pairs, the heaviest ones, and the heaviest of each glass shape the picture and are
        `Layout.routed`. All where None.
    group_by : {"division"}, optional
        One glass for all departments that report to the same head below the top.
    opened : collection of str
        With `group_by`: ids of divisions' heads whose departments are to be shown one by one.

    Returns
    -------
    Layout
        The same for the same analysis, on every machine and in every process.

    Raises
    ------
    ParameterError
        An id that does not exist, or a limit below its least value (2 in a tier, 1 in a row).

    Notes
    -----
    Departments without any scored service are not in the picture; `Layout.hidden` counts them.

    Examples
    --------
    >>> import pandas as pd
    >>> from cxgraph import Organization, analyze
    >>> services = pd.DataFrame({"supplier": ["IT", "Sales"], "client": ["Sales", "Buyers"],
    ...                          "expectation": [10, 10], "fulfilment": [5, 6]})
    >>> lay_out(analyze(Organization.from_frames(services))).tier.tolist()
    [0, 1, 2]
    """
    if most_per_tier is not None:
        check_whole("most_per_tier", most_per_tier, 2)
    if most_per_row is not None:
        check_whole("most_per_row", most_per_row)
    cascade, table = analysis.cascade, analysis.organization.departments
    above = _numbers(list(table["id"]), list(table["parent"].astype(object)))
    customer = table["customer"].to_numpy()
    network = cascade.network
    shown = np.bincount(np.concatenate((network.supplier, network.client)), minlength=len(table)) > 0
    weight = weight_of_departments(cascade)
    if focus is not None:
        near, weight = around(cascade, _department(analysis, focus))
        shown &= near
    division = divisions(above)
    group = np.arange(len(table))
    if group_by == "division":
        open_heads = [_department(analysis, name) for name in opened]
        group = np.where(np.isin(division, open_heads), group, division)
    tier = tiers(network, above, customer)
    glasses = put_into_glasses(tier, group, shown, weight, most_per_tier, fold=focus is None)
    external = bool((table["kind"].astype(object)[customer] == "external_customer").all())
    levels = table["level"].where(shown) if "level" in table else pd.Series([None] * len(table), dtype=object)
    names = _tier_names(glasses.tier, tier, CUSTOMER_ROWS[0 if external else 1], levels.to_numpy(object))
    limits = (most_per_row, most_streams)
    return _assemble(cascade, glasses, np.where(above >= 0, division, -1), weight, limits, names)


def _numbers(ids: list[str], names: list[object]) -> Integers:
    place = {name: number for number, name in enumerate(ids)}
    return np.array([place.get(name, -1) if isinstance(name, str) else -1 for name in names], np.int64)


def _department(analysis: Analysis, name: str) -> int:
    ids = list(analysis.organization.departments["id"])
    if name not in ids:
        guess = closest_name(name, ids)
        message = N_("{value!r} is not the id of a department.")
        if guess:
            message = N_("{value!r} is not the id of a department; did you mean {guess!r}?")
        raise ParameterError(message, value=name, guess=guess)
    return ids.index(name)


def _assemble(
    cascade: Cascade,
    glasses: Glasses,
    division: Integers,
    weight: Floats,
    limits: tuple[int | None, int | None],
    names: tuple[tuple[str, int], ...],
) -> Layout:
    count = len(glasses.kind)
    network = cascade.network
    order = np.argsort(glasses.of, kind="stable")
    cuts = np.searchsorted(glasses.of[order], np.arange(count + 1))
    members = tuple(order[cuts[at] : cuts[at + 1]] for at in range(count))
    counted = np.where(glasses.of >= 0, np.minimum(weight, 1e300), 0.0)
    heavy = np.bincount(np.maximum(glasses.of, 0), counted, count).astype(float)
    tier = np.unique(-glasses.tier, return_inverse=True)[1].ravel()
    row, row_tier = _wrap(tier, limits[0])
    source, target, cost, pair = _pairs(cascade, glasses.of)
    routed = _heaviest(source, cost, limits[1])
    points, crossed = _place(row, heavy, source, target, np.where(routed, cost, -1.0))
    gap = row[target] - row[source]
    single = glasses.of >= 0
    single[single] = glasses.kind[glasses.of[single]] != KINDS.index("rest")
    ends = glasses.of[network.supplier]
    return Layout(
        glass_of=glasses.of,
        members=members,
        kind=tuple(KINDS[kind] for kind in glasses.kind),
        tier=tier,
        row=row,
        x=points[0],
        y=row.astype(float),
        tier_names=tuple(name for name, _ in names),
        tier_number=tuple(number for _, number in names),
        row_tier=row_tier,
        division=_common(division, members),
        pair_source=source,
        pair_target=target,
        pair_kind=tuple(np.array(PAIR_KINDS)[1 - np.sign(gap)].tolist()),
        pair_weight=cost,
        routes=points[1],
        routed=routed,
        pair_of_service=pair,
        share=share_within(cascade, single),
        hidden=int((~single).sum()),
        inner_services=int(((ends >= 0) & (ends == glasses.of[network.client])).sum()),
        crossings=crossed,
    )


def _heaviest(source: Integers, cost: Floats, most: int | None) -> npt.NDArray[np.bool_]:
    """Return the heaviest pairs of all and the heaviest of each glass, so that none stands without a stream."""
    ranked = np.lexsort((np.arange(len(cost)), -cost))
    chosen = np.zeros(len(cost), bool)
    chosen[ranked[:most]] = True
    chosen[ranked[np.unique(source[ranked], return_index=True)[1]]] = True
    return chosen


def _common(values: Integers, members: tuple[Integers, ...]) -> Integers:
    """Return the value that all members of a glass share, -1 where they differ."""
    return np.array(
        [values[glass[0]] if len(glass) and (values[glass] == values[glass[0]]).all() else -1 for glass in members],
        np.int64,
    )


def _wrap(tier: Integers, most: int | None) -> tuple[Integers, Integers]:
    """Spread crowded tiers evenly over rows; the rest's glass comes last."""
    row = np.zeros(len(tier), np.int64)
    row_tier: list[int] = []
    for number in range(int(tier.max(initial=-1)) + 1):
        inside = np.flatnonzero(tier == number)
        lines = 1 if most is None else -(-len(inside) // most)
        row[inside] = len(row_tier) + np.arange(len(inside)) * lines // max(len(inside), 1)
        row_tier += [number] * lines
    return row, np.array(row_tier, np.int64)


def _pairs(cascade: Cascade, of: Integers) -> tuple[Integers, Integers, Floats, Integers]:
    """Return the pairs of glasses that exchange services, what they cost, and the pair of each service."""
    network = cascade.network
    source, target = of[network.supplier], of[network.client]
    drawn = (source >= 0) & (target >= 0) & (source != target)
    size = int(of.max(initial=-1)) + 1
    keys, pair = np.unique(source[drawn] * size + target[drawn], return_inverse=True)
    of_service = np.full(network.services, -1)
    of_service[drawn] = pair
    cost = np.bincount(pair, weight_of_services(cascade)[drawn], len(keys)).astype(float)
    return keys // max(size, 1), keys % max(size, 1), cost, of_service


def _place(
    row: Integers, heavy: Floats, source: Integers, target: Integers, cost: Floats
) -> tuple[tuple[Floats, tuple[Floats, ...]], int]:
    """Return x of each glass and the route of each pair, and the crossings; a negative cost counts for nothing."""
    count = len(row)
    span = row[target] - row[source]
    counted = cost >= 0
    bends = np.where(counted & (span > 1), span - 1, 0)
    ranked = np.lexsort((np.arange(len(span)), -cost))
    allowed = np.cumsum(bends[ranked]) <= MOST_BENDS * count + 50
    bends[ranked[~allowed]] = 0
    runs = np.flatnonzero(counted & (span == 1) | (bends > 0))
    first = count + np.concatenate(([0], np.cumsum(bends[runs])))
    nodes_row = np.concatenate((row, *(row[source[at]] + 1 + np.arange(bends[at]) for at in runs)))
    steps = [
        np.concatenate(([source[at]], np.arange(first[run], first[run + 1]), [target[at]]))
        for run, at in enumerate(runs)
    ]
    none = np.zeros(0, np.int64)
    rows = Rows(
        nodes_row.astype(np.int64),
        np.arange(len(nodes_row)) >= count,
        np.concatenate([none, *(step[:-1] for step in steps)]),
        np.concatenate([none, *(step[1:] for step in steps)]),
    )
    start = np.concatenate((heavy, *(np.full(bends[at], cost[at]) for at in runs)))
    place, crossed = order_rows(rows, start)
    x = place_rows(rows, place)
    routes = [
        np.column_stack((x[[source[at], target[at]]], row[[source[at], target[at]]].astype(float)))
        for at in range(len(span))
    ]
    for at, step in zip(runs, steps, strict=True):
        routes[at] = np.column_stack((x[step], nodes_row[step].astype(float)))
    return (x[:count], tuple(routes)), crossed


def _tier_names(
    glass_tier: Integers, tier: Integers, customers: str, levels: npt.NDArray[np.object_]
) -> tuple[tuple[str, int], ...]:
    """Return the name and the number of each tier in the picture, from the top.

    A tier is named only by what the table of departments says: the one level that all of its departments which state
    one share. What a tier is called is never guessed.
    """
    highest = int(tier.max(initial=0))
    named = []
    for height in np.unique(glass_tier)[::-1].tolist():
        stated = {str(level) for level in levels[tier == height] if isinstance(level, str)}
        name = customers if height == 0 else stated.pop() if len(stated) == 1 else ""
        named.append((name, highest - height + 1))
    return tuple(named)


def tier_label(name: str, translate: Translator) -> str:
    """Return the name of a tier in the reader's language: the customers' is ours, the others are the organisation's."""
    return translate(name) if name in CUSTOMER_ROWS else name

"""Suppliers against clients, ordered so that loops show: a design structure matrix."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import numpy.typing as npt
from matplotlib.figure import Figure
from matplotlib.patches import Circle, Rectangle
from scipy import sparse

from cxgraph.analysis import Analysis
from cxgraph.cascade.linear.components import find_components
from cxgraph.cascade.ranking import rank_descending
from cxgraph.drawing.charts.frame import MARGIN, WIDTH, legend, start_chart
from cxgraph.drawing.figures import Axes, draw_line, steady
from cxgraph.drawing.lettering import shorten, write
from cxgraph.drawing.style import ACCENT, BIN_COLOURS, BIN_EDGES, BIN_NAMES, GROUND, INK, QUIET, SHELF, bins
from cxgraph.drawing.titles import translator
from cxgraph.drawing.tower.reduction import share_within, weight_of_departments
from cxgraph.drawing.tower.tiers import tiers
from cxgraph.model.arrays import Floats, Integers
from cxgraph.privacy.gate import publishable
from cxgraph.privacy.microaggregation import suppression_sentence
from cxgraph.wording import N_, Translator

_NAMES = 2.3


def matrix_order(analysis: Analysis, most: int | None = None) -> Integers:
    """Return the departments in the order of the matrix: suppliers before clients, loops together.

    Loops count as one and stand where their longest way to the end puts them; inside, and where that leaves a choice,
    the tower's tiers decide. So only services within a loop lie below the diagonal.

    Parameters
    ----------
    analysis : Analysis
        n departments.
    most : int, optional
        Only the heaviest so many.

    Returns
    -------
    int array
        Department numbers; only those with any scored service.

    References
    ----------
    Steward, D. V. (1981). The design structure system. IEEE Transactions on Engineering Management 28(3), 71-74.
    https://doi.org/10.1109/TEM.1981.6448589
    """
    network, table = analysis.cascade.network, analysis.organization.departments
    ids = {name: number for number, name in enumerate(table["id"])}
    parent = np.array([ids.get(name, -1) for name in table["parent"].astype(object)], np.int64)
    tier = tiers(network, parent, table["customer"].to_numpy())
    weight = weight_of_departments(analysis.cascade)
    tied = np.bincount(np.concatenate((network.supplier, network.client)), minlength=len(table)) > 0
    chosen = rank_descending(weight)
    chosen = chosen[tied[chosen]][:most]
    place = np.full(len(table), -1)
    place[chosen] = np.arange(len(chosen))
    gives, gets = place[network.supplier], place[network.client]
    inside = (gives >= 0) & (gets >= 0)
    height, loop = _heights(gives[inside], gets[inside], len(chosen))
    highest = np.zeros(len(chosen), np.int64)
    np.maximum.at(highest, loop, tier[chosen])  # a loop stands together, by its member nearest to the top
    order = np.lexsort((np.arange(len(chosen)), -tier[chosen], loop, -highest[loop], -height))
    return np.asarray(chosen[order], np.int64)


def _heights(gives: Integers, gets: Integers, size: int) -> tuple[Integers, Integers]:
    """Return each department's longest way to the end, with loops as one step, and its loop's number."""
    graph = sparse.csr_matrix((np.ones(len(gives)), (gives, gets)), shape=(size, size))
    components = find_components(graph)
    loop = components.label.astype(np.int64)
    height = np.zeros(len(components.size), np.int64)
    across = loop[gives] != loop[gets]
    for _ in range(size):
        higher = height.copy()
        np.maximum.at(higher, loop[gives[across]], height[loop[gets[across]]] + 1)
        if (higher == height).all():
            break
        height = higher
    return height[loop], loop


@steady
def draw_matrix(analysis: Analysis, *, most: int = 40, language: str | None = None) -> Figure:
    """Draw who supplies whom, and how well: a row for each supplier, a column for each client.

    Parameters
    ----------
    analysis : Analysis
        What was found.
    most : int
        Departments at the most, the heaviest ones.
    language : str, optional
        ``en`` or ``es``; the organisation's by default.

    Returns
    -------
    Figure
        See `figure_bytes`.

    Notes
    -----
    Ordered so that what lies below the diagonal closes loops (`matrix_order`).
    """
    translate = translator(analysis, language)
    published = publishable(analysis)
    analysis = published.analysis
    order = matrix_order(analysis, most)
    cascade, network = analysis.cascade, analysis.cascade.network
    place = np.full(network.departments, -1)
    place[order] = np.arange(len(order))
    row, column = place[network.supplier], place[network.client]
    inside = (row >= 0) & (column >= 0)
    level, count = _cells(
        row[inside],
        column[inside],
        cascade.shortfall[inside],
        np.where(published.services, -1.0, cascade.service_reach)[inside],
        len(order),
    )
    back = int((row[inside] > column[inside]).sum())
    looped = cascade.components.in_loop[order]
    names = [str(name) for name in analysis.organization.departments["name"].to_numpy()[order]]
    notes = [
        translate(
            N_("{count} {count:service runs back up and closes a loop|services run back up and close loops}."),
            count=translate.number(back),
        )
        if back
        else translate(N_("Every service runs down towards the customers: there is no loop.")),
        translate(
            N_(
                "A dot stands for several services. Red names lie on a loop, which is framed where it stands "
                "together; a cell below the diagonal is a service that runs back up."
            )
        ),
    ]
    total = len(np.unique(np.concatenate((network.supplier, network.client))))
    if len(order) < total:
        kept = np.isin(np.arange(network.departments), order)
        notes.append(
            translate(
                N_(
                    "{shown} of {all} departments are drawn; {share} of the customers' gap originates and travels "
                    "among them alone."
                ),
                shown=translate.number(len(order)),
                all=translate.number(total),
                share=translate.percent(share_within(cascade, kept), 0),
            )
        )
    if published.any:
        notes += [
            translate(N_("An empty frame stands for services that are suppressed.")),
            suppression_sentence(analysis.organization, translate),
        ]
    cell = min(0.36, (WIDTH - 2 * MARGIN - _NAMES - 0.4) / max(len(order), 1))
    chart = start_chart(
        _title(level, names, published.departments[order], translate),
        translate(
            N_(
                "Rows supply, columns receive, both in one order, suppliers before their "
                "clients; colour: how much of what is expected is delivered."
            )
        ),
        0.65 + cell * len(order),
        tuple(notes),
    )
    axes, left, top = chart.axes, MARGIN + _NAMES + 0.3, chart.top + 0.55
    legend(
        axes,
        (MARGIN, chart.top + 0.1),
        [(colour, translate(name)) for colour, name in zip(BIN_COLOURS, BIN_NAMES, strict=True)],
    )
    _draw_heads(axes, names, looped, (left, top, cell))
    _draw_cells(axes, level, count, (left, top, cell))
    _frame_loops(axes, cascade.components.label[order], (left, top, cell))
    return chart.figure


def _title(level: Floats, names: list[str], hidden: npt.NDArray[np.bool_], translate: Translator) -> str:
    """Return which supplier leaves the most clients far short, first of those that come first."""
    known = ~np.isnan(level) & ~hidden[:, None]
    far = (known & (level < BIN_EDGES[1])).sum(axis=1)
    if not far.max(initial=0):
        return translate(
            N_("Every department delivers {least} or more to each client"), least=translate.percent(BIN_EDGES[1], 0)
        )
    worst = int(np.argmax(far))
    return translate(
        N_("{name} delivers less than {least} of what is expected to {count} of its {total} {total:client|clients}"),
        name=names[worst],
        least=translate.percent(BIN_EDGES[1], 0),
        count=int(far[worst]),
        total=int(known[worst].sum()),
    )


def _cells(row: Integers, column: Integers, shortfall: Floats, reach: Floats, size: int) -> tuple[Floats, Integers]:
    """Return each cell's level of service and its number of services, (size, size).

    A reach below 0 marks a service that is withheld; the level is NaN where there is no other.
    """
    key = row * size + column
    count = np.bincount(key, minlength=size * size)
    weight = np.where(reach < 0, 0.0, reach + 1e-12)
    total = np.bincount(key, weight, size * size)
    lost = np.bincount(key, weight * shortfall, size * size)
    level = np.where(total > 0, 1.0 - lost / np.where(total > 0, total, 1.0), np.nan)
    return level.reshape(size, size), count.reshape(size, size)


def _frame_loops(axes: Axes, label: npt.NDArray[np.int32], place: tuple[float, float, float]) -> None:
    """Draw a frame around each loop's block on the diagonal."""
    left, top, cell = place
    edges = np.flatnonzero(np.diff(label, prepend=-1, append=-1))
    for begin, end in pairwise(edges.tolist()):
        if end - begin > 1:
            axes.add_artist(
                Rectangle(
                    (left + cell * begin, top + cell * begin),
                    cell * (end - begin),
                    cell * (end - begin),
                    facecolor="none",
                    edgecolor=ACCENT,
                    linewidth=1.4,
                    zorder=4,
                )
            )


def _draw_heads(axes: Axes, names: list[str], looped: npt.NDArray[np.bool_], place: tuple[float, float, float]) -> None:
    left, top, cell = place
    size = min(8.0, 72 * cell * 0.62)
    for number, name in enumerate(names):
        y = top + cell * (number + 0.5)
        ink = ACCENT if looped[number] else INK
        write(
            axes,
            (left - 0.36, y),
            shorten(name, _NAMES - 0.1, size),
            size,
            colour=ink,
            anchor="right center",
            label="name",
        )
        write(axes, (left - 0.07, y), str(number + 1), size, colour=QUIET, anchor="right center", label="number")
        write(
            axes,
            (left + cell * (number + 0.5), top - 0.05),
            str(number + 1),
            size,
            colour=QUIET,
            anchor="center bottom",
            label="number",
        )


def _draw_cells(axes: Axes, level: Floats, count: Integers, place: tuple[float, float, float]) -> None:
    left, top, cell = place
    size = len(level)
    for line in range(size + 1):
        draw_line(axes, (left, left + cell * size), (top + cell * line,) * 2, color=SHELF, linewidth=0.5, zorder=0.5)
        draw_line(axes, (left + cell * line,) * 2, (top, top + cell * size), color=SHELF, linewidth=0.5, zorder=0.5)
    for number in range(size):
        axes.add_artist(
            Rectangle((left + cell * number, top + cell * number), cell, cell, facecolor=SHELF, edgecolor="none")
        )
    for row, column in np.argwhere(count > 0):
        suppressed = bool(np.isnan(level[row, column]))
        colour = GROUND if suppressed else BIN_COLOURS[int(bins(level[row, column]))]
        corner = (left + cell * column + 0.06 * cell, top + cell * row + 0.06 * cell)
        axes.add_artist(
            Rectangle(
                corner,
                0.88 * cell,
                0.88 * cell,
                facecolor=colour,
                edgecolor=INK,
                linewidth=1.2 if row > column else 0.6 if suppressed else 0,
                zorder=2,
            )
        )
        if count[row, column] > 1:
            middle = (left + cell * (column + 0.5), top + cell * (row + 0.5))
            axes.add_artist(Circle(middle, 0.13 * cell, facecolor=GROUND, edgecolor="none", zorder=3))

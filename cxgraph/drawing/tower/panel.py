"""The panel beside a tower: what its numbers cost, how to read it, and what is not in the picture."""

from __future__ import annotations

import numpy as np

from cxgraph.analysis import Analysis, PublishableAnalysis
from cxgraph.cascade.ranking import rank_descending
from cxgraph.drawing.figures import Axes, draw_line
from cxgraph.drawing.lettering import line_height, shorten, wrap, write, write_lines
from cxgraph.drawing.style import BIN_COLOURS, BIN_EDGES, BIN_NAMES, BIN_RANGES, INK, QUIET
from cxgraph.drawing.titles import few_answers
from cxgraph.drawing.tower.flows import NUMBERED, Streams
from cxgraph.drawing.tower.glasses import Cause, draw_badge, draw_glass
from cxgraph.drawing.tower.layout import Layout
from cxgraph.privacy.microaggregation import suppression_sentence
from cxgraph.wording import N_, Translator

HEAD, BODY, SMALL = 11.0, 8.5, 7.8
KEY_LINES = 14
"""More than any key takes: a key is never cut."""
_INDENT = 0.3


def draw_panel(
    axes: Axes,
    published: PublishableAnalysis,
    layout: Layout,
    streams: Streams,
    translate: Translator,
    place: tuple[float, float, float],
) -> None:
    """Draw the panel at (left, top, width), in inches."""
    analysis, (left, y, width) = published.analysis, place
    if len(streams.costliest):
        y = _costliest(axes, published, streams, translate, (left, y, width))
    y = _how_to_read(axes, translate, (left, y + 0.2, width))
    y = _bins(axes, translate, (left, y + 0.08, width))
    for note in not_shown(analysis, layout, streams, translate):
        lines = wrap(note, width, SMALL, 12)
        y = write_lines(axes, (left, y + 0.1), lines, SMALL, colour=QUIET, label="note")


def service_line(analysis: Analysis, service: int, translate: Translator) -> str:
    """Return what a service got of what it was to get, on the organisation's scale."""
    network = analysis.cascade.network
    asked, got = float(network.expectation[service]), float(network.fulfilment[service])
    digits = 1 if max(analysis.organization.settings.scale) <= 10 else 0
    if max(analysis.organization.settings.scale) <= 1:
        digits = 2
    if np.isnan(asked):
        return translate(N_("gets {got}"), got=translate.number(got, digits))
    return translate(
        N_("gets {got} of {asked}"), got=translate.number(got, digits), asked=translate.number(asked, digits)
    )


def _costliest(
    axes: Axes,
    published: PublishableAnalysis,
    streams: Streams,
    translate: Translator,
    place: tuple[float, float, float],
) -> float:
    left, y, width = place
    analysis = published.analysis
    network, cascade = analysis.cascade.network, analysis.cascade
    names = analysis.organization.departments["name"].to_numpy()
    count, thin = len(streams.costliest), few_answers(published)
    drawn = set(streams.costliest.tolist()) == set(rank_descending(cascade.contribution)[:count].tolist())
    title = (
        N_("The costliest services of those drawn")
        if not drawn
        else N_("The costliest service")
        if count == 1
        else N_("The six costliest services")
        if count == NUMBERED
        else N_("The costliest services")
    )
    y = write_lines(
        axes, (left, y), wrap(translate(title), width, HEAD, 2, bold=True), HEAD, bold=True, label="heading"
    )
    y = write_lines(
        axes,
        (left, y),
        wrap(translate(N_("and the share of the customers' gap that originates there")), width, SMALL, 2),
        SMALL,
        colour=QUIET,
        label="heading",
    )
    for number, service in enumerate(streams.costliest, 1):
        y += 0.1
        draw_badge(axes, (left + 0.1, y + 0.08), number, label="legend")
        parts = wrap(f"{names[network.supplier[service]]} → {names[network.client[service]]}", width - _INDENT, BODY)
        y = write_lines(axes, (left + _INDENT, y), parts, BODY, label="legend")
        share = translate.percent(cascade.contribution[service] / cascade.customer_shortfall, 0)
        figures = f"{service_line(analysis, service, translate)} · {share}"
        if thin[service]:
            figures += f" · {translate(N_('few answers'))}"
        what = str(analysis.service_rows["service"].iat[service])
        if what != "service":
            write(axes, (left + _INDENT, y), shorten(what, width - _INDENT, SMALL), SMALL, colour=QUIET, label="legend")
            y += line_height(SMALL)
        lines = wrap(figures, width - _INDENT, SMALL, 2, bold=True)
        y = write_lines(axes, (left + _INDENT, y), lines, SMALL, bold=True, colour=INK, label="legend")
    return y


def _how_to_read(axes: Axes, translate: Translator, place: tuple[float, float, float]) -> float:
    left, y, width = place
    write(axes, (left, y), translate(N_("How to read")), HEAD, bold=True, label="heading")
    y += line_height(HEAD) + 0.1
    draw_glass(axes, (left + 0.3, y), 0.27, 0.6, "60", cause=Cause(0.25), label="glass-legend")
    lines = wrap(
        translate(
            N_(
                "gold, with its number: how much of what it expects a department receives, in %; –: nothing that it "
                "receives is scored; dark layer, causes: how much of the customers' gap originates there; delivers: "
                "how much of what its clients expect it gives them; bears: how much of the whole gap is this customer's"
            )
        ),
        width - 0.75,
        SMALL,
        KEY_LINES,
    )
    y = max(write_lines(axes, (left + 0.75, y - 0.05), lines, SMALL, colour=QUIET, label="legend"), y + 0.4)
    y += 0.1
    draw_line(axes, (left + 0.1, left + 0.3), (y + 0.1,) * 2, color=BIN_COLOURS[1], linewidth=6, solid_capstyle="butt")
    draw_line(
        axes, (left + 0.3, left + 0.5), (y + 0.1,) * 2, color=BIN_COLOURS[1], linewidth=1.2, solid_capstyle="butt"
    )
    lines = wrap(
        translate(N_("width: how much of the customers' gap comes through this service")),
        width - 0.75,
        SMALL,
        KEY_LINES,
    )
    y = write_lines(axes, (left + 0.75, y), lines, SMALL, colour=QUIET, label="legend") + 0.06
    draw_line(axes, (left + 0.1, left + 0.5), (y + 0.08,) * 2, color=QUIET, linewidth=0.8, linestyle=(0, (4, 2.4)))
    lines = wrap(translate(N_("within a row, or back up")), width - 0.75, SMALL, KEY_LINES)
    return write_lines(axes, (left + 0.75, y), lines, SMALL, colour=QUIET, label="legend")


def _bins(axes: Axes, translate: Translator, place: tuple[float, float, float]) -> float:
    left, y, width = place
    note = wrap(translate(N_("delivered, as a part of what is expected:")), width, SMALL, KEY_LINES)
    y = write_lines(axes, (left, y), note, SMALL, colour=QUIET, label="legend") + 0.04
    edges = [translate.percent(edge, 0) for edge in BIN_EDGES]
    for number, (name, span) in enumerate(zip(BIN_NAMES, BIN_RANGES, strict=True)):
        dashed = (0, (1.8, 0.3)) if number == 0 else "solid"
        draw_line(
            axes,
            (left + 0.1, left + 0.5),
            (y + 0.08,) * 2,
            color=BIN_COLOURS[number],
            linewidth=5,
            linestyle=dashed,
            solid_capstyle="butt",
            dash_capstyle="butt",
        )
        ends = {"low": edges[number - 1] if number else "", "high": edges[number] if number < 4 else ""}
        text = f"{translate(name)}: {translate(span, **ends)}"
        y = write_lines(
            axes, (left + 0.75, y), wrap(text, width - 0.75, SMALL, KEY_LINES), SMALL, colour=QUIET, label="legend"
        )
        y += 0.03
    return y


def not_shown(analysis: Analysis, layout: Layout, streams: Streams, translate: Translator) -> list[str]:
    """Return a sentence for each thing that is not in the picture, with how much it is."""
    total = len(analysis.organization.departments)
    notes = []
    if layout.hidden:
        notes.append(
            translate(
                N_(
                    "{shown} of {all} departments have a glass of their own; {share} of the customers' gap "
                    "originates and travels among them alone. The others share a glass or are left out."
                ),
                shown=translate.number(total - layout.hidden),
                all=translate.number(total),
                share=translate.percent(layout.share, 0),
            )
        )
    services = analysis.cascade.network.services
    if streams.services < services:
        notes.append(
            translate(
                N_(
                    "The flows drawn stand for {drawn} of {all} services, where {share} of the customers' gap "
                    "originates."
                ),
                drawn=translate.number(streams.services),
                all=translate.number(services),
                share=translate.percent(streams.share, 0),
            )
        )
    if analysis.organization.suppressed is not None:
        notes += [
            translate(N_("?: suppressed, and so are dotted flows.")),
            suppression_sentence(analysis.organization, translate),
        ]
    return notes

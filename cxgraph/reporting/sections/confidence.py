"""How sure it is: noise of the answers, the band over the parameters, what the data say of the transmission."""

from __future__ import annotations

import numpy as np
import pandas as pd

from cxgraph.privacy.gate import shown_bottlenecks
from cxgraph.reporting.blocks import Block, Grid, Heading, Listing, Paragraph, Section
from cxgraph.reporting.context import Field, ReportContext, basis_words
from cxgraph.reporting.results import leaders_by_transmission, places_over_settings
from cxgraph.reporting.sections.footing import band_note, band_sentence, chances, footing
from cxgraph.reporting.sections.next_steps import next_steps
from cxgraph.reporting.summary import METHOD_WORDS, transmission_sentence, transmission_source
from cxgraph.transmission.result import Calibration
from cxgraph.uncertainty.intervals import Intervals
from cxgraph.wording import N_

_MANY = 6
"""Departments on which ways contradict each other in one direction, from which on chance is unlikely (1 in 32)."""

WAYS = {
    "wave": N_(
        "One wave: what the gaps of all that a department delivers have in common, against the gap that it "
        "receives. It sees no case and no change over time. So only what is assumed of faults (see “Method”) "
        "tells a fault that a department shows to all its clients from what it passes on."
    ),
    "periods": N_(
        "Periods: how far the services of a department move when the gap that it receives moves. Whatever else "
        "changed in the same periods counts too."
    ),
    "cases": N_(
        "Cases: how much more often a case ends badly where an earlier hand-over in it had failed. It sees only "
        "what travels inside one case; a lack of staff or tools that harms all cases alike stays unseen, so it can "
        "be too low. A reading below 0 (better outcomes after a hand-over that failed) is no transmission; it pulls "
        "the estimate towards 0."
    ),
}


def confidence_section(context: ReportContext) -> Section:
    """Return intervals, band, calibrations side by side, and whether the model would have known."""
    translate = context.translate
    return Section(
        "sureness",
        translate("Confidence and sensitivity"),
        (
            Heading(translate("What it rests on")),
            Listing(tuple(footing(context))),
            context.heading("intervals"),
            *_noise(context),
            Heading(translate("Sensitivity to the parameters")),
            *_band(context),
            Heading(translate("Transmission: what the data say")),
            *_calibration(context),
            Heading(translate("Back-test")),
            *_backtest(context),
            Heading(translate("What comes next, and what could change the conclusion")),
            Listing(tuple(next_steps(context)), numbered=True),
        ),
        answer=band_sentence(context),
    )


def _noise(context: ReportContext) -> tuple[Block, ...]:
    translate, found = context.translate, context.results.intervals
    blocks: list[Block] = [] if found.available else [Paragraph(text) for text in chances(context)]
    if "intervals" in context.parts:
        blocks.append(
            Paragraph(
                translate(
                    "In a resample each service's answers are drawn anew: from those that were given, or from their "
                    "mean, spread and number where only these are kept. Lower and upper end hold the middle {level} "
                    "of the resamples. First in all of them is not certainty.",
                    level=translate.percent(found.level, 0),
                )
            )
        )
    if not found.available:
        return tuple(blocks)
    if found.notes:
        blocks.append(Listing(tuple(problem.render(context.translate) for problem in found.notes)))
    blocks.append(
        _intervals_grid(
            context,
            found,
            context.translate("Intervals"),
            context.translate("Shares and ranks with their intervals, at the transmission used"),
        )
    )
    return tuple(blocks)


def _intervals_grid(context: ReportContext, found: Intervals, name: str, caption: str) -> Grid:
    translate = context.translate
    table = context.results.published.shown(found.table)
    table = table[table["high"] > 0]
    fields = (
        Field("name", translate("department")),
        Field("share", translate("share of the gap"), "percent"),
        Field("low", translate("lower end"), "percent"),
        Field("high", translate("upper end"), "percent"),
        Field("rank", translate("place"), "count"),
        Field("rank_low", translate("best place"), "count"),
        Field("rank_high", translate("worst place"), "count"),
        Field("p_top1", translate("ranked first in resamples"), "percent"),
        Field("p_topk", translate("among the first {k} in resamples", k=found.top), "percent"),
        Field("thin", translate("few answers")),
    )
    return context.grid(name, caption, table, fields, "share")


def _band(context: ReportContext) -> tuple[Block, ...]:
    translate, results = context.translate, context.results
    found = results.sensitivity
    table = places_over_settings(results)
    table = table[table["share_high"] > 0]
    counted = int(found.grid["first"].notna().sum())
    fields = (
        Field("name", translate("department")),
        Field("share", translate("share of the gap"), "percent"),
        Field("rank", translate("place"), "count"),
        Field("rank_best", translate("best place"), "count"),
        Field("rank_worst", translate("worst place"), "count"),
        Field("times_first", translate("times first, in {count} combinations", count=counted), "count"),
        Field(
            "times_among",
            translate("times among the first {k}, in {count} combinations", k=found.top, count=counted),
            "count",
        ),
        Field("throughout", translate("always among them")),
    )
    leaders = leaders_by_transmission(results)
    rows = (
        Field("transmission", translate("transmission"), "number", digits=1),
        Field("rank", translate("place"), "count"),
        Field("name", translate("department")),
    )
    return (
        Paragraph(" ".join((band_sentence(context), *band_note(context)))),
        Paragraph(
            translate(
                "There are {count} combinations: transmissions from 0 to 0.9, stringencies 1, 2, 4 and infinite, and "
                "every scoring that the data allow. At stringency 1 a client feels the average of its gaps, at "
                "infinite the worst one alone.",
                count=translate.number(len(found.grid)),
            )
        ),
        context.grid(translate("Band"), translate("Places over all combinations"), table, fields, "share"),
        context.grid(
            translate("Sweep"),
            translate("The first departments if all had the same transmission"),
            leaders,
            rows,
        ),
    )


def _calibration(context: ReportContext) -> tuple[Block, ...]:
    translate, results = context.translate, context.results
    found = results.calibration
    parts = dict(found.parts) or {found.method: found}
    blocks: list[Block] = [
        Paragraph(
            translate(
                "Transmission is how much of the gap that a department receives can show up in what it delivers. At "
                "0 every gap is its supplier's own; the nearer to 1, the more is traced back. {used} {source}",
                used=transmission_sentence(results.analysis, translate),
                source=transmission_source(results.analysis, translate),
            )
        ),
        Paragraph(
            translate(
                "The data allow these methods of estimating it: {methods}.",
                methods=", ".join(translate(METHOD_WORDS[name]) for name in parts),
            )
        ),
        *_sides(context, parts),
    ]
    if found.warnings:
        blocks.append(Listing(tuple(problem.render(translate) for problem in found.warnings)))
    blocks.append(_calibration_grid(context, found, parts))
    return tuple(blocks)


def _sides(context: ReportContext, parts: dict[str, Calibration]) -> list[Block]:
    """Return the methods side by side for the leading departments, how often they agree, and what follows."""
    translate, results = context.translate, context.results
    blocks: list[Block] = [Listing(tuple(translate(WAYS[name]) for name in parts))]
    if len(parts) < 2:
        return blocks
    agree = results.calibration.to_frame()["agree"]
    leading = results.published.shown(results.analysis.bottlenecks(5)).index[:3]
    blocks += [
        Paragraph(
            translate(
                "Estimates of the first departments, with their intervals (90 %), and the place that each "
                "department has when all transmissions are estimated by that method alone:"
            )
        ),
        Listing(tuple(_side(context, name, parts, agree[name]) for name in leading)),
    ]
    firsts = [(key, shown_bottlenecks(results.published, 1, found)) for key, found in results.by_method.items()]
    ranked = "; ".join(
        translate("{method}: {name}", method=translate(METHOD_WORDS[key]), name=first["name"].iloc[0])
        for key, first in firsts
        if len(first)
    )
    return [
        *blocks,
        Paragraph(translate("First place by each method alone: {firsts}.", firsts=ranked)),
        Paragraph(" ".join(_contradictions(context, parts, agree))),
        Paragraph(
            translate(
                "The estimate that is used weighs all methods together. What the data of one department say also "
                "moves what is held likely of the others. So it may differ from a method's own estimate, even "
                "where that method alone is named."
            ),
            "small",
        ),
    ]


def _side(context: ReportContext, name: str, parts: dict[str, Calibration], agrees: bool | None) -> str:
    """Return one department's estimates side by side, what each does to its share, and whether they agree."""
    translate, results = context.translate, context.results
    row = results.calibration.departments.index(name)
    estimates, places = [], set()
    for key, part in parts.items():
        table = results.by_method[key].departments()
        place = int((table["share"] > table["share"][name]).sum()) + 1
        places.add(place)
        estimates.append(
            " ".join(
                (
                    translate(
                        "{method}: {estimate} ({low} to {high}), place {place}",
                        method=translate(METHOD_WORDS[key]),
                        estimate=translate.number(float(part.estimate[row]), 2),
                        low=translate.number(float(part.low[row]), 2),
                        high=translate.number(float(part.high[row]), 2),
                        place=place,
                    ),
                    *_remarks(context, part, row),
                )
            )
        )
    said = [
        translate(
            {
                True: N_("They agree."),
                False: N_("They contradict each other."),
                None: N_("At least one of them cannot tell."),
            }[agrees]
        )
    ]
    if agrees is False:
        said.append(
            translate("Its place is the same with each.")
            if len(places) == 1
            else translate("Its place differs between them.")
        )
    return translate(
        "{name}. {estimates}. {verdict}",
        name=context.name(name),
        estimates="; ".join(estimates),
        verdict=" ".join(said),
    )


def _remarks(context: ReportContext, part: Calibration, row: int) -> list[str]:
    """Say where a way borrows from other departments, and the two readings of cases."""
    translate = context.translate
    if not part.informed[row]:
        return [translate("[not identified by its own data]")]
    readings = [float(part.details[key][row]) for key in ("against_met", "against_never") if key in part.details]
    if not readings or not np.isfinite(readings).all():
        return []
    return [
        translate(
            "[{met} against hand-overs without failure, {never} against cases never handed over]",
            met=translate.number(readings[0], 2),
            never=translate.number(readings[1], 2),
        )
    ]


def _contradictions(context: ReportContext, parts: dict[str, Calibration], agree: pd.Series) -> list[str]:
    """Say how often the ways agree, in which direction they differ where not, and what this report uses."""
    translate, told = context.translate, agree[agree.notna()]
    apart = (agree == False).to_numpy(bool)  # noqa: E712 - objects
    said = [
        translate(
            "Departments on which more than one method bears: {told}; the intervals (90 %) share a value for "
            "{agreeing} of them.",
            told=translate.number(len(told)),
            agreeing=translate.number(len(told) - int(apart.sum())),
        )
    ]
    if apart.any() and "wave" in parts:
        others = np.stack([part.estimate for key, part in parts.items() if key != "wave"])
        higher = int((parts["wave"].estimate > others.max(axis=0))[apart].sum())
        said.append(
            translate(
                "The methods contradict each other for {apart}, and one wave gives the highest transmission for "
                "{higher} of these. The higher it is, the more of a department's gaps is traced back to those who "
                "serve it; the lower, the more counts as originating in the department.",
                apart=translate.number(int(apart.sum())),
                higher=translate.number(higher),
            )
        )
        if higher == apart.sum() >= _MANY:
            said.append(
                translate(
                    "All differ in the same direction, which is no chance: the methods see different things. Cases "
                    "may miss what harms all cases alike, and one wave may take for passed on what a department "
                    "shows to all its clients; what is true may lie between."
                )
            )
    said.append(
        translate("The figures of this report rest on all of them together wherever nobody stated a transmission.")
        if context.analysis.transmission.estimated.any()
        else translate("The figures of this report rest on the transmissions used here, not on these estimates.")
    )
    return said


def _calibration_grid(context: ReportContext, found: Calibration, parts: dict[str, Calibration]) -> Grid:
    translate = context.translate
    frame = found.to_frame()
    used = pd.Series(context.analysis.cascade.transmission, index=frame.index)
    share = context.analysis.departments()["share"].reindex(frame.index)
    frame = frame.assign(used=used, basis=frame["basis"].map(lambda name: basis_words(name, translate)), weight=share)
    several = len(parts) > 1
    for key, part in parts.items():
        frame[f"{key}_low"], frame[f"{key}_high"] = part.low, part.high
    frame = context.results.published.shown(frame)
    frame = frame[frame["n"] > 0].sort_values("weight", ascending=False, kind="stable")
    fields = [
        Field("name", translate("department")),
        Field("used", translate("used here"), "number", digits=3),
        Field("estimate", translate("data say"), "number", digits=3),
        Field("low", translate("lower end"), "number"),
        Field("high", translate("upper end"), "number"),
        Field("basis", translate("by")),
        Field("n", translate("observations"), "count"),
        Field("informed", translate("data can tell")),
    ]
    if several:
        for key in parts:
            method = translate(METHOD_WORDS[key])
            fields += [
                Field(key, translate("{method}: estimate", method=method), "number"),
                Field(f"{key}_low", translate("{method}: lower end", method=method), "number"),
                Field(f"{key}_high", translate("{method}: upper end", method=method), "number"),
            ]
        fields.append(Field("agree", translate("intervals share a value")))
    if "against_met" in parts.get("cases", found).details:
        cases = parts.get("cases", found).details
        for key in ("against_met", "against_never"):
            frame[key] = pd.Series(cases[key], index=pd.Index(found.departments)).reindex(frame.index)
        fields += [
            Field("against_met", translate("cases, against hand-overs without failure"), "number"),
            Field("against_never", translate("cases, against cases never handed over"), "number"),
        ]
    return context.grid(
        translate("Transmission"), translate("Transmission of each department, with intervals (90 %)"), frame, fields
    )


def _backtest(context: ReportContext) -> tuple[Block, ...]:
    translate, found = context.translate, context.results.backtest
    blocks: list[Block] = [Paragraph(found.verdict.render(translate))]
    if len(found.periods):
        blocks.append(
            Paragraph(
                translate(
                    "Skill is the part of the error of “same as last period” that the model avoids: 1 "
                    "is all of it, 0 none, below 0 it errs more. Only services scored in both periods "
                    "enter, so a period with few of them says little."
                )
            )
        )
        fields = (
            Field("period", translate("period")),
            Field("services", translate("services"), "count"),
            Field("actual", translate("customers' gap"), "percent"),
            Field("model", translate("model said"), "percent"),
            Field("same", translate("as the period before"), "percent"),
        )
        blocks.append(
            context.grid(
                translate("Back-test"),
                translate("What the model would have said of each period"),
                found.periods,
                fields,
            )
        )
    return tuple(blocks)

"""How sure it is: noise of the answers, the band over the parameters, what the data say of the transmission."""

from __future__ import annotations

import numpy as np
import pandas as pd

from cxgraph.analysis import shown_bottlenecks
from cxgraph.evidence.calibration_result import Calibration
from cxgraph.evidence.intervals import Intervals
from cxgraph.report.blocks import Block, Grid, Heading, Listing, Paragraph, Section
from cxgraph.report.sections.executive import band_sentence, chances
from cxgraph.report.sections.teller import METHODS, Field, Teller
from cxgraph.report.summary import dependence_sentence, transmission_sentence, transmission_source
from cxgraph.wording import N_

_MANY = 6
"""Departments on which ways contradict each other in one direction, from which on chance is unlikely (1 in 32)."""

WAYS = {
    "wave": N_(
        "One wave: what the shortfalls of all that a department delivers have in common, against what it lacks "
        "itself. It sees no case and no change over time, so a fault that a department shows to all its clients "
        "is told from what it passes on only by what is assumed of faults (see “Method and limits”)."
    ),
    "periods": N_(
        "Periods: how far the services of a department move when what it lacks moves. Whatever else changed "
        "in the same periods counts too."
    ),
    "cases": N_(
        "Cases: how much more often a case ends badly where an earlier hand-over in it had failed. It sees "
        "only what travels inside one case; want of staff or tools that harms all cases alike stays unseen, so "
        "it can be too low. A reading below 0 (better outcomes after a hand-over that failed) is no "
        "transmission; it pulls the estimate towards 0."
    ),
}


def tell_sureness(teller: Teller) -> Section:
    """Return intervals, band, calibrations side by side, and whether the model would have known."""
    say = teller.say
    return Section(
        "sureness",
        say("How sure this is"),
        (
            Heading(say("Noise: had other people answered")),
            *_noise(teller),
            Heading(say("Parameters: had other ones been chosen")),
            *_band(teller),
            Heading(say("Transmission: what the data say")),
            *_calibration(teller),
            Heading(say("Would the model have known?")),
            *_backtest(teller),
        ),
    )


def _noise(teller: Teller) -> tuple[Block, ...]:
    say, found = teller.say, teller.study.intervals
    blocks: list[Block] = [Paragraph(text) for text in chances(teller)]
    if found.available:
        blocks.append(
            Paragraph(
                say(
                    "In a draw each service's answers are drawn anew from those that were given, so "
                    "that chance can be seen: lower and upper end hold the middle {level} of the "
                    "draws. “First in draws” counts draws: 100.0 % means every one of them, not "
                    "certainty.",
                    level=say.percent(found.level, 0),
                )
            )
        )
    if not found.available:
        return tuple(blocks)
    if found.notes:
        blocks.append(Listing(tuple(problem.render(teller.say) for problem in found.notes)))
    blocks.append(
        _intervals_grid(
            teller,
            found,
            teller.say("Intervals"),
            teller.say("Shares and ranks with their intervals, at the transmission used"),
        )
    )
    return tuple(blocks)


def _intervals_grid(teller: Teller, found: Intervals, name: str, caption: str) -> Grid:
    say = teller.say
    table = teller.study.discretion.shown(found.table)
    table = table[table["high"] > 0]
    fields = (
        Field("name", say("department")),
        Field("share", say("share of all that is lacking"), "percent"),
        Field("low", say("lower end"), "percent"),
        Field("high", say("upper end"), "percent"),
        Field("rank", say("place"), "count"),
        Field("rank_low", say("best place"), "count"),
        Field("rank_high", say("worst place"), "count"),
        Field("p_top1", say("first in draws"), "percent"),
        Field("p_topk", say("first {k} in draws", k=found.top), "percent"),
        Field("thin", say("few answers")),
    )
    return teller.grid(name, caption, table, fields, "share")


def _band(teller: Teller) -> tuple[Block, ...]:
    say, study = teller.say, teller.study
    found = study.robustness
    table = study.discretion.shown(found.table)
    table = table[table["share_high"] > 0]
    fields = (
        Field("name", say("department")),
        Field("share", say("share of all that is lacking"), "percent"),
        Field("share_low", say("lowest share"), "percent"),
        Field("share_high", say("highest share"), "percent"),
        Field("rank", say("place"), "count"),
        Field("rank_best", say("best place"), "count"),
        Field("rank_worst", say("worst place"), "count"),
        Field("first", say("how often first"), "percent"),
        Field("among_top", say("how often among the first {k}", k=found.top), "percent"),
        Field("throughout", say("always among them")),
    )
    leaders = study.analysis.leaders(5)
    leaders = leaders[~leaders["id"].isin(teller.study.discretion.hidden_departments)]
    rows = (
        Field("transmission", say("transmission"), "number", digits=1),
        Field("rank", say("place"), "count"),
        Field("name", say("department")),
        Field("share", say("share of all that is lacking"), "percent"),
    )
    return (
        Paragraph(band_sentence(teller)),
        Paragraph(
            say(
                "The band solves everything again at transmissions from 0 to 0.9, the same for all "
                "departments, at stringencies 1, 2, 4 and infinite (1: a client feels the average of its "
                "shortfalls; infinite: the worst one alone), and with every scoring that the data allow: "
                "{count} combinations. Shares and places of this report stand beside; with a transmission "
                "of its own for each department a share can lie outside its lowest and highest here.",
                count=say.number(len(found.grid)),
            )
        ),
        teller.grid(say("Band"), say("Shares and places over all combinations"), table, fields, "share"),
        Paragraph(dependence_sentence(say, study.discretion)),
        teller.grid(say("Sweep"), say("First places at one transmission for all departments"), leaders, rows, "share"),
    )


def _calibration(teller: Teller) -> tuple[Block, ...]:
    say, study = teller.say, teller.study
    found = study.calibration
    parts = dict(found.parts) or {found.method: found}
    blocks: list[Block] = [
        Paragraph(
            say(
                "Transmission is how much of what a department lacks can show up in what it delivers. At 0 every "
                "shortfall is its supplier's own; the nearer to 1, the more is traced back. {used} {source}",
                used=transmission_sentence(study.analysis, say),
                source=transmission_source(study.analysis, say),
            )
        ),
        Paragraph(
            say(
                "The data allow these ways of estimating it: {methods}.",
                methods=", ".join(say(METHODS[name]) for name in parts),
            )
        ),
        *_sides(teller, parts),
    ]
    if found.warnings:
        blocks.append(Listing(tuple(problem.render(say) for problem in found.warnings)))
    blocks.append(_calibration_grid(teller, found, parts))
    if study.calibrated_intervals.available and not study.uses_calibration:
        blocks.append(
            _intervals_grid(
                teller,
                study.calibrated_intervals,
                say("Calibrated"),
                say("Shares and ranks with the calibrated transmissions, which are drawn too"),
            )
        )
    return tuple(blocks)


def _sides(teller: Teller, parts: dict[str, Calibration]) -> list[Block]:
    """Return the methods side by side for the leading departments, how often they agree, and what follows."""
    say, study = teller.say, teller.study
    blocks: list[Block] = [Listing(tuple(say(WAYS[name]) for name in parts))]
    if len(parts) < 2:
        return blocks
    agree = study.calibration.to_frame()["agree"]
    leading = study.discretion.shown(study.analysis.bottlenecks(5)).index[:3]
    blocks += [
        Paragraph(
            say(
                "Estimates of the first departments, with their intervals (90 %), and the share and place "
                "that each department has when all transmissions are estimated in that way:"
            )
        ),
        Listing(tuple(_side(teller, name, parts, agree[name]) for name in leading)),
    ]
    firsts = [(key, shown_bottlenecks(study.discretion, 1, found)) for key, found in study.by_method.items()]
    ranked = "; ".join(
        say(
            "{method}: {name} with {share}",
            method=say(METHODS[key]),
            name=first["name"].iloc[0],
            share=say.percent(float(first["share"].iloc[0])),
        )
        for key, first in firsts
        if len(first)
    )
    return [
        *blocks,
        Paragraph(say("First place by each way alone: {firsts}.", firsts=ranked)),
        Paragraph(" ".join(_contradictions(teller, parts, agree))),
    ]


def _side(teller: Teller, name: str, parts: dict[str, Calibration], agrees: bool | None) -> str:
    """Return one department's estimates side by side, what each does to its share, and whether they agree."""
    say, study = teller.say, teller.study
    row = study.calibration.departments.index(name)
    estimates, places = [], set()
    for key, part in parts.items():
        table = study.by_method[key].departments()
        place = int((table["share"] > table["share"][name]).sum()) + 1
        places.add(place)
        estimates.append(
            " ".join(
                (
                    say(
                        "{method}: {estimate} ({low} to {high}), share {share}, place {place}",
                        method=say(METHODS[key]),
                        estimate=say.number(float(part.estimate[row]), 2),
                        low=say.number(float(part.low[row]), 2),
                        high=say.number(float(part.high[row]), 2),
                        share=say.percent(float(table["share"][name])),
                        place=place,
                    ),
                    *_remarks(teller, part, row),
                )
            )
        )
    said = [
        say(
            {
                True: N_("They agree."),
                False: N_("They contradict each other."),
                None: N_("At least one of them cannot tell."),
            }[agrees]
        )
    ]
    if agrees is False:
        said.append(
            say("Its place is the same with each.") if len(places) == 1 else say("Its place differs between them.")
        )
    return say(
        "{name}. {estimates}. {verdict}", name=teller.name(name), estimates="; ".join(estimates), verdict=" ".join(said)
    )


def _remarks(teller: Teller, part: Calibration, row: int) -> list[str]:
    """Say where a way borrows from other departments, and the two readings of cases."""
    say = teller.say
    if not part.informed[row]:
        return [say("[own data cannot tell]")]
    readings = [float(part.details[key][row]) for key in ("against_met", "against_never") if key in part.details]
    if not readings or not np.isfinite(readings).all():
        return []
    return [
        say(
            "[{met} against hand-overs without failure, {never} against cases never handed over]",
            met=say.number(readings[0], 2),
            never=say.number(readings[1], 2),
        )
    ]


def _contradictions(teller: Teller, parts: dict[str, Calibration], agree: pd.Series) -> list[str]:
    """Say how often the ways agree, in which direction they differ where not, and what this report uses."""
    say, told = teller.say, agree[agree.notna()]
    apart = (agree == False).to_numpy(bool)  # noqa: E712 - objects
    said = [
        say(
            "Departments that more than one way can tell of: {told}; the intervals (90 %) share a value for "
            "{agreeing} of them.",
            told=say.number(len(told)),
            agreeing=say.number(len(told) - int(apart.sum())),
        )
    ]
    if apart.any() and "wave" in parts:
        others = np.stack([part.estimate for key, part in parts.items() if key != "wave"])
        higher = int((parts["wave"].estimate > others.max(axis=0))[apart].sum())
        said.append(
            say(
                "The ways contradict each other for {apart}, and one wave gives the highest transmission for "
                "{higher} of these. The higher it is, the more of a department's shortfalls is traced back to "
                "those who serve it; the lower, the more counts as starting in the department.",
                apart=say.number(int(apart.sum())),
                higher=say.number(higher),
            )
        )
        if higher == apart.sum() >= _MANY:
            said.append(
                say(
                    "All differ in the same direction, which is no chance: the ways see different things. "
                    "Cases may miss what harms all cases alike, and one wave may take for passed on what a "
                    "department shows to all its clients; what is true may lie between."
                )
            )
    source = teller.analysis.transmission.source
    said.append(
        say("The figures of this report rest on one wave wherever nobody stated a transmission.")
        if (source == "one wave").any()
        else say("The figures of this report rest on the transmissions used here, not on these estimates.")
    )
    return [
        *said,
        say(
            "“Data say” in the table below is the most direct way that can tell (cases before periods "
            "before one wave); the table after it ranks with that."
        ),
    ]


def _calibration_grid(teller: Teller, found: Calibration, parts: dict[str, Calibration]) -> Grid:
    say = teller.say
    frame = found.to_frame()
    used = pd.Series(teller.analysis.cascade.transmission, index=frame.index)
    share = teller.analysis.departments()["share"].reindex(frame.index)
    frame = frame.assign(used=used, basis=frame["basis"].map(lambda name: say(METHODS[name])), weight=share)
    several = len(parts) > 1
    for key, part in parts.items():
        frame[f"{key}_low"], frame[f"{key}_high"] = part.low, part.high
    frame = teller.study.discretion.shown(frame)
    frame = frame[frame["n"] > 0].sort_values("weight", ascending=False, kind="stable")
    fields = [
        Field("name", say("department")),
        Field("used", say("used here"), "number", digits=3),
        Field("estimate", say("data say"), "number", digits=3),
        Field("low", say("lower end"), "number"),
        Field("high", say("upper end"), "number"),
        Field("basis", say("by")),
        Field("n", say("observations"), "count"),
        Field("informed", say("data can tell")),
    ]
    if several:
        for key in parts:
            method = say(METHODS[key])
            fields += [
                Field(key, say("{method}: estimate", method=method), "number"),
                Field(f"{key}_low", say("{method}: lower end", method=method), "number"),
                Field(f"{key}_high", say("{method}: upper end", method=method), "number"),
            ]
        fields.append(Field("agree", say("intervals share a value")))
    if "against_met" in parts.get("cases", found).details:
        cases = parts.get("cases", found).details
        for key in ("against_met", "against_never"):
            frame[key] = pd.Series(cases[key], index=pd.Index(found.departments)).reindex(frame.index)
        fields += [
            Field("against_met", say("cases, against hand-overs without failure"), "number"),
            Field("against_never", say("cases, against cases never handed over"), "number"),
        ]
    return teller.grid(
        say("Transmission"), say("Transmission of each department, with intervals (90 %)"), frame, fields
    )


def _backtest(teller: Teller) -> tuple[Block, ...]:
    say, found = teller.say, teller.study.backtest
    blocks: list[Block] = [Paragraph(found.verdict.render(say))]
    if len(found.periods):
        blocks.append(
            Paragraph(
                say(
                    "Skill is the part of the error of “same as last period” that the model avoids: 1 "
                    "is all of it, 0 none, below 0 it errs more. Only services scored in both periods "
                    "enter, so a period with few of them says little."
                )
            )
        )
        fields = (
            Field("period", say("period")),
            Field("services", say("services"), "count"),
            Field("actual", say("customers lacked"), "percent"),
            Field("model", say("model said"), "percent"),
            Field("same", say("as the period before"), "percent"),
        )
        blocks.append(
            teller.grid(say("Backtest"), say("What the model would have said of each period"), found.periods, fields)
        )
    return tuple(blocks)

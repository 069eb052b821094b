"""How sure it is: noise of the answers, the band over the parameters, what the data say of the transmission."""

from __future__ import annotations

import pandas as pd

from cxgraph.analysis import shown_bottlenecks
from cxgraph.evidence.calibration_result import Calibration
from cxgraph.evidence.intervals import Intervals
from cxgraph.report.blocks import Block, Grid, Heading, Listing, Paragraph, Section
from cxgraph.report.sections.executive import band_sentence, chances
from cxgraph.report.sections.teller import Field, Teller
from cxgraph.report.summary import dependence_sentence, transmission_sentence, transmission_source
from cxgraph.wording import N_

METHODS = {"wave": N_("one wave"), "periods": N_("periods"), "cases": N_("cases"), "prior": N_("assumed")}


def tell_sureness(teller: Teller) -> Section:
    """Return intervals, band, calibrations side by side, and whether the model would have known."""
    say = teller.say
    return Section("sureness", say("How sure this is"), (
        Heading(say("Noise: had other people answered")), *_noise(teller),
        Heading(say("Parameters: had other ones been chosen")), *_band(teller),
        Heading(say("Transmission: what the data say")), *_calibration(teller),
        Heading(say("Would the model have known?")), *_backtest(teller)))


def _noise(teller: Teller) -> tuple[Block, ...]:
    found = teller.study.intervals
    blocks: list[Block] = [Paragraph(text) for text in chances(teller)]
    if not found.available:
        return tuple(blocks)
    if found.notes:
        blocks.append(Listing(tuple(problem.render(teller.say) for problem in found.notes)))
    blocks.append(_intervals_grid(teller, found, teller.say("Intervals"),
                                  teller.say("Shares and ranks with their intervals, at the transmission used")))
    return tuple(blocks)


def _intervals_grid(teller: Teller, found: Intervals, name: str, caption: str) -> Grid:
    say = teller.say
    table = teller.study.discretion.shown(found.table)
    table = table[table["high"] > 0]
    fields = (Field("name", say("department")), Field("share", say("share of all that is lacking"), "percent"),
              Field("low", say("lower end"), "percent"), Field("high", say("upper end"), "percent"),
              Field("rank", say("place"), "count"), Field("rank_low", say("best place"), "count"),
              Field("rank_high", say("worst place"), "count"), Field("p_top1", say("P(first)"), "percent"),
              Field("p_topk", say("P(first {k})", k=found.top), "percent"), Field("thin", say("few answers")))
    return teller.grid(name, caption, table, fields, "share")


def _band(teller: Teller) -> tuple[Block, ...]:
    say, study = teller.say, teller.study
    found = study.robustness
    table = study.discretion.shown(found.table)
    table = table[table["share_high"] > 0]
    fields = (Field("name", say("department")), Field("share", say("share of all that is lacking"), "percent"),
              Field("share_low", say("lowest share"), "percent"), Field("share_high", say("highest share"), "percent"),
              Field("rank", say("place"), "count"), Field("rank_best", say("best place"), "count"),
              Field("rank_worst", say("worst place"), "count"), Field("first", say("how often first"), "percent"),
              Field("among_top", say("how often among the first {k}", k=found.top), "percent"),
              Field("throughout", say("always among them")))
    leaders = study.analysis.leaders(5)
    leaders = leaders[~leaders["id"].isin(teller.study.discretion.hidden_departments)]
    rows = (Field("transmission", say("transmission"), "number", digits=1), Field("rank", say("place"), "count"),
            Field("name", say("department")), Field("share", say("share of all that is lacking"), "percent"))
    return (Paragraph(band_sentence(teller)),
            Paragraph(say("The band solves everything again at transmissions from 0 to 0.9, stringencies 1, 2, 4 and "
                          "infinite, and every scoring that the data allow: {count} combinations.",
                          count=say.number(len(found.grid)))),
            teller.grid(say("Band"), say("Shares and places over all combinations"), table, fields, "share"),
            Paragraph(dependence_sentence(say, study.discretion)),
            teller.grid(say("Sweep"), say("First places at one transmission for all departments"), leaders, rows,
                        "share"))


def _calibration(teller: Teller) -> tuple[Block, ...]:
    say, study = teller.say, teller.study
    found = study.calibration
    parts = dict(found.parts) or {found.method: found}
    blocks: list[Block] = [
        Paragraph(say("Transmission is how much of what a department lacks can show up in what it delivers. At 0 every "
                      "shortfall is its supplier's own; the nearer to 1, the more is traced back. {used} {source}",
                      used=transmission_sentence(study.analysis, say),
                      source=transmission_source(study.analysis, say))),
        Paragraph(say("The data allow these ways of estimating it: {methods}.",
                      methods=", ".join(say(METHODS[name]) for name in parts))), *_sides(teller, parts)]
    if found.warnings:
        blocks.append(Listing(tuple(problem.render(say) for problem in found.warnings)))
    blocks.append(_calibration_grid(teller, found, parts))
    if study.calibrated_intervals.available and not study.uses_calibration:
        blocks.append(_intervals_grid(
            teller, study.calibrated_intervals, say("Calibrated"),
            say("Shares and ranks with the calibrated transmissions, which are drawn too")))
    return tuple(blocks)


def _sides(teller: Teller, parts: dict[str, Calibration]) -> list[Block]:
    """Return the methods side by side for the leading departments, and how often they agree."""
    say, study = teller.say, teller.study
    if len(parts) < 2:
        return []
    agree = study.calibration.to_frame()["agree"]
    told = agree[agree.notna()]
    items = []
    leading = study.discretion.shown(study.analysis.bottlenecks(5)).index[:3]
    for name in leading:
        row = study.calibration.departments.index(name)
        shown = "; ".join(say("{method}: {estimate} ({low} to {high})", method=say(METHODS[key]),
                              estimate=say.number(float(part.estimate[row]), 2),
                              low=say.number(float(part.low[row]), 2), high=say.number(float(part.high[row]), 2))
                          for key, part in parts.items())
        verdict = {True: say("They agree."), False: say("They contradict each other."),
                   None: say("At least one of them cannot tell.")}[agree[name]]
        items.append(say("{name}. {estimates}. {verdict}", name=teller.name(name), estimates=shown, verdict=verdict))
    firsts = [(key, shown_bottlenecks(study.discretion, 1, found)) for key, found in study.by_method.items()]
    ranked = "; ".join(say("{method}: {name} with {share}", method=say(METHODS[key]), name=first["name"].iloc[0],
                           share=say.percent(float(first["share"].iloc[0]))) for key, first in firsts if len(first))
    return [Listing(tuple(items)), Paragraph(say("First place by each way alone: {firsts}.", firsts=ranked)),
            Paragraph(say(
        "Of {told} departments that more than one way can tell of, the 90 % intervals share a value for {agreeing}. "
        "Where they do not, the most direct way is used: cases before periods before one wave.",
        told=say.number(len(told)), agreeing=say.number(int((told == True).sum()))))]  # noqa: E712 - objects


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
    fields = [Field("name", say("department")), Field("used", say("used here"), "number", digits=3),
              Field("estimate", say("data say"), "number", digits=3), Field("low", say("lower end"), "number"),
              Field("high", say("upper end"), "number"), Field("basis", say("by")),
              Field("n", say("observations"), "count"), Field("informed", say("data can tell"))]
    if several:
        for key in parts:
            method = say(METHODS[key])
            fields += [Field(key, say("{method}: estimate", method=method), "number"),
                       Field(f"{key}_low", say("{method}: lower end", method=method), "number"),
                       Field(f"{key}_high", say("{method}: upper end", method=method), "number")]
        fields.append(Field("agree", say("intervals share a value")))
    if "against_met" in parts.get("cases", found).details:
        cases = parts.get("cases", found).details
        for key in ("against_met", "against_never"):
            frame[key] = pd.Series(cases[key], index=pd.Index(found.departments)).reindex(frame.index)
        fields += [Field("against_met", say("cases, against hand-overs without failure"), "number"),
                   Field("against_never", say("cases, against cases never handed over"), "number")]
    return teller.grid(say("Transmission"), say("Transmission of each department, with 90 % intervals"), frame, fields)


def _backtest(teller: Teller) -> tuple[Block, ...]:
    say, found = teller.say, teller.study.backtest
    blocks: list[Block] = [Paragraph(found.verdict.render(say))]
    if len(found.periods):
        fields = (Field("period", say("period")), Field("services", say("services"), "count"),
                  Field("actual", say("customers lacked"), "percent"), Field("model", say("model said"), "percent"),
                  Field("same", say("as the period before"), "percent"))
        blocks.append(teller.grid(say("Backtest"), say("What the model would have said of each period"),
                                  found.periods, fields))
    return tuple(blocks)

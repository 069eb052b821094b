"""Results as sentences and aligned columns for a terminal: bottlenecks, paths, feedback loops, transmissions."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cxgraph.privacy.gate import publishable, shown_bottlenecks
from cxgraph.privacy.microaggregation import suppression_sentence
from cxgraph.reporting.advice import advice_sentence, blamed_departments, bottleneck_advice
from cxgraph.reporting.headline import drawn_intervals, headline_sensitivity
from cxgraph.reporting.summary import (
    BY_WORDS,
    METHOD_WORDS,
    ROLE_WORDS,
    VERDICT_WORDS,
    bottleneck_sentence,
    certainty_sentence,
    first_place_sentence,
    headline,
    no_first,
    transmission_sentence,
    transmission_source,
)
from cxgraph.wording import N_, Translator

if TYPE_CHECKING:
    import pandas as pd

    from cxgraph.analysis import Analysis
    from cxgraph.cascade.trace import Trace

_NAMED = 8
"""Members of a loop that are named one by one."""
_YES_NO = {True: N_("yes"), False: N_("no"), None: "-"}


_SMALLEST_REST = 5e-4
"""Below it what is left would read 0.0 %."""


def ranking_text(analysis: Analysis, top: int, translate: Translator, by: str = "contribution") -> str:
    """Return the ranking as text for a terminal.

    Parameters
    ----------
    analysis : Analysis
        Any.
    top : int
        How many bottlenecks, at least 1.
    translate : Translator
        Language.
    by : str
        What they are ranked by; see `Analysis.bottlenecks`.

    Returns
    -------
    str
        Lines without control characters: headline, bottlenecks, what the ranking hangs on.
    """
    published = publishable(analysis)
    analysis, table = published.analysis, shown_bottlenecks(published, top, by=by)
    intervals = drawn_intervals(analysis)
    sure = "" if intervals is None else certainty_sentence(translate, published, intervals)
    lines = [headline(translate, published), *([sure] if sure else []), ""]
    if by != "contribution":
        lines[-1:] = [translate(BY_WORDS[by]), ""]
    blamed = blamed_departments(analysis)
    undecided = no_first(translate, published)  # then no service is the one to begin with, and none is advised
    for place, (_, row) in enumerate(table.iterrows(), 1):
        lines.append(f"{place}. {bottleneck_sentence(row, translate, published.min_respondents)}")
        if by != "contribution" and not row["withheld"]:
            lines.append(
                "   "
                + translate(
                    "Repaired, customers gain {gain} points, {per_point} for each point of the scale.",
                    gain=translate.number(100 * float(row["gain"]), 2),
                    per_point=translate.number(100 * float(row["gain_per_point"]), 2),
                )
            )
        if undecided and not row["withheld"]:
            lines.append(
                "   "
                + translate(
                    "Role: {role}; diagnosis of this service: {verdict}.",
                    role=translate(ROLE_WORDS[row["role"]]),
                    verdict=translate(VERDICT_WORDS[row["verdict"]]),
                )
            )
        elif not row["withheld"]:
            lines.append(
                "   "
                + translate(
                    "Role: {role}; diagnosis of this service: {verdict}. {advice}",
                    role=translate(ROLE_WORDS[row["role"]]),
                    verdict=translate(VERDICT_WORDS[row["verdict"]]),
                    advice=advice_sentence(bottleneck_advice(row, blamed), float(row["own_part"]), translate),
                )
            )
    if len(table) > 1:
        lines.append(
            translate(
                "Together: {share} of the customers' gap.",
                share=translate.percent(float(table["cumulative"].iloc[-1])),
            )
        )
    lines += [
        "",
        f"{transmission_sentence(analysis, translate)} {transmission_source(analysis, translate)}",
        *(
            []
            if intervals is None
            else [first_place_sentence(translate, published, intervals, headline_sensitivity(analysis))]
        ),
    ]
    note = suppression_sentence(analysis.organization, translate)
    lines += ["", note] if note else []
    return "\n".join(
        "".join(c if c.isprintable() or c == "\N{NO-BREAK SPACE}" else " " for c in line) for line in lines
    )


def trace_text(analysis: Analysis, trace: Trace, translate: Translator) -> str:
    """Return the trace as sentences.

    Parameters
    ----------
    analysis : Analysis
        What was traced.
    trace : Trace
        Its heaviest paths.
    translate : Translator
        Language.

    Returns
    -------
    str
        Lines: what customers lack, a way on each, what is on the others, and what is withheld.
    """
    lines = [
        translate(
            "{name}: the customers' gap is {lacking} of what they expect.",
            name=analysis.organization.name,
            lacking=translate.percent(trace.total),
        )
    ]
    if trace.source is not None:
        table = analysis.organization.departments
        share = trace.caused / trace.total if trace.total > 0 else 0.0
        lines.append(
            translate(
                "{share} of it originates in {department}.",
                share=translate.percent(share),
                department=table.loc[table["id"] == trace.source, "name"].iat[0],
            )
        )
    note = suppression_sentence(analysis.organization, translate)
    after = [note] if note else []
    if not trace.paths:
        return "\n".join([*lines, translate("There is no path to follow."), *after])
    width = len(str(len(trace.paths)))
    for place, path in enumerate(trace.paths, 1):
        lines.append(
            translate(
                "{place}. {way}: {share} ({services})",
                place=str(place).rjust(width),
                way=" → ".join(path.names),
                share=translate.percent(path.share),
                services=" → ".join(path.services),
            )
        )
    shown = trace.shown / trace.total
    rest = max(trace.caused / trace.total - shown, 0.0)
    explained = translate.percent(shown)
    lines.append(
        translate(
            "Together: {explained} of the customers' gap; another {remaining} is spread over smaller paths.",
            explained=explained,
            remaining=translate.percent(rest),
        )
        if rest >= _SMALLEST_REST
        else translate("Together: {share} of the customers' gap.", share=explained)
    )
    return "\n".join([*lines, *after])


def loops_text(analysis: Analysis, frame: pd.DataFrame, translate: Translator) -> str:
    """Return the loops as sentences.

    Parameters
    ----------
    analysis : Analysis
        What they are in.
    frame : DataFrame
        From `Analysis.loops`.
    translate : Translator
        Language.

    Returns
    -------
    str
        How many there are, what each does, and what is withheld.
    """
    table = analysis.organization.departments
    names = dict(zip(table["id"], table["name"], strict=True))
    found, note = frame.attrs["found"], suppression_sentence(analysis.organization, translate)
    if not found:
        none = translate("{name}: there is no feedback loop.", name=analysis.organization.name)
        return f"{none}\n{note}" if note else none
    lines = [
        translate(
            "{name}: feedback loops: {count}.",
            name=analysis.organization.name,
            count=found,
        )
    ]
    for place, row in enumerate(frame.to_dict("records"), 1):
        members = ", ".join(names[member] for member in row["members"][:_NAMED])
        if len(row["members"]) > _NAMED:
            members = translate("{names} and {count} more", names=members, count=len(row["members"]) - _NAMED)
        lines.append(f"{place}. {members}")
        if row["weakest_service"] is None:
            lines.append("   " + translate("A virtuous circle: today no gap goes round it."))
            continue
        lines.append(
            "   "
            + translate(
                "A fault that enters it grows {multiplier} times by going round (gain {gain}).",
                multiplier=translate.number(row["multiplier"], 2),
                gain=translate.number(row["gain"], 3),
            )
        )
        lines.append(
            "   "
            + translate(
                "The weakest link is {supplier} → {client} ({service}): without what it passes on, "
                "the gain falls to {gain}.",
                supplier=names[row["weakest_supplier"]],
                client=names[row["weakest_client"]],
                service=row["weakest_service"],
                gain=translate.number(row["gain_without"], 3),
            )
        )
    away = frame.attrs["withheld"]
    if away:
        lines.append(translate("Suppressed of the loops that amplify faults most: {count}.", count=away))
    if found > len(frame) + away:
        lines.append(
            translate(
                "{count} more {count:loop amplifies|loops amplify} faults less (--top shows more).",
                count=found - len(frame) - away,
            )
        )
    if note:
        lines.append(note)
    return "\n".join(lines)


def calibration_text(table: pd.DataFrame, parts: list[str], top: int, translate: Translator) -> str:
    """Return the estimates as a table for people, those with most data behind them first.

    Parameters
    ----------
    table : DataFrame
        From `Calibration.to_frame`.
    parts : list of str
        Methods that it was put together from.
    top : int
        How many departments at the most.
    translate : Translator
        Language.

    Returns
    -------
    str
        A heading, aligned columns, and how many departments were left out and why.
    """
    told = table[table["n"] > 0].sort_values(["informed", "n"], ascending=False, kind="stable")
    shown = told.head(top)
    methods = parts if len(parts) > 1 else []
    head = [
        translate("department"),
        translate("transmission"),
        translate("interval (90 %)"),
        translate("from"),
        "n",
        translate("can tell"),
        *(translate(METHOD_WORDS[name]) for name in methods),
        *([translate("agree")] if methods else []),
    ]
    rows = [
        [
            row["name"],
            translate.number(row["estimate"], 2),
            f"{translate.number(row['low'], 2)} – {translate.number(row['high'], 2)}",
            ", ".join(translate(METHOD_WORDS[kind]) for kind in row["basis"].split("+")),
            translate.number(row["n"]),
            translate(_YES_NO[bool(row["informed"])]),
            *(translate.number(row[name], 2) for name in methods),
            *([translate(_YES_NO[row["agree"]])] if methods else []),
        ]
        for _, row in shown.iterrows()
    ]
    lines = [
        translate("How much of the gap that a department receives shows up in what it delivers"),
        *_aligned([head, *rows]),
    ]
    if len(told) > len(shown):
        lines.append(translate("... and {count} more (--top).", count=translate.number(len(told) - len(shown))))
    if len(table) > len(told):
        lines.append(
            translate(
                "Others receive no gap or deliver nothing, so that nothing can be learnt of them: {count}.",
                count=translate.number(len(table) - len(told)),
            )
        )
    return "\n".join(lines)


def _aligned(rows: list[list[str]]) -> list[str]:
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    return [
        "  ".join(
            cell.ljust(width) if place in (0, 3) else cell.rjust(width)
            for place, (cell, width) in enumerate(zip(row, widths, strict=True))
        ).rstrip()
        for row in rows
    ]

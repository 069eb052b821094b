"""Audit findings with their evidence, the improvement log, and the integrity of the measurement."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd

from cxgraph.audits.finding import STATUSES, Finding
from cxgraph.audits.render import FRACTIONS, INDICATOR_WORDS, ROW_WORDS
from cxgraph.reporting.blocks import Block, Heading, Paragraph, Section
from cxgraph.reporting.context import SEVERITY_WORDS, Field, ReportContext
from cxgraph.survey_quality.run import findings_frame
from cxgraph.wording import N_

WEIGHT_WORDS = {"high": N_("high"), "medium": N_("medium"), "low": N_("low")}
SOURCE_WORDS = {
    "client_survey": N_("surveys of clients"),
    "self_assessment": N_("self-assessments"),
    "mystery_shopper": N_("mystery shoppers"),
    "ticket": N_("tickets"),
    "complaint": N_("complaints"),
}
_SHOWN = 10
"""Rows of evidence of each finding that the document lists."""
_ENDS = ("supplier", "client", "service")
_DEPARTMENTS = ("department", "supplier", "client", "parent", "other")


def audit_section(context: ReportContext) -> Section:
    """Return every check with its verdict, the evidence of those that did not pass, and the improvement log."""
    translate, findings = context.translate, context.results.findings
    order = sorted(findings, key=lambda one: (STATUSES.index(one.status), list(WEIGHT_WORDS).index(one.severity)))
    counts = ", ".join(
        f"{translate(status)} {number}"
        for status in STATUSES
        if (number := sum(finding.status == status for finding in findings))
    )
    frame = pd.DataFrame(
        {
            "status": [translate(finding.status) for finding in order],
            "principle": [translate(finding.principle) for finding in order],
            "found": [
                " ".join(part for part in (finding.render(translate), finding.caveat(translate)) if part)
                for finding in order
            ],
            "advice": [translate(finding.advice) if finding.status in ("FAIL", "WARNING") else "" for finding in order],
            "severity": [translate(WEIGHT_WORDS[finding.severity]) for finding in order],
            "clauses": [", ".join(finding.clauses) for finding in order],
            "code": [finding.code for finding in order],
        }
    )
    fields = (
        Field("status", translate("result")),
        Field("principle", translate("principle")),
        Field("found", translate("what was found")),
        Field("advice", translate("what to do")),
        Field("severity", translate("severity")),
        Field("clauses", translate("ISO 9001:2015")),
        Field("code", translate("code")),
    )
    return Section(
        "audit",
        translate("Audit"),
        (
            Paragraph(translate("{total} checks of the organisation: {counts}", total=len(findings), counts=counts)),
            Paragraph(
                translate(
                    "A check is SKIPPED where the data cannot answer it; that is neither good nor bad. The "
                    "thresholds of all checks can be changed; the guide says how."
                )
            ),
            context.grid(
                translate("Audit"), translate("Principles and what was found, the gravest first"), frame, fields
            ),
            *_evidence(context, order),
            *_log(context),
        ),
        answer=translate("{total} checks of the organisation: {counts}", total=len(findings), counts=counts),
    )


def _evidence(context: ReportContext, findings: list[Finding]) -> tuple[Block, ...]:
    translate = context.translate
    failed = [finding for finding in findings if finding.status in ("FAIL", "WARNING") and finding.rows]
    rows = [
        (finding.code, translate(finding.status), evidence_text(row, context))
        for finding in failed
        for row in finding.rows[:_SHOWN]
    ]
    hidden = sum(finding.hidden for finding in findings)
    blocks: list[Block] = []
    if rows:
        frame = pd.DataFrame(rows, columns=["code", "status", "evidence"])
        fields = (
            Field("code", translate("code")),
            Field("status", translate("result")),
            Field("evidence", translate("evidence")),
        )
        blocks += [
            Heading(translate("Evidence")),
            context.grid(
                translate("Evidence"),
                translate(
                    "At most {count} rows of each check that did not pass, the gravest first where they can be "
                    "weighed; "
                    "result.json holds more",
                    count=_SHOWN,
                ),
                frame,
                fields,
            ),
        ]
    if hidden:
        blocks.append(
            Paragraph(
                translate(
                    "Kept back, too few people answered: {count} {count:row|rows}.", count=translate.number(hidden)
                ),
                "small",
            )
        )
    return tuple(blocks)


def evidence_text(row: Mapping[str, Any], context: ReportContext) -> str:
    """Return a row of evidence in words, departments by name.

    Parameters
    ----------
    row : mapping
        Of a finding.
    context : ReportContext
        Names and language.

    Returns
    -------
    str
        Who, then what is said of them.
    """
    translate, parts = context.translate, []
    if "client" in row:
        parts.append(
            translate(
                "{supplier} → {client}: {service}",
                supplier=context.name(row["supplier"]),
                client=context.name(row["client"]),
                service=context.marked(str(row["supplier"]), str(row["client"]), str(row["service"])),
            )
        )
    for name, value in row.items():
        if value is None or ("client" in row and name in _ENDS):
            continue
        text = _value(name, value, context)
        parts.append(text if name in ("department", "kind") else f"{translate(ROW_WORDS[name])}: {text}")
    return "; ".join(parts)


def _value(name: str, value: Any, context: ReportContext) -> str:
    translate = context.translate
    if isinstance(value, bool):
        return translate("yes") if value else translate("no")
    if isinstance(value, (int, float)):
        return (
            translate.percent(value) if name in FRACTIONS else translate.number(value, 0 if value == int(value) else 2)
        )
    if name == "members":
        return ", ".join(context.name(part) for part in str(value).split(", "))
    if name == "kind":
        return translate(INDICATOR_WORDS.get(str(value), str(value)))
    return context.name(value) if name in _DEPARTMENTS else str(value)


def _log(context: ReportContext) -> tuple[Block, ...]:
    """Return the improvement log, where one is kept."""
    translate, actions = context.translate, context.analysis.organization.actions
    heading = context.heading("log")
    if actions is None or "log" not in context.parts:
        return (
            heading,
            Paragraph(
                translate(
                    "No improvement log is kept (table of actions), so it is not known whether "
                    "findings become projects."
                )
            ),
        )
    frame = actions.sort_values([name for name in ("opened", "id") if name in actions.columns], kind="stable")
    for name in ("opened", "closed", "told"):
        if name in frame.columns:
            frame[name] = [None if pd.isna(day) else f"{day:%Y-%m-%d}" for day in frame[name]]
    frame = frame.assign(aim=pd.Series(_aims(context, frame), frame.index, dtype=object))
    known = {
        "id": Field("id", translate("code")),
        "title": Field("title", translate("title")),
        "aim": Field("aim", translate("aims at")),
        "cost": Field(
            "cost",
            translate("cost ({currency})", currency=context.analysis.organization.settings.currency),
            "number",
            digits=0,
        ),
        "opened": Field("opened", translate("opened")),
        "closed": Field("closed", translate("closed")),
        "told": Field("told", translate("client told")),
        "finding": Field("finding", translate("answers finding")),
    }
    fields = [entry for name, entry in known.items() if name in frame.columns]
    caption = translate(
        "Improvement log: without a closing date, open; without an opening date too, proposed and not started"
    )
    return (heading, context.grid(translate("Actions"), caption, frame, fields))


def _aims(context: ReportContext, actions: pd.DataFrame) -> list[str | None]:
    """Return what each action aims at: supplier, client and service as far as they are named, or a department."""
    given = actions.reindex(columns=[*_ENDS, "department"]).astype(object)
    aims: list[str | None] = []
    for supplier, client, service, department in given.where(given.notna(), None).itertuples(index=False, name=None):
        ends = " → ".join(context.name(name) for name in (supplier, client) if name is not None)
        named = [str(part) for part in (ends, service) if part]
        aims.append(": ".join(named) or (None if department is None else context.name(department)))
    return aims


def _sources(context: ReportContext) -> Paragraph:
    """Say what kinds of answers there are, since a check without its source was not made."""
    translate, answers = context.translate, context.analysis.organization.responses
    if answers is None or "source" not in answers.columns:
        return Paragraph(
            translate("The answers do not say where they come from; all are taken for surveys of clients.")
        )
    return Paragraph(
        translate(
            "Answers by source: {kinds}. A comparison with a source that is not among these could not be "
            "made, and response rates need the headcount of the departments.",
            kinds=source_counts(context),
        )
    )


def source_counts(context: ReportContext) -> str:
    """Return how many answers there are of each source; empty where the answers do not name it."""
    translate, answers = context.translate, context.analysis.organization.responses
    if answers is None or "source" not in answers.columns:
        return ""
    counts = answers["source"].astype(object).value_counts().sort_index()
    return ", ".join(
        f"{translate(SOURCE_WORDS[str(name)])} {translate.number(int(count))}" for name, count in counts.items()
    )


def survey_quality_section(context: ReportContext) -> Section:
    """Return whether the scores can be trusted, with innocent explanations; accuses nobody."""
    translate, found = context.translate, context.results.integrity
    title = translate("Survey data quality")
    if "answers" not in context.parts:
        return Section(
            "integrity",
            title,
            (
                Paragraph(
                    translate(
                        "No single answers are kept (table of responses), so nobody can check how the scores came "
                        "about."
                    )
                ),
            ),
            answer=translate("No single answers are kept, so their quality cannot be checked."),
        )
    heading = context.heading("answers")
    intro = Paragraph(
        translate(
            "Checked: self-assessments against clients, surveys against mystery shoppers and tickets, scores at the "
            "top, small spread, one score for everything, high scores for each other, many equal scores on one day, "
            "response rates and old answers. Of the findings by a test at most 5 % are expected to be false. A "
            "finding is where to ask; it accuses nobody."
        )
    )
    sources = _sources(context)
    if not found:
        return Section(
            "integrity",
            title,
            (heading, intro, sources, Paragraph(translate("Nothing stands out in what could be checked."))),
            answer=translate("Nothing stands out in what could be checked."),
        )
    frame = findings_frame(found, translate)
    fields = (
        Field("severity", translate("severity"), words=context.words(SEVERITY_WORDS)),
        Field("finding", translate("what was found")),
        Field("innocent_explanation", translate("innocent explanation")),
        Field("test", translate("test")),
        Field("p", "p", "number", digits=4),
        Field("q", "q", "number", digits=4),
        Field("respondents", translate("respondents"), "count"),
    )
    return Section(
        "integrity",
        title,
        (
            heading,
            intro,
            sources,
            context.grid(translate("Integrity"), translate("What stands out in the measurement"), frame, fields),
        ),
        answer=translate(
            N_("{count} {count:point|points} to check, {tested} of them statistically significant.")
            if frame["q"].notna().any()
            else N_("{count} {count:point|points} to check; none of them rests on a statistical test."),
            count=translate.number(len(found)),
            tested=translate.number(int(frame["q"].notna().sum())),
        ),
    )

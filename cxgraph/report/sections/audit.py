"""Audit findings with their evidence, the improvement log, and the integrity of the measurement."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd

from cxgraph.audits.finding import STATUSES, Finding
from cxgraph.audits.render import ROW_WORDS, SIGNS
from cxgraph.evidence.integrity import findings_frame
from cxgraph.report.blocks import Block, Heading, Paragraph, Section
from cxgraph.report.sections.teller import SEVERITY_WORDS, Field, Teller
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
_PERCENT = {
    "share",
    "carried_share",
    "seen_share",
    "inherited_share",
    "surplus",
    "reach",
    "lacking",
    "absorbed",
    "gain",
    "gain_without",
    "commitment",
    "own",
    "inherited",
    "score",
}


def tell_audit(teller: Teller) -> Section:
    """Return every check with its verdict, the evidence of those that did not pass, and the improvement log."""
    say, findings = teller.say, teller.study.findings
    order = sorted(findings, key=lambda one: (STATUSES.index(one.status), list(WEIGHT_WORDS).index(one.severity)))
    counts = ", ".join(
        f"{say(status)} {number}"
        for status in STATUSES
        if (number := sum(finding.status == status for finding in findings))
    )
    frame = pd.DataFrame(
        {
            "status": [say(finding.status) for finding in order],
            "principle": [say(finding.principle) for finding in order],
            "found": [
                " ".join(part for part in (finding.render(say), finding.caveat(say)) if part) for finding in order
            ],
            "advice": [say(finding.advice) if finding.status in ("FAIL", "WARNING") else "" for finding in order],
            "severity": [say(WEIGHT_WORDS[finding.severity]) for finding in order],
            "clauses": [", ".join(finding.clauses) for finding in order],
            "code": [finding.code for finding in order],
        }
    )
    fields = (
        Field("status", say("verdict")),
        Field("principle", say("principle")),
        Field("found", say("what was found")),
        Field("advice", say("what to do")),
        Field("severity", say("weight")),
        Field("clauses", say("ISO 9001:2015")),
        Field("code", say("code")),
    )
    return Section(
        "audit",
        say("Audit findings"),
        (
            Paragraph(say("{total} checks: {counts}", total=len(findings), counts=counts)),
            Paragraph(
                say(
                    "A check is SKIPPED where the data cannot answer it; that is neither good nor bad. Thresholds "
                    "are in result.json; they can be changed with cxgraph audit --threshold."
                )
            ),
            teller.grid(say("Audit"), say("Principles and what was found, the gravest first"), frame, fields),
            *_evidence(teller, order),
            *_log(teller),
        ),
    )


def _evidence(teller: Teller, findings: list[Finding]) -> tuple[Block, ...]:
    say = teller.say
    failed = [finding for finding in findings if finding.status in ("FAIL", "WARNING") and finding.rows]
    rows = [
        (finding.code, say(finding.status), evidence_text(row, teller))
        for finding in failed
        for row in finding.rows[:_SHOWN]
    ]
    hidden = sum(finding.hidden for finding in findings)
    blocks: list[Block] = []
    if rows:
        frame = pd.DataFrame(rows, columns=["code", "status", "evidence"])
        fields = (Field("code", say("code")), Field("status", say("verdict")), Field("evidence", say("evidence")))
        blocks += [
            Heading(say("Evidence")),
            teller.grid(
                say("Evidence"),
                say(
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
            Paragraph(say("Kept back, too few people answered: {count} rows.", count=say.number(hidden)), "small")
        )
    return tuple(blocks)


def evidence_text(row: Mapping[str, Any], teller: Teller) -> str:
    """Return a row of evidence in words, departments by name.

    Parameters
    ----------
    row : mapping
        Of a finding.
    teller : Teller
        Names and language.

    Returns
    -------
    str
        Who, then what is said of them.
    """
    say, parts = teller.say, []
    if "client" in row:
        parts.append(
            say(
                "{supplier} → {client}: {service}",
                supplier=teller.name(row["supplier"]),
                client=teller.name(row["client"]),
                service=row["service"],
            )
        )
    for name, value in row.items():
        if value is None or ("client" in row and name in _ENDS):
            continue
        text = _value(name, value, teller)
        parts.append(text if name in ("department", "kind") else f"{say(ROW_WORDS[name])}: {text}")
    return "; ".join(parts)


def _value(name: str, value: Any, teller: Teller) -> str:
    say = teller.say
    if isinstance(value, bool):
        return say("yes") if value else say("no")
    if isinstance(value, (int, float)):
        return say.percent(value) if name in _PERCENT else say.number(value, 0 if value == int(value) else 2)
    if name == "members":
        return ", ".join(teller.name(part) for part in str(value).split(", "))
    if name == "kind":
        return say(SIGNS.get(str(value), str(value)))
    return teller.name(value) if name in _DEPARTMENTS else str(value)


def _log(teller: Teller) -> tuple[Block, ...]:
    """Return the improvement log, where one is kept."""
    say, actions = teller.say, teller.analysis.organization.actions
    heading = Heading(say("Improvement log"))
    if actions is None or not len(actions):
        return (
            heading,
            Paragraph(
                say(
                    "No improvement log is kept (table of actions), so it is not known whether "
                    "findings become projects."
                )
            ),
        )
    frame = actions.sort_values([name for name in ("opened", "id") if name in actions.columns], kind="stable")
    for name in ("opened", "closed"):
        if name in frame.columns:
            frame[name] = [None if pd.isna(day) else f"{day:%Y-%m-%d}" for day in frame[name]]
    known = {
        "id": Field("id", say("code")),
        "title": Field("title", say("title")),
        "supplier": Field("supplier", say("supplier"), words=teller.names),
        "client": Field("client", say("client"), words=teller.names),
        "service": Field("service", say("service")),
        "department": Field("department", say("department"), words=teller.names),
        "cost": Field(
            "cost",
            say("cost ({currency})", currency=teller.analysis.organization.settings.currency),
            "number",
            digits=0,
        ),
        "opened": Field("opened", say("opened")),
        "closed": Field("closed", say("closed")),
    }
    fields = [entry for name, entry in known.items() if name in frame.columns]
    caption = say("Improvement log: a dash under closed is still open")
    return (heading, teller.grid(say("Actions"), caption, frame, fields))


def _sources(teller: Teller) -> Paragraph:
    """Say what kinds of answers there are, since a check without its source was not made."""
    say, answers = teller.say, teller.analysis.organization.responses
    if answers is None or "source" not in answers.columns:
        return Paragraph(say("The answers do not say where they come from; all are taken for surveys of clients."))
    return Paragraph(
        say(
            "Answers by source: {kinds}. A comparison with a source that is not among these could not be "
            "made, and response rates need the headcount of the departments.",
            kinds=source_counts(teller),
        )
    )


def source_counts(teller: Teller) -> str:
    """Return how many answers there are of each source; empty where the answers do not name it."""
    say, answers = teller.say, teller.analysis.organization.responses
    if answers is None or "source" not in answers.columns:
        return ""
    counts = answers["source"].astype(object).value_counts().sort_index()
    return ", ".join(f"{say(SOURCE_WORDS[str(name)])} {say.number(int(count))}" for name, count in counts.items())


def tell_integrity(teller: Teller) -> Section:
    """Return whether the scores can be trusted, with innocent explanations; accuses nobody."""
    say, found = teller.say, teller.study.integrity
    title = say("Integrity of the measurement")
    if teller.analysis.organization.responses is None:
        return Section(
            "integrity",
            title,
            (
                Paragraph(
                    say(
                        "No single answers are kept (table of responses), so nobody can check how the scores came "
                        "about."
                    )
                ),
            ),
        )
    intro = Paragraph(
        say(
            "Checked: self-assessments against clients, surveys against mystery shoppers and tickets, marks at the "
            "top, "
            "small spread, one mark for everything, high marks for each other, many equal marks on one day, response "
            "rates "
            "and old answers. Of the findings by a test at most 5 % are expected to be false. A finding is where to "
            "ask; "
            "it accuses nobody."
        )
    )
    sources = _sources(teller)
    if not found:
        return Section(
            "integrity", title, (intro, sources, Paragraph(say("Nothing stands out in what could be checked.")))
        )
    frame = findings_frame(found, say)
    fields = (
        Field("severity", say("severity"), words=teller.words(SEVERITY_WORDS)),
        Field("finding", say("what was found")),
        Field("innocent_explanation", say("innocent explanation")),
        Field("test", say("test")),
        Field("p", "p", "number", digits=4),
        Field("q", "q", "number", digits=4),
        Field("respondents", say("respondents"), "count"),
    )
    return Section(
        "integrity",
        title,
        (intro, sources, teller.grid(say("Integrity"), say("What stands out in the measurement"), frame, fields)),
    )

"""Findings as text, tables and the formats that machines exchange: JSON lines, SARIF, JUnit. Pure functions."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from pathlib import PurePath
from typing import TYPE_CHECKING, Any
from urllib.parse import quote
from xml.etree import ElementTree as ET

from cxgraph.audits.finding import STATUSES, Finding
from cxgraph.model.answers import KEYS
from cxgraph.tables.characters import json_text
from cxgraph.tables.schema import TABLES, fold
from cxgraph.wording import N_, Translator

if TYPE_CHECKING:
    import pandas as pd

_ENGLISH = Translator("en")
_WEIGHTS = ("high", "medium", "low")
_SHOWN = 3
"""Rows of evidence that the text shows for each finding; the other formats hold all."""
ROW_WORDS = {
    "department": N_("department"),
    "supplier": N_("supplier"),
    "action": N_("action"),
    "title": N_("title"),
    "opened": N_("opened"),
    "days": N_("days"),
    "age_days": N_("days old"),
    "sources": N_("sources"),
    "share": N_("share of the customers' gap"),
    "carried_share": N_("share of the customers' gap"),
    "proposed": N_("proposed, not yet open"),
    "cost": N_("cost"),
    "only_way_for": N_("only path for"),
    "seen_share": N_("share that customers see there"),
    "inherited_share": N_("of which inherited"),
    "open_actions": N_("open actions aim at it"),
    "surplus": N_("above what is expected"),
    "reach": N_("reach"),
    "lacking": N_("gap received"),
    "potential": N_("of which it could pass on"),
    "absorbed": N_("of that it keeps from its clients"),
    "gain": N_("comes round again"),
    "gain_without": N_("without this service"),
    "departments": N_("departments of the loop"),
    "members": N_("members"),
    "commitment": N_("commitment"),
    "parent": N_("reports to"),
    "level": N_("level"),
    "kind": N_("sign"),
    "other": N_("together with"),
    "q_value": N_("q-value (false alarms)"),
    "respondents": N_("respondents"),
    "own": N_("own gap"),
    "inherited": N_("inherited gap"),
    "score": N_("score"),
    "agreed": N_("agreed"),
    "fulfilment": N_("received"),
    "closed": N_("closed"),
}
"""What each column of the evidence is called."""
INDICATOR_WORDS = {
    "self-assessment": N_("rates itself higher than others do"),
    "survey-against-mystery-shopper": N_("survey kinder than mystery shoppers"),
    "survey-against-ticket": N_("survey kinder than tickets"),
    "small-spread": N_("scores that hardly differ"),
    "straight-lining": N_("one score for everything"),
    "reciprocal-marks": N_("high scores for each other"),
    "burst": N_("many equal scores on one day"),
    "response-rate-low": N_("few people answered"),
    "more-than-people": N_("more respondents than people"),
    "stale": N_("old answers"),
    "response-rate-moderate": N_("not everybody answered"),
    "ceiling": N_("scores at the top of the scale"),
}
"""Short names of the signs that the measurement may mislead."""
FRACTIONS = {
    "share",
    "carried_share",
    "seen_share",
    "inherited_share",
    "surplus",
    "reach",
    "lacking",
    "potential",
    "absorbed",
    "gain",
    "gain_without",
    "commitment",
    "own",
    "inherited",
    "score",
}
"""Numbers of the evidence that are shown in per cent."""
_SARIF = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
_LEVELS = {"FAIL": "error", "WARNING": "warning"}
_KINDS = {"FAIL": "fail", "WARNING": "fail", "PASS": "pass", "SKIPPED": "notApplicable"}


def findings_to_frame(findings: Iterable[Finding], translate: Translator = _ENGLISH) -> pd.DataFrame:
    """Return findings as a table.

    Parameters
    ----------
    findings : iterable of Finding
        From `cxgraph.audit`.
    translate : Translator
        Language of the sentences.

    Returns
    -------
    DataFrame
        One row each: ``code``, ``status``, ``severity``, ``message``, ``caveat``, ``principle``, ``advice``,
        ``numbers``, ``rows``, ``thresholds`` and ``sweep`` (JSON), ``hidden``, ``unlisted``, ``iso_9001_2015`` and
        ``tables``.
    """
    import pandas as pd  # noqa: PLC0415

    columns = (
        "code",
        "status",
        "severity",
        "message",
        "caveat",
        "principle",
        "advice",
        "numbers",
        "rows",
        "hidden",
        "unlisted",
        "thresholds",
        "sweep",
        "iso_9001_2015",
        "tables",
    )
    records = []
    for finding in findings:
        record = finding.to_dict(translate)
        for name in ("numbers", "rows", "thresholds", "sweep"):
            record[name] = _json(record[name])
        for name in ("iso_9001_2015", "tables"):
            record[name] = ", ".join(record[name])
        records.append(record)
    return pd.DataFrame(records, columns=list(columns))


def render_jsonl(findings: Iterable[Finding], translate: Translator = _ENGLISH) -> str:
    """Return findings as JSON lines: one object a line, with everything that `Finding.to_dict` gives."""
    return "".join(_json(finding.to_dict(translate)) + "\n" for finding in findings)


def _json(value: Any) -> str:
    return json_text(value)


def render_text(findings: Sequence[Finding], translate: Translator = _ENGLISH) -> str:
    """Return findings for reading, the gravest first, with what to do about them.

    Parameters
    ----------
    findings : sequence of Finding
        From `cxgraph.audit`.
    translate : Translator
        Language.

    Returns
    -------
    str
        Lines; characters that cannot be printed are blanks.
    """
    lines = []
    for finding in sorted(findings, key=lambda one: (STATUSES.index(one.status), _WEIGHTS.index(one.severity))):
        lines.extend(_paragraph(finding, translate))
    counts = [
        f"{translate(status)} {translate.number(number)}"
        for status in STATUSES
        if (number := sum(finding.status == status for finding in findings))
    ]
    lines.append(
        translate(N_("{total} checks: {counts}"), total=translate.number(len(findings)), counts=", ".join(counts))
    )
    return "\n".join(_printable(line) for line in lines) + "\n"


def _paragraph(finding: Finding, translate: Translator) -> list[str]:
    lines = [
        f"{translate(finding.status)}  {finding.code}: {translate(finding.principle)}",
        f"    {finding.render(translate)}",
    ]
    lines += [f"    {extra}" for extra in (finding.caveat(translate),) if extra]
    if finding.status in _LEVELS and finding.advice:
        lines.append(f"    {translate(N_('What to do:'))} {translate(finding.advice)}")
    if finding.status in _LEVELS:
        lines += [f"    - {_row(row, translate)}" for row in finding.rows[:_SHOWN]]
        more = len(finding.rows) - _SHOWN + finding.unlisted
        if more > 0:
            lines.append("    - " + translate(N_("and {count} more"), count=translate.number(more)))
    if finding.hidden:
        lines.append(
            "    "
            + translate(
                N_("Kept back, too few people answered: {count} {count:row|rows}."),
                count=translate.number(finding.hidden),
            )
        )
    return [*lines, ""]


def _row(row: Mapping[str, Any], translate: Translator) -> str:
    """Return a row of evidence in words: who, then what is said of them."""
    parts = []
    if "client" in row:
        parts.append(f"{row['supplier']} → {row['client']}, {row['service']}")
    for name, value in row.items():
        if value is None or ("client" in row and name in KEYS):
            continue
        shown = (
            translate.percent(value)
            if name in FRACTIONS
            else translate.number(value, 0 if value == int(value) else 2)
            if isinstance(value, (int, float)) and not isinstance(value, bool)
            else translate(N_("yes") if value else N_("no"))
            if isinstance(value, bool)
            else str(value)
        )
        if name == "kind":
            shown = translate(INDICATOR_WORDS.get(shown, shown))
        parts.append(shown if name in ("department", "kind") else f"{translate(ROW_WORDS[name])}: {shown}")
    return "; ".join(parts)


def _printable(text: str) -> str:
    return "".join(sign if sign.isprintable() or sign == "\N{NO-BREAK SPACE}" else " " for sign in text)


def render_sarif(
    findings: Sequence[Finding],
    *,
    files: Iterable[str] = (),
    version: str = "",
    properties: Mapping[str, Any] | None = None,
    translate: Translator = _ENGLISH,
) -> str:
    """Return findings as a SARIF 2.1.0 log.

    Parameters
    ----------
    findings : sequence of Finding
        From `cxgraph.audit`. FAIL is an error, WARNING a warning; PASS and SKIPPED are kinds of their own.
    files : iterable of str
        Names of the files that were read; a result points to the first that holds one of its tables.
    version : str
        Version of cxgraph.
    properties : mapping, optional
        What else is to be said of the run, ready for JSON.
    translate : Translator
        Language.

    Returns
    -------
    str
        JSON.

    References
    ----------
    OASIS (2023). Static Analysis Results Interchange Format (SARIF) Version 2.1.0 Plus Errata 01.
    https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html
    """
    given = [*files]
    driver: dict[str, Any] = {
        "name": "cxgraph",
        "language": translate.language,
        "rules": [
            {
                "id": finding.code,
                "shortDescription": {"text": translate(finding.principle)},
                "help": {"text": translate(finding.advice) or translate(finding.principle)},
                "properties": {"severity": finding.severity, "iso_9001_2015": list(finding.clauses)},
            }
            for finding in findings
        ],
    }
    if version:
        driver["version"] = version
    results = []
    for number, finding in enumerate(findings):
        plain = finding.to_dict(translate)
        text = " ".join(part for part in (plain["message"], plain["caveat"]) if part)
        result: dict[str, Any] = {
            "ruleId": finding.code,
            "ruleIndex": number,
            "kind": _KINDS[finding.status],
            "level": _LEVELS.get(finding.status, "none"),
            "message": {"text": text},
            "properties": {
                name: plain[name] for name in ("status", "numbers", "rows", "thresholds", "sweep", "hidden", "unlisted")
            },
        }
        place = _file_of(finding, given)
        if place is not None:
            result["locations"] = [{"physicalLocation": {"artifactLocation": {"uri": quote(place)}}}]
        results.append(result)
    run: dict[str, Any] = {"tool": {"driver": driver}, "results": results}
    if properties:
        run["properties"] = dict(properties)
    log = {"$schema": _SARIF, "version": "2.1.0", "runs": [run]}
    return json_text(log, indent=2) + "\n"


def _file_of(finding: Finding, files: Sequence[str]) -> str | None:
    stems = {fold(stem) for table in finding.tables for stem in TABLES[table].stems}
    return next((name for name in files if fold(PurePath(name).stem) in stems), None)


def render_junit(
    findings: Sequence[Finding],
    *,
    fail_on: str = "fail",
    properties: Mapping[str, str] | None = None,
    translate: Translator = _ENGLISH,
) -> str:
    """Return findings as JUnit XML, which servers of continuous integration read.

    Parameters
    ----------
    findings : sequence of Finding
        From `cxgraph.audit`; each is a test case.
    fail_on : {"fail", "warning"}
        Whether a WARNING is a failure too; otherwise it is output of a test that passed.
    properties : mapping of str to str, optional
        What else is to be said of the suite.
    translate : Translator
        Language.

    Returns
    -------
    str
        XML; signs that XML cannot hold are replaced.
    """
    failing = ("FAIL", "WARNING") if fail_on == "warning" else ("FAIL",)
    counts = {
        "tests": len(findings),
        "failures": sum(finding.status in failing for finding in findings),
        "errors": 0,
        "skipped": sum(finding.status == "SKIPPED" for finding in findings),
    }
    numbers = {name: str(number) for name, number in counts.items()}
    suites = ET.Element("testsuites", {"name": "cxgraph audit", **numbers})
    suite = ET.SubElement(suites, "testsuite", {"name": "cxgraph.audit", **numbers, "time": "0"})
    if properties:
        told = ET.SubElement(suite, "properties")
        for name, value in properties.items():
            ET.SubElement(told, "property", {"name": name, "value": _legal(value)})
    for finding in findings:
        case = ET.SubElement(suite, "testcase", {"classname": "cxgraph.audit", "name": finding.code, "time": "0"})
        sentence = _legal(finding.render(translate))
        details = _legal(
            "\n".join(
                (
                    translate(finding.principle),
                    finding.render(translate),
                    finding.caveat(translate),
                    translate(finding.advice),
                    *(_json(dict(row)) for row in finding.rows),
                )
            )
        )
        if finding.status in failing:
            ET.SubElement(case, "failure", {"message": sentence, "type": finding.status}).text = details
        elif finding.status == "SKIPPED":
            ET.SubElement(case, "skipped", {"message": sentence})
        elif finding.status == "WARNING":
            ET.SubElement(case, "system-out").text = details
    ET.indent(suites)
    return '<?xml version="1.0" encoding="utf-8"?>\n' + ET.tostring(suites, encoding="unicode") + "\n"


def _legal(text: str) -> str:
    """Replace signs that XML 1.0 does not allow, even escaped."""

    def allowed(sign: str) -> bool:
        return sign in "\t\n\r" or " " <= sign <= "\ud7ff" or "\ue000" <= sign <= "\ufffd" or sign >= "\U00010000"

    return "".join(sign if allowed(sign) else "\N{REPLACEMENT CHARACTER}" for sign in text)

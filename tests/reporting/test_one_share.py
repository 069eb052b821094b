"""A department has one share of the customers' gap wherever a report speaks of it: result.json, workbook, pages."""

import csv
import io
import json
import re
from html import unescape
from html.parser import HTMLParser

import openpyxl
import pytest

from cxgraph.wording import Translator

T = Translator("en")
OTHER_SCENARIOS = {".transmission_sweep[]", ".robustness.by_transmission[]"}
"""Rows that say which transmission all departments are given in them."""
OF_WHAT_IS_FELT = {".customers[]"}
"""What a customer feels, not what starts with it."""
HEADS = ("share of the gap", "share of the customers' gap")


class Tables(HTMLParser):
    """The tables of a page, each as rows of texts."""

    def __init__(self, page):
        super().__init__()
        self.tables, self.open = [], False
        self.feed(page)

    def handle_starttag(self, tag, attrs):  # noqa: ARG002 - the parser's signature
        if tag == "table":
            self.tables.append([])
        elif tag == "tr" and self.tables:
            self.tables[-1].append([])
        elif tag in ("td", "th") and self.tables and self.tables[-1]:
            self.tables[-1][-1].append("")
            self.open = True

    def handle_endtag(self, tag):
        if tag in ("td", "th"):
            self.open = False

    def handle_data(self, data):
        if self.open:
            self.tables[-1][-1][-1] += data


def markdown_tables(text):
    """Return the tables of a Markdown text, each as rows of texts."""
    tables, inside = [], False
    for line in text.splitlines():
        if line.startswith("|") and not inside:
            tables.append([])
        inside = line.startswith("|")
        if inside:
            cells = [cell.strip() for cell in line.strip("|").split("|")]
            if not set("".join(cells)) <= set("-:"):  # the rule under the head
                tables[-1].append(cells)
    return tables


def objects(value, place=""):
    """Yield every object of a result with its place."""
    if isinstance(value, dict):
        yield value, place
        for name, part in value.items():
            yield from objects(part, f"{place}.{name}")
    for part in value if isinstance(value, list) else ():
        yield from objects(part, f"{place}[]")


def shares_told(rows):
    """Return (name, text of the share) of each row of a table with a share for each department."""
    if not rows:
        return []
    head = [cell.strip().lower() for cell in rows[0]]
    column = next((place for place, cell in enumerate(head) if cell in HEADS), None)
    if column is None or head[0] != "department":
        return []
    return [(row[0].strip(), row[column].strip()) for row in rows[1:] if len(row) == len(head)]


@pytest.fixture(params=["hotel", "clinica"])
def told(request, make_files):
    files = make_files(request.param, "en")
    result = json.loads(files["result.json"])
    names = {row["id"]: row["name"] for row in result["departments"]}
    share = {row["id"]: row["share"] for row in result["departments"]}
    assert sum(value > 0 for value in share.values()) > 5
    return files, result, names, share


def test_result_json_has_one_share_for_each_department(told):
    _, result, names, share = told
    by_name = {names[key]: value for key, value in share.items()}
    assert len(by_name) == len(names)
    places = set()
    for one, place in objects(result):
        keys = (("id", share), ("department", by_name), ("name", by_name))
        who = [known[one[key]] for key, known in keys if one.get(key) in known]
        if "share" not in one or not who or place in OF_WHAT_IS_FELT:
            continue
        places.add(place)
        if place in OTHER_SCENARIOS:
            assert 0 <= one["transmission"] < 1
        else:
            assert one["share"] == pytest.approx(who[0], abs=1e-9), (place, one)
    assert {".departments[]", ".bottlenecks[]", ".brief.causes[]", ".intervals.departments[]"} < places
    assert {".robustness.departments[]", ".calibration.intervals.departments[]"} < places
    assert places > OTHER_SCENARIOS


def test_workbook_and_csv_have_one_share_for_each_department(told):
    files, _, names, share = told
    by_name = {names[key]: value for key, value in share.items()}
    sheets = []
    for sheet in openpyxl.load_workbook(io.BytesIO(files["report.xlsx"])):
        head, *rows = sheet.iter_rows(values_only=True)
        column = next((place for place, cell in enumerate(head) if cell in HEADS), None)
        if column is None or head[0] != "department":
            continue
        sheets.append(sheet.title)
        for row in rows:
            assert row[column] == pytest.approx(by_name[row[0]], abs=1e-9), (sheet.title, row[0])
    assert {"Root causes", "Departments", "Intervals", "Band"} <= set(sheets)
    for row in csv.DictReader(io.StringIO(files["departments.csv"].decode())):
        assert float(row["share"]) == pytest.approx(share[row["id"]], abs=1e-9)


def test_pages_and_sentences_have_one_share_for_each_department(told):
    files, _, names, share = told
    percent = {names[key]: T.percent(value) for key, value in share.items()}
    found = {
        "report.html": Tables(files["report.html"].decode()).tables,
        "report.md": markdown_tables(files["report.md"].decode()),
    }
    for page, tables in found.items():
        cells = [cell for rows in tables for cell in shares_told(rows)]
        assert len(cells) > 20, page
        for name, text in cells:
            assert text == percent[name], (page, name)
    one_of = "|".join(re.escape(name) for name in sorted(percent, key=len, reverse=True))
    sentences = [
        re.compile(rf"([\d.]+\s%) of the gap originates in ({one_of})"),
        re.compile(rf"([\d.]+\s%) \(({one_of}) ·"),
    ]
    for page in ("brief.html", "report.html", "report.md"):
        text = unescape(re.sub(r"<[^>]+>", "", files[page].decode()))
        said = [match.groups() for sentence in sentences for match in sentence.finditer(text)]
        assert said, page
        for value, name in said:
            assert value == percent[name], (page, name)

"""Workbooks that hurt are refused in words, quickly and in little memory; sound ones are opened."""

import time
import tracemalloc
import zipfile

import pytest
from made_workbooks import ROWS, book, ods, sheet_xml, with_parts, with_sheet

from cxgraph.intake.workbooks.guards import MOST_RATIO, open_workbook
from cxgraph.intake.workbooks.tables import read_sheets, read_workbook
from cxgraph.tables.raw import ProblemLog

SECONDS = 2.0
BYTES = 300 * 2**20
STRINGS = "xl/sharedStrings.xml"
DOCTYPE = '<!DOCTYPE sst [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;">]>'
SST = '<sst xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><si><t>&b;</t></si></sst>'
REPEATED = (
    '<table:table table:name="services"><table:table-row table:number-rows-repeated="{rows}"><table:table-cell '
    'office:value-type="string" table:number-columns-repeated="{columns}"><text:p>x</text:p></table:table-cell>'
    "</table:table-row></table:table>"
)
OLE = bytes.fromhex("d0cf11e0a1b11ae1")


def entities(head):
    return with_parts(book({"services": ROWS}), {STRINGS: (head + DOCTYPE + SST).encode()})


def mixed_up(text):
    """Return a declaration in ASCII and the rest in an encoding in which no search for it succeeds."""
    return b'<?xml version="1.0" encoding="cp037"?>' + text.encode("cp037")


BOMBS = {
    "one letter, 100 MB": (
        lambda: with_sheet('<row r="1"><c r="A1" t="inlineStr"><is><t>' + "A" * 100_000_000 + "</t></is></c></row>"),
        "workbook-bomb",
    ),
    "two million empty rows": (lambda: with_sheet("<row/>" * 2_000_000), "workbook-bomb"),
    "a part of two kinds of bytes": (
        lambda: with_sheet("".join(f'<row r="{at}" spans="{at * 7919 % 99991}"/>' for at in range(1, 1_100_000))),
        "workbook-bomb",
    ),
    "entities": (lambda: entities('<?xml version="1.0"?>'), "workbook-entities"),
    "entities behind a comment": (
        lambda: entities("<?xml version='1.0'?><!--" + "".join(map(str, range(300_000))) + "-->"),
        "workbook-entities",
    ),
    "entities in UTF-16": (
        lambda: with_parts(book({"services": ROWS}), {STRINGS: (DOCTYPE + SST).encode("utf-16")}),
        "workbook-entities",
    ),
    "entities in EBCDIC": (
        lambda: with_parts(book({"services": ROWS}), {STRINGS: mixed_up(DOCTYPE + SST)}),
        "workbook-entities",
    ),
    "a cell at the far end": (
        lambda: with_sheet(
            '<row r="1"><c r="A1"><v>1</v></c></row><row r="1048576"><c r="XFD1048576"><v>2</v></c></row>'
        ),
        "far-cell",
    ),
    "rows without end": (
        lambda: with_sheet('<row r="1"><c r="A1"><v>1</v></c></row><row r="99999999999"><c r="A1"><v>2</v></c></row>'),
        "far-cell",
    ),
    "repeats of cells": (lambda: ods(REPEATED.format(rows=1048575, columns=16384)), "far-cell"),
    "repeats of rows": (lambda: ods(REPEATED.format(rows=1048576, columns=500)), "far-cell"),
    "repeats beyond numbers": (lambda: ods(REPEATED.format(rows="9" * 30, columns="9" * 30)), "far-cell"),
    "entities in ods": (
        lambda: with_parts(ods(""), {"content.xml": DOCTYPE.replace("sst", "office:document-content")}),
        "workbook-entities",
    ),
    "elements inside each other": (
        lambda: with_sheet("<row><c><is>" + "".join(f'<a b="{at * 7919 % 99991}">' for at in range(200_000))),
        "workbook-bomb",
    ),
    "too many styles": (
        lambda: with_parts(
            book({"services": ROWS}),
            {"xl/styles.xml": "".join(f'<xf a="{at * 7919 % 99991}"/>' for at in range(800_000))},
        ),
        "workbook-bomb",
    ),
    "protected": (lambda: OLE + bytes(2000), "protected-workbook"),
    "protected, as Office writes it": (
        lambda: OLE + bytes(500) + "EncryptedPackage".encode("utf-16-le"),
        "protected-workbook",
    ),
    "old": (lambda: OLE + bytes(500) + "Workbook".encode("utf-16-le"), "old-workbook"),
    "binary": (lambda: with_parts(book({"services": ROWS}), {"xl/workbook.bin": b""}), "binary-workbook"),
    "cut off": (lambda: book({"services": ROWS})[:-40], "broken-workbook"),
    "no workbook": (
        lambda: with_parts(book({"a": ROWS}), {"a.txt": b"a"}, drop=("[Content_Types].xml",)),
        "no-workbook",
    ),
    "protected ods": (lambda: ods("", "<manifest:encryption-data/>"), "protected-workbook"),
    "broken sheet": (lambda: with_sheet("<row><c r='A1' t='s'><v>999999</v></c></row>"), "broken-workbook"),
    "sheet that does not end": (
        lambda: with_parts(book({"services": ROWS}), {"xl/worksheets/sheet1.xml": sheet_xml("")[:-20]}),
        "broken-workbook",
    ),
}


@pytest.mark.parametrize("name", BOMBS)
def test_bombs_are_refused_quickly_and_in_words(name):
    make, code = BOMBS[name]
    data = make()
    log = ProblemLog()
    began = time.process_time()
    assert read_workbook(data, "bomb.xlsx", {}, log) is None
    assert time.process_time() - began < SECONDS
    errors = [problem for problem in log.problems if problem.severity == "error"]
    assert [problem.code for problem in errors] == [code]
    assert errors[0].hint
    assert errors[0].file.startswith("bomb.xlsx")


@pytest.mark.parametrize(
    "name", ["one letter, 100 MB", "two million empty rows", "repeats of rows", "rows without end"]
)
def test_bombs_take_little_memory(name):
    data = BOMBS[name][0]()
    tracemalloc.start()
    try:
        read_workbook(data, "bomb.xlsx", {}, ProblemLog())
        assert tracemalloc.get_traced_memory()[1] < BYTES
    finally:
        tracemalloc.stop()


def test_sizes_that_an_archive_understates_are_not_unpacked():
    whole = book({"services": ROWS})
    with zipfile.ZipFile(__import__("io").BytesIO(whole)) as archive:
        info = archive.getinfo("xl/worksheets/sheet1.xml")
    packed = info.file_size.to_bytes(4, "little")
    forged = whole.replace(packed, (10).to_bytes(4, "little"))
    log = ProblemLog()
    assert read_sheets(forged, log, "a.xlsx") is None
    assert [problem.code for problem in log.problems] == ["broken-workbook"]


def test_small_parts_may_unfold_to_more_than_the_ratio():
    # A short sheet of equal rows packs very well and hurts nobody.
    data = with_sheet('<row><c t="inlineStr"><is><t>IT</t></is></c></row>' * 1000)
    with zipfile.ZipFile(__import__("io").BytesIO(data)) as archive:
        info = archive.getinfo("xl/worksheets/sheet1.xml")
        assert info.file_size > MOST_RATIO * info.compress_size
    log = ProblemLog()
    assert open_workbook(data, log, "a.xlsx") is not None
    assert not log.problems

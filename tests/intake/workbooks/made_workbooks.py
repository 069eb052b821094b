"""Workbooks made for the tests: sound ones, and ones that hurt."""

import io
import zipfile
from html import escape

import openpyxl

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
SHEET = f'<worksheet xmlns="{MAIN}"><sheetData>%s</sheetData>%s</worksheet>'
OFFICE = "urn:oasis:names:tc:opendocument:xmlns"
ODS = (
    '<?xml version="1.0" encoding="UTF-8"?><office:document-content '
    f'xmlns:office="{OFFICE}:office:1.0" xmlns:table="{OFFICE}:table:1.0" xmlns:text="{OFFICE}:text:1.0" '
    f'xmlns:style="{OFFICE}:style:1.0"><office:body><office:spreadsheet>%s</office:spreadsheet></office:body>'
    "</office:document-content>"
)
ROWS = (("Supplier", "Client", "Expectation", "Fulfilment"), ("IT", "Sales", 9, 5.5), ("Sales", "Buyers", 9, 7))


def book(sheets, *, hidden=(), merged=None):
    """Return an .xlsx file with the given rows in each sheet."""
    made = openpyxl.Workbook()
    made.remove(made.active)
    for name, rows in sheets.items():
        sheet = made.create_sheet(name)
        for row in rows:
            sheet.append(list(row))
        for area in (merged or {}).get(name, ()):
            sheet.merge_cells(area)
        if name in hidden:
            sheet.sheet_state = "hidden"
    return saved(made)


def saved(made):
    stream = io.BytesIO()
    made.save(stream)
    return stream.getvalue()


def with_parts(data, parts, *, drop=()):
    """Return an archive with some of its parts replaced or added, packed as tightly as possible."""
    stream = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(data)) as old,
        zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as new,
    ):
        for name in old.namelist():
            if name not in parts and name not in drop:
                new.writestr(name, old.read(name))
        for name, content in parts.items():
            new.writestr(name, content)
    return stream.getvalue()


def sheet_xml(rows, after=""):
    return (SHEET % (rows, after)).encode()


def with_sheet(rows, after=""):
    """Return a workbook whose only sheet holds this XML."""
    return with_parts(book({"services": ROWS}), {"xl/worksheets/sheet1.xml": sheet_xml(rows, after)})


def ods(tables, manifest=""):
    """Return an .ods file from the XML of its tables."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        archive.writestr("META-INF/manifest.xml", f"<manifest>{manifest}</manifest>")
        archive.writestr("content.xml", ODS % tables)
    return stream.getvalue()


def ods_table(name, rows):
    """Return the XML of a table of an .ods file as LibreOffice writes it, with blanks to the end of the sheet."""
    lines = []
    for row in rows:
        cells = "".join(map(_ods_cell, row))
        lines.append(
            f'<table:table-row>{cells}<table:table-cell table:number-columns-repeated="16000"/></table:table-row>'
        )
    blank = '<table:table-cell table:number-columns-repeated="16384"/>'
    end = f'<table:table-row table:number-rows-repeated="1040000">{blank}</table:table-row>'
    return f'<table:table table:name="{escape(name)}">{"".join(lines)}{end}</table:table>'


def _ods_cell(value):
    if value is None or value == "":
        return "<table:table-cell/>"
    if isinstance(value, str):
        return f'<table:table-cell office:value-type="string"><text:p>{escape(value)}</text:p></table:table-cell>'
    return f'<table:table-cell office:value-type="float" office:value="{value!r}"><text:p>?</text:p></table:table-cell>'

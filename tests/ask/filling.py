"""Filling in questionnaires as people do: a workbook through openpyxl, an XLSForm as a survey tool exports it."""

import csv
import io

import openpyxl

IDENTITY = "cxgraph_form"


def fill_workbook(data, answer):
    """Return a workbook filled in: ``answer(key, step, label)`` gives the value, or three for who serves whom."""
    book = openpyxl.load_workbook(io.BytesIO(data))
    for sheet in book:
        if sheet.title == IDENTITY:
            continue
        for row in sheet.iter_rows(min_row=2):
            key = str(row[0].value or "")
            if not key or len(row) < 4:
                continue
            number, _, step = key.partition(":")
            value = answer(number, step or number, [cell.value for cell in row[1:3]])
            if isinstance(value, tuple):
                for cell, part in zip(row[2:5], value, strict=True):
                    cell.value = part
            elif value is not None:
                row[3].value = value
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def export_of(data, answers, *, delimiter=",", group="/"):
    """Return what a survey tool exports of an XLSForm: a header of paths and a row for each answer."""
    survey = openpyxl.load_workbook(io.BytesIO(data))["survey"]
    rows = list(survey.iter_rows(values_only=True))
    head = rows[0]
    path, names, fixed = [], [], {}
    for row in rows[1:]:
        entry = {key: value for key, value in zip(head, row, strict=True) if value}
        if entry["type"] == "begin_group":
            path.append(entry["name"])
        elif entry["type"] == "end_group":
            path.pop()
        elif entry["type"] != "note":
            names.append(group.join([*path, entry["name"]]))
            if entry["type"] == "calculate":
                fixed[names[-1]] = value_of(entry["calculation"])
    stream = io.StringIO()
    writer = csv.writer(stream, delimiter=delimiter)
    writer.writerow(names)
    for given in answers:
        writer.writerow([fixed.get(name, given.get(name.rsplit(group, 1)[-1], "")) for name in names])
    return stream.getvalue().encode("utf-8")


def value_of(expression):
    """Evaluate the XPath literals and concatenations that forms hold."""
    inner = expression[len("concat(") : -1] if expression.startswith("concat(") else expression
    value, rest = "", inner
    while rest:
        quote = rest[0]
        assert quote in "'\"", rest
        end = rest.index(quote, 1)
        value += rest[1:end]
        rest = rest[end + 1 :].removeprefix(", ")
    return value

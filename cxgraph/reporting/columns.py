"""The data format as Markdown, from the schema that the reader itself uses."""

from __future__ import annotations

from cxgraph.culture.catalogue import catalogue
from cxgraph.tables.schema import TABLES, Column, Table
from cxgraph.wording import Translator


def columns_markdown(table: Table, translate: Translator) -> str:
    """Return a Markdown table of one table's columns.

    Parameters
    ----------
    table : Table
        Of the schema.
    translate : Translator
        Language of headings and meanings.

    Returns
    -------
    str
        A heading and a table.

    Examples
    --------
    >>> from cxgraph.tables.schema import TABLES
    >>> print(columns_markdown(TABLES["services"], Translator("en")).splitlines()[4][:40])
    | `supplier` | proveedor, provider, feed
    """
    spanish = translate.language == "es"
    head = [
        translate("column"),
        translate("also read as"),
        translate("type"),
        translate("empty means"),
        translate("meaning"),
    ]
    title = table.stems[1] if spanish else table.name
    lines = [f"### {title}", "", f"| {' | '.join(head)} |", "|" + "---|" * len(head)]
    for column in table:
        name, *others = _names(column, translate)
        meaning = column.meaning_es if spanish else column.meaning
        lines.append(
            f"| `{name}` | {', '.join(others)} | {_type(column, translate)} | {_default(column, translate)} | "
            f"{meaning} |"
        )
    return "\n".join(lines)


def catalogue_markdown(translate: Translator) -> str:
    """Return the practices of a service culture as a Markdown table: the id of each, its question, its evidence.

    Parameters
    ----------
    translate : Translator
        Language.

    Returns
    -------
    str
        A heading and a table.

    Examples
    --------
    >>> print(catalogue_markdown(Translator("en")).splitlines()[2])
    | code | what is asked | what counts as evidence |
    """
    rows = [
        f"| `{practice.id}` | {practice.question.text(translate.language)} | "
        f"{practice.evidence.text(translate.language)} |"
        for practice in catalogue().practices
    ]
    head = [translate("code"), translate("what is asked"), translate("what counts as evidence")]
    return "\n".join(
        [
            f"### {translate('The practices of a service culture')}",
            "",
            f"| {' | '.join(head)} |",
            "|---|---|---|",
            *rows,
        ]
    )


def _names(column: Column, translate: Translator) -> list[str]:
    """Return what the column may be called, the name of the reader's own template first."""
    first = column.spanish if translate.language == "es" and column.spanish else column.name
    return list(dict.fromkeys((first, column.name, *column.aliases)))


def _choice(name: str, others: tuple[str, ...], translate: Translator) -> str:
    """Return how a value is written in the reader's language: in Spanish its first other spelling, where it has one."""
    return others[0] if translate.language == "es" and others else name


def _type(column: Column, translate: Translator) -> str:
    if column.choices:
        return ", ".join(_choice(name, others, translate) for name, others in column.choices)
    words = {
        "text": translate("text"),
        "number": translate("number"),
        "integer": translate("whole number"),
        "period": translate("period"),
        "date": translate("date"),
        "choice": "",
    }[column.type]
    if column.minimum is not None and column.below is not None:
        return f"{words}, [{column.minimum:g}, {column.below:g})"
    return f"{words} ≥ {column.minimum:g}" if column.minimum is not None else words


def _default(column: Column, translate: Translator) -> str:
    if column.required:
        return translate("(required)")
    for name, others in column.choices:
        if name == column.default:
            return _choice(name, others, translate)
    if column.default == "id":
        return _names(TABLES["departments"].column("id"), translate)[0]
    return translate(column.default) if column.default else translate("nothing is assumed")

"""The data format as Markdown, from the schema that the reader itself uses."""

from __future__ import annotations

from cxgraph.model.schema import Column, Table
from cxgraph.wording import Speaker


def columns_markdown(table: Table, say: Speaker) -> str:
    """Return a Markdown table of one table's columns.

    Parameters
    ----------
    table : Table
        Of the schema.
    say : Speaker
        Language of headings and meanings.

    Returns
    -------
    str
        A heading and a table.

    Examples
    --------
    >>> from cxgraph.model.schema import TABLES
    >>> print(columns_markdown(TABLES["services"], Speaker("en")).splitlines()[4][:40])
    | `supplier` | proveedor, provider, feed
    """
    spanish = say.language == "es"
    head = [say("column"), say("also read as"), say("type"), say("empty means"), say("meaning")]
    lines = [f"### {table.name}", "", f"| {' | '.join(head)} |", "|" + "---|" * len(head)]
    for column in table:
        lines.append(f"| `{column.name}` | {', '.join(column.aliases)} | {_type(column, say)} | "
                     f"{_default(column, say)} | {column.meaning_es if spanish else column.meaning} |")
    return "\n".join(lines)


def _type(column: Column, say: Speaker) -> str:
    if column.choices:
        return ", ".join(name for name, _ in column.choices)
    words = {"text": say("text"), "number": say("number"), "integer": say("whole number"), "period": say("period"),
             "date": say("date"), "choice": ""}[column.type]
    if column.minimum is not None and column.below is not None:
        return f"{words}, [{column.minimum:g}, {column.below:g})"
    return f"{words} ≥ {column.minimum:g}" if column.minimum is not None else words


def _default(column: Column, say: Speaker) -> str:
    if column.required:
        return say("(required)")
    return say(column.default) if column.default else say("nothing is assumed")

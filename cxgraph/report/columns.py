"""The data format as Markdown, from the schema that the reader itself uses."""

from __future__ import annotations

from cxgraph.culture.catalogue import catalogue
from cxgraph.model.schema import TABLES, Column, Table
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
    title = table.stems[1] if spanish else table.name
    lines = [f"### {title}", "", f"| {' | '.join(head)} |", "|" + "---|" * len(head)]
    for column in table:
        name, *others = _names(column, say)
        meaning = column.meaning_es if spanish else column.meaning
        lines.append(f"| `{name}` | {', '.join(others)} | {_type(column, say)} | {_default(column, say)} | {meaning} |")
    return "\n".join(lines)


def catalogue_markdown(say: Speaker) -> str:
    """Return the practices of a service culture as a Markdown table: the id of each, its question, its evidence.

    Parameters
    ----------
    say : Speaker
        Language.

    Returns
    -------
    str
        A heading and a table.

    Examples
    --------
    >>> print(catalogue_markdown(Speaker("en")).splitlines()[2])
    | code | what is asked | what counts as evidence |
    """
    rows = [
        f"| `{practice.id}` | {practice.question.text(say.language)} | {practice.evidence.text(say.language)} |"
        for practice in catalogue().practices
    ]
    head = [say("code"), say("what is asked"), say("what counts as evidence")]
    return "\n".join(
        [f"### {say('The practices of a service culture')}", "", f"| {' | '.join(head)} |", "|---|---|---|", *rows]
    )


def _names(column: Column, say: Speaker) -> list[str]:
    """Return what the column may be called, the name of the reader's own template first."""
    first = column.spanish if say.language == "es" and column.spanish else column.name
    return list(dict.fromkeys((first, column.name, *column.aliases)))


def _choice(name: str, others: tuple[str, ...], say: Speaker) -> str:
    """Return how a value is written in the reader's language: in Spanish its first other spelling, where it has one."""
    return others[0] if say.language == "es" and others else name


def _type(column: Column, say: Speaker) -> str:
    if column.choices:
        return ", ".join(_choice(name, others, say) for name, others in column.choices)
    words = {
        "text": say("text"),
        "number": say("number"),
        "integer": say("whole number"),
        "period": say("period"),
        "date": say("date"),
        "choice": "",
    }[column.type]
    if column.minimum is not None and column.below is not None:
        return f"{words}, [{column.minimum:g}, {column.below:g})"
    return f"{words} ≥ {column.minimum:g}" if column.minimum is not None else words


def _default(column: Column, say: Speaker) -> str:
    if column.required:
        return say("(required)")
    for name, others in column.choices:
        if name == column.default:
            return _choice(name, others, say)
    if column.default == "id":
        return _names(TABLES["departments"].column("id"), say)[0]
    return say(column.default) if column.default else say("nothing is assumed")

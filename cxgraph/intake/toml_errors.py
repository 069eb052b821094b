"""What is wrong with a text that is no TOML, in words that can be translated."""

from __future__ import annotations

import re
import tomllib

from cxgraph.wording import N_, Phrase

_LONG_NUMBER = re.compile(r"[0-9_]{4000}")
_PLACE = re.compile(r" \(at (?:line (\d+), column \d+|end of document)\)$")
_REASONS = {
    "Invalid statement": N_("the line begins with something that is no key"),
    "Invalid initial character for a key": N_("a key begins with a sign that no key has"),
    "Invalid value": N_("the value is no text in quotation marks, number, list, true or false"),
    "Expected '='": N_("a key is not followed by ="),
    "Expected newline or end of document": N_("something stands behind the value"),
    "Expected ']": N_("the brackets of a heading are not closed"),
    "Unclosed array": N_("a list is not closed by ]"),
    "Unclosed inline table": N_("a table in braces is not closed"),
    "Unterminated string": N_("a text is not closed by its quotation mark"),
    "Illegal character": N_("a text holds a line end or a sign that no text may hold"),
    "Unescaped": N_("a backslash stands in a text (write it twice, or the text in single quotation marks)"),
    "Found invalid character": N_("it holds a sign that no text may hold"),
    "Cannot overwrite": N_("the same key is given twice"),
    "Cannot declare": N_("the same heading is given twice"),
    "Duplicate inline table key": N_("the same key is given twice"),
    "Invalid date or datetime": N_("there is no such date"),
    "nested too deep": N_("lists or tables are nested too deep"),
    "too many digits": N_("a number has too many digits"),
}
"""How the messages of tomllib begin, and what they say in words that can be translated."""


def syntax_fault(fault: ValueError | RecursionError, text: str) -> tuple[int | None, str | Phrase]:
    """Return where a text is no TOML, and why.

    Parameters
    ----------
    fault : ValueError or RecursionError
        What `tomllib.loads` raised; it is not always a TOMLDecodeError.
    text : str
        What it was given.

    Returns
    -------
    line : int or None
        None where it is not known.
    reason : str or Phrase
        To be put into a sentence in any language; the words of tomllib, quoted, where they are new to us.

    Examples
    --------
    >>> text = "scale = [1, 5"
    >>> try:
    ...     tomllib.loads(text)
    ... except tomllib.TOMLDecodeError as fault:
    ...     print(*syntax_fault(fault, text))
    1 a list is not closed by ]
    """
    line: int | None = None
    if isinstance(fault, tomllib.TOMLDecodeError):
        place = _PLACE.search(str(fault))
        line = int(place[1]) if place and place[1] else text.count("\n") + 1
        said = _PLACE.sub("", str(fault))
    elif isinstance(fault, RecursionError):
        said = "nested too deep"
    else:
        digits = _LONG_NUMBER.search(text)
        line, said = text.count("\n", 0, digits.start()) + 1 if digits else None, "too many digits"
    reason = next((phrase for begins, phrase in _REASONS.items() if said.startswith(begins)), None)
    return line, Phrase(reason) if reason else f"“{said}”"

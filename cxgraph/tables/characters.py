"""Signs that are no text, and signs that rewrite the text around them wherever it is shown.

Control characters and halves of characters are refused on the way in, at one gate, rather than replaced on the way
out: workbooks and SVG cannot hold them at all, and a name that was altered for one output would no longer be the id of
the tables. Marks of direction and line separators do occur in honest names (right-to-left scripts, text copied from a
layout program): they are kept and told, and stay out of the terminal, the one place where they could reach beyond
their own cell.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any

_NO_TEXT = (
    "\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f"  # control characters but tab and line ends: they steer terminals
    "\ud800-\udfff"
)  # halves of a character: no file can hold them
_REACHING = (
    "\u2028\u2029"  # line ends that only some programs see
    "\u202a-\u202e\u2066-\u2069"
)  # change of direction: what follows is shown in another order

FORBIDDEN_CHARACTER = re.compile(f"[{_NO_TEXT}]")
"""Finds a sign that no cell may hold."""
REORDERING_CHARACTER = re.compile(f"[{_NO_TEXT}{_REACHING}]")
"""Finds a sign that changes how the text around it is shown, or that no file can hold."""

_UNSEEN = re.compile(
    "[\x7f-\x9f\u00ad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb\U000e0000-\U000e007f]"
)
"""Finds characters without a picture of their own: line ends that few programs see, directions, joiners, marks."""


def json_text(value: Any, *, indent: int | None = None, separators: tuple[str, str] | None = None) -> str:
    r"""Return a value as JSON in which every character can be seen and a line is a line for every program.

    Parameters
    ----------
    value : object
        Of plain Python values; infinite and missing numbers, which JSON has not, raise ValueError.
    indent : int, optional
        Spaces by which each level of objects is set in; what stands in a list takes a line for each of its items. All
        on one line by default.
    separators : (str, str), optional
        As in `json.dumps`, without *indent*.

    Returns
    -------
    str
        Accents and other scripts stand as they are; U+2028, U+202E and their kind are escaped.

    Examples
    --------
    >>> print(json_text(["Caña\u202e\u2028"]))
    ["Caña\u202e\u2028"]
    """
    if indent is None:
        text = json.dumps(value, ensure_ascii=False, allow_nan=False, separators=separators)
    else:
        text = _indented(value, " " * indent, "\n")
    # Outside of texts JSON has none of them, so that this cannot touch its structure.
    return _UNSEEN.sub(lambda found: json.dumps(found[0])[1:-1], text)


def _indented(value: Any, step: str, end: str) -> str:
    """Return JSON with a line for each member and for each record: `json.dumps` with indent takes ten times as long."""
    if isinstance(value, Mapping) and value:
        inner = [f"{_one_line(str(key))}: {_indented(member, step, end + step)}" for key, member in value.items()]
        return "{" + end + step + f",{end}{step}".join(inner) + end + "}"
    if isinstance(value, (list, tuple)) and any(isinstance(item, (Mapping, list, tuple)) for item in value):
        return "[" + end + step + f",{end}{step}".join(map(_one_line, value)) + end + "]"
    return _one_line(value)


_one_line = json.JSONEncoder(ensure_ascii=False, allow_nan=False).encode
"""One encoder for all lines: making one costs more than a short line does."""


_ADDRESS = re.compile(r"[A-Za-z][A-Za-z0-9+.-]+:/")
_PASSWORD = re.compile(r"(?<=:/)(/?)(?:[^\s'\"]*|[^'\n]*(?=@[^'\n]*')|[^\"\n]*(?=@[^\"\n]*\"))@")
_SECRET = re.compile(r"(?i)(?<=[?&;])([\w-]*(?:pass|pwd|token|secret|key|sig)[\w-]*=)[^&\s'\"]+")


def is_address(text: str) -> bool:
    """Return whether a text is an address such as ``postgresql://host/db`` rather than a path.

    One stroke suffices: paths lose the other. A letter and a colon alone are a drive.

    Examples
    --------
    >>> is_address("postgresql://u:secret@host/db"), is_address("C:/data"), is_address("data/services.csv")
    (True, False, False)
    """
    return _ADDRESS.match(text.strip()) is not None


def without_passwords(text: str) -> str:
    """Return a text whose addresses hold neither users with passwords nor keys.

    Examples
    --------
    >>> without_passwords("'postgresql://ana:s/e@cret@host/db?password=x' and ftp://host/a")
    "'postgresql://…@host/db?password=…' and ftp://host/a"
    """
    return _SECRET.sub(r"\1…", _PASSWORD.sub(r"\1…@", text)) if ":/" in text else text


def printable(text: str, longest: int | None = 600) -> str:
    """Keep signs that steer a terminal out of it, line ends and passwords of addresses too, and lines within reason.

    What stands before the last @ of an address goes, and what an address gives after ``password=`` or ``token=``.

    Examples
    --------
    >>> printable("postgresql://ana:secret@host/db is no file")
    'postgresql://…@host/db is no file'
    """
    text = without_passwords(text)
    clean = REORDERING_CHARACTER.sub("\N{REPLACEMENT CHARACTER}", " ".join(text.splitlines()))
    return clean if longest is None or len(clean) <= longest else clean[: longest - 1] + "…"

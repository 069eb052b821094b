"""Command lines that a user can copy: options quoted for a shell."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterable, Sequence

_BARE = re.compile(r"[\w@%+=:,./-]+", re.ASCII)
_RISKY = frozenset('"$`\\!')


def quoted(word: str) -> str:
    """Return a word as a shell reads it back; double quotes where they will do, since Windows knows no others.

    Parameters
    ----------
    word : str
        Any text.

    Returns
    -------
    str
        The word itself where nothing in it needs quotes.

    Examples
    --------
    >>> quoted("Su área"), quoted("get/*"), quoted("number")
    ('"Su área"', '"get/*"', 'number')
    """
    text = " ".join(word.split())
    if _BARE.fullmatch(text):
        return text
    return shlex.quote(text) if _RISKY & set(text) else f'"{text}"'


def command_line(command: str, words: Iterable[str], options: Iterable[Sequence[str]]) -> str:
    """Return a command with its arguments and options.

    Parameters
    ----------
    command : str
        Such as ``import-survey``.
    words : iterable of str
        Arguments.
    options : iterable of sequence of str
        Each option with its values.

    Returns
    -------
    str
        One line.

    Examples
    --------
    >>> command_line("import-survey", ["answers.csv"], [("--client", "Su área")])
    'cxgraph import-survey answers.csv --client "Su área"'
    """
    parts = ["cxgraph", command, *map(quoted, words)]
    for option, *values in options:
        parts += [option, *map(quoted, values)]
    return " ".join(parts)

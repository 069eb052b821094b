"""The language of the command line itself: what the environment asks for, until an organisation says more."""

from __future__ import annotations

import sys
from functools import cache
from typing import Any

from cxgraph.wording import Translator, environment_language, split_locale


@cache
def own_language() -> str:
    """Return the language of help texts: ``--lang`` where it stands on the command line, else the environment's."""
    words = sys.argv[1:]
    for place, word in enumerate(words):
        value = (
            word.partition("=")[2]
            if word.startswith("--lang=")
            else (words[place + 1] if word == "--lang" and place + 1 < len(words) else "")
        )
        if split_locale(value)[0]:
            return value
    return environment_language()


@cache
def _speaker() -> Translator:
    return Translator(own_language())


def tr(template: str, **fields: Any) -> str:
    """Say a template in the command line's own language."""
    return _speaker()(template, **fields)

"""The words that people read, in English and Spanish, and numbers as each language writes them.

English is the language of the templates in the code; the other languages are gettext catalogues, one file for
each room of the package (``wording/es/intake.po`` holds the Spanish of ``cxgraph/intake``).
"""

from __future__ import annotations

import gettext
import os
import string
from functools import cache
from pathlib import Path
from typing import Any

from cxgraph.errors import ParameterError

LANGUAGES = ("en", "es")
_POINT_AND_COMMA = str.maketrans(",.", ".,")
_NO_BREAK = "\N{NO-BREAK SPACE}"
# Mexico, Central America and a few more write 1,234.5; the rest of the Spanish-speaking world writes 1.234,5.
_POINT_COUNTRIES = {"MX", "US", "PR", "GT", "HN", "SV", "NI", "PA", "DO"}


def N_(template: str) -> str:  # noqa: N802 - the name that gettext's tools look for
    """Mark a template for the catalogues where it stands far from the sentence that uses it."""
    return template


@cache
def _catalogue(language: str) -> gettext.NullTranslations:
    merged = gettext.NullTranslations()
    folder = Path(__file__).parent / language
    for compiled in sorted(folder.glob("*.mo")):
        with compiled.open("rb") as stream:
            room = gettext.GNUTranslations(stream)
        room.add_fallback(merged)
        merged = room
    return merged


class _Filler(string.Formatter):
    """Fills templates; a number that a template rounds gets the language's decimal mark."""

    def __init__(self, decimal: str) -> None:
        self.decimal = decimal

    def format_field(self, value: Any, format_spec: str) -> str:
        text = str(super().format_field(value, format_spec))
        if self.decimal == "," and isinstance(value, float) and format_spec:
            return text.translate(_POINT_AND_COMMA)
        return text


class Speaker:
    r"""Says templates in one language.

    Parameters
    ----------
    locale : str
        ``en`` or ``es``, optionally with a country (``es_MX``), which decides the decimal mark.
    decimal : {".", ","}, optional
        Decimal mark, where it is not to follow the locale.

    Raises
    ------
    ParameterError
        A language that cxgraph does not speak.

    Examples
    --------
    >>> say = Speaker("en")
    >>> say("{count} rows", count=3), say.percent(0.5357)
    ('3 rows', '53.6\xa0%')
    >>> Speaker("es").number(1234.5, 1)
    '1.234,5'
    """

    def __init__(self, locale: str = "en", decimal: str | None = None) -> None:
        language, _, country = locale.replace("-", "_").partition("_")
        if language not in LANGUAGES:
            raise ParameterError(
                "Language {value} is not spoken here; choose one of {choices}.",
                value=repr(locale), choices=", ".join(LANGUAGES),
            )
        if decimal not in (None, ".", ","):
            raise ParameterError("The decimal mark is . or ,; {value} is neither.", value=repr(decimal))
        self.language = language
        comma = language == "es" and country.upper() not in _POINT_COUNTRIES
        self.decimal = decimal or ("," if comma else ".")

    def __call__(self, template: str, **fields: Any) -> str:
        """Return the template in the speaker's language, filled with its fields."""
        text = _catalogue(self.language).gettext(template) if self.language != "en" and template else template
        return _Filler(self.decimal).vformat(text, (), fields) if fields else text

    def number(self, value: float, digits: int = 0) -> str:
        """Write a number with the language's decimal mark and thousands separator."""
        text = f"{value:,.{digits}f}"
        if text.strip("-0.,") == "":
            text = text.lstrip("-")  # a rounded -0.0 is nothing that a reader should wonder about
        return text.translate(_POINT_AND_COMMA) if self.decimal == "," else text

    def percent(self, fraction: float, digits: int = 1) -> str:
        """Write a fraction as a percentage."""
        return f"{self.number(100 * fraction, digits)}{_NO_BREAK}%"


def environment_language(environment: dict[str, str] | None = None) -> str:
    """Return the language that the user's environment asks for: ``es`` or ``en``.

    Parameters
    ----------
    environment : dict, optional
        Environment variables; the process's own by default.

    Returns
    -------
    str
        ``es`` where the first of LC_ALL, LC_MESSAGES and LANG that is set names Spanish, else ``en``.

    Examples
    --------
    >>> environment_language({"LANG": "es_ES.UTF-8"}), environment_language({})
    ('es', 'en')
    """
    variables = dict(os.environ) if environment is None else environment
    chosen = next((variables[key] for key in ("LC_ALL", "LC_MESSAGES", "LANG") if variables.get(key)), "")
    return "es" if chosen.lower().startswith("es") else "en"

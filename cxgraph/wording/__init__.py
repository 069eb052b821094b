"""The words that people read, in English and Spanish, and numbers as each language writes them.

English is the language of the templates in the code; the other languages are gettext catalogues, one file for
each room of the package (``wording/es/intake.po`` holds the Spanish of ``cxgraph/intake``).
"""

from __future__ import annotations

import errno
import gettext
import os
import re
from collections.abc import Sequence
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

from cxgraph.errors import Filler, ParameterError

LANGUAGES = ("en", "es")
_POINT_AND_COMMA = str.maketrans(",.", ".,")
_NO_BREAK = "\N{NO-BREAK SPACE}"
_LOCALE = re.compile(r"([a-z]{2})(?:[-_]([A-Za-z0-9]{1,8})(?:\.[A-Za-z0-9-]{1,12})?)?")
# A line may break neither between a number and its unit nor inside "p. p.", the Spanish percentage points.
_UNIT = re.compile(r"(?<=p\.) (?=p\.)|(?<=[\d}]) (?=%|p\. p\.|\{currency\})")
# In Spanish "y" and "o" give way before a word that begins with the same sound.
_SAME_SOUND = {
    " y ": (" e ", re.compile(r"h?[ií](?![aáeéoóuú])", re.I)),
    " o ": (" u ", re.compile(r"h?[oó]|8|11\b", re.I)),
}
# Mexico, Central America and a few more write 1,234.5; the rest of the Spanish-speaking world writes 1.234,5.
_POINT_COUNTRIES = {"MX", "US", "PR", "GT", "HN", "SV", "NI", "PA", "DO"}


def N_(template: str) -> str:  # noqa: N802 - the name that gettext's tools look for
    """Mark a template for the catalogues where it stands far from the sentence that uses it."""
    return template


class Phrase(str):
    """A template that is itself the field of another one, and is said in the same language.

    Examples
    --------
    >>> Translator("es")("{folder} cannot be written: {reason}.", folder="x", reason=Phrase("the disk is full"))
    'No se puede escribir en x: el disco está lleno.'
    """

    __slots__ = ()


_SYSTEM = {
    errno.EACCES: N_("permission is denied"),
    errno.EPERM: N_("permission is denied"),
    errno.ENOENT: N_("there is no such file or folder"),
    errno.ENOTDIR: N_("part of the path is a file, not a folder"),
    errno.EISDIR: N_("it is a folder"),
    errno.EEXIST: N_("something of that name is already there"),
    errno.ENAMETOOLONG: N_("the name is too long"),
    errno.ELOOP: N_("its links lead round in a circle"),
    errno.ENOSPC: N_("the disk is full"),
    errno.EDQUOT: N_("the disk quota is used up"),
    errno.EFBIG: N_("the file would be too large"),
    errno.EROFS: N_("the disk can only be read"),
    errno.EIO: N_("the disk reports a fault"),
    errno.EBUSY: N_("it is in use by another program"),
    errno.ENXIO: N_("there is no such device"),
    errno.ENODEV: N_("there is no such device"),
    errno.EINVAL: N_("the system does not allow it"),
    errno.EMFILE: N_("too many files are open"),
    errno.EBADF: N_("it is closed"),
}


def system_reason(error: OSError) -> Phrase:
    """Return why the system refused, as a phrase that can be translated; what is not known here in its own words.

    Parameters
    ----------
    error : OSError
        As it was caught.

    Returns
    -------
    Phrase
        The end of a sentence, without a full stop.

    Examples
    --------
    >>> system_reason(OSError(errno.ENOSPC, "No space left on device"))
    'the disk is full'
    """
    known = _SYSTEM.get(error.errno or 0)
    return Phrase(known or f"“{error.strerror or type(error).__name__}”")


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


@lru_cache(maxsize=8192)
def _said(language: str, template: str) -> str:
    """Return a template in a language, with no-break spaces where a line must not break."""
    return _UNIT.sub(_NO_BREAK, template if language == "en" else _catalogue(language).gettext(template))


def split_locale(locale: str) -> tuple[str, str]:
    """Return the language and the country of a locale, such as ``es_MX`` or ``es-MX.UTF-8``.

    Parameters
    ----------
    locale : str
        A language of `LANGUAGES`, with or without a country.

    Returns
    -------
    (str, str)
        Empty texts where it is no such locale; the country is empty where none is named.

    Examples
    --------
    >>> split_locale("es_MX"), split_locale("en"), split_locale("english")
    (('es', 'MX'), ('en', ''), ('', ''))
    """
    found = _LOCALE.fullmatch(locale)
    if found is None or found[1] not in LANGUAGES:
        return "", ""
    return found[1], found[2] or ""


class _Filler(Filler):
    """Fills templates; a number that a template rounds gets the language's decimal mark."""

    def __init__(self, decimal: str) -> None:
        self.decimal = decimal

    def format_field(self, value: Any, format_spec: str) -> str:
        text = str(super().format_field(value, format_spec))
        if self.decimal == "," and isinstance(value, (int, float)) and format_spec and "|" not in format_spec:
            return text.translate(_POINT_AND_COMMA)
        return text


class Translator:
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
    >>> translate = Translator("en")
    >>> translate("{count} rows", count=3), translate.percent(0.5357)
    ('3 rows', '53.6\xa0%')
    >>> Translator("es").number(1234.5, 1)
    '1.234,5'
    """

    def __init__(self, locale: str = "en", decimal: str | None = None) -> None:
        language, country = split_locale(locale)
        if not language:
            raise ParameterError(
                "Language {value} is not spoken here; choose one of {choices}.",
                value=repr(locale),
                choices=", ".join(LANGUAGES),
            )
        if decimal not in (None, ".", ","):
            raise ParameterError("The decimal mark is . or ,; {value} is neither.", value=repr(decimal))
        self.language = language
        comma = language == "es" and country.upper() not in _POINT_COUNTRIES
        self.decimal = decimal or ("," if comma else ".")

    def __call__(self, template: str, **fields: Any) -> str:
        """Return the template in the speaker's language, filled with its fields."""
        text = self._translated(template)
        if not fields:
            return text
        return _Filler(self.decimal).vformat(
            text,
            (),
            {name: self._translated(value) if isinstance(value, Phrase) else value for name, value in fields.items()},
        )

    def _translated(self, template: str) -> str:
        return _said(self.language, template) if template else template

    def listed(self, names: Sequence[str], template: str = N_("{names} and {last}")) -> str:
        """Write names as a list in a sentence; the template ``"{names} or {last}"`` makes them a choice.

        Examples
        --------
        >>> Translator("en").listed(["A", "B", "C"]), Translator("es").listed(["Caja", "Informática"])
        ('A, B and C', 'Caja e Informática')
        """
        if len(names) < 2:
            return "".join(names)
        text = self._translated(template)
        for joint, (other, sound) in _SAME_SOUND.items() if self.language == "es" else ():
            text = text.replace(joint, other) if sound.match(names[-1]) else text
        return text.format(names=", ".join(names[:-1]), last=names[-1])

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

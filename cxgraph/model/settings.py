"""How an organisation's scores are to be read: its scale, scoring, transmission and the like."""

from __future__ import annotations

import math
from collections.abc import Mapping, Set
from dataclasses import dataclass, fields, replace
from numbers import Real
from typing import Any, Literal

from cxgraph.errors import ParameterError
from cxgraph.tables.characters import REORDERING_CHARACTER
from cxgraph.tables.dates import parse_period
from cxgraph.tables.schema import FINEST_STEP, LARGEST_NUMBER, SCORINGS
from cxgraph.wording import LANGUAGES, N_, split_locale

Scoring = Literal["ratio", "gap", "perception"]
DEFAULT_TRANSMISSION = 0.6
"""What is assumed where nobody states a transmission and no scores bear on it: the mean of what is held likely."""
SWEEP = (0.0, 0.3, 0.6, 0.9)
"""Transmissions, one for all departments, at which results are always shown next to the one that was asked for."""
LARGEST_HALO = 0.9
"""Above it, what is left of the differences between services is mostly rounding."""
LONGEST_LABEL = 255
"""Characters of a name in titles; as many as the name of a folder may have, which stands in where none is given."""
_MOST = 1_000_000_000
_SHOWN = 80
USUAL_SCALES: tuple[tuple[float, float], ...] = ((0, 1), (1, 5), (0, 5), (1, 7), (0, 10), (0, 100))


@dataclass(frozen=True, slots=True)
class Settings:
    """Options of an organisation; the keys of ``org.toml`` and of `cxgraph.read`.

    Parameters
    ----------
    name : str
        Shown in titles.
    language : str
        ``en`` or ``es``, optionally with a country (``es_MX``).
    scale : (float, float)
        Bottom and top of the scores, the worst first: (6, 1) where 1 is the best score. What is kept is (1, 6), with
        `reversed`; scores are turned as they are read.
    scoring : {"ratio", "gap", "perception"}
        How expectation and fulfilment become a shortfall.
    transmission : float, optional
        In [0, 1), for departments that name none of their own; estimated from the scores where this is None too.
    stringency : float
        At least 1; ``inf`` is the weakest link.
    halo : float
        In [0, 0.9]: by how much what a client says of a service lies on what it receives on average, so that it
        rates all alike; see `cxgraph.model.halo.without_halo`.
    min_responses : int
        Services with fewer answers are flagged as thin.
    min_respondents : int
        Groups smaller than this are not shown one by one.
    currency : str
        ISO code of the costs.
    period : str, optional
        The period to read; the latest by default.
    customers : tuple of str
        Ids of the departments whose disappointment is to be explained, where none is marked as external customer.
    reversed : bool
        Whether the lowest score is the best.

    Raises
    ------
    ParameterError
        A value outside its range.

    Examples
    --------
    >>> Settings(scale=(1, 5)).width
    4.0
    """

    name: str = ""
    language: str = "en"
    scale: tuple[float, float] = (0.0, 10.0)
    scoring: Scoring = "ratio"
    transmission: float | None = None
    stringency: float = 1.0
    halo: float = 0.0
    min_responses: int = 5
    min_respondents: int = 1
    currency: str = "EUR"
    period: str | None = None
    customers: tuple[str, ...] = ()
    reversed: bool = False

    def __post_init__(self) -> None:
        bottom, top = _scale_ends(self.scale)
        object.__setattr__(self, "scale", (min(bottom, top), max(bottom, top)))
        if not isinstance(self.reversed, bool):
            raise ParameterError("reversed is {value}; it takes true or false.", value=_quoted(self.reversed))
        object.__setattr__(self, "reversed", self.reversed or bottom > top)
        object.__setattr__(self, "customers", _ids(self.customers))
        if self.period is not None:
            object.__setattr__(self, "period", _sound_period(self.period))
        if not isinstance(self.scoring, str) or self.scoring not in SCORINGS:
            raise ParameterError(
                N_("scoring is {value}; choose one of {choices}."),
                value=_quoted(self.scoring),
                choices=", ".join(SCORINGS),
            )
        if self.transmission is not None:
            object.__setattr__(self, "transmission", check_transmission(self.transmission))
        object.__setattr__(self, "stringency", check_stringency(self.stringency))
        object.__setattr__(self, "halo", check_halo(self.halo))
        for key in ("min_responses", "min_respondents"):
            value = getattr(self, key)
            if not isinstance(value, int) or isinstance(value, bool) or not 0 <= value <= _MOST:
                raise ParameterError(
                    N_("{key} is {value}; it takes a whole number from 0 to {most}."),
                    key=key,
                    value=_quoted(value),
                    most=_MOST,
                )
        for key in ("name", "language", "currency"):
            if not isinstance(getattr(self, key), str):
                raise ParameterError(N_("{key} is {value}; it takes text."), key=key, value=_quoted(getattr(self, key)))
            check_label(key, getattr(self, key))
        if not split_locale(self.language)[0]:
            raise ParameterError(
                N_("Language {value} is not spoken here; choose one of {choices}."),
                value=repr(self.language),
                choices=", ".join(LANGUAGES),
            )

    @property
    def width(self) -> float:
        """Top of the scale minus its bottom."""
        return self.scale[1] - self.scale[0]

    @classmethod
    def keys(cls) -> tuple[str, ...]:
        """Names of all options."""
        return tuple(field.name for field in fields(cls))

    def updated(self, changes: Mapping[str, Any]) -> Settings:
        """Return a copy with some options changed.

        Raises
        ------
        ParameterError
            An option that does not exist, or a value outside its range.
        """
        unknown = sorted(set(changes) - set(self.keys()))
        if unknown:
            raise ParameterError(
                N_("{unknown} is no option; the options are {choices}."),
                unknown=", ".join(map(repr, unknown)),
                choices=", ".join(self.keys()),
            )
        turned = {"reversed": False} if "scale" in changes else {}  # a new scale says itself which end is the best
        return replace(self, **{**turned, **changes})


def _sound_period(value: Any) -> str:
    """Return a period in the form that is compared, or raise ParameterError where it is none."""
    period = parse_period(str(value))
    if period is None:
        raise ParameterError(
            N_("period is {value}; it takes 2025, 2025-Q1, 2025-03, 2025-03-31, or two of them as 2024/2025."),
            value=_quoted(str(value)),
        )
    return period


def _scale_ends(scale: Any) -> tuple[float, float]:
    """Return the two ends of a scale as they were given, or raise ParameterError where they are none."""
    ends = _two(scale)
    if not all(_is_number(end) for end in ends) or ends[0] == ends[1]:
        raise ParameterError(
            N_("scale is {value}; it takes two numbers, the worst score and the best, such as (1, 5)."),
            value=_quoted(scale),
        )
    size = max(abs(float(end)) for end in ends)
    if size > LARGEST_NUMBER or abs(float(ends[0]) - float(ends[1])) < max(size, 1.0) * FINEST_STEP:
        raise ParameterError(
            N_(
                "scale is {value}; its ends have to lie within {most:g} of zero, and apart from each other, for "
                "scores on it to be distinguished."
            ),
            value=_quoted(scale),
            most=LARGEST_NUMBER,
        )
    return float(ends[0]), float(ends[1])


def check_transmission(value: float) -> float:
    """Return a transmission as a float, or raise ParameterError where it is outside [0, 1)."""
    if not _is_number(value) or not 0 <= value < 1:
        raise ParameterError(
            N_("transmission is {value}; it takes a number from 0 up to, but not including, 1."), value=_quoted(value)
        )
    return float(value)


def check_stringency(value: float) -> float:
    """Return a stringency as a float, or raise ParameterError where it is below 1."""
    if not (_is_number(value) or (isinstance(value, Real) and value == math.inf)) or value < 1:
        raise ParameterError(
            N_("stringency is {value}; it takes a number of 1 or more, or inf for the weakest link."),
            value=_quoted(value),
        )
    return float(value)


def check_halo(value: float) -> float:
    """Return a halo as a float, or raise ParameterError where it is outside [0, 0.9]."""
    if not _is_number(value) or not 0 <= value <= LARGEST_HALO:
        raise ParameterError(
            N_("halo is {value}; it takes a number from 0 to {most:g}."), value=_quoted(value), most=LARGEST_HALO
        )
    return float(value)


def check_label(key: str, text: str) -> None:
    """Raise ParameterError where a text is too long for a title or holds a sign that would rewrite it.

    Parameters
    ----------
    key : str
        The option, for the message.
    text : str
        What is to stand in titles.

    Raises
    ------
    ParameterError
        More than `LONGEST_LABEL` characters, a line break, or a sign as in `cxgraph.tables.characters`.
    """
    if len(text) > LONGEST_LABEL:
        raise ParameterError(
            N_("{key} has {length} characters; {limit} are allowed."), key=key, length=len(text), limit=LONGEST_LABEL
        )
    if REORDERING_CHARACTER.search(text) or len(text.splitlines()) > 1 or "\t" in text:
        raise ParameterError(
            N_("{key} is {value}; it takes one line of text without control characters."), key=key, value=_quoted(text)
        )


def _ids(value: Any) -> tuple[str, ...]:
    """Return one id or several as texts, or raise ParameterError where it is neither."""
    if isinstance(value, str):
        return (value,)
    try:
        ids = None if isinstance(value, bytes | Mapping) else tuple(map(str, value))
    except TypeError:
        ids = None
    if ids is None:
        raise ParameterError(
            N_('customers is {value}; it takes ids of departments, such as ("Buyers", "Guests").'), value=_quoted(value)
        )
    return ids


def _two(value: Any) -> tuple[Any, Any]:
    """Return the two parts of something, or two that are no numbers."""
    try:
        first, second = value
    except (TypeError, ValueError):
        return (None, None)
    return (None, None) if isinstance(value, str | bytes | Mapping | Set) else (first, second)


def _is_number(value: Any) -> bool:
    try:
        return isinstance(value, Real) and not isinstance(value, bool) and math.isfinite(value)
    except OverflowError:  # a whole number that no float can hold
        return False


def _quoted(value: Any) -> str:
    """Return a value as a message can quote it, however long it is."""
    try:
        text = ascii(value) if isinstance(value, str) and not value.isprintable() else repr(value)
    except ValueError:  # a whole number of so many digits that Python refuses to write it
        text = "10**…"
    return text if len(text) <= _SHOWN else text[:_SHOWN] + "…"

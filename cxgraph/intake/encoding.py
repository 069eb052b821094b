"""Bytes of a text file, whatever they are encoded in, become UTF-8; what had to be guessed is said."""

from __future__ import annotations

import codecs
import math
import re

import numpy as np

from cxgraph.errors import ParameterError
from cxgraph.tables.raw import ProblemLog
from cxgraph.wording import N_

# UTF-32 first: its mark begins like that of UTF-16.
_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_SAMPLE = 1 << 16
_ANY_TABLE = "a,b\n1;2\n"
# Windows first: where two fit equally well, it is by far the more likely to have written the file.
_LEGACY = ("cp1252", "mac_roman", "cp850")
_SPANISH = frozenset("áéíóúüñçãõÁÉÍÓÚÑ")
_LETTERS = _SPANISH | frozenset("àèòïÜÇÀÈÒÏâêîôûäëöìùåæøœßÂÊÎÔÛÄËÖÌÙÃÕÅÆØŒ")
_SIGNS = frozenset("ºª¿¡«»“”‘’–—…•€·°\u00a0")


def to_utf8(data: bytes, *, log: ProblemLog, file: str, encoding: str | None = None) -> bytes | None:
    """Return the text of a file as UTF-8 without a byte order mark.

    A byte order mark decides; without one, what is valid UTF-8 is UTF-8; failing that, the bytes are weighed
    as one of the single-byte encodings of Western Europe.

    Parameters
    ----------
    data : bytes
        The whole file.
    log : ProblemLog
        Takes a note where the encoding was guessed, an error where there is none.
    file : str
        Name shown in messages.
    encoding : str, optional
        Name of the encoding, where the user knows it.

    Returns
    -------
    bytes or None
        None where the bytes are no text.

    Raises
    ------
    ParameterError
        `encoding` names none.

    Examples
    --------
    >>> to_utf8("Dirección".encode("cp1252"), log=ProblemLog(), file="x.csv").decode()
    'Dirección'
    """
    if encoding is not None:
        return _decoded(data, check_encoding(encoding), log, file)
    for mark, name in _MARKS:
        if data.startswith(mark):
            return _decoded(data, name, log, file)
    wide = _unmarked_utf16(data)
    if wide is not None:
        return _decoded(data, wide, log, file)
    try:
        data.decode("utf-8")
    except UnicodeDecodeError as fault:
        return _from_legacy(data, fault, log, file)
    return data


def check_encoding(encoding: str) -> str:
    """Return the usual name of a text encoding, or raise ParameterError where there is none of that name."""
    try:
        name = codecs.lookup(encoding).name
        # Some codecs of Python are no encodings of files (idna): they cannot say what is wrong with a text.
        sound = _ANY_TABLE.encode(name).decode(name, errors="replace") == _ANY_TABLE
    except (LookupError, TypeError, ValueError):
        sound = False
    if not sound:
        raise ParameterError(N_("{value} is no text encoding; try utf-8, cp1252 or latin-1."), value=repr(encoding))
    return name


def _decoded(data: bytes, encoding: str, log: ProblemLog, file: str) -> bytes | None:
    """Decode with a given encoding; where that fails, say in which line."""
    for mark, name in _MARKS:
        if data.startswith(mark) and encoding.replace("_", "-") in (name, name[:6], "utf-8-sig"):
            data, encoding = data[len(mark) :], name
            break
    try:
        return data.decode(encoding).encode("utf-8")
    except UnicodeError as fault:
        start = fault.start if isinstance(fault, UnicodeDecodeError) else 0
        before = data[:start].decode(encoding, errors="replace")
        log.add(
            "error",
            "undecodable",
            N_("The file is not the {encoding} text that it is taken for."),
            N_("Save it as CSV UTF-8, or name its encoding: --encoding cp1252."),
            file=file,
            line=before.count("\n") + 1,
            encoding=encoding,
        )
        return None


def _unmarked_utf16(data: bytes) -> str | None:
    """Tell UTF-16 without a mark by its zero bytes: every other byte of Western text."""
    sample = np.frombuffer(data[:_SAMPLE], dtype=np.uint8)
    if len(sample) < 4 or len(data) % 2:
        return None
    even, odd = (float(np.mean(sample[start::2] == 0)) for start in (0, 1))
    if odd > 0.5 and even < 0.1:
        return "utf-16-le"
    return "utf-16-be" if even > 0.5 and odd < 0.1 else None


def _from_legacy(data: bytes, fault: UnicodeDecodeError, log: ProblemLog, file: str) -> bytes | None:
    lenient = data.decode("utf-8", errors="replace")
    broken = lenient.count("\N{REPLACEMENT CHARACTER}")
    sound = sum(sign > "\x7f" for sign in lenient[: _SAMPLE * 16]) - broken
    line = data.count(b"\n", 0, fault.start) + 1
    if sound > broken:
        log.add(
            "error",
            "mixed-encodings",
            N_("The text is UTF-8 but for {count} {count:place|places}; the first is in this line."),
            N_("Correct the sign there and save the file as UTF-8."),
            file=file,
            line=line,
            count=broken,
        )
        return None
    # Western text is weighed here, because chardet 7.7 took Spanish in cp1252 for iso8859-3; the rest it knows better.
    scores = {name: _likeness(data, name, fault.start) for name in _LEGACY}
    best: str | None = max(_LEGACY, key=lambda name: scores[name])
    if best is None or scores[best] <= 0 or _mostly_beyond_ascii(data, fault.start):
        best = _other_script(data, fault.start)
    if best is None:
        log.add(
            "error",
            "undecodable",
            N_("The file is no text in an encoding that is known here."),
            N_("Save it as CSV UTF-8, or name its encoding: --encoding cp1252."),
            file=file,
            line=line,
        )
        return None
    log.add(
        "note",
        "encoding-guessed",
        N_("The file is not UTF-8; it was read as {encoding}."),
        N_("If accents look wrong, name the encoding: --encoding cp1252."),
        file=file,
        encoding=best,
    )
    return data.decode(best).encode("utf-8")


def _mostly_beyond_ascii(data: bytes, start: int) -> bool:
    """Tell text of another script: Western words have an accent here and there, not one in every letter."""
    words = [
        word
        for word in re.split(rb"[^A-Za-z\x80-\xff]+", data[max(start - 1, 0) : start + _SAMPLE])
        if max(word, default=0) > 0x7F
    ]
    return sum(byte > 0x7F for word in words for byte in word) > 0.6 * sum(map(len, words)) and len(words) > 2


def _other_script(data: bytes, start: int) -> str | None:
    """Return what chardet takes a text for that is not Western, where it is sure and the whole text agrees."""
    import chardet  # noqa: PLC0415 - needed for few files, and slow to import

    guess = chardet.detect(data[max(start - 1, 0) : start + _SAMPLE])
    name = guess.get("encoding")
    if not name or (guess.get("confidence") or 0.0) < 0.2:
        return None
    try:
        text = data.decode(name)
    except (LookupError, UnicodeDecodeError):
        return None
    return name if text.isprintable() or all(c.isprintable() or c.isspace() for c in text[:_SAMPLE]) else None


def _likeness(data: bytes, encoding: str, start: int) -> float:
    """Weigh how much a text looks like Western prose when read in one encoding.

    Lower-case letters of Spanish weigh most; a capital inside a small word, a small letter inside capitals, a
    sign inside a word and whatever prose does not hold weigh against. A byte that the encoding lacks rules it
    out.
    """
    try:
        data.decode(encoding)
    except UnicodeDecodeError:
        return -math.inf
    # Sample from the first accent on: the beginning of a long file may well have none.
    text = f" {data[max(start - 1, 0) : start + _SAMPLE].decode(encoding)} "
    return sum(_weight(*text[at - 1 : at + 2]) for at in range(1, len(text) - 1) if text[at] > "\x7f")


def _weight(before: str, sign: str, after: str) -> float:
    """Weigh one sign beyond ASCII between its neighbours."""
    inside = before.isalpha() and after.isalpha()
    if sign in _LETTERS:
        odd = before.islower() if sign.isupper() else (before.isupper() and after.isupper())
        return -1.0 if odd else 1.0 if sign in _SPANISH else 0.6
    return 0.3 if sign in _SIGNS and not inside else -1.0

"""Event logs in XES (IEEE 1849-2016): one row per event, with the attributes of its case as ``case:KEY``.

expat reads them, a chunk at a time. Attributes inside attributes, lists and containers, and the ``global`` defaults
say nothing about an event and are skipped.
"""

from __future__ import annotations

from collections.abc import Sequence
from xml.parsers import expat

import numpy as np

from cxgraph.intake.exports.sheet import SAMPLE_ROWS, Columns, Sheet, as_categories
from cxgraph.model.organization import Source
from cxgraph.tables.raw import ProblemLog
from cxgraph.wording import N_

_VALUES = frozenset(("string", "date", "int", "float", "boolean", "id"))
_CHUNK = 1 << 20
_Rows = list[dict[str, str]]


class _EnoughError(Exception):
    """As many events as were asked for have been read."""


class _DoctypeError(Exception):
    """The file declares entities, which a log needs not and an attacker does."""


class _Reader:
    """Collects the events of a log."""

    def __init__(self, wanted: frozenset[str] | None, most: int | None) -> None:
        self.wanted, self.most = wanted, most
        self.keys: dict[str, None] = {}
        self.events: _Rows = []
        self.traces = 0
        self._path: list[str] = []
        self._trace: dict[str, str] = {}
        self._event: dict[str, str] = {}
        self._first_of_trace = 0
        self._texts: dict[str, str] = {}
        self.parser = expat.ParserCreate()
        self.parser.StartElementHandler = self._start
        self.parser.EndElementHandler = self._end
        self.parser.StartDoctypeDeclHandler = self._doctype

    def feed(self, data: bytes) -> None:
        try:
            for start in range(0, len(data), _CHUNK):
                self.parser.Parse(memoryview(data)[start : start + _CHUNK], False)
            self.parser.Parse(b"", True)
        except _EnoughError:
            self._close_trace()

    def _doctype(self, *_: object) -> None:
        raise _DoctypeError

    def _start(self, tag: str, attributes: dict[str, str]) -> None:
        name = tag.rpartition(":")[2]
        path = self._path
        if name in _VALUES and path:
            if path[-1] == "event":
                self._take(self._event, "", attributes)
            elif path[-1] == "trace":
                self._take(self._trace, "case:", attributes)
        elif name == "trace":
            self.traces += 1
            self._trace, self._first_of_trace = {}, len(self.events)
        elif name == "event":
            self._event = {}
        path.append(name)

    def _take(self, target: dict[str, str], prefix: str, attributes: dict[str, str]) -> None:
        key = prefix + attributes.get("key", "")
        self.keys.setdefault(key)
        if self.wanted is None or key in self.wanted:
            value = attributes.get("value", "")
            target[key] = self._texts.setdefault(value, value)

    def _end(self, tag: str) -> None:
        name = self._path.pop()
        del tag
        if name == "event":
            self.events.append(self._event)
            if self.most is not None and len(self.events) >= self.most:
                raise _EnoughError
        elif name == "trace":
            self._close_trace()

    def _close_trace(self) -> None:
        """Give the events of a trace what is said of the case; it may stand behind them."""
        for event in self.events[self._first_of_trace :]:
            event.update(self._trace)
        self._first_of_trace = len(self.events)


def open_xes(data: bytes, source: Source, log: ProblemLog, encoding: str | None = None) -> Sheet | None:
    """Open an event log.

    Parameters
    ----------
    data : bytes
        The whole file.
    source : Source
        What it is.
    log : ProblemLog
        Takes what is wrong with it.
    encoding : str, optional
        Not used: XML says its own.

    Returns
    -------
    Sheet or None
        Columns are the keys of the cases and events, those of the first events first; rows are numbered by event.

    Examples
    --------
    >>> log = (b'<log><global scope="event"><string key="org:group" value="none"/></global><trace>'
    ...        b'<string key="concept:name" value="1"/><event><string key="org:group" value="Desk">'
    ...        b'<string key="inner" value="x"/></string></event></trace></log>')
    >>> sheet = open_xes(log, Source("log.xes", "", 0), ProblemLog())
    >>> sheet.headers, sheet.sample
    (('case:concept:name', 'org:group'), (('1', 'Desk'),))
    """
    del encoding
    first = _parsed(data, None, SAMPLE_ROWS, source.name, log)
    if first is None:
        return None
    if not first.events:
        log.add("error", "no-table", N_("The log holds no events."), N_("Export it with its traces."), file=source.name)
        return None
    headers = tuple(sorted(first.keys, key=lambda key: not key.startswith("case:")))
    sample = tuple(tuple(event.get(key, "") for key in headers) for event in first.events)

    def read(wanted: Sequence[int]) -> Columns | None:
        keys = {place: headers[place] for place in sorted(set(wanted))}
        whole = _parsed(data, frozenset(keys.values()), None, source.name, log)
        if whole is None:
            return None
        cells = {place: as_categories([event.get(key, "") for event in whole.events]) for place, key in keys.items()}
        return Columns(cells, np.arange(1, len(whole.events) + 1))

    return Sheet(source.name, source, headers, sample, 1, read, "xes")


def _parsed(data: bytes, wanted: frozenset[str] | None, most: int | None, file: str, log: ProblemLog) -> _Reader | None:
    reader = _Reader(wanted, most)
    try:
        reader.feed(data)
    except _DoctypeError:
        log.add(
            "error",
            "doctype",
            N_("The file declares a document type, which no log needs and which can make a small file huge."),
            N_("Export the log again without it."),
            file=file,
        )
    except expat.ExpatError as fault:
        log.add(
            "error",
            "no-xml",
            N_("This is no XML that can be read: {reason}."),
            N_("Export the log again; the file may be cut off."),
            file=file,
            line=fault.lineno,
            reason=expat.errors.messages[fault.code],
        )
    else:
        return reader
    return None

"""Files of scenarios that are given on the command line."""

from __future__ import annotations

from pathlib import Path


def scenario_text(path: Path) -> str:
    """Return the text of a scenario file.

    Raises
    ------
    InputError
        It cannot be read, or is no text.
    """
    from cxgraph.errors import InputError
    from cxgraph.intake.encoding import to_utf8
    from cxgraph.intake.formats import read_bytes
    from cxgraph.tables.raw import ProblemLog

    log = ProblemLog()
    loaded = read_bytes(path, log)
    text = None if loaded is None else to_utf8(loaded[0], log=log, file=path.name)
    if text is None:
        raise InputError(tuple(log.problems))
    return text.decode("utf-8")

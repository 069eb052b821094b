"""A table that tells which departments were renamed or merged between two waves."""

from __future__ import annotations

from pathlib import Path

from cxgraph.errors import InputError
from cxgraph.intake.formats import Reading, read_bytes, read_text_table
from cxgraph.tables.raw import ProblemLog
from cxgraph.tables.schema import Column, Table
from cxgraph.wording import N_

RENAMED = Table(
    "renamed",
    ("renamed", "renombrados"),
    (
        Column(
            "before", "text", "id in the first wave", "código en la primera oleada", ("antes",), "antes", required=True
        ),
        Column(
            "after",
            "text",
            "id in the second wave",
            "código en la segunda oleada",
            ("despues",),
            "despues",
            required=True,
        ),
    ),
)


def read_renames(path: Path) -> dict[str, str]:
    """Read which id of the first wave is which id of the second.

    Parameters
    ----------
    path : Path
        A text table with the columns ``before`` and ``after`` (``antes``, ``despues``).

    Returns
    -------
    dict of str to str
        Several ids may lead to one: those departments were merged.

    Raises
    ------
    InputError
        The file cannot be read, or a row is incomplete or says twice where an id leads.
    """
    log = ProblemLog()
    found: dict[str, str] = {}
    loaded = read_bytes(path, log)
    raw = None if loaded is None else read_text_table(loaded[0], RENAMED, path.name, {}, Reading(log=log))
    if raw is not None and not log.failed:
        cells = ([str(cell).strip() for cell in raw.columns[name]] for name in ("before", "after"))
        for place, (before, after) in enumerate(zip(*cells, strict=True), 1):
            if not before or not after:
                log.add(
                    "error",
                    "rename-incomplete",
                    N_("Row {row} does not say both ids."),
                    N_("Fill in before and after, or take the row out."),
                    file=path.name,
                    row=place,
                )
            elif found.setdefault(before, after) != after:
                log.add(
                    "error",
                    "rename-twice",
                    N_("{id!r} is renamed twice, to {one!r} and {other!r}."),
                    N_("Leave one of the rows out."),
                    file=path.name,
                    id=before,
                    one=found[before],
                    other=after,
                )
    if log.failed:
        raise InputError(tuple(log.problems))
    return found

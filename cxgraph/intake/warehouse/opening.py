"""Which engine holds the answers that the caller names or hands over."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from cxgraph.intake.warehouse.address import parse_address
from cxgraph.intake.warehouse.engine import Engine, EngineError
from cxgraph.intake.warehouse.recognise import library_of
from cxgraph.tables.raw import ProblemLog
from cxgraph.wording import N_

_INSTALL = 'pip install "cxgraph[warehouse]"'


def hand_over(thing: Any) -> Engine:
    """Return the engine of a table that the caller hands over."""
    library = library_of(thing)
    if library == "duckdb":
        from cxgraph.intake.warehouse.duck import RelationEngine

        return RelationEngine(thing)
    if library == "pyspark":
        from cxgraph.intake.warehouse.spark import SparkEngine

        return SparkEngine(thing)
    from cxgraph.intake.warehouse.ibis_table import IbisEngine

    return IbisEngine(thing)


def open_address(text: str, log: ProblemLog) -> Engine | None:
    """Open the table of an address; None where it cannot be, which has then been said without the address.

    Parameters
    ----------
    text : str
        As the user wrote it.
    log : ProblemLog
        Takes an error.
    """
    address = parse_address(text, log)
    if address is None:
        return None
    try:
        if address.file is not None:
            if not address.file.is_file():
                log.add(
                    "error",
                    "no-file",
                    N_("There is no such file or folder."),
                    N_("Check the path."),
                    file=address.file.name,
                )
                return None
            from cxgraph.intake.warehouse.duck import open_database

            return open_database(address.file, address.table)
        from cxgraph.intake.warehouse.postgres import PostgresEngine

        return PostgresEngine(address.host, address.port, address.database, address.user, address.table)
    except ImportError:
        report_missing(address.engine, log)
    except EngineError as fault:
        report_refusal(address.table, fault, log)
    return None


def open_parquet_files(paths: list[Path], name: str, log: ProblemLog) -> Engine | None:
    """Open files of Parquet as one table of answers; None where they cannot be, which has then been said."""
    try:
        from cxgraph.intake.warehouse.duck import open_parquet

        return open_parquet([path.resolve() for path in paths], name)
    except ImportError:
        report_missing("Parquet", log, name)
    except EngineError as fault:
        report_refusal(name, fault, log)
    return None


def report_missing(what: str, log: ProblemLog, file: str | None = None) -> None:
    """Say that what reads something is not installed."""
    log.add(
        "error",
        "not-installed",
        N_("What reads {what} is not installed."),
        N_("Install it: {command}"),
        file=file,
        what=what,
        command=_INSTALL,
    )


def report_refusal(table: str, fault: EngineError, log: ProblemLog) -> None:
    """Say in an engine's own words why it refuses."""
    log.add(
        "error",
        "engine-refuses",
        N_("The database refuses: {reason}."),
        N_("Check the address, the name of the table and your right to read it."),
        file=table,
        reason=str(fault),
    )

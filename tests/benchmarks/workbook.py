"""How long a large workbook takes to read, against openpyxl's own bare pass over its values in the same run.

Run it from the top of the repository: ``python tests/benchmarks/workbook.py [rows]``. The same answers are written with
texts that cells share, as Excel writes them, and with texts in the cells, as exports do. Times are of the processor,
because a busy machine stretches the clock, and the shortest of a few rounds. Exit code 1 where one takes longer than
`MOST` times the bare pass.
"""

from __future__ import annotations

import datetime
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import openpyxl
import xlsxwriter

import cxgraph

ROWS, DEPARTMENTS, ROUNDS, MOST = 100_000, 200, 3, 1.3
HEADERS = ("fecha", "encuestado", "proveedor", "cliente", "servicio", "expectativa", "cumplimiento", "fuente")


def write_answers(path: Path, rows: int, *, inline: bool) -> None:
    """Write dated answers about the services of a ring of departments."""
    random = np.random.default_rng(0)
    expectation, fulfilment = random.integers(5, 11, rows).tolist(), (random.integers(0, 41, rows) / 4).tolist()
    with xlsxwriter.Workbook(path, {"constant_memory": inline}) as book:
        sheet = book.add_worksheet("respuestas")
        days = book.add_format({"num_format": "dd/mm/yyyy"})
        sheet.write_row(0, 0, HEADERS)
        for row in range(rows):
            supplier = row % DEPARTMENTS
            client = (7 * row + 1) % DEPARTMENTS
            sheet.write_datetime(row + 1, 0, datetime.datetime(2026, 1, 1) + datetime.timedelta(row % 300), days)
            texts = (f"R{row}", f"Dpto {supplier}", f"Dpto {client}", "Ayuda")
            sheet.write_row(row + 1, 1, (*texts, expectation[row], fulfilment[row], "client_survey"))


def bare(path: Path) -> int:
    """Go over all values with openpyxl alone."""
    book = openpyxl.load_workbook(path, read_only=True, data_only=True)
    return sum(1 for sheet in book for _ in sheet.iter_rows(values_only=True))


def seconds(work: Callable[[Path], object], path: Path) -> float:
    """Return the processor's seconds of one run."""
    begun = time.process_time()
    work(path)
    return time.process_time() - begun


def main(rows: int) -> int:
    """Measure and print."""
    slow = 0
    with tempfile.TemporaryDirectory() as folder:
        for kind in ("shared texts", "texts in the cells"):
            path = Path(folder, f"{kind.split()[0]}.xlsx")
            write_answers(path, rows, inline=kind != "shared texts")
            took: dict[str, list[float]] = {"bare": [], "read": []}
            for _ in range(ROUNDS):
                took["bare"].append(seconds(bare, path))
                took["read"].append(seconds(lambda place: cxgraph.read(place, customers=["Dpto 0"]), path))
            base, read = min(took["bare"]), min(took["read"])
            slow += read > MOST * base
            print(
                f"{rows:,} rows, {kind:18} bare pass {base:6.2f} s, read {read:6.2f} s: "
                f"{read / base:5.2f} times (at most {MOST})",
                flush=True,
            )
    return int(bool(slow))


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]) if len(sys.argv) > 1 else ROWS))

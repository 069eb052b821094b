"""The same answers in every engine; a server of PostgreSQL that lives as long as the tests."""

import getpass
import os
import shutil
import signal
import socket
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path
from tempfile import mkdtemp

import numpy as np
import pandas as pd
import pytest

from cxgraph.intake.warehouse import recognise

TYPES = {
    "fecha": "date",
    "encuestado": "text",
    "Área": "text",
    "cliente": "text",
    "servicio": "text",
    "expectativa": "decimal(4,2)",
    "cumplimiento": "double precision",
    "importancia": "text",
    "fuente": "text",
}
"""Columns of the sample as a database holds them; headers in Spanish, one of the user's own."""
OWN = {"responses": {"Área": "supplier"}}


@pytest.fixture(scope="session")
def answers() -> pd.DataFrame:
    """Answers of two waves with what goes wrong in sums: spellings, gaps, self-assessments, fractions."""
    rng = np.random.default_rng(11)
    size = 3000
    names = ["IT", "Ventas", "007", "Compras", "Éxito"]
    frame = pd.DataFrame(
        {
            "fecha": pd.to_datetime(rng.choice(["2024-03-04", "2024-03-05", "2025-03-03", "2025-03-07"], size)),
            "encuestado": [f"r{number}" for number in rng.integers(0, 60, size)],
            "Área": rng.choice(names, size),
            "cliente": rng.choice([*names, "Clientes"], size),
            "servicio": rng.choice(["informes", " informes", "datos; rápidos", None], size),
            "expectativa": rng.choice([7, 8.25, 9.5, 10, np.nan], size),
            "cumplimiento": rng.choice([*np.round(rng.uniform(0, 10, 40), 6), 7.1234565, 1 / 3, np.nan], size),
            "importancia": rng.choice(["1", "2.50", "0.1", None], size),
            "fuente": rng.choice(["encuesta", "autoevaluación", "tique", None], size, p=[0.6, 0.1, 0.2, 0.1]),
        }
    )
    return frame[frame["Área"] != frame["cliente"]].reset_index(drop=True)


@pytest.fixture(scope="session")
def answers_csv(answers: pd.DataFrame, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("answers") / "respuestas.csv"
    answers.to_csv(path, index=False)
    return path


@pytest.fixture
def all_large(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every text file of answers is taken for a large one."""
    monkeypatch.setattr(recognise, "LARGE_BYTES", 1)


def programs() -> Path | None:
    """Return the folder of PostgreSQL's programs."""
    found = shutil.which("initdb")
    places = [Path(found).parent] if found else sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)
    return next((place for place in places if (place / "initdb").exists()), None)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture(scope="session")
def postgres() -> Iterator[int]:
    """The port of a server on this machine alone, with the database ``postgres``, open to the user ``cxgraph``."""
    folder = programs()
    if folder is None:
        pytest.skip("PostgreSQL's server is not installed")
    pytest.importorskip("psycopg")
    root = Path(mkdtemp(prefix="cxgraph-postgres-", dir="/tmp"))  # a short path: sockets have no room for long ones
    user = None
    if os.geteuid() == 0:  # the server refuses to run as root
        user = "nobody"
        shutil.chown(root, user)
    data, port = root / "data", free_port()
    words = [str(folder / "initdb"), "-D", str(data), "-U", "cxgraph", "-A", "trust", "-E", "UTF8", "--no-sync"]
    subprocess.run([*words, "--locale=C"], check=True, capture_output=True, user=user, cwd=root)
    server = subprocess.Popen(
        [folder / "postgres", "-D", data, "-h", "127.0.0.1", "-p", str(port), "-k", root, "-F"],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        user=user,
        cwd=root,
    )
    try:
        _wait(port, server)
        yield port
    finally:
        server.send_signal(signal.SIGINT)  # at once, whoever is still connected
        server.wait(30)
        shutil.rmtree(root)


def _wait(port: int, server: subprocess.Popen[bytes]) -> None:
    import psycopg

    for _ in range(200):
        assert server.poll() is None, "the server ended"
        try:
            psycopg.connect(host="127.0.0.1", port=port, user="cxgraph", dbname="postgres").close()
        except psycopg.OperationalError:
            time.sleep(0.1)
        else:
            return
    pytest.fail(f"no server for {getpass.getuser()} within 20 seconds")


def cells(answers: pd.DataFrame) -> list[tuple[object, ...]]:
    """Return rows as Python values, None where a cell is missing."""
    plain = answers.astype(object).where(answers.notna(), None)
    plain["fecha"] = [day.date() for day in answers["fecha"]]
    return [tuple(row) for row in plain.itertuples(index=False)]


@pytest.fixture(scope="session")
def postgres_table(postgres: int, answers: pd.DataFrame) -> str:
    """The address of a table with the answers, in a schema whose name needs quotation marks."""
    import psycopg

    columns = ", ".join(f'"{name}" {kind}' for name, kind in TYPES.items())
    with psycopg.connect(host="127.0.0.1", port=postgres, user="cxgraph", dbname="postgres") as connection:
        connection.execute('create schema "Encuesta 25"')
        connection.execute(f'create table "Encuesta 25".answers ({columns})')
        with connection.cursor() as cursor:
            marks = ", ".join(["%s"] * len(TYPES))
            cursor.executemany(f'insert into "Encuesta 25".answers values ({marks})', cells(answers))
    return f"postgresql://cxgraph@127.0.0.1:{postgres}/postgres?table=Encuesta 25.answers"


@pytest.fixture(scope="session")
def duckdb_file(answers: pd.DataFrame, tmp_path_factory: pytest.TempPathFactory) -> Path:
    duckdb = pytest.importorskip("duckdb")
    path = tmp_path_factory.mktemp("duckdb") / "encuesta.duckdb"
    columns = ", ".join(f'"{name}" {kind}' for name, kind in TYPES.items())
    with duckdb.connect(str(path)) as connection:
        connection.execute(f"create table answers ({columns})")
        connection.executemany(f"insert into answers values ({', '.join('?' * len(TYPES))})", cells(answers))
    return path

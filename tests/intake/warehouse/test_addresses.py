"""Addresses: what they say, what they must never make us repeat, and what comes after a wrong one."""

import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st

import cxgraph
from cxgraph.cli import group
from cxgraph.errors import InputError
from cxgraph.intake.warehouse.address import parse_address
from cxgraph.intake.warehouse.opening import open_address
from cxgraph.tables.addresses import is_warehouse, plain_address, shown_address
from cxgraph.tables.raw import ProblemLog

from .conftest import OWN

SECRET = "hunter2-Sécret"


@pytest.mark.parametrize(
    ("text", "host", "port", "database", "user", "table"),
    [
        ("postgresql://db.local/shop?table=answers", "db.local", None, "shop", None, "answers"),
        ("postgres://ana@db.local:5433/shop?table=hr.answers", "db.local", 5433, "shop", "ana", "hr.answers"),
        ("postgresql:///shop?table=answers", None, None, "shop", None, "answers"),
        ("postgresql://[::1]:5432/shop?table=Encuesta%2025", "::1", 5432, "shop", None, "Encuesta 25"),
    ],
)
def test_postgres_addresses(text, host, port, database, user, table):
    # A path loses a stroke; the address has to survive that, as it does on the command line.
    for given_as in (text, str(Path(text))):
        found = parse_address(given_as, ProblemLog())
        assert (found.host, found.port, found.database, found.user, found.table) == (host, port, database, user, table)


def test_duckdb_addresses():
    for text, file in (
        ("duckdb:///a/b.duckdb?table=t", "a/b.duckdb"),
        ("duckdb:////a/b.duckdb?table=t", "/a/b.duckdb"),
    ):
        assert str(parse_address(text, ProblemLog()).file) == file
        assert str(parse_address(str(Path(plain_address(text))), ProblemLog()).file) == file


@pytest.mark.parametrize(
    "text",
    [
        f"postgresql://ana:{SECRET}@db.local/shop?table=answers",
        f"postgresql://:{SECRET}@db.local/shop?table=answers",
        f"postgresql://ana:a@{SECRET}@db.local/shop?table=answers",
        f"postgresql://db.local/shop?table=answers&password={SECRET}",
        f"postgresql://db.local/shop?sslpassword={SECRET}&table=answers",
        f"postgresql:/ana:{SECRET}@db.local/shop",
        f"POSTGRESQL://ana:{SECRET}@db.local/shop?table=answers",
        f"duckdb:///a.duckdb?password={SECRET}",
        f"mysql://ana:{SECRET}@db.local/shop",
    ],
)
@pytest.mark.parametrize("installed", [True, False])
@pytest.mark.parametrize("lang", ["en", "es"])
def test_a_password_is_never_repeated(text, installed, lang, monkeypatch):
    if not installed:
        for name in ("duckdb", "psycopg"):
            monkeypatch.setitem(sys.modules, name, None)
    for command in ("check", "bottlenecks"):
        found = CliRunner().invoke(group, [command, text, "--lang", lang])
        assert found.exit_code in (2, 3)
        assert SECRET not in found.output + found.stderr
    with pytest.raises(InputError) as caught:
        cxgraph.read(text)
    assert SECRET not in str(caught.value)
    assert all(SECRET not in problem.render(str) for problem in caught.value.problems)


@given(st.text(max_size=60))
def test_no_address_ends_in_a_traceback(rest):
    for scheme in ("postgresql:", "duckdb:", "postgresql://", "duckdb:///"):
        log = ProblemLog()
        assert (parse_address(scheme + rest, log) is None) == log.failed


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("postgresql://db.local/shop", "no-table"),
        ("postgresql://db.local/shop?tabla=answers", "no-table"),
        ("postgresql://db.local/shop?table=a.b.c.d", "no-table"),
        ("postgresql://db.local/shop?table=", "no-table"),
        ("postgresql://db.local?table=t", "no-file"),
        ("postgresql://one,two/shop?table=t", "address"),
        ("postgresql://db.local:x/shop?table=t", "address"),
        ("postgresql://db.local/a/b?table=t", "address"),
        ("duckdb://?table=t", "address"),
    ],
)
def test_wrong_addresses(text, code):
    log = ProblemLog()
    if code == "no-file":  # a database alone: the server is the environment's
        assert parse_address(text, log).database == "db.local"
        return
    assert parse_address(text, log) is None
    assert [problem.code for problem in log.problems] == [code]
    assert "?table=" in log.problems[0].hint.format(**log.problems[0].fields)


@pytest.mark.parametrize("text", ["duckdb:///{file}?table=answers", "postgresql:///shop?table=answers"])
def test_without_the_extra(text, tmp_path, monkeypatch):
    (tmp_path / "a.duckdb").touch()
    for name in ("duckdb", "psycopg"):
        monkeypatch.setitem(sys.modules, name, None)
    found = CliRunner().invoke(group, ["check", text.format(file=tmp_path / "a.duckdb")])
    assert found.exit_code == 3
    assert 'pip install "cxgraph[warehouse]"' in found.stderr + found.output
    (tmp_path / "respuestas.parquet").touch()
    found = CliRunner().invoke(group, ["check", str(tmp_path / "respuestas.parquet")])
    assert 'pip install "cxgraph[warehouse]"' in found.stderr + found.output


def test_duckdb_reads_nothing_but_its_file(duckdb_file, tmp_path):
    secret = tmp_path / "secret.csv"
    secret.write_text("a\n1\n")
    engine = open_address(f"duckdb:///{duckdb_file}?table=answers", ProblemLog())
    for statement in (
        f"select * from read_csv('{secret}')",
        f"copy answers to '{tmp_path}/out.csv'",
        "install httpfs",
        "load httpfs",
        f"attach '{tmp_path}/b.duckdb'",
        "create table other as select 1",
        "set enable_external_access=true",
    ):
        with pytest.raises(Exception, match=r".") as caught:
            engine._connection.execute(statement)
        assert type(caught.value).__module__.endswith("duckdb")
    engine.close()
    assert [path.name for path in tmp_path.iterdir()] == ["secret.csv"]


@pytest.mark.postgres
def test_postgres_is_only_read(postgres_table):
    import psycopg

    engine = open_address(postgres_table, ProblemLog())
    with pytest.raises(psycopg.errors.ReadOnlySqlTransaction):
        engine._connection.execute("create table other (a int)")
    engine._connection.rollback()
    assert engine._connection.execute("show statement_timeout").fetchone() == ("10min",)
    engine.close()


@pytest.mark.postgres
def test_postgres_takes_what_the_environment_says(postgres_table, monkeypatch):
    port = postgres_table.rpartition(":")[2].partition("/")[0]
    for name, value in {"PGHOST": "127.0.0.1", "PGPORT": port, "PGUSER": "cxgraph"}.items():
        monkeypatch.setenv(name, value)
    found = cxgraph.read("postgresql:///postgres?table=Encuesta 25.answers", columns=OWN)
    assert len(found.services) > 60
    log = ProblemLog()
    assert open_address("postgresql:///postgres?table=answers; drop table x", log) is None
    assert [problem.code for problem in log.problems] == ["engine-refuses"]


@pytest.mark.postgres
def test_the_command_line_takes_an_address(postgres_table, tmp_path):
    words = ["--column", "responses.Área=supplier"]
    found = CliRunner().invoke(group, ["bottlenecks", postgres_table, *words, "--format", "csv"])
    assert found.exit_code == 0, found.stderr
    assert found.stdout.startswith("id,name,share,")
    found = CliRunner().invoke(group, ["report", postgres_table, *words, "-o", str(tmp_path / "report")])
    assert found.exit_code == 0, found.stderr
    assert b"cxgraph@" not in b"".join(path.read_bytes() for path in (tmp_path / "report").rglob("*") if path.is_file())
    found = CliRunner().invoke(group, ["verify", str(tmp_path / "report"), "--org", postgres_table])
    assert found.exit_code == 0, found.stdout + found.stderr


def test_shown_without_user_and_folders():
    assert is_warehouse("duckdb:a.duckdb?table=b")
    assert shown_address("duckdb:///data/a.duckdb?table=b") == "duckdb:///data/a.duckdb?table=b"
    assert shown_address("postgresql://ana@h/d?table=b") == "postgresql://h/d?table=b"


@pytest.mark.parametrize("code", ["import cxgraph", "import cxgraph, sys; sys.argv = ['cxgraph', '--help']; HELP"])
def test_engines_are_imported_when_they_are_asked_for(code):
    helped = "from cxgraph.cli import main\ntry:\n    main()\nexcept SystemExit:\n    pass\n"
    code = code.replace("HELP", f"exec({helped!r})")
    check = (
        "import sys; heavy = {'duckdb', 'psycopg', 'openpyxl', 'pyspark', 'ibis'} & set(sys.modules); assert not heavy"
    )
    subprocess.run([sys.executable, "-c", f"{code}; {check}"], check=True, capture_output=True)


@pytest.mark.postgres
def test_postgres_does_not_work_on_for_a_run_that_was_stopped(postgres):
    import psycopg

    answers = "select 'A' as supplier, 'B' as client, 8 as expectation, 6 as fulfilment from pg_sleep(120)"
    running = "select count(*) from pg_stat_activity where application_name = 'cxgraph' and state = 'active'"
    address = f"postgresql://cxgraph@127.0.0.1:{postgres}/postgres?table=pg_stop"
    with psycopg.connect(host="127.0.0.1", port=postgres, user="cxgraph", dbname="postgres", autocommit=True) as server:
        server.execute(f"create view pg_stop as {answers}")

        def at_work() -> bool:
            return bool(server.execute(running).fetchone()[0])

        run = subprocess.Popen([sys.executable, "-m", "cxgraph", "check", address], stderr=subprocess.DEVNULL)
        try:
            assert _soon(at_work)
            run.send_signal(signal.SIGTERM)  # Ctrl-C is answered alike; in the background it would be ignored
            assert run.wait(30) == 143
            assert _soon(lambda: not at_work())
        finally:
            run.kill()
            run.wait()


def _soon(holds: Callable[[], bool]) -> bool:
    """Wait until something holds, for half a minute at most."""
    end = time.monotonic() + 30
    while not holds() and time.monotonic() < end:
        time.sleep(0.1)
    return holds()

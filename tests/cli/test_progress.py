"""Work that takes long counts its seconds on a terminal, says nothing elsewhere, and ends on Ctrl-C."""

import os
import re
import signal
import subprocess
import sys
import time

import pytest

pty = pytest.importorskip("pty", reason="terminals are imitated with pty, which only Unix has")

SLOW = """
import signal
import sys
import time
import duckdb
from cxgraph.cli import group
from cxgraph.cli.runtime import answer_signals
from cxgraph.errors import InputError
import cxgraph.intake.read

def slow(*_, **__):
    duckdb.sql("{statement}").fetchall()
    time.sleep({seconds})
    raise InputError(())

sys.modules["cxgraph.intake.read"].read = slow
signal.signal(signal.SIGINT, signal.default_int_handler)  # what runs in the background is born ignoring it
answer_signals()
group(["bottlenecks", "answers"])
"""
HEAVY = "select count(*) from range(100000000) a, range(100000000) b where a.range % 7 = b.range % 5"


def started(statement, seconds, **environment):
    """Start a program whose reading takes long, with a terminal for its stderr."""
    pytest.importorskip("duckdb", reason="the statement that takes long is one of DuckDB")
    ours, theirs = pty.openpty()
    words = [sys.executable, "-c", SLOW.format(statement=statement, seconds=seconds)]
    settings = {**os.environ, "LC_ALL": "C", "COLUMNS": "80", "TERM": "xterm", "NO_COLOR": "1", **environment}
    run = subprocess.Popen(words, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=theirs, env=settings)
    os.close(theirs)
    return run, ours


def heard(terminal, until=None):
    """Return what a terminal shows until its program ends, or until a pattern appears."""
    text = b""
    while until is None or not re.search(until, text):
        try:
            piece = os.read(terminal, 4096)
        except OSError:  # the program has ended
            break
        if not piece:
            break
        text += piece
    return text


def test_seconds_are_counted_on_a_terminal():
    run, terminal = started("select 1", 3.5)
    said = heard(terminal)
    run.wait(30)
    os.close(terminal)
    counted = [int(seconds) for seconds in re.findall(rb"\rReading answers \.\.\. (\d+) s", said)]
    assert counted[:3] == [1, 2, 3], said
    assert re.search(rb"\d s\r\nError: ", said), "what comes next begins a line of its own"


@pytest.mark.parametrize("environment", [{"TERM": "dumb"}, {"COLUMNS": "20"}])
def test_a_terminal_that_cannot_write_over_a_line_gets_one(environment):
    run, terminal = started("select 1", 2.5, **environment)
    said = heard(terminal)
    run.wait(30)
    os.close(terminal)
    assert said.count(b"Reading answers ...\r\n") == 1
    assert b" s\r" not in said


def test_short_work_says_nothing():
    run, terminal = started("select 1", 0)
    said = heard(terminal)
    run.wait(30)
    os.close(terminal)
    assert b"Reading" not in said


def test_nothing_is_counted_where_stderr_is_no_terminal():
    pytest.importorskip("duckdb", reason="the statement that takes long is one of DuckDB")
    words = [sys.executable, "-c", SLOW.format(statement="select 1", seconds=2.5)]
    found = subprocess.run(words, capture_output=True, check=False)
    assert b"Reading" not in found.stdout + found.stderr


def test_an_interrupt_ends_a_statement_of_an_engine():
    run, terminal = started(HEAVY, 0)
    heard(terminal, rb"2 s")
    asked = time.monotonic()
    run.send_signal(signal.SIGINT)
    said = heard(terminal)
    assert run.wait(30) == 128 + signal.SIGINT
    assert time.monotonic() - asked < 10
    os.close(terminal)
    assert said.endswith(b"\r\nStopped.\r\n")
    assert b"Traceback" not in said

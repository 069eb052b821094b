"""A command ends the process itself, at once; to whoever is listening it ends as any program of Python does."""

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
MAIN = "from cxgraph.__main__ import main\ntry:\n    main()\nexcept SystemExit as end:\n    print('back', end.code)"


def ended(words, *before):
    program = "\n".join(("import atexit, sys", f"sys.argv = ['cxgraph', *{words!r}]", *before, MAIN))
    return subprocess.run([sys.executable, "-c", program], check=False, cwd=ROOT, text=True, capture_output=True)


@pytest.mark.parametrize(("words", "code"), [(["--version"], 0), (["no-such"], 2), (["check", "nowhere"], 3)])
def test_the_code_is_the_commands_and_nothing_comes_after(words, code):
    found = ended(words)
    assert found.returncode == code
    assert "back" not in found.stdout
    assert "Traceback" not in found.stderr


def test_what_libraries_want_done_at_the_end_is_done():
    assert ended(["--version"], "atexit.register(print, 'done')").stdout.splitlines()[-1] == "done"


def test_what_is_written_without_a_newline_arrives():
    assert ended(["--version"], "print('begun', end=' ')").stdout.startswith("begun cxgraph")


@pytest.mark.parametrize("watcher", ["settrace", "setprofile"])
def test_who_watches_gets_the_program_back(watcher):
    assert ended(["no-such"], f"sys.{watcher}(lambda *_: None)").stdout == "back 2\n"


def test_who_wants_to_go_on_after_the_command_can():
    words = [sys.executable, "-i", "-m", "cxgraph", "--version"]
    found = subprocess.run(words, check=False, cwd=ROOT, text=True, capture_output=True, input="print(6 * 7)\n")
    assert "42" in found.stdout


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs /dev/full, which this system does not have")
def test_what_cannot_be_written_at_the_end_is_told_by_python():
    program = "import sys\nsys.argv = ['cxgraph', '--version']\nimport atexit\natexit.register(print, 'late')\n" + MAIN
    with Path("/dev/full").open("w") as full:
        found = subprocess.run(
            [sys.executable, "-c", program], check=False, cwd=ROOT, stdout=full, stderr=-1, text=True
        )
    assert found.returncode != 0


@pytest.mark.parametrize(("given", "expected"), [(None, "1"), ("3", "3")])
def test_linear_algebra_has_one_thread_unless_somebody_sets_the_number(given, expected, monkeypatch):
    monkeypatch.delenv("OPENBLAS_NUM_THREADS", raising=False)
    if given:
        monkeypatch.setenv("OPENBLAS_NUM_THREADS", given)
    asked = "atexit.register(lambda: print(__import__('os').environ['OPENBLAS_NUM_THREADS']))"
    assert ended(["--version"], asked).stdout.splitlines()[-1] == expected

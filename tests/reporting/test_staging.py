"""Files on the disk: nothing or everything, at whatever step a run is stopped or killed, and no leftovers."""

import json
import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from cxgraph.errors import OutputError
from cxgraph.reporting import staging
from cxgraph.reporting.staging import finish_killed_run, write_whole
from cxgraph.reporting.writing import write_file, write_folder

NAMES = ("report.html", "figures/a.svg", "figures/b.svg")
OLD, NEW = (dict.fromkeys(NAMES, content) for content in (b"old", b"new"))
LOCKED = pytest.mark.skipif(sys.platform == "win32", reason="Windows has no locks that end with the program")

STOPPED = """
import json, os, pathlib, signal, sys
from cxgraph.reporting.writing import write_folder
folder, how, names = pathlib.Path(sys.argv[1]), getattr(signal, sys.argv[2]), json.loads(sys.argv[3])

def prepared(step):
    root = folder / str(step)
    root.mkdir()
    if sys.argv[4] != "nothing":
        write_folder(root / "outputs" / "firm", dict.fromkeys(names, b"old"))
    if sys.argv[4] == "others":
        (root / "outputs" / "firm" / "figures" / "mine.svg").write_bytes(b"mine")
    return root

def state(root):
    return {str(path.relative_to(root)): path.is_file() and path.read_text() for path in sorted(root.rglob("*"))}

def stop(number, frame):
    raise KeyboardInterrupt

def child(root, step):
    signal.signal(signal.SIGTERM, stop)
    signal.signal(signal.SIGINT, stop)  # ignored where the tests run in the background
    count = 0
    def counted(method):
        def run(*words, **options):
            nonlocal count
            count += 1
            if count == step:
                os.kill(os.getpid(), how)
            return method(*words, **options)
        return run
    for name in ("mkdir", "write_bytes", "replace"):
        setattr(pathlib.Path, name, counted(getattr(pathlib.Path, name)))
    try:
        write_folder(root / "outputs" / "firm", dict.fromkeys(names, b"new"), force=True)
    except KeyboardInterrupt:
        os._exit(7)
    os._exit(0)

step, ended = 0, None
while ended != 0:
    step += 1
    root = prepared(step)
    before = state(root)
    pid = os.fork()
    if not pid:
        child(root, step)
    ended = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
    left = state(root)
    write_folder(root / "outputs" / "firm", dict.fromkeys(names, b"new"), force=True)
    print(json.dumps([ended, before, left, state(root)]))
"""


def everything(place):
    return {str(path.relative_to(place)): path.is_file() and path.read_text() for path in sorted(place.rglob("*"))}


@pytest.mark.skipif(not hasattr(os, "fork"), reason="kills children that it forks")
@pytest.mark.parametrize("standing", ["nothing", "report", "others"])
@pytest.mark.parametrize("how", ["SIGTERM", "SIGINT", "SIGKILL"])
def test_a_run_that_is_stopped_at_each_of_its_steps(tmp_path, standing, how):
    found = subprocess.run(
        [sys.executable, "-c", STOPPED, tmp_path, how, json.dumps(NAMES), standing],
        check=True,
        capture_output=True,
        text=True,
    )
    steps = [json.loads(line) for line in found.stdout.splitlines()]
    assert len(steps) > 8
    assert {ended for ended, *_ in steps} == {-9 if how == "SIGKILL" else 7, 0}
    for ended, before, left, after in steps:
        assert after == steps[-1][2], "the next run ends with all of its files and nothing else"
        whole = [before, after]
        seen = left
        if how == "SIGKILL":  # what was being written lies beside until the next run, out of sight
            seen = {name: content for name, content in left.items() if ".part" not in name}
            whole.append({name: content for name, content in before.items() if not name.startswith("outputs/firm")})
        if (how, standing) != ("SIGKILL", "others") or ended == 0:
            assert seen in whole


def test_a_new_folder_appears_with_its_parents_at_once(tmp_path):
    write_whole(tmp_path / "a" / "b" / "c", NEW)
    assert sorted(everything(tmp_path / "a" / "b" / "c")) == ["figures", *sorted(NAMES)]
    assert [path.name for path in tmp_path.iterdir()] == ["a"]


def test_files_of_others_stay_where_they_are(tmp_path):
    write_whole(tmp_path / "out", OLD)
    (tmp_path / "out" / "view.html").write_text("mine")
    (tmp_path / "out" / "figures" / "mine.svg").write_text("mine")
    number = (tmp_path / "out").stat().st_ino
    write_whole(tmp_path / "out", NEW)
    expected = {**dict.fromkeys(NAMES, "new"), "view.html": "mine", "figures/mine.svg": "mine", "figures": False}
    assert everything(tmp_path / "out") == expected
    assert (tmp_path / "out").stat().st_ino == number


def test_the_folder_that_a_shell_stands_in_stays_itself(tmp_path, monkeypatch):
    write_whole(tmp_path / "out", OLD)
    monkeypatch.chdir(tmp_path / "out")
    number = Path.cwd().stat().st_ino
    write_whole(Path(), NEW)
    assert Path.cwd().stat().st_ino == number
    assert (tmp_path / "out" / "report.html").read_text() == "new"


def test_a_folder_keeps_its_permissions(tmp_path):
    write_whole(tmp_path / "out", OLD)
    (tmp_path / "out").chmod(0o700)
    write_whole(tmp_path / "out", NEW)
    assert (tmp_path / "out").stat().st_mode & 0o777 == 0o700
    assert (tmp_path / "out" / "report.html").read_text() == "new"


@pytest.mark.parametrize("fails", range(1, 9))
def test_a_refusal_of_the_system_halfway_leaves_what_was(tmp_path, monkeypatch, fails):
    write_whole(tmp_path / "out", OLD)
    (tmp_path / "out" / "mine").write_text("mine")
    before, real, count = everything(tmp_path), Path.replace, 0

    def replace(self, target):
        nonlocal count
        count += 1
        if count % 9 == fails:
            raise OSError(28, "No space left on device")
        return real(self, target)

    monkeypatch.setattr(Path, "replace", replace)
    try:
        write_folder(tmp_path / "out", NEW, force=True)
    except OutputError as error:
        assert "the disk is full" in str(error)
        assert everything(tmp_path) == before
    else:
        assert everything(tmp_path) != before
    assert not list(tmp_path.rglob("*.part"))


@pytest.mark.parametrize("name", NAMES)
def test_a_folder_in_the_place_of_a_file_is_not_swept_away(tmp_path, name):
    (tmp_path / "out" / name / "kept").mkdir(parents=True)
    before = everything(tmp_path)
    with pytest.raises(OutputError):
        write_folder(tmp_path / "out", NEW, force=True)
    assert everything(tmp_path) == before


@LOCKED
def test_two_runs_at_once_do_not_mix(tmp_path):
    draft = tmp_path / staging._draft_name(tmp_path / "out", NEW)
    draft.mkdir()
    with staging._held(draft, tmp_path), pytest.raises(OutputError, match="Another run is writing"):
        write_folder(tmp_path / "out", NEW)
    write_folder(tmp_path / "out", NEW)
    assert [path.name for path in tmp_path.iterdir()] == ["out"]


@LOCKED
def test_what_a_run_for_other_files_left_is_removed_once_it_is_old(tmp_path):
    drafts = [tmp_path / staging._draft_name(tmp_path / name, NEW) for name in ("dead", "young", "alive")]
    for draft in drafts:
        (draft / "new").mkdir(parents=True)
        if draft != drafts[1]:
            os.utime(draft, (time.time() - 60, time.time() - 60))
    with staging._held(drafts[2], tmp_path):
        finish_killed_run(tmp_path / "out", NEW)
    assert [draft.exists() for draft in drafts] == [False, True, True]


def test_a_draft_that_is_not_ours_is_never_carried_on(tmp_path):
    (tmp_path / "elsewhere" / "old").mkdir(parents=True)
    (tmp_path / "elsewhere" / "new").mkdir()
    (tmp_path / "elsewhere" / "new" / "victim").write_text("forged")
    (tmp_path / staging._draft_name(tmp_path / "out", NEW)).symlink_to(tmp_path / "elsewhere")
    with pytest.raises(OutputError):
        write_folder(tmp_path / "out", NEW)
    assert not (tmp_path / "victim").exists()
    assert (tmp_path / "elsewhere" / "new" / "victim").exists()


def test_one_file_replaces_another_in_one_step(tmp_path, monkeypatch):
    write_file(tmp_path / "x.svg", b"old")
    moves = []
    real = Path.replace
    monkeypatch.setattr(Path, "replace", lambda self, target: moves.append(target) or real(self, target))
    write_file(tmp_path / "x.svg", b"new", force=True)
    assert moves == [tmp_path / "x.svg"]
    assert everything(tmp_path) == {"x.svg": "new"}

"""Folders that broke, leaked or hung (tests/intake/hostile): the same right result in every command alike."""

import shutil
import warnings
from pathlib import Path

import pytest
from click.testing import CliRunner

import cxgraph
from cxgraph.cli import _COMMANDS, group

HOSTILE = Path(__file__).parents[1] / "intake" / "hostile"
COMMANDS = {
    "check": ("--all",),
    "bottlenecks": (),
    "trace": (),
    "loops": (),
    "calibrate": (),
    "audit": (),
    "plan": (),
    "whatif": ("--department", "IT.transmission=0.3", "--draws", "20"),
    "trend": (),
    "compare": (),
    "draw": ("-o", "OUT/tower.svg"),
    "view": ("-o", "OUT/view.html"),
    "export": ("-o", "OUT/graph.json"),
    "ask": ("-o", "OUT/forms"),
    "report": ("-o", "OUT/report"),
}
ELSEWHERE = {"init", "columns", "guide", "import-survey", "import-tickets", "verify"}
"""Commands that read no organisation, or only one that has a report."""
REFUSED = {
    "num_1": "error: org.toml:1: scale is (-1e+300, 1e+300); its ends have to lie within 1e+100 of zero",
    "num_2": "error: departments.csv:2, weight: 1e+300 is too large to be computed with",
    "tiny2": "error: services.csv:2, expectation: 1e-320 is too small to be distinguished from 0",
    "tiny_expectation": "error: services.csv:2, expectation: 5e-324 is too small to be distinguished from 0",
}
READ = {"leak_expects_nothing", "privacy_org"}
ONE_WAVE = {"trend": 2, "compare": 3}
"""What needs several waves, and its exit code where there is one."""


@pytest.fixture(autouse=True)
def no_warning():
    """No warning of numpy's is swallowed: every one is an error."""
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        yield


def run(name, folder, out):
    words = [word.replace("OUT", str(out)) for word in COMMANDS[name]]
    return CliRunner().invoke(group, [name, str(folder), *words], env={"LANG": "C", "LC_ALL": "", "NO_COLOR": "1"})


def test_every_folder_and_every_command_is_put_to_the_test():
    assert {path.name for path in HOSTILE.iterdir()} == {*REFUSED, *READ}
    assert {*COMMANDS, *ELSEWHERE} == set(_COMMANDS)


@pytest.mark.parametrize("command", COMMANDS)
@pytest.mark.parametrize("name", sorted(REFUSED))
def test_numbers_beyond_computing_are_refused_with_their_cell_in_every_command(tmp_path, name, command):
    found = run(command, HOSTILE / name, tmp_path)
    assert isinstance(found.exception, SystemExit), found.exception
    assert found.exit_code == 3
    assert REFUSED[name] in found.stderr
    assert not found.stdout
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("command", COMMANDS)
@pytest.mark.parametrize("name", sorted(READ))
def test_small_groups_are_read_and_withheld_in_every_command(tmp_path, name, command):
    found = run(command, HOSTILE / name, tmp_path)
    assert found.exception is None or isinstance(found.exception, SystemExit), found.exception
    assert found.exit_code == ONE_WAVE.get(command, 0), found.output
    assert "Suppressed: " in found.output or command in {*ONE_WAVE, "ask"}
    assert "nothing is expected" not in found.output


def test_the_one_persons_answer_is_in_no_file_and_moves_none(tmp_path):
    """8 expected and 6 received is of the same class as 7 and 5, and gives the same files to the letter."""
    told = {}
    for answer in ("7,5", "8,6"):
        folder, out = tmp_path / answer / "P", tmp_path / answer / "out"
        shutil.copytree(HOSTILE / "privacy_org", folder)
        text = (folder / "responses.csv").read_text()
        assert text.count("IT,Sales,Laptops,7,5,5") == 1
        (folder / "responses.csv").write_text(text.replace("Laptops,7,5,5", f"Laptops,{answer},5"))
        said = [run(command, folder, out) for command in ("view", "export", "bottlenecks")]
        assert not [one for one in said if one.exit_code]
        files = {path.name: path.read_text("utf-8") for path in sorted(out.iterdir())}
        told[answer] = files | {"said": said[-1].stdout}
    assert told["7,5"].keys() == {"graph.json", "view.html", "said"}
    assert told["7,5"] == told["8,6"]
    assert not [name for name, text in told["7,5"].items() if "CANARY" in text]


def test_the_library_refuses_what_the_commands_refuse():
    for name, said in REFUSED.items():
        with pytest.raises(cxgraph.InputError) as caught:
            cxgraph.read(HOSTILE / name)
        assert said.removeprefix("error: ") in str(caught.value)

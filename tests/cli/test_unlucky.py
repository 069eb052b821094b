"""Broken streams, odd places and paths, signs that steer terminals: a message and an exit code, never a traceback."""

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import jsonschema
import pytest
from click.testing import CliRunner

from cxgraph.cli import group

ROOT = Path(__file__).parents[2]
SERVICES = "supplier,client,expectation,fulfilment\nIT,Sales,10,5\nSales,Buyers,10,6\n"
LONG = "x" * 5_000
NO_TEXT = ("\x1b", "\x9b", "\x07")
INDICATOR_WORDS = (*NO_TEXT, "\u202e", "\u2066", "\u2028")


def run(*words):
    return CliRunner().invoke(group, [str(word) for word in words], env={"LANG": "C", "LC_ALL": ""})


def start(words, **options):
    return subprocess.run(
        [sys.executable, "-m", "cxgraph", *map(str, words)],
        check=False,
        cwd=ROOT,
        text=True,
        stderr=subprocess.PIPE,
        env={**os.environ, "LANG": "C", "LC_ALL": ""},
        **options,
    )


@pytest.fixture
def org(tmp_path):
    folder = tmp_path / "firm"
    folder.mkdir()
    (folder / "services.csv").write_text(SERVICES)
    return folder


def told(found, code):
    """Check that a run ended with a message and not by accident."""
    assert found.exit_code == code, found.output
    assert found.exception is None or isinstance(found.exception, SystemExit), found.exception
    return found.output


@pytest.mark.parametrize(
    "words",
    [
        ("report", "ORG", "-o", ""),
        ("draw", "ORG", "-o", ""),
        ("view", "ORG", "-o", ""),
        ("check", ""),
        ("init", ""),
        ("verify", ""),
        ("verify", "ORG", "--org", ""),
    ],
)
def test_an_empty_path_is_not_the_current_folder(org, monkeypatch, words):
    monkeypatch.chdir(org)
    assert "an empty text is no path" in told(run(*(str(org) if word == "ORG" else word for word in words)), 2)
    assert [path.name for path in org.iterdir()] == ["services.csv"]


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (("check", LONG), 3),
        (("check", "x/" * 2_500), 3),
        (("verify", LONG), 3),
        (("verify", "ORG", "--org", LONG), 3),
        (("report", "ORG", "-o", LONG), 5),
        (("draw", "ORG", "-o", LONG), 5),
        (("view", "ORG", "-o", LONG + ".html"), 5),
        (("init", LONG), 5),
    ],
)
def test_a_path_of_five_thousand_characters(org, words, code):
    output = told(run(*(str(org) if word == "ORG" else word for word in words)), code)
    assert max(map(len, output.splitlines())) < 1_000 or code == 3


@pytest.mark.parametrize("device", ["/dev/null", "/dev/zero", "/dev/full", "pipe"])
def test_a_device_is_no_place_for_a_figure(org, tmp_path, device):
    place = Path(device)
    if device == "pipe":
        place = tmp_path / "pipe"
        os.mkfifo(place)
    assert "is a device or pipe, not a file" in told(run("draw", org, "-o", place, "--force"), 5)
    assert not place.is_file()


def test_a_loop_of_links_is_told(tmp_path, org):
    (tmp_path / "a").symlink_to("b")
    (tmp_path / "b").symlink_to("a")
    assert "its links lead round in a circle" in told(run("check", tmp_path / "a"), 3)
    assert "its links lead round in a circle" in told(run("draw", org, "-o", tmp_path / "a"), 5)


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs /dev/full, which this system does not have")
@pytest.mark.parametrize("words", [("check", "ORG"), ("--help",), ("bottlenecks", "--help"), ("columns",)])
def test_a_full_disk_on_stdout_is_exit_code_5(org, words):
    with Path("/dev/full").open("w") as full:
        found = start((str(org) if word == "ORG" else word for word in words), stdout=full)
    assert found.returncode == 5
    assert found.stderr.endswith("Error: The output cannot be written: the disk is full.\n")
    assert "Traceback" not in found.stderr


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs /dev/full, which this system does not have")
def test_with_stderr_full_too_the_exit_code_is_left(org):
    with Path("/dev/full").open("w") as full:
        found = subprocess.run(
            [sys.executable, "-m", "cxgraph", "check", org], check=False, cwd=ROOT, stdout=full, stderr=full
        )
    assert found.returncode == 5


@pytest.mark.skipif(os.name == "nt", reason="closes streams as a shell of Unix does")
@pytest.mark.parametrize(
    ("closed", "words", "code"),
    [
        (">&-", "check ORG", 5),
        (">&-", "report ORG -o OUT", 5),
        (">&-", "--help", 5),
        (">&-", "check nowhere", 3),
        ("2>&-", "check ORG", 0),
        ("2>&-", "check nowhere", 3),
        (">&- 2>&-", "check ORG", 5),
        ("<&- >&- 2>&-", "report ORG -o OUT", 5),
        ("<&-", "report ORG -o OUT", 0),
    ],
)
def test_streams_that_the_caller_closed(org, tmp_path, closed, words, code):
    words = words.replace("ORG", str(org)).replace("OUT", str(tmp_path / "out"))
    found = subprocess.run(
        f"{sys.executable} -m cxgraph {words} {closed}",
        shell=True,
        check=False,
        cwd=ROOT,
        text=True,
        capture_output=True,
        env={**os.environ, "LANG": "C", "LC_ALL": ""},
    )
    assert found.returncode == code
    assert "Traceback" not in found.stderr
    assert ("it is closed" in found.stderr) == (code == 5 and "2>&-" not in closed)
    if "report" in words:
        assert run("verify", tmp_path / "out", "--org", org).exit_code == 0


@pytest.mark.skipif(os.name == "nt", reason="Windows has no signals to send")
@pytest.mark.parametrize("name", ["SIGTERM", "SIGINT", "SIGHUP"])
def test_a_signal_ends_as_ctrl_c_does(tmp_path, name):
    number = getattr(signal, name)
    # Who runs the tests in the background ignores Ctrl-C, and so would their children.
    handler = "signal.default_int_handler" if name == "SIGINT" else "signal.SIG_DFL"
    program = (
        f"import os, signal, sys\nsignal.signal({int(number)}, {handler})\n"
        "import cxgraph.reporting.columns as columns\nfrom cxgraph.__main__ import main\n"
        f"columns.columns_markdown = lambda *_: os.kill(os.getpid(), {int(number)})\n"
        "sys.argv = ['cxgraph', 'columns']\nmain()"
    )
    found = subprocess.run(
        [sys.executable, "-c", program],
        check=False,
        cwd=ROOT,
        text=True,
        capture_output=True,
        env={**os.environ, "LANG": "C"},
    )
    assert (found.returncode, found.stderr) == (128 + number, "Stopped.\n")


@pytest.mark.skipif(os.name == "nt", reason="Windows has no signals to ignore")
def test_what_nohup_ignores_stays_ignored():
    program = (
        "import signal\nsignal.signal(signal.SIGHUP, signal.SIG_IGN)\nfrom cxgraph.cli.runtime import answer_signals\n"
        "answer_signals()\nsignal.raise_signal(signal.SIGHUP)\nprint('still here')"
    )
    found = subprocess.run([sys.executable, "-c", program], check=True, cwd=ROOT, text=True, capture_output=True)
    assert found.stdout == "still here\n"


def test_ctrl_c_is_no_finding(org, monkeypatch):
    def stop(*_):
        raise KeyboardInterrupt

    monkeypatch.setattr("cxgraph.cli.commands.report.analyze_organization", stop)
    output = told(run("report", org, "-o", org / "out"), 130)
    assert output.endswith("Stopped.\n")
    assert not (org / "out").exists()


@pytest.mark.parametrize(
    ("words", "known"),
    [
        (("draw", "-o", "x.jpg"), ".svg, .png, .pdf"),
        (("draw", "-o", "x.svg.gz"), ".svg, .png, .pdf"),
        (("draw", "-o", "x.jpg", "--format", "png"), ".svg, .png, .pdf"),
        (("view", "-o", "x.pdf"), ".html"),
        (("draw", "-o", "x.png", "--format", "svg"), "png"),
    ],
)
def test_an_ending_that_promises_another_format_is_refused(org, tmp_path, words, known):
    output = told(run(words[0], org, *(tmp_path / word if word.startswith("x.") else word for word in words[1:])), 2)
    assert known in output
    assert sorted(path.name for path in tmp_path.iterdir()) == ["firm"]


def test_a_name_without_ending_is_written_in_the_format_asked_for(org, tmp_path):
    told(run("draw", org, "-o", tmp_path / "picture", "--format", "png", "--figure", "causes"), 0)
    assert (tmp_path / "picture").read_bytes().startswith(b"\x89PNG")


def test_check_refuses_what_the_other_commands_refuse(org):
    (org / "services.csv").write_text("supplier,client,expectation,fulfilment\nIT,Sales,10,5\nSales,Buyers,10,\n")
    checked, ranked = run("check", org), run("bottlenecks", org)
    words = "No customer receives a service that is scored and matters to it"
    assert words in told(checked, 3)
    assert words in told(ranked, 3)
    assert "Can be analysed" not in checked.output
    (org / "services.csv").write_text("supplier,client,expectation,fulfilment\nIT,Sales,10,5\nSales,Buyers,,4\n")
    told(run("check", org), 3)
    told(run("check", org, "--scoring", "perception"), 0)


@pytest.mark.parametrize("sign", INDICATOR_WORDS[len(NO_TEXT) :])
def test_marks_of_direction_in_names_stay_out_of_the_terminal(org, tmp_path, sign):
    (org / "services.csv").write_text(SERVICES.replace("IT", f"a{sign}b"), encoding="utf-8")
    for command in ("check", "bottlenecks", "trace", "loops", "calibrate", "audit"):
        found = run(command, org)
        assert found.exit_code in (0, 1)
        assert sign not in found.output


@pytest.mark.parametrize(
    ("sign", "place"),
    [
        *((sign, place) for sign in NO_TEXT for place in ("id", "service", "name", "path")),
        *((sign, place) for sign in INDICATOR_WORDS[len(NO_TEXT) :] for place in ("name", "path")),
    ],
)
def test_no_sign_that_steers_a_terminal_gets_in(org, tmp_path, sign, place):
    name = f"a{sign}[31mb"
    if place == "id":
        (org / "services.csv").write_text(SERVICES.replace("IT", name), encoding="utf-8")
    elif place == "service":
        (org / "services.csv").write_text(
            f"supplier,client,service,expectation,fulfilment\nIT,Buyers,{name},9,8\n", encoding="utf-8"
        )
    elif place == "name":
        (org / "org.toml").write_text('name = "' + name.encode("unicode_escape").decode().replace("\\x", "\\u00") + '"')
    else:
        org = org.rename(tmp_path / name)
    for command in ("check", "bottlenecks"):
        assert not {*told(run(command, org), 3)} & {*INDICATOR_WORDS}


def test_a_folder_whose_name_is_no_text_is_told(tmp_path, org):
    place = os.fsdecode(os.fsencode(tmp_path) + b"/caf\xe9")
    org.rename(place)
    found = start(("report", place, "-o", tmp_path / "out"), stdout=subprocess.PIPE)
    assert found.returncode == 3
    assert "The path holds a sign that is no text" in found.stderr


def test_paths_given_for_results_are_shown_without_their_signs(org, tmp_path):
    output = told(run("draw", org, "--figure", "causes", "-o", tmp_path / "a\x1b[31mb.svg"), 0)
    assert "\x1b" not in output
    assert "\N{REPLACEMENT CHARACTER}[31mb.svg" in output


@pytest.mark.parametrize("name", ["servicios.csv", "responses.csv"])
def test_a_report_never_becomes_a_table_of_its_organisation(tmp_path, name):
    folder = tmp_path / "firm"
    folder.mkdir()
    (folder / name).write_text(SERVICES)
    assert "would be read as one of the organisation's own tables" in told(
        run("report", folder, "-o", folder, "--force"), 5
    )
    assert [path.name for path in folder.iterdir()] == [name]


@pytest.mark.parametrize(("reason", "spanish"), [("taken", "es un archivo y no una carpeta"), ("fine", "")])
def test_why_the_system_refuses_is_said_in_spanish(org, tmp_path, reason, spanish):
    (tmp_path / "taken").write_text("a file")
    found = run("draw", org, "--figure", "causes", "-o", tmp_path / reason / "below" / "x.svg", "--lang", "es")
    assert spanish in told(found, 5 if spanish else 0)


@pytest.mark.parametrize(
    "content",
    [
        "[]",
        "1",
        '"x"',
        "[" * 100_000,
        '{"a":' * 100_000,
        "{}",
        "\0",
        '{"recipe": {"command": 1}}',
        *(
            json.dumps({"language": "en", "recipe": {"command": "c", "organization": "firm", "options": {}} | wrong})
            for wrong in (
                {"options": []},
                {"options": {"scale": "abc"}},
                {"options": {"scale": [0, "x"]}},
                {"options": {"scale": [5, 1]}},
                {"options": {"stringency": "x"}},
                {"options": {"lang": "zz"}},
                {"options": {"evil": 1}},
                {"options": {"customers": [1]}},
                {"organization": 3},
                {"organization": LONG},
                {"organization": "a\0b"},
                {"command": None},
                {"options": {"encoding": "idna"}},
                {"options": {"transmission": 2}},
            )
        ),
    ],
)
def test_a_result_of_the_wrong_shape_is_refused(org, monkeypatch, content):
    monkeypatch.chdir(org.parent)
    out = org.parent / "out"
    out.mkdir()
    (out / "result.json").write_text(content)
    told(run("verify", out), 3)


@pytest.fixture(scope="module")
def reported(tmp_path_factory):
    """Return a folder with an organisation and its report."""
    folder = tmp_path_factory.mktemp("reported")
    (folder / "firm").mkdir()
    (folder / "firm" / "services.csv").write_text(SERVICES)
    told(run("report", folder / "firm", "-o", folder / "out"), 0)
    return folder


@pytest.mark.parametrize(
    "change",
    [
        {"inputs": 3},
        {"inputs": [1, {"name": 2}, {"sha256": []}]},
        {"versions": []},
        {"bottlenecks": "x"},
        {"departments": [[[[]]]]},
        {"customer_shortfall": None},
        {"schema_version": float("nan")},
        {"parameters": 1},
    ],
)
def test_parts_of_the_wrong_shape_are_differences(reported, monkeypatch, change):
    monkeypatch.chdir(reported)
    place = reported / "out" / "result.json"
    before = place.read_bytes()
    place.write_text(json.dumps({**json.loads(before), **change}))
    try:
        assert "FAIL" in told(run("verify", "out", "--org", "firm"), 1)
    finally:
        place.write_bytes(before)


def test_inputs_are_found_beside_a_report_of_something_else(reported, monkeypatch):
    monkeypatch.chdir(reported)
    other = reported / "firm" / "result.json"
    other.write_text("{}")
    try:
        assert "PASS" in told(run("verify", "out"), 0)
    finally:
        other.unlink()


def test_a_rival_model_without_an_answer_does_not_stop_the_report(org, tmp_path):
    (org / "services.csv").write_text("supplier,client,expectation,fulfilment\nA,B,10,5\nB,A,10,7\nB,K,10,3\n")
    told(run("report", org, "-o", tmp_path / "out", "--transmission", "0.9999999999999999"), 0)
    assert "No answer comes from: inoperability (Haimes and Jiang 2001)" in (tmp_path / "out" / "report.md").read_text()
    result = json.loads((tmp_path / "out" / "result.json").read_text())
    assert result["second_opinions"]["unsettled"] == ["inoperability", "extraction"]
    jsonschema.validate(result, json.loads((tmp_path / "out" / "result.schema.json").read_text()))


@pytest.mark.parametrize("sign", INDICATOR_WORDS)
def test_signs_of_headers_reach_no_result(org, tmp_path, sign):
    (org / "services.csv").write_text(
        f"{sign}supplier,client,expectation,fulfilment{sign},{sign}x\nIT,Sales,9,8,1\nSales,K,9,7,2\n", encoding="utf-8"
    )
    told(run("report", org, "-o", tmp_path / "out"), 0)
    texts = [
        path.read_text("utf-8") for path in (tmp_path / "out").iterdir() if path.suffix in (".json", ".md", ".csv")
    ]
    assert len(texts) >= 4
    assert not [text for text in texts if sign in text]


ADDRESS = "postgresql://ana:s/e@cret%26@host/db?password=cretin"


@pytest.mark.parametrize(
    "words",
    [
        (ADDRESS,),
        (f"--{ADDRESS}",),
        (f"--{ADDRESS}=1", "check"),
        ("check", ADDRESS),
        ("check", "ORG", ADDRESS),
        ("check", "ORG", f"--{ADDRESS}"),
        *(
            ("check", "ORG", option, ADDRESS)
            for option in ("--decimal", "--period", "--column", "--encoding", "--lang")
        ),
        ("check", "ORG", "--scale", ADDRESS, "3"),
        ("check", "ORG", "--customer", ADDRESS),
        *(("bottlenecks", "ORG", option, ADDRESS) for option in ("--top", "--transmission", "--scoring", "--format")),
        *(("draw", "ORG", option, ADDRESS) for option in ("--figure", "--focus", "-o")),
        ("plan", "ORG", "--by", ADDRESS),
        ("whatif", "ORG", "--set", ADDRESS),
        ("whatif", "ORG", "--scenario", ADDRESS),
        ("compare", "ORG", ADDRESS),
        ("compare", "ORG", "--renamed", ADDRESS),
        ("trace", "ORG", "--source", ADDRESS),
        ("verify", ADDRESS),
        ("import-survey", ADDRESS),
        ("import-tickets", "ORG/services.csv", "--at", ADDRESS),
    ],
)
@pytest.mark.parametrize("language", ["C", "es"])
def test_no_command_repeats_the_password_of_an_address(org, words, language):
    line = [word.replace("ORG", str(org)) for word in words]
    found = CliRunner().invoke(group, line, env={"LANG": language, "LC_ALL": ""})
    assert told(found, found.exit_code)
    assert found.exit_code in (2, 3)
    assert "cret" not in found.output


def test_what_fails_after_reading_is_said_in_the_organisations_language(org):
    (org / "org.toml").write_text('language = "es"\n')
    found = told(run("trend", org), 2)
    assert "tiene 0 periodos en los que se pregunt" in found
    assert "has 0 periods" in told(run("trend", org, "--lang", "en"), 2)


@pytest.mark.skipif(os.name == "nt", reason="Windows has no signals to send")
def test_a_signal_that_comes_while_a_module_is_loaded_is_not_forgotten(tmp_path):
    """Python prints and drops an exception that comes in a callback of its own, as it runs them after every import."""
    program = (
        "import os, signal, sys, weakref\nsignal.signal(signal.SIGINT, signal.default_int_handler)\n"
        "import cxgraph.reporting.columns as columns\nfrom cxgraph.__main__ import main\n"
        "class Thing: pass\n"
        "def dropped(*_):\n    thing = Thing()\n"
        "    gone = weakref.ref(thing, lambda _: os.kill(os.getpid(), signal.SIGINT))\n    del thing\n    return 'on'\n"
        "columns.columns_markdown = dropped\nsys.argv = ['cxgraph', 'columns']\nmain()"
    )
    found = subprocess.run(
        [sys.executable, "-c", program],
        check=False,
        cwd=ROOT,
        text=True,
        capture_output=True,
        env={**os.environ, "LANG": "C"},
    )
    assert (found.returncode, found.stdout, found.stderr) == (130, "", "Stopped.\n")


@pytest.mark.skipif(os.name == "nt", reason="Windows has no signals to send")
def test_ctrl_c_before_the_commands_are_loaded_is_130_without_a_word():
    program = (
        "import signal\nsignal.signal(signal.SIGINT, signal.default_int_handler)\nfrom cxgraph.__main__ import main\n"
        "import sys\n"
        "class Finder:\n    def find_spec(self, name, *_):\n"
        "        if name == 'cxgraph.cli': signal.raise_signal(signal.SIGINT)\n"
        "sys.meta_path.insert(0, Finder())\nmain()"
    )
    found = subprocess.run([sys.executable, "-c", program], check=False, cwd=ROOT, text=True, capture_output=True)
    assert (found.returncode, found.stdout, found.stderr) == (130, "", "")

"""What a user of the library sees: public names, their types, and functions that the command line calls too."""

import inspect
import subprocess
import sys
from importlib.metadata import files

import pytest

import cxgraph

CLIENT = """
import cxgraph

organization = cxgraph.read("somewhere", scale=(1, 5))
analysis = cxgraph.analyze(organization, transmission=0.6)
reveal_type(organization)
reveal_type(analysis.customer_shortfall)
reveal_type(analysis.bottlenecks(3))
reveal_type(cxgraph.draw(analysis, "causes"))
reveal_type(cxgraph.view(analysis).html)
reveal_type(cxgraph.report(analysis, "folder"))
"""
REVEALED = [
    "cxgraph.model.organization.Organization",
    "float",
    "pandas.core.frame.DataFrame",
    "matplotlib.figure.Figure",
    "str",
    "pathlib.Path",
]
PARAMETERS = {
    "analyze": ["organization", "transmission", "stringency", "scoring"],
    "draw": ["analysis", "figure", "focus", "by_division", "language"],
    "view": ["analysis", "language"],
    "report": ["analysis", "folder", "language", "force"],
}


@pytest.mark.skipif(not files("cxgraph"), reason="the package is not installed")
def test_a_client_sees_types(tmp_path):
    client = tmp_path / "client.py"
    client.write_text(CLIENT)
    run = subprocess.run(
        [sys.executable, "-m", "mypy", "--strict", "--cache-dir", str(tmp_path), str(client)],
        capture_output=True,
        text=True,
        cwd=tmp_path,
        check=False,
    )
    assert run.returncode == 0, run.stdout
    # Newer mypy writes plain names of builtins.
    revealed = [
        line.split('"')[1].removeprefix("builtins.") for line in run.stdout.splitlines() if "Revealed type" in line
    ]
    assert revealed == REVEALED


@pytest.mark.parametrize("name", PARAMETERS)
def test_public_functions_show_their_parameters_and_types(name):
    signature = inspect.signature(getattr(cxgraph, name))
    assert list(signature.parameters)[: len(PARAMETERS[name])] == PARAMETERS[name]
    assert signature.return_annotation != inspect.Signature.empty
    assert name in dir(cxgraph)


def test_every_public_name_opens_and_is_documented():
    assert len(cxgraph.__all__) == len(set(cxgraph.__all__)) > 15
    for name in cxgraph.__all__:
        assert getattr(cxgraph, name).__doc__, name
    with pytest.raises(AttributeError, match="has no attribute 'nothing'"):
        _ = cxgraph.nothing


def test_the_library_writes_the_report_of_the_command_line(samples, tmp_path):
    page = cxgraph.report(cxgraph.analyze(cxgraph.read(samples / "worked_example")), tmp_path / "ours")
    command = [
        sys.executable,
        "-m",
        "cxgraph",
        "report",
        str(samples / "worked_example"),
        "-o",
        str(tmp_path / "theirs"),
    ]
    subprocess.run(command, check=True, capture_output=True)
    ours = {file.name: file.read_bytes() for file in page.parent.rglob("*") if file.is_file()}
    theirs = {file.name: file.read_bytes() for file in (tmp_path / "theirs").rglob("*") if file.is_file()}
    assert ours.keys() == theirs.keys()
    different = {name for name in ours if ours[name] != theirs[name]}
    # These three name the call or the command line that made them.
    assert different <= {"report.html", "report.md", "report.xlsx", "result.json"}
    with pytest.raises(cxgraph.OutputError):
        cxgraph.report(cxgraph.analyze(cxgraph.read(samples / "clinica")), tmp_path / "ours")


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"figure": "pie"}, "choose one of tower"),
        ({"figure": "causes", "focus": "x"}, "--focus has no meaning"),
        ({"figure": "pour", "by_division": True}, "--by-division has no meaning"),
    ],
)
def test_what_a_figure_has_no_use_for_is_refused(samples, options, message):
    with pytest.raises(cxgraph.ParameterError, match=message):
        cxgraph.draw(cxgraph.analyze(cxgraph.read(samples / "worked_example")), **options)

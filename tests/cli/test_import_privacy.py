"""No e-mail, address, name or password of an input reaches an output: searched byte by byte."""

import csv
import shlex
from pathlib import Path

import pytest
from click.testing import CliRunner

from cxgraph.cli import group

SECRETS = ("ana.roca@example.org", "198.51.100.7", "2001:db8::7", "Ana Roca", "hunter2-secret", "+34 600 000 000")
SURVEY = [
    ["ID", "Area", "want/it", "want/hr", "get/it", "get/hr", "E-mail", "IP Address", "Nombre", "Password", "Teléfono"],
    ["1", "Ventas", "5", "4", "3", "3", SECRETS[0], SECRETS[1], SECRETS[3], SECRETS[4], SECRETS[5]],
    ["2", "Caja", "4", "4", "2", "3", SECRETS[0], SECRETS[2], SECRETS[3], SECRETS[4], SECRETS[5]],
    ["3", "Caja", "4", "4", "2", "3", SECRETS[0], SECRETS[2], SECRETS[3], SECRETS[4], SECRETS[5]],
]
LOG = [
    ["case", "group", "time", "location", "made_sla", "caller_id", "assigned_to", "comment", "password"],
    ["1", "Desk", "2026-01-01 09:00", "Lugo", "true", SECRETS[3], SECRETS[3], f"mail {SECRETS[0]}", SECRETS[4]],
    ["1", "Net", "2026-01-01 10:00", "Lugo", "true", SECRETS[3], SECRETS[3], f"from {SECRETS[1]}", SECRETS[4]],
    ["2", "Net", "2026-01-01 10:00", SECRETS[0], "true", SECRETS[3], SECRETS[3], f"from {SECRETS[1]}", SECRETS[4]],
]
OPTIONS = {
    "import-survey": ["--client", "Area", "--expectation", "want/*", "--fulfilment", "get/*", "--respondent", "E-mail"],
    "import-tickets": shlex.split("--case case --group group --time time --customer location --kept made_sla"),
}
# What people try by mistake: the column beside, or one that holds a person.
WRONG = {
    "import-survey": (
        ["--client", "E-mail", "--expectation", "want/*", "--fulfilment", "get/*"],
        ["--client", "Area", "--expectation", "7:11", "--fulfilment", "get/*"],
        ["--client", "Area", "--expectation", "want/*", "--fulfilment", "get/*", "--date", "E-mail"],
        ["--client", "Area", "--expectation", "want/*", "--fulfilment", "get/*", "--service", "Nombre"],
    ),
    "import-tickets": (
        shlex.split("--case case --group assigned_to --time time --customer caller_id --kept made_sla"),
        shlex.split("--case case --group group --time comment"),
        shlex.split("--case case --group group --time time --kept comment"),
        shlex.split("--case case --group comment --time time --service comment --customer location"),
        shlex.split("--case comment --group group --time time"),
        shlex.split("--case case --group group --time time --state comment --resolved Done"),
    ),
}


def run(*words):
    return CliRunner().invoke(group, [str(word) for word in words], env={"LANG": "C", "LC_ALL": ""})


@pytest.fixture
def inputs(tmp_path) -> dict[str, Path]:
    found = {}
    for command, rows in (("import-survey", SURVEY), ("import-tickets", LOG)):
        found[command] = tmp_path / f"{command}.csv"
        with found[command].open("w", encoding="utf-8", newline="") as stream:
            csv.writer(stream).writerows(rows)
    return found


def outputs(result, folder):
    written = [path.read_bytes() for path in folder.rglob("*") if path.is_file()] if folder.exists() else []
    return [result.stdout.encode(), result.stderr.encode(), *written]


@pytest.mark.parametrize("command", sorted(OPTIONS))
def test_nothing_personal_is_written_or_said(command, inputs, tmp_path):
    folder = tmp_path / "org"
    found = run(command, inputs[command], "-o", folder, *OPTIONS[command])
    assert found.exit_code == 0, found.stderr
    proposed = run(command, inputs[command])
    assert proposed.exit_code == 0
    checked = run("check", folder, "--all")
    for output in (*outputs(found, folder), *outputs(proposed, folder), *outputs(checked, folder)):
        for secret in SECRETS:
            assert secret.encode() not in output
            assert secret.casefold().encode() not in output.lower()


@pytest.mark.parametrize(
    ("command", "options"), [(command, options) for command, tries in sorted(WRONG.items()) for options in tries]
)
def test_not_even_where_the_wrong_column_is_named(command, options, inputs, tmp_path):
    folder = tmp_path / "org"
    found = run(command, inputs[command], "-o", folder, *options)
    for output in outputs(found, folder):
        for secret in SECRETS:
            assert secret.encode() not in output, (options, output)

"""From paths to organisations."""

import hashlib
import os
import random
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cxgraph.errors import CxgraphError, InputError, ParameterError
from cxgraph.intake import check, read
from cxgraph.intake.encoding import to_utf8
from cxgraph.intake.formats import MAX_BYTES
from cxgraph.intake.reader import read_table
from cxgraph.tables.columns import type_table
from cxgraph.tables.raw import ProblemLog
from cxgraph.tables.schema import TABLES

HEADER = "supplier,client,service,expectation,fulfilment\n"
ROWS = "IT,Sales,Desktop,9,6.5\nSales,Buyers,Advice,9,7.5\n"
# One file is overwritten by each example, which is what is meant.
SHARED = settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=60)

NAMES = ["IT", "Atención", "Ventas", "Compradores", "Año; nuevo", "Calidad, S.A.", "José"]
HEADERS = {
    "supplier": "Proveedor",
    "client": "Cliente",
    "service": "Servicio",
    "expectation": "Expectativa",
    "fulfilment": "Cumplimiento",
    "importance": "Importancia",
}
SERVICES = st.lists(
    st.tuples(
        st.sampled_from(NAMES),
        st.sampled_from(NAMES),
        st.sampled_from(["Gestión", "Información"]),
        st.integers(0, 100).map(lambda tenth: tenth / 10),
        st.integers(0, 100).map(lambda tenth: tenth / 10),
        st.one_of(st.none(), st.integers(0, 10**7).map(lambda cent: cent / 100)),
    ),
    min_size=1,
    max_size=12,
)


def codes(problems: Any) -> list[str]:
    return [problem.code for problem in problems if problem.severity == "error"]


def folder(path: Path, **tables: str) -> Path:
    for name, text in tables.items():
        (path / name.replace("__", ".")).write_text(text, encoding="utf-8")
    return path


def written(rows: list[tuple[Any, ...]], delimiter: str, decimal: str, quoted: bool, end: str) -> str:
    def cell(value: Any) -> str:
        text = "" if value is None else f"{value:.2f}".replace(".", decimal) if isinstance(value, float) else value
        return f'"{text}"' if quoted or delimiter in text else text

    return end.join(delimiter.join(cell(value) for value in row) for row in [tuple(HEADERS.values()), *rows]) + end


@given(
    SERVICES,
    st.sampled_from(",;\t|"),
    st.sampled_from(".,"),
    st.booleans(),
    st.sampled_from(["\n", "\r\n"]),
    st.sampled_from(["utf-8", "utf-8-sig", "utf-16", "cp1252", "latin-1", "mac_roman"]),
)
def test_any_dialect_gives_the_same_values(
    rows: list[tuple[Any, ...]], delimiter: str, decimal: str, quoted: bool, end: str, encoding: str
) -> None:
    findings = ProblemLog()
    text = to_utf8(
        written(rows, delimiter, decimal, quoted, end).encode(encoding),
        log=findings,
        file="f.csv",
        encoding=encoding,
    )
    assert text is not None
    raw = read_table(text, TABLES["services"], log=findings, file="f.csv")
    assert raw is not None
    frame = type_table(raw, findings).frame
    assert not findings.failed, findings.problems
    expected = pd.DataFrame(rows, columns=list(HEADERS))
    for name in ("supplier", "client", "service"):
        assert frame[name].astype(object).tolist() == expected[name].tolist()
    for name in ("expectation", "fulfilment", "importance"):
        np.testing.assert_array_equal(frame[name], expected[name].astype(float))


@given(
    st.lists(
        st.tuples(st.integers(0, 5), st.integers(6, 9), st.integers(0, 10)),
        min_size=1,
        max_size=10,
        unique_by=lambda row: row[:2],
    ),
    st.randoms(use_true_random=False),
)
@SHARED
def test_the_order_of_rows_is_irrelevant(
    tmp_path: Path, pairs: list[tuple[int, int, int]], chance: random.Random
) -> None:
    rows = [f"D{one:02},D{two:02},x,10,{score}\n" for one, two, score in pairs]
    file = tmp_path / "services.csv"
    found = []
    for _ in range(2):
        file.write_text(HEADER + "".join(rows))
        found.append(read(file))
        chance.shuffle(rows)
    one, other = (organization.services.drop(columns="line") for organization in found)
    pd.testing.assert_frame_equal(one, other)
    pd.testing.assert_frame_equal(found[0].departments, found[1].departments)


@given(
    st.binary(max_size=300),
    st.sampled_from([b"", b"supplier,client\n", b"proveedor;cliente;cumplimiento\nIT;V;7,5\n"]),
    st.sampled_from(["services.csv", "org.toml", "departments.csv"]),
)
@SHARED
def test_any_bytes_are_read_or_refused_but_never_a_crash(tmp_path: Path, data: bytes, start: bytes, name: str) -> None:
    folder(tmp_path, services__csv=HEADER + ROWS, org__toml="", departments__csv="id\nIT\nSales\nBuyers\n")
    (tmp_path / name).write_bytes(start + data)
    problems = check(tmp_path)
    assert all(problem.render() for problem in problems)
    try:
        organization = read(tmp_path)
    except CxgraphError as error:
        assert isinstance(error, InputError)
        assert error.problems == problems
    else:
        assert organization.problems == problems


def test_all_tables_of_a_folder_are_read(tmp_path: Path) -> None:
    folder(
        tmp_path,
        servicios__csv=HEADER + ROWS,
        Departamentos__CSV="codigo;tipo\nIT;interno\nSales;\nBuyers;cliente_externo\n",
        responses__csv="date,supplier,client,fulfilment\n2025-03-31,IT,Sales,6\n",
        practices__csv="department,practice,score\nIT,listening,4\n",
        acciones__csv="codigo,titulo,abierta\n1,Mend it,2025-03-31\n",
        org__toml='name = "Hotel"\n',
    )
    organization = read(tmp_path)
    assert organization.name == "Hotel"
    assert organization.departments["kind"].tolist() == ["external_customer", "internal", "internal"]
    for table in (organization.responses, organization.practices, organization.actions):
        assert table is not None
        assert len(table) == 1
    assert [source.name for source in organization.sources] == [
        "org.toml",
        "Departamentos.CSV",
        "servicios.csv",
        "responses.csv",
        "practices.csv",
        "acciones.csv",
    ]


def test_sources_carry_size_and_hash(tmp_path: Path) -> None:
    file = folder(tmp_path, services__csv=HEADER + ROWS) / "services.csv"
    (source,) = read(file).sources
    assert (source.name, source.bytes) == ("services.csv", len(HEADER + ROWS))
    assert source.sha256 == hashlib.sha256((HEADER + ROWS).encode()).hexdigest()


def test_columns_that_were_read_are_said(tmp_path: Path) -> None:
    file = folder(tmp_path, x__csv="Proveedor;Cliente;Cumplimiento;expected\nIT;Ventas;6;9\n") / "x.csv"
    (said,) = [problem for problem in read(file).problems if problem.code == "columns-read"]
    assert str(said) == (
        "x.csv:1: Separated by ';'. Columns read: supplier <- 'Proveedor', client <- 'Cliente', "
        "expectation <- 'expected', fulfilment <- 'Cumplimiento'."
    )


def test_names_come_from_the_path_unless_given(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "Hotel Sol").mkdir()
    path = folder(tmp_path / "Hotel Sol", services__csv=HEADER + ROWS)
    assert read(path).name == "Hotel Sol"
    assert read(path / "services.csv").name == "services"
    assert read(path, name="Sol").name == "Sol"
    monkeypatch.chdir(path)
    assert read(".").name == "Hotel Sol"


def test_options_win_over_the_settings_file(tmp_path: Path) -> None:
    folder(
        tmp_path,
        services__csv="Quién,client,expectation,fulfilment,Nota\nIT,Sales,4,3,2\nSales,Buyers,4,3,5\n",
        org__toml='scale = [1, 5]\nname = "A"\n[columns.services]\n"Quién" = "supplier"\n"Nota" = "importance"\n',
    )
    organization = read(tmp_path, scale=[0, 5], columns={"services": {"Nota": "responses"}})
    assert (organization.settings.scale, organization.name) == ((0.0, 5.0), "A")
    assert organization.services["responses"].tolist() == [2, 5]
    assert organization.services["importance"].tolist() == [1, 1]


@pytest.mark.parametrize(
    "options",
    [
        {"scal": (1, 5)},
        {"zzz": 1},
        {"scale": 5},
        {"decimal": ";"},
        {"encoding": "klingon"},
        {"period": "soon"},
        {"columns": {"servces": {}}},
        {"columns": {"services": {"x": "suplier"}}},
        {"transmission": 2},
    ],
)
def test_options_that_do_not_hold_are_the_callers_mistake(tmp_path: Path, options: dict[str, Any]) -> None:
    folder(tmp_path, services__csv=HEADER + ROWS)
    for function in (read, check):
        with pytest.raises(ParameterError):
            function(tmp_path, **options)


def test_all_faults_of_all_files_are_reported_at_once(tmp_path: Path) -> None:
    folder(
        tmp_path,
        services__csv=HEADER + "IT,Sales,x,9,eight\n",
        departments__csv="id,kind\nIT,robot\n",
        practices__csv="department\nIT\n",
        actions__csv="id,cost\n1,-5\n",
        responses__csv="",
    )
    assert {problem.file: problem.code for problem in check(tmp_path) if problem.severity == "error"} == {
        "services.csv": "not-a-number",
        "departments.csv": "not-a-choice",
        "practices.csv": "missing-column",
        "actions.csv": "below-minimum",
        "responses.csv": "empty-file",
    }


def test_no_faults_are_invented_where_the_settings_are_broken(tmp_path: Path) -> None:
    folder(tmp_path, services__csv=HEADER.replace("service,", "") + "IT,Sales,90,60\n", org__toml="scale = [0, 100\n")
    assert codes(check(tmp_path)) == ["no-toml"]


def test_a_single_table_says_what_lies_beside_it(tmp_path: Path) -> None:
    folder(tmp_path, services__csv=HEADER + ROWS, departments__csv="id\nIT\n", org__toml="")
    organization = read(tmp_path / "services.csv")
    (note,) = [problem for problem in organization.problems if problem.code == "beside"]
    assert note.fields["files"] == "departments.csv, org.toml"
    assert codes(check(tmp_path / "departments.csv")) == ["table-alone"]


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("services.xlsb", "format-not-read"),
        ("services", "format-not-read"),
        ("services.doc", "format-not-read"),
    ],
)
def test_other_formats_are_refused_kindly(tmp_path: Path, name: str, code: str) -> None:
    (tmp_path / name).write_bytes(b"x")
    (problem,) = check(tmp_path / name)
    assert problem.code == code
    assert "CSV" in str(problem)


def test_locks_and_hidden_files_are_passed_over(tmp_path: Path) -> None:
    folder(tmp_path, services__csv=HEADER + ROWS)
    for name in ("~$services.xlsx", ".services.csv", "._services.csv", "README.md"):
        (tmp_path / name).write_bytes(b"\0")
    assert codes(check(tmp_path)) == []
    (tmp_path / "services.xlsx").write_bytes(b"PK")
    assert [problem.fields["files"] for problem in read(tmp_path).problems if problem.code == "files-not-read"] == [
        "services.xlsx"
    ]


@pytest.mark.parametrize(
    ("start", "word"),
    [(b"PK\x03\x04", "workbook"), (b"\x1f\x8b", "compressed"), (b"%PDF-1.7", "PDF"), (b"<html>", "web page")],
)
def test_files_that_are_something_else_are_recognised(tmp_path: Path, start: bytes, word: str) -> None:
    (tmp_path / "services.csv").write_bytes(start + b"\0\xff")
    (problem,) = check(tmp_path / "services.csv")
    assert problem.code == "disguised-file"
    assert word in str(problem)


def test_links_and_odd_names_do_no_harm(tmp_path: Path) -> None:
    (tmp_path / "a b é #%").mkdir()
    folder(tmp_path / "a b é #%", services__csv=HEADER + ROWS.replace("IT", "../../etc/passwd"))
    (tmp_path / "link").symlink_to(tmp_path / "a b é #%")
    assert "../../etc/passwd" in set(read(tmp_path / "link" / ".." / "link").departments["id"])
    (tmp_path / "broken.csv").symlink_to(tmp_path / "nowhere")
    assert codes(check(tmp_path / "broken.csv")) == ["no-file"]


def test_pipes_and_huge_files_are_refused_before_they_are_read(tmp_path: Path) -> None:
    if hasattr(os, "mkfifo"):
        os.mkfifo(tmp_path / "pipe.csv")
        assert codes(check(tmp_path / "pipe.csv")) == ["no-regular-file"]
    with (tmp_path / "huge.csv").open("wb") as stream:
        stream.truncate(MAX_BYTES + 1)  # a hole: it takes no room on the disk
    assert codes(check(tmp_path / "huge.csv")) == ["file-too-large"]


def test_nothing_is_written(tmp_path: Path) -> None:
    folder(tmp_path, services__csv=HEADER + ROWS, org__toml="")
    before = {path.name: path.stat().st_mtime_ns for path in tmp_path.iterdir()}
    read(tmp_path)
    assert {path.name: path.stat().st_mtime_ns for path in tmp_path.iterdir()} == before


def test_faults_without_end_stay_readable(tmp_path: Path) -> None:
    file = folder(tmp_path, services__csv=HEADER + "IT,Sales,x,nine\n" * 5000) / "services.csv"
    problems = check(file)
    assert len(problems) < 120
    assert "4900 more rows have the same problem." in " ".join(map(str, problems))


def test_the_real_organisations_are_read(shared_orgs: Path) -> None:
    for name in ("bpi2013_volvo", "uci_servicenow"):
        organization = read(shared_orgs / name, scale=(0, 1))
        lines = (shared_orgs / name / "services.csv").read_text(encoding="utf-8").count("\n") - 1
        assert organization.rows.read == lines


def test_scores_of_three_decimals_are_read_on_their_scale(tmp_path: Path) -> None:
    table = tmp_path / "services.csv"
    table.write_text("supplier;client;expectation;fulfilment\nIT;Sales;9,125;6,250\nSales;Buyers;8,500;7,375\n")
    services = read(tmp_path).services
    assert services["fulfilment"].tolist() == [6.25, 7.375]
    assert "decimal-settled" in [problem.code for problem in check(tmp_path)]
    (tmp_path / "org.toml").write_text("scale = [0, 10000]")
    assert "ambiguous-decimal" in [problem.code for problem in check(tmp_path)]
    (tmp_path / "org.toml").write_text("scale = [0, ")  # nobody knows what it should have been
    assert "ambiguous-decimal" in [problem.code for problem in check(tmp_path)]


def test_the_call_wins_over_the_headers_of_org_toml(tmp_path: Path) -> None:
    folder(
        tmp_path,
        services__csv="supplier,client,Nota,Otra,Marca,expectation\nIT,Buyers,7,6,5,9\n",
        org__toml='[columns.services]\nNota = "fulfilment"\nMarca = "importance"\n',
    )
    wished = read(tmp_path).services.iloc[0]
    assert (wished["fulfilment"], wished["importance"]) == (7, 5)
    given = read(tmp_path, columns={"services": {"Otra": "fulfilment"}}).services.iloc[0]
    assert (given["fulfilment"], given["importance"]) == (6, 5), "the call wins for the column that it names"


@pytest.mark.parametrize(
    ("scores", "buyers", "settings", "code"),
    [
        ("9,6.5", "external_customer,0", 'customers = ["Sales"]', "no-weight"),
        ("9,6.5", "internal,1", 'customers = ["Buyers"]', "no-customers"),
        ("90,65", "external_customer,1", "scale = [0, 100]", "off-scale"),
    ],
)
def test_rows_are_no_fault_under_settings_that_were_not_understood(
    tmp_path: Path, scores: str, buyers: str, settings: str, code: str
) -> None:
    folder(
        tmp_path,
        services__csv=f"supplier,client,expectation,fulfilment\nIT,Sales,{scores}\nSales,Buyers,{scores}\n",
        departments__csv=f"id,kind,weight\nIT,internal,1\nSales,internal,1\nBuyers,{buyers}\n",
    )
    assert code in codes(check(tmp_path))
    folder(tmp_path, org__toml=settings + "\n")
    assert codes(check(tmp_path)) == []
    folder(tmp_path, org__toml=settings.replace("=", "= =") + "\n")
    assert codes(check(tmp_path)) == ["no-toml"]


def test_nothing_is_believed_after_a_quotation_mark_that_swallowed_lines(tmp_path: Path) -> None:
    folder(tmp_path, services__csv=HEADER + 'IT,"Sales\nHR"x,Desktop,9,6.5\nonly,two\n')
    assert codes(check(tmp_path)) == ["open-quote"]
    # Where the row alone is at fault, what follows is read and told.
    folder(tmp_path, services__csv=HEADER + 'IT,"Sales"x,Desktop,9,6.5\nonly,two\n')
    assert codes(check(tmp_path)) == ["open-quote", "too-few-cells"]

"""Every trap that a table can hold, each in a file of its own under ``traps``: what is said, and where."""

import sys
import zipfile
from pathlib import Path

import pytest

from cxgraph.errors import InputError, Problem
from cxgraph.intake import check, read
from cxgraph.model.organization import Organization
from cxgraph.wording import Translator

TRAPS = Path(__file__).parent / "traps"

# file: severity, code, file of the message, line, column, words in English, words in Spanish
FAULTS = {
    "ambiguous_decimal.csv": [("error", "ambiguous-decimal", 2, "importance", "--decimal .", "signo decimal")],
    "mixed_decimal.csv": [("error", "other-decimal-mark", 4, "fulfilment", "'8,25'", "«8,25»")],
    "percent.csv": [("error", "percent", 2, "fulfilment", "'85 %' is a percentage", "porcentaje")],
    "mixed_encodings.csv": [("error", "mixed-encodings", 5, None, "save the file as UTF-8", "como UTF-8")],
    "blank_header.csv": [("warning", "nameless-column", None, None, "Column 3 has no header", "encabezado")],
    "repeated_header.csv": [("error", "repeated-column", 1, None, "'fulfilment', 'Fulfilment'", "Deje solo una")],
    "two_meanings.csv": [("error", "repeated-column", 1, None, "'importance', 'weight'", "se leen todas como")],
    "header_again.csv": [("warning", "repeated-header", 4, None, "repeats the header", "repite el encabezado")],
    "blank_lines.csv": [
        ("note", "blank-lines", None, None, "passed over: 2", "en blanco"),
        ("note", "empty-rows", None, None, "passed over: 1", "por alto: 1"),
    ],
    "excel_errors.csv": [
        ("error", "excel-error", 2, "cumplimiento", "'#N/A'", "hoja de cálculo"),
        ("error", "excel-error", 3, "proveedor", "'#¡REF!'", "«#¡REF!»"),
        ("error", "excel-error", 4, "expectativa", "'#¡DIV/0!'", "Corrija la fórmula"),
    ],
    "formulas.csv": [
        ("warning", "formula-text", 2, "supplier", "never computed", "nunca se calcula"),
        ("warning", "formula-text", 3, "supplier", "'+34 Spain'", "como texto"),
        ("warning", "formula-text", 3, "service", "'@mention'", "«@mention»"),
        ("error", "formula", 4, "fulfilment", "Save the file as values", "con valores"),
    ],
    "nul.csv": [("error", "nul-sign", 2, None, "zero bytes", "bytes nulos")],
    "empty.csv": [("error", "empty-file", None, None, "The file is empty", "está vacío")],
    "blank.csv": [("error", "empty-file", None, None, "name the columns", "nombrar las columnas")],
    "header_only.csv": [("error", "no-services", None, None, "no services", None)],
    "one_column.csv": [
        ("warning", "one-column", 1, None, "one column only", "una sola columna"),
        ("error", "missing-column", 1, None, "cliente, customer", "Falta la columna"),
    ],
    "open_quote.csv": [("error", "open-quote", 2, None, "opens here", "no se cierran")],
    "quote_inside.csv": [("error", "open-quote", 2, None, "double the marks", "duplique")],
    "quote_swallows.csv": [("error", "swallowed", 2, None, "goes on to line 3", "hasta la línea 3")],
    "ragged.csv": [
        ("error", "too-many-cells", 2, None, "7 cells; the header has 6", "coma decimal"),
        ("error", "too-few-cells", 3, None, "4 cells; the header has 6", "Añada los separadores"),
    ],
    "duplicate_services.csv": [("error", "duplicate-service", 4, "service", "'Desktop' twice", None)],
    "self_supply.csv": [("warning", "self-supply", 4, "supplier", "IT supplies itself", None)],
    "off_scale.csv": [
        ("error", "off-scale", 2, "expectation", "0 to 100", None),
        ("error", "off-scale", 3, "fulfilment", "75 is off the scale", None),
    ],
    "negative.csv": [("error", "below-minimum", 2, "importance", "-2 is too low", "demasiado bajo")],
    "not_a_number.csv": [
        ("error", "not-finite", 2, "fulfilment", "'NaN'", "se pueda calcular"),
        ("error", "not-finite", 3, "expectation", "'inf'", "«inf»"),
        ("error", "not-a-number", 4, "fulfilment", "'1_000'", "con cifras"),
        ("error", "not-a-number", 5, "fulfilment", "'0x1F'", "no es un número"),
        ("error", "not-a-number", 6, "expectation", "is not a number", "no es un número"),
        ("error", "no-score", 7, "expectation", "Leave the cell empty", "Deje la celda vacía"),
        ("error", "no-score", 7, "fulfilment", "'-' stands", "ocupa el lugar"),
    ],
    "accents.csv": [("note", "spellings-merged", None, "proveedor", "'José'", "José")],
    "importance_only.csv": [("note", "importance-only", None, None, "not read as the level", "cuánto importa")],
    "unknown_headers.csv": [
        ("error", "unknown-column", 1, None, "Did you mean 'supplier'?", "¿Quería decir"),
        ("note", "unknown-column", 1, None, "'Comments', 'Boss'", "no se leen"),
    ],
    "periods.csv": [("error", "not-a-period", 3, "period", "2025-Q1", "2025-T1")],
    "unknown_department": [("error", "unknown-department", 3, "supplier", "'IY'", None)],
    "parent_cycle": [("error", "parent-cycle", 2, "parent", "HR > IT > Web > HR", None)],
    "two_files": [("error", "two-files", None, None, "Servicios.CSV, services.csv", "más de un archivo")],
    "misspelt_file": [
        ("error", "no-services-file", None, None, "'service.csv'", "cámbiele el nombre"),
        ("note", "files-not-read", None, None, "service.csv", "no se leen"),
    ],
    "settings": [
        ("error", "unknown-option", 2, None, "Did you mean 'scale'?", "«scale»"),
        ("error", "no-option-value", 3, None, "'rato'", "rato"),
        ("error", "no-option-value", 4, None, "two numbers", "dos números"),
        ("error", "unknown-option", 6, None, "'columns.services'?", "«columns.services»"),
    ],
    "broken_settings": [("error", "no-toml", 3, None, "not TOML", "no es TOML")],
    "dates": [
        ("error", "ambiguous-date", 2, "opened", "2025-04-03 or 2025-03-04", "2025-04-03 o 2025-03-04"),
        ("error", "not-a-date", 2, "closed", "'2025-02-30'", "día del calendario"),
    ],
}
# What says nothing about a trap, but about having no table of departments, or a narrow range of scores.
USUAL = {"columns-read", "departments-inferred", "narrow-scale", "no-scores", "expectation-only", "importance-only"}

SPANISH = (
    "cp1252.csv",
    "latin1.csv",
    "mac_roman.csv",
    "utf8.csv",
    "utf8_bom.csv",
    "utf16.csv",
    "utf16_unmarked.csv",
    "utf32.csv",
    "decimal_comma.csv",
)
ENGLISH = (
    "semicolon.csv",
    "tab.tsv",
    "bar.txt",
    "sep_line.csv",
    "trailing_separators.csv",
    "trailing_in_rows.csv",
    "blank_lines.csv",
)


def place(problem: Problem) -> tuple[object, ...]:
    return problem.severity, problem.code, problem.line, problem.column


@pytest.mark.parametrize("name", FAULTS)
def test_a_trap_is_reported_in_its_place_and_in_both_languages(name: str) -> None:
    problems = check(TRAPS / name)
    spanish = Translator("es")
    for severity, code, line, column, words, palabras in FAULTS[name]:
        found = [problem for problem in problems if place(problem) == (severity, code, line, column)]
        sentences = [problem.render() for problem in found]
        assert any(words in sentence for sentence in sentences), [problem.render() for problem in problems]
        if palabras is not None:
            translated = [problem.render(spanish) for problem in found]
            assert any(palabras in sentence for sentence in translated), translated
    said = {problem.code for problem in problems if problem.severity == "error"} - USUAL
    assert said <= {code for _, code, *_ in FAULTS[name]}


@pytest.mark.parametrize("name", [name for name, faults in FAULTS.items() if any(f[0] == "error" for f in faults)])
def test_read_raises_what_check_returns(name: str) -> None:
    with pytest.raises(InputError) as raised:
        read(TRAPS / name)
    assert raised.value.problems == check(TRAPS / name)
    assert raised.value.exit_code == 3


def scores(organization: Organization) -> set[tuple[object, ...]]:
    columns = ["supplier", "client", "service", "expectation", "fulfilment", "importance"]
    return set(organization.services[columns].astype(object).itertuples(index=False, name=None))


@pytest.mark.parametrize("name", SPANISH)
def test_encodings_and_decimal_commas_give_the_same_organisation(name: str) -> None:
    found = scores(read(TRAPS / name))
    assert {row[:2] + row[3:] for row in found} == {
        ("Informática", "Atención", 9.0, 6.5, 2.0),
        ("Atención", "Compradores", 9.0, 7.5, 1.0),
    }
    assert {row[2] for row in found} in ({"Gestión", "Año nuevo"}, {"“Gestión” – 5 €", "Año nuevo"})


@pytest.mark.parametrize("name", ENGLISH)
def test_separators_and_blank_space_give_the_same_organisation(name: str) -> None:
    assert scores(read(TRAPS / name)) == {
        ("IT", "Sales", "Desktop", 9.0, 6.5, 2.0),
        ("Sales", "Buyers", "Advice", 9.0, 7.5, 1.0),
    }


@pytest.mark.parametrize("name", ["cp1252.csv", "latin1.csv", "mac_roman.csv"])
def test_a_guessed_encoding_is_said(name: str) -> None:
    guessed = [problem for problem in read(TRAPS / name).problems if problem.code == "encoding-guessed"]
    assert [problem.fields["encoding"] for problem in guessed] == ["mac_roman" if "mac" in name else "cp1252"]


def test_thousands_are_told_from_decimals() -> None:
    services = read(TRAPS / "thousands.csv").services
    assert sorted(services["importance"]) == [1234.5, 1500.25, 2500.0, 12000.0]


def test_a_decimal_comma_in_quotes_is_read() -> None:
    services = read(TRAPS / "decimal_comma_in_quotes.csv").services
    assert sorted(services["fulfilment"]) == [6.5, 7.25]


@pytest.mark.parametrize(("decimal", "importance"), [(".", [1234.0, 2500.0]), (",", [1.234, 2.5])])
def test_the_decimal_option_settles_what_is_ambiguous(decimal: str, importance: list[float]) -> None:
    services = read(TRAPS / "ambiguous_decimal.csv", decimal=decimal).services
    assert sorted(services["importance"]) == importance


def test_codes_that_look_like_values_stay_text() -> None:
    departments = read(TRAPS / "codes_like_values.csv").departments
    assert set(departments["id"]) == {"NA", "007", "None", "null", "true", "1e3", "nan", "Buyers"}


def test_spellings_that_look_alike_are_one_department() -> None:
    assert set(read(TRAPS / "accents.csv").departments["id"]) == {"José", "Ventas", "Compradores"}


def test_a_row_that_repeats_the_header_is_no_service() -> None:
    organization = read(TRAPS / "header_again.csv")
    assert len(organization.services) == 3
    assert set(organization.departments["id"]) == {"IT", "Sales", "Buyers"}


def test_own_names_of_columns_are_read_from_the_settings_file() -> None:
    organization = read(TRAPS / "own_names")
    assert organization.name == "Hotel"
    assert set(organization.services["supplier"]) == {"IT", "Ventas"}


def test_a_cell_of_a_megabyte_is_refused_in_its_line(tmp_path: Path) -> None:
    file = tmp_path / "services.csv"
    file.write_text("supplier,client,fulfilment\nIT,Sales,6\nIT," + "x" * 2**20 + ",6\nSales,Buyers,nope\n")
    problems = [problem for problem in check(file) if problem.severity == "error"]
    assert ("error", "long-cell", 3, None) in [place(problem) for problem in problems]
    assert ("error", "not-a-number", 4, "fulfilment") in [place(problem) for problem in problems]
    assert all(len(problem.render()) < 400 for problem in problems)


def test_a_quoted_cell_of_a_megabyte_is_refused_where_it_begins(tmp_path: Path) -> None:
    file = tmp_path / "services.csv"
    file.write_text('supplier,client,fulfilment\nIT,Sales,6\nIT,"' + "x y\n" * 2**18 + '",6\nSales,Buyers,7\n')
    assert ("error", "long-cell", 3, None) in [place(problem) for problem in check(file)]


def test_a_workbook_that_is_a_bomb_is_never_opened(tmp_path: Path) -> None:
    file = tmp_path / "services.xlsx"
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as bomb:
        bomb.writestr("xl/worksheets/sheet1.xml", b"0" * 2**24)
    for path in (file, tmp_path):
        assert [problem.code for problem in check(path)] == ["no-workbook"]
    disguised = file.rename(tmp_path / "services.csv")
    assert [problem.code for problem in check(disguised)] == ["disguised-file"]


def test_a_path_that_is_not_there_is_said_with_what_is(tmp_path: Path) -> None:
    assert [problem.code for problem in check(tmp_path / "nothing" / "here")] == ["no-file"]
    (tmp_path / "hotel").mkdir()
    (problem,) = check(tmp_path / "hotal")
    assert problem.render().endswith("There is no such file or folder. Did you mean 'hotel'?")
    assert problem.render(Translator("es")).endswith("¿Quería decir «hotel»?")


@pytest.mark.skipif(sys.platform == "win32", reason="permissions of another kind")
def test_a_file_without_permission_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "services.csv"
    file.write_text("supplier,client\nIT,Sales\n")

    def refuse(_: Path) -> bytes:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "read_bytes", refuse)  # the superuser may read everything, whatever the mode says
    (problem,) = check(file)
    assert (problem.code, problem.file) == ("no-permission", "services.csv")
    assert "permiso" in problem.render(Translator("es"))


def test_a_folder_in_the_place_of_a_file_is_said(tmp_path: Path) -> None:
    (tmp_path / "services.csv").mkdir()
    assert [problem.code for problem in check(tmp_path)] == ["is-folder"]
    assert [problem.code for problem in check(tmp_path / "services.csv")][-1] == "no-services-file"

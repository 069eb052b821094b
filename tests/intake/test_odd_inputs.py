"""Numbers at the edge, inputs without end, addresses, and tables that look like services: refused in words of ours."""

import time
import tracemalloc

import networkx as nx
import pandas as pd
import pytest

from cxgraph.errors import InputError, ParameterError
from cxgraph.intake import read
from cxgraph.intake.guards import refuse_text
from cxgraph.model.organization import Organization
from cxgraph.tables.characters import printable
from cxgraph.tables.raw import ProblemLog

HEADER = "supplier,client,expectation,fulfilment\n"
SOUND = HEADER + "IT,Sales,9,6\nSales,Buyers,9,7\n"


def refused(folder, text, *, name="services.csv", **options):
    (folder / name).write_text(text)
    with pytest.raises(InputError) as caught:
        read(folder, **options)
    return {problem.code for problem in caught.value.problems if problem.severity == "error"}, str(caught.value)


@pytest.mark.parametrize("cell", ["5e-324", "1e-300", "1e300", "1e-11"])
def test_an_expectation_that_no_ratio_can_hold_is_an_error_with_its_cell(tmp_path, cell):
    codes, text = refused(tmp_path, HEADER + f"IT,Sales,{cell},6\nSales,Buyers,9,7\n")
    assert codes <= {"too-small", "too-large", "next-to-bottom", "off-scale"}
    assert "services.csv:2, expectation" in text


@pytest.mark.parametrize("scale", [(-1e155, 1e155), (0, 1e-300), (1, 1 + 1e-13)])
def test_scales_on_which_scores_cannot_be_told_apart_are_refused(scale):
    with pytest.raises(ParameterError, match="scale is"):
        Organization.from_frames(pd.DataFrame({"supplier": ["A"], "client": ["B"]}), scale=scale)


def test_a_scale_that_begins_with_the_best_is_turned_and_its_scores_with_it(tmp_path):
    (tmp_path / "services.csv").write_text(HEADER + "IT,Sales,1,3\nHR,Sales,2,2\nSales,Buyers,1,4\n")
    found = read(tmp_path, scale=(6, 1))
    assert found.settings.scale == (1.0, 6.0)
    assert found.services["fulfilment"].tolist() == [5.0, 4.0, 3.0]
    assert not [problem for problem in found.problems if problem.code == "reversed-scale"]
    said = [str(problem) for problem in read(tmp_path).problems if problem.code == "reversed-scale"]
    assert len(said) == 1
    assert "--scale 5 1" in said[0]
    (tmp_path / "services.csv").write_text(HEADER + "IT,Sales,9,3\nSales,Buyers,1,4\n")
    with pytest.raises(InputError, match="9 is off the scale"):
        read(tmp_path, scale=(6, 1))


CELLS = ("Sales|Support", "Sales;Support", "Sales, Support", "Sales & Support", "Sales - Support", "Sales\\Support")


@pytest.mark.parametrize("cell", [*CELLS, "Sales · Support", "Sales, Support, Legal"])
def test_two_departments_in_one_cell_are_never_a_new_customer(tmp_path, cell):
    text = HEADER + f'IT,"{cell}",9,6\nSales,Buyers,9,7\nSupport,Buyers,9,7\n'
    codes, said = refused(tmp_path, text)
    assert codes == {"several-departments"}
    assert "Sales, Support" in said
    (tmp_path / "departments.csv").write_text("id,kind\nIT,\nSales,\nSupport,\nBuyers,external_customer\n")
    codes, said = refused(tmp_path, text)
    assert codes == {"unknown-department"}
    assert "several departments" in said


def test_a_graph_without_direction_is_refused_and_one_that_says_so_is_warned_of(tmp_path):
    with pytest.raises(ParameterError, match="no direction"):
        Organization.from_networkx(nx.Graph([("IT", "Sales")]))
    (tmp_path / "services.csv").write_text("Source,Target,Type,expectation,fulfilment\nIT,Sales,Undirected,9,6\n")
    assert "undirected" in [problem.code for problem in read(tmp_path).problems]
    for answer, told in (("no", True), ("False", True), ("yes", False), ("sí", False)):
        text = f"Source,Target,Directed,expectation,fulfilment\nIT,Sales,{answer},9,6\n"
        (tmp_path / "services.csv").write_text(text, "utf-8")
        assert told == ("undirected" in [problem.code for problem in read(tmp_path).problems])


@pytest.mark.parametrize("word", ["needs", "is served by", "necesita", "recibe de", "reports to", "cliente de"])
def test_links_from_the_client_to_its_supplier_are_doubted(tmp_path, word):
    text = f"from,to,relation,expectation,fulfilment\nSales,IT,{word},9,6\nBuyers,Sales,{word},9,7\n"
    (tmp_path / "services.csv").write_text(text)
    said = [str(problem) for problem in read(tmp_path).problems if problem.code == "dependencies"]
    assert len(said) == 1
    assert "--column 'to=supplier' --column 'from=client'" in said[0]


def test_the_option_that_is_proposed_for_a_column_of_times_tells_the_waves_apart(tmp_path):
    path = tmp_path / "answers.csv"
    rows = "2024-03-01,R1,IT,Sales,9,8\n2025-03-01,R1,IT,Sales,9,3\n"
    path.write_text("timestamp,respondent,supplier,client,expectation,fulfilment\n" + rows)
    mixed = read(path)
    assert mixed.services["fulfilment"].tolist() == [5.5]
    (told,) = [problem for problem in mixed.problems if problem.code == "time-not-read"]
    table, _, pair = str(told).rpartition("--column '")[2].rstrip("'.").partition(".")
    header, _, column = pair.partition("=")
    assert read(path, columns={table: {header: column}}).services["fulfilment"].tolist() == [3.0]


def test_lists_of_tickets_are_asked_back_with_two_command_lines(tmp_path):
    codes, text = refused(tmp_path, "Ticket ID,Status,Priority,From,To,n\n1,Closed,P1,IT,Sales,3\n")
    assert "ticket-list" in codes
    assert "cxgraph import-tickets services.csv" in text
    assert "--column 'From=supplier' --column 'To=client'" in text


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("IT,Sales,9,6\nSales,Buyers,9,7\n", "no-header"),
        (HEADER + "IT,Sales,Agree,Disagree\nSales,Buyers,Agree,Strongly agree\n", "words"),
        (HEADER + "IT,Sales,9,08-may\nSales,Buyers,9,7\n", "excel-date"),
        ("suplier,client,expectation,fulfilment\nIT,Sales,9,6\n", "unknown-column"),
        ("supplier,client,expectation,fulfillmnt\nIT,Sales,9,6\n", "unknown-column"),
        ("supplier,client,expectation,fulfilment\nTotal,,9,6\nIT,Sales,9,6\n", "row-of-totals"),
    ],
)
def test_one_error_says_what_the_table_is(tmp_path, text, code):
    assert refused(tmp_path, text)[0] == {code}


def test_unknown_names_bring_no_second_error(tmp_path):
    (tmp_path / "departments.csv").write_text("id,kind\nSales,\nBuyers,external_customer\n")
    text = HEADER + "X,Sales,9,6\nX,Sales,9,5\nSales,Buyers,9,7\n"
    assert refused(tmp_path, text)[0] == {"unknown-department"}
    (tmp_path / "departments.csv").write_text("id,kind\nIT,\nSales,\nBuyers,extrenal customer\n")
    assert refused(tmp_path, SOUND)[0] == {"not-a-choice"}


def test_rows_of_frames_are_named():
    frame = pd.DataFrame(
        {"supplier": ["IT", "Sales"], "client": ["Sales", "Buyers"], "fulfilment": [6, "abc"]},
        index=["first", "second"],
    )
    with pytest.raises(InputError, match="services, row second, fulfilment"):
        Organization.from_frames(frame)


@pytest.mark.parametrize(
    "data",
    [SOUND.encode() + b"\n" * 3_000_000, b"\n" * 3_000_000 + SOUND.encode(), SOUND.encode() + b" " * 5_000_000],
    ids=["blank lines", "leading line feeds", "an endless line"],
)
def test_text_without_end_is_refused_at_once(data):
    log = ProblemLog()
    start = time.perf_counter()
    assert refuse_text(data, log, "services.csv")
    assert time.perf_counter() - start < 1
    assert log.failed


def test_settings_and_headers_without_end_are_refused(tmp_path):
    (tmp_path / "services.csv").write_text(SOUND)
    for text in ("a" + ".a" * 40_000 + "=1\n", "".join(f"k{number}=1\n" for number in range(20_000))):
        start = time.perf_counter()
        assert refused(tmp_path, text, name="org.toml")[0] <= {"no-toml", "unknown-option"}
        assert time.perf_counter() - start < 10
    (tmp_path / "org.toml").unlink()
    wide = HEADER.strip() + "".join(f",c{number}" for number in range(20_000)) + "\n"
    assert refused(tmp_path, wide)[0] == {"too-many-columns"}


def test_a_line_without_end_is_refused_before_it_is_held_in_memory(tmp_path):
    start = SOUND.encode()
    for rest, line in ((b" " * 30_000_000, 4), (b"x,9\n" * 2_000_000 + b"," * 30_000_000, 2_000_004)):
        (tmp_path / "services.csv").write_bytes(start + rest)
        tracemalloc.start()
        with pytest.raises(InputError) as caught:
            read(tmp_path)
        most = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        (problem,) = [problem for problem in caught.value.problems if problem.severity == "error"]
        assert (problem.code, problem.line) == ("long-line", line)
        assert most < 12_000_000


@pytest.mark.parametrize("text", [SOUND + "\n" * 3_000_000 + "x", HEADER.strip() + ",supplier" * 100_000 + "\n"])
def test_what_is_refused_is_not_searched_for_exports(tmp_path, text):
    begun = time.process_time()
    codes, _ = refused(tmp_path, text)
    assert codes <= {"too-many-blank-lines", "too-many-columns"}
    assert time.process_time() - begun < 2


def test_customers_that_nobody_knows_are_counted_in_time_linear_in_them(tmp_path):
    (tmp_path / "services.csv").write_text(SOUND)
    begun = time.process_time()
    names = ", ".join(f"'c{number}'" for number in range(50_000))
    assert refused(tmp_path, f"customers = [{names}]\n", name="org.toml")[0] == {"unknown-customer"}
    assert time.process_time() - begun < 10


def test_departments_are_inferred_in_time_linear_in_them(tmp_path):
    rows = "".join(f"Sales,c{number},9,{number % 10}\n" for number in range(50_000))
    (tmp_path / "services.csv").write_text(HEADER + "IT,Sales,9,6\n" + rows)
    start = time.perf_counter()
    assert len(read(tmp_path).departments) == 50_002
    assert time.perf_counter() - start < 20


def test_an_address_is_never_repeated():
    for address in ("postgresql://ana:secret@host/db", "HTTPS://ana:secret@host/x.csv"):
        with pytest.raises(InputError) as caught:
            read(address)
        assert "secret" not in str(caught.value)
    assert "secret" not in printable("no such file: postgresql:/ana:secret@host/db")


@pytest.mark.parametrize("name", ["All", "everybody", "Todos", "Otros", "N/A", "-", "?", "ninguno", "Sin asignar"])
def test_words_for_all_or_none_are_told_where_no_table_lists_them(tmp_path, name):
    (tmp_path / "services.csv").write_text(HEADER + f"IT,{name},9,6\nIT,Buyers,9,7\n", "utf-8")
    said = [str(problem) for problem in read(tmp_path).problems if problem.code == "placeholder-names"]
    assert len(said) == 1
    assert repr(name) in said[0]
    (tmp_path / "departments.csv").write_text(
        f"id,kind\nIT,\n{name},external_customer\nBuyers,external_customer\n", "utf-8"
    )
    assert "placeholder-names" not in {problem.code for problem in read(tmp_path).problems}


def test_a_department_called_na_is_no_word_for_none(tmp_path):
    (tmp_path / "services.csv").write_text(HEADER + "NA,Buyers,9,6\n")
    assert "placeholder-names" not in {problem.code for problem in read(tmp_path).problems}

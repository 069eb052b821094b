"""Graphs of other programs: out and back to the last digit, and the habits of Gephi and Kumu."""

import io
import json

import networkx as nx
import numpy as np
import openpyxl
import pandas as pd
import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

import cxgraph
from cxgraph.errors import InputError, ParameterError
from cxgraph.intake.graphs.files import GRAPHS, graph_bytes
from cxgraph.tables.schema import fold

# Expectations next to 0 are refused: a shortfall is a part of them.
SCORES = st.one_of(st.just(0.0), st.floats(1e-6, 10))
NAMES = st.text("aBñ<&\"' ;|/", min_size=1, max_size=6).filter(lambda name: name.strip() == name and name)


def back(organization, ending, folder):
    path = folder / f"org{ending}"
    path.write_bytes(graph_bytes(organization, ending))
    return cxgraph.read(path)


def same(one, other):
    assert one.services.drop(columns="line").astype(object).equals(other.services.drop(columns="line").astype(object))
    left, right = (found.departments.astype(object) for found in (one, other))
    assert left.where(left.notna(), None).equals(right.where(right.notna(), None))


@pytest.mark.parametrize("ending", GRAPHS)
@pytest.mark.parametrize("sample", ["hotel", "worked_example", "clinica"])
def test_samples_come_back_to_the_last_digit(samples, tmp_path, sample, ending):
    organization = cxgraph.read(samples / sample)
    found = back(organization, ending, tmp_path)
    same(organization, found)
    for key in ("name", "language", "scale", "currency"):
        assert getattr(found.settings, key) == getattr(organization.settings, key)
    ours, theirs = (cxgraph.analyze(one, transmission=0.6).customer_shortfall for one in (organization, found))
    assert ours == theirs


@pytest.mark.parametrize("ending", GRAPHS)
@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(rows=st.lists(st.tuples(NAMES, SCORES, SCORES), min_size=1, max_size=6, unique_by=lambda row: row[0].casefold()))
def test_parallel_services_come_back_to_the_last_digit(tmp_path, ending, rows):
    services = pd.DataFrame(rows, columns=["service", "expectation", "fulfilment"]).assign(
        supplier="IT", client="Sales & <co>"
    )
    organization = cxgraph.Organization.from_frames(services)
    found = back(organization, ending, tmp_path)
    assert found.services["service"].tolist() == organization.services["service"].tolist()
    for column in ("expectation", "fulfilment", "importance"):
        assert np.array_equal(found.services[column].to_numpy(), organization.services[column].to_numpy())


ODD = st.one_of(
    st.sampled_from(
        ["007", "1e5", "nan", "None", "true", "-0", "label", "a\u0301", "á", "日本", "𝒳", "zażółć", 'O\'B,"x"']
    ),
    st.text(st.characters(exclude_categories=("C", "Z")), min_size=1, max_size=5),
    st.text("aB ñ<&]\"';|/=\\", min_size=1, max_size=6).filter(lambda name: name.strip() == name),
)
NUMBERS = {
    "departments": {"weight": (0, 9), "transmission": (0, 1), "lag": (0, 9)},
    "services": {"importance": (0.1, 9), "commitment": (1, 10), "fulfilment_sd": (0, 5), "responses": (1, 99)},
}
TEXTS = {"departments": ("name", "level"), "services": ()}


def cells(data, table, count):
    """Return columns some of whose cells, but not all, are empty: graphs hold no column without a value."""
    columns = {}
    for name, (least, most) in NUMBERS[table].items():
        number = st.integers(least, most) if name == "responses" else st.just(least) | st.floats(least + 0.01, most)
        columns[name] = data.draw(st.lists(st.none() | number, min_size=count, max_size=count))
    for name in TEXTS[table]:
        columns[name] = data.draw(st.lists(st.none() | ODD, min_size=count, max_size=count))
    return {name: values for name, values in columns.items() if set(values) - {None}}


@pytest.mark.parametrize("ending", GRAPHS)
@settings(
    max_examples=25,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow, HealthCheck.filter_too_much],
)
@given(data=st.data())
def test_whole_organisations_with_odd_names_and_empty_cells_come_back_as_they_were(tmp_path, ending, data):
    ids = data.draw(st.lists(ODD, min_size=3, max_size=5, unique_by=fold))
    kinds = ["external_customer", *(data.draw(st.sampled_from(["internal", "external_supplier"])) for _ in ids[1:])]
    departments = pd.DataFrame({"id": ids, "kind": kinds, **cells(data, "departments", len(ids))})
    rows = data.draw(
        st.lists(
            st.tuples(st.sampled_from(ids[1:]), st.sampled_from(ids), st.none() | ODD, st.floats(1, 10), SCORES),
            min_size=1,
            max_size=7,
            unique_by=lambda row: (row[0], row[1], fold(row[2] or "")),
        ).map(lambda drawn: [row for row in drawn if row[0] != row[1]] or [(ids[1], ids[0], None, 9.0, 6.5)])
    )
    services = pd.DataFrame(rows, columns=["supplier", "client", "service", "expectation", "fulfilment"])
    services = services.assign(**cells(data, "services", len(rows)))
    try:
        organization = cxgraph.Organization.from_frames(services, departments, name=data.draw(ODD))
    except InputError:
        assume(False)
    found = back(organization, ending, tmp_path)
    same(organization, found)
    assert found.settings == organization.settings


@pytest.mark.parametrize("ending", GRAPHS)
def test_the_same_organisation_gives_the_same_bytes(samples, ending):
    one, two = (graph_bytes(cxgraph.read(samples / "hotel"), ending) for _ in range(2))
    assert one == two


def test_networkx_reads_what_is_written(samples):
    organization = cxgraph.read(samples / "hotel")
    graph = nx.read_graphml(io.BytesIO(graph_bytes(organization, ".graphml")), force_multigraph=True)
    assert graph.is_directed()
    assert graph.number_of_edges() == len(organization.services)
    assert len({key for _, _, key in graph.edges(keys=True)}) == len(organization.services), "ids of edges repeat"
    assert graph.nodes["front_desk"]["label"] == "Front desk"


@pytest.mark.parametrize(
    ("name", "content", "code"),
    [
        ("a.graphml", '<graphml><graph edgedefault="undirected"><node id="a"/></graph></graphml>', "undirected-graph"),
        (
            "a.json",
            '{"nodes": [{"id": "a"}, {"id": "b"}], "links": [{"source": "a", "target": "b"}]}',
            "undirected-graph",
        ),
        ("a.json", '{"rows": []}', "broken-graph"),
        ("a.json", "[" * 100_000, "broken-graph"),
        ("a.gexf", "<gexf>", "broken-graph"),
        ("a.graphml", '<!DOCTYPE graphml [<!ENTITY a "aaaaaaaaaa">]><graphml>&a;</graphml>', "graph-entities"),
    ],
)
def test_what_is_no_directed_graph_is_refused_in_words(tmp_path, name, content, code):
    path = tmp_path / name
    path.write_text(content.replace("<graphml>", '<graphml xmlns="http://graphml.graphdrawing.org/xmlns">'), "utf-8")
    problems = [problem for problem in cxgraph.check(path) if problem.severity == "error"]
    assert [problem.code for problem in problems] == [code]
    assert problems[0].hint


def test_no_other_ending_is_written(samples):
    with pytest.raises(ParameterError, match="graphml"):
        graph_bytes(cxgraph.read(samples / "worked_example"), ".dot")


def test_labels_stand_in_for_names_in_graphs_of_other_programs(tmp_path):
    graph = nx.MultiDiGraph()
    graph.add_node("n0", label="Computers", kind="internal")
    graph.add_node("n1", label="Buyers", kind="external_customer")
    graph.add_edge("n0", "n1", label="Help", expectation=9, fulfilment=4.5)
    path = tmp_path / "a.json"
    path.write_text(json.dumps(nx.node_link_data(graph, edges="edges")))
    found = cxgraph.read(path)
    assert found.departments["name"].tolist() == ["Computers", "Buyers"]
    assert found.services["service"].tolist() == ["Help"]


EDGES = (
    ("From", "To", "Label", "Type", "Expectation", "Fulfilment"),
    ("IT", "Sales|HR", "Help desk", "Directed", 9, 5),
    ("Sales", "Buyers", "Advice", "Directed", 9, 7),
)
KUMU = (
    ("Label", "Type", "Kind"),
    ("IT", "", ""),
    ("Sales", "", ""),
    ("HR", "", ""),
    ("Buyers", "", "external_customer"),
)
GEPHI = (("Id", "Label", "Kind"), *((row[0], f"The {row[0]}", row[2]) for row in KUMU[1:]))


def rows_of(organization):
    table = organization.services
    return sorted(
        zip(table["supplier"].astype(str), table["client"].astype(str), table["service"].astype(str), strict=True)
    )


WANTED = [("IT", "HR", "Help desk"), ("IT", "Sales", "Help desk"), ("Sales", "Buyers", "Advice")]


def test_kumu_workbooks_are_read(tmp_path):
    book = openpyxl.Workbook()
    book.remove(book.active)
    for name, rows in (("Elements", KUMU), ("Connections", EDGES)):
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append(list(row))
    book.save(tmp_path / "kumu.xlsx")
    found = cxgraph.read(tmp_path / "kumu.xlsx")
    assert rows_of(found) == WANTED
    assert found.departments.set_index("id").loc["Buyers", "kind"] == "external_customer"
    split = next(problem for problem in found.problems if problem.code == "targets-split")
    assert split.fields["count"] == 1


@pytest.mark.parametrize("delimiter", [",", ";"])
def test_gephi_spreadsheets_are_read(tmp_path, delimiter):
    for name, rows in (("nodes", GEPHI), ("edges", EDGES)):
        text = "\n".join(delimiter.join(str(cell) for cell in row) for row in rows)
        (tmp_path / f"{name}.csv").write_text(text, "utf-8")
    found = cxgraph.read(tmp_path)
    assert rows_of(found) == WANTED
    assert found.departments.set_index("id").loc["IT", "name"] == "The IT"


def test_a_bar_in_a_table_of_services_makes_no_rows(tmp_path):
    (tmp_path / "services.csv").write_text(
        "supplier,client,expectation,fulfilment\nIT,Sales|HR,9,5\nHR,Buyers,9,5\n", "utf-8"
    )
    try:
        assert len(cxgraph.read(tmp_path).services) == 2
    except InputError as refused:
        assert "Sales|HR" in str(refused)

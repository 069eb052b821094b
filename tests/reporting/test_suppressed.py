"""What fewer people than the organisation asks for answered is in no file of a report."""

import io
import json
import re

import numpy as np
import openpyxl
import pandas as pd
import pytest
from matplotlib.text import Text

from cxgraph.analysis import analyze
from cxgraph.drawing.tower.figure import draw_tower
from cxgraph.errors import InputError
from cxgraph.privacy.gate import publishable, services_table, shown_bottlenecks
from cxgraph.reporting.blocks import Suppressed
from cxgraph.reporting.context import Field, Recipe, ReportContext
from cxgraph.reporting.files import report_files
from cxgraph.reporting.headline import headline_intervals
from cxgraph.reporting.results import compute_results
from cxgraph.reporting.summary import certainty_sentence, first_place_sentence
from cxgraph.reporting.text import ranking_text
from cxgraph.wording import Translator

FEW = {("IT", "Sales"): 2, ("HR", "Shop"): 3}


def keys(analysis, mask):
    rows = analysis.organization.services
    return {(str(a), str(b)) for a, b in zip(rows["supplier"][mask], rows["client"][mask], strict=True)}


@pytest.fixture(scope="module")
def analysis(surveyed):
    return analyze(surveyed(FEW, min_respondents=5))


@pytest.fixture(scope="module")
def files(analysis):
    return report_files(analysis, Recipe("cxgraph report firm", "firm"))


def test_nothing_is_withheld_unless_asked_for(surveyed):
    found = publishable(analyze(surveyed(FEW)))
    assert not found.any


def test_small_groups_are_withheld_and_never_alone(analysis):
    found = publishable(analysis)
    hidden = keys(analysis, found.services)
    assert set(FEW) <= hidden
    for name in {client for _, client in hidden}:
        assert sum(client == name for _, client in hidden) > 1, f"{name}'s total would tell it"


@pytest.mark.parametrize("least", [1, 2, 3, 4, 10])
def test_the_limit_is_the_number_of_people(surveyed, least):
    analysis = analyze(surveyed(FEW, min_respondents=least))
    found = publishable(analysis)
    assert (("IT", "Sales") in keys(analysis, found.services)) == (least > 2)
    assert ("HR", "Shop") in keys(analysis, found.services) or least <= 3
    assert found.any == (least > 2)


def test_an_unknown_number_of_people_is_too_few(surveyed):
    organization = surveyed({}, min_respondents=2)
    services = organization.services.drop(columns=["responses", "fulfilment_sd"])
    bare = type(organization).from_frames(
        services, organization.departments.drop(columns="customer"), min_respondents=2
    )
    with pytest.raises(InputError, match="nobody knows how many"):
        publishable(analyze(bare))


def told_numbers(analysis):
    """Return the figures of withheld services that nobody may write."""
    found = publishable(analysis)
    cascade, network = analysis.cascade, analysis.cascade.network
    return [
        values[edge]
        for edge in np.flatnonzero(found.services)
        for values in (network.fulfilment, cascade.shortfall, cascade.contribution)
        if values[edge] > 0
    ]


def test_no_text_file_holds_a_figure_of_a_withheld_service(analysis, files):
    texts = {name: content.decode() for name, content in files.items() if not name.endswith(".xlsx")}
    figures = told_numbers(analysis)
    assert len(figures) > 6
    for name, text in texts.items():
        for value in figures:
            # As a number of its own: within the coordinates of a picture any five digits occur by chance.
            assert not re.search(rf"(?<![\d.]){re.escape(repr(float(value))[:12])}", text), f"{value} is in {name}"


def test_tables_say_so_and_keep_who_and_what(analysis, files):
    lines = files["services.csv"].decode().splitlines()
    suppressed = [line for line in lines if line.endswith("fewer than 5 answers")]
    hidden = int(publishable(analysis).services.sum())
    assert len(suppressed) == hidden
    assert any(re.fullmatch(r"IT,Sales,help,formal,(,)*fewer than 5 answers", line) for line in suppressed)
    assert "fewer than 5 answers" in files["report.html"].decode()
    assert "fewer than 5 answers" in files["report.md"].decode()


def test_the_workbook_and_result_withhold_too(analysis, files):
    result = json.loads(files["result.json"])
    hidden = keys(analysis, publishable(analysis).services)
    assert result["withheld"]["services"] == len(hidden)
    for row in result["services"]:
        if (row["supplier"], row["client"]) in hidden:
            assert row["withheld"]
            assert row["fulfilment"] is row["share"] is row["verdict"] is None
        else:
            assert row["fulfilment"] is not None
    for path in result["paths"]:
        steps = set(zip(path["departments"][:-1], path["departments"][1:], strict=True))
        assert not steps & hidden
    book = openpyxl.load_workbook(io.BytesIO(files["report.xlsx"]))
    rows = list(book["Services"].iter_rows(min_row=2, values_only=True))
    shown = {(row[0], row[1]): row[4] for row in rows}
    for pair, received in shown.items():
        assert (received == "fewer than 5 answers") == (pair in hidden)
    assert hidden <= set(shown), "who and what stays"


def test_a_withheld_row_keeps_what_names_it_and_nothing_else(analysis):
    context = ReportContext(compute_results(analysis), Translator("en"), Recipe("cxgraph report firm", "firm"))
    frame = pd.DataFrame({"name": ["IT", "HR"], "share": [0.1, 0.2], "withheld": [True, False]})
    fields = (Field("name", "department", naming=True), Field("share", "share", "percent"))
    names, shares = context.grid("t", "c", frame, fields).columns
    assert names.cells == ("IT", "HR")
    assert shares.cells == (Suppressed(5), 0.2)
    _, shown = context.grid("t", "c", frame.assign(withheld=False), fields).columns
    assert shown.cells == (0.1, 0.2)


def test_pictures_are_there_and_say_that_something_is_withheld(analysis, files):
    assert {name for name in files if name.startswith("figures/")} == {
        f"figures/{name}.svg" for name in ("story", "tower", "causes", "quadrant", "matrix")
    }
    figure = draw_tower(analysis)
    texts = " ".join(text.get_text() for text in figure.findobj(Text))
    assert "Suppressed: 4 services" in texts


def test_how_many_are_withheld_is_said(analysis, files):
    found = publishable(analysis)
    assert (
        f"Suppressed: {found.services.sum()} services and {found.departments.sum()} departments"
        in files["report.html"].decode()
    )


def test_bottlenecks_and_summary_leave_out_who_may_not_be_shown(surveyed):
    analysis = analyze(
        surveyed(dict.fromkeys([("IT", "Sales"), ("IT", "Shop"), ("IT", "Support")], 1), min_respondents=5)
    )
    found = publishable(analysis)
    ids = found.hidden_departments
    assert "IT" in ids
    assert not set(shown_bottlenecks(found, 10).index) & ids
    text = ranking_text(analysis, 10, Translator("en"))
    assert not [line for line in text.splitlines() if line.startswith(tuple(f"{n}. IT " for n in range(1, 9)))]


def test_who_comes_first_at_another_transmission_is_withheld_too(surveyed):
    few = dict.fromkeys([("IT", "Sales"), ("IT", "Shop"), ("IT", "Support")], 1)
    found = publishable(analyze(surveyed(few, min_respondents=5)))
    hidden = {"IT", "HR", "Sales", "Support"}
    assert found.hidden_departments == hidden
    assert set(found.analysis.ranking_by_transmission(1)["id"]) == {"Sales", "Shop", "IT"}, "two of them are withheld"
    for locale in ("en", "es"):
        translate = Translator(locale)
        intervals, sensitivity = headline_intervals(found.analysis), found.analysis.sensitivity()
        for text in (
            certainty_sentence(translate, found, intervals),
            first_place_sentence(translate, found, intervals, sensitivity),
        ):
            assert not [name for name in hidden if re.search(rf"\b{name}\b", text)]
    every = dict.fromkeys([*few, ("HR", "Sales"), ("HR", "Shop")], 1)
    found = publishable(analyze(surveyed(every, min_respondents=5)))
    assert certainty_sentence(Translator("en"), found, headline_intervals(found.analysis)) == ""


def test_totals_stay_whole(analysis):
    table = services_table(publishable(analysis))
    assert table["share"].sum() < 1
    assert len(table) == analysis.cascade.network.services

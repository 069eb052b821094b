"""What the report tells of the samples, in two languages: how sure it is, and nothing of what nobody knows."""

import re
from types import SimpleNamespace

import pandas as pd
import pytest

import cxgraph
from cxgraph import Organization, analyze
from cxgraph.culture.catalogue import catalogue
from cxgraph.privacy.gate import publishable
from cxgraph.reporting.blocks import Grid, Listing, Paragraph, TableColumn, cell_text, rest_sentence
from cxgraph.reporting.brief.sentences import model_sentence
from cxgraph.reporting.context import Recipe, ReportContext
from cxgraph.reporting.document import build_document
from cxgraph.reporting.results import compute_results
from cxgraph.reporting.sections import SECTIONS
from cxgraph.wording import Translator

ORDER = [
    "finding",
    "customers",
    "departments",
    "services",
    "loops",
    "decisions",
    "sureness",
    "opinions",
    "culture",
    "audit",
    "integrity",
    "data",
    "method",
    "provenance",
]


def section(context, anchor):
    return next(one for one in build_document(context).sections if one.anchor == anchor)


def words(part):
    return " ".join(
        block.text
        if isinstance(block, Paragraph)
        else " ".join(block.items)
        if isinstance(block, Listing)
        else block.caption
        if isinstance(block, Grid)
        else ""
        for block in part.blocks
    )


@pytest.mark.parametrize("locale", ["en", "es"])
def test_sections_come_in_their_order_with_titles_of_their_own(make_teller, locale):
    found = build_document(make_teller("hotel", locale)).sections
    assert [one.anchor for one in found] == ORDER
    assert len(SECTIONS) == len(ORDER)
    assert len({one.title for one in found}) == len(ORDER)


def test_the_first_page_says_what_who_and_how_sure(make_teller):
    text = words(section(make_teller("hotel"), "finding"))
    for part in (
        "27.4\xa0% of the gap originates in Maintenance, which they never meet",
        "Maintenance 72\xa0%; Front desk 28\xa0%",
        "Fix it at the supplier: 84\xa0% of this service's gap originates there.",
        "1,737 answers",
        "90\xa0% interval",
        "confidence: likely",
        "Another department could come first (probability): Front desk 28\xa0%.",
        "Only one period could test the model, which proves little.",
        "passed on (0.24 to 0.80 here, by department). The lower it is, the more speaks for Front desk; the higher, "
        "the more for Maintenance.",
        "of a gap received Housekeeping (0.80; by the data 0.58) and Banqueting (0.40; by the data 0.19) pass on is "
        "the organisation's own statement. With the data's values Maintenance would still come first, with 23.9\xa0%.",
    ):
        assert part in text, part


def test_where_the_data_contradict_the_assumption_it_is_said_at_once(make_teller):
    results = compute_results(cxgraph.analyze(make_teller("hotel").analysis.organization, transmission=0.2))
    found = ReportContext(results, Translator("en"), Recipe("cxgraph report", "hotel", {}, "en"))
    assert not found.results.same_leader
    caution = [
        block for block in section(found, "finding").blocks if isinstance(block, Paragraph) and block.tone == "caution"
    ]
    agreeing = section(make_teller("hotel"), "finding")
    assert [block for block in agreeing.blocks if isinstance(block, Paragraph) and block.tone == "caution"] == []
    assert len(caution) == 1
    assert "Settle this before acting" in caution[0].text


def test_without_answers_no_interval_is_invented(make_teller):
    context = make_teller("worked_example")
    text = words(section(context, "finding"))
    assert "No interval can be given" in text
    assert "How many people answered is not recorded" in text
    assert "confidence: open" in text
    assert "combinations" in words(section(context, "sureness"))


def test_what_an_organisation_does_not_keep_is_said(make_teller):
    context = make_teller("worked_example")
    assert "No practice was assessed" in words(section(context, "culture"))
    assert not [block for block in section(context, "culture").blocks if isinstance(block, Grid)]
    assert "No improvement log is kept" in words(section(context, "audit"))
    assert "No single answers are kept" in words(section(context, "integrity"))
    assert "No departments serve each other in a loop" in words(section(context, "loops"))


def test_evidence_names_departments_and_not_their_ids(make_teller):
    grid = next(
        block
        for block in section(make_teller("hotel"), "audit").blocks
        if isinstance(block, Grid) and block.name == "Evidence"
    )
    assert not [cell for cell in grid.columns[-1].cells if "front_desk" in str(cell)]


@pytest.mark.parametrize("name", ["clinica", "worked_example"])
def test_spanish_has_no_english_left_over(make_files, name):
    text = make_files(name, "es")["report.md"].decode()
    english = re.findall(
        r"\b(?:the|which|customers|departments|whose|of what|answers|shortfall)\b",
        re.sub(r"\S+\.(?:csv|svg|toml)|\b[a-z]+(?:-[a-z]+)+\b", "", text),
    )
    assert english == []


def test_numbers_follow_the_country(make_files):
    assert "17,7\xa0%" in make_files("hotel", "es_ES")["report.html"].decode()
    mexican = make_files("hotel", "es_MX")["report.html"].decode()
    assert "17.7\xa0%" in mexican
    assert "17,7\xa0%" not in mexican
    assert '<html lang="es-MX">' in mexican


def test_every_table_has_one_name_and_full_columns(make_teller):
    for name in ("hotel", "clinica", "worked_example"):
        grids = [
            block
            for one in build_document(make_teller(name)).sections
            for block in one.blocks
            if isinstance(block, Grid)
        ]
        assert len({grid.name for grid in grids}) == len(grids)
        for grid in grids:
            assert {len(column.cells) for column in grid.columns} == {grid.length}
            assert len(grid.shades) in (0, grid.length)


@pytest.mark.parametrize("locale", ["en", "es"])
def test_every_practice_of_the_catalogue_is_told_with_its_question_and_origin(make_files, locale):
    text = make_files("clinica", locale)["report.md"].decode()
    assert len(catalogue().practices) >= 20
    for practice in catalogue().practices:
        assert practice.origin
        for words in (practice.name, practice.question, *(idea.words for idea in practice.origin)):
            assert words.text(locale) in text


def numbers(text):
    return [float(part.replace(",", "")) for part in re.findall(r"-?\d[\d,]*(?:\.\d+)?", text)]


@pytest.mark.parametrize("options", [{}, {"scoring": "gap"}, {"scoring": "perception"}, {"stringency": 4}], ids=str)
@pytest.mark.parametrize("name", ["worked_example", "hotel"])
def test_one_figure_can_be_computed_again_with_a_pocket_calculator(make_teller, name, options):
    context = make_teller(name, **options)
    steps = next(
        block.items for block in section(context, "method").blocks if isinstance(block, Listing) and block.numbered
    )
    parts = [numbers(re.sub(r"“[^”]*”", "", step)) for step in steps]
    low, high = context.analysis.organization.settings.scale
    if options.get("scoring") == "gap":
        expected, received, *_, shortfall = parts[0]
        assert shortfall == pytest.approx((expected - received) / (high - low), abs=1e-5)
    else:
        _, received, bottom, top, _, shortfall = parts[0]
        assert shortfall == pytest.approx(1 - (received - bottom) / (top - bottom), abs=1e-5)
    transmission, lacks, potential, _ = parts[1]
    inherited, _, _, own = parts[2]
    assert potential == pytest.approx(transmission * lacks, abs=1e-5)
    assert inherited == min(potential, shortfall)
    assert own == pytest.approx(shortfall - inherited, abs=1e-5)
    if not options.get("stringency"):
        importance, whole, share = parts[3]
        assert share == pytest.approx(importance / whole, abs=1e-5)
    share = parts[3][-1] if not options.get("stringency") else parts[3][0]
    client_reach, reach = parts[4]
    assert reach == pytest.approx(share * client_reach, abs=1e-5)
    *_, cost, total, percent = parts[5]
    assert cost == pytest.approx(own * reach, rel=1e-4)
    assert total == pytest.approx(context.analysis.customer_shortfall, abs=1e-6)
    assert percent == pytest.approx(100 * cost / total, abs=0.02)


def test_ways_that_contradict_each_other_are_told_with_what_that_means(make_teller):
    context = make_teller("it_service_desk")
    text = words(section(context, "sureness"))
    for part in (
        "Group 70. ",
        "cases: 0.14 (0.07 to 0.20)",
        "[0.07 against hand-overs without failure, 0.21 against cases never handed over]",
        "They agree.",
        "Group 20. ",
        "one wave: 0.40",
        "It sees no case",
    ):
        assert part in text, part
    first = words(section(context, "finding")) + text
    for part in (
        "Group 70 over 99\xa0%",
        "Another department would only at transmissions that the data make implausible.",
        "from 2016-02-29 to 2017-02-18",
        "tickets 43,412",
        "count settings and are no second probability",
    ):
        assert part in first, part
    assert "each counts by how well it explains the scores" in words(section(context, "method"))
    assert "Maintenance. cases: 0.56 (0.30 to 0.81), place 1 [not identified by its own data]" in words(
        section(make_teller("hotel"), "sureness")
    )


def test_what_comes_next_hangs_on_what_is_missing(make_teller):
    hand = words(section(make_teller("worked_example"), "sureness"))
    assert "Record how many people answer" in hand
    assert "Settle" not in hand
    assert "Ask what these departments need from others: Information technology." in hand
    hotel = words(section(make_teller("hotel"), "sureness"))
    assert "Ask what these departments need from others: IT and systems." in hotel
    assert "Self-assessments are compared with the scores" in hotel


def test_percentages_are_not_rounded_to_nothing_or_to_everything():
    translate = Translator("en")
    entry = TableColumn("share", "percent", ())
    shown = [
        cell_text(cell, entry, translate).replace("\xa0", " ") for cell in (0.0, 0.0004, 0.0006, 0.9994, 0.9996, 1.0)
    ]
    assert shown == ["0.0 %", "< 0.1 %", "0.1 %", "99.9 %", "> 99.9 %", "100.0 %"]
    assert cell_text(0.0002, TableColumn("p", "number", (), digits=3), translate) == "< 0.001"
    assert cell_text(0.02636, TableColumn("reach", "percent", (), digits=2), translate) == "2.64\xa0%"


def test_a_table_that_is_cut_says_how_much_is_left_out():
    shares = (0.5, 0.25, 0.125)
    grid = Grid("Causes", "Causes", (TableColumn("share", "percent", shares),), shares, 0)
    assert "The first 2 of 3, with 75.0\xa0% of the gap" in rest_sentence(grid, 2, Translator("en"))
    plain = Grid("Paths", "Paths", (TableColumn("way", "text", ("a", "b", "c")),))
    assert "lacking" not in rest_sentence(plain, 2, Translator("en"))


def test_departments_that_cause_nothing_at_any_parameter_are_in_no_band(make_teller):
    context = make_teller("hotel")
    shares = context.results.sensitivity.table["share_high"]
    assert (shares == 0).any()
    grids = [block for block in section(context, "sureness").blocks if isinstance(block, Grid)]
    highest = [
        cell
        for grid in grids
        for column in grid.columns
        if column.heading in ("highest share", "upper end")
        for cell in column.cells
    ]
    assert len(highest) >= (shares > 0).sum() > 0
    assert min(highest) > 0


def test_who_is_not_assessed_is_named_and_nobody_else(make_teller):
    context = make_teller("hotel")
    profiles = context.results.profiles
    missing = [
        context.name(name) for name, known in zip(profiles.departments, profiles.covered, strict=True) if not known
    ]
    told = [block.text for block in section(context, "culture").blocks if isinstance(block, Paragraph)]
    named = [text for text in told if text.startswith("Not assessed at all: ")]
    assert named == ([f"Not assessed at all: {', '.join(missing)}."] if missing else [])


@pytest.mark.parametrize(
    ("ranks", "unsettled", "told"),
    [
        (
            {"ours": [1, 2], "m1": [1, 2], "m2": [2, 1], "m3": [3, 1]},
            ("m3",),
            "Of 2 published models of how faults spread, 1 ranks IT first; its lowest place is 2.",
        ),
        (
            {"ours": [1, 2], "overflow": [2, 1], "m1": [1, 2]},
            (),
            "All 1 published models of how faults spread rank IT first too; they use the split "
            "of own and inherited found here, so they are no independent proof.",
        ),
        ({"ours": [1, 2], "m1": [1, 2]}, ("m1",), None),
        ({"ours": [1, 2]}, (), None),
    ],
)
def test_rival_models_are_counted_where_they_could_tell(ranks, unsettled, told):
    services = pd.DataFrame(
        {"supplier": ["IT", "Sales"], "client": ["Sales", "Buyers"], "expectation": [9, 9], "fulfilment": [2, 6]}
    )
    published = publishable(analyze(Organization.from_frames(services, name="Shop"), transmission=0.9))
    first = published.analysis.bottlenecks(1).index[0]
    assert first == "IT"
    opinions = SimpleNamespace(ranks=pd.DataFrame(ranks, index=["IT", "Sales"]), unsettled=unsettled)
    context = SimpleNamespace(
        results=SimpleNamespace(published=published, opinions=opinions), translate=Translator("en")
    )
    assert model_sentence(context) == ([told] if told else [])
    opinions.ranks = opinions.ranks.drop(index="IT")
    assert model_sentence(context) == []


@pytest.mark.parametrize("name", ["hotel", "clinica"])
def test_no_department_has_two_shares_anywhere_in_a_report(make_teller, name):
    """Every share of the customers' shortfall that a table or sentence gives a department is the headline's."""
    context = make_teller(name)
    shares = context.analysis.departments().set_index("name")["share"]
    seen = 0
    for one in build_document(context).sections:
        for block in one.blocks:
            if not isinstance(block, Grid) or block.name in ("Services", "Customers", "Paths"):
                continue  # shares of services, customers and paths, not of departments
            names = [column for column in block.columns if column.heading == context.translate("department")]
            told = [column for column in block.columns if column.heading == context.translate("share of the gap")]
            if not names or not told:
                continue
            for who, share in zip(names[0].cells, told[0].cells, strict=True):
                if who in shares.index and isinstance(share, float):
                    assert share == pytest.approx(shares[who], abs=1e-9), (block.name, who)
                    seen += 1
        text = words(one)
        for who, share in shares.items():
            for said in re.findall(rf"\b{re.escape(who)} (?:causes|comes first with|causa) (?:el )?([\d.,]+)", text):
                assert float(said.replace(",", ".")) == pytest.approx(100 * share, abs=0.051), (one.anchor, who)
                seen += 1
    assert seen > 20


def test_what_the_data_say_against_a_stated_transmission_is_computed_with_it(make_teller):
    results = make_teller("hotel").results
    assert results.contradicted["stated"].to_dict() == {"housekeeping": 0.8, "banqueting": 0.4}
    used = pd.Series(results.analysis.cascade.transmission, results.analysis.organization.departments["id"])
    used.update(results.contradicted["estimate"])
    again = analyze(results.analysis.organization, transmission=used)
    assert again.bottlenecks(3)["share"].equals(results.by_data.bottlenecks(3)["share"])
    assert not again.departments()["share"].equals(results.analysis.departments()["share"])


def test_settings_are_counted_and_are_no_second_probability(make_teller):
    grids = {block.name: block for block in section(make_teller("hotel"), "sureness").blocks if isinstance(block, Grid)}
    first = next(column for column in grids["Band"].columns if column.heading.startswith("times first"))
    found = make_teller("hotel").results.sensitivity
    assert sum(first.cells) == len(found.grid) == 120
    assert [column.heading for column in grids["Sweep"].columns] == ["transmission", "place", "department"]

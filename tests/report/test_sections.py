"""What the report tells of the samples, in two languages: how sure it is, and nothing of what nobody knows."""

import re

import pytest

from cxgraph.culture.catalogue import catalogue
from cxgraph.report.blocks import Grid, Listing, Paragraph
from cxgraph.report.document import build_document
from cxgraph.report.sections import SECTIONS

ORDER = ["finding", "customers", "departments", "services", "loops", "sureness", "opinions", "culture", "audit",
         "integrity", "data", "method", "provenance"]


def section(teller, anchor):
    return next(one for one in build_document(teller).sections if one.anchor == anchor)


def words(part):
    return " ".join(block.text if isinstance(block, Paragraph) else " ".join(block.items) if isinstance(block, Listing)
                    else block.caption if isinstance(block, Grid) else "" for block in part.blocks)


@pytest.mark.parametrize("locale", ["en", "es"])
def test_sections_come_in_their_order_with_titles_of_their_own(make_teller, locale):
    found = build_document(make_teller("hotel", locale)).sections
    assert [one.anchor for one in found] == ORDER
    assert len(SECTIONS) == len(ORDER)
    assert len({one.title for one in found}) == len(ORDER)


def test_the_first_page_says_what_who_and_how_sure(make_teller):
    text = words(section(make_teller("hotel"), "finding"))
    for part in ("31.2\xa0% of that starts in Maintenance", "Mend this service", "1,737 answers", "90\xa0% interval",
                 "Maintenance in 96\xa0%", "hangs on the transmission", "stated 2; one wave 13"):
        assert part in text, part


def test_where_the_data_contradict_the_assumption_it_is_said_at_once(make_teller):
    found = make_teller("hotel", transmission=0.2)
    assert not found.study.same_leader
    caution = [block for block in section(found, "finding").blocks
               if isinstance(block, Paragraph) and block.tone == "caution"]
    agreeing = section(make_teller("hotel"), "finding")
    assert [block for block in agreeing.blocks if isinstance(block, Paragraph) and block.tone == "caution"] == []
    assert len(caution) <= 1


def test_without_answers_no_interval_is_invented(make_teller):
    text = words(section(make_teller("worked_example"), "finding"))
    assert "No interval can be given" in text
    assert "How many people answered is not recorded" in text
    assert "combinations" in text


def test_what_an_organisation_does_not_keep_is_said(make_teller):
    teller = make_teller("worked_example")
    assert "No practice was assessed" in words(section(teller, "culture"))
    assert not [block for block in section(teller, "culture").blocks if isinstance(block, Grid)]
    assert "No improvement log is kept" in words(section(teller, "audit"))
    assert "No single answers are kept" in words(section(teller, "integrity"))
    assert "No departments serve each other in a circle" in words(section(teller, "loops"))


def test_evidence_names_departments_and_not_their_ids(make_teller):
    grid = next(block for block in section(make_teller("hotel"), "audit").blocks
                if isinstance(block, Grid) and block.name == "Evidence")
    assert not [cell for cell in grid.columns[-1].cells if "front_desk" in str(cell)]


@pytest.mark.parametrize("name", ["clinica", "worked_example"])
def test_spanish_has_no_english_left_over(make_files, name):
    text = make_files(name, "es")["report.md"].decode()
    english = re.findall(r"\b(?:the|which|customers|departments|whose|of what|answers|shortfall)\b", re.sub(
        r"\S+\.(?:csv|svg|toml)|\b[a-z]+(?:-[a-z]+)+\b", "", text))
    assert english == []


def test_numbers_follow_the_country(make_files):
    assert "17,7\xa0%" in make_files("hotel", "es_ES")["report.html"].decode()
    mexican = make_files("hotel", "es_MX")["report.html"].decode()
    assert "17.7\xa0%" in mexican
    assert "17,7\xa0%" not in mexican
    assert '<html lang="es-MX">' in mexican


def test_every_table_has_one_name_and_full_columns(make_teller):
    for name in ("hotel", "clinica", "worked_example"):
        grids = [block for one in build_document(make_teller(name)).sections for block in one.blocks
                 if isinstance(block, Grid)]
        assert len({grid.name for grid in grids}) == len(grids)
        for grid in grids:
            assert {len(column.cells) for column in grid.columns} == {grid.length}
            assert len(grid.shades) in (0, grid.length)


@pytest.mark.parametrize("locale", ["en", "es"])
def test_every_practice_of_the_catalogue_is_told_with_its_question_and_origin(make_files, locale):
    text = make_files("clinica", locale)["report.md"].decode()
    for practice in catalogue().practices:
        for words in (practice.name, practice.question, *(idea.words for idea in practice.origin)):
            assert words.text(locale) in text

"""The round: ask, fill in, read back, in every format; what was typed is what is read."""

import json

import pytest
from filling import export_of, fill_workbook

import cxgraph
from cxgraph.ask.questions import make_forms
from cxgraph.ask.web_form import web_form
from cxgraph.ask.workbook_form import IDENTITY_SHEET, workbook_form
from cxgraph.ask.xlsform import xlsform, xpath_text
from cxgraph.intake.forms.read import read_forms
from cxgraph.intake.forms.sniff import MARK, is_form_file
from cxgraph.tables.raw import ProblemLog
from cxgraph.wording import Translator

LANGUAGES = ("en", "es")


def level(number, step):
    return {"expectation": 8, "fulfilment": int(number) + 3, "importance": 4}[step]


def typed(number, step, label):
    return "Be =faster" if step == "comment" else None if step == "respondent" else level(number, step)


def expected(outline, forms):
    """The answers that `level` gives, straight from the forms."""
    return sorted(
        (item.supplier, item.client, item.service, item.kind, 8.0, float(int(item.key) + 3), 4.0)
        for form in forms
        for item in form.items
    )


def read_back(folder):
    log = ProblemLog()
    paths = sorted(path for path in folder.iterdir() if is_form_file(path))
    found = read_forms(paths, folder.name, log, [])
    assert found is not None, log.problems
    return found, log


def rows(found):
    table = found.tables["responses"].columns
    names = ("supplier", "client", "service", "kind", "expectation", "fulfilment", "importance")
    return sorted(zip(*(table[name].tolist() for name in names), strict=True))


@pytest.mark.parametrize("language", LANGUAGES)
def test_workbooks_are_read_as_they_were_filled_in(outline, tmp_path, language):
    forms = make_forms(outline, "scores")
    for at, form in enumerate(forms):
        (tmp_path / f"{at}.xlsx").write_bytes(fill_workbook(workbook_form(form, Translator(language)), typed))
    found, log = read_back(tmp_path)
    assert rows(found) == expected(outline, forms)
    assert not [problem for problem in log.problems if problem.severity != "note"]
    assert found.settings == {"name": "Shop", "scale": (0.0, 10.0), "language": language}


@pytest.mark.parametrize(("delimiter", "group"), [(",", "-"), (";", "/"), (",", "/")])
def test_exports_of_survey_tools_are_read_without_options(outline, tmp_path, delimiter, group):
    forms = make_forms(outline, "scores")
    for at, form in enumerate(forms):
        given = {
            f"{step}_{item.key}": level(item.key, step)
            for item in form.items
            for step in ("expectation", "fulfilment", "importance")
        }
        given |= {"end": "2026-03-05T10:00:00.000+01:00", "comment": "Be =faster"}
        data = export_of(xlsform(form, Translator("en")), [given], delimiter=delimiter, group=group)
        (tmp_path / f"{at}.csv").write_bytes(data)
    found, log = read_back(tmp_path)
    assert rows(found) == expected(outline, forms)
    assert set(found.tables["responses"].columns["date"]) == {"2026-03-05"}
    assert not [problem for problem in log.problems if problem.severity != "note"]


@pytest.mark.parametrize("what", ["relations", "scores", "self_assessment"])
@pytest.mark.parametrize("language", LANGUAGES)
def test_every_xlsform_passes_pyxform(outline, tmp_path, what, language):
    convert = pytest.importorskip("pyxform.xls2xform", reason="pip install 'cxgraph[test]'").convert
    for form in make_forms(outline, what):
        path = tmp_path / f"{form.file_name}.xlsx"
        path.write_bytes(xlsform(form, Translator(language)))
        found = convert(xlsform=path, validate=False)
        assert found.warnings == []
        assert form.id in found.xform
        assert f'version="{form.version}"' in found.xform


@pytest.mark.parametrize("write", [workbook_form, xlsform, web_form], ids=["xlsx", "xlsform", "html"])
def test_the_same_form_gives_the_same_bytes(outline, write):
    form = make_forms(outline, "scores")[0]
    assert write(form, Translator("en")) == write(form, Translator("en"))


def test_only_the_answers_can_be_changed_in_a_workbook(outline):
    import io

    import openpyxl

    form = make_forms(outline, "scores")[0]
    book = openpyxl.load_workbook(io.BytesIO(workbook_form(form, Translator("en"))))
    assert book[IDENTITY_SHEET].sheet_state == "veryHidden"
    questions = [sheet for sheet in book if sheet.title != IDENTITY_SHEET]
    assert all(sheet.protection.sheet for sheet in questions)
    for sheet in questions[1:]:
        assert sheet.column_dimensions["A"].hidden
        for row in sheet.iter_rows(min_row=2, max_row=1 + len(form.items)):
            assert [cell.protection.locked for cell in row[:4]] == [True, True, True, False]
            assert all(cell.data_type != "f" for cell in row), "a name became a formula"
        assert len(sheet.data_validations.dataValidation) >= 1


def test_texts_with_both_quotation_marks_and_references_are_xpath():
    from filling import value_of

    for text in ("plain", "it's", 'say "x"', 'it\'s "both"', "${a} $${b} '", "'\"'\"$", "$"):
        written = xpath_text(text)
        assert value_of(written) == text
        assert "${" not in written


def answers_file(form, respondent, saved, value, version=1):
    head = {MARK: 1, "form": form.id, "version": version, "digest": "d", "what": form.what, "organization": "Shop"}
    head |= {"language": "en", "scale": [0, 10], "answered_by": form.department.id, "respondent": respondent}
    answers = [
        {
            "supplier": item.supplier,
            "client": item.client,
            "service": item.service,
            "kind": item.kind,
            "expectation": "8",
            "fulfilment": value,
        }
        for item in form.items
    ]
    places = [{"id": place.id, "name": place.name, "kind": place.kind, "parent": place.parent} for place in form.places]
    return json.dumps({**head, "saved": saved, "comment": "", "places": places, "answers": answers}).encode()


def codes(log, severity):
    return sorted(problem.code for problem in log.problems if problem.severity == severity)


def test_copies_later_answers_and_old_versions_are_told(outline, tmp_path):
    form = make_forms(outline, "scores")[0]
    (tmp_path / "a.json").write_bytes(answers_file(form, "one", "2026-03-01T10:00:00Z", "5"))
    (tmp_path / "b.json").write_bytes(answers_file(form, "one", "2026-03-01T10:00:00Z", "5"))
    (tmp_path / "c.json").write_bytes(answers_file(form, "one", "2026-03-02T10:00:00Z", "6"))
    (tmp_path / "d.json").write_bytes(answers_file(form, "two", "2026-03-02T10:00:00Z", "9", version=2))
    found, log = read_back(tmp_path)
    table = found.tables["responses"].columns
    assert sorted(set(table["fulfilment"])) == [6.0, 9.0]
    assert sorted(set(table["respondent"])) == ["R1", "R2"]
    assert codes(log, "warning") == ["form-copied", "form-old-version", "form-replaced"]


def test_no_code_that_a_person_chose_is_kept(outline, tmp_path):
    form = make_forms(outline, "scores")[0]
    (tmp_path / "a.json").write_bytes(answers_file(form, "juan.perez@example.org", "2026-03-01T10:00:00Z", "5"))
    found, log = read_back(tmp_path)
    assert "juan" not in str([table.columns for table in found.tables.values()])
    assert "juan" not in " ".join(map(str, log.problems))


def test_a_comment_without_any_score_is_told(outline, tmp_path):
    form = make_forms(outline, "scores")[0]
    content = json.loads(answers_file(form, "one", "", "5"))
    (tmp_path / "a.json").write_text(json.dumps({**content, "answers": [], "comment": "Be faster"}))
    (tmp_path / "b.json").write_bytes(answers_file(form, "two", "", "5"))
    _, log = read_back(tmp_path)
    told = next(problem for problem in log.problems if problem.code == "form-comments")
    assert "a.json" in str(told)
    assert "faster" not in " ".join(map(str, log.problems))


def test_different_answers_under_one_code_at_one_time_are_an_error(outline, tmp_path):
    form = make_forms(outline, "scores")[0]
    (tmp_path / "a.json").write_bytes(answers_file(form, "one", "", "5"))
    (tmp_path / "b.json").write_bytes(answers_file(form, "one", "", "6"))
    _, log = read_back(tmp_path)
    assert codes(log, "error") == ["form-conflict"]


@pytest.mark.parametrize("value", ["11", "-1", "good", "7,5,5"])
def test_answers_off_the_scale_are_told_with_their_file(outline, tmp_path, value):
    form = make_forms(outline, "scores")[0]
    (tmp_path / "a.json").write_bytes(answers_file(form, "one", "", value))
    _, log = read_back(tmp_path)
    errors = [problem for problem in log.problems if problem.severity == "error"]
    assert {problem.code for problem in errors} == {"form-score"}
    assert all(problem.file == "a.json" and value in str(problem) for problem in errors)


def test_decimal_commas_are_read(outline, tmp_path):
    form = make_forms(outline, "scores")[0]
    (tmp_path / "a.json").write_bytes(answers_file(form, "one", "", "7,5"))
    assert set(read_back(tmp_path)[0].tables["responses"].columns["fulfilment"]) == {7.5}


def test_blank_forms_alone_are_refused_in_words(outline, tmp_path):
    form = make_forms(outline, "scores")[0]
    (tmp_path / "a.xlsx").write_bytes(workbook_form(form, Translator("en")))
    problems = cxgraph.check(tmp_path)
    assert [problem.code for problem in problems if problem.severity == "error"] == ["no-answers"]


@pytest.mark.parametrize(
    "content",
    [
        b"[]",
        b'{"cxgraph_form": 1}',
        b'{"cxgraph_form": 1, "answers": [1, null, {"supplier": 3}]}',
        b'{"cxgraph_form": NaN}',
        b'{"cxgraph_form"',
    ],
)
def test_files_that_only_look_like_forms_are_no_traceback(tmp_path, content):
    (tmp_path / "a.json").write_bytes(content)
    (tmp_path / "b.csv").write_bytes(b'"cxgraph_form","form\n"')
    assert any(problem.severity == "error" for problem in cxgraph.check(tmp_path))


def test_a_whole_organisation_is_analysed_from_returned_files(outline, tmp_path):
    for at, form in enumerate(make_forms(outline, "scores")):
        (tmp_path / f"{at}.xlsx").write_bytes(fill_workbook(workbook_form(form, Translator("es")), typed))
    found = cxgraph.read(tmp_path)
    assert found.name == "Shop"
    assert found.settings.language == "es"
    assert found.departments.set_index("id")["kind"].to_dict()["Buyers"] == "external_customer"
    assert found.departments.set_index("id")["name"].to_dict()["HR"] == "People & <b>culture</b>"
    assert len(found.services) == len(outline.services)
    assert cxgraph.analyze(found, transmission=0.6).customer_shortfall > 0

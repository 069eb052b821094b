"""No note, warning or error quotes what somebody answered where small groups are protected."""

import re

import pandas as pd
import pytest
from click.testing import CliRunner

import cxgraph
from cxgraph import Organization
from cxgraph.cli import group
from cxgraph.errors import InputError
from cxgraph.privacy.microaggregation import suppress_small_groups
from cxgraph.tables.raw import ProblemLog

SERVICES = """supplier,client,service,expectation,fulfilment,importance,responses
Finance,IT,Budget,{expectation},{fulfilment},{importance},1
Legal,IT,Licences,9,5,1,6
HR,IT,Hiring,8,5,1,6
IT,Buyers,Offer,9,5,1,12
HR,Buyers,Care,9,7,1,12
"""
SOUND = {"expectation": "8", "fulfilment": "5", "importance": "1"}
FAULTS = [
    "-4.217",
    "11.37",
    "99",
    "1e400",
    "7.31x",
    "7,3,1.7",
    "4.21.7",
    "sehr gut 7.31",
    "7.31 / 10",
    "=7.31",
    "\u22127.31",
    "731%",
]
"""Cells that are wrong in one way or another; none of their digits may come back."""


def write(folder, settings="min_respondents = 5\n", **scores):
    folder.mkdir(parents=True)
    (folder / "org.toml").write_text(settings)
    (folder / "services.csv").write_text(SERVICES.format(**SOUND | scores))
    return folder


def write_answers(folder, cell, column):
    """Write the same fault as a single answer beside a sound table."""
    write(folder)
    scores = SOUND | {column: f'"{cell}"'}
    (folder / "responses.csv").write_text(
        "supplier,client,service,respondent,expectation,fulfilment,importance\n"
        f"Finance,IT,Budget,p1,{scores['expectation']},{scores['fulfilment']},{scores['importance']}\n"
    )
    return folder


def told(folder):
    """Return all that the library and the command line say of an organisation, without where it stands."""
    texts = [str(problem) for problem in cxgraph.check(folder)]
    texts += [repr(problem.fields) + str(problem.value) for problem in cxgraph.check(folder)]
    for words in (["check", str(folder), "--all"], ["check", str(folder)], ["bottlenecks", str(folder)]):
        done = CliRunner().invoke(group, words, env={"LANG": "C", "LC_ALL": "", "NO_COLOR": "1"})
        texts.append(done.output)
    return "\n".join(texts).replace(str(folder), "")


def quotes(cell, text):
    """Return whether a text quotes a cell, or the number in it."""
    numbers = [number for number in re.findall(r"\d+(?:[.,]\d+)*", cell) if len(number) > 1]
    return any(re.search(rf"(?<![\d.,]){re.escape(number)}(?!\d)", text) for number in [*numbers, cell] if number)


@pytest.mark.parametrize("column", sorted(SOUND))
@pytest.mark.parametrize("cell", FAULTS)
def test_no_message_quotes_a_faulty_score(tmp_path, cell, column):
    folder = write(tmp_path / "table", **{column: f'"{cell}"'})
    assert not quotes(cell, told(folder))
    assert not quotes(cell, told(write_answers(tmp_path / "answers", cell, column)))
    openly = told(write(tmp_path / "open", "", **{column: f'"{cell}"'}))
    read = any(problem.severity == "error" for problem in cxgraph.check(folder))
    assert not read or quotes(cell, openly), "the test above would see it"


@pytest.mark.parametrize(
    "settings", ["min_respondents = 'five'\n", "min_respondents = 5\nscale = 7\n", "min_respondents = \n"]
)
def test_settings_that_are_not_understood_may_ask_for_privacy(tmp_path, settings):
    assert not quotes("7.31x", told(write(tmp_path / "firm", settings, fulfilment="7.31x")))


def test_errors_about_frames_quote_no_score_either():
    services = pd.DataFrame(
        {
            "supplier": ["IT", "A"],
            "client": ["A", "B"],
            "expectation": [9, 9],
            "fulfilment": [11.37, 4],
            "responses": [1, 9],
        }
    )
    for least, wanted in ((5, False), (1, True)):
        with pytest.raises(InputError) as caught:
            Organization.from_frames(services, min_respondents=least)
        assert ("11.37" in str(caught.value)) == wanted
        assert "fulfilment" in str(caught.value)


def test_an_error_still_says_where_it_is_and_what_was_expected(tmp_path):
    text = told(write(tmp_path / "firm", fulfilment="11.37"))
    assert "services.csv:2, fulfilment: \N{HORIZONTAL ELLIPSIS} is off the scale, which runs from 0 to 10." in text


def test_nothing_tells_that_a_suppressed_service_expects_nothing(tmp_path):
    """Every command says the same to the letter whatever the single person expects, notes included."""
    said = {}
    for expectation in ("0", "3", "9"):
        folder = write(tmp_path / expectation / "firm", expectation=expectation, fulfilment="0")
        done = [
            CliRunner().invoke(group, [*words[:1], str(folder), *words[1:]], env={"LANG": "C", "LC_ALL": ""})
            for words in (
                ["check", "--all"],
                ["bottlenecks"],
                ["audit"],
                ["report", "-o", str(tmp_path / expectation / "out")],
            )
        ]
        assert not [one for one in done[:2] if one.exit_code], done
        texts = [one.output for one in done]
        texts += [
            (tmp_path / expectation / "out" / name).read_text("utf-8")
            for name in ("result.json", "report.html", "report.md", "services.csv")
        ]
        said[expectation] = [re.sub(r"\b[0-9a-f]{64}\b|/\S*?/[039]/", "", text) for text in texts]
    # 0 of 3 and 0 of 9 are one class; an expectation of 0 is never fallen short of, and is another.
    assert said["3"] == said["9"]
    assert not [text for text in said["0"] if "nothing is expected" in text]


def test_remarks_that_tell_of_scores_are_known_as_such():
    log = ProblemLog()
    log.add("warning", "narrow-scale", "All scores lie between {low} and {high}.", low=1.0, high=4.5)
    log.add("note", "rows", "{count} rows.", count=3)
    assert [problem.scores for problem in log.problems] == [True, False]
    log.private = True
    assert [problem.code for problem in log.readable] == ["rows"]


def test_a_group_that_is_large_enough_keeps_its_remarks(tmp_path):
    large = write(tmp_path / "large", expectation="0", fulfilment="0")
    (large / "services.csv").write_text((large / "services.csv").read_text().replace(",1\nLegal", ",7\nLegal"))
    found = {
        name: {problem.code for problem in suppress_small_groups(cxgraph.read(folder)).problems}
        for name, folder in (("small", write(tmp_path / "small", expectation="0", fulfilment="0")), ("large", large))
    }
    assert found["large"] - found["small"] == {"expects-nothing", "no-answer-code"}

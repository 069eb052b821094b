"""What differs between a report and its inputs is found and named."""

import json

from cxgraph.reporting.verify import compare_reports

RESULT = {
    "cxgraph_version": "1",
    "versions": {"numpy": "2"},
    "inputs": [{"name": "a.csv", "sha256": "1" * 64}],
    "customer_shortfall": 0.25,
    "services": [{"share": 0.5}],
}


def files(**changes):
    return {"result.json": json.dumps({**RESULT, **changes}).encode(), "report.html": b"page"}


def codes(found, fresh):
    return [problem.code for problem in compare_reports(found, fresh)]


def test_equal_bytes_are_no_problem():
    assert compare_reports(files(), files()) == ()


def test_a_changed_input_and_its_numbers_are_named():
    fresh = files(inputs=[{"name": "a.csv", "sha256": "2" * 64}], services=[{"share": 0.6}])
    problems = compare_reports(files(), fresh)
    assert [problem.code for problem in problems] == ["input-differs", "number-differs", "file-differs"]
    assert "a.csv has changed" in str(problems[0])
    assert "services[0].share: the report says 0.5, the inputs give 0.6" in str(problems[1])


def test_inputs_that_came_or_went():
    assert "was not there" in str(compare_reports(files(inputs=[]), files())[0])
    assert "is gone" in str(compare_reports(files(), files(inputs=[]))[0])


def test_versions_are_told_apart_from_numbers():
    assert codes(files(), files(versions={"numpy": "3"})) == ["version-differs", "file-differs"]


def test_a_file_that_was_altered_or_lost():
    altered = {**files(), "report.html": b"pagE"}
    assert codes(altered, files()) == ["file-differs"]
    lost = {"result.json": files()["result.json"]}
    assert "report.html is missing" in str(compare_reports(lost, files())[0])


def test_rows_that_appeared_and_many_differences():
    longer = files(services=[{"share": 0.5}, {"share": 0.1}])
    assert "services (rows): the report says 1, the inputs give 2" in str(compare_reports(files(), longer)[0])
    many = [files(services=[{"share": value + step} for value in range(30)]) for step in (0, 100)]
    found = compare_reports(*many)
    assert sum(problem.code == "number-differs" for problem in found) == 11
    assert "20 more values" in str(found[-2])


def test_another_type_is_another_value():
    for one, other, told in ((1, True, "says 1, the inputs give true"), (1, 1.0, "says 1, the inputs give 1.0")):
        problems = compare_reports(files(customer_shortfall=one), files(customer_shortfall=other))
        assert [problem.code for problem in problems] == ["number-differs", "file-differs"]
        assert told in str(problems[0])

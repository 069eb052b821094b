"""The public doors lead to the same results as the functions behind them."""

import pandas as pd
import pytest

import cxgraph
from cxgraph.audits.run import audit
from cxgraph.culture.leadership import pour_commitment


@pytest.fixture(scope="module")
def analysis(samples):
    return cxgraph.analyze(cxgraph.read(samples / "hotel"), transmission=0.3)


def test_audit_is_a_function_of_the_package(analysis):
    findings = cxgraph.audit(analysis.organization)
    assert [finding.to_dict() for finding in findings] == [
        finding.to_dict() for finding in audit(analysis.organization)
    ]


def test_the_analysis_is_judged_by_its_own_cascade(analysis):
    found = {finding.code: finding for finding in analysis.audit(today="2026-11-22")}
    assert found["starved-judged"].status == "PASS"
    assert found["days-to-done"].numbers["today"] == "2026-11-22"


def test_profiles_leadership_and_association(analysis):
    assert analysis.profiles().wide().loc["maintenance", "leadership"] == pytest.approx(0.3375)
    pd.testing.assert_frame_equal(
        analysis.leadership_cascade(stop=0.5).stops, pour_commitment(analysis.organization, stop=0.5).stops
    )
    assert analysis.culture_association().loc["overall", "spearman"] < -0.5

"""The adapters: what each rival is fed with, by hand and by dense algebra, and what is made of the answers."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cxgraph import Organization, ParameterError, analyze, read
from cxgraph.alternatives.compare import (
    MODELS,
    by_debtrank,
    by_debtrank_single,
    by_extraction,
    by_fdna,
    by_inoperability,
    by_overflow,
    by_soda,
    picture_dependencies,
)

SEEDS = st.integers(0, 2**32 - 10)


@pytest.fixture(scope="module")
def worked(samples):
    return analyze(read(samples / "worked_example"))


def test_the_picture_of_the_worked_example_by_hand(worked):
    picture = picture_dependencies(worked.cascade)
    ids = list(worked.organization.departments["id"])
    at = {name: ids.index(name) for name in ids} | {"felt": len(ids)}
    dense = picture.dependency.toarray()
    assert dense[at["IT"], at["Sales"]] == pytest.approx(0.6)
    assert dense[at["IT"], at["Support"]] == pytest.approx(0.3)
    assert dense[at["Sales"], at["felt"]] == pytest.approx(0.5)  # customers feel everything
    assert dense[at["Sales"], at["Customers"]] == pytest.approx(0.3)
    assert picture.own[at["IT"]] == pytest.approx((1 * 0.5 + 0.5 * 0.25) / 1.5)
    assert picture.own[at["Support"]] == pytest.approx(0.225)
    assert picture.weight.tolist() == [0.0] * len(ids) + [1.0]


def test_scores_of_the_worked_example_by_hand(worked):
    picture = picture_dependencies(worked.cascade)
    it = list(worked.organization.departments["id"]).index("IT")
    who = np.array([it])
    own = 1.25 / 3
    linear = own * (0.6 * 0.5 + 0.3 * 0.5)
    for model in (by_inoperability, by_debtrank, by_debtrank_single):
        assert model(picture, who) == pytest.approx([linear])
    # FDNA: Sales has one feeder, alpha .6; Support has two, alpha_IT = 2 * .3; customers alpha = 2 * .5 = 1, so beta 0.
    sales = 1 - 0.6 * own  # the mean; the ceiling of criticality, 1 - own + .4, is higher
    support = 1 - 0.6 * own / 2
    assert by_fdna(picture, who) == pytest.approx([1 - min(sales, support)])
    # SODA: Sales .6 (1 - own) + .4; Support's mean is the same as FDNA's; customers: mean against the weakest.
    weakest = min(sales * 1.0, support * 1.0)
    assert by_soda(picture, who) == pytest.approx([1 - min((sales + support) / 2, weakest)])
    # Extraction: x = (I - A)^-1 f. Sales .5, Support .5, the customers' two nodes 1 + .0, IT .3 + .15, HR .15.
    lost = by_extraction(picture, who)[0] / own
    dense = picture.dependency.toarray()
    output = np.linalg.solve(np.eye(len(dense)) - dense, picture.weight)
    assert lost == pytest.approx(output[it])  # IT buys nothing, so only its own work falls
    # The tower: nobody shields, so all flows on, .6 and .3 of it.
    assert by_overflow(picture, who) == pytest.approx([linear])


@settings(max_examples=40)
@given(SEEDS)
def test_linear_rivals_are_one_dense_solve(random_cascade, seed):
    cascade = random_cascade(seed)
    picture = picture_dependencies(cascade)
    if not len(picture.weight):
        return
    who = np.flatnonzero(picture.own > 0)
    inverse = np.linalg.inv(np.eye(picture.nodes) - picture.dependency.T.toarray())
    exact = [picture.weight @ inverse[:, u] * picture.own[u] for u in who]
    assert by_inoperability(picture, who) == pytest.approx(exact, abs=1e-10)
    saturated = [(inverse[:, u] * picture.own[u]).max() > 1 for u in who]
    for score, expected, cut in zip(by_debtrank(picture, who), exact, saturated, strict=True):
        assert score <= expected + 1e-9
        if not cut:
            assert score == pytest.approx(expected, abs=1e-9)
    assert (by_debtrank_single(picture, who) <= by_debtrank(picture, who) + 1e-12).all()
    for model in MODELS.values():
        scores = model(picture, who)
        assert scores.shape == who.shape
        assert (scores >= -1e-12).all()


@pytest.mark.parametrize("name", ["hotel", "clinica"])
def test_ranks_correlations_and_who_is_kept(samples, name):
    analysis = analyze(read(samples / name))
    found = analysis.alternative_models(top=5)
    assert found.compared == found.faulty == len(found.scores)
    ranks = found.ranks
    assert list(ranks.columns) == ["ours", *MODELS]
    assert ranks["ours"].is_monotonic_increasing
    assert found.scores["ours"].to_numpy() == pytest.approx(
        analysis.departments().loc[found.scores.index, "contribution"].to_numpy()
    )
    for model, value in found.kendall.items():
        pairs = list(zip(ranks["ours"], ranks[model], strict=True))
        agree = [np.sign(a - b) * np.sign(c - d) for i, (a, c) in enumerate(pairs) for b, d in pairs[:i]]
        tied = [
            np.mean([a != b for i, a in enumerate(ranks[column]) for b in ranks[column].iloc[:i]])
            for column in ("ours", model)
        ]
        assert value == pytest.approx(np.mean(agree) / np.sqrt(np.prod(tied)))
    assert set(found.kept) == {one for one in ranks.index if (ranks.loc[one] <= 5).all()}


def test_a_loop_of_301_groups_is_answered(samples):
    analysis = analyze(read(samples / "it_service_desk"))
    found = analysis.alternative_models(most=12)
    assert found.compared == 12
    assert found.faulty > 12
    assert found.scores.drop(columns="name").gt(0).all(axis=None)


def test_nobody_at_fault_and_one_alone():
    services = pd.DataFrame({"supplier": ["A"], "client": ["K"], "expectation": [5], "fulfilment": [5]})
    nobody = analyze(Organization.from_frames(services)).alternative_models()
    assert (len(nobody.scores), nobody.kept) == (0, ())
    assert nobody.kendall.isna().all()
    services["fulfilment"] = 4
    alone = analyze(Organization.from_frames(services)).alternative_models()
    assert alone.kept == ("A",)
    assert alone.kendall.isna().all()


@pytest.mark.parametrize("options", [{"top": 0}, {"most": 0}, {"top": 1.5}])
def test_numbers_below_one_are_refused(worked, options):
    with pytest.raises(ParameterError, match="1 or more"):
        worked.alternative_models(**options)


def circle(transmission):
    services = pd.DataFrame(
        {
            "supplier": ["A", "B", "B"],
            "client": ["B", "A", "K"],
            "expectation": [10.0] * 3,
            "fulfilment": [5.0, 7.0, 3.0],
        }
    )
    return analyze(Organization.from_frames(services), transmission=transmission)


def test_a_model_without_a_finite_answer_is_a_finding_and_silences_nobody():
    found = circle(1 - 1e-16).alternative_models()
    assert {"inoperability", "extraction"} <= set(found.unsettled) < set(MODELS)
    settled = [model for model in MODELS if model not in found.unsettled]
    assert list(found.ranks.columns) == ["ours", *settled]
    assert found.scores[list(found.unsettled)].isna().all(axis=None)
    assert found.scores[settled].notna().all(axis=None)
    assert found.kendall[list(found.unsettled)].isna().all()
    assert circle(0.6).alternative_models().unsettled == ()

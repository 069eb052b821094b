"""What to ask next, held to a closed form, to brute force, and to cases whose answer is plain."""

import numpy as np
import pytest
from scipy.integrate import quad
from scipy.stats import norm

import cxgraph
from cxgraph.ask.next_questions import find_next_questions
from cxgraph.ask.next_text import render_next_questions
from cxgraph.errors import ParameterError
from cxgraph.model.network import Network
from cxgraph.uncertainty.resampling import Sampling
from cxgraph.wording import Translator

TAUS = np.zeros(3)


def sampling(fulfilment, spread, count):
    """Two departments, each with one service for the one customer; nothing travels, so scores alone decide."""
    network = Network.from_arrays(
        np.array([0, 1]),
        np.array([2, 2]),
        np.array([10.0, 10.0]),
        np.array(fulfilment, float),
        customer_weight=np.array([0, 0, 1.0]),
    )
    count = np.array(count, float)
    error = np.array(spread, float) / np.sqrt(count)
    sampled = error > 0
    return Sampling(
        network, np.where(sampled, 3, 0).astype(np.int8), None, count, count, error, np.zeros(2), np.zeros(2, bool)
    )


def entropy(p):
    return -sum(q * np.log(q) for q in (p, 1 - p) if q > 0)


def expected_entropy(mean, variance, resolved):
    """Closed form of the entropy of the sign of a normal variable, expected after part of its variance is resolved."""
    left = np.sqrt(variance - resolved)

    def after(z):
        return norm.pdf(z) * entropy(norm.cdf((mean + np.sqrt(resolved) * z) / left))

    return quad(after, -6, 6)[0]


@pytest.mark.parametrize("more", [5, 20, 80])
def test_the_fall_is_that_of_the_closed_form(more):
    mean, error = 0.3, np.array([2.0 / np.sqrt(20), 1.0 / np.sqrt(20)])
    given = sampling([5.0, 5.0 + mean], [2.0, 1.0], [20, 20])
    found = find_next_questions(given, TAUS, answers=more, draws=4000)
    variance = (error**2).sum()
    assert found.uncertainty == pytest.approx(entropy(norm.cdf(mean / np.sqrt(variance))), abs=0.02)
    for row in found.services.itertuples():
        own = error[int(row.service)] ** 2
        resolved = own * row.answers / (20 + row.answers)
        fall = entropy(norm.cdf(mean / np.sqrt(variance))) - expected_entropy(mean, variance, resolved)
        assert row.fall == pytest.approx(fall, abs=0.025)
    assert found.services["service"].iloc[0] == 0, "the noisier one tells more"


def test_answers_go_where_they_tell_most():
    found = find_next_questions(sampling([5, 5.2], [2.0, 0.05], [4, 400]), TAUS, answers=30)
    assert found.services["service"].tolist() == [0]
    assert found.services["answers"].tolist() == [30]
    assert found.answers_settle
    assert not found.settled


@pytest.mark.parametrize("answers", [1, 7, 33, 50])
def test_no_more_answers_are_given_out_than_were_asked_for(answers):
    found = find_next_questions(sampling([5, 5.2], [1.0, 1.1], [10, 9]), TAUS, answers=answers)
    assert found.services["answers"].sum() == answers
    assert (found.services["answers"] > 0).all()


def test_a_clear_first_place_is_settled():
    found = find_next_questions(sampling([2, 9], [1.0, 1.0], [30, 30]), TAUS, answers=10)
    assert found.settled
    assert found.first == 0
    assert found.p_first == 1.0


class Wide:
    """Transmissions of which nothing is known, and that decide."""

    def draws(self, count, seed):
        return np.random.default_rng(seed).uniform(0, 0.98, (count, 3))


def test_more_answers_do_not_settle_what_transmissions_leave_open():
    network = Network.from_arrays(
        np.array([0, 1]),
        np.array([1, 2]),
        np.array([10.0, 10.0]),
        np.array([5.0, 4.0]),
        customer_weight=np.array([0, 0, 1.0]),
    )
    count = np.array([500.0, 500.0])
    given = Sampling(
        network, np.full(2, 3, np.int8), None, count, count, 0.5 / np.sqrt(count), np.zeros(2), np.zeros(2, bool)
    )
    found = find_next_questions(given, np.array([0.5, 0.62, 0.0]), answers=50, calibration=Wide())
    assert not found.answers_settle
    assert found.transmissions["department"].iloc[0] == 1, "the one whose transmission decides"
    assert found.transmissions["fall"].iloc[0] > 0.5 * found.uncertainty


def test_nothing_known_of_the_answers_is_said():
    found = find_next_questions(sampling([5, 5.2], [0, 0], [4, 4]), TAUS, answers=30)
    assert found.unknown
    assert not found.settled
    assert found.services.empty


def test_the_same_seed_gives_the_same_questions():
    given = sampling([5, 5.2], [1.0, 1.1], [10, 9])
    one, two = (find_next_questions(given, TAUS, answers=20, seed=3) for _ in range(2))
    assert one.services.equals(two.services)


@pytest.mark.parametrize(("answers", "draws"), [(0, 1000), (-1, 1000), (True, 1000), (10, 99)])
def test_options_outside_their_range(answers, draws):
    with pytest.raises(ParameterError):
        find_next_questions(sampling([5, 5.2], [1, 1], [10, 9]), TAUS, answers=answers, draws=draws)


@pytest.mark.parametrize("language", ["en", "es"])
def test_the_words_name_services_departments_and_answers(language):
    import pandas as pd

    services = pd.DataFrame(
        {
            "supplier": ["Kitchen", "Cellar"],
            "client": ["Guests", "Guests"],
            "service": ["Dinner", "Wine"],
            "expectation": [9, 9],
            "fulfilment": [5, 5.2],
            "responses": [4, 400],
            "fulfilment_sd": [2, 0.05],
        }
    )
    organization = cxgraph.Organization.from_frames(services)
    from cxgraph.uncertainty.resampling import prepare_sampling

    given = prepare_sampling(organization)
    found = find_next_questions(given, np.zeros(3), answers=30)
    text = render_next_questions(found, organization, Translator(language))
    assert "Kitchen" in text
    assert "30" in text
    assert "Dinner" in text
    assert "%" in text

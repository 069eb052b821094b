"""Other readings of the same scores, weighed by how probable they make them."""

import math

import numpy as np
import pytest

from cxgraph import Organization
from cxgraph.cascade.shortfall import importance_shares, shortfall
from cxgraph.model.network import Network
from cxgraph.transmission.assumptions import _Scores, weigh_readings
from cxgraph.transmission.inputs import service_noise
from tests.benchmarks.recovery_worlds import invent


def read(organization, **stated):
    network = organization.network()
    lacks, surplus = shortfall(network)
    return weigh_readings(network, lacks, service_noise(organization), surplus > 0, **stated)


def invented(world, seed, *, noisy=False):
    return invent(world, 30, 9_500_000 + seed, noisy=noisy).organization


@pytest.mark.parametrize("noisy", [False, True])
def test_a_halo_is_found_and_none_is_invented(noisy):
    found = [read(invented("halo", seed, noisy=noisy)) for seed in range(4)]
    assert np.mean([one.halo for one in found]) == pytest.approx(0.3, abs=0.1)
    assert np.median([one.halo_evidence for one in found]) > 3
    none = [read(invented("mixed", seed, noisy=noisy)) for seed in range(4)]
    assert max(one.halo_evidence for one in none) < 3


def test_what_is_stated_is_not_found_again():
    organization = invented("halo", 1)
    found = read(organization)
    assert found.halo_evidence > 3
    assert read(organization, halo=found.halo).halo_evidence == 0.0
    worst = invented("stringency 4", 2)
    assert read(worst, stringency=4.0).stringency_evidence < 0.7 < read(worst).stringency_evidence


def test_the_change_of_scores_has_the_determinant_that_is_taken():
    # One client of three suppliers and one of two; the determinant by hand from the matrix of the change.
    network = Network.from_arrays(
        [0, 1, 2, 0, 1],
        [3, 3, 3, 4, 4],
        [10] * 5,
        [5, 6, 7, 8, 9],
        importance=[1, 2, 3, 1, 1],
        customer_weight=[0, 0, 0, 1, 1],
    )
    lacks, _ = shortfall(network)
    scores = _Scores(network, lacks, None, np.zeros(5, bool))
    change = (
        np.array(
            [
                [
                    (e == f) - 0.3 * (network.client[e] == network.client[f]) * importance_shares(network)[f]
                    for f in range(5)
                ]
                for e in range(5)
            ]
        )
        / 0.7
    )
    assert scores._unit(0.3) == pytest.approx(math.log(np.linalg.det(change)), abs=1e-12)
    assert scores.read(0.3) == pytest.approx(change @ lacks)


def test_everybody_equally_served_tells_nothing():
    network = Network.from_arrays([0, 1, 2, 3], [4, 4, 5, 5], [10] * 4, [10] * 4, customer_weight=[0, 0, 0, 0, 1, 1])
    found = weigh_readings(network, np.zeros(4), None, np.zeros(4, bool))
    assert found.halo_evidence < 1
    assert found.stringency_evidence == pytest.approx(0.0, abs=1e-6)


def test_too_few_departments_tell_nothing():
    network = Network.from_arrays([0], [1], [10], [5], customer_weight=[0, 1])
    found = weigh_readings(network, np.array([0.5]), None, np.zeros(1, bool), halo=0.1, stringency=2.0)
    assert (found.halo, found.halo_evidence, found.stringency, found.stringency_evidence) == (0.1, 0.0, 2.0, 0.0)


def test_order_of_rows_changes_nothing():
    organization = invented("halo", 2)
    shuffled = Organization.from_frames(organization.services.sample(frac=1, random_state=1), organization.departments)
    assert read(organization) == read(shuffled)


def test_no_stringency_is_named_where_only_some_feel_their_worst_service():
    some = [read(invented("weakest link", seed)) for seed in range(12)]
    everybody = [read(invented("stringency 4", seed)) for seed in range(12)]
    flagged = [[one for one in found if one.stringency_evidence >= 0.7] for found in (some, everybody)]
    assert min(len(found) for found in flagged) >= 5
    told_apart = [np.mean([one.only_some for one in found]) for found in flagged]
    assert told_apart[0] > 0.5 > told_apart[1]
    for one in flagged[0] + flagged[1]:
        assert (one.stringency == one.stated_stringency) == one.only_some


def test_that_only_some_feel_it_is_read_only_where_it_is_not_stated_for_all():
    found = [read(invented("weakest link", seed), stringency=4.0) for seed in range(4)]
    assert not any(one.only_some for one in found)

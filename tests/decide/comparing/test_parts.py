"""The parts of a change: they add up, they change sign with the waves, and land where they should."""

import numpy as np
import pandas as pd
import pytest

from cxgraph import Organization, analyze, compare

STRINGENCIES = (1.0, 2.0, 7.0, np.inf)
SWAPPED = {"vanished": "appeared", "appeared": "vanished"}
KEYS = ["part", "supplier", "client", "service"]


def invented_wave(rng, *, presence=0.85, departments=7, services=30, expectation=None):
    ids = [f"d{number}" for number in range(departments)]
    made = np.random.default_rng(3)  # the same relations in every wave
    supplier = made.integers(0, departments - 2, services)
    client = made.integers(0, departments, services)
    kept = (supplier != client) & (rng.random(services) < presence)
    expected = rng.uniform(4, 10, services) if expectation is None else expectation
    table = pd.DataFrame(
        {
            "supplier": np.array(ids)[supplier],
            "client": np.array(ids)[client],
            "service": [f"s{number}" for number in range(services)],
            "expectation": expected,
            "fulfilment": np.clip(expected * (1 - rng.exponential(0.3, services)), 0, 10),
            "importance": rng.uniform(0, 3, services).round(1),
        }
    )[kept]
    kinds = ["internal"] * (departments - 2) + ["external_customer"] * 2
    weight = [1.0] * (departments - 2) + rng.uniform(1, 3, 2).tolist()
    return Organization.from_frames(table, pd.DataFrame({"id": ids, "kind": kinds, "weight": weight}))


def compared(seed, stringency, scoring="ratio"):
    rng = np.random.default_rng(seed)
    tau = {f"d{number}": float(value) for number, value in enumerate(rng.uniform(0, 0.95, 7))}
    waves = [analyze(invented_wave(rng), transmission=tau, stringency=stringency, scoring=scoring) for _ in range(2)]
    return waves[0], waves[1]


@pytest.mark.parametrize("stringency", STRINGENCIES)
@pytest.mark.parametrize("seed", range(6))
def test_parts_add_up_and_change_sign_with_the_waves(seed, stringency):
    before, after = compared(seed, stringency)
    there, back = compare(before, after, draws=0), compare(after, before, draws=0)
    change = after.customer_shortfall - before.customer_shortfall
    assert there.change == pytest.approx(change, abs=1e-15)
    assert there.parts()["change"].sum() == pytest.approx(change, abs=1e-9)
    assert there.totals().sum() == pytest.approx(change, abs=1e-9)
    assert there.departments()[["own", "passed", "other"]].to_numpy().sum() + there.totals()[
        "customer_weight"
    ] == pytest.approx(change, abs=1e-9)
    returned = back.parts().replace({"part": SWAPPED}).set_index(KEYS)["change"]
    both = pd.concat([there.parts().set_index(KEYS)["change"], returned], axis=1).fillna(0.0)
    np.testing.assert_allclose(both.sum(axis=1), 0.0, atol=1e-9)


@pytest.mark.parametrize("scoring", ["gap", "perception"])
def test_every_scoring_adds_up(scoring):
    before, after = compared(11, 2.0, scoring)
    comparison = compare(before, after, draws=0)
    assert comparison.parts()["change"].sum() == pytest.approx(comparison.change, abs=1e-9)
    if scoring == "perception":
        assert comparison.totals()["expectation"] == 0


def _by_hand(before, after):
    """The two polar decompositions once more, with dense matrices, for waves with the same services."""
    waves = []
    for one in (before, after):
        cascade = one.cascade
        network = cascade.network
        waves.append(
            {
                "own": cascade.split.own,
                "pass_through": cascade.split.pass_through,
                "importance": cascade.effective_share,
                "customer_weight": network.customer_weight,
            }
        )
    network = before.cascade.network

    def level(state):
        own, through, share, weight = (
            waves[state[name]][name] for name in ("own", "pass_through", "importance", "customer_weight")
        )
        size = network.departments
        matrix, fault = np.zeros((size, size)), np.zeros(size)
        for row in range(network.services):
            client, supplier = network.client[row], network.supplier[row]
            matrix[client, supplier] += share[row] * through[row]
            fault[client] += share[row] * own[row]
        return float(weight @ np.linalg.solve(np.eye(size) - matrix, fault))

    names = ["own", "pass_through", "importance", "customer_weight"]
    parts = dict.fromkeys(names, 0.0)
    for order in (names, names[::-1]):
        state = dict.fromkeys(names, 0)
        for name in order:
            old = level(state)
            state[name] = 1
            parts[name] += (level(state) - old) / 2
    return parts


@pytest.mark.parametrize("seed", range(5))
def test_totals_are_those_of_the_polar_decompositions(seed):
    rng = np.random.default_rng(seed)
    waves = [analyze(invented_wave(rng, presence=1.1), transmission=0.7) for _ in range(2)]
    wanted = _by_hand(*waves)
    totals = compare(*waves, draws=0).totals()
    assert totals[["fulfilment", "expectation"]].sum() == pytest.approx(wanted["own"], abs=1e-12)
    for name in ("pass_through", "importance", "customer_weight"):
        assert totals[name] == pytest.approx(wanted[name], abs=1e-12)
    assert totals["appeared"] == totals["vanished"] == 0


def test_nothing_changes_where_nothing_has_changed():
    before, _ = compared(0, 1.0)
    comparison = compare(before, before, draws=0)
    assert comparison.change == 0
    assert not len(comparison.parts())
    estimated = analyze(invented_wave(np.random.default_rng(1)))
    assert compare(estimated, estimated, draws=0).departments()["change"].abs().max() == 0


def _chain(sales=6.0, it=5.0, extra=()):
    rows = [("IT", "Sales", "tickets", 10, it, 1), ("Sales", "Buyers", "orders", 10, sales, 1), *extra]
    columns = ["supplier", "client", "service", "expectation", "fulfilment", "importance"]
    return analyze(Organization.from_frames(pd.DataFrame(rows, columns=columns)), transmission=0.6)


def test_a_repair_is_told_as_fulfilment_of_that_service():
    """By hand: IT at 7 lacks .3 instead of .5; Sales at 7.2 then lacks .28 = .1 + .6 * .3: only IT has changed."""
    comparison = compare(_chain(), _chain(sales=7.2, it=7.0), draws=0)
    parts = comparison.parts()
    parts = parts[parts["change"].abs() > 1e-12]
    assert parts[KEYS].to_numpy().tolist() == [["fulfilment", "IT", "Sales", "tickets"]]
    assert parts["change"].item() == pytest.approx(-0.12)


def test_a_supplier_that_holds_its_score_against_new_faults_has_got_better():
    """By hand: Sales receives .5 instead of .3 and its customer feels the same: .12 less starts at Sales itself."""
    comparison = compare(_chain(it=7.0), _chain(it=5.0), draws=0)
    assert comparison.change == 0
    parts = comparison.parts().set_index("supplier")["change"]
    assert parts.to_dict() == pytest.approx({"IT": 0.12, "Sales": -0.12})
    assert comparison.totals()["fulfilment"] == pytest.approx(0, abs=1e-12)


def test_a_higher_expectation_is_told_as_such():
    """By hand: buyers expect 10 instead of 8 of what they score 6: .25 becomes .4 at the same fulfilment."""
    rows = {"supplier": ["Sales"], "client": ["Buyers"], "fulfilment": [6]}
    waves = [
        analyze(Organization.from_frames(pd.DataFrame({**rows, "expectation": [one]})), transmission=0.6)
        for one in (8, 10)
    ]
    totals = compare(*waves, draws=0).totals()
    assert totals["expectation"] == pytest.approx(0.15)
    assert totals.drop("expectation").abs().max() < 1e-15


def test_services_that_come_and_go_land_where_they_should():
    """By hand: half of what buyers count is a new service that lacks .8, the other half still lacks .4."""
    extra = [("Web", "Buyers", "site", 10, 2, 1)]
    there = compare(_chain(), _chain(extra=extra), draws=0)
    assert there.change == pytest.approx(0.2)
    parts = there.parts()
    assert parts[KEYS].to_numpy().tolist() == [["appeared", "Web", "Buyers", "site"]]
    back = compare(_chain(extra=extra), _chain(), draws=0).parts()
    assert back[KEYS].to_numpy().tolist() == [["vanished", "Web", "Buyers", "site"]]
    assert back["change"].item() == pytest.approx(-0.2)


def test_importances_on_another_scale_change_nothing():
    rng = np.random.default_rng(2)
    before = invented_wave(rng)
    scaled = before.services.astype({"supplier": str, "client": str, "service": str})
    scaled["importance"] *= 10
    departments = before.departments[["id", "kind", "weight"]]
    after = analyze(Organization.from_frames(scaled, departments), transmission=0.6)
    comparison = compare(analyze(before, transmission=0.6), after, draws=0)
    assert comparison.totals().abs().max() < 1e-15


def _renamed(organization, names):
    services = organization.services.astype({"supplier": str, "client": str, "service": str})
    services = services.assign(supplier=services["supplier"].replace(names), client=services["client"].replace(names))
    departments = organization.departments[["id", "kind", "weight"]].assign(id=lambda frame: frame["id"].replace(names))
    return Organization.from_frames(services, departments)


@pytest.mark.parametrize("stringency", STRINGENCIES)
def test_renaming_changes_nothing(stringency):
    rng = np.random.default_rng(4)
    before, after = invented_wave(rng), invented_wave(rng)
    names = {"d0": "zeta", "d3": "alpha", "d6": "buyers"}
    options = {"transmission": 0.6, "stringency": stringency}
    plain = compare(analyze(before, **options), analyze(after, **options), draws=0)
    other = compare(analyze(before, **options), analyze(_renamed(after, names), **options), renamed=names, draws=0)
    wanted = plain.parts().replace({"supplier": names, "client": names}).set_index(KEYS)["change"]
    found = other.parts().set_index(KEYS)["change"]
    both = pd.concat([wanted, found], axis=1).fillna(0.0)
    np.testing.assert_allclose(both.iloc[:, 0], both.iloc[:, 1], atol=1e-12)


@pytest.mark.parametrize("stringency", STRINGENCIES)
def test_merged_departments_keep_what_customers_lack(stringency):
    before = analyze(invented_wave(np.random.default_rng(6)), transmission=0.6, stringency=stringency)
    names = {"d0": "both", "d1": "both"}
    merged = compare(before, before, renamed={**names}, draws=0).before
    assert merged.cascade.customer_shortfall == pytest.approx(before.customer_shortfall, abs=1e-12)
    assert "both" in set(merged.organization.departments["id"])

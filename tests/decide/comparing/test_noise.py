"""Real or noise: the same truth asked twice is seldom called a change."""

import numpy as np
import pandas as pd

from cxgraph import Organization, analyze, compare


def asked(truth, rng):
    """Six to twelve answers about every service, 1.2 points around the truth."""
    count = rng.integers(6, 13, len(truth))
    answers = [
        np.clip(level + 1.2 * rng.standard_normal(n), 0, 10) for level, n in zip(truth["level"], count, strict=True)
    ]
    return Organization.from_frames(
        truth.drop(columns="level").assign(
            fulfilment=[one.mean() for one in answers],
            responses=count,
            fulfilment_sd=[one.std(ddof=1) for one in answers],
        ),
        pd.DataFrame({"id": [f"d{n}" for n in range(8)], "kind": ["internal"] * 7 + ["external_customer"]}),
    )


def test_noise_alone_is_seldom_called_real():
    rng = np.random.default_rng(0)
    called = told = 0
    for _ in range(12):
        supplier = np.repeat(np.arange(7), 3)
        client = np.array([rng.choice(np.arange(one + 1, 8)) for one in supplier])
        truth = pd.DataFrame(
            {
                "supplier": [f"d{one}" for one in supplier],
                "client": [f"d{one}" for one in client],
                "service": [f"s{one}" for one in range(21)],
                "expectation": 9.0,
                "level": 9.0 * (1 - np.clip(rng.exponential(0.2, 21), 0, 0.9)),
            }
        )
        waves = [analyze(asked(truth, rng), transmission=0.6) for _ in range(2)]
        table = compare(*waves, draws=200).departments()
        table = table[(table["before"] + table["after"]) > 0]
        called += int(table["real"].sum())
        told += len(table)
    assert told > 60
    assert called <= 0.1 * told


def test_a_real_change_is_called_so():
    rng = np.random.default_rng(1)
    truth = pd.DataFrame(
        {
            "supplier": ["d0", "d1"],
            "client": ["d1", "d7"],
            "service": ["a", "b"],
            "expectation": 9.0,
            "level": [3.0, 5.0],
        }
    )
    before = analyze(asked(truth, rng), transmission=0.6)
    after = analyze(asked(truth.assign(level=[8.0, 7.2]), rng), transmission=0.6)
    table = compare(before, after, draws=200).departments()
    assert table.index[0] == "d0"
    assert bool(table["real"].iloc[0])
    assert table["high"].iloc[0] < 0


def test_without_answers_nothing_is_called_anything():
    services = pd.DataFrame({"supplier": ["A"], "client": ["B"], "expectation": [10], "fulfilment": [5]})
    analysis = analyze(Organization.from_frames(services), transmission=0.6)
    compared = compare(analysis, analysis)
    assert compared.noise is None
    assert compared.departments()["real"].isna().all()
    assert [problem.code for problem in compared.notes] == ["no-noise"]

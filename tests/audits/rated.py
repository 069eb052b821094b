"""Invented organisations that rate everything alike, or feel the worst most, for the tests of these two rules."""

import numpy as np
import pandas as pd

TRANSMISSION = 0.6


def rated(departments=24, halo=0.0, *, worst=False, seed=4):
    """Return the services of four tiers that serve each other and three customers; faults belong to departments."""
    rng = np.random.default_rng(seed)
    tiers = np.array_split(np.arange(departments), 4)
    ends = []
    for tier, following in zip(tiers, [*tiers[1:], departments + np.arange(3)], strict=True):
        for supplier in tier:
            ends += [(supplier, client) for client in rng.choice(following, min(3, len(following)), replace=False)]
    supplier, client = np.array(ends).T
    fault = np.where(rng.random(departments) < 0.3, rng.uniform(0.1, 0.5, departments), 0.0)
    importance = rng.uniform(0.5, 1.5, len(supplier))
    shares = importance / np.bincount(client, importance)[client]
    lacks = np.zeros(len(supplier))
    for _ in range(8):
        felt = np.zeros(departments + 3)
        if worst:
            np.maximum.at(felt, client, lacks)
        else:
            felt = np.bincount(client, shares * lacks, departments + 3)
        lacks = np.minimum(fault[supplier] + TRANSMISSION * felt[supplier], 1.0)
    usual = np.bincount(client, shares * lacks)[client]
    return pd.DataFrame(
        {
            "supplier": [f"d{u:02d}" for u in supplier],
            "client": [f"d{v:02d}" if v < departments else f"customer {v - departments}" for v in client],
            "expectation": 8.0,
            "fulfilment": 8.0 * (1 - (1 - halo) * lacks - halo * usual),
            "importance": importance,
        }
    )

"""Which services an action of the improvement log aims at."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pandas as pd

from cxgraph.model.organization import Organization


def service_aims(actions: pd.DataFrame, organization: Organization) -> npt.NDArray[np.int64]:
    """Return which services each action aims at.

    An action aims at the service that it names; without a service at all that its supplier gives its client;
    without a client at all that its supplier, or else its department, gives.

    Parameters
    ----------
    actions : DataFrame
        With the columns ``supplier``, ``client``, ``service`` and ``department``, None where empty.
    organization : Organization
        Whose services they are.

    Returns
    -------
    int array, shape (t, 2)
        Pairs of a row of the actions and a row of the organisation's services.
    """
    services = organization.services
    ids = list(organization.departments["id"])
    number = {name: place for place, name in enumerate(ids)}
    supplier, client = (services[end].cat.codes.to_numpy() for end in ("supplier", "client"))
    first = np.searchsorted(supplier, np.arange(len(ids) + 1))  # services are sorted by supplier
    names = services["service"].cat
    code = {name: place for place, name in enumerate(names.categories)}
    service = names.codes.to_numpy()
    pairs = []
    for action, row in enumerate(
        zip(actions["supplier"], actions["client"], actions["service"], actions["department"], strict=True)
    ):
        giver = number.get(row[0] if row[0] is not None else row[3], -1)
        if giver < 0:
            continue
        rows = np.arange(first[giver], first[giver + 1])
        if row[1] is not None:
            rows = rows[client[rows] == number.get(row[1], -1)]
        if row[2] is not None:
            rows = rows[service[rows] == code.get(row[2], -1)]
        pairs.append(np.stack((np.full(len(rows), action), rows), axis=1))
    return np.concatenate(pairs).astype(np.int64) if pairs else np.zeros((0, 2), np.int64)

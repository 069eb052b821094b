"""From redrawn tables back to an organisation, with the own shortfalls and pass-throughs that it takes along."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd

from cxgraph.cascade.cascade import Cascade
from cxgraph.cascade.shortfall import received_shortfall, shortfall
from cxgraph.cascade.split import Split, split_shortfall
from cxgraph.decide.redesign import Draft, Redesign, apply_redesigns
from cxgraph.errors import InputError
from cxgraph.model.arrays import Floats, Integers
from cxgraph.model.network import Network
from cxgraph.model.organization import Organization

_NUMBERS = ("expectation", "fulfilment", "importance", "responses", "fulfilment_sd")
_SERVICE = ("supplier", "client", "service", "kind", *_NUMBERS)
_DEPARTMENT = ("id", "name", "kind", "parent", "weight", "transmission", "lag", "headcount")
_OPTIONS = ("name", "language", "scale", "scoring", "stringency", "min_responses", "min_respondents", "currency")


def redraw(
    organization: Organization, cascade: Cascade, redesigns: tuple[Redesign, ...]
) -> tuple[Organization, Cascade]:
    """Redraw an organisation, without following the redesigns downstream yet.

    Parameters
    ----------
    organization : Organization
        As it was measured.
    cascade : Cascade
        Its analysis.
    redesigns : tuple of Redesign
        In their order; none returns the very same organisation and cascade.

    Returns
    -------
    organization : Organization
        Redrawn and checked like any input, with the scores of the day.
    cascade : Cascade
        A point to go on from with `change_cascade`: the shortfalls of the day, split, and what each department lacks
        on that day (new ones by what they would receive).

    Raises
    ------
    ParameterError
        As in `apply_redesigns`.
    InputError
        The redrawn tables hold errors, such as two services of the same name, or no customer is left.
    """
    if not redesigns:
        return organization, cascade
    draft = apply_redesigns(organization, redesigns)
    redrawn = _organization(organization, draft)
    refused = redrawn.check_customers(cascade.scoring)
    if refused:
        raise InputError(refused)
    return redrawn, _starting_point(organization, cascade, draft, redrawn)


def _organization(organization: Organization, draft: Draft) -> Organization:
    settings = organization.settings
    options = {name: getattr(settings, name) for name in _OPTIONS}
    if settings.transmission is not None:
        options["transmission"] = settings.transmission
    options["customers"] = [name for name, record in draft.departments.items() if record["customer"]]
    services = pd.DataFrame([{name: record.get(name) for name in _SERVICE} for record in draft.services.values()])
    for name in _NUMBERS:
        services[name] = services[name].astype(float)
    departments = pd.DataFrame(
        [{name: record.get(name) for name in _DEPARTMENT} for record in draft.departments.values()]
    )
    stated = [record["given"] for record in draft.departments.values()]
    departments["transmission"] = departments["transmission"].astype(float)
    departments["transmission"] = np.where(
        [one is None for one in stated], departments["transmission"], np.array(stated, float)
    )
    for name in ("weight", "lag", "headcount"):
        departments[name] = departments[name].astype(float)
    return Organization.from_frames(services, departments, **options)


def _starting_point(organization: Organization, cascade: Cascade, draft: Draft, redrawn: Organization) -> Cascade:
    network = redrawn.network(cascade.scoring)
    rows = _origins(draft, redrawn)[redrawn.scored(cascade.scoring)]
    number = np.cumsum(organization.scored(cascade.scoring)) - 1
    origin = np.where(rows["origin"] >= 0, number[rows["origin"].to_numpy()], -1)
    kept = (origin >= 0) & ~rows["set"].to_numpy()
    lacks, surplus = shortfall(network, cascade.scoring)
    lacks[kept], surplus[kept] = cascade.shortfall[origin[kept]], cascade.surplus[origin[kept]]
    today, tau = _departments(cascade, draft, redrawn, network, lacks)
    split = _split(cascade, network, lacks, today, tau, np.where(rows["resplit"] | rows["set"], -1, origin))
    nothing = np.zeros(network.services)
    return replace(
        cascade,
        network=network,
        transmission=tau,
        shortfall=lacks,
        surplus=surplus,
        effective_share=received_shortfall(network, lacks, cascade.stringency)[1],
        split=split,
        received=today,
        client_reach=np.zeros(network.departments),
        contribution=nothing,
        customer_shortfall=float(network.customer_weight @ today),
    )


def _split(cascade: Cascade, network: Network, lacks: Floats, today: Floats, tau: Floats, kept: Integers) -> Split:
    """Split the shortfalls of the day: as today where a service keeps its supplier and scores, else anew."""
    anew = split_shortfall(network, lacks, today, tau)
    old = cascade.split
    at = np.maximum(kept, 0)

    def of(before: Floats, now: Floats) -> Floats:
        return np.where(kept >= 0, before[at], now) if len(before) else now

    return Split(
        shortfall=lacks,
        potential=of(old.potential, anew.potential),
        inherited=of(old.inherited, anew.inherited),
        pass_through=of(old.pass_through, anew.pass_through),
    )


def _origins(draft: Draft, redrawn: Organization) -> pd.DataFrame:
    """Return where each service of the redrawn organisation comes from, in its order."""
    found = {(one["supplier"], one["client"], one["service"]): one for one in draft.services.values()}
    keys = redrawn.services[["supplier", "client", "service"]].astype(str).itertuples(index=False, name=None)
    rows = [found[key] for key in keys]
    return pd.DataFrame({name: [row[name] for row in rows] for name in ("origin", "resplit", "set")})


def _departments(
    cascade: Cascade, draft: Draft, redrawn: Organization, network: Network, lacks: Floats
) -> tuple[Floats, Floats]:
    """Return what each department lacks on the day, and its transmission."""
    anew = received_shortfall(network, lacks, cascade.stringency)[0]
    given = np.maximum(np.diff(cascade.network.start), 1)
    today, tau = anew.copy(), np.zeros(network.departments)
    for place, name in enumerate(redrawn.departments["id"]):
        row = draft.departments[str(name)]
        origin = list(row["origin"])
        if origin:
            tau[place] = float(np.average(cascade.transmission[origin], weights=given[origin]))
        if row["given"] is not None:
            tau[place] = float(row["given"])
        if origin and not row["remade"]:
            today[place] = cascade.received[origin[0]]
    return today, tau

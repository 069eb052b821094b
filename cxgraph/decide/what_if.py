"""Trying a change out: scores, expectations, importances, transmissions, before anybody has to make it.

The algorithm, in steps that any language can repeat (rho is the stringency):

1. Start from the analysis of today: for each service its shortfall d, own, inherited and pass-through p, for
   each department what it lacks, D, and its transmission tau.
2. For a service whose expectation or fulfilment is changed: d' = shortfall of the new scores;
   inherited' = min(d', inherited); own' = d' - inherited'; p' = inherited' / D_supplier (p itself where
   inherited' is inherited). All other services keep own and p.
3. For the services of a department whose transmission is changed to tau': if tau' < tau, p'' = min(p', tau');
   if tau' > tau and all that could come through did (p' = tau and D_supplier > 0), p'' = tau'; else p'' = p'.
4. Shares: a = importance / sum of the client's importances, with the changed importances.
5. Starting from D' = D, repeat until D' moves no more (error below 1e-13):
   d_e = min(c_e, own'_e + p''_e D'_supplier) for every service, with c_e the shortfall of the lowest score, and
   D'_v = (sum over services into v of a_e d_e^rho)^(1/rho) for every department.
6. J' = sum of g_k D'_k. Each service's shortfall is the last d_e, its inherited part p''_e D'_supplier, its
   own part the rest; reach and contributions follow as in any analysis.

A worse score never makes anybody better off, nor does a higher transmission: own' and p'' only grow with
them, and step 5 is monotone.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import TypeAlias

import numpy as np
import numpy.typing as npt
import pandas as pd

from cxgraph.cascade.cascade import Cascade
from cxgraph.cascade.change import Change, change_cascade, observed_fulfilment, settle_change
from cxgraph.errors import InputError, ParameterError
from cxgraph.model.names import closest_name
from cxgraph.model.organization import Organization
from cxgraph.model.settings import check_stringency, check_transmission

_SCORES = ("fulfilment", "expectation", "importance")


@dataclass(frozen=True, slots=True)
class ServiceChange:
    """New values for one service; what is None stays as it is.

    Parameters
    ----------
    supplier, client : str
        Ids of the two departments.
    service : str, optional
        Its name; may be left out where the two exchange only one service in this direction.
    fulfilment, expectation : float, optional
        On the organisation's scale.
    importance : float, optional
        At least 0.

    Examples
    --------
    >>> ServiceChange("IT", "Sales", fulfilment=9).service is None
    True
    """

    supplier: str
    client: str
    service: str | None = None
    fulfilment: float | None = None
    expectation: float | None = None
    importance: float | None = None


Changes: TypeAlias = "Iterable[ServiceChange] | pd.DataFrame | None"


def apply_changes(
    organization: Organization,
    cascade: Cascade,
    changes: Changes = None,
    *,
    transmission: Mapping[str, float] | None = None,
    stringency: float | None = None,
) -> tuple[Organization, Cascade]:
    """Return the organisation and its cascade as they would be after a change.

    Parameters
    ----------
    organization : Organization
        As it was measured.
    cascade : Cascade
        Its analysis.
    changes : iterable of ServiceChange, or DataFrame, optional
        New scores. A frame has the columns ``supplier``, ``client``, optionally ``service``, and at least one
        of ``fulfilment``, ``expectation``, ``importance``; missing cells change nothing.
    transmission : mapping of str to float, optional
        New transmissions by department id, in [0, 1).
    stringency : float, optional
        Another stringency for all clients. Every service keeps its own shortfall and its pass-through.

    Returns
    -------
    organization : Organization
        With the changed settings, transmissions, expectations and importances, and with the fulfilments that
        clients would then report, also for services that only feel the change.
    cascade : Cascade
        Settled, consistent with that organisation: it has the same J when it is analysed anew.

    Raises
    ------
    ParameterError
        A service or department that does not exist (with the nearest that does), a service without scores,
        the same value changed twice, a value off the scale, or no change in a row.
    InputError
        No customer is left to whom a scored service matters, as when such an organisation is analysed.
    NumericalError
        The change did not settle.

    Notes
    -----
    See the module's steps. Changing nothing returns the same numbers to the last bit.

    References
    ----------
    Method, section 9.
    """
    changed, change = prepare_change(organization, cascade, changes, transmission=transmission, stringency=stringency)
    settled = settle_change(change)
    table = changed.services
    rows = np.flatnonzero(changed.scored(cascade.scoring))
    fulfilment = table["fulfilment"].to_numpy().copy()
    fulfilment[rows] = observed_fulfilment(settled)
    table["fulfilment"] = fulfilment
    reported = _with_tables(changed, services=table)
    network = replace(settled.network, fulfilment=fulfilment[rows])
    return reported, replace(settled, network=network)


def prepare_change(
    organization: Organization,
    cascade: Cascade,
    changes: Changes = None,
    *,
    transmission: Mapping[str, float] | None = None,
    stringency: float | None = None,
) -> tuple[Organization, Change]:
    """Address the changes and split what they touch, without following them downstream.

    Parameters
    ----------
    organization, cascade, changes, transmission, stringency
        As in `apply_changes`.

    Returns
    -------
    organization : Organization
        With the new values as they were given.
    change : Change
        For `settle_change` or the pour.

    Raises
    ------
    ParameterError, InputError
        As in `apply_changes`.
    """
    table, departments, settings = organization.services, organization.departments, organization.settings
    values = {name: table[name].to_numpy().copy() for name in _SCORES}
    scored = organization.scored(cascade.scoring)
    seen: set[tuple[int, str]] = set()
    for wanted in _listed(changes):
        row = _find_service(organization, wanted, scored)
        for name in _SCORES:
            value = getattr(wanted, name)
            if value is None:
                continue
            if (row, name) in seen:
                raise ParameterError("{service} is given two values of {name}.", service=_said(wanted), name=name)
            seen.add((row, name))
            values[name][row] = _checked(value, name, wanted, settings.scale)
    table = table.assign(**values)
    tau = cascade.transmission.copy()
    own = departments["transmission"].to_numpy().copy()
    for name, value in (transmission or {}).items():
        place = _find_department(organization, str(name))
        tau[place] = own[place] = check_transmission(value)
    departments["transmission"] = own
    rho = cascade.stringency if stringency is None else check_stringency(stringency)
    changed = replace(
        _with_tables(organization, services=table, departments=departments),
        settings=settings.updated({"stringency": rho, "scoring": cascade.scoring}),
    )
    refused = changed.check_customers(cascade.scoring)
    if refused:
        raise InputError(refused)
    return changed, change_cascade(cascade, changed.network(cascade.scoring), tau, rho)


def _with_tables(organization: Organization, **tables: pd.DataFrame) -> Organization:
    return replace(organization, _tables={**organization._tables, **tables}, measured=None)


def _listed(changes: Changes) -> list[ServiceChange]:
    if changes is None:
        return []
    if isinstance(changes, ServiceChange):
        changes = [changes]
    if not isinstance(changes, pd.DataFrame):
        listed = list(changes)
        for entry in listed:
            if not isinstance(entry, ServiceChange):
                raise ParameterError("A change is {value}; it takes a ServiceChange.", value=repr(entry))
    else:
        known = ("supplier", "client", "service", *_SCORES)
        if not {"supplier", "client"} <= set(changes.columns) <= set(known):
            raise ParameterError(
                "The changes have the columns {found}; they take {wanted}.",
                found=", ".join(map(str, changes.columns)),
                wanted=", ".join(known),
            )
        listed = [
            ServiceChange(**{str(key): value for key, value in row.items() if not pd.isna(value)})
            for row in changes.to_dict("records")
        ]
    for entry in listed:
        if all(getattr(entry, name) is None for name in _SCORES):
            raise ParameterError(
                "The change of {service} changes nothing; give a fulfilment, an expectation or an importance.",
                service=_said(entry),
            )
    return listed


def _find_department(organization: Organization, name: str) -> int:
    ids = organization.departments["id"]
    found = np.flatnonzero((ids == name).to_numpy())
    if len(found):
        return int(found[0])
    guess = closest_name(name, list(ids))
    if guess is None:
        raise ParameterError("{missing} is not the id of a department.", missing=repr(name))
    raise ParameterError(
        "{missing} is not the id of a department; did you mean {guess!r}?", missing=repr(name), guess=guess
    )


def _find_service(organization: Organization, wanted: ServiceChange, scored: npt.NDArray[np.bool_]) -> int:
    """Return the row of a service, or say which one may have been meant."""
    table = organization.services
    ends = [_find_department(organization, str(name)) for name in (wanted.supplier, wanted.client)]
    between = np.flatnonzero(
        (table["supplier"].cat.codes.to_numpy() == ends[0]) & (table["client"].cat.codes.to_numpy() == ends[1])
    )
    names = [str(name) for name in table["service"].iloc[between]]
    if not names:
        raise ParameterError(
            "{supplier} gives {client} no service; a change is made to services that exist.",
            supplier=wanted.supplier,
            client=wanted.client,
        )
    if wanted.service is None:
        if len(names) > 1:
            raise ParameterError(
                "{supplier} gives {client} {count} services ({names}); say which one.",
                supplier=wanted.supplier,
                client=wanted.client,
                count=len(names),
                names=", ".join(names[:5]),
            )
        row = int(between[0])
    elif wanted.service in names:
        row = int(between[names.index(wanted.service)])
    else:
        guess = closest_name(str(wanted.service), names) or names[0]
        raise ParameterError(
            "{supplier} gives {client} no service {service!r}; did you mean {guess!r}?",
            supplier=wanted.supplier,
            client=wanted.client,
            service=wanted.service,
            guess=guess,
        )
    if not scored[row]:
        raise ParameterError(
            "{service} was not scored, so it is not known what a change would change.",
            service=_said(replace(wanted, service=str(table["service"].iat[row]))),
        )
    return row


def _checked(value: float, name: str, wanted: ServiceChange, scale: tuple[float, float]) -> float:
    low, high = (0.0, np.inf) if name == "importance" else scale
    if (
        isinstance(value, (bool, np.bool_))
        or not isinstance(value, (int, float, np.integer, np.floating))
        or not (np.isfinite(value) and low <= value <= high)
    ):
        raise ParameterError(
            "{name} of {service} is {value}; it takes a number from {low:g} to {high:g}.",
            name=name,
            service=_said(wanted),
            value=repr(value),
            low=low,
            high=high,
        )
    return float(value)


def _said(wanted: ServiceChange) -> str:
    return f"{wanted.supplier} -> {wanted.client}" + (f" ({wanted.service})" if wanted.service else "")

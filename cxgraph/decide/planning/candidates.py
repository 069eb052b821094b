"""From the table of actions to what can be chosen: which are open, what they cost, aim at, need and exclude."""

from __future__ import annotations

import re
from dataclasses import dataclass

import numpy as np
import pandas as pd

from cxgraph.decide.planning.aims import service_aims
from cxgraph.decide.planning.lifts import Aims
from cxgraph.decide.planning.rules import Rules
from cxgraph.errors import InputError, Problem
from cxgraph.model.arrays import Bools, Floats, Integers
from cxgraph.model.names import closest_name
from cxgraph.model.organization import Organization
from cxgraph.model.settings import Scoring
from cxgraph.wording import N_

_NAMED = 5


@dataclass(frozen=True, eq=False)
class Candidates:
    """Actions that a plan can choose from, k of them, in the order of their ids.

    Attributes
    ----------
    table : DataFrame
        Their rows of the actions, indexed by ``id``.
    aims : Aims
        What they aim at, by numbers of the network's services and departments.
    rules : Rules
        What they cost, need and exclude.
    lowest : float array, shape (k,)
        Lowest fulfilment among the services aimed at, as a part of the scale; NaN where none is.
    facing : bool array, shape (k,)
        Aims at a service that an external customer receives.
    services : tuple of (str, str, str)
        Supplier, client and name of each service of the network.
    departments : tuple of str
        Ids, by number.
    notes : tuple of Problem
        What was left out, and why.
    """

    table: pd.DataFrame
    aims: Aims
    rules: Rules
    lowest: Floats
    facing: Bools
    services: tuple[tuple[str, str, str], ...]
    departments: tuple[str, ...]
    notes: tuple[Problem, ...]

    def lifted(self) -> list[tuple[int, int]]:
        """Return pairs of an action and a service of the network that it is to lift, by number."""
        return list(zip(self.aims.lifting.tolist(), self.aims.service.tolist(), strict=True))

    @property
    def ids(self) -> tuple[str, ...]:
        """Their ids, in order."""
        return tuple(str(name) for name in self.table.index)


def find_candidates(
    organization: Organization, actions: pd.DataFrame, scoring: Scoring, until: pd.Timestamp | None = None
) -> Candidates:
    """Return the actions of a table that can be chosen, with what they aim at.

    Parameters
    ----------
    organization : Organization
        n departments, m scored services.
    actions : DataFrame
        Typed, as `Organization.actions`.
    scoring : str
        Decides which services count as scored.
    until : Timestamp, optional
        Leave out what cannot begin by that day.

    Returns
    -------
    Candidates
        Closed actions are none; what needs a closed one needs nothing more. An action without a cost, or that needs
        one which is not among them, is left out and said.

    Raises
    ------
    InputError
        Two actions with the same id, or a need that is no action.
    """
    table = _completed(actions)
    _check_ids(table)
    notes: list[Problem] = []
    closed = table["closed"].notna().to_numpy()
    late = np.zeros(len(table), bool) if until is None else (table["earliest"] > until).to_numpy()
    costless = table["cost"].isna().to_numpy() & ~closed
    _note(
        notes,
        table[costless],
        "action-without-cost",
        N_("{count} {count:action has no cost and is|actions have no cost and are} left out of the plan: {names}."),
        N_("Fill in the column cost of the actions (0 where it is free)."),
    )
    _note(
        notes,
        table[late & ~closed & ~costless],
        "action-too-late",
        N_(
            "{count} {count:action cannot begin in time and is|actions cannot begin in time and are} left "
            "out of the plan: {names}."
        ),
    )
    kept = table[~closed & ~costless].sort_values("id", kind="stable").reset_index(drop=True)
    barred = np.zeros(len(kept), bool) if until is None else (kept["earliest"] > until).to_numpy()
    action, needed, unmet = _needs(kept, set(table.loc[closed, "id"]))
    barred = barred | unmet
    aims, lowest, facing = _aims(organization, kept, scoring)
    rules = Rules(kept["cost"].to_numpy(float), action, needed, _groups(kept), barred)
    _note(
        notes,
        kept[~rules.possible & ~barred | unmet],
        "action-impossible",
        N_(
            "{count} {count:action needs something that cannot be chosen with it and is|actions need "
            "something that cannot be chosen with them and are} left out of the plan: {names}."
        ),
        N_("Look at the columns needs, alternative and cost of what they need."),
    )
    useful = np.zeros(len(kept), bool)
    useful[aims.lifting] = useful[aims.closing] = True
    needs_others = np.zeros(len(kept), bool)
    needs_others[needed] = True
    _note(
        notes,
        kept[~useful & ~needs_others],
        "action-without-aim",
        N_(
            "{count} eligible {count:action lifts|actions lift} no scored service and nothing else needs "
            "{count:it|them}: {names}. Either nothing scored is to be lifted, or how far is not stated."
        ),
    )
    services = organization.services.loc[organization.scored(scoring), ["supplier", "client", "service"]]
    return Candidates(
        table=kept.set_index("id"),
        aims=aims,
        rules=rules,
        lowest=lowest,
        facing=facing,
        services=tuple(services.astype(str).itertuples(index=False, name=None)),
        departments=tuple(str(name) for name in organization.departments["id"]),
        notes=tuple(notes),
    )


def _completed(actions: pd.DataFrame) -> pd.DataFrame:
    """Return the table with every column that a plan reads; texts as objects with None where empty."""
    table = actions.reset_index(drop=True).copy(deep=False)
    for name in ("id", "title", "supplier", "client", "service", "department", "owner", "needs", "alternative"):
        column = table[name].astype(object) if name in table.columns else pd.Series(np.nan, table.index, object)
        table[name] = column.where(column.notna(), None)
    for name in ("cost", "expected_fulfilment", "transmission"):
        table[name] = table[name].to_numpy(float) if name in table.columns else np.nan
    for name in ("closed", "earliest"):
        table[name] = table[name] if name in table.columns else pd.Series(np.datetime64("NaT", "s"), table.index)
    return table


def _check_ids(table: pd.DataFrame) -> None:
    problems = []
    for name in sorted(set(table["id"][table["id"].duplicated()])):
        problems.append(
            Problem(
                "error",
                "action-twice",
                N_("Two actions have the id {id!r}."),
                N_("Give every action an id of its own."),
                {"id": str(name)},
            )
        )
    known = list(table["id"])
    taken = set(known)
    for row in table.itertuples():
        for name in needs_of(row.needs):
            if name not in taken:
                guess = closest_name(name, known)
                problems.append(
                    Problem(
                        "error",
                        "unknown-need",
                        N_("Action {id} needs {missing!r}, which is not an action."),
                        N_("Write ids of actions, with blanks or semicolons between them.")
                        if guess is None
                        else N_("Did you mean {guess!r}?"),
                        {"id": str(row.id), "missing": name, "guess": guess or ""},
                    )
                )
    if problems:
        raise InputError(tuple(problems))


def needs_of(cell: object) -> tuple[str, ...]:
    """Return the ids in a cell of the column ``needs``, which are blank- or semicolon-separated.

    Examples
    --------
    >>> needs_of("A1; A2 A3"), needs_of(None)
    (('A1', 'A2', 'A3'), ())
    """
    parts = () if cell is None else (name.strip(",") for name in re.split(r"[;\s]+", str(cell)))
    return tuple(name for name in parts if name)


def _needs(kept: pd.DataFrame, done: set[str]) -> tuple[Integers, Integers, Bools]:
    """Return pairs of an action and one that it needs, and which need something that is neither done nor open."""
    number = {name: place for place, name in enumerate(kept["id"])}
    action, needed = [], []
    unmet = np.zeros(len(kept), bool)
    for place, cell in enumerate(kept["needs"]):
        for name in needs_of(cell):
            if name in number:
                action.append(place)
                needed.append(number[name])
            elif name not in done:
                unmet[place] = True
    return np.array(action, np.int64), np.array(needed, np.int64), unmet


def _groups(kept: pd.DataFrame) -> Integers:
    """Return the number of each action's group of alternatives; -1 for none."""
    names = kept["alternative"].map(lambda cell: None if cell is None else str(cell).strip().casefold())
    return np.asarray(pd.factorize(names)[0], np.int64)


def _aims(organization: Organization, kept: pd.DataFrame, scoring: Scoring) -> tuple[Aims, Floats, Bools]:
    """Return what actions aim at, the lowest fulfilment among it, and which of them face a customer."""
    scored = organization.scored(scoring)
    number = np.cumsum(scored) - 1
    pairs = service_aims(kept, organization)
    pairs = pairs[scored[pairs[:, 1]]]
    network = organization.network(scoring)
    action, service = pairs[:, 0], number[pairs[:, 1]]
    bottom, top = network.scale
    lowest = np.full(len(kept), np.inf)
    np.minimum.at(lowest, action, (network.fulfilment[service] - bottom) / (top - bottom))
    facing = np.zeros(len(kept), bool)
    facing[action[network.customer_weight[network.client[service]] > 0]] = True
    wanted = kept["expected_fulfilment"].to_numpy()[action]
    lifts = ~np.isnan(wanted)
    ids = {name: place for place, name in enumerate(organization.departments["id"])}
    owner = kept["department"].where(kept["department"].notna(), kept["supplier"])
    department = np.array([ids.get(name, -1) for name in owner], np.int64)
    closing = np.flatnonzero((department >= 0) & kept["transmission"].notna().to_numpy())
    aims = Aims(
        actions=len(kept),
        lifting=action[lifts].astype(np.int64),
        service=service[lifts].astype(np.int64),
        fulfilment=wanted[lifts],
        closing=closing,
        department=department[closing],
        transmission=kept["transmission"].to_numpy()[closing],
    )
    return aims, np.where(np.isinf(lowest), np.nan, lowest), facing


def _note(notes: list[Problem], rows: pd.DataFrame, code: str, message: str, hint: str = "") -> None:
    if len(rows):
        names = ", ".join(str(name) for name in rows["id"].iloc[:_NAMED]) + (", ..." if len(rows) > _NAMED else "")
        notes.append(Problem("warning", code, message, hint, {"count": len(rows), "names": names}))

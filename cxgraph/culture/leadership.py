"""The leadership pour: how commitment comes down the reporting lines, and where it stops.

The engine is that of the services: each reporting line is a service from a department to one that reports to
it, the expectation is the top of the scale and the fulfilment the commitment of the one that reports.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from weakref import WeakKeyDictionary

import numpy as np
import numpy.typing as npt
import pandas as pd

from cxgraph.cascade.cascade import Cascade, solve_cascade
from cxgraph.culture.assessment import Assessment, assess_practices
from cxgraph.culture.reporting_lines import Lines, reporting_lines
from cxgraph.errors import ParameterError, Problem
from cxgraph.model.arrays import Bools, Floats, Integers
from cxgraph.model.network import Network
from cxgraph.model.organization import Organization
from cxgraph.model.settings import DEFAULT_TRANSMISSION, SWEEP, check_transmission
from cxgraph.wording import N_


@dataclass(frozen=True, eq=False)
class CommitmentFlow:
    """Commitment that lacks along reporting lines; arrays of shape (n,), a number for each department.

    Attributes
    ----------
    lines : Lines
        Who reports to whom.
    gap : float array
        1 minus the commitment; NaN where that is unknown.
    potential, inherited, own, absorbed : float arrays
        What could have come down from the department above, what of the gap this explains, what starts here,
        and what was kept from coming down further. At the top all of the gap is its own. NaN where the own
        commitment or that of the department above is unknown.
    counted : bool array
        Front-line departments whose whole line up to the top is known: those that the contributions explain.
    contribution : float array
        What each department's own gap adds to the mean gap of the counted ones; NaN where it is on no known
        line.
    front_line_gap : float
        That mean; the contributions add up to it. NaN where nobody is counted.
    """

    lines: Lines
    gap: Floats
    potential: Floats
    inherited: Floats
    own: Floats
    absorbed: Floats
    counted: Bools
    contribution: Floats
    front_line_gap: float

    @property
    def share(self) -> Floats:
        """Contributions as shares of the front line's gap; 0 where there is none to share."""
        total = self.front_line_gap
        return self.contribution / total if total > 0 else self.contribution * 0.0

    def share_of_levels(self) -> Floats:
        """Return the share of the front line's gap that starts at each level, shape (levels,)."""
        levels = int(self.lines.level.max(initial=0)) + 1
        return np.bincount(self.lines.level, np.nan_to_num(self.share), levels).astype(float, copy=False)


def pour_down(lines: Lines, commitment: Floats, front_line: Bools, transmission: float) -> CommitmentFlow:
    """Split every department's lack of commitment into its own and what came down to it.

    With gap_v = 1 - commitment_v and the department p above v: potential_v = tau gap_p, inherited_v =
    min(gap_v, potential_v), own_v = gap_v - inherited_v, exactly as shortfalls are split between services.
    The mean gap of the front line is attributed by the same cascade.

    Parameters
    ----------
    lines : Lines
        n departments.
    commitment : float array, shape (n,)
        In [0, 1]; NaN where unknown.
    front_line : bool array, shape (n,)
        Whose gap is to be explained; each counts the same.
    transmission : float
        tau in [0, 1): how much of what the department above lacks can show up in those below it.

    Returns
    -------
    CommitmentFlow
        Contributions add up to the mean gap of the front-line departments whose line is known up to the top.

    Raises
    ------
    ParameterError
        A transmission outside [0, 1).
    NumericalError
        The cascade could not be certified.

    Notes
    -----
    Nothing is imputed. Under a department of unknown commitment nobody can say what came from above, so its
    branch is left out of the contributions; those in the branch whose own head is known are still split.
    Linear in n.

    Examples
    --------
    >>> from cxgraph.culture.reporting_lines import trace_lines
    >>> pour = pour_down(trace_lines(np.array([-1, 0])), np.array([0.5, 0.6]), np.array([False, True]), 0.6)
    >>> pour.inherited.round(3).tolist(), pour.contribution.round(3).tolist()
    ([0.0, 0.3], [0.3, 0.1])
    """
    tau = check_transmission(transmission)
    known = ~np.isnan(commitment)
    parent = lines.parent
    top = parent < 0
    whole = lines.whole_line(known)
    counted = front_line & whole
    solved = _solve(parent, commitment, known, counted, tau)
    client = solved.network.client
    split_known = known & (top | known[np.where(top, 0, parent)])
    parts = {}
    for name in ("potential", "inherited", "own", "absorbed"):
        values = np.full(len(parent), np.nan)
        values[client] = getattr(solved.split, name)
        parts[name] = np.where(split_known, values, np.nan)
    contribution = np.full(len(parent), np.nan)
    contribution[client] = solved.contribution
    nobody = not counted.any()
    contribution = np.where(whole, contribution, np.nan)
    return CommitmentFlow(
        lines=lines,
        gap=1.0 - commitment,
        counted=counted,
        contribution=contribution,
        front_line_gap=float("nan") if nobody else solved.customer_shortfall,
        **parts,
    )


def _solve(parent: Integers, commitment: Floats, known: Bools, counted: Bools, tau: float) -> Cascade:
    """Solve the lines as a network; who has no known head gets its gap from a source that lacks nothing."""
    size = len(parent)
    client = np.flatnonzero(known)
    head = parent[client]
    supplier = np.where((head >= 0) & known[np.maximum(head, 0)], head, size)
    network = Network.from_arrays(
        supplier,
        client,
        np.ones(len(client)),
        commitment[client],
        customer_weight=np.append(counted.astype(float), 0.0),
        scale=(0.0, 1.0),
    )
    return solve_cascade(network, np.full(size + 1, tau))


@dataclass(frozen=True, eq=False)
class LeadershipPour:
    """The pour with its names, levels and stops; made by `pour_commitment`.

    Attributes
    ----------
    pour : CommitmentFlow
        The arrays, a number for each row of the organisation's departments.
    departments : DataFrame
        One row for each department on the reporting lines, from the top down: ``name``, ``parent``,
        ``level``, ``front_line``, ``commitment``, ``gap``, ``potential``, ``inherited``, ``own``,
        ``absorbed``, ``contribution``, ``share`` (of the front line's gap) and ``stops``. Indexed by ``id``.
    levels : DataFrame
        Indexed by ``level`` (0 is the top): ``departments``, ``assessed``, ``commitment`` (mean of the
        known), ``contribution``, ``share`` (of the front line's gap), and that share at the transmissions of
        the sweep.
    stops : DataFrame
        Departments at which the pour stops, the heaviest first: ``name``, ``parent``, ``level``,
        ``commitment``, ``parent_commitment``, ``own``, ``inherited``, ``below`` and ``front_line_below``
        (departments under it).
    transmission, stop : float
        What was asked for.
    notes : tuple of Problem
        What is not known, and why.
    """

    pour: CommitmentFlow
    departments: pd.DataFrame
    levels: pd.DataFrame
    stops: pd.DataFrame
    transmission: float
    stop: float
    notes: tuple[Problem, ...]

    @property
    def front_line_gap(self) -> float:
        """Mean lack of commitment of the front line, in [0, 1]; NaN where its lines are not known."""
        return self.pour.front_line_gap

    def to_frame(self) -> pd.DataFrame:
        """Return `departments`."""
        return self.departments


@dataclass(frozen=True, eq=False)
class _Ground:
    """What every pour of an organisation stands on, whatever the transmission; each flow is solved once."""

    assessment: Assessment
    lines: Lines
    commitment: Floats
    front_line: Bools
    flows: dict[float, CommitmentFlow] = field(default_factory=dict)

    def flow(self, transmission: float) -> CommitmentFlow:
        if transmission not in self.flows:
            self.flows[transmission] = pour_down(self.lines, self.commitment, self.front_line, transmission)
        return self.flows[transmission]


_GROUNDS: WeakKeyDictionary[Organization, dict[tuple[str, ...], _Ground]] = WeakKeyDictionary()


def _ground(organization: Organization, groups: tuple[str, ...]) -> _Ground:
    """Return what pours stand on; kept, since audits and their sweeps ask for the same pours again."""
    known = _GROUNDS.setdefault(organization, {})
    if groups not in known:
        assessment = assess_practices(organization)
        strange = [group for group in groups if group not in assessment.catalogue.groups]
        if strange or not groups:
            raise ParameterError(
                "{value} is no group of practices; the groups are {choices}.",
                value=", ".join(map(repr, strange)) or "()",
                choices=", ".join(assessment.catalogue.groups),
            )
        commitment = assessment.mean(assessment.of_group(*groups))
        known[groups] = _Ground(
            assessment, reporting_lines(organization), commitment, front_line_departments(organization)
        )
    return known[groups]


def pour_commitment(
    organization: Organization,
    *,
    groups: tuple[str, ...] = ("leadership",),
    transmission: float | None = None,
    stop: float = 0.25,
) -> LeadershipPour:
    """Return how commitment comes down an organisation's reporting lines and where it stops.

    A department's commitment is the mean level of its assessed practices of leadership. The front line are
    the internal departments that serve customers directly. The pour stops at a department whose own gap, what
    its head does not explain, is at least `stop`.

    Parameters
    ----------
    organization : Organization
        With practices and with parents in its table of departments.
    groups : tuple of str
        Groups of practices that commitment is the mean of. ``("leadership", "people")`` adds what leaders let
        people do; leadership alone, the default, keeps what leaders do apart from what comes of it.
    transmission : float, optional
        In [0, 1), the same on every line; by default the organisation's, else 0.6. Departments' own
        transmissions are of services and do not count here.
    stop : float
        In (0, 1].

    Returns
    -------
    LeadershipPour
        With NaN for what is not known.

    Raises
    ------
    ParameterError
        An unknown group, or a number outside its range.

    Notes
    -----
    How much starts at each level depends on the transmission: `LeadershipPour.levels` shows the shares for 0,
    0.3, 0.6 and 0.9 too. Linear in the departments.
    """
    ground = _ground(organization, tuple(groups))
    assessment, lines, commitment, front_line = ground.assessment, ground.lines, ground.commitment, ground.front_line
    if isinstance(stop, bool) or not isinstance(stop, (int, float)) or not 0 < stop <= 1:
        raise ParameterError("stop is {value}; it takes a number above 0, at most 1.", value=repr(stop))
    tau = organization.settings.transmission if transmission is None else transmission
    tau = DEFAULT_TRANSMISSION if tau is None else check_transmission(tau)
    pour = ground.flow(tau)
    sweep = {at: ground.flow(at).share_of_levels() for at in SWEEP}
    heads = np.zeros(len(commitment), bool)
    heads[lines.parent[lines.parent >= 0]] = True
    members = assessment.internal | heads | (lines.parent >= 0)
    names = organization.departments
    frame = _department_frame(names, pour, front_line, stop)
    known = ~np.isnan(commitment)
    return LeadershipPour(
        pour=pour,
        departments=frame[members].sort_values("level", kind="stable"),
        levels=_level_frame(pour, members, known, sweep),
        stops=_stop_frame(frame, lines, front_line & members, members),
        transmission=tau,
        stop=float(stop),
        notes=(*assessment.problems, *_notes(names, lines, members, known, front_line, pour)),
    )


def front_line_departments(organization: Organization) -> Bools:
    """Return which internal departments serve a customer directly, shape (n,)."""
    departments, services = organization.departments, organization.services
    customer = departments["customer"].to_numpy()
    supplier, client = (services[end].cat.codes.to_numpy() for end in ("supplier", "client"))
    serves = np.zeros(len(departments), bool)
    serves[supplier[customer[client]]] = True
    return np.asarray(serves & (departments["kind"] == "internal").to_numpy() & ~customer)


def _department_frame(names: pd.DataFrame, pour: CommitmentFlow, front_line: Bools, stop: float) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "name": names["name"].to_numpy(),
            "parent": names["parent"].to_numpy(),
            "level": pour.lines.level,
            "front_line": front_line,
            "commitment": 1.0 - pour.gap,
            "gap": pour.gap,
            "potential": pour.potential,
            "inherited": pour.inherited,
            "own": pour.own,
            "absorbed": pour.absorbed,
            "contribution": pour.contribution,
            "share": pour.share,
            "stops": np.nan_to_num(pour.own) >= stop,
        },
        index=pd.Index(names["id"].to_numpy(), name="id"),
    )


def _level_frame(pour: CommitmentFlow, members: Bools, known: Bools, sweep: dict[float, Floats]) -> pd.DataFrame:
    depth = int(pour.lines.level[members].max(initial=0)) + 1
    level = pour.lines.level

    def added(values: npt.NDArray[np.generic]) -> Floats:
        return np.bincount(level[members], values[members].astype(float), depth).astype(float, copy=False)

    number, assessed = added(members), added(known)
    commitment = np.divide(
        added(np.nan_to_num(1.0 - pour.gap)), assessed, out=np.full(depth, np.nan), where=assessed > 0
    )
    unknown = not pour.counted.any()
    columns = {"contribution": added(np.nan_to_num(pour.contribution)), "share": pour.share_of_levels()[:depth]}
    columns |= {f"share_at_{at:g}": shares[:depth] for at, shares in sweep.items()}
    frame = pd.DataFrame(
        {
            "departments": number.astype(np.int64),
            "assessed": assessed.astype(np.int64),
            "commitment": commitment,
            **columns,
        },
        index=pd.RangeIndex(depth, name="level"),
    )
    if unknown:
        frame[list(columns)] = np.nan
    return frame


def _stop_frame(frame: pd.DataFrame, lines: Lines, front_line: Bools, members: Bools) -> pd.DataFrame:
    at = np.flatnonzero(frame["stops"].to_numpy())
    head = lines.parent[at]
    commitment = frame["commitment"].to_numpy()
    found = frame.iloc[at][["name", "parent", "level", "commitment", "own", "inherited"]].copy()
    found.insert(4, "parent_commitment", np.where(head >= 0, commitment[np.maximum(head, 0)], np.nan))
    found["below"] = lines.below(members)[at]
    found["front_line_below"] = lines.below(front_line)[at]
    return found.sort_values("own", ascending=False, kind="stable")


def _notes(
    names: pd.DataFrame, lines: Lines, members: Bools, known: Bools, front_line: Bools, pour: CommitmentFlow
) -> list[Problem]:
    notes = []
    shown = names["name"].to_numpy()
    if not lines.any:
        notes.append(
            Problem(
                "note",
                "no-reporting-lines",
                N_("No department names the one that it reports to, so commitment has no lines to come down."),
                N_("Fill in the column parent in the table of departments."),
            )
        )
    missing = members & ~known
    if missing.all() or not known.any():
        notes.append(
            Problem(
                "note",
                "no-leadership-practices",
                N_("The leadership of no department was assessed, so the whole of it is unknown."),
                N_("Assess the practices of leadership of the catalogue, from the top down."),
            )
        )
        return notes
    if missing.any():
        notes.append(
            Problem(
                "warning",
                "commitment-unknown",
                N_(
                    "The leadership of these departments was not assessed ({count}), and their branches are unknown: "
                    "{names}."
                ),
                N_("Nothing is assumed for them."),
                {"count": int(missing.sum()), "names": ", ".join(shown[missing][:5])},
            )
        )
    left = front_line & ~pour.counted
    if left.any():
        notes.append(
            Problem(
                "warning",
                "front-line-left-out",
                N_(
                    "Front-line departments that do not count, because they or somebody above them are unknown: "
                    "{count} of "
                    "{total} ({names})."
                ),
                "",
                {"count": int(left.sum()), "total": int(front_line.sum()), "names": ", ".join(shown[left][:5])},
            )
        )
    return notes

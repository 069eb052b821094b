"""The trace: the ways along which customers are disappointed, by name, and how much lies on ways not shown."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from cxgraph.cascade.cascade import Cascade
from cxgraph.cascade.linear.solve import solve_along_loops
from cxgraph.cascade.paths import Path, heaviest_paths
from cxgraph.errors import ParameterError
from cxgraph.model.names import closest_name
from cxgraph.model.organization import Organization


@dataclass(frozen=True, slots=True)
class TracedPath:
    """One way of a fault.

    Attributes
    ----------
    departments, names : tuple of str
        Ids and names on the way: who fails, who is failed, ... the customer.
    services : tuple of str
        The services between them, one fewer.
    weight : float
        How much of what the customers lack takes this way (in points of J, or of the one customer's D).
    share : float
        The same as a fraction of the whole.
    """

    departments: tuple[str, ...]
    names: tuple[str, ...]
    services: tuple[str, ...]
    weight: float
    share: float


@dataclass(frozen=True, eq=False)
class Trace:
    """The heaviest ways from causes to customers, and what is on the others.

    Attributes
    ----------
    paths : tuple of TracedPath
        The heaviest first.
    customer, source : str or None
        Ids of the one customer and the one cause that were asked for.
    total : float
        What is to be explained: J, or what the one customer lacks.
    caused : float
        The part of it that starts at `source`; the whole where no source was asked for.
    """

    paths: tuple[TracedPath, ...]
    customer: str | None
    source: str | None
    total: float
    caused: float

    @property
    def shown(self) -> float:
        """What the listed paths carry together, in the unit of `total`."""
        return float(sum(path.weight for path in self.paths))

    @property
    def explained(self) -> float:
        """The listed paths' part of `caused`, a fraction; 0 where there is nothing to explain."""
        return min(self.shown / self.caused, 1.0) if self.caused > 0 else 0.0

    @property
    def remaining(self) -> float:
        """What lies on paths that are not listed, in the unit of `total`."""
        return max(self.caused - self.shown, 0.0)

    def to_frame(self) -> pd.DataFrame:
        """Return a row for each path, the heaviest first.

        Returns
        -------
        DataFrame
            ``way`` (names), ``departments`` (ids) and ``services``, each joined by an arrow; ``steps``
            (services on the way), ``weight``, ``share`` (of `total`) and ``cumulative`` (share of this path
            and all before).
        """
        shares = [path.share for path in self.paths]
        return pd.DataFrame(
            {
                "way": pd.Series([" → ".join(path.names) for path in self.paths], dtype=object),
                "departments": pd.Series([" → ".join(path.departments) for path in self.paths], dtype=object),
                "services": pd.Series([" → ".join(path.services) for path in self.paths], dtype=object),
                "steps": np.array([len(path.services) for path in self.paths], np.int64),
                "weight": np.array([path.weight for path in self.paths], float),
                "share": np.array(shares, float),
                "cumulative": np.cumsum(np.array(shares, float)),
            }
        )


def trace_paths(
    organization: Organization, cascade: Cascade, customer: str | None = None, source: str | None = None, top: int = 20
) -> Trace:
    """List the heaviest paths by name, and count what they leave out.

    Parameters
    ----------
    organization : Organization
        What was analysed.
    cascade : Cascade
        Its analysis.
    customer : str, optional
        Id of one customer (or of any department) whose shortfall is traced back to its causes; by default all
        customers, weighted by their shares of the business.
    source : str, optional
        Id of one department whose faults are followed.
    top : int
        How many paths, at least 1.

    Returns
    -------
    Trace
        At most `top` paths.

    Raises
    ------
    ParameterError
        A department that does not exist, or a `top` below 1.

    Notes
    -----
    See `heaviest_paths`; one more solve where both a customer and a source are given.
    """
    target = None if customer is None else _number(organization, customer)
    cause = None if source is None else _number(organization, source)
    paths = heaviest_paths(cascade, target, cause, top)
    total = cascade.customer_shortfall if target is None else float(cascade.received[target])
    caused = total if cause is None else _caused(cascade, cause, target)
    return Trace(tuple(name_paths(organization, cascade, paths, total)), customer, source, total, caused)


def name_paths(organization: Organization, cascade: Cascade, paths: list[Path], total: float) -> list[TracedPath]:
    """Return paths by name.

    Parameters
    ----------
    organization : Organization
        What was analysed.
    cascade : Cascade
        Its analysis.
    paths : list of Path
        Of that cascade.
    total : float
        What their shares are of.

    Returns
    -------
    list of TracedPath
        In their order.
    """
    rows = np.flatnonzero(organization.scored(cascade.scoring))
    labels = organization.services["service"]
    departments = organization.departments
    named = []
    for path in paths:
        numbers = [int(cascade.network.supplier[path.services[0]])]
        numbers += [int(cascade.network.client[service]) for service in path.services]
        named.append(
            TracedPath(
                departments=tuple(str(departments["id"].iat[number]) for number in numbers),
                names=tuple(str(departments["name"].iat[number]) for number in numbers),
                services=tuple(str(labels.iat[rows[service]]) for service in path.services),
                weight=path.weight,
                share=path.weight / total,
            )
        )
    return named


def _caused(cascade: Cascade, source: int, target: int | None) -> float:
    """Return how much of the total starts at a department, over all ways."""
    network = cascade.network
    given = slice(network.start[source], network.start[source + 1])
    if target is None:
        return float(cascade.contribution[given].sum())
    unit = np.zeros(network.departments)
    unit[target] = 1.0
    reach, _ = solve_along_loops(network.matrix(cascade.coupling), unit, cascade.components)
    own = cascade.effective_share[given] * cascade.split.own[given]
    return float((reach[network.client[given]] * own).sum())


def _number(organization: Organization, name: str) -> int:
    ids = list(organization.departments["id"])
    if name in ids:
        return ids.index(name)
    guess = closest_name(str(name), ids)
    if guess is None:
        raise ParameterError("{missing} is not the id of a department.", missing=repr(name))
    raise ParameterError(
        "{missing} is not the id of a department; did you mean {guess!r}?", missing=repr(name), guess=guess
    )

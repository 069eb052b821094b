"""Second opinions: how published rival models rank the departments, each fed with the same organisation.

All of them take the same picture of it. A node for each department holds the shortfall of what it delivers,
y_v = own_v + tau_v * (sum over services into v of a_e y_supplier): own_v is the mean own shortfall of its services
(weighted by the shares a_e that they have with their clients), tau_v its transmission. Each external customer is a
further node that delivers nothing and feels everything: y = sum of a_e y_supplier. A department's score under a model
is what the customers, weighted by their shares of the business, lose when it alone has its own shortfall and nobody
else has any.

The split into own and inherited is ours in every one of them; what differs is how faults travel and add up. The
stringency is ours too: each rival has its own way of treating the weakest link.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy import sparse

from cxgraph.alternatives import models
from cxgraph.alternatives.models.checks import NoEquilibriumError
from cxgraph.cascade.cascade import Cascade
from cxgraph.cascade.shortfall import importance_shares
from cxgraph.errors import NumericalError, ParameterError
from cxgraph.model.arrays import Floats
from cxgraph.model.organization import Organization
from cxgraph.statistics import kendall

BLOCK = 2_000_000
"""Numbers, departments times nodes, that a model is given at a time; bounds the memory."""


@dataclass(frozen=True, eq=False)
class DependencyPicture:
    """The organisation as the rival models see it: n departments, then one node for each of k customers.

    Attributes
    ----------
    dependency : csr_array, shape (n + k, n + k)
        Supplier by client: how much of what a supplier delivers short shows in what its client delivers,
        tau_client * (sum of a_e), or the sum of a_e for customers. Columns sum to at most the client's tau, or 1.
    own : float array, shape (n,)
        Mean own shortfall of what each department delivers, in [0, 1].
    shielding : float array, shape (n,)
        Mean shortfall that each department absorbed, in [0, 1).
    weight : float array, shape (n + k,)
        Each customer's share of the business, at its further node; 0 for departments.
    """

    dependency: sparse.csr_array
    own: Floats
    shielding: Floats
    weight: Floats

    @property
    def nodes(self) -> int:
        """Departments and customers."""
        return len(self.weight)

    def shock(self, department: int) -> Floats:
        """Return the own shortfall of one department, 0 for everybody else; shape (n + k,)."""
        shock = np.zeros(self.nodes)
        shock[department] = self.own[department]
        return shock

    @property
    def feeders(self) -> Floats:
        """How many suppliers each node has, shape (n + k,)."""
        return np.bincount(self.dependency.indices, minlength=self.nodes).astype(float)


def picture_dependencies(cascade: Cascade) -> DependencyPicture:
    """Draw the picture that every adapter starts from.

    Parameters
    ----------
    cascade : Cascade
        A solved cascade.

    Returns
    -------
    DependencyPicture
        Services between the same two departments are added up.
    """
    network = cascade.network
    size = network.departments
    customers = np.flatnonzero(network.customer_weight > 0)
    share = importance_shares(network)
    further = np.full(size, -1)
    further[customers] = size + np.arange(len(customers))
    felt = further[network.client] >= 0
    supplier = np.concatenate((network.supplier, network.supplier[felt]))
    client = np.concatenate((network.client, further[network.client[felt]]))
    strength = np.concatenate((cascade.transmission[network.client] * share, share[felt]))
    nodes = size + len(customers)
    dependency = sparse.csr_array((strength, (supplier, client)), shape=(nodes, nodes))
    dependency.sum_duplicates()
    dependency.eliminate_zeros()
    np.minimum(dependency.data, 1.0, out=dependency.data)  # shares that sum to 1 may round above it
    given = network.by_supplier(share)
    own, absorbed = (
        np.divide(network.by_supplier(share * part), given, out=np.zeros(size), where=given > 0)
        for part in (cascade.split.own, cascade.split.absorbed)
    )
    return DependencyPicture(
        dependency, np.minimum(own, 1.0), absorbed, np.concatenate((np.zeros(size), network.customer_weight[customers]))
    )


def by_inoperability(picture: DependencyPicture, departments: npt.NDArray[np.intp]) -> Floats:
    """Score by the inoperability input-output model (Haimes & Jiang 2001): q = A* q + c*.

    A*[client, supplier] is the dependency, c* the own shortfall. The model is linear, so one solve of the transposed
    system tells what each department's perturbation costs the customers; nothing saturates.
    """
    cost = models.inoperability(picture.dependency, picture.weight)
    return np.asarray(picture.own[departments] * cost[departments])


def by_debtrank(picture: DependencyPicture, departments: npt.NDArray[np.intp]) -> Floats:
    """Score by differential DebtRank (Bardoscia et al. 2015): distress that is passed on whenever it grows.

    The impact w[client, supplier] is the dependency, the initial distress the own shortfall of one department.
    """
    return _one_by_one(picture, departments, lambda shock: models.debtrank(picture.dependency.T, shock, "differential"))


def by_debtrank_single(picture: DependencyPicture, departments: npt.NDArray[np.intp]) -> Floats:
    """Score by the first DebtRank (Battiston et al. 2012): each node passes its distress on once.

    As `by_debtrank`; what comes round a loop a second time is not counted.
    """
    return _one_by_one(picture, departments, lambda shock: models.debtrank(picture.dependency.T, shock))


def by_fdna(picture: DependencyPicture, departments: npt.NDArray[np.intp]) -> Floats:
    """Score by Functional Dependency Network Analysis (Garvey & Pinto 2009), as operability lost.

    FDNA averages over a receiver's feeders without weights, so the strength of dependency alpha is the dependency
    times the number of feeders, at most 1 (a feeder with far more than its share of importance is cut short). The
    criticality beta is the largest that the source allows, 1 - alpha: a receiver may stand so much above its weakest
    feeder. A department's own shortfall is a ceiling on what it delivers, which does not add to what it inherits.
    Loops, which the source does not have, settle at the largest operabilities that agree.
    """
    alpha = _per_feeder(picture)
    beta = alpha.copy()
    beta.data = 1.0 - alpha.data
    start = np.ones(picture.nodes)
    return _in_blocks(
        picture, departments, lambda shocks: 1.0 - models.fdna(start, alpha, beta, scale=1.0, ceiling=1.0 - shocks)
    )


def by_soda(picture: DependencyPicture, departments: npt.NDArray[np.intp]) -> Floats:
    """Score by Systems Operational Dependency Analysis (Guariniello & DeLaurentis 2017), as operability lost.

    SOD is FDNA's alpha and COD = 100 SOD (what a receiver loses when that feeder is dead), IOD = 100 (losses follow
    the feeder point by point). The self-effectiveness SE is 100 (1 - own shortfall); it counts less where a
    department depends more on its suppliers. Loops settle as in `by_fdna`.
    """
    strength = _per_feeder(picture)
    critical = strength.copy()
    critical.data = 100.0 * strength.data
    return _in_blocks(
        picture,
        departments,
        lambda shocks: 1.0 - models.soda(100.0 * (1.0 - shocks), strength, critical, 100.0) / 100.0,
    )


def by_extraction(picture: DependencyPicture, departments: npt.NDArray[np.intp]) -> Floats:
    """Score by hypothetical extraction (Miller & Blair 2009): the work that falls with it, times its own shortfall.

    The technical coefficient a[supplier, client] is the dependency, final demand the customers' shares of the
    business; the department is extracted completely.
    """
    totals = models.extraction_totals(picture.dependency, picture.weight, departments)
    return np.asarray(picture.own[departments] * totals)


def by_overflow(picture: DependencyPicture, departments: npt.NDArray[np.intp]) -> Floats:
    """Score by the champagne tower itself: a glass passes on only what it cannot hold.

    What is poured is the own shortfall; it splits over the clients by the dependency (where a department's services
    matter to its clients more than once over, in proportion), and each glass holds what the department was seen to
    absorb. A customer's glass holds all that comes.
    """
    spread = np.asarray(picture.dependency.sum(axis=1)).ravel()
    # A hair below 1, so that a row cannot round to more than there is.
    split = sparse.diags_array((1.0 - 1e-12) / np.maximum(spread, 1.0)) @ picture.dependency
    capacity = np.concatenate((picture.shielding, np.ones(picture.nodes - len(picture.shielding))))
    return _one_by_one(picture, departments, lambda shock: models.champagne_overflow(shock, split, capacity).level)


MODELS: dict[str, Callable[[DependencyPicture, npt.NDArray[np.intp]], Floats]] = {
    "fdna": by_fdna,
    "soda": by_soda,
    "inoperability": by_inoperability,
    "debtrank": by_debtrank,
    "debtrank_single": by_debtrank_single,
    "extraction": by_extraction,
    "overflow": by_overflow,
}
"""The rival models by the name of their column."""


@dataclass(frozen=True, eq=False)
class AlternativeModels:
    """Departments as each model ranks them.

    Attributes
    ----------
    scores : DataFrame
        Indexed by ``id``, a row for each department that has a fault of its own, in our order: ``name``, ``ours``
        (contribution, in points of J) and one column for each model (what the customers lose; NaN where the model has
        no answer).
    top : int
        How many lead a ranking.
    compared, faulty : int
        Departments that were compared, and how many have a fault of their own.
    """

    scores: pd.DataFrame
    top: int
    compared: int
    faulty: int

    @property
    def unsettled(self) -> tuple[str, ...]:
        """Models that have no answer: what goes round a loop does not die out in them, or not in any time."""
        return tuple(name for name in MODELS if self.scores[name].isna().any())

    @property
    def ranks(self) -> pd.DataFrame:
        """The place of each department under each model that has an answer, 1 for the first.

        Equal scores share the better place.
        """
        numbers = self.scores.drop(columns=["name", *self.unsettled])
        # Scores that agree to nine digits agree: the rest is the rounding of different algorithms.
        scaled = (numbers / numbers.max().replace(0.0, 1.0)).round(9)
        return scaled.rank(method="min", ascending=False).astype(int)

    @property
    def kendall(self) -> pd.Series:
        """Kendall's rank correlation (tau-b) of each model with ours.

        NaN where one of them ranks nobody apart, or the model has no answer.
        """
        ranks = self.ranks
        found = {}
        for name in MODELS:
            apart = name in ranks and ranks["ours"].nunique() > 1 and ranks[name].nunique() > 1
            found[name] = kendall(ranks["ours"].to_numpy(), ranks[name].to_numpy()) if apart else np.nan
        return pd.Series(found, dtype=float, name="kendall")

    @property
    def kept(self) -> tuple[str, ...]:
        """Ids among our first `top` that every model with an answer also has among its first `top`."""
        leading = (self.ranks <= self.top).all(axis=1)
        return tuple(leading.index[leading])


def compare_models(organization: Organization, cascade: Cascade, top: int = 5, most: int = 100) -> AlternativeModels:
    """Rank the departments by each rival model.

    Parameters
    ----------
    organization : Organization
        What was analysed.
    cascade : Cascade
        Its analysis.
    top : int
        How many lead a ranking, at least 1.
    most : int
        Departments that are compared: those that cause most in our ranking.

    Returns
    -------
    AlternativeModels
        Scores, ranks, rank correlations and who leads everywhere.

    Raises
    ------
    ParameterError
        A number below 1.

    Notes
    -----
    A model that has no answer on these data (`AlternativeModels.unsettled`) is a finding like any other, and no reason
    to be silent about the others.

    Most models are run once for each department; hence `most`. The rank correlation is that among the departments
    compared.

    References
    ----------
    Kendall, M. G. (1945). The treatment of ties in ranking problems. Biometrika 33(3), 239-251.
    https://doi.org/10.1093/biomet/33.3.239
    """
    for name, value in (("top", top), ("most", most)):
        if isinstance(value, bool) or not isinstance(value, (int, np.integer)) or value < 1:
            raise ParameterError(
                "{name} is {value}; it takes a whole number, {low} or more.", name=name, value=repr(value), low=1
            )
    contribution = cascade.department_contribution
    picture = picture_dependencies(cascade)
    faulty = np.flatnonzero(picture.own > 0)
    chosen = faulty[np.argsort(-contribution[faulty], kind="stable")][: int(most)]
    table = organization.departments
    scores = pd.DataFrame(
        {"name": table["name"].to_numpy()[chosen], "ours": contribution[chosen]},
        index=pd.Index(table["id"].to_numpy()[chosen], name="id"),
    )
    for name, score in MODELS.items():
        scores[name] = _answer(score, picture, chosen)
    return AlternativeModels(scores, int(top), len(chosen), len(faulty))


def _answer(
    score: Callable[[DependencyPicture, npt.NDArray[np.intp]], Floats],
    picture: DependencyPicture,
    chosen: npt.NDArray[np.intp],
) -> Floats:
    """Return a model's scores; NaN for all departments where it has none."""
    try:
        return score(picture, chosen) if len(chosen) else np.zeros(0)
    except (NoEquilibriumError, NumericalError):
        return np.full(len(chosen), np.nan)


def _one_by_one(
    picture: DependencyPicture, departments: npt.NDArray[np.intp], losses: Callable[[Floats], Floats]
) -> Floats:
    """Score by a model that takes one shock at a time."""
    return np.array([picture.weight @ losses(picture.shock(int(department))) for department in departments], float)


def _in_blocks(
    picture: DependencyPicture, departments: npt.NDArray[np.intp], losses: Callable[[Floats], Floats]
) -> Floats:
    """Score by a model that takes many shocks at once, as rows: it reads the network once for all of them."""
    size = max(1, BLOCK // picture.nodes)
    found = np.zeros(len(departments))
    for begin in range(0, len(departments), size):
        shocks = np.array([picture.shock(int(department)) for department in departments[begin : begin + size]])
        found[begin : begin + size] = losses(shocks) @ picture.weight
    return found


def _per_feeder(picture: DependencyPicture) -> sparse.csr_array:
    """Return the strength that an unweighted mean over the feeders needs, at most 1."""
    strength = picture.dependency.copy()
    strength.data = np.minimum(strength.data * picture.feeders[strength.indices], 1.0)
    return strength

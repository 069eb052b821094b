"""How shortfalls travel: every point of the customers' disappointment, attributed to the service where it starts."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from cxgraph.cascade.linear.components import Components, components_of
from cxgraph.cascade.linear.solve import Certificate, dot, solve_along_loops, solve_woven
from cxgraph.cascade.shortfall import received_shortfall, shortfall
from cxgraph.cascade.split import Split, split_shortfall
from cxgraph.errors import NumericalError, ParameterError
from cxgraph.model.arrays import Floats
from cxgraph.model.network import Network
from cxgraph.model.settings import Scoring, check_stringency

BALANCE = 1e-9
"""Largest relative difference between the sum of the contributions and the customers' shortfall."""


@dataclass(frozen=True, eq=False)
class Divided:
    """A cascade of which nobody has asked yet what reaches the customers; shapes as in `Cascade`.

    Attributes
    ----------
    network : Network
        What was solved.
    transmission : float array, shape (n,)
        tau of each department.
    stringency : float
        rho.
    scoring : str
        How scores became shortfalls.
    shortfall, surplus : float arrays, shape (m,)
        d and u of each service.
    effective_share : float array, shape (m,)
        A, each service's share in what its client lacks.
    split : Split
        Potential, inherited, own, absorbed and pass-through of each service.
    received : float array, shape (n,)
        D, what each department lacks.
    """

    network: Network
    transmission: Floats
    stringency: float
    scoring: Scoring
    shortfall: Floats
    surplus: Floats
    effective_share: Floats
    split: Split
    received: Floats


@dataclass(frozen=True, eq=False)
class Cascade(Divided):
    """The solved cascade. Arrays of services have shape (m,), arrays of departments (n,).

    Attributes
    ----------
    network, transmission, stringency, scoring, shortfall, surplus, effective_share, split, received
        As in `Divided`.
    client_reach : float array, shape (n,)
        lambda, the customers' loss for each unit that a department lacks.
    contribution : float array, shape (m,)
        What each service's own shortfall costs the customers; adds up to `customer_shortfall`.
    customer_shortfall : float
        J, the customers' weighted shortfall.
    certificate : Certificate
        Accuracy of `client_reach`.
    balance : float
        Sum of the contributions minus J, relative to J: a check that does not use the solver's own residual.
    """

    client_reach: Floats
    contribution: Floats
    customer_shortfall: float
    certificate: Certificate
    balance: float

    @property
    def components(self) -> Components:
        """The loops; found when first asked for, since not every solution needs them."""
        return components_of(self.network)

    @cached_property
    def department_contribution(self) -> Floats:
        """What starts at each department: the contributions of the services that it gives, shape (n,)."""
        return self.network.by_supplier(self.contribution)

    @property
    def service_reach(self) -> Floats:
        """The customers' loss per unit of each service's own shortfall, shape (m,)."""
        return self.client_reach.take(self.network.client) * self.effective_share

    @property
    def coupling(self) -> Floats:
        """A_e p_e of each service: how much of what its supplier lacks becomes what its client lacks, shape (m,)."""
        return self.effective_share * self.split.pass_through


def solve_cascade(
    network: Network, transmission: Floats, stringency: float = 1.0, scoring: Scoring = "ratio"
) -> Cascade:
    """Attribute the customers' shortfall to the services where it starts.

    With M[v, u] = sum of A_e p_e over services e from u to v and b_v = sum of A_e own_e over services into v,
    what departments lack obeys D = b + M D on the observed data. The reach lambda = g + M' lambda turns this
    around: contribution_e = lambda_client A_e own_e, and the contributions add up to J = sum of g_k D_k
    exactly.

    Parameters
    ----------
    network : Network
        n departments, m services, all scored.
    transmission : float array, shape (n,)
        tau of each department, in [0, 1).
    stringency : float
        rho, at least 1 or ``inf``.
    scoring : {"ratio", "gap", "perception"}
        How scores become shortfalls.

    Returns
    -------
    Cascade
        Everything that was computed, and how accurately.

    Raises
    ------
    ParameterError
        A transmission outside [0, 1), a stringency below 1 or an unknown scoring.
    NumericalError
        The answer could not be certified.

    Notes
    -----
    Linear in departments and services, loops included; see `solve_along_loops`. A department that receives
    nothing lacks nothing: all its shortfalls are its own. A network without customers has J = 0 and no
    contributions.

    Examples
    --------
    >>> network = Network.from_arrays([0, 1], [1, 2], [10, 10], [5, 6], customer_weight=[0, 0, 1])
    >>> cascade = solve_cascade(network, np.full(3, 0.6))
    >>> cascade.contribution.round(3).tolist(), cascade.customer_shortfall
    ([0.3, 0.1], 0.4)
    """
    divided = divide_shortfall(network, transmission, stringency, scoring)
    return attribute_shortfall(
        network=network,
        transmission=divided.transmission,
        stringency=divided.stringency,
        scoring=scoring,
        shortfall=divided.shortfall,
        surplus=divided.surplus,
        effective_share=divided.effective_share,
        split=divided.split,
        received=divided.received,
    )


def divide_shortfall(
    network: Network, transmission: Floats, stringency: float = 1.0, scoring: Scoring = "ratio"
) -> Divided:
    """Split the shortfalls as `solve_cascade` does, for those who do not need to know what reaches the customers.

    Parameters
    ----------
    network, transmission, stringency, scoring
        As in `solve_cascade`.

    Returns
    -------
    Divided
        Without solving anything: what departments lack is observed.

    Raises
    ------
    ParameterError
        A transmission outside [0, 1), a stringency below 1 or an unknown scoring.
    """
    tau = np.asarray(transmission, float)
    if tau.shape != (network.departments,) or not ((tau >= 0) & (tau < 1)).all():
        raise ParameterError(
            "transmission takes one number in [0, 1) for each of {count} departments.", count=network.departments
        )
    rho = check_stringency(stringency)
    lacks, surplus = shortfall(network, scoring)
    received, effective = received_shortfall(network, lacks, rho)
    parts = split_shortfall(network, lacks, received, tau)
    return Divided(network, tau, rho, scoring, lacks, surplus, effective, parts, received)


def attribute_shortfall(  # noqa: PLR0913 - the parts of a cascade, each by its name
    *,
    network: Network,
    transmission: Floats,
    stringency: float,
    scoring: Scoring,
    shortfall: Floats,
    surplus: Floats,
    effective_share: Floats,
    split: Split,
    received: Floats,
) -> Cascade:
    """Follow split shortfalls to the customers: the reach, the contributions and their balance.

    lambda = g + M' lambda and contribution_e = lambda_client A_e own_e.

    Parameters
    ----------
    network, transmission, stringency, scoring, shortfall, surplus, effective_share, split, received
        As in `Cascade`, consistent with one another: D = sum of A_e (own_e + p_e D_s) over the services
        received.

    Returns
    -------
    Cascade
        With everything that follows from them.

    Raises
    ------
    NumericalError
        The reach could not be certified, or the contributions do not add up to J.
    """
    matrix = network.matrix(effective_share * split.pass_through)
    reach, certificate = solve_woven(matrix, network.customer_weight) or solve_along_loops(
        matrix, network.customer_weight, components_of(network)
    )
    contribution = reach.take(network.client)
    contribution *= effective_share
    contribution *= split.own
    total = dot(network.customer_weight, received)
    balance = (float(contribution.sum()) - total) / total if total > 0 else float(contribution.sum())
    if abs(balance) > BALANCE:
        raise NumericalError(
            "The contributions add up to the customers' gap only to a relative {balance:.1e}; {wanted:.0e} is "
            "wanted. No result is given.",
            balance=balance,
            wanted=BALANCE,
        )
    return Cascade(
        network=network,
        transmission=transmission,
        stringency=stringency,
        scoring=scoring,
        shortfall=shortfall,
        surplus=surplus,
        effective_share=effective_share,
        split=split,
        received=received,
        client_reach=reach,
        contribution=contribution,
        customer_shortfall=total,
        certificate=certificate,
        balance=balance,
    )

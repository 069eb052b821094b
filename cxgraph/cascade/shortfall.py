"""From scores to shortfalls, and from the services that a department gets to what it lacks."""

from __future__ import annotations

from weakref import WeakKeyDictionary

import numpy as np
import numpy.typing as npt

from cxgraph.errors import ParameterError
from cxgraph.model.arrays import Floats
from cxgraph.model.network import Network
from cxgraph.model.settings import Scoring, check_stringency
from cxgraph.tables.schema import SCORINGS


def shortfall(network: Network, scoring: Scoring = "ratio") -> tuple[Floats, Floats]:
    """Return each service's shortfall and surplus.

    With expectation x, fulfilment f and a scale from z to t, the level reached is (f - z)/(x - z) under
    ``ratio``, 1 - (x - f)/(t - z) under ``gap`` and (f - z)/(t - z) under ``perception``. The shortfall is 1
    minus the level, within [0, 1]. The surplus is what the level of the ratio exceeds 1 by.

    Parameters
    ----------
    network : Network
        m services.
    scoring : {"ratio", "gap", "perception"}
        How expectation and fulfilment are compared.

    Returns
    -------
    shortfall : float array, shape (m,)
        Fraction of the expectation that is not met, in [0, 1].
    surplus : float array, shape (m,)
        Over-delivery as a fraction of the expectation, at least 0; it offsets no other service's shortfall.
        0 where no expectation was stated.

    Raises
    ------
    ParameterError
        An unknown scoring, or a service without an expectation under a scoring that needs one.

    Notes
    -----
    An expectation at the bottom of the scale expects nothing: its shortfall and its surplus are 0. The field
    disagrees on gaps against perceptions, hence the choice.

    References
    ----------
    Parasuraman, A., Zeithaml, V. A. & Berry, L. L. (1988). SERVQUAL. Journal of Retailing 64(1), 12-40.
    Brandon-Jones, A. & Silvestro, R. (2010). Measuring internal service quality: comparing the gap-based and
    perceptions-only approaches. International Journal of Operations & Production Management 30(12),
    1291-1318.

    Examples
    --------
    >>> network = Network.from_arrays([0], [1], [8], [6], customer_weight=[0, 1])
    >>> shortfall(network)[0].tolist()
    [0.25]
    """
    if scoring not in SCORINGS:
        raise ParameterError(
            "scoring is {value}; choose one of {choices}.", value=repr(scoring), choices=", ".join(SCORINGS)
        )
    bottom, top = network.scale
    # In place where possible: on millions of services, fresh memory costs more than the arithmetic.
    expected, received = (scores - bottom if bottom else scores for scores in (network.expectation, network.fulfilment))
    if scoring != "perception" and np.isnan(expected).any():
        raise ParameterError(
            "{count} services have no expectation; scoring {scoring} needs one.",
            count=int(np.isnan(expected).sum()),
            scoring=repr(scoring),
        )
    level = divide_where(received, expected, expected > 0, 1.0)  # 1 where nothing is expected or stated
    surplus = level - 1.0
    np.maximum(surplus, 0.0, out=surplus)
    if scoring == "ratio":
        missing = np.subtract(1.0, level, out=level)
    elif scoring == "gap":
        missing = np.subtract(expected, received, out=level)
        missing /= top - bottom
    else:
        missing = np.divide(received, bottom - top, out=level)
        missing += 1.0
    return np.clip(missing, 0.0, 1.0, out=missing), surplus


def divide_where(one: Floats, other: Floats, wanted: npt.NDArray[np.bool_], otherwise: float = 0.0) -> Floats:
    """Return the quotients where they are wanted, else one number; shape (m,).

    Where all are wanted, as almost always, without a mask: numpy takes a masked operation number by number.
    """
    if wanted.all():
        return np.asarray(one / other)
    return np.asarray(np.divide(one, other, out=np.full(len(one), otherwise), where=wanted), np.float64)


_SHARES: WeakKeyDictionary[Network, Floats] = WeakKeyDictionary()


def importance_shares(network: Network) -> Floats:
    """Return a_e, the importance of each service among all that its client receives, shape (m,).

    They add up to 1 for each client; they are 0 where all of a client's importances are 0. Worked out once for a
    network, because they depend on nobody's scores; read-only.

    Parameters
    ----------
    network : Network
        m services.

    Returns
    -------
    float array, shape (m,)
        In [0, 1].
    """
    if network not in _SHARES:
        importance = network.importance
        if importance.max(initial=0.0) > 1e300:
            importance = importance / importance.max()  # so large that their sum would not be a number
        total = network.by_client(importance).take(network.client)
        shares = divide_where(importance, total, total > 0)
        shares.setflags(write=False)
        _SHARES[network] = shares
    return _SHARES[network]


def mean_shortfall(network: Network, shortfalls: Floats, chosen: npt.NDArray[np.bool_]) -> float:
    """Return the mean shortfall of chosen services, each weighted by its importance among all that its client receives.

    The one definition of the mean of a kind of services, in the report and in the audit alike.

    Parameters
    ----------
    network : Network
        m services.
    shortfalls : float array, shape (m,)
        In [0, 1].
    chosen : bool array, shape (m,)
        Which services count.

    Returns
    -------
    float
        In [0, 1]; NaN where none is chosen or none of them matters to its client.

    Examples
    --------
    >>> network = Network.from_arrays([0, 1], [2, 2], [10, 10], [5, 10], importance=[3, 1], customer_weight=[0, 0, 1])
    >>> mean_shortfall(network, np.array([0.5, 0.0]), np.array([True, True]))
    0.375
    """
    weight = importance_shares(network) * chosen
    total = float(weight.sum())
    return float(shortfalls @ weight) / total if total > 0 else float("nan")


def received_shortfall(network: Network, shortfalls: Floats, stringency: float = 1.0) -> tuple[Floats, Floats]:
    """Return what each department lacks of all that it receives, and each service's effective share in it.

    D_v = (sum over services e into v of a_e d_e^rho)^(1/rho): the weighted mean at rho = 1, the worst at
    infinity. D is homogeneous of degree 1, so by Euler's theorem D_v = sum of A_e d_e, with A_e = a_e
    (d_e/D_v)^(rho-1).

    Parameters
    ----------
    network : Network
        n departments, m services.
    shortfalls : float array, shape (m,)
        In [0, 1].
    stringency : float
        rho, at least 1; ``inf`` is the weakest link.

    Returns
    -------
    received : float array, shape (n,)
        D, in [0, 1]; 0 for departments that receive nothing that matters.
    effective_share : float array, shape (m,)
        A; adds up to at most 1 for each client, to exactly 1 at rho = 1. Where a client lacks nothing, the
        importance share (any other share would do as well: it multiplies zeros).

    Raises
    ------
    ParameterError
        A stringency below 1.

    Notes
    -----
    Shortfalls are divided by their client's worst one before they are raised to a power, so that no
    stringency, however large, overflows or loses the worst service.

    Examples
    --------
    >>> network = Network.from_arrays([0, 1], [2, 2], [10, 10], [5, 10], customer_weight=[0, 0, 1])
    >>> received_shortfall(network, np.array([0.5, 0.0]))[0].tolist()
    [0.0, 0.0, 0.25]
    """
    rho = check_stringency(stringency)
    shares = importance_shares(network)
    if rho == 1.0:
        return network.by_client(shares * shortfalls), shares
    counted = np.where(shares > 0, shortfalls, 0.0)  # a service of no importance is nobody's weakest link
    worst = np.zeros(network.departments)
    np.maximum.at(worst, network.client, counted)
    worst_here = worst.take(network.client)
    lacking = worst_here > 0
    relative = np.divide(counted, worst_here, out=np.zeros_like(counted), where=lacking)
    if np.isinf(rho):
        at_worst = shares * (relative == 1.0)
        total = network.by_client(at_worst).take(network.client)
        effective = np.divide(at_worst, total, out=np.zeros_like(total), where=lacking)
        return worst, np.where(lacking, effective, shares)
    power = relative ** (rho - 1.0)
    mean_power = network.by_client(shares * power * relative)
    received = worst * mean_power ** (1.0 / rho)
    scale = mean_power.take(network.client) ** ((rho - 1.0) / rho)
    effective = np.divide(shares * power, scale, out=np.zeros_like(power), where=lacking)
    return received, np.where(lacking, effective, shares)

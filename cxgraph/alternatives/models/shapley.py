"""Shapley values where they need no sampling: a sum of separate terms."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from cxgraph.alternatives.models.checks import FloatArray, check_range, numbers, vector
from cxgraph.errors import ParameterError


def shapley_linear(coefficients: ArrayLike, x: ArrayLike, baseline: ArrayLike = 0.0) -> FloatArray:
    """Shapley value of every input of a linear function: coefficient times departure from the baseline.

    In a linear function an input adds the same amount whatever the others are, so every order of arrival
    gives it the same marginal contribution and the average over orders is that amount. For D = (I - M)^-1 o
    it is the contribution of each own shortfall o_k: L_vk o_k at node v.

    Parameters
    ----------
    coefficients : (n,) or (m, n) array
        Coefficients of one linear function, or of m of them, a row each.
    x : (n,) array
        Values of the inputs.
    baseline : number or (n,) array, optional
        Values from which the departure is measured (in the statistical literature the inputs' means).

    Returns
    -------
    ndarray
        Attributions, with the shape of `coefficients`; along the last axis they sum to the function at `x`
        minus the function at `baseline`.

    Raises
    ------
    ParameterError
        Wrong shape, or a value that is missing or infinite.

    References
    ----------
    L. S. Shapley (1953). A value for n-person games. Contributions to the Theory of Games II, 307-317.
    Princeton University Press.

    Examples
    --------
    >>> shapley_linear([3, -2, 0.5], [1, 2, 4], [0, 1, 2])
    array([ 3., -2.,  1.])
    """
    slopes = numbers(coefficients, "coefficients")
    if slopes.ndim == 0:
        raise ParameterError("coefficients must be a list of numbers, one for each input.")
    check_range(slopes, "coefficients", -np.inf, np.inf)
    size = slopes.shape[-1]
    return slopes * (vector(x, "x", size) - vector(baseline, "baseline", size))

"""Functional Dependency Network Analysis: a node falls with its feeders' average and with the weakest one."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from cxgraph.alternatives.models.checks import FloatArray, Matrix, check_range, numbers, single, vector
from cxgraph.alternatives.models.dependency import Step, operate, read_dependencies, read_operability
from cxgraph.errors import ParameterError


def fdna(
    operability: ArrayLike,
    alpha: Matrix,
    beta: Matrix,
    *,
    scale: float = 100.0,
    ceiling: ArrayLike | None = None,
    cycles: str = "settle",
) -> FloatArray:
    """Operability of every node under Functional Dependency Network Analysis.

    For a node j fed by n_j >= 1 nodes i, with S the top of the scale::

        SODP_j = mean over i of alpha_ij P_i + S (1 - alpha_ij)      strength of dependency
        CODP_j = min over i of P_i + beta_ij                         criticality of dependency
        P_j    = min(SODP_j, CODP_j)                                 and at most ceiling_j

    A node without feeders keeps the operability given.

    Parameters
    ----------
    operability : (n,) or (..., n) array
        Operability of the root nodes, 0 to `scale`. Values at nodes with feeders are not used and may be NaN.
        Leading axes are scenarios.
    alpha : (n, n) array or sparse matrix in [0, 1]
        Strength of dependency, **[i, j] from feeder i to receiver j**. 0 or NaN: j does not depend on i.
    beta : (n, n) array, sparse matrix or number, 0 to `scale`
        Criticality constraint, same orientation, read only where alpha is positive. **Small is critical**:
        with 0 the receiver is never better than this feeder, with `scale` the constraint never binds. (SODA's
        COD runs the other way.) The source keeps beta <= S (1 - alpha); here larger values are allowed. A link of
        criticality alone, alpha 0 in the source, takes an alpha too small to matter, such as 1e-15.
    scale : float, optional
        Top of the scale S: 100 as published, 1 for fractions.
    ceiling : (n,) or (..., n) array or number, optional
        Self-effectiveness: what each node, roots included, cannot exceed however well it is fed. Leading axes are
        scenarios. Not part of the source; None leaves it out.
    cycles : {"settle", "refuse"}, optional
        The source defines directed acyclic graphs. ``settle`` gives a graph with loops the largest
        operabilities that satisfy the equations; ``refuse`` raises.

    Returns
    -------
    ndarray
        P, 0 to `scale`, with the shape of `operability`; that of `ceiling` where only that one has scenarios.

    Raises
    ------
    ParameterError
        Wrong shape, value out of range or missing, or a loop with ``cycles="refuse"``.
    NumericalError
        The loops did not settle.

    Notes
    -----
    One pass over the links, grouped by depth; with loops as many passes as they need. A loop that no
    degraded node feeds stays fully operable.

    References
    ----------
    P. R. Garvey and C. A. Pinto (2009). Introduction to Functional Dependency Network Analysis. Second
    International Symposium on Engineering Systems, MIT, Cambridge, Massachusetts.

    Examples
    --------
    One feeder at 50 with alpha .4 and beta 20: min(.4 * 50 + 60, 50 + 20).

    >>> fdna([50, 100], [[0, 0.4], [0, 0]], [[0, 20], [0, 0]])
    array([50., 70.])
    """
    if not single(scale) > 0:
        raise ParameterError("scale is {value}; it takes a positive number.", value=repr(scale))
    network, strength = read_dependencies(alpha, "alpha", cycles)
    allowance = network.at_links(beta, "beta", 0.0, scale)
    start = read_operability(operability, "operability", network, scale)
    limit = None
    if ceiling is not None:
        limit = numbers(ceiling, "ceiling")
        if limit.ndim < 2 or limit.shape[-1] != network.size:
            limit = vector(limit, "ceiling", network.size)
        check_range(limit, "ceiling", 0.0, scale)
        start = np.minimum(start, limit)

    def rule(step: Step, feeding: FloatArray) -> FloatArray:
        part = strength[step.link]
        supported = np.add.reduceat(part * feeding + scale * (1.0 - part), step.first, axis=-1) / step.count
        critical = np.minimum.reduceat(feeding + allowance[step.link], step.first, axis=-1)
        # A mean of values that all equal the top may round to a hair above it.
        result: FloatArray = np.minimum(np.minimum(supported, critical), scale)
        return result if limit is None else np.minimum(result, limit[..., step.receiver])

    return operate(network, start, scale, rule)

"""Systems Operational Dependency Analysis: FDNA with self-effectiveness and a third parameter."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from cxgraph.alternatives.models.checks import FloatArray, Matrix, check_range, single
from cxgraph.alternatives.models.dependency import Step, operate, read_dependencies, read_operability
from cxgraph.errors import ParameterError

TOP = 100.0


def soda(
    se: ArrayLike,
    sod: Matrix,
    cod: Matrix,
    iod: Matrix,
    *,
    exponent: float = 0.1,
    cycles: str = "settle",
) -> FloatArray:
    """Operability of every node under Systems Operational Dependency Analysis.

    For a node j fed by n_j >= 1 nodes i::

        SODP_j = mean over i of SOD_ij O_i + (1 - SOD_ij) SE_j
        CODP_j = min over i of  O_i 100 / IOD_ij + (100 - COD_ij) w_ij ^ exponent
        w_ij   = 1 with one feeder, else the mean of O_k / 100 over the other feeders k
        O_j    = min(SODP_j, CODP_j)

    A node without feeders has its self-effectiveness: O = SE.

    Parameters
    ----------
    se : (n,) or (..., n) array, 0 to 100
        Self-effectiveness of every node. Leading axes are scenarios.
    sod : (n, n) array or sparse matrix in [0, 1]
        Strength of dependency, **[i, j] from feeder i to receiver j**. 0 or NaN: j does not depend on i.
    cod : (n, n) array, sparse matrix or number, 0 to 100
        Criticality of dependency, same orientation, read only where sod is positive. **Large is critical**:
        what the receiver loses when this feeder is dead. (FDNA's beta runs the other way: beta = 100 - COD
        where IOD = 100.)
    iod : (n, n) array, sparse matrix or number, 1 to 100
        Impact of dependency: 100 makes the receiver follow the feeder point by point, small values make it
        recover fast once the feeder works a little. Read only where sod is positive.
    exponent : float, optional
        How much the other feeders matter to the criticality term: 0.1 as in the authors' program, 0 to leave
        the weight out (w^0 = 1), as for a single feeder.
    cycles : {"settle", "refuse"}, optional
        ``settle`` gives a graph with loops the largest operabilities that satisfy the equations, reached from
        100 downward until a round changes less than 1e-13 of the scale; ``refuse`` raises.

    Returns
    -------
    ndarray
        O, with the shape of `se`, 0 to 100.

    Raises
    ------
    ParameterError
        Wrong shape, value out of range or missing, or a loop with ``cycles="refuse"``.
    NumericalError
        The loops did not settle.

    Notes
    -----
    One pass over the links, grouped by depth; with loops as many passes as they need. With SE_j = 100 and
    IOD = 100 it is `fdna` with beta = 100 - COD for one feeder, and for several with ``exponent=0``.

    References
    ----------
    C. Guariniello and D. DeLaurentis (2017). Supporting design via the System Operational Dependency Analysis
    methodology. Research in Engineering Design 28, 53-69. https://doi.org/10.1007/s00163-016-0229-0
    (The weight w is that of the SODA GUI 2.2, C. Guariniello 2017.)

    Examples
    --------
    >>> soda([50, 100], [[0, 0.4], [0, 0]], [[0, 80], [0, 0]], [[0, 100], [0, 0]])
    array([50., 70.])
    """
    if not single(exponent) >= 0:
        raise ParameterError("exponent is {value}; it takes a number, 0 or more.", value=repr(exponent))
    network, strength = read_dependencies(sod, "sod", cycles)
    criticality = network.at_links(cod, "cod", 0.0, TOP)
    impact = network.at_links(iod, "iod", 1.0, TOP)
    own = read_operability(se, "se", network, TOP)
    check_range(own, "se", 0.0, TOP)  # unlike FDNA's, a receiver's own value counts

    def rule(step: Step, feeding: FloatArray) -> FloatArray:
        part = strength[step.link]
        receiver = np.repeat(step.receiver, step.count)
        supported = np.add.reduceat(part * feeding + (1.0 - part) * own[..., receiver], step.first, axis=-1)
        others = np.repeat(np.add.reduceat(feeding, step.first, axis=-1), step.count, axis=-1) - feeding
        rivals = np.repeat(step.count, step.count) - 1
        # The sum less the feeder itself may round to a hair below zero, which has no root.
        health = np.where(rivals > 0, np.maximum(others, 0.0) / (TOP * np.maximum(rivals, 1)), 1.0)
        reserve = (TOP - criticality[step.link]) * health**exponent
        critical = np.minimum.reduceat(feeding * (TOP / impact[step.link]) + reserve, step.first, axis=-1)
        return np.minimum(np.minimum(supported / step.count, critical), TOP)

    return operate(network, own, TOP, rule)

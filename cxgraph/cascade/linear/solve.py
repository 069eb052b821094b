"""The linear system of the cascade, x = g + T x, solved along its loops and certified."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy import sparse
from scipy.sparse.linalg import splu, spsolve_triangular

from cxgraph.cascade.linear.components import SPARSE_LOOP, Components, Cut, cut_loop
from cxgraph.errors import NumericalError
from cxgraph.model.arrays import Floats

SMALL_LOOP = 32
"""Loops of up to so many departments are factored where they stand in the order; the fill stays inside them."""
MOST_CLOSING = 64
"""A longer loop that closes at no more departments than this is cut there and solved exactly."""
LEAST_WOVEN = 2_000
"""Departments from which a whole network of many services each is iterated before its loops are looked for."""
ACCURACY = 1e-13
"""Largest error of the result, in the 1-norm and relative to it, that is returned."""
MOST_FACTORED = 5_000
"""A loop on which the iteration stalls is factored up to this size; beyond it the fill would not fit."""
_GOAL = 4e-15
_ROUNDS = 12
_STEP = 1e-9
_NEARLY_ALL = 0.9
_MOST_PRODUCTS = 60
_FIRST_ROUNDS = 6
_MIXED = 4
_INDEPENDENT = 1e-13
_MOST_GRADIENTS = 400


@dataclass(frozen=True, slots=True)
class Certificate:
    """How far the solution can be from the exact one.

    Attributes
    ----------
    residual : float
        Sum of |g - x + T x|; the largest of them for `solve_downstream`.
    error_bound : float
        Largest possible sum of |x - exact x| (or largest single one): residual / (1 - norm of T).
    method : str
        ``triangular``, ``factored``, ``cut``, ``iterated``: the most laborious of the ways that were needed.
    """

    residual: float
    error_bound: float
    method: str


_METHODS = ("triangular", "factored", "cut", "iterated")


def solve_along_loops(matrix: sparse.csr_matrix, right: Floats, components: Components) -> tuple[Floats, Certificate]:
    """Solve x = g + T x, component by component, and certify the answer.

    Clients come before suppliers, so each component needs only what is already known and its own inside. Runs
    of departments outside loops, and of small loops, are triangular or nearly so and take one sparse solve. A
    long loop is cut at a few departments where that is possible, and iterated otherwise.

    Parameters
    ----------
    matrix : csr_matrix, shape (n, n)
        T, supplier by client, entries >= 0, column sums (over the suppliers of a client) below 1.
    right : float array, shape (n,)
        g, at least 0.
    components : Components
        Of the matrix's pattern, clients first.

    Returns
    -------
    x : float array, shape (n,)
        The solution, at least 0.
    certificate : Certificate
        Residual and error bound.

    Raises
    ------
    NumericalError
        Column sums of 1 or more, or an answer less accurate than `ACCURACY`.

    Notes
    -----
    Column sums below 1 make I - T diagonally dominant: every elimination is stable without pivoting and every
    iteration contracts. The bound follows from the norm of the inverse, at most 1 / (1 - largest column sum).
    A factorisation of the whole matrix fills in (measured: 200 s at 100,000 services); these steps are linear
    in departments and services but for long loops, where they are linear in each of at most a few dozen
    rounds.

    Examples
    --------
    >>> from cxgraph.cascade.linear.components import find_components
    >>> matrix = sparse.csr_matrix([[0, .5], [0, 0]])
    >>> solve_along_loops(matrix, np.array([0., 1.]), find_components(matrix))[0].tolist()
    [0.5, 1.0]
    """
    gain = _largest_gain(matrix)
    x, method = _solve_segments(matrix, right, components)
    np.maximum(x, 0.0, out=x)
    residual = float(np.abs(right - x + matrix @ x).sum())
    _check_accuracy(residual, float(x.sum()))
    return x, Certificate(residual, residual / (1.0 - gain), method)


def solve_woven(matrix: sparse.csr_matrix, right: Floats) -> tuple[Floats, Certificate] | None:
    """Solve x = g + T x as a whole, before anybody has looked for loops, where that is likely to cost less.

    Parameters
    ----------
    matrix, right
        As in `solve_along_loops`.

    Returns
    -------
    (x, certificate) or None
        As `solve_along_loops`. None where departments are few or have few services each, or where the rounds did not
        come to the certified accuracy: then the loops tell how to go on.

    Raises
    ------
    NumericalError
        Column sums of 1 or more.
    """
    if matrix.shape[0] < LEAST_WOVEN or matrix.nnz <= SPARSE_LOOP * matrix.shape[0]:
        return None
    gain = _largest_gain(matrix)
    x = np.maximum(_extrapolated_rounds(matrix, right, 0.0), 0.0)
    residual = float(np.abs(right - x + matrix @ x).sum())
    if not residual <= ACCURACY * float(x.sum()):
        return None
    return x, Certificate(residual, residual / (1.0 - gain), "iterated")


def _largest_gain(matrix: sparse.csr_matrix) -> float:
    """Return the largest column sum; refuse one of 1 or more."""
    size = matrix.shape[0]
    columns = sparse.csc_matrix((matrix.data, matrix.indices, matrix.indptr), (size, size))
    gain = float((columns @ np.ones(size)).max(initial=0.0))
    if not gain < 1:
        raise NumericalError(
            "Some department would receive a gap larger than all those of its suppliers (gain {gain:.6g}); the "
            "cascade has no finite answer. Lower the transmission.",
            gain=gain,
        )
    return gain


def solve_downstream(matrix: sparse.csr_matrix, right: Floats, components: Components) -> tuple[Floats, Certificate]:
    """Solve x = b + M x, where M carries what suppliers lack to their clients, and certify the answer.

    The same as `solve_along_loops` with the flow the other way: suppliers come before clients, and it is the
    row sums of M (over the services that a client receives) that stay below 1.

    Parameters
    ----------
    matrix : csr_matrix, shape (n, n)
        M, client by supplier, entries >= 0, row sums below 1.
    right : float array, shape (n,)
        b, of either sign.
    components : Components
        Of the supplier-by-client pattern, clients first, as `find_components` returns them.

    Returns
    -------
    x : float array, shape (n,)
        The solution.
    certificate : Certificate
        Largest residual and largest possible error of an entry.

    Raises
    ------
    NumericalError
        Row sums of 1 or more, or an answer less accurate than `ACCURACY`.

    Examples
    --------
    >>> from cxgraph.cascade.linear.components import find_components
    >>> matrix = sparse.csr_matrix([[0, .5], [0, 0]])  # supplier by client
    >>> solve_downstream(matrix.T.tocsr(), np.array([1., 0.]), find_components(matrix))[0].tolist()
    [1.0, 0.5]
    """
    gain = float(np.asarray(matrix.sum(axis=1)).max(initial=0.0))
    if not gain < 1:
        raise NumericalError(
            "Some department would receive a gap larger than all those of its suppliers (gain {gain:.6g}); the "
            "cascade has no finite answer. Lower the transmission.",
            gain=gain,
        )
    x, method = _solve_segments(matrix, right, components.reversed())
    residual = float(np.abs(right - x + matrix @ x).max(initial=0.0))
    _check_accuracy(residual, float(np.abs(x).max(initial=0.0)))
    return x, Certificate(residual, residual / (1.0 - gain), method)


def _solve_segments(matrix: sparse.csr_matrix, right: Floats, components: Components) -> tuple[Floats, str]:
    """Solve segment by segment; each needs only earlier ones and its own inside."""
    if _woven_into_one(matrix, components):
        x, left = solve_by_rounds(matrix, right)
        if left <= ACCURACY * float(np.abs(x).sum()):
            return x, "iterated"
    x = np.zeros(matrix.shape[0])
    hardest = 0
    for members, loop in _segments(components):
        rows = matrix[members]
        inside = rows[:, members]
        known = right[members] + rows @ x
        x[members], way = _solve_loop(inside, known) if loop else _solve_run(inside, known)
        hardest = max(hardest, _METHODS.index(way))
    return x, _METHODS[hardest]


def _woven_into_one(matrix: sparse.csr_matrix, components: Components) -> bool:
    """Whether one dense loop is nearly everything: cutting it out would cost more than iterating on the rest too."""
    largest = int(components.size.max(initial=0))
    return (
        largest > SMALL_LOOP and largest >= _NEARLY_ALL * matrix.shape[0] and matrix.nnz > SPARSE_LOOP * matrix.shape[0]
    )


def _check_accuracy(residual: float, size: float) -> None:
    scale = max(size, np.finfo(float).tiny)
    if not residual <= ACCURACY * scale:
        raise NumericalError(
            "The cascade could not be solved to the certified accuracy: relative residual {residual:.2e}, wanted "
            "{wanted:.0e}. A transmission close to 1 inside a large loop does this; lower it and run again.",
            residual=residual / scale,
            wanted=ACCURACY,
        )


def _segments(components: Components) -> list[tuple[npt.NDArray[np.int64], bool]]:
    """Cut the order of the components into long loops and the runs between them."""
    long_loops = np.flatnonzero(components.size > SMALL_LOOP)
    segments: list[tuple[npt.NDArray[np.int64], bool]] = []
    begin = 0
    for loop in long_loops:
        if components.start[loop] > begin:
            segments.append((components.members[begin : components.start[loop]], False))
        segments.append((components.of(int(loop)), True))
        begin = int(components.start[loop + 1])
    if begin < len(components.members):
        segments.append((components.members[begin:], False))
    return segments


def _solve_run(inside: sparse.csr_matrix, right: Floats) -> tuple[Floats, str]:
    """Solve a run without long loops: triangular, or a factorisation that fills in only inside its small loops."""
    if inside.nnz == 0:
        return right, "triangular"
    system = (sparse.identity(inside.shape[0], format="csr") - inside).tocsc()
    above = inside.indices > np.repeat(np.arange(inside.shape[0]), np.diff(inside.indptr))
    if not above.any():
        return spsolve_triangular(system, right, lower=True, unit_diagonal=True), "triangular"
    factors = splu(system, permc_spec="NATURAL", diag_pivot_thresh=0.0, options={"Equil": False})
    return factors.solve(right), "factored"


def _solve_loop(inside: sparse.csr_matrix, right: Floats) -> tuple[Floats, str]:
    """Solve one long loop: cut where it closes at few departments, iterated otherwise."""
    cut = cut_loop(inside, MOST_CLOSING)
    if cut is not None:
        return CutLoop(inside, cut).solve(right), "cut"
    x, left = solve_by_rounds(inside, right)
    if left > ACCURACY * float(np.abs(x).sum()) and inside.shape[0] <= MOST_FACTORED:
        return splu((sparse.identity(inside.shape[0], format="csr") - inside).tocsc()).solve(right), "factored"
    return x, "iterated"


class CutLoop:
    """A loop cut at its closing departments: triangular solves and a small dense system give its inverse.

    With T0 the matrix without the columns of the closing departments F (triangular in the cut's order) and
    N = (I - T0)^-1, the inverse is G = N + W K Y with W = N T[:, F], Y = N[F, :] and K = (I - W[F, :])^-1
    (the Sherman-Morrison-Woodbury identity).

    Parameters
    ----------
    inside : csr_matrix, shape (k, k)
        T of one strongly connected component.
    cut : Cut
        Its order and closing departments.
    """

    def __init__(self, inside: sparse.csr_matrix, cut: Cut) -> None:
        size = inside.shape[0]
        closes = np.zeros(size, bool)
        closes[cut.closing] = True
        opened = sparse.csr_matrix(
            (np.where(closes[inside.indices], 0.0, inside.data), inside.indices, inside.indptr), inside.shape
        )
        self.closing = cut.closing
        self._order = cut.order
        ordered = opened[cut.order][:, cut.order]
        ordered.eliminate_zeros()
        self._system = (sparse.identity(size, format="csr") - ordered).tocsc()
        self.into_closing = self._opened_solve(inside[:, cut.closing].toarray())
        small = np.eye(len(cut.closing)) - self.into_closing[cut.closing]
        self.closed = np.linalg.inv(small)

    def solve(self, right: Floats) -> Floats:
        """Return x = g + T x for a right side of shape (k,)."""
        open_part = self._opened_solve(right)
        return np.asarray(open_part + self.into_closing @ (self.closed @ open_part[self.closing]))

    def from_closing(self) -> Floats:
        """Return Y, the rows of N at the closing departments, shape (f, k)."""
        unit = np.zeros((self._system.shape[0], len(self.closing)))
        unit[self.closing, np.arange(len(self.closing))] = 1.0
        rows = np.empty_like(unit)
        rows[self._order] = spsolve_triangular(
            self._system.T.tocsc(), unit[self._order], lower=False, unit_diagonal=True
        )
        return rows.T

    def _opened_solve(self, right: Floats) -> Floats:
        result = np.empty_like(right, dtype=float)
        result[self._order] = spsolve_triangular(
            self._system, right[self._order].astype(float), lower=True, unit_diagonal=True
        )
        return result


def solve_by_rounds(inside: sparse.csr_matrix, right: Floats) -> tuple[Floats, float]:
    """Iterate to the last digit: each round solves for what the last one left over.

    Parameters
    ----------
    inside : csr_matrix, shape (k, k)
        T, of which rounds die out.
    right : float array, shape (k,)
        g, of either sign.

    Returns
    -------
    x : float array, shape (k,)
        As near to x = g + T x as the rounds came.
    left : float
        Sum of |g - x + T x|: whether that is near enough is for the caller to say.

    Notes
    -----
    At most some ten thousand products with T, a few dozen where departments are closely woven.
    """
    x = np.zeros(inside.shape[0])
    left = right
    error = float(np.abs(left).sum())
    woven = True
    for _ in range(_ROUNDS):
        if error == 0.0:
            break
        step = (
            _extrapolated_rounds(inside, left, float(np.abs(x).sum())) if woven else _stabilised_gradients(inside, left)
        )
        candidate = x + step
        remaining = right - candidate + inside @ candidate
        smaller = float(np.abs(remaining).sum())
        if not smaller < error:
            break  # the last digit is reached, or the caller's certificate will say that it was not
        woven = woven and smaller < _STEP * error  # else too slow: short memories forget long ways
        x, left, error = candidate, remaining, smaller
        if error <= _GOAL * float(np.abs(x).sum()):
            break
    return x, error


def _extrapolated_rounds(inside: sparse.csr_matrix, right: Floats, known: float) -> Floats:
    """Solve x = g + T x round by round, extrapolated every few rounds, until what is left no longer counts beside x.

    A round adds T times what the last one added, r. In a closely woven loop all but a few of the eigenvalues of T are
    small, so after some rounds r shrinks along those few alone; the mixture of the last rounds whose r is least
    (Mesina's reduced rank extrapolation) takes them out. It needs as many products as the method of generalized
    minimal residuals, and few sums besides.

    Parameters
    ----------
    inside : csr_matrix, shape (k, k)
        T.
    right : float array, shape (k,)
        g.
    known : float
        1-norm of what has been solved already, which x is added to.

    References
    ----------
    Smith, D. A., Ford, W. F. & Sidi, A. (1987). Extrapolation methods for vector sequences. SIAM Review 29(2),
    199-233. https://doi.org/10.1137/1029042
    """
    x, rounds = right, [inside @ right]  # r of the last few x, each of which is the one before plus its r
    window = _FIRST_ROUNDS
    for _ in range(_MOST_PRODUCTS):
        if float(np.abs(rounds[-1]).sum()) <= _GOAL * max(known, float(np.abs(x).sum())):
            break
        if len(rounds) == window:
            x, least = _extrapolate(x, rounds[-_MIXED:])
            rounds = [least]
            window += 1  # where many eigenvalues are large, each extrapolation has to see further
        x = x + rounds[-1]
        rounds.append(inside @ rounds[-1])
    return x


def _extrapolate(x: Floats, rounds: list[Floats]) -> tuple[Floats, Floats]:
    """Return the mixture of the last iterates whose round is least, and that round.

    The shares sum to 1. They minimise the length of the mixed rounds, by the normal equations of the rounds scaled to
    length 1; the first round that lies in the span of the newer ones, but for rounding, is the last one that counts.
    """
    newest = rounds[::-1]
    length = [dot(one, one) ** 0.5 for one in newest]
    factor: list[list[float]] = []  # of Cholesky
    for one, size in zip(newest, length, strict=True):
        row: list[float] = []
        for other, other_size, above in zip(newest, length, factor, strict=False):
            inner = dot(one, other) / (size * other_size)
            row.append((inner - sum(a * b for a, b in zip(row, above, strict=False))) / above[-1])
        rest = 1.0 - sum(a * a for a in row)
        factor.append([*row, max(rest, _INDEPENDENT) ** 0.5])
        if rest < _INDEPENDENT:
            break
    count = len(factor)
    share = [1.0 / size for size in length[:count]]
    for place, row in enumerate(factor):
        share[place] = (share[place] - sum(a * b for a, b in zip(row[:-1], share, strict=False))) / row[-1]
    for place in reversed(range(count)):
        below = sum(factor[later][place] * share[later] for later in range(place + 1, count))
        share[place] = (share[place] - below) / factor[place][place]
    share = [part / size for part, size in zip(share, length, strict=False)]
    total = sum(share)
    share = [part / total for part in share]
    least, mixed, newer = np.zeros_like(x), x.copy(), 0.0
    for place, part in enumerate(share):
        if place:  # the iterate before this one's: a round less, for all shares that are this old or older
            mixed -= (1.0 - newer) * newest[place]
        least += part * newest[place]
        newer += part
    return mixed, least


def _stabilised_gradients(inside: sparse.csr_matrix, right: Floats) -> Floats:
    """Solve x = g + T x to a relative residual of `_STEP` by the stabilised biconjugate gradients of van der Vorst.

    Why neither these nor the extrapolated rounds are scipy's `bicgstab` or `gmres`: those add up by BLAS, whose one and
    two threads gave different bytes in each of five loops measured (20,000 departments, 60,000 to 1,000,000 services,
    gains of 0.6 and 0.95), where ours gave the same. With one thread they took 0.8 to 1.6 and 1.7 to 3.2 times our
    processor time, with two, on a busy machine, 5 to 35 and 7 to 98 times. Relative residuals were at most 2e-15.

    References
    ----------
    van der Vorst, H. A. (1992). Bi-CGSTAB: a fast and smoothly converging variant of Bi-CG for the solution of
    nonsymmetric linear systems. SIAM Journal on Scientific and Statistical Computing 13(2), 631-644.
    https://doi.org/10.1137/0913035
    """
    x = np.zeros_like(right)
    left, shadow = right.copy(), right
    search = right.copy()
    product = dot(shadow, left)
    wanted = _STEP * dot(right, right) ** 0.5
    for _ in range(_MOST_GRADIENTS):
        moved = search - inside @ search
        along = dot(shadow, moved)
        if along == 0.0 or product == 0.0:
            break
        length = product / along
        left -= length * moved
        turned = left - inside @ left
        square = dot(turned, turned)
        damping = dot(turned, left) / square if square > 0.0 else 0.0
        x += length * search
        x += damping * left
        left -= damping * turned
        if damping == 0.0 or dot(left, left) ** 0.5 <= wanted:
            break
        before, product = product, dot(shadow, left)
        search -= damping * moved
        search *= product / before * length / damping
        search += left
    return x


def dot(one: Floats, other: Floats) -> float:
    """Return the sum of products, always added in the same order and by one thread, which BLAS does not promise."""
    return float(np.einsum("i,i->", one, other))

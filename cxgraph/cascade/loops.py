"""Circles of departments that serve each other: how much they multiply a fault, and where to cut them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy import sparse

from cxgraph.cascade.attribution import dense_blocks
from cxgraph.cascade.cascade import Cascade
from cxgraph.cascade.linear.components import Components, find_components
from cxgraph.cascade.linear.spectral import MOST_DENSE, bound_spectral_radius, largest_root
from cxgraph.errors import check_whole
from cxgraph.model.arrays import Floats
from cxgraph.model.network import row_starts
from cxgraph.model.organization import Organization

VICIOUS = 0.01
"""Gain from which a circle is called vicious: it returns at least a hundredth of a fault to where it entered."""
TRIED = 24
"""Services of a loop that are taken out one by one to find the weakest; all of them in loops with no more."""
TRIED_IN_LARGE = 4
COLUMNS = (
    "departments",
    "services",
    "gain",
    "multiplier",
    "circle",
    "weakest_supplier",
    "weakest_client",
    "weakest_service",
    "gain_without",
    "uncertainty",
    "members",
)
_AT_ONCE = 1_000_000


@dataclass(frozen=True, eq=False)
class Loop:
    """One strongly connected component of departments.

    Attributes
    ----------
    members : int array
        Departments, in ascending order.
    services : int array
        The services among them.
    gain : float
        Spectral radius of M on it, in [0, 1): what one way round leaves of a fault, on average.
    uncertainty : float
        Largest possible error of the gain.
    weakest : int or None
        The service whose end would lower the gain most; None where the loop returns nothing.
    gain_without : float
        The gain without that service.
    """

    members: npt.NDArray[np.int64]
    services: npt.NDArray[np.int64]
    gain: float
    uncertainty: float
    weakest: int | None
    gain_without: float

    @property
    def multiplier(self) -> float:
        """1 / (1 - gain): how much a fault that enters the loop grows by going round and round.

        Transmissions next below 1 make a gain that rounds to 1, though it is less.
        """
        return 1.0 / max(1.0 - self.gain, float(np.finfo(float).epsneg))

    @property
    def vicious(self) -> bool:
        """Whether the circle returns shortfall; a virtuous one serves its own without passing any on."""
        return self.gain >= VICIOUS


@dataclass(frozen=True, eq=False)
class Loops:
    """The loops with the highest gains, and how many there are.

    Attributes
    ----------
    loops : tuple of Loop
        The highest gain first; of equal gains the larger, then the one with the lowest department number.
    found : int
        How many loops the network has.
    """

    loops: tuple[Loop, ...]
    found: int


def find_loops(cascade: Cascade, top: int = 20) -> Loops:
    """Return the circles of departments, those first that multiply faults most.

    A loop is a strongly connected component of the services, whether or not they carry shortfall today. Its
    gain is the spectral radius of M[v, u] = sum of A_e p_e on it.

    Parameters
    ----------
    cascade : Cascade
        A solved cascade.
    top : int
        How many loops are described, at least 1.

    Returns
    -------
    Loops
        At most `top`.

    Raises
    ------
    ParameterError
        `top` is not a whole number of 1 or more.

    Notes
    -----
    The parts of a loop that carry shortfall may be smaller loops (a service that passes nothing on cuts it
    today); the gain is that of the strongest of them. Loops of up to 64 departments are solved as dense
    matrices, many at once; larger ones along their cut or by the power method, with bounds (see
    `largest_root`).

    The weakest service is sought among those with the largest derivative of the gain, left_u A_e p_e right_v:
    each of the first 24 (4 in loops of over 64 departments) is taken out and the gain computed again; of
    equal results the service that couples least is taken. In loops with more services another one could, in
    principle, do better.

    References
    ----------
    Berman, A. & Plemmons, R. J. (1994). Nonnegative Matrices in the Mathematical Sciences. SIAM, chapter 2.

    Examples
    --------
    >>> from cxgraph.cascade.cascade import solve_cascade
    >>> from cxgraph.model.network import Network
    >>> network = Network.from_arrays([0, 1], [1, 0], [10, 10], [5, 5], customer_weight=[0, 1])
    >>> loop = find_loops(solve_cascade(network, np.full(2, .6))).loops[0]
    >>> loop.members.tolist(), round(loop.gain, 6), round(loop.multiplier, 6), loop.vicious
    ([0, 1], 0.6, 2.5, True)
    """
    check_whole("top", top)
    components = cascade.components
    loops = np.flatnonzero(components.size > 1)
    carrying = _carrying_matrix(cascade)
    parts = find_components(carrying)
    roots = _roots(carrying, parts)
    home = components.label[parts.members[parts.start[:-1]]] if len(parts.size) else np.zeros(0, np.int32)
    gain = np.zeros(len(components.size))
    np.maximum.at(gain, home, roots[0])
    lowest = np.full(len(components.size), cascade.network.departments)
    np.minimum.at(lowest, components.label, np.arange(cascade.network.departments))
    order = loops[np.lexsort((lowest[loops], -components.size[loops], -gain[loops]))][: int(top)]
    return Loops(
        tuple(_describe(cascade, int(loop), carrying, parts, roots, np.flatnonzero(home == loop)) for loop in order),
        len(loops),
    )


def _carrying_matrix(cascade: Cascade) -> sparse.csr_matrix:
    """Return the supplier-by-client matrix of the services that pass something on."""
    network, coupling = cascade.network, cascade.coupling
    used = coupling > 0
    size = network.departments
    return sparse.csr_matrix(
        (coupling[used], network.client[used], row_starts(network.supplier[used], size)), shape=(size, size)
    )


def _roots(carrying: sparse.csr_matrix, parts: Components) -> tuple[Floats, Floats]:
    """Return gain and uncertainty of every component of the carrying services; 0 for single departments."""
    gain, uncertainty = np.zeros(len(parts.size)), np.zeros(len(parts.size))
    for size in np.unique(parts.size[(parts.size > 1) & (parts.size <= MOST_DENSE)]):
        same = np.flatnonzero(parts.size == size)
        for some in np.array_split(same, -(-len(same) * size**2 // _AT_ONCE)):
            members = parts.members[parts.start[some][:, None] + np.arange(size)]
            gain[some] = np.abs(np.linalg.eigvals(dense_blocks(carrying, members))).max(axis=1)
            uncertainty[some] = size * np.finfo(float).eps
    for part in np.flatnonzero(parts.size > MOST_DENSE):
        members = parts.of(int(part))
        gain[part], uncertainty[part] = largest_root(carrying[members][:, members])
    return gain, uncertainty


def _describe(
    cascade: Cascade,
    loop: int,
    carrying: sparse.csr_matrix,
    parts: Components,
    roots: tuple[Floats, Floats],
    inside: npt.NDArray[np.intp],
) -> Loop:
    network, components = cascade.network, cascade.components
    members = np.sort(components.of(loop))
    mine = np.zeros(network.departments, bool)
    mine[members] = True
    services = np.flatnonzero(mine[network.supplier] & mine[network.client])
    gains = roots[0][inside]
    strongest = int(np.argmax(gains)) if len(gains) else 0
    if not len(gains) or gains[strongest] == 0:
        return Loop(members, services, 0.0, 0.0, None, 0.0)
    others = float(np.delete(gains, strongest).max(initial=0.0))
    part = parts.of(int(inside[strongest]))
    weakest, without = _weakest(cascade, carrying, part, float(gains[strongest]))
    return Loop(
        members, services, float(gains[strongest]), float(roots[1][inside][strongest]), weakest, max(without, others)
    )


def _weakest(
    cascade: Cascade, carrying: sparse.csr_matrix, part: npt.NDArray[np.int64], gain: float
) -> tuple[int, float]:
    """Return the service to cut and the gain of this part without it."""
    network, coupling = cascade.network, cascade.coupling
    place = np.full(network.departments, -1)
    place[part] = np.arange(len(part))
    services = np.flatnonzero((place[network.supplier] >= 0) & (place[network.client] >= 0) & (coupling > 0))
    supplier, client, strength = place[network.supplier[services]], place[network.client[services]], coupling[services]
    block = carrying[part][:, part]
    forward, backward = bound_spectral_radius(block), bound_spectral_radius(block.T.tocsr())
    # Rounded, so that services which a symmetry makes equal are told apart by what they couple, not by noise.
    effect = _rounded(backward.vector[supplier] * strength * forward.vector[client])
    order = np.lexsort((services, strength, -effect))[: TRIED if len(part) <= MOST_DENSE else TRIED_IN_LARGE]
    results = []
    for at in order:
        left = np.where(np.arange(len(services)) == at, 0.0, strength)
        without = min(_gain_of(sparse.csr_matrix((left, (supplier, client)), shape=block.shape)), gain)
        results.append((round(without, 12), float(strength[at]), int(services[at]), without))
    best = min(results)
    return best[2], best[3]


def _gain_of(block: sparse.csr_matrix) -> float:
    """Return the spectral radius of a small network that may have come apart."""
    block.eliminate_zeros()
    return float(_roots(block, find_components(block))[0].max(initial=0.0))


def _rounded(effect: Floats) -> Floats:
    largest = effect.max(initial=0.0)
    return np.round(effect / largest, 9) if largest > 0 else effect


def loops_frame(organization: Organization, cascade: Cascade, top: int = 20) -> pd.DataFrame:
    """Return the loops by name, those first that multiply faults most.

    Parameters
    ----------
    organization : Organization
        What was analysed.
    cascade : Cascade
        Its analysis.
    top : int
        How many loops, at least 1.

    Returns
    -------
    DataFrame
        A row for each loop: ``departments`` and ``services`` (how many), ``gain``, ``multiplier``, ``circle``
        ("vicious" or "virtuous"), ``weakest_supplier``, ``weakest_client``, ``weakest_service`` (None where
        nothing returns), ``gain_without`` it, ``uncertainty`` (of the gain) and ``members`` (tuple of ids).
        ``frame.attrs["found"]`` says how many loops there are.
    """
    found = find_loops(cascade, top)
    ids = organization.departments["id"].to_numpy()
    rows = np.flatnonzero(organization.scored(cascade.scoring))
    labels = organization.services["service"]
    records = []
    for loop in found.loops:
        cut = loop.weakest
        records.append(
            {
                "departments": len(loop.members),
                "services": len(loop.services),
                "gain": loop.gain,
                "multiplier": loop.multiplier,
                "circle": "vicious" if loop.vicious else "virtuous",
                "weakest_supplier": None if cut is None else str(ids[cascade.network.supplier[cut]]),
                "weakest_client": None if cut is None else str(ids[cascade.network.client[cut]]),
                "weakest_service": None if cut is None else str(labels.iat[rows[cut]]),
                "gain_without": loop.gain_without,
                "uncertainty": loop.uncertainty,
                "members": tuple(str(ids[member]) for member in loop.members),
            }
        )
    texts = {name for name in COLUMNS if name.startswith("weakest") or name in ("circle", "members")}
    types = {name: object if name in texts else np.int64 if name in COLUMNS[:2] else float for name in COLUMNS}
    # Column by column: a frame of records would turn None into NaN.
    frame = pd.DataFrame({name: pd.Series([record[name] for record in records], dtype=types[name]) for name in COLUMNS})
    frame.attrs["found"] = found.found
    return frame

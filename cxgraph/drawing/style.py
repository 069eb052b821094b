"""The palette: colours that colour-blind readers tell apart, and the bins that they stand for."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from cxgraph.model.arrays import Floats
from cxgraph.wording import N_

BIN_EDGES = (0.55, 0.70, 0.85, 1.0)
"""Level of service (1 - shortfall) at which the next bin begins."""
BIN_COLOURS = ("#8c0d25", "#d1495b", "#b8860b", "#4393c3", "#1f3f7a")
"""Severe, poor, short, near, met on a light ground: smallest distance 22 under three colour-vision deficiencies."""
BIN_COLOURS_DARK = ("#ff92a7", "#f06912", "#a78e51", "#3da7db", "#2862e3")
"""The same on `GROUND_DARK`, distance 23: severe has the highest contrast to the ground (8.5), met the lowest (3.4)."""
BIN_NAMES = (N_("severe"), N_("poor"), N_("short"), N_("near"), N_("met"))
BIN_RANGES = (
    N_("below {high}"),
    N_("{low} to {high}"),
    N_("{low} to {high}"),
    N_("{low} to below {high}"),
    N_("{low} or more"),
)
GROUND, GROUND_DARK = "#ffffff", "#14171c"
INK, QUIET, FAINT, SHELF = "#1a1a1a", "#595959", "#b4b0a6", "#e9e7e1"
GOLD, HATCH = "#e3b23c", "#a6a6a6"
ACCENT = BIN_COLOURS[0]
OWN, PASSED = BIN_COLOURS[0], BIN_COLOURS[3]
PALETTES = {
    "light": {
        "bins": list(BIN_COLOURS),
        "page": GROUND,
        "ink": "#1b1d22",
        "soft": "#5a5f6b",
        "tier": "#6b6f79",
        "shelf": "#e6e3da",
        "glass": GROUND,
        "gold": GOLD,
        "hatch": "#b9bcc4",
        "focus": "#0b57d0",
        "number": "#1b1d22",
        "numberHalo": GROUND,
        "badge": "#ffffff",
        "cause": BIN_COLOURS[0],
    },
    "dark": {
        "bins": list(BIN_COLOURS_DARK),
        "page": GROUND_DARK,
        "ink": "#eceef2",
        "soft": "#aab0bc",
        "tier": "#9aa1ae",
        "shelf": "#2b3038",
        "glass": "#1c2027",
        "gold": "#8f7328",
        "hatch": "#5d6470",
        "focus": "#8ab4f8",
        "number": "#ffffff",
        "numberHalo": GROUND_DARK,
        "badge": GROUND_DARK,
        "cause": BIN_COLOURS_DARK[0],
    },
}
"""Colours of the interactive view in both themes; the page gets them, and the edges of the bins, as data."""


def bins(level: Floats) -> npt.NDArray[np.int64]:
    """Return the bin of each level of service: 0 severe to 4 met.

    Parameters
    ----------
    level : float array
        1 - shortfall, in [0, 1].

    Returns
    -------
    int array of the same shape
        Index into `BIN_NAMES` and `BIN_COLOURS`.

    Examples
    --------
    >>> bins(np.array([0.3, 0.55, 0.8, 0.99, 1.0])).tolist()
    [0, 1, 2, 3, 4]
    """
    # 1 - (1 - 0.85) is a little above 0.85; nothing that a reader sees should hang on that.
    return np.asarray(np.digitize(np.round(level, 9), BIN_EDGES), np.int64)

"""The colours of the interactive view, light and dark."""

from __future__ import annotations

from cxgraph.drawing.style import BIN_COLOURS, BIN_COLOURS_DARK

PALETTES = {
    "light": {
        "bins": list(BIN_COLOURS),
        "page": "#ffffff",
        "ink": "#1b1d22",
        "soft": "#5a5f6b",
        "tier": "#6b6f79",
        "shelf": "#e6e3da",
        "glass": "#ffffff",
        "gold": "#e3b23c",
        "hatch": "#b9bcc4",
        "focus": "#0b57d0",
        "number": "#1b1d22",
        "numberHalo": "#ffffff",
        "badge": "#ffffff",
        "cause": BIN_COLOURS[0],
    },
    "dark": {
        "bins": list(BIN_COLOURS_DARK),
        "page": "#14171c",
        "ink": "#eceef2",
        "soft": "#aab0bc",
        "tier": "#9aa1ae",
        "shelf": "#2b3038",
        "glass": "#1c2027",
        "gold": "#8f7328",
        "hatch": "#5d6470",
        "focus": "#8ab4f8",
        "number": "#ffffff",
        "numberHalo": "#14171c",
        "badge": "#14171c",
        "cause": BIN_COLOURS_DARK[0],
    },
}
"""Colours of the streams from severe to met, told apart under three colour-vision deficiencies, and of the rest."""

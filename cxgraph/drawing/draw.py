"""One door to every figure: the same for a library user and for the command line."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Literal, get_args

from cxgraph.errors import ParameterError
from cxgraph.privacy.gate import publishable
from cxgraph.uncertainty.sizes import QUICKLY_DRAWN, size_of

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from cxgraph.analysis import Analysis

FigureName = Literal[
    "tower", "causes", "quadrant", "matrix", "waterfall", "pour", "frontier", "change", "difference", "trend"
]
FIGURES: tuple[FigureName, ...] = get_args(FigureName)
_TOWERS = {"tower": "cxgraph.drawing.tower.figure", "difference": "cxgraph.drawing.tower.difference"}
_FOCUS = {"tower": "focus", "pour": "department", "waterfall": "customer"}
"""What `focus` is called by the figures that know one."""


def draw(
    analysis: Analysis,
    figure: FigureName = "tower",
    *,
    focus: str | None = None,
    by_division: bool = False,
    language: str | None = None,
) -> Figure:
    """Draw one figure of an analysis; its title states the finding.

    Parameters
    ----------
    analysis : Analysis
        From `cxgraph.analyze`.
    figure : {"tower", "causes", "quadrant", "matrix", "waterfall", "pour", "frontier", "change", "difference", "trend"}
        The champagne tower; where the shortfall originates; importance and performance of the services; suppliers
        against clients; the causes of one customer's shortfall; how a repair reaches the customers; what every budget
        buys; what changed since the period before, by department; the same as a tower of fuller and emptier glasses;
        all periods.
    focus : str, optional
        Id of a department (tower: its surroundings; pour: its repair) or of a customer (waterfall: its causes).
    by_division : bool
        Tower: one glass for each division.
    language : str, optional
        ``en`` or ``es``, optionally with a country; the organisation's own by default.

    Returns
    -------
    matplotlib.figure.Figure
        To be saved with its `savefig`, or byte for byte the same each time with
        `cxgraph.drawing.figures.figure_bytes`.

    Raises
    ------
    ParameterError
        Another figure, an option that the figure has no use for, an unknown department or an unknown language.

    Examples
    --------
    >>> import pandas as pd
    >>> from cxgraph import Organization, analyze
    >>> services = pd.DataFrame({"supplier": ["IT", "Sales"], "client": ["Sales", "Buyers"],
    ...                          "expectation": [10, 10], "fulfilment": [5, 6]})
    >>> len(draw(analyze(Organization.from_frames(services)), "causes").get_children()) > 1  # more than its ground
    True
    """
    if figure not in FIGURES:
        raise ParameterError(
            "{figure} is not a figure; choose one of {choices}.", figure=repr(figure), choices=", ".join(FIGURES)
        )
    options: dict[str, object] = {"language": language}
    if focus is not None:
        if figure not in _FOCUS:
            raise ParameterError("--focus has no meaning for --figure {figure}.", figure=figure)
        options[_FOCUS[figure]] = focus
    if by_division:
        if figure != "tower":
            raise ParameterError("--by-division has no meaning for --figure {figure}.", figure=figure)
        options["group_by"] = "division"
    if figure == "causes" and size_of(analysis.cascade.network) <= QUICKLY_DRAWN:
        found = publishable(analysis).analysis.intervals()
        if found.available:
            options["intervals"] = found
    # Only the figure that is asked for is imported: each brings its own share of matplotlib.
    home = _TOWERS.get(figure, f"cxgraph.drawing.charts.{figure}")
    drawn: Figure = getattr(import_module(home), f"draw_{figure}")(analysis, **options)
    return drawn

"""The doors under the names of version 0.1: each still opens, and says where the new one is."""

from __future__ import annotations

import functools
import warnings
from collections.abc import Callable
from typing import Any


def renamed(old: str, new: str) -> Callable[..., Any]:
    """Return a method that calls the one of the new name.

    Parameters
    ----------
    old, new : str
        Names of methods of the same class.

    Returns
    -------
    callable
        Warns with DeprecationWarning.
    """

    @functools.wraps(renamed)
    def door(self: Any, *args: Any, **kwargs: Any) -> Any:
        warn(old, new)
        return getattr(self, new)(*args, **kwargs)

    door.__name__, door.__doc__ = old, f"Old name of `{new}`."
    return door


def warn(old: str, new: str) -> None:
    """Say that a name is an old one."""
    warnings.warn(
        f"Analysis.{old} is called {new} since version 0.2; the old name goes with version 0.3.",
        DeprecationWarning,
        stacklevel=3,
    )


class OldNames:
    """What version 0.1 called the doors of an analysis."""

    discreet = renamed("discreet", "suppressed")
    sight = renamed("sight", "reachability")
    second_opinions = renamed("second_opinions", "alternative_models")
    robustness = renamed("robustness", "sensitivity")
    leaders = renamed("leaders", "ranking_by_transmission")
    leadership = renamed("leadership", "leadership_cascade")

    @property
    def sweep(self) -> Any:
        """Old name of `shares_by_transmission`."""
        warn("sweep", "shares_by_transmission")
        return self.shares_by_transmission  # type: ignore[attr-defined]

    def view(self, language: str | None = None) -> Any:
        """Old name of `cxgraph.view`."""
        import cxgraph

        warn("view()", "cxgraph.view(analysis)")
        return cxgraph.view(self, language)  # type: ignore[arg-type]

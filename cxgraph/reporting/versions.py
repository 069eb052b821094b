"""The versions of the libraries that a report's numbers and bytes come from."""

from __future__ import annotations

from functools import cache
from importlib.metadata import version

LIBRARIES = ("numpy", "scipy", "pandas", "matplotlib", "XlsxWriter")


def library_versions() -> dict[str, str]:
    """Return the version of each library that figures and files depend on.

    Returns
    -------
    dict of str to str
        In a fixed order.
    """
    return dict(_versions())


@cache
def _versions() -> tuple[tuple[str, str], ...]:
    """Read them from the descriptions of the installed packages, which are long."""
    return tuple((name, version(name)) for name in LIBRARIES)

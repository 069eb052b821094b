"""The brief: the one page that a board reads, built once and written in every format."""

from cxgraph.reporting.brief.content import Brief, Cause, KeyFigure, build_brief

__all__ = ["Brief", "Cause", "KeyFigure", "build_brief"]

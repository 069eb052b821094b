"""Files become an organisation: their formats, encodings and dialects, and every fault with its place."""

from cxgraph.intake.read import check, read

__all__ = ["check", "read"]

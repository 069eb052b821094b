"""The report as a document, put together from its sections."""

from __future__ import annotations

from cxgraph.report.blocks import Document
from cxgraph.report.sections import SECTIONS
from cxgraph.report.sections.teller import Teller


def build_document(teller: Teller) -> Document:
    """Write the report of a study, format not yet decided.

    Parameters
    ----------
    teller : Teller
        Study, language, pictures and recipe.

    Returns
    -------
    Document
        The finding first, provenance last.
    """
    say = teller.say
    subtitle = say("Where the disappointment of the customers starts, and along which way it reaches them.")
    return Document(
        teller.recipe.locale.replace("_", "-"),
        teller.analysis.organization.name,
        subtitle,
        tuple(tell(teller) for tell in SECTIONS),
    )

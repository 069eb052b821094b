"""The report as a document, put together from its sections."""

from __future__ import annotations

from cxgraph.reporting.blocks import Document
from cxgraph.reporting.context import ReportContext
from cxgraph.reporting.sections import SECTIONS


def build_document(context: ReportContext) -> Document:
    """Write the report of a study, format not yet decided.

    Parameters
    ----------
    context : ReportContext
        Study, language, pictures and recipe.

    Returns
    -------
    Document
        The finding first, provenance last.
    """
    translate = context.translate
    subtitle = translate("Where the customers' gap originates, and by which path it reaches them.")
    return Document(
        context.recipe.locale.replace("_", "-"),
        context.analysis.organization.name,
        subtitle,
        tuple(section for tell in SECTIONS if (section := tell(context)) is not None),
        full=bool(context.recipe.options.get("full")),
    )

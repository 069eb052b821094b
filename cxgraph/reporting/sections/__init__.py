"""The sections of a report, one function each, in the order in which they are read."""

from collections.abc import Callable

from cxgraph.reporting.blocks import Section
from cxgraph.reporting.context import ReportContext
from cxgraph.reporting.sections.alternative_models import alternative_models_section
from cxgraph.reporting.sections.audit import audit_section, survey_quality_section
from cxgraph.reporting.sections.confidence import confidence_section
from cxgraph.reporting.sections.culture import culture_section
from cxgraph.reporting.sections.decisions import decisions_section
from cxgraph.reporting.sections.findings import causes_section, customers_section, loops_section, services_section
from cxgraph.reporting.sections.method import data_section, method_section, provenance_section
from cxgraph.reporting.sections.summary import summary_section

SECTIONS: tuple[Callable[[ReportContext], Section | None], ...] = (
    summary_section,
    customers_section,
    causes_section,
    services_section,
    loops_section,
    decisions_section,
    confidence_section,
    alternative_models_section,
    culture_section,
    audit_section,
    survey_quality_section,
    data_section,
    method_section,
    provenance_section,
)

__all__ = ["SECTIONS"]

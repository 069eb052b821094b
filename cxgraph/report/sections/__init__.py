"""The sections of a report, one function each, in the order in which they are read."""

from cxgraph.report.sections.audit import tell_audit, tell_integrity
from cxgraph.report.sections.culture import tell_culture
from cxgraph.report.sections.executive import tell_finding
from cxgraph.report.sections.findings import tell_causes, tell_customers, tell_loops, tell_services
from cxgraph.report.sections.foundation import tell_data, tell_method, tell_provenance
from cxgraph.report.sections.opinions import tell_opinions
from cxgraph.report.sections.sureness import tell_sureness

SECTIONS = (
    tell_finding,
    tell_customers,
    tell_causes,
    tell_services,
    tell_loops,
    tell_sureness,
    tell_opinions,
    tell_culture,
    tell_audit,
    tell_integrity,
    tell_data,
    tell_method,
    tell_provenance,
)

__all__ = ["SECTIONS"]

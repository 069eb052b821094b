"""The first page as plain blocks, for the formats that do not lay it out themselves."""

from __future__ import annotations

from cxgraph.reporting.blocks import Block, Grid, Heading, Listing, Paragraph, Section, TableColumn
from cxgraph.reporting.brief import Brief, build_brief
from cxgraph.reporting.context import ReportContext


def summary_section(context: ReportContext) -> Section:
    """Return the brief as a section.

    Parameters
    ----------
    context : ReportContext
        Study and language.

    Returns
    -------
    Section
        With the brief itself, and the same as paragraphs, lists and tables.
    """
    brief = build_brief(context)
    return Section("finding", context.translate("Brief"), tuple(_blocks(brief, context)), brief=brief)


def _blocks(brief: Brief, context: ReportContext) -> list[Block]:
    translate = context.translate
    badge = brief.badge + (f" ({brief.badge_note})" if brief.badge_note else "")
    blocks: list[Block] = [
        Paragraph(brief.finding, "key"),
        Paragraph(f"{brief.basis} · {badge}"),
        *brief.cautions,
        Listing(tuple(f"{figure.label}: {figure.text} ({figure.note})" for figure in brief.figures)),
    ]
    if brief.story is not None:
        blocks.append(brief.story)
        blocks.append(Listing(tuple(f"{line.way}: {line.share}" for line in brief.paths), numbered=True))
    if brief.causes:
        blocks += [Heading(translate("Root causes")), _causes(brief, context)]
    blocks += [
        Heading(translate("What to do, and how far to trust it")),
        Listing(tuple(f"{label}: {text}" for label, text in brief.sentences)),
    ]
    if brief.actions is not None:
        blocks += [
            Heading(translate("Plan and open actions")),
            brief.actions,
            Paragraph(brief.actions_note, "small"),
        ]
    return blocks


def _causes(brief: Brief, context: ReportContext) -> Grid:
    translate, causes = context.translate, brief.causes
    columns = (
        TableColumn(translate("department"), "text", tuple(cause.name for cause in causes)),
        TableColumn(translate("share of the customers' gap"), "percent", tuple(cause.share for cause in causes)),
        TableColumn(translate("interval"), "text", tuple(cause.interval_text or None for cause in causes)),
        TableColumn(translate("costliest service"), "text", tuple(cause.service for cause in causes)),
        TableColumn(translate("fix and effect"), "text", tuple(cause.fix for cause in causes)),
    )
    return Grid(translate("Root causes"), translate("Root causes and their costliest services"), columns)

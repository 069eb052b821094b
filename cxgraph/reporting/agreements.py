"""What was agreed beside what is expected and delivered: what nobody agreed of a gap, and what is not kept."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from cxgraph.model.answers import KEYS
from cxgraph.reporting.blocks import Block, Paragraph
from cxgraph.reporting.context import Field

if TYPE_CHECKING:
    from cxgraph.analysis import Analysis
    from cxgraph.reporting.context import ReportContext
AGREEMENT = (
    *KEYS,
    *("expectation", "commitment", "fulfilment", "shortfall", "not_agreed", "not_kept", "share"),
)
"""Columns that say what was agreed and what became of it."""


def with_agreements(analysis: Analysis, table: pd.DataFrame) -> pd.DataFrame:
    """Return services with the level that was agreed, and their gap split by it.

    A gap runs from the level delivered to the level expected. Of it, what lies above the agreed level was never
    agreed, and what lies below it was agreed and is not delivered. Every scoring is linear in the level delivered, so
    the two parts add up to the gap.

    Parameters
    ----------
    analysis : Analysis
        A publishable one.
    table : DataFrame
        From `services_table`.

    Returns
    -------
    DataFrame
        The rows that may be shown and have an agreed level, with ``commitment`` (on the scale), ``not_agreed`` and
        ``not_kept`` (fractions that add up to ``shortfall``); no rows where no level is agreed.
    """
    services = analysis.organization.services
    if "commitment" not in services:
        return table.iloc[:0].assign(commitment=[], not_agreed=[], not_kept=[])
    agreed = services[[*KEYS, "commitment"]].astype(dict.fromkeys(KEYS, object))
    found = table[~table["withheld"]].astype(dict.fromkeys(KEYS, object)).merge(agreed, on=list(KEYS), how="left")
    found = found[found["commitment"].notna()].reset_index(drop=True)
    delivered = found["fulfilment"].to_numpy(float)
    top = analysis.organization.settings.scale[1]
    perceived = analysis.cascade.scoring == "perception"
    wanted = np.full(len(found), float(top)) if perceived else found["expectation"].to_numpy(float)
    gap = found["shortfall"].to_numpy(float)
    width = np.where(wanted > delivered, wanted - delivered, 1.0)
    kept_back = np.clip(found["commitment"].to_numpy(float) - delivered, 0.0, np.maximum(wanted - delivered, 0.0))
    not_kept = gap * kept_back / width
    return found.assign(not_agreed=gap - not_kept, not_kept=not_kept)


def agreement_blocks(context: ReportContext, table: pd.DataFrame) -> tuple[Block, ...]:
    """Return what was agreed beside what is expected and delivered; nothing where no level is agreed.

    Parameters
    ----------
    context : ReportContext
        Study and language.
    table : DataFrame
        From `services_table`.

    Returns
    -------
    tuple of Block
        A heading, a sentence and a table, the costliest services first.
    """
    translate = context.translate
    if "agreements" not in context.parts:
        return ()
    found = with_agreements(context.analysis, table)
    share, gap = found["share"].to_numpy(float), found["shortfall"].to_numpy(float)
    part = np.divide(found["not_kept"].to_numpy(float), gap, out=np.zeros(len(gap)), where=gap > 0)
    low, high = context.analysis.organization.settings.scale
    digits = 2 if high - low > 1 else 3
    fields = (
        Field("supplier", translate("supplier"), words=context.names),
        Field("client", translate("client"), words=context.names),
        Field("service", translate("service")),
        Field("expectation", translate("expected"), "number", digits=digits),
        Field("commitment", translate("agreed"), "number", digits=digits),
        Field("fulfilment", translate("received"), "number", digits=digits),
        Field("shortfall", translate("gap"), "percent"),
        Field("not_agreed", translate("of which never agreed"), "percent"),
        Field("not_kept", translate("of which agreed and not delivered"), "percent"),
        Field("share", translate("share of the gap"), "percent"),
    )
    return (
        context.heading("agreements"),
        Paragraph(
            translate(
                "A level is agreed for {count} of {total} {total:service|services}. Of the customers' gap, "
                "{unkept} originates in what was agreed and is not delivered, {unagreed} in what is expected and "
                "nobody agreed; the rest in services without an agreed level. What was agreed is to be "
                "delivered; what nobody agreed is to be discussed.",
                count=len(found),
                total=translate.number(len(table)),
                unkept=translate.percent(float(share @ part)),
                unagreed=translate.percent(float(share @ (1.0 - part))),
            )
        ),
        context.grid(
            translate("Agreements"),
            translate("Services with an agreed level, the costliest for the customers first"),
            found.drop(columns="withheld"),
            fields,
            "share",
        ),
    )

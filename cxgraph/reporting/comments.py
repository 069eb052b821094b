"""What clients wrote beside their scores, of services that may be shown one by one."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from cxgraph.reporting.blocks import Block, Heading, Listing
from cxgraph.wording import N_

if TYPE_CHECKING:
    from cxgraph.reporting.context import ReportContext

QUOTED = N_("“{text}” ({service}, {client})")
_COSTLIEST, _EACH = 5, 2
"""Services beside which the report shows comments, and how many of each."""


def comments_on(context: ReportContext, services: pd.DataFrame) -> list[tuple[str, str, str]]:
    """Return client, service and comment of what was written about services; none of those that are suppressed.

    Parameters
    ----------
    context : ReportContext
        Study.
    services : DataFrame
        Rows of `services_table`.

    Returns
    -------
    list of (str, str, str)
        The newest first where answers are dated, then in the order of the answers.
    """
    answers, published = context.analysis.organization.responses, context.results.published
    if answers is None or "comment" not in answers.columns:
        return []
    shown = services[~services["withheld"]]
    if published.min_respondents > 1:
        shown = shown[shown["answers"] >= published.min_respondents]
    keys = set(shown[["supplier", "client", "service"]].astype(object).itertuples(index=False, name=None))
    if "date" in answers.columns:
        answers = answers.sort_values("date", ascending=False, kind="stable", na_position="last")
    columns = answers[["supplier", "client", "service", "comment"]].astype(object)
    return [
        (str(client), str(service), " ".join(str(text).split()))
        for supplier, client, service, text in columns.itertuples(index=False, name=None)
        if (supplier, client, service) in keys and not pd.isna(text) and str(text).strip()
    ]


def comment_blocks(context: ReportContext, table: pd.DataFrame) -> tuple[Block, ...]:
    """Return what clients wrote of the costliest services, the newest first; nothing where nobody wrote.

    Parameters
    ----------
    context : ReportContext
        Study and language.
    table : DataFrame
        From `services_table`, the costliest first.

    Returns
    -------
    tuple of Block
        A heading and a list.
    """
    costliest = table[~table["withheld"] & (table["share"] > 0)].head(_COSTLIEST)
    lines = []
    for row in range(len(costliest)):
        one = costliest.iloc[row : row + 1]
        lines += [
            context.translate(QUOTED, text=text, service=service, client=context.name(client))
            for client, service, text in comments_on(context, one)[:_EACH]
        ]
    if not lines:
        return ()
    return (Heading(context.translate("What clients say of the costliest services")), Listing(tuple(lines)))

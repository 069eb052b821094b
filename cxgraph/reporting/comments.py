"""What clients wrote beside their scores, of services that may be shown one by one."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from cxgraph.model.answers import KEYS
from cxgraph.reporting.blocks import Block, Listing
from cxgraph.wording import N_

if TYPE_CHECKING:
    from cxgraph.model.organization import Organization
    from cxgraph.reporting.context import ReportContext

QUOTED = N_("“{text}” ({service}, {client})")
_COSTLIEST, _EACH = 5, 2
"""Services of which the report shows comments, and how many of each."""


def comments_on(organization: Organization, services: pd.DataFrame) -> list[tuple[str, str, str, str]]:
    """Return supplier, client, service and comment of what was written about services; nothing that is suppressed.

    Parameters
    ----------
    organization : Organization
        As it may be shown.
    services : DataFrame
        With `KEYS`, ``answers`` and ``withheld``: rows of `services_table`.

    Returns
    -------
    list of (str, str, str, str)
        The newest first where answers are dated, then in the order of the answers.
    """
    answers, fewest = organization.responses, organization.settings.min_respondents
    if answers is None or "comment" not in answers.columns:
        return []
    shown = services[~services["withheld"]]
    if fewest > 1:
        shown = shown[shown["answers"] >= fewest]
    keys = set(shown[list(KEYS)].astype(object).itertuples(index=False, name=None))
    if "date" in answers.columns:
        answers = answers.sort_values("date", ascending=False, kind="stable", na_position="last")
    columns = answers[[*KEYS, "comment"]].astype(object)
    return [
        (str(supplier), str(client), str(service), " ".join(str(text).split()))
        for supplier, client, service, text in columns.itertuples(index=False, name=None)
        if (supplier, client, service) in keys and not pd.isna(text) and str(text).strip()
    ]


def comment_blocks(context: ReportContext, table: pd.DataFrame) -> tuple[Block, ...]:
    """Return what clients wrote of the costliest services of which anybody wrote, the newest first.

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
    if "comments" not in context.parts:
        return ()
    said: dict[tuple[str, ...], list[str]] = {}
    for supplier, client, service, text in comments_on(context.analysis.organization, table):
        quoted = context.translate(QUOTED, text=text, service=service, client=context.name(client))
        said.setdefault((supplier, client, service), []).append(quoted)
    keys = table[list(KEYS)].astype(str).itertuples(index=False, name=None)
    costliest = [said[key] for key in keys if key in said][:_COSTLIEST]
    lines = tuple(line for lines in costliest for line in lines[:_EACH])
    return (context.heading("comments"), Listing(lines))

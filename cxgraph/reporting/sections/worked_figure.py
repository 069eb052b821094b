"""One figure of the report computed step by step, with every number that it takes, for a pocket calculator."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd

from cxgraph.reporting.blocks import Block, Heading, Listing, Paragraph
from cxgraph.reporting.context import ReportContext

_DIGITS = 6
"""Decimals at least, so that products agree with what is printed."""


def by_hand(context: ReportContext) -> tuple[Block, ...]:
    """Return how the costliest service that may be shown is computed, a step a line.

    Parameters
    ----------
    context : ReportContext
        Study and language.

    Returns
    -------
    tuple of Block
        Empty where no service may be shown or none costs the customers anything.
    """
    translate, table = context.translate, context.analysis.services()
    hidden, away = context.results.published.hidden_departments, context.results.published.hidden_services
    row = next(
        (
            row
            for _, row in table[table["contribution"] > 0].iterrows()
            if not hidden & {row["supplier"], row["client"]}
            and (row["supplier"], row["client"], row["service"]) not in away
        ),
        None,
    )
    if row is None:
        return ()
    return (
        Heading(translate("Worked figure, step by step")),
        Paragraph(
            translate(
                "The costliest service, “{service}” by {supplier} for {client}, step by step; every other one goes "
                "the same "
                "way. All these numbers stand in services.csv and departments.csv beside this report, with every "
                "digit; those "
                "here are rounded, so the last digit may differ.",
                service=row["service"],
                supplier=context.name(row["supplier"]),
                client=context.name(row["client"]),
            )
        ),
        Listing((*_split(context, row), *_weigh(context, row)), numbered=True),
    )


def _written(context: ReportContext, row: pd.Series, *names: str) -> dict[str, str]:
    digits = max(_DIGITS, math.ceil(-math.log10(float(row["contribution"]))) + 4)
    return {name: context.translate.number(float(row[name]), digits) for name in names}


def _split(context: ReportContext, row: pd.Series) -> tuple[str, str, str]:
    """Return shortfall, what could have come through, and what of it is inherited and own."""
    translate, analysis = context.translate, context.analysis
    low, high = analysis.organization.settings.scale
    # Scores as they are, to six significant digits or fewer: they are what the auditor finds in the tables.
    scores = {
        "expectation": _score(context, row["expectation"]),
        "fulfilment": _score(context, row["fulfilment"]),
        "low": _score(context, low),
        "high": _score(context, high),
        **_written(context, row, "shortfall"),
    }
    shortfall = {
        "ratio": translate(
            "Gap: 1 - ({fulfilment} - {low}) / ({expectation} - {low}) = {shortfall}, from received, expected and "
            "the bottom of the scale.",
            **scores,
        ),
        "gap": translate(
            "Gap: ({expectation} - {fulfilment}) / ({high} - {low}) = {shortfall}, from expected, received and the "
            "ends of the scale.",
            **scores,
        ),
        "perception": translate(
            "Gap: 1 - ({fulfilment} - {low}) / ({high} - {low}) = {shortfall}, from received and the ends of the "
            "scale.",
            **scores,
        ),
    }[analysis.cascade.scoring]
    supplier = analysis.departments().loc[row["supplier"]]
    received = int((analysis.services()["client"] == row["supplier"]).sum())
    split = _written(context, row, "potential", "inherited", "own", "shortfall")
    lacks = translate.number(float(supplier["received"]), len(split["own"]) - 2)
    return (
        shortfall,
        translate(
            "Could have come through: the transmission of {supplier}, {transmission}, times the gap that it "
            "receives, {lacks}, = {potential}. That gap is put together from the gaps of the services that it "
            "receives ({received}), weighted by importance.",
            supplier=context.name(row["supplier"]),
            transmission=translate.number(float(supplier["transmission"]), 3),
            lacks=lacks,
            received=translate.number(received),
            potential=split["potential"],
        ),
        translate(
            "Inherited is the smaller of the two: {inherited}. Own is the rest: {shortfall} - {inherited} = {own}.",
            **split,
        ),
    )


def _weigh(context: ReportContext, row: pd.Series) -> tuple[str, str, str]:
    """Return the share among what the client receives, the reach, and what the service costs the customers."""
    translate, analysis = context.translate, context.analysis
    client = analysis.services()
    whole = float(client["importance"].to_numpy()[(client["client"] == row["client"]).to_numpy()].sum())
    fields = _written(context, row, "effective_share", "client_reach", "reach", "own", "contribution")
    name = context.name(row["client"])
    share = (
        translate(
            "Share among all that {client} receives: importance {importance} of {whole} = {effective_share}.",
            client=name,
            importance=_score(context, row["importance"]),
            whole=_score(context, whole),
            **fields,
        )
        if analysis.cascade.stringency == 1
        else translate(
            "Share among all that {client} receives: {effective_share}. At this stringency greater gaps weigh more "
            "than their importance alone, importance {importance} of {whole}.",
            client=name,
            importance=_score(context, row["importance"]),
            whole=_score(context, whole),
            **fields,
        )
    )
    total = analysis.customer_shortfall
    digits = len(fields["own"]) - 2
    return (
        share,
        translate(
            "Reach: that share times the reach of {client}, {client_reach}, = {reach}. The reach of a customer "
            "is its share of the business. That of a department adds up over the services that it gives: what "
            "each passes on, times its own reach.",
            client=name,
            **fields,
        ),
        translate(
            "Cost to the customers: own gap times reach, {own} * {reach} = {contribution}; of their whole gap, "
            "{total}, that is {part}.",
            total=translate.number(total, digits),
            part=translate.percent(float(row["contribution"]) / total, 2),
            **fields,
        ),
    )


def _score(context: ReportContext, value: float) -> str:
    """Return a number of the tables with no more decimals than it has, six at the most."""
    places = next(
        (digits for digits in range(_DIGITS) if np.isclose(value, round(value, digits), rtol=1e-9, atol=0)), _DIGITS
    )
    return context.translate.number(float(value), places)

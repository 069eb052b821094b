"""What became of every row, in sentences: the same on the terminal and in the report."""

from __future__ import annotations

from cxgraph.model.organization import Reconciliation
from cxgraph.wording import N_, Translator

_INCOMPLETE = {
    "expectation": N_("answers used without an expectation: {count}"),
    "fulfilment": N_("answers used without a fulfilment: {count}"),
}


def account_sentence(rows: Reconciliation, translate: Translator) -> str:
    """Return the sum: read = used + merged + set aside."""
    return translate(
        N_("Answers read {read} = used {used} + merged {merged} + set aside {aside}.")
        if rows.table == "responses"
        else N_("Rows read {read} = used {used} + merged {merged} + set aside {aside}."),
        read=translate.number(rows.read),
        used=translate.number(rows.used),
        merged=translate.number(rows.merged),
        aside=translate.number(rows.aside) + _only_reason(rows, translate),
    )


def _only_reason(rows: Reconciliation, translate: Translator) -> str:
    """Return why rows were set aside, where all were for one reason: else half of a table seems to be thrown away."""
    reasons = rows.set_aside["reason"].unique()
    return f" ({translate(str(reasons[0]))})" if len(reasons) == 1 else ""


def account_details(rows: Reconciliation, translate: Translator, most: int) -> list[str]:
    """Return a line for each reason why rows are set aside, with their lines, and for each score that is lacking.

    Parameters
    ----------
    rows : Reconciliation
        Of services or answers.
    translate : Translator
        Language.
    most : int
        Lines of the file that are named one by one for each reason.

    Returns
    -------
    list of str
        Empty where every row is used and complete.
    """
    if "count" in rows.set_aside.columns:
        lines = [
            translate("set aside, {reason}: {count}", reason=translate(reason), count=translate.number(count))
            for reason, count in zip(rows.set_aside["reason"], rows.set_aside["count"].tolist(), strict=True)
        ]
    else:
        lines = _placed(rows, translate, most)
    return lines + [
        translate(_INCOMPLETE[column], count=translate.number(count)) for column, count in rows.incomplete.items()
    ]


def _placed(rows: Reconciliation, translate: Translator, most: int) -> list[str]:
    return [
        translate(
            "set aside, {reason}: {count} (lines {lines})",
            reason=translate(str(reason)),
            count=translate.number(len(group)),
            lines=", ".join(str(line) for line in group["line"].head(most))
            + (f" (+{len(group) - most})" if len(group) > most else ""),
        )
        for reason, group in rows.set_aside.groupby("reason")
    ]

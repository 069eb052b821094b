"""What to ask next, in words."""

from __future__ import annotations

from cxgraph.ask.next_questions import NextQuestions
from cxgraph.model.organization import Organization
from cxgraph.model.settings import Scoring
from cxgraph.wording import N_, Translator

_LISTED = 10
_LOGS = 3


def render_next_questions(
    found: NextQuestions, organization: Organization, translate: Translator, scoring: Scoring | None = None
) -> str:
    """Return what to ask next as lines of text.

    Parameters
    ----------
    found : NextQuestions
        What `find_next_questions` returned.
    organization : Organization
        Whose services and departments its rows are.
    translate : Translator
        Language.
    scoring : str, optional
        Which services count as scored; as in the analysis.

    Returns
    -------
    str
        The state of the first place, then where answers, and where case logs, would do most.
    """
    departments = organization.departments["name"].astype(str).tolist()
    fields = {"name": departments[found.first], "share": translate.percent(found.p_first, 0)}
    if found.unknown:
        return translate(
            N_(
                "Nobody can tell what further answers would bring: for none of the services is it known how many "
                "answers stand behind it and how far they spread. Add the columns responses and fulfilment_sd, or the "
                "answers themselves; where one person answered for each service, ask a second one."
            )
        )
    if found.settled:
        return translate(
            N_(
                "The first place is settled: {name} comes first in {share} of the resamples. More answers need not "
                "settle it."
            ),
            **fields,
        )
    lines = [translate(N_("The first place is open: {name} comes first in {share} of the resamples."), **fields)]
    if found.answers_settle:
        lines += _services(found, organization, departments, translate, scoring)
    else:
        lines.append(
            translate(
                N_(
                    "More answers will not settle it: with every score known exactly, {left} of the uncertainty about "
                    "the first place would remain."
                ),
                left=translate.percent(found.left / found.uncertainty if found.uncertainty else 0.0, 0),
            )
        )
    return "\n".join(lines + _transmissions(found, departments, translate))


def _services(
    found: NextQuestions,
    organization: Organization,
    departments: list[str],
    translate: Translator,
    scoring: Scoring | None,
) -> list[str]:
    table = organization.services[organization.scored(scoring)]
    supplier, client = (table[end].cat.codes.to_numpy() for end in ("supplier", "client"))
    names = table["service"].astype(str).tolist()
    lines = [translate(N_("These answers are expected to do most, the most telling first:"))]
    listed = found.services.head(_LISTED)
    places, counts = (listed[name].to_numpy(int).tolist() for name in ("service", "answers"))
    for at, answers, fall in zip(places, counts, listed["fall"].to_numpy(float).tolist(), strict=True):
        lines.append(
            translate(
                N_(
                    "  {answers} more about “{service}” of {supplier}, from {client}: expected to take away {fall} of "
                    "the uncertainty"
                ),
                answers=answers,
                service=names[at],
                supplier=departments[supplier[at]],
                client=departments[client[at]],
                fall=translate.percent(fall / found.uncertainty),
            )
        )
    rest = found.services.iloc[_LISTED:]
    if len(rest):
        lines.append(
            translate(
                N_("  {answers} more about {count} other {count:service|services}"),
                answers=int(rest["answers"].sum()),
                count=len(rest),
            )
        )
    return lines


def _transmissions(found: NextQuestions, departments: list[str], translate: Translator) -> list[str]:
    """Return where a log of cases, which tells a transmission, would do most."""
    if not len(found.transmissions):
        return []
    lines = [translate(N_("Logs of cases (cxgraph import-tickets), which tell how much a department passes on:"))]
    listed = found.transmissions.head(_LOGS)
    falls = listed["fall"].to_numpy(float).tolist()
    lines += [
        translate(
            N_("  {name}: expected to take away up to {fall} of the uncertainty"),
            name=departments[at],
            fall=translate.percent(fall / found.uncertainty),
        )
        for at, fall in zip(listed["department"].to_numpy(int).tolist(), falls, strict=True)
    ]
    return lines

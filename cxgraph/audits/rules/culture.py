"""Checks: does the organisation's culture carry service, from the top down."""

from __future__ import annotations

import numpy as np

from cxgraph.audits.context import Context, Listed
from cxgraph.audits.finding import Share, Status
from cxgraph.audits.registry import Outcome, rule
from cxgraph.audits.rules.expectations import judged
from cxgraph.culture.reporting_lines import reporting_lines
from cxgraph.tables.schema import fold
from cxgraph.wording import N_

NO_PRACTICES = N_("No practices of service culture were assessed.")
_OFFICE_WORDS = ("customer_experience", "experiencia_de_cliente", "experiencia_del_cliente")


def _known_practices(context: Context) -> bool:
    table = context.organization.practices
    return table is not None and bool(context.profiles.assessment.assessed.any())


@rule(
    "practices-assessed",
    N_("Every department's practices of service are assessed."),
    N_("Assess the departments that are missing with the questions of the catalogue, and correct the ids."),
    severity="low",
    clauses=("4.4",),
    ideas=(9, 12),
    tables=("practices",),
)
def practices_assessed(context: Context, *, most_unassessed_share: float = 0.2) -> Outcome:
    """Count departments without any assessment, and rows that could not be used."""
    if context.organization.practices is None:
        return Outcome("SKIPPED", NO_PRACTICES)
    profiles = context.profiles
    without = profiles.numbers[profiles.assessed.sum(axis=1) == 0]
    share = len(without) / max(len(profiles.numbers), 1)
    coverage = float(profiles.covered.mean()) if len(profiles.numbers) else 0.0
    faulty = [problem.code for problem in profiles.problems]
    numbers = {
        "departments": len(profiles.numbers),
        "unassessed": len(without),
        "share": share,
        "coverage": coverage,
        "rejected": ", ".join(sorted(set(faulty))),
    }
    fields = {
        "count": len(without),
        "total": len(profiles.numbers),
        "coverage": Share(coverage),
        "problems": tuple(sorted(set(faulty))),
    }
    status = judged(share, most_unassessed_share)
    if faulty and status == "PASS":
        return Outcome(
            "WARNING",
            N_(
                "Some assessments could not be used ({problems}). On average {coverage} of the catalogue's "
                "practices were assessed."
            ),
            fields,
            numbers,
        )
    message = (
        N_(
            "Departments of which nothing was assessed: {count} of {total}. On average {coverage} of the "
            "catalogue's practices were assessed."
        )
        if len(without)
        else N_("All departments ({total}) were assessed, each on {coverage} of the catalogue's practices on average.")
    )
    return Outcome(status, message, fields, numbers, context.list_departments(without, {}))


@rule(
    "leadership-top",
    N_("The first glass is filled first: the top of the organisation is committed to service."),
    N_("Begin at the top: what its leaders do every day fills every glass below."),
    severity="high",
    clauses=("5.1.2",),
    ideas=(5, 8, 13),
    tables=("departments", "practices"),
)
def leadership_top(context: Context, *, least_top_share: float = 0.6) -> Outcome:
    """Compare the commitment of departments at the top of a reporting line with a least level."""
    pour = context.pour
    if not _known_practices(context):
        return Outcome("SKIPPED", NO_PRACTICES)
    if not pour.pour.lines.any:
        return Outcome("SKIPPED", N_("No department names the one that it reports to."))
    table = pour.departments
    heads = set(table["parent"].dropna())
    top = table[(table["level"] == 0) & table.index.isin(heads)]
    known = top[top["commitment"].notna()]
    if not len(known):
        return Outcome(
            "SKIPPED", N_("The leadership at the top was not assessed: {names}."), {"names": tuple(top["name"])}
        )
    low = known.sort_values("commitment", kind="stable")
    least = float(low["commitment"].iloc[0])
    short = low[low["commitment"] < least_top_share]
    numbers = {
        "assessed": len(known),
        "unknown": len(top) - len(known),
        "least_commitment": least,
        "below_threshold": len(short),
    }
    fields = {"name": str(low["name"].iloc[0]), "commitment": Share(least), "wanted": Share(least_top_share)}
    message = (
        N_("At the top, {name} has adopted {commitment} of the practices of leadership; at least {wanted} is wanted.")
        if len(short)
        else N_(
            "At the top, the lowest level of adoption of the practices of leadership is {commitment} ({name}); "
            "at least {wanted} is wanted. That is enough to pass and is not full commitment: the rest is missing "
            "further down too."
        )
    )
    return Outcome(
        "FAIL" if len(short) else "PASS",
        message,
        fields,
        numbers,
        _departments(context, short.index, {"commitment": short["commitment"].to_numpy()}),
    )


@rule(
    "leadership-pour",
    N_("Commitment to service comes down every reporting line."),
    N_(
        "Talk with these leaders, the one with the largest gap of its own first: much is missing there beyond "
        "what came from above."
    ),
    severity="high",
    clauses=("5.1.2",),
    ideas=(5, 12, 13),
    tables=("departments", "practices"),
    hangs_on_transmission=True,
)
def leadership_pour(context: Context, *, least_stop_share: float = 0.25) -> Outcome:
    """Look for departments whose own lack of commitment, that their head does not explain, is large."""
    pour = context.pour
    if not _known_practices(context):
        return Outcome("SKIPPED", NO_PRACTICES)
    if not pour.pour.lines.any:
        return Outcome("SKIPPED", N_("No department names the one that it reports to."))
    table = pour.departments
    stops = table[table["own"] >= least_stop_share].sort_values("own", ascending=False, kind="stable")
    shares = pour.levels["share"]
    unknown = int(table["commitment"].isna().sum())
    numbers = {
        "stops": len(stops),
        "unknown": unknown,
        "front_line_gap": pour.front_line_gap,
        "transmission": pour.transmission,
        **{f"share_of_level_{level}": share for level, share in shares.items()},
    }
    rows = _departments(
        context,
        stops.index,
        {name: stops[name].to_numpy() for name in ("parent", "level", "commitment", "own", "inherited")},
    )
    fields = {
        "count": len(stops),
        "total": len(table),
        "names": tuple(stops["name"]),
        "unknown": unknown,
        "gap": Share(pour.front_line_gap),
        "top": Share(shares.iloc[0]),
    }
    if len(stops):
        if np.isnan(pour.front_line_gap):
            return Outcome(
                "FAIL",
                N_(
                    "In {count} of {total} {total:department|departments} much commitment is missing that "
                    "nothing above explains: {names}."
                ),
                fields,
                numbers,
                rows,
            )
        return Outcome(
            "FAIL",
            N_(
                "In {count} of {total} {total:department|departments} much commitment is missing that nothing "
                "above explains: {names}. The front line is {gap} short of full commitment. Of that shortage "
                "{top} comes from what the top itself lacks, the rest from below it."
            ),
            fields,
            numbers,
            rows,
        )
    if unknown:
        return Outcome(
            "WARNING",
            N_(
                "Commitment is unknown in {unknown} of {total} departments, and so are their "
                "branches; elsewhere it comes down."
            ),
            fields,
            numbers,
        )
    return Outcome("PASS", N_("Commitment comes down to all departments ({total})."), fields, numbers)


@rule(
    "customer-centred",
    N_("People are hired, trained and trusted to serve customers, not only to run the operation."),
    N_("Give these departments guidelines instead of rules, hire for the culture and train soft skills too."),
    severity="medium",
    clauses=("5.1.2",),
    ideas=(15,),
    tables=("practices",),
)
def customer_centred(
    context: Context, *, most_operations_share: float = 0.25, operations_end_share: float = 0.4
) -> Outcome:
    """Count departments that lean to the operation in empowerment, hiring and training together."""
    level = context.profiles.centred
    known = ~np.isnan(level)
    if not known.any():
        return Outcome("SKIPPED", N_("Neither empowerment nor hiring nor training was assessed anywhere."))
    leaning = np.flatnonzero(known & (level <= operations_end_share))
    leaning = leaning[np.argsort(level[leaning], kind="stable")]
    share = len(leaning) / int(known.sum())
    names = np.array(context.profiles.names, object)[leaning]
    numbers = {
        "assessed": int(known.sum()),
        "operations_centred": len(leaning),
        "share": share,
        "mean_level": float(level[known].mean()),
    }
    message = (
        N_("Departments that lean to the operation: {count} of {total} assessed ({names}).")
        if len(leaning)
        else N_("None of {total} assessed departments leans to the operation alone.")
    )
    return Outcome(
        judged(share, most_operations_share),
        message,
        {"count": len(leaning), "total": int(known.sum()), "names": tuple(names)},
        numbers,
        context.list_departments(context.profiles.numbers[leaning], {"score": level[leaning]}),
    )


@rule(
    "experience-office",
    N_("Customer experience has a high place in the organisation chart and ties to every department."),
    N_("Place it where decisions are taken and give it direct contact with each department."),
    severity="medium",
    clauses=("4.4", "5.1.2"),
    ideas=(12,),
    tables=("departments", "services", "practices"),
)
def experience_office(
    context: Context,
    *,
    deepest_office_level: float = 1.0,
    least_ties_share: float = 0.8,
    least_structure_share: float = 0.5,
) -> Outcome:
    """Look at the office's level and ties; without such a department, at what the others say of it.

    An office that is not there cannot pass, whatever others say of its place.
    """
    office = _office(context)
    if office is None:
        return _structure_practices(context, least_structure_share)
    level = int(reporting_lines(context.organization).level[office])
    others = context.internal.copy()
    others[office] = False
    tied = _tied(context, office) & others
    share = float(tied.sum() / others.sum()) if others.any() else 1.0
    untied = np.flatnonzero(others & ~tied)
    numbers = {"level": level, "ties": int(tied.sum()), "departments": int(others.sum()), "share": share}
    fields = {"name": str(context.names[office]), "level": level, "ties": int(tied.sum()), "total": int(others.sum())}
    low, loose = level > deepest_office_level, share < least_ties_share
    status: Status = "FAIL" if low and loose else "WARNING" if low or loose else "PASS"
    message = N_(
        "{name}: level {level} below the top (0 is the top); it exchanges services or reports with {ties} of "
        "{total} departments."
    )
    return Outcome(status, message, fields, numbers, context.list_departments(untied, {}))


def _office(context: Context) -> int | None:
    """Return the customer-experience office: the department that was named, else one called like it."""
    if context.office is not None:
        return int(np.flatnonzero(context.ids == context.office)[0])
    called = []
    for number in np.flatnonzero(context.internal):
        text = fold(f"{context.ids[number]} {context.names[number]}")
        if any(word in text for word in _OFFICE_WORDS):
            called.append(number)
    return int(called[0]) if len(called) == 1 else None


def _tied(context: Context, office: int) -> np.ndarray:
    tied = np.zeros(len(context.ids), bool)
    tied[context.client[context.supplier == office]] = True
    tied[context.supplier[context.client == office]] = True
    parent = context.pour.pour.lines.parent
    tied[parent == office] = True
    if parent[office] >= 0:
        tied[parent[office]] = True
    return tied


def _structure_practices(context: Context, least: float) -> Outcome:
    assessment = context.profiles.assessment
    columns = [assessment.catalogue.ids.index(name) for name in ("structure-office", "structure-contact")]
    level = assessment.level[:, columns]
    known = ~np.isnan(level)
    if not known.any():
        return Outcome("SKIPPED", N_("No department is the customer-experience office, and none was asked about one."))
    mean = float(level[known].mean())
    reached = int(known.any(axis=1).sum())
    status: Status = "WARNING" if mean >= least else "FAIL"
    return Outcome(
        status,
        N_(
            "No department is the customer-experience office; {count} {count:department that "
            "was|departments that were} asked {count:puts|put} its place and contact at {mean} of the scale."
        ),
        {"count": reached, "mean": Share(mean)},
        {"departments": reached, "mean_level": mean},
    )


def _departments(context: Context, ids: object, columns: dict[str, np.ndarray]) -> Listed:
    position = {name: place for place, name in enumerate(context.ids)}
    numbers = np.array([position[name] for name in ids], np.intp)  # type: ignore[attr-defined]
    return context.list_departments(numbers, columns)

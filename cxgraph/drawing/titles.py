"""The sentence that a picture shows: its title."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from cxgraph.analysis import Analysis, PublishableAnalysis
from cxgraph.cascade.paths import heaviest_paths
from cxgraph.cascade.ranking import rank_descending
from cxgraph.cascade.trace import TracedPath, name_paths
from cxgraph.privacy.gate import shown_trace
from cxgraph.wording import N_, Translator

PATHS = 3
TRIED = 15
"""Services, and paths of each, that are looked at until enough of them may be shown."""
TRACED = 30
"""Paths of the first cause that tell through whom it reaches the customers."""


def translator(analysis: Analysis, language: str | None = None) -> Translator:
    """Return the speaker of a language, the organisation's own where none is asked for."""
    return Translator(analysis.organization.settings.language if language is None else language)


def headline(published: PublishableAnalysis, translate: Translator) -> str:
    """Return where most of the customers' disappointment starts, as a sentence.

    Parameters
    ----------
    published : PublishableAnalysis
        What was found, and what of it must not be shown.
    translate : Translator
        Language.

    Returns
    -------
    str
        Names the first department that may be shown, its share, and whether it ever meets a customer.
    """
    analysis = published.analysis
    if analysis.customer_shortfall <= 0:
        return translate(N_("Customers get all that they expect"))
    shown = published.shown(analysis.departments())
    if shown.empty or not shown["contribution"].iloc[0] > 0:
        return translate(N_("Where it originates is suppressed: too few people answered"))
    first = shown.iloc[0]
    network, table = analysis.cascade.network, analysis.organization.departments
    number = int((table["id"] == first.name).to_numpy().argmax())
    clients = network.client[network.start[number] : network.start[number + 1]]
    fields = {"name": first["name"], "share": translate.percent(float(first["share"]), 0)}
    if network.customer_weight[clients].any():
        return translate(N_("{share} of the customers' gap originates in {name}"), **fields)
    return translate(N_("{share} of the customers' gap originates in {name}, which never meets a customer"), **fields)


def spread_headline(published: PublishableAnalysis, translate: Translator) -> str:
    """Return `headline`, and which department hands most of it on to customers, where one hands on half or more.

    Parameters
    ----------
    published : PublishableAnalysis
        What was found, and what of it must not be shown.
    translate : Translator
        Language.

    Returns
    -------
    str
        The title of a tower.
    """
    shown = published.shown(published.analysis.departments())
    if shown.empty or not shown["contribution"].iloc[0] > 0:
        return headline(published, translate)
    first, last = shown.iloc[0], mostly_through(published)
    if last is None:
        return headline(published, translate)
    return translate(
        N_("{share} of the customers' gap originates in {name} and reaches them mostly through {last}"),
        share=translate.percent(float(first["share"]), 0),
        name=first["name"],
        last=last,
    )


def mostly_through(published: PublishableAnalysis) -> str | None:
    """Return who hands half or more of what originates in the first cause on to customers.

    Parameters
    ----------
    published : PublishableAnalysis
        What was found, and what of it must not be shown.

    Returns
    -------
    str or None
        Its name; None where the first cause does so itself, or no department hands on half.
    """
    shown = published.shown(published.analysis.departments())
    if shown.empty or not shown["contribution"].iloc[0] > 0:
        return None
    first = shown.iloc[0]
    handed: dict[str, float] = {}  # by id: departments may share a name
    names: dict[str, str] = {}
    for path in shown_trace(published, published.analysis.trace(source=str(first.name), top=TRACED)).paths:
        handed[path.departments[-2]] = handed.get(path.departments[-2], 0.0) + path.weight
        names[path.departments[-2]] = path.names[-2]
    last = max(handed, key=handed.__getitem__, default="")
    if not last or last == str(first.name) or handed[last] < first["contribution"] / 2:
        return None
    return names[last]


def summary(analysis: Analysis, translate: Translator) -> str:
    """Return how much customers lack of what they expect, as a sentence."""
    return translate(
        N_("{organization}: the customers' gap is {shortfall} of what they expect."),
        organization=analysis.organization.name,
        shortfall=translate.percent(analysis.customer_shortfall, 1),
    )


@dataclass(frozen=True, slots=True)
class StoryPath:
    """A service in which much of the customers' gap originates, followed along its heaviest path to a customer.

    Attributes
    ----------
    path : TracedPath
        Begins with the service; its own share is what takes this one path.
    services : tuple of int
        Numbers of the services on it.
    share : float
        Share of the customers' gap that originates in the first service, whatever path it takes.
    few : bool
        Whether fewer answered for the first service than the organisation asks for.
    """

    path: TracedPath
    services: tuple[int, ...]
    share: float
    few: bool


def story_paths(published: PublishableAnalysis) -> tuple[StoryPath, ...]:
    """Return the paths of the story: of the costliest services, those that a tower numbers first.

    Parameters
    ----------
    published : PublishableAnalysis
        What was found, and what of it must not be shown.

    Returns
    -------
    tuple of StoryPath
        Three at the most, the costliest service first; each with the heaviest of its paths that may be shown.
    """
    analysis = published.analysis
    cascade, total = analysis.cascade, analysis.customer_shortfall
    costliest = rank_descending(cascade.contribution)[:TRIED]
    thin = few_answers(published)
    found: list[StoryPath] = []
    for service in costliest[cascade.contribution[costliest] > 0].tolist():
        if len(found) == PATHS:
            break
        paths = heaviest_paths(cascade, top=TRIED, first=service)
        for path, named in zip(paths, name_paths(analysis.organization, cascade, paths, total), strict=True):
            if not published.hides_path(named.departments, named.services):
                share = float(cascade.contribution[service]) / total
                found.append(StoryPath(named, path.services, share, bool(thin[service])))
                break
    return tuple(found)


def few_answers(published: PublishableAnalysis) -> npt.NDArray[np.bool_]:
    """Return for which of the network's services fewer answered than the organisation asks for, shape (m,)."""
    # NaN where nobody counted, which is not few.
    return published.answers < published.analysis.organization.settings.min_responses

"""The result that people hold in their hands: an organisation, its cascade and doors to all that explains both."""

from __future__ import annotations

from dataclasses import replace
from functools import cached_property

import pandas as pd

from cxgraph.analysis.doors.change import ChangeDoors
from cxgraph.analysis.doors.confidence import ConfidenceDoors
from cxgraph.analysis.doors.culture import CultureDoors
from cxgraph.analysis.doors.spread import SpreadDoors
from cxgraph.analysis.doors.tables import TableDoors
from cxgraph.analysis.old_names import OldNames
from cxgraph.cascade.cascade import solve_cascade
from cxgraph.errors import InputError, ParameterError
from cxgraph.model.halo import without_halo
from cxgraph.model.organization import Organization
from cxgraph.model.settings import Scoring, check_stringency
from cxgraph.privacy.gate import publishable, shown_bottlenecks
from cxgraph.privacy.microaggregation import suppress_small_groups, suppression_sentence
from cxgraph.transmission.resolve import Transmission, resolve_transmission
from cxgraph.wording import N_, Translator


def analyze(
    organization: Organization,
    *,
    transmission: Transmission = None,
    stringency: float | None = None,
    scoring: Scoring | None = None,
    halo: float | None = None,
) -> Analysis:
    """Find where the disappointment of an organisation's customers starts.

    Parameters
    ----------
    organization : Organization
        From `cxgraph.read` or `Organization.from_frames`.
    transmission : float, mapping, Series or Calibration, optional
        How much of what a department lacks can show up in what it delivers, in [0, 1): one number for all,
        numbers by department id (the others keep theirs), or what `cxgraph.calibrate` estimated. By default each
        department's own value, else the organisation's, else what all its data tell of it
        (``cxgraph.calibrate(organization)``): 0.6 where they tell nothing.
    stringency : float, optional
        How a client feels several shortfalls: 1 is their average, ``inf`` the worst one. The organisation's by
        default.
    scoring : {"ratio", "gap", "perception"}, optional
        How expectation and fulfilment become a shortfall. The organisation's by default.
    halo : float, optional
        In [0, 0.9]: by how much every score lies on what its client receives on average; it is taken out of the
        scores first. The organisation's by default, which is 0 unless it says otherwise.

    Returns
    -------
    Analysis
        Tables, the ranking and everything that they rest on.

    Raises
    ------
    ParameterError
        An option outside its range, or a department that does not exist.
    InputError
        No customer receives a scored service.
    NumericalError
        The cascade could not be certified.

    Notes
    -----
    Linear in departments and services. The order of rows changes nothing, not even the last bit.

    Examples
    --------
    >>> import pandas as pd
    >>> services = pd.DataFrame({"supplier": ["IT", "Sales"], "client": ["Sales", "Buyers"],
    ...                          "expectation": [10, 10], "fulfilment": [5, 6]})
    >>> analysis = analyze(Organization.from_frames(services), transmission=0.6)
    >>> analysis.departments()["share"].round(3).to_dict()
    {'IT': 0.75, 'Sales': 0.25, 'Buyers': 0.0}
    """
    if not isinstance(organization, Organization):
        raise ParameterError(
            N_("analyze takes an organisation, as cxgraph.read gives one; it was given {value}."),
            value=repr(organization),
        )
    stated = {name: value for name, value in (("halo", halo), ("scoring", scoring)) if value is not None}
    if halo is not None or organization.settings.halo:
        organization = without_halo(replace(organization, settings=organization.settings.updated(stated)))
    settings = organization.settings
    chosen = settings.scoring if scoring is None else scoring
    rho = settings.stringency if stringency is None else check_stringency(stringency)
    refused = organization.check_customers(chosen)
    if refused:
        raise InputError(refused)
    network = organization.network(chosen)
    tau = resolve_transmission(organization, transmission, chosen, rho)
    return Analysis(organization, solve_cascade(network, tau.values, rho, chosen), tau)


class Analysis(TableDoors, SpreadDoors, ChangeDoors, ConfidenceDoors, CultureDoors, OldNames):
    """What was found: doors to every result, each of which is computed when first asked for.

    Attributes
    ----------
    organization : Organization
        What was analysed.
    cascade : Cascade
        The solved mathematics, as arrays.
    transmission : TransmissionUsed
        Every department's transmission and where it comes from: ``chosen`` for this analysis, ``stated`` by the
        organisation, estimated from ``one wave`` of scores or from that ``combined`` with periods or cases, or
        ``assumed`` (0.6) because no scores bear on it.
    """

    def suppressed(self) -> Analysis:
        """Return the analysis without what fewer than ``min_respondents`` people answered for.

        Everything that shows an analysis to people (reports, pictures, the view, the command line, a notebook) shows
        this one; the other doors, for those who hold the answers anyway, compute with every score.

        Returns
        -------
        Analysis
            Of `suppress_small_groups`, with the same parameters, but for transmissions
            that were estimated: they are estimated from what may be shown. This very one where there is nothing to
            withhold.

        Raises
        ------
        InputError
            Too few people answered for the customers as a whole.
        """
        return self._suppressed

    @cached_property
    def _suppressed(self) -> Analysis:
        shown = suppress_small_groups(self.organization)
        if shown is self.organization:
            return self
        cascade = self.cascade
        # What was estimated from the scores would tell of those that are withheld: it is estimated again without them.
        tau = pd.Series(cascade.transmission, self.organization.departments["id"])[self.transmission.chosen]
        return analyze(shown, transmission=tau, stringency=cascade.stringency, scoring=cascade.scoring)

    def _repr_html_(self) -> str:
        """Show the finding and the first bottlenecks in a notebook; pandas escapes every cell."""
        from html import escape

        translate = Translator(self.organization.settings.language)
        try:
            published = publishable(self)
        except InputError as error:  # too few people answered for anything to be shown
            return f"<p>{escape(' '.join(problem.render(translate) for problem in error.problems))}</p>"
        title = translate(
            N_("{name}: the customers' gap is {shortfall} of what they expect"),
            name=self.organization.name,
            shortfall=translate.percent(published.analysis.customer_shortfall),
        )
        table = shown_bottlenecks(published, 5)[["name", "share", "role", "service", "way"]]
        note = suppression_sentence(published.analysis.organization, translate)
        return f"<p><strong>{escape(title)}</strong></p>{table.to_html(float_format=lambda x: f'{x:.3f}')}" + (
            f"<p>{escape(note)}</p>" if note else ""
        )

    def __repr__(self) -> str:
        network = self.cascade.network
        try:
            lacking = f"{self.suppressed().customer_shortfall:.4f}"
        except InputError:
            lacking = "withheld"
        return (
            f"<Analysis of {self.organization.name!r}: {network.departments} departments, {network.services} "
            f"services, customer shortfall {lacking}>"
        )

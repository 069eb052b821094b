"""Scenarios, redesigns included, as analyses of the organisation as it would be."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from cxgraph.cascade.pour import Pour, pour_change
from cxgraph.decide.redrawn import redraw
from cxgraph.decide.scenario import Scenario
from cxgraph.decide.what_if import apply_changes, prepare_change
from cxgraph.transmission.resolve import TransmissionUsed

if TYPE_CHECKING:
    from cxgraph.analysis.core import AnalysisCore
    from cxgraph.cascade.cascade import Cascade
    from cxgraph.model.organization import Organization


def found_under(analysis: AnalysisCore, scenario: Scenario) -> tuple[Organization, Cascade, TransmissionUsed]:
    """Return the organisation, cascade and transmissions under a scenario; see `Analysis.under`."""
    redrawn, start = redraw(analysis.organization, analysis.cascade, scenario.redesigns)
    organization, cascade = apply_changes(
        redrawn, start, scenario.changes, transmission=scenario.transmission, stringency=scenario.stringency
    )
    used = analysis.transmission
    if redrawn is not analysis.organization:
        names = analysis.organization.departments["id"].astype(str)
        source = pd.Series(used.source, pd.Index(names)).reindex(redrawn.departments["id"].astype(str))
        used = TransmissionUsed(start.transmission, np.array(source.fillna("chosen"), str))
    return organization, cascade, used.changed_to(cascade.transmission)


def pour_under(analysis: AnalysisCore, scenario: Scenario) -> Pour:
    """Follow a scenario until the customers have felt it; see `Analysis.pour`."""
    redrawn, start = redraw(analysis.organization, analysis.cascade, scenario.redesigns)
    return pour_change(
        *prepare_change(
            redrawn, start, scenario.changes, transmission=scenario.transmission, stringency=scenario.stringency
        )
    )

"""An organisation with hostile names, and the helpers that tests of questionnaires share."""

import sys
from pathlib import Path

import pytest

from cxgraph.model.outline import Outline, Place, Service
from cxgraph.model.settings import Settings

sys.path.insert(0, str(Path(__file__).parent))


@pytest.fixture
def outline():
    places = (
        Place("Buyers", "Buyers", "external_customer"),
        Place("HR", "People & <b>culture</b>", parent="IT"),
        Place("IT", "=cmd|' /C calc'!A0"),
        Place('Men\'s ${x} "wear"', "</script><script>alert(1)</script>"),
        Place("Paper", "Paper", "external_supplier"),
    )
    services = (
        Service("HR", "IT", "Hiring; training", "relational"),
        Service("IT", "HR", "Help desk"),
        Service("IT", 'Men\'s ${x} "wear"', '-Tills, "fast"'),
        Service('Men\'s ${x} "wear"', "Buyers", "Advice 'at once'", "relational"),
        Service('Men\'s ${x} "wear"', "Buyers", "Stock"),
        Service("Paper", "HR", "Paper"),
    )
    return Outline(Settings(name="Shop"), places, services)

"""What the page computes is what Python computes: for today, and for random what-ifs on every sample organisation."""

import math

import numpy as np
import pytest

import cxgraph
from cxgraph.decide.what_if import ServiceChange
from cxgraph.drawing.style import BIN_EDGES, bins
from cxgraph.drawing.view.page import render_view

pytestmark = pytest.mark.browser
SAMPLES = ("worked_example", "hotel", "clinica", "it_service_desk")
CHANGES = 50
TRY = """([fulfilments, lifts, transmissions, stringency]) => {
  const { page } = window.cxgraphView;
  page.reset();
  lifts.forEach(([id, part]) => page.lift(id, part));
  fulfilments.forEach(([e, level]) => page.setService(e, level));
  transmissions.forEach(([id, tau]) => page.setTransmission(id, tau));
  page.change.stringency = stringency === "inf" ? Infinity : stringency;
  page.settle();
  return { received: [...page.now.received], contribution: [...page.now.contribution],
           total: page.now.customerShortfall, levels: page.network.supplier.map((_, e) => page.levelNow(e)) };
}"""


def agrees(found, cascade):
    np.testing.assert_allclose(found["received"], cascade.received, rtol=0, atol=1e-9)
    np.testing.assert_allclose(found["contribution"], cascade.contribution, rtol=0, atol=1e-9)
    assert found["total"] == pytest.approx(cascade.customer_shortfall, rel=0, abs=1e-9)


def random_change(random, network, *, some):
    """Fulfilments by service, lifts by department, transmissions by department, and a stringency or None."""
    low, high = network.scale
    services = random.choice(network.services, size=min(random.integers(0, some + 1), network.services), replace=False)
    givers = np.unique(network.supplier)
    lifted = random.choice(givers, size=random.integers(0, 2), replace=False)
    everybody = random.random() < 0.2
    chosen = (
        np.arange(network.departments)
        if everybody
        else random.choice(network.departments, size=min(random.integers(0, 4), network.departments), replace=False)
    )
    one = random.uniform(0, 0.95)
    return (
        [[int(e), float(random.choice([low, high, random.uniform(low, high)]))] for e in services],
        [[int(u), float(random.choice([-1.0, 1.0, random.uniform(-1, 1)]))] for u in lifted],
        [[int(u), one if everybody else float(random.uniform(0, 0.95))] for u in chosen],
        [None, 1.0, 1.5, 3.0, 20.0, "inf"][random.integers(6)],
    )


def in_python(analysis, change):
    fulfilments, lifts, transmissions, stringency = change
    network, (low, high) = analysis.cascade.network, analysis.cascade.network.scale
    wanted = {}
    for department, part in lifts:
        for e in range(network.start[department], network.start[department + 1]):
            today = network.fulfilment[e]
            goal = high if math.isnan(network.expectation[e]) else network.expectation[e]
            wanted[e] = today + part * (max(goal - today, 0) if part >= 0 else today - low)
    wanted |= dict(fulfilments)
    table = analysis.organization.services[analysis.organization.scored(analysis.cascade.scoring)]
    ids = analysis.organization.departments["id"]
    changes = [
        ServiceChange(*table.iloc[e][["supplier", "client", "service"]], fulfilment=float(level))
        for e, level in wanted.items()
    ]
    return analysis.what_if(
        changes or None,
        transmission={ids[u]: tau for u, tau in transmissions},
        stringency=math.inf if stringency == "inf" else stringency,
    )


@pytest.mark.parametrize("name", SAMPLES)
def test_random_what_ifs_agree_with_python_for_every_glass_and_customer(name, samples, open_view):
    analysis = cxgraph.analyze(cxgraph.read(samples / name))
    page = open_view(render_view(analysis))
    agrees(page.evaluate(TRY, [[], [], [], None]), analysis.cascade)
    random = np.random.default_rng(sum(map(ord, name)))
    for number in range(CHANGES):
        change = random_change(random, analysis.cascade.network, some=1 + number % 12)
        tried = in_python(analysis, change)
        found = page.evaluate(TRY, change)
        agrees(found, tried.cascade)
        np.testing.assert_allclose(found["levels"], tried.cascade.network.fulfilment, rtol=0, atol=1e-8)


@pytest.mark.parametrize(("scoring", "stringency"), [("gap", 2.0), ("perception", math.inf), ("ratio", 4.0)])
def test_other_scorings_and_stringencies_agree_too(scoring, stringency, samples, open_view):
    analysis = cxgraph.analyze(
        cxgraph.read(samples / "clinica"), scoring=scoring, stringency=stringency, transmission=0.8
    )
    page = open_view(render_view(analysis))
    random = np.random.default_rng(7)
    for _ in range(10):
        change = random_change(random, analysis.cascade.network, some=6)
        agrees(page.evaluate(TRY, change), in_python(analysis, change).cascade)


@pytest.mark.parametrize("name", ["hotel", "it_service_desk"])
def test_verdicts_and_roles_are_those_of_the_tables(samples, open_view, name):
    analysis = cxgraph.analyze(cxgraph.read(samples / name))
    page = open_view(render_view(analysis))
    services = analysis.services().set_index(["supplier", "client", "service"])["verdict"]
    said = page.evaluate("""() => { const { page } = window.cxgraphView; return page.network.supplier.map((_, e) =>
      [page.departments.ids[page.network.supplier[e]], page.departments.ids[page.network.client[e]],
       page.services.names[page.services.name[e]], page.verdictOf(e)]); }""")
    assert {tuple(row[:3]): row[3] for row in said} == services.to_dict()
    roles = page.evaluate("""() => { const { page } = window.cxgraphView;
      return Object.fromEntries(page.departments.ids.map((name, id) => [name, page.roleOf(id)])); }""")
    assert roles == analysis.departments()["role"].to_dict()


def test_a_service_has_the_bin_of_the_figures_at_the_edges_too(samples, open_view):
    page = open_view(render_view(cxgraph.analyze(cxgraph.read(samples / "worked_example"))))
    levels = [edge + step for edge in (0, *BIN_EDGES) for step in (-1e-6, -1e-12, 0.0, 1e-12, 1e-6)]
    found = page.evaluate(
        """(levels) => { const { page } = window.cxgraphView;
      return levels.map((level) => { page.now.lacks[0] = 1 - level; return page.binOf(0); }); }""",
        levels,
    )
    assert found == bins(np.array(levels)).tolist()
    assert found[5:10] == [0, 1, 1, 1, 1]


def test_shielding_is_measured_against_a_transmission_that_was_chosen(samples, open_view):
    analysis = cxgraph.analyze(cxgraph.read(samples / "hotel"))
    page = open_view(render_view(analysis))
    for tau in (0.05, 0.3, 0.9):
        role = page.evaluate(
            """(tau) => { const { page } = window.cxgraphView;
          const id = page.departments.ids.indexOf("concierge");
          page.setTransmission(id, tau); page.recompute(); return page.roleOf(id); }""",
            tau,
        )
        after = analysis.what_if(transmission={"concierge": tau}).departments()
        assert role == after.loc["concierge", "role"], tau


def test_a_department_tells_where_its_transmission_comes_from(samples, open_view):
    analysis = cxgraph.analyze(cxgraph.read(samples / "hotel"))
    page = open_view(render_view(analysis, "es"))
    told = page.evaluate("""() => { const { page } = window.cxgraphView;
      const note = (id) => Levers.ofDepartment(page, id, [])[1].note;
      return Object.fromEntries(page.departments.ids.map((name, id) => [name, note(id)])); }""")
    assert told["kitchen"] == "estimada a partir de las puntuaciones de un periodo"
    assert told["front_desk"] == "estimada a partir de las puntuaciones de un periodo junto con periodos o casos"
    assert told["housekeeping"] == "indicada por la organización"
    assert told["it_systems"] == "supuesta: ninguna puntuación dice nada de ella"


def test_causes_of_one_department_add_up_to_what_it_lacks(samples, open_view):
    analysis = cxgraph.analyze(cxgraph.read(samples / "hotel"))
    page = open_view(render_view(analysis))
    sums = page.evaluate("""() => { const { page, Diagnosis } = window.cxgraphView;
      return page.departments.ids.map((_, id) => Diagnosis.causesOf(page.network, page.index, page.now, id)
        .reduce((sum, value) => sum + value, 0)); }""")
    np.testing.assert_allclose(sums, analysis.cascade.received, rtol=0, atol=1e-12)

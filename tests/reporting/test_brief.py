"""The brief: one page on any paper, a finding in few words, and what speaks against it beside it."""

import re

import numpy as np
import pandas as pd
import pytest

import cxgraph
from cxgraph import Organization, analyze
from cxgraph.decide.what_if import ServiceChange
from cxgraph.reporting import comparing
from cxgraph.reporting.advice import MOSTLY, blamed_departments, choose_advice
from cxgraph.reporting.brief import build_brief
from cxgraph.reporting.context import Recipe, ReportContext
from cxgraph.reporting.files import report_files
from cxgraph.reporting.results import compute_results
from cxgraph.reporting.summary import likeliest_first, short_name
from cxgraph.wording import Translator

SAMPLES = ("hotel", "clinica", "it_service_desk", "worked_example")
PAPERS = ({"prefer_css_page_size": True}, {"format": "A4"}, {"format": "Letter"})
WORD = "Unaussprechlichkeitsabteilungsverwaltung"


def plain(text):
    return text.replace("\N{NO-BREAK SPACE}", " ")


def long_named(words):
    """Return an organisation in which every name is as long as it is allowed to be hostile."""
    generator = np.random.default_rng(3)
    names = [" ".join(f"{WORD if words else 'x' * 90}{number}" for _ in range(words or 1)) for number in range(9)]
    ids = [f"d{number}" for number in range(9)]
    rows = [
        (ids[supplier], ids[client], " ".join([f"service {WORD}"] * 6), 10, float(generator.uniform(1, 8)), 9, 1.5)
        for supplier in range(7)
        for client in range(supplier + 1, 9)
    ]
    services = pd.DataFrame(
        rows, columns=["supplier", "client", "service", "expectation", "fulfilment", "responses", "fulfilment_sd"]
    )
    departments = pd.DataFrame({"id": ids, "name": names, "kind": ["internal"] * 7 + ["external_customer"] * 2})
    actions = pd.DataFrame(
        {
            "id": [f"A{number}" for number in range(20)],
            "title": [f"{WORD} " * 9] * 20,
            "supplier": [ids[number % 7] for number in range(20)],
            "client": [ids[number % 7 + 1] for number in range(20)],
            "cost": [10_000_000] * 20,
            "expected_fulfilment": [9.5] * 20,
            "owner": [names[number % 7] for number in range(20)],
        }
    )
    return Organization.from_frames(services, departments, actions=actions, name=f"{WORD} " * 6)


@pytest.fixture(scope="module")
def hostile_files():
    made = {}

    def files(words, locale):
        if (words, locale) not in made:
            made[words, locale] = report_files(analyze(long_named(words)), Recipe("cxgraph report x", "x", {}, locale))
        return made[words, locale]

    return files


def pages_of(page, paper):
    return len(re.findall(rb"/Type\s*/Page\b", page.pdf(**paper)))


def opened(browser, content):
    page = browser.new_page()
    page.set_content(content.decode())
    return page


@pytest.mark.browser
@pytest.mark.parametrize("locale", ["en", "es"])
@pytest.mark.parametrize("name", SAMPLES)
def test_the_brief_is_one_page_and_the_report_nine_at_most(browser, make_files, name, locale):
    files = make_files(name, locale)
    for file, most in (("brief.html", 1), ("report.html", 9)):
        page = opened(browser, files[file])
        assert max(pages_of(page, paper) for paper in PAPERS) <= most, file
        page.close()


@pytest.mark.browser
@pytest.mark.parametrize("locale", ["en", "es"])
@pytest.mark.parametrize("words", [0, 12])
def test_hostile_names_do_not_break_the_page(browser, hostile_files, words, locale):
    files = hostile_files(words, locale)
    page = opened(browser, files["brief.html"])
    assert [pages_of(page, paper) for paper in PAPERS] == [1, 1, 1]
    page.set_viewport_size({"width": 390, "height": 844})
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    page.close()


@pytest.mark.browser
@pytest.mark.parametrize("locale", ["en", "es"])
@pytest.mark.parametrize("name", SAMPLES)
def test_the_first_picture_is_within_the_first_screen(browser, make_files, name, locale):
    for file in ("report.html", "brief.html"):
        page = opened(browser, make_files(name, locale)[file])
        for width, height in ((1440, 900), (390, 844)):
            page.set_viewport_size({"width": width, "height": height})
            box = page.locator("figure img").first.bounding_box()
            assert box["y"] >= 0
            assert box["y"] + box["height"] <= height
            assert page.evaluate("document.documentElement.scrollWidth") <= width
        page.close()


@pytest.mark.browser
@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("name", ["hotel", "worked_example"])
def test_axe_finds_nothing_in_the_brief(browser, make_files, name, scheme):
    axe = pytest.importorskip("axe_playwright_python.sync_playwright")
    context = browser.new_context(color_scheme=scheme, bypass_csp=True)
    page = context.new_page()
    page.set_content(make_files(name)["brief.html"].decode())
    found = axe.Axe().run(page)
    assert found.violations_count == 0, found.generate_report()
    context.close()


@pytest.mark.parametrize("locale", ["en", "es"])
@pytest.mark.parametrize("name", SAMPLES)
def test_the_finding_is_short_and_five_of_everything(make_teller, name, locale):
    brief = build_brief(make_teller(name, locale))
    assert len(brief.finding.replace("\xa0", "").split()) <= 25
    assert len(brief.figures) == 5
    assert 1 <= len(brief.causes) <= 5
    assert len(brief.sentences) == 5
    assert all(text for _, text in brief.sentences)


@pytest.mark.parametrize("locale", ["en", "es"])
def test_the_finding_stays_short_with_names_that_are_not(locale):
    results = compute_results(analyze(long_named(12)))
    brief = build_brief(ReportContext(results, Translator(locale), Recipe("c", "o", {}, locale)))
    assert len(brief.finding.replace("\xa0", "").split()) <= 25


def context_of(organization, **options):
    return ReportContext(
        compute_results(analyze(organization, **options)), Translator("en"), Recipe("cxgraph report", "x", {}, "en")
    )


def test_the_likeliest_firsts_are_named_and_not_the_largest_shares(make_teller):
    """In hotel the second largest share and the second likeliest first differ from each other where one is sure."""
    context = make_teller("hotel")
    table = context.results.intervals.table
    shuffled = table.assign(p_top1=0.0)
    shuffled.loc["it_systems", "p_top1"] = 0.035
    shuffled.loc["maintenance", "p_top1"] = 0.965
    intervals = type("I", (), {"available": True, "table": shuffled})()
    found = likeliest_first(context.results.published, intervals, 2)
    assert found == [("Maintenance", 0.965), ("IT and systems", 0.035)]
    assert table["share"].sort_values().index[-2] == "front_desk"


@pytest.mark.parametrize(
    ("chance", "badge"), [(0.95, "firm"), (0.9, "firm"), (0.899, "likely"), (0.7, "likely"), (0.699, "open")]
)
def test_the_badge_follows_the_probability_of_the_first_place(make_teller, monkeypatch, chance, badge):
    results = make_teller("hotel").results
    monkeypatch.setitem(
        results.intervals.table, "p_top1", [chance, 1 - chance] + [0.0] * (len(results.intervals.table) - 2)
    )
    context = ReportContext(results, Translator("en"), Recipe("cxgraph report", "hotel", {}, "en"))
    brief = build_brief(context)
    assert brief.confidence == badge
    assert ("is open: Maintenance or Front desk" in brief.finding) == (badge == "open")


def test_a_diffuse_organisation_says_that_nobody_stands_out():
    rows = [(f"d{number}", "Buyers", 10, 8) for number in range(30)]
    services = pd.DataFrame(rows, columns=["supplier", "client", "expectation", "fulfilment"])
    brief = build_brief(context_of(Organization.from_frames(services)))
    assert brief.confidence == "open"
    assert "30 departments share the first place" in brief.finding
    assert "Work on services, not on departments" in dict(brief.sentences)["What to do first"]
    assert {cause.advice for cause in brief.causes} == {None}


def test_services_without_a_score_are_named_on_the_first_page():
    services = pd.DataFrame(
        {
            "supplier": ["IT", "Sales", "Shop"],
            "client": ["Sales", "Buyers", "Buyers"],
            "service": ["systems", "offers", "goods"],
            "expectation": [10, 10, 10],
            "fulfilment": [5, 6, None],
        }
    )
    brief = build_brief(context_of(Organization.from_frames(services), transmission=0.6))
    assert "1 of 3 services has no score and is left out (goods)." in dict(brief.sentences)["What is not known"]


def test_nothing_short_has_a_brief_too():
    services = pd.DataFrame(
        {"supplier": ["IT", "Sales"], "client": ["Sales", "Buyers"], "expectation": [5, 5], "fulfilment": [5, 6]}
    )
    brief = build_brief(context_of(Organization.from_frames(services)))
    assert brief.finding == "Customers receive all that they expect."
    assert brief.causes == ()


def test_the_change_since_the_period_before_is_the_difference_of_the_gaps(make_teller, samples):
    context = make_teller("clinica")
    before = analyze(cxgraph.read(samples / "clinica", period="2025"))
    assert context.results.previous.period == "2025"
    assert context.results.previous.gap == pytest.approx(before.customer_shortfall, abs=1e-12)
    change = 100 * (context.analysis.customer_shortfall - before.customer_shortfall)
    assert f"+{change:.1f} points since 2025" in build_brief(context).figures[0].note


def test_actions_gain_what_a_what_if_of_the_same_score_gains(make_teller):
    """A03 lifts one service: its gain alone is the fall of the customers' gap when that score is set by itself."""
    context = make_teller("hotel")
    analysis, log = context.analysis, build_brief(context).log
    service = ("front_desk", "leisure_guests", "Attention at the desk")
    after = analysis.what_if([ServiceChange(*service, fulfilment=6.8)])
    assert log.table.loc["A03", "alone"] == pytest.approx(
        analysis.customer_shortfall - after.customer_shortfall, abs=1e-12
    )
    table = analysis.services()
    row = table.set_index(["supplier", "client", "service"]).loc[service]
    repaired = (1 - row["inherited"]) * row["expectation"]  # the scale begins at 0: only what it inherits is left
    limited = analysis.what_if([ServiceChange(*service, fulfilment=min(6.8, repaired))])
    assert log.table.loc["A03", "own_part"] == pytest.approx(
        analysis.customer_shortfall - limited.customer_shortfall, abs=1e-12
    )
    assert (log.table["own_part"] <= log.table["alone"] + 1e-15).all()
    assert log.gain <= log.table["alone"].sum() + 1e-12
    assert log.gain >= log.table["alone"].max() - 1e-12


def test_the_plan_is_told_in_the_order_in_which_it_can_begin(make_teller):
    """A03 and A10 are open; A16 and A17 need A18; then the best open action outside the plan."""
    brief = build_brief(make_teller("hotel"))
    columns = {column.heading: column.cells for column in brief.actions.columns}
    assert [str(cell).split()[0] for cell in columns["action"]] == ["A03", "A10", "A18", "A16", "A17", "A04"]
    assert columns["start"] == (
        *("open since 2026-03-16", "open since 2026-09-14", "from 2027-01-11", "from 2027-01-11", "from 2027-02-01"),
        "open since 2026-04-13",
    )
    assert columns["action"][3].endswith("(needs A18)")
    told = plain(dict(brief.sentences)["What to do first"])
    assert "The plan costs 47,000 EUR and lowers the gap from 17.7 % to 14.2 %." in told
    assert "New money: 33,500 EUR; the other 13,500 EUR are for actions already open." in told


def test_what_excludes_another_and_what_is_not_shown_is_said_below_the_actions(make_teller):
    hotel, clinica = (build_brief(make_teller(name, "en")) for name in ("hotel", "clinica"))
    note = plain(hotel.actions_note)
    both = "A04 and A07 (Faster check-in screen, 15,000 EUR)"
    assert f"{both} are open, but only one of them can be done: choose." in note
    excluded = "Only one of A15 (New software for the technical service, 39,000 EUR) or A16 can be done"
    assert f"{excluded}; the plan takes A16." in note
    assert "8 more actions that can be chosen: see “Decisions”" in note
    left = [str(cell) for cell in clinica.actions.columns[0].cells if str(cell).startswith("M07")]
    assert plain(left[0]).endswith("(needs M06: 35,000 EUR together)")


def test_what_open_actions_gain_and_cost_is_of_those_that_go_together(make_teller):
    """Of A04 and A07 one can be done, and A12 needs A07: money and effect leave both out."""
    context = make_teller("hotel")
    brief = build_brief(context)
    log = brief.log
    assert set(log.table.index) - set(log.together) == {"A07", "A12"}
    assert log.cost == log.table.loc[list(log.together), "cost"].sum() == 61_100
    best = context.analysis.plan(
        float("inf"), context.analysis.organization.actions.query("id in @log.together and closed.isna()")
    )
    assert log.gain == pytest.approx(best.gain, abs=1e-12)
    note = plain(brief.figures[-1].note)
    assert note.startswith("9 open, of which 7 go together: 61,100 EUR")
    assert note.endswith("with what the plan proposes too: 4.6 points")
    given, chosen = context.analysis.organization.actions, context.results.decisions.planned.plan.chosen
    under_way = given[given["opened"].notna() | given["closed"].notna() | given["id"].isin(chosen)]
    assert log.gain_with_plan == pytest.approx(context.analysis.plan(float("inf"), under_way).gain, abs=1e-12)
    told = plain(dict(brief.sentences)["What to do first"])
    added = 100 * (log.gain_with_plan - log.gain)
    assert f"If all that is open goes on, the new actions add {added:.1f} points." in told


@pytest.mark.parametrize(("rate", "said"), [(0.5, True), (-0.1, False), (1.2, False)])
def test_a_forecast_is_put_at_the_rate_of_closed_actions_only_where_that_is_a_part(
    make_teller, monkeypatch, rate, said
):
    comparison = make_teller("hotel").results.decisions.comparison
    review = comparing.shown_review(comparison)
    review.attrs.update(predicted=0.02, realised=0.02 * rate)
    monkeypatch.setattr(comparing, "shown_review", lambda _: review)
    text = plain(comparing.forecast_sentence(comparison, 0.04, Translator("en")))
    assert ("at that rate it would be 2.0 points, not 4.0" in text) == said
    assert f"brought {rate:.0%}".replace("%", " %") in text.replace("−", "-")
    monkeypatch.setattr(comparing, "shown_review", lambda _: review.iloc[: comparing.FEWEST_CLOSED - 1])
    assert "at that rate" not in comparing.forecast_sentence(comparison, 0.04, Translator("en"))
    assert "no closed action" in comparing.forecast_sentence(None, 0.04, Translator("en"))


def test_causes_without_an_action_and_plans_at_blamed_departments_are_explained(make_teller):
    hotel, clinica = (dict(build_brief(make_teller(name, "en")).sentences) for name in ("hotel", "clinica"))
    first, second = plain(hotel["What to do first"]), plain(clinica["What to do first"])
    assert "The plan has nothing for IT and systems (9.8 %): for this money other actions bring more." in first
    assert "No action on record improves what Dirección médica (19.0 %) provides: score what it receives" in second
    assert "For Front desk the plan has both: A03 and A18 there, A16 in what it receives." in hotel["What not to do"]


@pytest.mark.parametrize("own", [0.0, 0.33, 0.34, 0.5, 0.66, 0.67, 1.0])
@pytest.mark.parametrize("blamed", [False, True])
@pytest.mark.parametrize("verdict", ["under-delivering", "starved"])
def test_advice_names_one_place_only_from_two_thirds_on(verdict, own, blamed):
    expected = "supplier" if own >= MOSTLY and not blamed else "received" if own <= 1 - MOSTLY else "both"
    assert choose_advice(verdict, own, blamed=blamed) == expected


@pytest.mark.parametrize("name", SAMPLES)
def test_advice_never_contradicts_the_audit(make_teller, name):
    """Whom the audit finds blamed for what came down is nowhere told to mend alone."""
    context = make_teller(name)
    blamed = blamed_departments(context.analysis)
    finding = next(one for one in context.results.findings if one.code == "starved-judged")
    internal = set(context.analysis.organization.departments.query("kind == 'internal'")["id"])
    assert {row["department"] for row in finding.rows} == blamed & internal
    names = {context.name(one) for one in blamed}
    assert not [cause for cause in build_brief(context).causes if cause.name in names and cause.advice == "supplier"]


def test_names_are_cut_with_an_ellipsis():
    assert short_name("a b c", 3) == "a b c"
    assert short_name("a b c d", 3) == "a b c…"
    assert short_name("x" * 50, 3) == "x" * 33 + "…"


def test_the_first_service_says_that_few_answered_for_it():
    services = pd.DataFrame(
        {
            "supplier": ["IT", "Sales"],
            "client": ["Sales", "Buyers"],
            "service": ["Systems", "Advice"],
            "expectation": [9, 9],
            "fulfilment": [2, 6],
            "responses": [3, 40],
        }
    )
    for answers, said in ((3, True), (30, False)):
        services["responses"] = [answers, 40]
        brief = build_brief(context_of(Organization.from_frames(services), transmission=0.9))
        assert ("It rests on fewer than 5 answers." in dict(brief.sentences)["What to do first"]) is said

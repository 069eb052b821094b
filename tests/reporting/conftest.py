"""Studies and files of reports that several tests look at; made once."""

import numpy as np
import pandas as pd
import pytest

import cxgraph
from cxgraph.reporting.context import Recipe, ReportContext
from cxgraph.reporting.files import report_files
from cxgraph.reporting.results import compute_results
from cxgraph.wording import Translator


@pytest.fixture(scope="session")
def make_files(samples):
    """Return the files of a sample's report in a language, each made once."""
    made = {}

    def files(name, locale="en", **options):
        key = (name, locale, repr(options))
        if key not in made:
            analysis = cxgraph.analyze(cxgraph.read(samples / name, **options))
            made[key] = report_files(analysis, Recipe(f"cxgraph report {name}", name, options, locale))
        return made[key]

    return files


@pytest.fixture(scope="session")
def make_teller(samples):
    """Return the teller of a sample's study in a language."""
    studies = {}

    def context(name, locale="en", **options):
        key = (name, repr(options))
        if key not in studies:
            studies[key] = compute_results(cxgraph.analyze(cxgraph.read(samples / name, **options)))
        return ReportContext(studies[key], Translator(locale), Recipe("cxgraph report", name, {}, locale))

    return context


@pytest.fixture(scope="session")
def surveyed():
    return surveyed_firm


def surveyed_firm(people, **options):
    """Return a firm in which so many people answered for each service; scores of each are its own fingerprint."""
    pairs = [
        ("IT", "Sales"),
        ("IT", "Shop"),
        ("IT", "Support"),
        ("HR", "Sales"),
        ("HR", "Shop"),
        ("Sales", "Buyers"),
        ("Shop", "Buyers"),
        ("Support", "Buyers"),
        ("Sales", "Firms"),
        ("Shop", "Firms"),
    ]
    generator = np.random.default_rng(7)
    rows = []
    for number, (supplier, client) in enumerate(pairs):
        for person in range(people.get((supplier, client), 9)):
            rows.append(
                (
                    supplier,
                    client,
                    "help",
                    f"{client}{person}",
                    9.0,
                    round(float(generator.uniform(3, 8)), 3) + number / 10_000,
                )
            )
    answers = pd.DataFrame(rows, columns=["supplier", "client", "service", "respondent", "expectation", "fulfilment"])
    services = answers.groupby(["supplier", "client", "service"], as_index=False).agg(
        expectation=("expectation", "mean"),
        fulfilment=("fulfilment", "mean"),
        responses=("fulfilment", "size"),
        fulfilment_sd=("fulfilment", "std"),
    )
    departments = pd.DataFrame(
        {
            "id": ["IT", "HR", "Sales", "Shop", "Support", "Buyers", "Firms"],
            "kind": ["internal"] * 5 + ["external_customer"] * 2,
        }
    )
    return cxgraph.Organization.from_frames(services, departments, responses=answers, **options)

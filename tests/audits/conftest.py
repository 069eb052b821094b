"""A small organisation in which every check passes, to be spoilt one thing at a time."""

import pandas as pd
import pytest

import cxgraph


class Tables:
    """The tables of a healthy organisation; tests change them before they become an `Organization`."""

    def __init__(self):
        self.options = {}
        self.departments = pd.DataFrame(
            [
                ("top", "Top", "internal", None, 1),
                ("desk", "Desk", "internal", "top", 1),
                ("back", "Back office", "internal", "top", 1),
                ("cx", "Customer experience", "internal", "top", 1),
                ("people", "People at home", "external_customer", None, 3),
                ("firms", "Firms", "external_customer", None, 1),
            ],
            columns=["id", "name", "kind", "parent", "weight"],
        )
        self.services = pd.DataFrame(
            [
                ("top", "desk", "direction", "relational", 8, 7.5),
                ("top", "back", "direction", "relational", 7, 6.5),
                ("back", "desk", "parts", "formal", 9, 8.0),
                ("cx", "desk", "voice", "relational", 7, 6.8),
                ("cx", "back", "voice", "relational", 8, 7.8),
                ("desk", "people", "arrival", "formal", 9, 7.0),
                ("back", "people", "repair", "formal", 8, 7.0),
                ("desk", "firms", "arrival", "formal", 8, 7.0),
                ("back", "firms", "repair", "formal", 9, 8.5),
                ("desk", "people", "attention", "relational", 9, 8.0),
            ],
            columns=["supplier", "client", "service", "kind", "expectation", "fulfilment"],
        )
        self.services["commitment"] = self.services["fulfilment"]
        self.responses = pd.DataFrame(
            [
                (
                    f"2026-0{1 + person % 6}-15",
                    f"R{person}",
                    row.supplier,
                    row.client,
                    row.service,
                    row.expectation,
                    row.fulfilment,
                    row.kind,
                    source,
                )
                for row in self.services.itertuples()
                for person, source in enumerate(("client_survey", "client_survey", "complaint"))
            ],
            columns=[
                "date",
                "respondent",
                "supplier",
                "client",
                "service",
                "expectation",
                "fulfilment",
                "kind",
                "source",
            ],
        )
        self.practices = pd.DataFrame(
            [
                (who, practice, 8.0, "2026-06-01")
                for who in ("top", "desk", "back", "cx")
                for practice in ("leadership-push", "leadership-tone", "people-empowerment", "structure-office")
            ],
            columns=["department", "practice", "score", "date"],
        )
        self.actions = pd.DataFrame(
            [
                ("A1", "Faster arrival", "desk", "people", "arrival", None, "2026-01-10", "2026-02-01", "desk"),
                ("A2", "Arrival for firms", "desk", "firms", "arrival", None, "2026-02-01", "2026-03-01", "top"),
                ("A3", "Better arrival", "desk", "people", "arrival", None, "2026-05-01", None, "desk"),
                ("A4", "Better repair", "back", None, None, None, "2026-06-01", None, "cx"),
                ("A5", "Care", "desk", "people", "attention", None, "2026-06-01", None, "desk"),
                ("A6", "Signs", "desk", "firms", None, None, "2026-05-20", "2026-06-10", "desk"),
                ("A7", "Arrival of firms again", "desk", "firms", "arrival", None, "2026-06-02", None, "desk"),
                ("A8", "Weekly round", "top", "back", "direction", None, "2026-06-04", None, "top"),
            ],
            columns=["id", "title", "supplier", "client", "service", "department", "opened", "closed", "owner"],
        )
        self.actions["told"] = self.actions["closed"]

    def change(self, table, where, **values):
        """Set values in the rows of a table that match."""
        frame = getattr(self, table)
        rows = pd.Series(True, frame.index)
        for column, value in where.items():
            rows &= frame[column].eq(value)
        assert rows.any(), where
        for column, value in values.items():
            frame.loc[rows, column] = value
        return self

    def add(self, table, **values):
        """Add a row to a table."""
        frame = getattr(self, table)
        rows = [*frame.astype(object).to_dict("records"), values]
        setattr(self, table, pd.DataFrame(rows, columns=frame.columns))
        return self

    def score(self, supplier, client, service, fulfilment, expectation=None):
        """Set the scores of a service in both tables."""
        where = {"supplier": supplier, "client": client, "service": service}
        values = {"fulfilment": fulfilment} | ({} if expectation is None else {"expectation": expectation})
        return self.change("services", where, **values).change("responses", where, **values)

    def without(self, *tables):
        """Leave tables out."""
        for table in tables:
            setattr(self, table, None)
        return self

    def organization(self):
        return cxgraph.Organization.from_frames(
            self.services,
            self.departments,
            responses=self.responses,
            practices=self.practices,
            actions=self.actions,
            **self.options,
        )


@pytest.fixture
def tables():
    return Tables()

"""An organisation as a networkx graph, and back."""

from __future__ import annotations

from typing import Any

import networkx as nx
import pandas as pd

from cxgraph.errors import ParameterError
from cxgraph.model.organization import Organization
from cxgraph.tables.schema import TABLES, accepted_headers, fold
from cxgraph.wording import N_

_SETTINGS = (
    "name",
    "language",
    "scale",
    "scoring",
    "transmission",
    "stringency",
    "halo",
    "customers",
    "currency",
    "min_responses",
    "min_respondents",
)


_DEPARTMENT = {
    fold(header): column.name
    for column in TABLES["departments"]
    if column.name != "id"
    for header in accepted_headers(column)
}
"""What a node may say of its department, by the words for it."""


def organization_to_graph(organization: Organization) -> nx.MultiDiGraph:
    """Return a node for each department and an edge from supplier to client for each service.

    Parameters
    ----------
    organization : Organization
        Any.

    Returns
    -------
    MultiDiGraph
        Node attributes: columns of the departments' table; edge attributes: columns of the services' table but the
        line; edge keys: service names; graph attributes: the settings. Missing values are left out.
    """
    settings = organization.settings
    graph = nx.MultiDiGraph(**{key: getattr(settings, key) for key in _SETTINGS})
    for row in organization.departments.drop(columns="customer").to_dict("records"):
        graph.add_node(row.pop("id"), **_present(row))
    for row in organization.services.drop(columns="line").to_dict("records"):
        graph.add_edge(row.pop("supplier"), row.pop("client"), key=row["service"], **_present(row))
    return graph


def graph_to_frames(graph: nx.DiGraph) -> tuple[pd.DataFrame, pd.DataFrame | None, dict[str, Any]]:
    """Return the tables of a graph whose edges point from supplier to client.

    Parameters
    ----------
    graph : DiGraph or MultiDiGraph
        Node and edge attributes are columns.

    Returns
    -------
    services : DataFrame
        A row for each edge.
    departments : DataFrame or None
        A row for each node; None where no node says anything that a table of departments holds. Where none says what
        kind it is, clients that supply nobody are external customers, as in tables of services alone.
    settings : dict
        Graph attributes that are settings.

    Raises
    ------
    ParameterError
        The edges have no direction.
    """
    if not isinstance(graph, nx.Graph):
        raise ParameterError(N_("{kind} is no graph of networkx."), kind=type(graph).__name__)
    if not graph.is_directed():
        raise ParameterError(
            N_(
                "The graph has no direction, so it does not say who serves whom: a DiGraph or MultiDiGraph is needed, "
                "with edges from supplier to client."
            )
        )
    _refuse_twins(graph)
    services = pd.DataFrame(
        [{**data, "supplier": str(source), "client": str(target)} for source, target, data in graph.edges(data=True)],
        index=pd.Index([f"{source} → {target}" for source, target in graph.edges()], dtype=object),
    )
    if services.empty:
        services = pd.DataFrame({"supplier": [], "client": []}, dtype=object)
    told = {
        _DEPARTMENT[fold(str(key))]
        for _, data in graph.nodes(data=True)
        for key in data
        if fold(str(key)) in _DEPARTMENT
    }
    departments = (
        pd.DataFrame(
            [{"id": str(node), **data} for node, data in graph.nodes(data=True)],
            index=pd.Index([str(node) for node in graph.nodes()], dtype=object),
        )
        if told
        else None
    )
    if departments is not None and "kind" not in told:
        departments["kind"] = [
            "external_customer" if graph.in_degree(node) and not set(graph.successors(node)) - {node} else "internal"
            for node in graph.nodes()
        ]
    settings = {
        key: graph.graph[key] for key in _SETTINGS if key in graph.graph and not _is_empty_text(graph.graph[key])
    }
    return services, departments, settings


def _refuse_twins(graph: nx.DiGraph) -> None:
    """Refuse nodes that differ and are written alike, such as 1 and "1": they would become one department."""
    written: dict[str, Any] = {}
    for node in graph.nodes():
        if str(node) in written:
            raise ParameterError(
                N_(
                    "The graph has two nodes that are both written {name!r}: {one} and {other}. Give each a name of "
                    "its own."
                ),
                name=str(node),
                one=repr(written[str(node)]),
                other=repr(node),
            )
        written[str(node)] = node


def _is_empty_text(value: Any) -> bool:
    return isinstance(value, str) and not value


def _present(row: dict[Any, Any]) -> dict[str, Any]:
    return {str(key): value for key, value in row.items() if not pd.isna(value)}

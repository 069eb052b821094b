"""Graph files: an organisation as GraphML, GEXF or node-link JSON, to the last digit, and back."""

from __future__ import annotations

import io
import json
import re
import xml.etree.ElementTree as ET
from collections.abc import Mapping
from typing import Any

import networkx as nx
import pandas as pd

from cxgraph.errors import ParameterError
from cxgraph.intake.formats import GRAPHS
from cxgraph.model.graphs import graph_to_frames, organization_to_graph
from cxgraph.model.organization import Organization
from cxgraph.tables.characters import json_text
from cxgraph.tables.raw import ProblemLog
from cxgraph.wording import N_

_DECLARES = (b"<!DOCTYPE", b"<!ENTITY")
_STAMP = re.compile(rb'lastmodifieddate="[^"]*"')
_GEXF = "{http://www.gexf.net/1.2draft}"
_FAULTS = (ET.ParseError, nx.NetworkXError, ValueError, KeyError, TypeError, AttributeError, IndexError, RecursionError)
"""What networkx and the parsers below it raise over files that are no such graph."""


def graph_bytes(organization: Organization, ending: str) -> bytes:
    """Return an organisation as the bytes of a graph file.

    Parameters
    ----------
    organization : Organization
        Each service becomes an edge of its own from supplier to client, also where two departments exchange several.
    ending : {".graphml", ".gexf", ".json"}
        GraphML, GEXF 1.2 or the node-link JSON of networkx and D3.

    Returns
    -------
    bytes
        The same for the same organisation. Numbers are written so that they are read back to the last digit; the
        settings are in it too.

    Raises
    ------
    ParameterError
        Another ending.
    """
    graph = _portable(organization)
    if ending == ".json":
        data = nx.node_link_data(graph, edges="links")
        return (json_text(data, indent=1) + "\n").encode()
    stream = io.BytesIO()
    if ending == ".graphml":
        nx.write_graphml_xml(graph, stream)
        return stream.getvalue()
    if ending == ".gexf":
        settings = dict(graph.graph)
        graph.graph.clear()
        nx.write_gexf(graph, stream)
        # networkx writes today's date, and no attributes of the graph as a whole.
        text = json_text(settings).replace("&", "&amp;").replace("<", "&lt;")
        described = _STAMP.sub(b'lastmodifieddate="2000-01-01"', stream.getvalue(), count=1)
        return described.replace(b"</meta>", f"<description>{text}</description></meta>".encode(), 1)
    raise ParameterError(
        N_("{value} is no ending of a graph file; choose one of {choices}."),
        value=repr(ending),
        choices=", ".join(GRAPHS),
    )


def _portable(organization: Organization) -> nx.MultiDiGraph:
    """Return the graph with edges numbered, labels for programs that draw, and settings as text."""
    graph = organization_to_graph(organization)
    settings = {key: value for key, value in graph.graph.items() if value not in (None, ())}
    portable = nx.MultiDiGraph(
        **{key: json_text(value) if isinstance(value, tuple) else value for key, value in settings.items()}
    )
    for node, data in graph.nodes(data=True):
        portable.add_node(node, **data, label=data.get("name", node))
    for number, (source, target, data) in enumerate(graph.edges(data=True)):
        portable.add_edge(source, target, key=f"service{number}", **data, label=data.get("service", ""))
    return portable


def read_graph(data: bytes, file: str, log: ProblemLog) -> tuple[dict[str, pd.DataFrame], dict[str, Any]] | None:
    """Read the tables that a graph file holds.

    Parameters
    ----------
    data : bytes
        The whole file.
    file : str
        Its name; the ending tells the format.
    log : ProblemLog
        Takes what is wrong.

    Returns
    -------
    (dict of str to DataFrame, dict), or None
        services and, where its nodes tell kinds or names, departments; then the settings that the file states. None
        where it holds no directed graph, which has then been said.
    """
    if any(mark in data for mark in _DECLARES) or data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        log.add(
            "error",
            "graph-entities",
            N_("The file declares entities of its own, or may hide that it does; no program for graphs writes any."),
            N_("Export the graph again."),
            file=file,
        )
        return None
    try:
        graph = _graph(data, file[file.rfind(".") :].lower())
    except _FAULTS as fault:
        log.add(
            "error",
            "broken-graph",
            N_("No graph can be read from the file ({reason})."),
            N_("Export it again as GraphML, GEXF or node-link JSON (networkx.node_link_data)."),
            file=file,
            reason=type(fault).__name__,
        )
        return None
    if not graph.is_directed():
        log.add(
            "error",
            "undirected-graph",
            N_("The graph has no direction, so that nobody can tell who supplies whom."),
            N_("Export it as a directed graph, each edge from the supplier to its client."),
            file=file,
        )
        return None
    return _tables(graph)


def _graph(data: bytes, ending: str) -> Any:
    if ending == ".graphml":
        return nx.read_graphml(io.BytesIO(data), node_type=str, edge_key_type=str, force_multigraph=True)
    if ending == ".gexf":
        graph = nx.read_gexf(io.BytesIO(data), node_type=str)
        graph.graph.update(_described(data))
        return graph
    content = json.loads(data)
    if not isinstance(content, dict) or "nodes" not in content:
        raise ValueError("no node-link data")
    edges = "links" if "links" in content else "edges"
    return nx.node_link_graph(content, directed=False, edges=edges)


def _described(data: bytes) -> dict[str, Any]:
    """Return the settings that `graph_bytes` wrote into the description of a GEXF file; none of other programs'."""
    found = ET.fromstring(data).find(f"{_GEXF}meta/{_GEXF}description")  # noqa: S314 - no entities: searched before
    try:
        content = json.loads(found.text or "") if found is not None else {}
    except ValueError:
        return {}
    return content if isinstance(content, dict) else {}


def _tables(graph: Any) -> tuple[dict[str, pd.DataFrame], dict[str, Any]]:
    """Return the graph's tables; labels stand in for names of services and departments that have none."""
    for _, data in graph.nodes(data=True):
        label = data.pop("label", None)
        if label not in (None, "") and "name" not in data:
            data["name"] = str(label)
    for _, _, data in graph.edges(data=True):
        label = data.pop("label", None)
        data.pop("id", None)
        if label not in (None, "") and "service" not in data:
            data["service"] = str(label)
    services, departments, settings = graph_to_frames(graph)
    tables = {"services": services}
    if departments is not None:
        tables["departments"] = departments
    return tables, _parsed(settings)


def _parsed(settings: Mapping[str, Any]) -> dict[str, Any]:
    """Return the settings with lists read from their text."""
    parsed = {}
    for key, value in settings.items():
        if key in ("scale", "customers") and isinstance(value, str):
            try:
                parsed[key] = tuple(json.loads(value))
            except (ValueError, TypeError):
                continue
        else:
            parsed[key] = tuple(value) if isinstance(value, list) else value
    return parsed

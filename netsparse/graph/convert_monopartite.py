"""Graphs of one kind of node, to and from networkx and igraph."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from netsparse.errors import InvalidValue, one_line
from netsparse.graph.attributes import all_or_none, real_numbers, text_of
from netsparse.graph.convert_networkx import default_of
from netsparse.graph.monopartite import Graph

if TYPE_CHECKING:
    import igraph
    import networkx


def graph_to_networkx(graph: Graph) -> networkx.Graph:
    """Return an undirected networkx graph: nodes are their names, or numbers where they have none; `weight` on links.

    Examples
    --------
    >>> import netsparse as ns
    >>> ns.graph.Graph.from_links([0], [1], names=["a", "b"]).to_networkx().edges(data="weight")
    EdgeDataView([('a', 'b', 1.0)])
    """
    import networkx as nx

    names = range(graph.n_nodes) if graph.names is None else graph.names
    found = nx.Graph()
    found.add_nodes_from(names)
    sources, targets, weights = (part.tolist() for part in graph.links())
    found.add_weighted_edges_from((names[i], names[j], w) for i, j, w in zip(sources, targets, weights, strict=True))
    return found


def graph_from_networkx(graph: networkx.Graph) -> Graph:
    """Return the graph of an undirected networkx graph, in the order of its nodes.

    The attribute `name` of nodes, or nodes other than the numbers 0, 1, ... in that order, give their names.
    Weights are 1 where no link has one; a default that a GraphML file declares is used.

    Raises
    ------
    TypeError, ValueError
        If the graph is directed, has self-loops or parallel links, a node that is neither text nor number, a weight
        that is no finite number, or weights on some links only.

    Examples
    --------
    >>> import netsparse as ns, networkx as nx
    >>> ns.as_graph(nx.karate_club_graph())
    Graph(34 nodes, 78 links, density 0.139, float64)
    """
    if graph.is_directed():
        raise InvalidValue("the graph is directed: say what its links are without direction, graph.to_undirected()")
    nodes = list(graph)
    number = {node: place for place, node in enumerate(nodes)}
    names = [name for _, name in graph.nodes(data="name")]
    names = [node if name is None else name for node, name in zip(nodes, names, strict=True)]
    weights = graph.edges(data="weight", default=default_of(graph, "edge", "weight"))
    links = [(number[i], number[j], weight) for i, j, weight in weights]
    ends = np.array([link[:2] for link in links], dtype=np.int64).reshape(-1, 2)
    return _graph(ends, [weight for _, _, weight in links], _names(names), len(nodes))


def graph_to_igraph(graph: Graph) -> igraph.Graph:
    """Return an undirected igraph graph: vertex attribute `name` where nodes have names, edge attribute `weight`.

    Examples
    --------
    >>> import netsparse as ns
    >>> ns.graph.Graph.from_links([0], [1], names=["a", "b"]).to_igraph().vs["name"]
    ['a', 'b']
    """
    import igraph

    sources, targets, weights = graph.links()
    found = igraph.Graph(n=graph.n_nodes, edges=np.column_stack([sources, targets]))
    found.es["weight"] = weights.tolist()
    if graph.names is not None:
        found.vs["name"] = list(graph.names)
    return found


def graph_from_igraph(graph: igraph.Graph) -> Graph:
    """Return the graph of an undirected igraph graph; names and errors as for :func:`graph_from_networkx`.

    Examples
    --------
    >>> import netsparse as ns, igraph
    >>> ns.as_graph(igraph.Graph.Ring(5))
    Graph(5 nodes, 5 links, density 0.5, float64)
    """
    if graph.is_directed():
        raise InvalidValue("the graph is directed: say what its links are without direction, graph.as_undirected()")
    ends = np.array(graph.get_edgelist(), dtype=np.int64).reshape(-1, 2)
    weights = graph.es["weight"] if "weight" in graph.edge_attributes() else [None] * len(ends)
    names = _names(graph.vs["name"]) if "name" in graph.vertex_attributes() else None
    return _graph(ends, weights, names, graph.vcount())


def _graph(ends: np.ndarray, weights: Sequence[Any], names: list[str] | None, n_nodes: int) -> Graph:
    def link(place: int) -> str:
        return "the link between " + " and ".join(_words(names, end) for end in ends[place].tolist())

    given = real_numbers(weights, "weight", link) if all_or_none(weights, "weight", link) else None
    return Graph.from_links(ends[:, 0], ends[:, 1], given, n_nodes=n_nodes, names=names)


def _words(names: list[str] | None, node: int) -> str:
    return f"node {node}" if names is None else f"node {one_line(repr(names[node]), 60)}"


def _names(nodes: Sequence[Any]) -> list[str] | None:
    """Return the names of nodes, None if they are their numbers, as they are or as the text that files make of them."""
    if all(node == place or node == str(place) for place, node in enumerate(nodes)):
        return None
    return [text_of(node, f"node {place}") for place, node in enumerate(nodes)]

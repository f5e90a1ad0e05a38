"""To and from igraph."""

from __future__ import annotations

from itertools import chain
from typing import TYPE_CHECKING

import numpy as np

from netsparse.errors import one_line
from netsparse.graph.convert import (
    GraphContent,
    GraphTables,
    layer_from_content,
    network_from_content,
    tables,
)
from netsparse.graph.layer import BipartiteLayer
from netsparse.graph.network import LayeredNetwork

if TYPE_CHECKING:
    import igraph


def to_igraph(network: LayeredNetwork) -> igraph.Graph:
    """Return the network as a directed igraph graph, isolated neurons included.

    Vertices carry `layer`, `index`, `bias` and, if neurons have names, `name`; edges carry `weight`, the graph
    `readout`, `activation` and `dtype`.

    Examples
    --------
    >>> import netsparse as ns
    >>> network = ns.generate.erdos_renyi((6, 5, 3), density=0.4, rng=0)
    >>> graph = network.to_igraph()
    >>> graph.vcount(), graph.ecount(), graph.is_directed()
    (14, 27, True)
    >>> ns.LayeredNetwork.from_igraph(graph) == network
    True
    """
    graph = _graph(tables(network.layers), "layer", directed=True)
    graph["readout"], graph["activation"] = network.readout, network.activation
    graph["dtype"] = str(network.dtype)
    return graph


def network_from_igraph(graph: igraph.Graph, layering: str | None = None) -> LayeredNetwork:
    """Return the network of a directed graph that :func:`to_igraph` made, or one of the same attributes.

    Parameters
    ----------
    graph : igraph.Graph
        Vertices need `layer`; the other attributes, their defaults and what is refused are those of
        :func:`~netsparse.graph.convert_networkx.network_from_networkx`, as is `layering`.

    Raises
    ------
    ValueError
        If the graph is undirected or contradicts itself; names the vertex or the edge, the attribute and the value.
    """
    return network_from_content(_content(graph, "layer"), layering)


def layer_to_igraph(layer: BipartiteLayer) -> igraph.Graph:
    """Return the layer as an undirected graph with igraph's bipartite `type`: False = row, True = column.

    Examples
    --------
    >>> import netsparse as ns
    >>> layer = ns.BipartiteLayer.from_links([0, 1], [0, 2], [0.0, 1.5], shape=(2, 3))
    >>> layer.to_igraph().is_bipartite()
    True
    """
    graph = _graph(tables((layer,)), "type", directed=False)
    graph.vs["type"] = [bool(side) for side in graph.vs["type"]]
    graph["dtype"] = str(layer.dtype)
    return graph


def layer_from_igraph(graph: igraph.Graph) -> BipartiteLayer:
    """Return the layer of a graph whose vertices carry `type`; the inverse of :func:`layer_to_igraph`.

    Links of an undirected graph are named from either end, those of a directed one lead from False to True.
    Attributes, names and errors are those of :func:`network_from_igraph`.

    Examples
    --------
    >>> import igraph, netsparse as ns
    >>> ns.BipartiteLayer.from_igraph(igraph.Graph.Biadjacency([[1, 0, 1], [0, 1, 0]]))
    BipartiteLayer(2 x 3, 3 links, density 0.5, float64)
    """
    return layer_from_content(_content(graph, "type"))


def _graph(table: GraphTables, group: str, *, directed: bool) -> igraph.Graph:
    import igraph

    links = np.column_stack([table.source, table.target])
    graph = igraph.Graph(n=len(table.group), edges=links, directed=directed)
    graph.vs[group] = table.group.tolist()
    graph.vs["index"] = table.index.tolist()
    graph.vs["bias"] = table.bias.tolist()
    if set(table.names) != {None}:
        graph.vs["name"] = list(table.names)
    graph.es["weight"] = table.weight.tolist()
    for members, marks in ((graph.vs, table.frozen_nodes), (graph.es, table.frozen_links)):
        if marks.any():
            members["frozen"] = marks.tolist()
    return graph


def _content(graph: igraph.Graph, side: str) -> GraphContent:
    n = graph.vcount()
    ends = chain.from_iterable(graph.get_edgelist())  # three times as fast as an array of the pairs
    links = np.fromiter(ends, dtype=np.int64, count=2 * graph.ecount()).reshape(-1, 2)

    def of_vertices(attribute: str) -> list:
        return graph.vs[attribute] if attribute in graph.vertex_attributes() else [None] * n

    def of_edges(attribute: str) -> list:
        return graph.es[attribute] if attribute in graph.edge_attributes() else [None] * len(links)

    names = of_vertices("name") if "name" in graph.vertex_attributes() else None
    return GraphContent(
        side=side,
        directed=graph.is_directed(),
        sides=of_vertices(side),
        indices=of_vertices("index"),
        biases=of_vertices("bias"),
        source=links[:, 0],
        target=links[:, 1],
        weights=of_edges("weight"),
        frozen_nodes=of_vertices("frozen"),
        frozen_links=of_edges("frozen"),
        names=names,
        keys=None,
        node=lambda place: f"vertex {place}" + ("" if names is None else f" ({one_line(repr(names[place]), 60)})"),
        attributes={name: graph[name] for name in graph.attributes()},
    )

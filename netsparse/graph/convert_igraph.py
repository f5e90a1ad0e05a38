"""To and from igraph."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from netsparse.graph.convert import GraphTables, layers_from_tables, network_from_tables, tables
from netsparse.graph.layer import BipartiteLayer
from netsparse.graph.network import LayeredNetwork

if TYPE_CHECKING:
    import igraph


def to_igraph(network: LayeredNetwork) -> igraph.Graph:
    """Return the network as a directed igraph graph, isolated neurons included.

    Vertices carry `layer`, `index` and `bias`, edges `weight`, the graph `readout`, `activation` and `dtype`.

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


def network_from_igraph(graph: igraph.Graph) -> LayeredNetwork:
    """Return the network of a directed graph that :func:`to_igraph` made, or one of the same attributes.

    Parameters
    ----------
    graph : igraph.Graph
        Vertices need `layer` and `index`; `bias` is 0, `weight` 1, `readout` 0, `activation` relu and `dtype` float64
        where the graph does not say.

    Raises
    ------
    ValueError
        If the graph is undirected, lacks an attribute, or has a link that does not lead from one neuron layer to the
        next.
    """
    if not graph.is_directed():
        raise ValueError("a network must be a directed graph: links lead from one neuron layer to the next")
    known = graph.attributes()
    return network_from_tables(
        _read(graph, "layer"),
        graph["dtype"] if "dtype" in known else "float64",
        int(graph["readout"]) if "readout" in known else 0,
        graph["activation"] if "activation" in known else "relu",
    )


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
    """Return the layer of a graph whose vertices carry `type`; the inverse of :func:`layer_to_igraph`."""
    dtype = graph["dtype"] if "dtype" in graph.attributes() else "float64"
    return layers_from_tables(_read(graph, "type"), dtype)[0]


def _graph(table: GraphTables, group: str, *, directed: bool) -> igraph.Graph:
    import igraph

    links = np.column_stack([table.source, table.target])
    graph = igraph.Graph(n=len(table.group), edges=links, directed=directed)
    graph.vs[group] = table.group.tolist()
    graph.vs["index"] = table.index.tolist()
    graph.vs["bias"] = table.bias.tolist()
    graph.es["weight"] = table.weight.tolist()
    return graph


def _read(graph: igraph.Graph, group: str) -> GraphTables:
    if group not in graph.vertex_attributes() or "index" not in graph.vertex_attributes():
        raise ValueError(f"the vertices need the attributes {group!r} and 'index'")
    groups = np.array(graph.vs[group], dtype=np.int64)
    links = np.array(graph.get_edgelist(), dtype=np.int64).reshape(-1, 2)
    if not graph.is_directed():  # an undirected link is named from either end: rows come first
        swapped = groups[links[:, 0]] > groups[links[:, 1]]
        links[swapped] = links[swapped, ::-1]
    n = graph.vcount()
    return GraphTables(
        group=groups,
        index=np.array(graph.vs["index"], dtype=np.int64),
        bias=np.array(graph.vs["bias"] if "bias" in graph.vertex_attributes() else np.zeros(n), dtype=float),
        source=links[:, 0],
        target=links[:, 1],
        weight=np.array(
            graph.es["weight"] if "weight" in graph.edge_attributes() else np.ones(len(links)), dtype=float
        ),
    )

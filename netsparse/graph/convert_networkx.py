"""To and from networkx."""

from __future__ import annotations

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
    import networkx


def to_networkx(network: LayeredNetwork) -> networkx.DiGraph:
    """Return the network as a directed graph, isolated neurons included.

    Nodes are the names of the neurons, if all have different ones, or are numbered from the first input on. They carry
    `layer`, `index` (place in the layer), `bias` and, where they have one, `name`; links carry `weight`; the graph
    carries `readout`, `activation` and `dtype`. Nodes whose bias is frozen, and frozen links, carry `frozen`. All are
    plain Python values, so that
    ``networkx.write_graphml`` and ``write_gexf`` take the result as it is.

    Examples
    --------
    >>> import netsparse as ns
    >>> network = ns.generate.erdos_renyi((6, 5, 3), density=0.4, rng=0)
    >>> graph = network.to_networkx()
    >>> graph.number_of_nodes(), graph.number_of_edges(), graph.nodes[6]['layer']
    (14, 27, 1)
    >>> ns.LayeredNetwork.from_networkx(graph) == network
    True
    """
    import networkx as nx

    graph = nx.DiGraph(readout=network.readout, activation=network.activation, dtype=str(network.dtype))
    _fill(graph, tables(network.layers), "layer")
    return graph


def network_from_networkx(graph: networkx.DiGraph, layering: str | None = None) -> LayeredNetwork:
    """Return the network of a directed graph whose nodes carry `layer`; the inverse of :func:`to_networkx`.

    Parameters
    ----------
    graph : networkx.DiGraph
        What it says is used as it is: whole numbers may be floats that are whole, or strings of numbers, as some
        formats write them. Where no node has an `index`, it is the order of the nodes within their layer; where no
        node has a `bias`, it is 0; nodes other than the numbers 0, 1, ... in their order, or their attribute `name`,
        give neurons their names; where no link has a `weight`, it is 1; the graph's `readout` defaults to 0, its
        `activation` to relu, its `dtype` to float64. Defaults that a GraphML file declares are used.
    layering : {'longest-path'}, optional
        What gives the nodes their `layer`, if none has one: the number of links of the longest path that ends in one.

    Raises
    ------
    ValueError
        If the graph is undirected, a node has no `layer`, an attribute is given to some and not to others, a number
        is not exact (1.9 as a layer, NaN, 0.1 as a weight of a float32 graph), two nodes share an index, two links
        their ends, a first neuron has a bias, or a link does not lead from one neuron layer to the next. Names the
        node or the link, the attribute and the value.

    Notes
    -----
    O(nodes + links), about a microsecond each.

    Examples
    --------
    >>> import netsparse as ns, networkx as nx
    >>> graph = nx.DiGraph([("a", "c"), ("b", "c"), ("c", "d")])
    >>> ns.LayeredNetwork.from_networkx(graph, layering="longest-path").names
    (('a', 'b'), ('c',), ('d',))
    """
    return network_from_content(_content(graph, "layer"), layering)


def layer_to_networkx(layer: BipartiteLayer) -> networkx.Graph:
    """Return the layer as an undirected graph with networkx's `bipartite` attribute: 0 = row, 1 = column.

    Nodes are the names, or rows are the nodes 0 .. rows - 1 and columns follow; they carry `index`, `bias` (0 for rows)
    and, where they have one, `name`.

    Examples
    --------
    >>> import netsparse as ns
    >>> layer = ns.BipartiteLayer.from_links([0, 1], [0, 2], [0.0, 1.5], shape=(2, 3))
    >>> layer.to_networkx().edges(data='weight')
    EdgeDataView([(0, 2, 0.0), (1, 4, 1.5)])
    """
    import networkx as nx

    graph = nx.Graph(dtype=str(layer.dtype))
    _fill(graph, tables((layer,)), "bipartite")
    return graph


def layer_from_networkx(graph: networkx.Graph) -> BipartiteLayer:
    """Return the layer of a graph whose nodes carry `bipartite`; the inverse of :func:`layer_to_networkx`.

    Links of an undirected graph are named from either end, those of a directed one lead from 0 to 1. Attributes, names
    and errors are those of :func:`network_from_networkx`.

    Examples
    --------
    >>> import netsparse as ns, networkx as nx
    >>> ns.BipartiteLayer.from_networkx(nx.complete_bipartite_graph(2, 3))
    BipartiteLayer(2 x 3, 6 links, density 1, float64)
    """
    return layer_from_content(_content(graph, "bipartite"))


def _fill(graph: networkx.Graph, table: GraphTables, group: str) -> None:
    keys = table.keys()
    nodes = zip(keys, table.group.tolist(), table.index.tolist(), table.bias.tolist(), table.names, strict=True)
    graph.add_nodes_from(
        (key, {group: g, "index": i, "bias": b} | ({} if name is None else {"name": name}))
        for key, g, i, b, name in nodes
    )
    links = zip(table.source.tolist(), table.target.tolist(), table.weight.tolist(), strict=True)
    graph.add_weighted_edges_from((keys[source], keys[target], weight) for source, target, weight in links)
    for node in np.flatnonzero(table.frozen_nodes).tolist():
        graph.nodes[keys[node]]["frozen"] = True
    for link in np.flatnonzero(table.frozen_links).tolist():
        graph.edges[keys[table.source[link]], keys[table.target[link]]]["frozen"] = True


def _content(graph: networkx.Graph, side: str) -> GraphContent:
    """Return what a graph says, with the defaults that a GraphML file declares for its nodes and links."""
    names = list(graph)
    number = {name: place for place, name in enumerate(names)}
    sources, targets, weights = [], [], []
    for source, target, weight in graph.edges(data="weight", default=default_of(graph, "edge", "weight")):
        sources.append(number[source])  # in flat lists: a million tuples would keep the garbage collector busy
        targets.append(number[target])
        weights.append(weight)
    values = {
        attribute: [value for _, value in graph.nodes(data=attribute, default=default_of(graph, "node", attribute))]
        for attribute in (side, "index", "bias", "frozen", "name")
    }
    frozen = graph.edges(data="frozen", default=default_of(graph, "edge", "frozen"))
    return GraphContent(
        side=side,
        directed=graph.is_directed(),
        sides=values[side],
        indices=values["index"],
        biases=values["bias"],
        source=np.array(sources, dtype=np.int64),
        target=np.array(targets, dtype=np.int64),
        weights=weights,
        frozen_nodes=values["frozen"],
        frozen_links=[value for *_, value in frozen],
        names=values["name"],
        keys=names,
        node=lambda place: f"node {one_line(repr(names[place]), 60)}",
        attributes=graph.graph,
    )


def default_of(graph: networkx.Graph, kind: str, attribute: str) -> object:
    """Return the default that networkx's reader of GraphML keeps apart from the nodes and links it is for."""
    defaults = graph.graph.get(f"{kind}_default")
    return defaults.get(attribute) if isinstance(defaults, dict) else None

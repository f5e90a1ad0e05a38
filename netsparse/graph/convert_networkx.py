"""To and from networkx."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from netsparse.graph.convert import GraphTables, layers_from_tables, network_from_tables, tables
from netsparse.graph.layer import BipartiteLayer
from netsparse.graph.network import LayeredNetwork

if TYPE_CHECKING:
    import networkx


def to_networkx(network: LayeredNetwork) -> networkx.DiGraph:
    """Return the network as a directed graph, isolated neurons included.

    Nodes are numbered from the first input on and carry `layer`, `index` (place in the layer) and `bias`; links
    carry `weight`; the graph carries `readout`, `activation` and `dtype`. All are plain Python values, so that
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


def network_from_networkx(graph: networkx.DiGraph) -> LayeredNetwork:
    """Return the network of a directed graph whose nodes carry `layer`; the inverse of :func:`to_networkx`.

    For graphs made elsewhere, `index` defaults to the order of the nodes within their layer, `bias` to 0, a
    link's `weight` to 1, and the graph's `readout` to 0, `activation` to relu, `dtype` to float64.

    Raises
    ------
    ValueError
        If the graph is undirected, a node has no `layer`, the indices of a layer are not 0, 1, ... once each, a first
        neuron has a bias, or a link does not lead from one neuron layer to the next.
    """
    if not graph.is_directed():
        raise ValueError("a network must be a directed graph: links lead from one neuron layer to the next")
    attributes = graph.graph
    return network_from_tables(
        _read(graph, "layer"),
        attributes.get("dtype", "float64"),
        int(attributes.get("readout", 0)),
        attributes.get("activation", "relu"),
    )


def layer_to_networkx(layer: BipartiteLayer) -> networkx.Graph:
    """Return the layer as an undirected graph with networkx's `bipartite` attribute: 0 = row, 1 = column.

    Rows are the nodes 0 .. rows - 1, columns follow; nodes carry `index` and `bias` (0 for rows).

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
    """Return the layer of a graph whose nodes carry `bipartite`; the inverse of :func:`layer_to_networkx`."""
    return layers_from_tables(_read(graph, "bipartite"), graph.graph.get("dtype", "float64"))[0]


def _fill(graph: networkx.Graph, table: GraphTables, group: str) -> None:
    nodes = zip(table.group.tolist(), table.index.tolist(), table.bias.tolist(), strict=True)
    graph.add_nodes_from((node, {group: g, "index": i, "bias": b}) for node, (g, i, b) in enumerate(nodes))
    links = zip(table.source.tolist(), table.target.tolist(), table.weight.tolist(), strict=True)
    graph.add_weighted_edges_from(links)


def _read(graph: networkx.Graph, group: str) -> GraphTables:
    nodes = list(graph.nodes(data=True))
    missing = [node for node, data in nodes if group not in data]
    if missing or not nodes:
        raise ValueError(f"every node needs the attribute {group!r}; {len(missing)} have none")
    number = {node: place for place, (node, _) in enumerate(nodes)}
    groups = np.array([int(data[group]) for _, data in nodes])
    source, target, weight = _links(graph, number, groups)
    return GraphTables(
        group=groups,
        index=_indices([data.get("index") for _, data in nodes], groups),
        bias=np.array([float(data.get("bias", 0.0)) for _, data in nodes]),
        source=source,
        target=target,
        weight=weight,
    )


def _links(graph: networkx.Graph, number: dict, groups: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    links = [(number[a], number[b], float(w)) for a, b, w in graph.edges(data="weight", default=1.0)]
    source = np.array([link[0] for link in links], dtype=np.int64)
    target = np.array([link[1] for link in links], dtype=np.int64)
    if not graph.is_directed():  # an undirected link is named from either end: rows come first
        swapped = groups[source] > groups[target]
        source, target = np.where(swapped, target, source), np.where(swapped, source, target)
    return source, target, np.array([link[2] for link in links], dtype=np.float64)


def _indices(given: list, groups: np.ndarray) -> np.ndarray:
    """Return the places in the layer, in the order of the nodes where the graph does not say."""
    if all(index is not None for index in given):
        return np.array([int(index) for index in given])
    indices = np.empty(len(groups), dtype=np.int64)
    for group in np.unique(groups):
        members = groups == group
        indices[members] = np.arange(members.sum())
    return indices

"""What a table of measures is about: the networks, layers and graphs in it, each with a name."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy import sparse

from netsparse.errors import InvalidType, InvalidValue
from netsparse.graph import BipartiteLayer, LayeredNetwork, as_network
from netsparse.measures.adjacency import as_adjacency


@dataclass(frozen=True, eq=False)
class Subject:
    """A network, a layer of it, or a graph of one kind of nodes.

    Attributes
    ----------
    network : str
        Name of the network it is, or is in.
    layer : int or None
        Its place among the layers; None for a whole network or graph.
    of : {'network', 'layer', 'graph'}
    graph : LayeredNetwork, BipartiteLayer or scipy.sparse.csr_array
    """

    network: str
    layer: int | None
    of: str
    graph: Any

    @property
    def digest(self) -> str:
        """A short fingerprint of links and weights: whether it is still the graph that was measured."""
        found = hashlib.blake2b(digest_size=8)
        parts = self.graph.layers if self.of == "network" else (self.graph,)
        for part in parts:
            matrix = part if self.of == "graph" else part.biadjacency
            found.update(repr((self.of, part.shape, matrix.dtype.str)).encode())
            biases = [] if self.of == "graph" else [part.bias]
            for array in (matrix.indptr, matrix.indices, matrix.data, *biases):
                found.update(np.ascontiguousarray(array))
        return found.hexdigest()


def subjects(networks: Any) -> list[Subject]:
    """Return the subjects of a network, a layer, a graph, several of them, or several by name.

    Of a network: the whole, and each layer but the readout; if there is nothing but readout, each layer. A directed
    graph of networkx or igraph is a network, one whose nodes say their side a layer, another a graph.

    Raises
    ------
    TypeError, ValueError
        If one is none of these, or there is none.

    Examples
    --------
    >>> import netsparse as ns
    >>> network = ns.generate.erdos_renyi((6, 5, 3), density=0.4, rng=0)
    >>> [(subject.network, subject.layer, subject.of) for subject in subjects({"a": network})]
    [('a', None, 'network'), ('a', 0, 'layer')]
    """
    named = _named(networks)
    if not named:
        raise InvalidValue("networks holds none to measure", parameter="networks")
    return [subject for name, graph in named.items() for subject in _of_one(str(name), graph)]


def _converted(graph: Any) -> Any:
    """Return a graph of networkx or igraph as what it is of ours: a network, a layer, or an adjacency."""
    library = type(graph).__module__.partition(".")[0]
    if library == "networkx":
        import networkx as nx

        if graph.is_directed():
            return LayeredNetwork.from_networkx(graph)
        if all("bipartite" in data for _, data in graph.nodes(data=True)):
            return BipartiteLayer.from_networkx(graph)
        return nx.to_scipy_sparse_array(graph, weight=None)
    if library == "igraph":
        if graph.is_directed():
            return LayeredNetwork.from_igraph(graph)
        return BipartiteLayer.from_igraph(graph) if "type" in graph.vs.attributes() else graph.get_adjacency_sparse()
    return graph


def _named(networks: Any) -> dict[Any, Any]:
    if isinstance(networks, Mapping):
        return dict(networks)
    networks = _converted(networks)
    if isinstance(networks, LayeredNetwork | BipartiteLayer) or sparse.issparse(networks):
        return {"0": networks}
    if isinstance(networks, Iterable) and not isinstance(networks, str | bytes):
        return {str(place): each for place, each in enumerate(networks)}
    raise _no_network(networks)


def _of_one(name: str, graph: Any) -> list[Subject]:
    graph = _converted(graph)
    if sparse.issparse(graph):
        return [Subject(name, None, "graph", as_adjacency(graph))]
    if not isinstance(graph, LayeredNetwork | BipartiteLayer):
        raise _no_network(graph)
    network = as_network(graph)
    layers = network.sparse_layers or network.layers
    return [Subject(name, None, "network", network)] + [
        Subject(name, place, "layer", layer) for place, layer in enumerate(layers)
    ]


def _no_network(found: Any) -> InvalidType:
    return InvalidType(
        "networks must be a LayeredNetwork, a BipartiteLayer, a graph of networkx or igraph, a sparse adjacency, "
        f"several of them or a mapping from names to them, got {type(found).__name__}",
        parameter="networks",
    )

"""The one door: whatever a user has for a layer, a network or a graph becomes one of ours."""

from __future__ import annotations

from os import PathLike
from typing import Any

from scipy import sparse

from netsparse.errors import InvalidType, InvalidValue
from netsparse.graph.layer import BipartiteLayer
from netsparse.graph.monopartite import Graph
from netsparse.graph.network import LayeredNetwork

AnyGraph = LayeredNetwork | BipartiteLayer | Graph

LayerLike = NetworkLike = GraphLike = Any
"""What the doors take: the classes of other libraries have no name here before they are imported."""

_TAKEN = "a scipy sparse array, a graph of networkx or igraph, a pandas table of links, a module of ours or a file name"


def as_network(x: NetworkLike) -> LayeredNetwork:
    """Return the network that something is: a layer counts as the network of this one sparse layer.

    Parameters
    ----------
    x : object
        A `LayeredNetwork` or `BipartiteLayer`; a scipy sparse array, which is one layer; a directed graph of networkx
        or igraph whose nodes carry `layer`, or an undirected one whose nodes carry `bipartite` (igraph: `type`); a
        pandas table with the columns row, column and, if there are several layers, layer (weight is 1 where there is
        none); a module of :mod:`netsparse.nn`; or the name of a file, see :data:`netsparse.graph.FORMATS`.

    Raises
    ------
    TypeError
        For anything else, a dense array among them: it does not say which of its zeros are links.
    ValueError
        If it is none that can be a network; the error says why.

    Examples
    --------
    >>> import netsparse as ns, scipy.sparse as sp
    >>> ns.as_network(sp.csr_array([[1.0, 0.0]]))
    LayeredNetwork(1-2, 1 links, density 0.5, 0 readout layers, relu, float64)
      0  1 x 2, 1 links, density 0.5
    """
    found = as_network_or_graph(x, "network")
    if isinstance(found, Graph):
        raise InvalidValue("this graph has one kind of node, and no neuron layers: a network or a layer is needed")
    return found


def as_layer(x: LayerLike) -> BipartiteLayer:
    """Return the layer that something is: a network of one layer counts as it.

    Parameters and errors are those of :func:`netsparse.graph.as_network`.

    Examples
    --------
    >>> import netsparse as ns, networkx as nx
    >>> ns.as_layer(nx.complete_bipartite_graph(2, 3))
    BipartiteLayer(2 x 3, 6 links, density 1, float64)
    """
    found = as_any(x, "layer")
    if isinstance(found, Graph):
        raise InvalidValue("this graph has one kind of node, no rows and columns: a layer is needed")
    if isinstance(found, LayeredNetwork):
        if len(found.layers) != 1:
            raise InvalidValue(f"this network has {len(found.layers)} layers: say which, as network.layers[0]")
        return found.layers[0]
    return found


def as_graph(x: GraphLike) -> Graph:
    """Return the graph of one kind of node that something is: undirected, without self-loops.

    Parameters
    ----------
    x : object
        A :class:`~netsparse.graph.Graph`; a scipy sparse array, its symmetric adjacency; an undirected graph of
        networkx or igraph; a pandas table with the columns source and target (weight is 1 where there is none); or
        the name of a file. Layers and networks are refused, also square ones: their rows are not their columns.

    Examples
    --------
    >>> import netsparse as ns, igraph
    >>> ns.as_graph(igraph.Graph.Ring(4))
    Graph(4 nodes, 4 links, density 0.6667, float64)
    """
    found = as_any(x, "graph")
    if not isinstance(found, Graph):
        what = type(found).__name__
        raise InvalidValue(f"this is a {what}: its rows are other neurons than its columns")
    return found


def as_network_or_graph(x: NetworkLike, kind: str = "any") -> LayeredNetwork | Graph:
    """Return the network, or the graph of one kind of node, that something is: for what works on both.

    Parameters
    ----------
    x : object
        All that :func:`netsparse.graph.as_network` and :func:`netsparse.graph.as_graph` take. What could be either is
        what it is most often: a scipy
        sparse array is a layer, an undirected graph without `bipartite` (igraph: `type`), or a table with the columns
        source and target, is a graph; give ``as_network(x)`` or ``as_graph(x)`` for the other.
    kind : {'any', 'network', 'layer', 'graph'}
        What is asked for, where `x` does not say it.

    Examples
    --------
    >>> import networkx as nx
    >>> as_network_or_graph(nx.path_graph(3))
    Graph(3 nodes, 2 links, density 0.6667, float64)
    >>> as_network_or_graph(nx.complete_bipartite_graph(1, 2))
    LayeredNetwork(1-2, 2 links, density 1, 0 readout layers, relu, float64)
      0  1 x 2, 2 links, density 1
    """
    found = as_any(x, kind)
    return LayeredNetwork([found]) if isinstance(found, BipartiteLayer) else found


def as_any(x: Any, kind: str = "any") -> AnyGraph:
    """Return what something is: of the `kind` that is asked for where it could be either."""
    if isinstance(x, AnyGraph):
        return x
    if sparse.issparse(x):
        return Graph(x) if kind == "graph" else BipartiteLayer(x)
    if isinstance(x, str | PathLike):
        from netsparse.graph.formats import read

        return read(x, kind=kind)
    for name in ("to_network", "to_layer"):  # the modules of netsparse.nn, which imports torch
        if callable(getattr(x, name, None)):
            return getattr(x, name)()
    return _of_library(x, kind)


def _of_library(x: Any, kind: str) -> AnyGraph:
    """Return what an object of another library is; the library is imported only if the object is of it."""
    library = type(x).__module__.partition(".")[0]
    if library == "pandas":
        from netsparse.graph.link_table import from_frame

        return from_frame(x, kind)
    if library == "igraph":
        return _of_igraph(x, kind)
    if callable(getattr(x, "is_directed", None)) and hasattr(x, "adj"):  # networkx, and what derives from its classes
        return from_networkx(x, kind)
    needed = "network, a layer or a graph" if kind == "any" else kind
    raise InvalidType(f"a {needed} is needed: {_TAKEN}; got {type(x).__name__}")


def from_networkx(graph: Any, kind: str, layering: str | None = None) -> AnyGraph:
    """Return what a graph of networkx says it is: directed, a network; with `bipartite`, a layer; else a graph."""
    is_network = kind != "graph" and graph.is_directed() and not _says(graph, "bipartite")
    if is_network:
        return LayeredNetwork.from_networkx(graph, layering=layering)
    if layering is not None:
        raise InvalidValue("layering is of use for a directed graph that is read as a network", parameter="layering")
    if kind == "graph":
        return Graph.from_networkx(graph)
    if kind == "any" and not _says(graph, "bipartite"):
        return Graph.from_networkx(graph)
    return BipartiteLayer.from_networkx(graph)


def _says(graph: Any, attribute: str) -> bool:
    return any(attribute in values for _, values in graph.nodes(data=True))


def _of_igraph(graph: Any, kind: str) -> AnyGraph:
    if kind == "graph":
        return Graph.from_igraph(graph)
    if graph.is_directed() and "type" not in graph.vertex_attributes():
        return LayeredNetwork.from_igraph(graph)
    if kind == "any" and "type" not in graph.vertex_attributes():
        return Graph.from_igraph(graph)
    return BipartiteLayer.from_igraph(graph)

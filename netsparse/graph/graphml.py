"""Networks from GraphML files, which are XML, and come from anywhere."""

from __future__ import annotations

from os import PathLike
from typing import TYPE_CHECKING

from netsparse.errors import FileFormatError, one_line
from netsparse.files import writing
from netsparse.graph.door import from_networkx
from netsparse.graph.labels import name_by_label, sides_by_type
from netsparse.graph.xml import Inspection

if TYPE_CHECKING:
    import networkx

    from netsparse.graph.door import AnyGraph


def write_graphml(graph: AnyGraph, path: str | PathLike) -> None:
    """Write a graph as GraphML, atomically: all of it, readable by networkx, igraph, yEd and Gephi."""
    import networkx as nx

    with writing(path) as temporary:
        nx.write_graphml(graph.to_networkx(), temporary)


def read_graphml(path: str | PathLike, kind: str = "any", *, layering: str | None = None) -> AnyGraph:
    """Read a graph from a GraphML file, such as :func:`write_graphml` writes, or another program.

    Parameters
    ----------
    path : path-like
        A directed graph is read by :meth:`netsparse.graph.LayeredNetwork.from_networkx`, an undirected one whose nodes
        carry `bipartite` by :meth:`netsparse.graph.BipartiteLayer.from_networkx`, another one by
        :meth:`netsparse.graph.Graph.from_networkx`.
    kind : {'network', 'layer', 'graph', 'any'}
        What is asked for.
    layering : {'longest-path'}, optional
        What gives the nodes of a directed graph their `layer`, if they have none: the number of links of the longest
        path that ends in a node.

    Raises
    ------
    FileFormatError
        If it is no GraphML, declares entities (which may unfold to any size), names a node or an attribute of it
        twice, holds several graphs, or the graph is no network: names the node or link.
    OSError
        If there is no such file.

    Notes
    -----
    Read twice: once to refuse what the reader of networkx would pass over. Labels of yEd and Gephi are names, if each
    node has one of its own; igraph's truth `type` of every node tells the sides of a layer.

    Examples
    --------
    >>> import netsparse as ns, pathlib, tempfile
    >>> network = ns.generate.erdos_renyi((6, 5, 3), density=0.4, rng=0)
    >>> path = pathlib.Path(tempfile.mkdtemp()) / 'network.graphml'
    >>> write_graphml(network, path)
    >>> read_graphml(path) == network
    True
    """
    graph = read_graph_of_graphml(path)
    try:
        return from_networkx(graph, kind, layering)
    except (ValueError, TypeError) as error:
        raise FileFormatError(f"{path} holds no {'graph' if kind == 'any' else kind}: {error}") from error


def read_graph_of_graphml(path: str | PathLike) -> networkx.Graph:
    """Return the graph that a GraphML file holds, whatever it is of; errors are those of the file."""
    import networkx as nx

    with open(path, "rb") as file:
        try:
            Inspection("data", "key").of(file)
            file.seek(0)
            graph = nx.read_graphml(file)
        except Exception as error:  # of expat, and whatever networkx runs into
            words = one_line(error, 200)
            raise FileFormatError(f"{path} is damaged, or no GraphML that is read here: {words}") from error
    sides_by_type(graph)
    name_by_label(graph)
    return graph

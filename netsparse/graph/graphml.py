"""Networks from GraphML files, which are XML, and come from anywhere."""

from __future__ import annotations

from os import PathLike
from typing import IO, TYPE_CHECKING
from xml.parsers import expat

from netsparse.errors import FileFormatError, InvalidValue, one_line
from netsparse.graph.door import as_network
from netsparse.graph.layer import BipartiteLayer
from netsparse.graph.network import LayeredNetwork

if TYPE_CHECKING:
    import networkx

_DEEPEST = 20  # GraphML itself nests three deep


def read_graphml(path: str | PathLike) -> LayeredNetwork:
    """Read a network from a GraphML file, such as ``networkx.write_graphml(network.to_networkx(), path)`` writes.

    Parameters
    ----------
    path : path-like
        A directed graph is read by :meth:`LayeredNetwork.from_networkx`, an undirected one, a bipartite layer, by
        :meth:`BipartiteLayer.from_networkx`.

    Raises
    ------
    FileFormatError
        If it is no GraphML, declares entities (which may unfold to any size), names a node or an attribute of it
        twice, holds several graphs, or the graph is no network: names the node or link.
    OSError
        If there is no such file.

    Notes
    -----
    Read twice: once to refuse what the reader of networkx would pass over.

    Examples
    --------
    >>> import netsparse as ns, networkx as nx, pathlib, tempfile
    >>> network = ns.generate.erdos_renyi((6, 5, 3), density=0.4, rng=0)
    >>> path = pathlib.Path(tempfile.mkdtemp()) / 'network.graphml'
    >>> nx.write_graphml(network.to_networkx(), path)
    >>> read_graphml(path) == network
    True
    """
    graph = read_graph_of_graphml(path)
    try:
        return (
            LayeredNetwork.from_networkx(graph)
            if graph.is_directed()
            else as_network(BipartiteLayer.from_networkx(graph))
        )
    except (ValueError, TypeError) as error:
        raise FileFormatError(f"{path} holds no network: {error}") from error


def read_graph_of_graphml(path: str | PathLike) -> networkx.Graph:
    """Return the graph that a GraphML file holds, whatever it is of; errors are those of the file."""
    import networkx as nx

    with open(path, "rb") as file:
        try:
            _Inspection().of(file)
            file.seek(0)
            graph = nx.read_graphml(file)
        except Exception as error:  # of expat, and whatever networkx runs into
            words = one_line(error, 200)
            raise FileFormatError(f"{path} is damaged, or no GraphML that is read here: {words}") from error
    return graph


class _Inspection:
    """Refuses what the reader of networkx would follow, or pass over: entities, depth, and what is there twice."""

    def __init__(self):
        self._parser = expat.ParserCreate(namespace_separator=" ")
        self._parser.StartElementHandler = self._start
        self._parser.EndElementHandler = self._end
        self._parser.EntityDeclHandler = self._refuse_entity
        self._depth = self._n_graphs = 0
        self._nodes: set[str] = set()
        self._keys: set[str] = set()

    def of(self, file: IO[bytes]) -> None:
        """Read the file to its end."""
        self._parser.ParseFile(file)

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        self._depth += 1
        if self._depth > _DEEPEST:
            raise InvalidValue(f"its elements are nested more than {_DEEPEST} deep")
        kind = name.rpartition(" ")[2]
        if kind == "graph":
            self._n_graphs += 1
            if self._n_graphs > 1:
                raise InvalidValue("it holds more than one graph")
        elif kind == "node":
            _add(self._nodes, attributes.get("id"), "node")
        elif kind == "data":
            _add(self._keys, attributes.get("key"), "attribute of one node or link")
        if kind in ("graph", "node", "edge"):
            self._keys.clear()

    def _end(self, name: str) -> None:
        self._depth -= 1
        if name.endswith((" node", " edge")):
            self._keys.clear()

    def _refuse_entity(self, name: str, *_: object) -> None:
        raise InvalidValue(f"it declares an entity, {name!r}, and entities may unfold to any size")


def _add(seen: set[str], name: str | None, what: str) -> None:
    if name is None:
        raise InvalidValue(f"a {what} has no name")
    if name in seen:
        raise InvalidValue(f"the {what} {name!r} is there twice")
    seen.add(name)

"""What the user names when a command wants one graph, bipartite or not: a file, or the folder of a run.

Names of nodes are kept, which networks do not. :func:`read_graph` is all that commands know of it.
"""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

import numpy as np
from scipy import sparse

from netsparse.errors import FileFormatError, InvalidInput, InvalidValue, one_line
from netsparse.files.archive import OF_DATA, open_archive
from netsparse.files.reading import read_text
from netsparse.graph import BipartiteLayer, LayeredNetwork
from netsparse.linkpred.monopartite import MonopartiteGraph, as_monopartite

FIRST, COLOURING = "first", "colouring"

_SEPARATORS = (",", "\t", ";")
_COMMENTS = ("#", "%")
_MOST_NODES, _NODES_PER_LINK = 10**6, 100  # that a matrix may have beside those that its entries join


class NamedGraph(NamedTuple):
    """A graph and the names of its nodes: of rows and of columns, or twice of the same nodes."""

    graph: BipartiteLayer | MonopartiteGraph
    first: list[str]
    second: list[str]


class Links(NamedTuple):
    """Links by the positions of their ends among named nodes, the sides of these where a file tells them."""

    names: list[str]
    first: np.ndarray
    second: np.ndarray
    sides: np.ndarray | None = None  # 0 for rows, 1 for columns


def read_graph(path: Path, *, rows: str | None = None, layer: int | None = None) -> NamedGraph:
    """Read a graph with the names of its nodes.

    Parameters
    ----------
    path : Path
        GraphML; ``.npz`` of netsparse or of :func:`scipy.sparse.save_npz`; the folder of a run; any other file is text,
        a link a line, two names separated by a comma, a semicolon or white space.
    rows : str, optional
        Which nodes are rows: 'first' (what stands first in each line, or the rows of a matrix), 'colouring' (one colour
        of each component, that of its first node), or a file of names, one a line. By default sides are those that the
        file tells, and a file that tells none holds a monopartite graph.
    layer : int, optional
        Which layer of a network of several.

    Raises
    ------
    FileFormatError
        If the file is damaged or holds no graph.
    ValueError
        If the sides do not fit the links, or there are several layers and none is named.
    OSError
        If there is no such file.
    """
    path = Path(path)
    found = _found(path, rows)
    if isinstance(found, LayeredNetwork):
        if rows is not None:
            raise InvalidInput(f"{path}: rows are those of the network's layer, and cannot be others", parameter="rows")
        return _of_network(found, layer)
    if layer is not None:
        raise InvalidInput(f"{path}: layer {layer} asked for, but this is no network of layers", parameter="layer")
    return found if isinstance(found, NamedGraph) else _graph(found, rows, path)


def _found(path: Path, rows: str | None) -> Links | NamedGraph | LayeredNetwork:
    from netsparse.report import load_network

    if path.is_dir():
        return load_network(path)
    if path.suffix == ".npz":
        arrays = _scipy_arrays(path)
        return load_network(path) if arrays is None else _from_matrix(path, arrays, rows)
    if path.suffix != ".graphml":
        return _from_text(path, rows == FIRST)
    if rows == FIRST:
        raise InvalidInput(f"{path}: rows 'first' is for lists of links and for matrices", parameter="rows")
    return _from_graphml(path)


def _scipy_arrays(path: Path) -> dict[str, np.ndarray] | None:
    """Return the arrays of a matrix that scipy stored, None for another archive."""
    with open_archive(path, OF_DATA) as archive:
        if not {"format", "shape", "data"} <= set(archive):
            return None
        return {name: archive[name] for name in archive}


def _from_matrix(path: Path, arrays: dict[str, np.ndarray], rows: str | None) -> Links | NamedGraph:
    try:
        matrix = _matrix(arrays)
        if rows == FIRST:
            return _of_layer(BipartiteLayer(matrix.astype(np.float32)))
        graph = as_monopartite(matrix)
    except Exception as error:  # of scipy, about arrays that do not fit together
        hint = "" if rows == FIRST else "; if its rows and columns are two sides, say so: --rows first"
        raise FileFormatError(f"{path} holds no graph: {error}{hint}") from error
    return Links([str(node) for node in range(graph.n_nodes)], *graph.links)


def _matrix(arrays: dict[str, np.ndarray]) -> sparse.coo_array:
    """Return the matrix that scipy stored as one of its three plain formats."""
    kind, shape = bytes(arrays["format"].item()).decode(), tuple(int(size) for size in arrays["shape"])
    if sum(shape) > _MOST_NODES + _NODES_PER_LINK * arrays["data"].size:
        raise InvalidValue(f"a matrix of shape {shape} with {arrays['data'].size} entries is all but empty")
    if kind == "coo":
        places = arrays["row"], arrays["col"]
        return sparse.coo_array((arrays["data"], places), shape=shape)
    maker = {"csr": sparse.csr_array, "csc": sparse.csc_array}[kind]
    matrix = maker((arrays["data"], arrays["indices"], arrays["indptr"]), shape=shape)
    matrix.check_format()
    return matrix.tocoo()


def _of_network(network: LayeredNetwork, layer: int | None) -> NamedGraph:
    n = len(network.layers)
    if layer is None and n > 1:
        raise InvalidValue(f"layer must be named, 0 to {n - 1}: the network has {n}", parameter="layer")
    if layer is not None and not 0 <= layer < n:
        raise InvalidValue(f"layer must be from 0 to {n - 1}, got {layer}", parameter="layer")
    return _of_layer(network.layers[layer or 0])


def _of_layer(layer: BipartiteLayer) -> NamedGraph:
    rows, columns = ([str(node) for node in range(size)] for size in layer.shape)
    return NamedGraph(layer, rows, columns)


def _from_graphml(path: Path) -> Links | LayeredNetwork:
    from netsparse.graph.graphml import read_graph_of_graphml

    graph = read_graph_of_graphml(path)
    names = [str(name) for name in graph]
    if graph.is_directed():
        try:
            return LayeredNetwork.from_networkx(graph)
        except (ValueError, TypeError) as error:
            raise FileFormatError(f"{path} holds a directed graph that is no network: {error}") from error
    number = {name: place for place, name in enumerate(graph)}
    ends = np.array([(number[u], number[v]) for u, v in graph.edges()], dtype=np.int64).reshape(-1, 2)
    sides = [side for _, side in graph.nodes(data="bipartite")]
    if all(side is None for side in sides):
        return Links(names, ends[:, 0], ends[:, 1])
    if not all(side in (0, 1) and side is not None for side in sides):
        raise FileFormatError(f"{path}: 'bipartite' must be 0 or 1 for every node, or be given for none")
    return Links(names, ends[:, 0], ends[:, 1], np.array(sides, dtype=np.int64))


def _from_text(path: Path, two_columns: bool) -> Links:
    """Read a link a line; with `two_columns`, a name in the first is another node than the same in the second."""
    numbers: dict[tuple[int, str], int] = {}
    ends: list[tuple[int, int]] = []
    for place, line in enumerate(read_text(path).splitlines(), start=1):
        words = _words(line)
        if not words:
            continue
        if len(words) < 2 or not all(words[:2]):
            raise FileFormatError(
                f"{path} holds no links: line {place} should begin with two names, but is {line[:40]!r}"
            )
        keys = (0, words[0]), (1 if two_columns else 0, words[1])
        ends.append(tuple(numbers.setdefault(key, len(numbers)) for key in keys))
    if not ends:
        raise FileFormatError(f"{path} holds no links")
    places = np.array(ends, dtype=np.int64)
    sides = np.array([side for side, _ in numbers]) if two_columns else None
    return Links([name for _, name in numbers], places[:, 0], places[:, 1], sides)


def _words(line: str) -> list[str]:
    line = line.strip()
    if not line or line.startswith(_COMMENTS):
        return []
    separator = next((one for one in _SEPARATORS if one in line), None)
    return [word.strip() for word in line.split(separator)]


def _graph(links: Links, rows: str | None, path: Path) -> NamedGraph:
    """Return the graph of some links: a layer if there are sides, of the file or asked for."""
    names, first, second, sides = links
    _refuse_twice(links, path)
    if rows == COLOURING:
        sides = _coloured(links, path)
    elif rows is not None and rows != FIRST:
        sides = _named(names, Path(rows))
    if sides is None:
        graph = MonopartiteGraph.from_links(first, second, len(names))
        return NamedGraph(graph, names, names)
    return _layer(links, sides, path)


def _refuse_twice(links: Links, path: Path) -> None:
    names, first, second, _ = links
    loops = np.flatnonzero(first == second)
    if loops.size:
        raise FileFormatError(
            f"{path}: {loops.size} nodes are linked to themselves, such as {names[first[loops[0]]]!r}"
        )
    keys = np.minimum(first, second) * len(names) + np.maximum(first, second)
    kept, counts = np.unique(keys, return_counts=True)
    if (counts > 1).any():
        u, v = (names[node] for node in divmod(int(kept[counts > 1][0]), len(names)))
        raise FileFormatError(f"{path}: {u!r} and {v!r} are linked more than once; {(counts > 1).sum()} pairs are")


def _layer(links: Links, sides: np.ndarray, path: Path) -> NamedGraph:
    names, first, second, _ = links
    inside = np.flatnonzero(sides[first] == sides[second])
    if inside.size:
        u, v = names[first[inside[0]]], names[second[inside[0]]]
        raise FileFormatError(
            f"{path}: {one_line(repr(u), 60)} and {one_line(repr(v), 60)} are linked but on one side, as are the ends "
            f"of {inside.size} links"
        )
    turned = sides[first] == 1
    row, column = np.where(turned, second, first), np.where(turned, first, second)
    place = np.empty(len(names), dtype=np.int64)
    shape = []
    for side in (0, 1):
        own = np.flatnonzero(sides == side)
        place[own] = np.arange(own.size)
        shape.append(own.size)
    layer = BipartiteLayer.from_links(place[row], place[column], np.ones(row.size, np.float32), tuple(shape))
    both = ([names[node] for node in np.flatnonzero(sides == side)] for side in (0, 1))
    return NamedGraph(layer, *both)


def _coloured(links: Links, path: Path) -> np.ndarray:
    """Return the side of each node by two colours; isolated nodes are rows."""
    import networkx as nx

    graph = nx.Graph()
    graph.add_nodes_from(range(len(links.names)))
    graph.add_edges_from(zip(links.first.tolist(), links.second.tolist(), strict=True))
    try:
        colour = nx.bipartite.color(graph)
    except nx.NetworkXError:
        raise InvalidInput(
            f"{path}: the graph has a cycle of odd length, hence no two sides", parameter="rows"
        ) from None
    rows = {min(component): colour[min(component)] for component in nx.connected_components(graph)}
    sides = np.empty(len(links.names), dtype=np.int64)
    for component in nx.connected_components(graph):
        for node in component:
            sides[node] = int(colour[node] != rows[min(component)])
    return sides


def _named(names: list[str], path: Path) -> np.ndarray:
    """Return the side of each node, given a file with the names of the rows."""
    rows = {line.strip() for line in read_text(path).splitlines() if line.strip()}
    strange = sorted(rows - set(names))
    if strange:
        raise InvalidInput(f"{path}: no node is called {one_line(repr(strange[0]), 60)}", parameter="rows")
    return np.array([int(name not in rows) for name in names])

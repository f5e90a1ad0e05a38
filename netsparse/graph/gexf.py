"""Networks to and from GEXF, the format of Gephi."""

from __future__ import annotations

import io
import re
from os import PathLike
from typing import IO, TYPE_CHECKING

from netsparse.errors import FileFormatError, one_line
from netsparse.files import writing
from netsparse.graph.door import from_networkx
from netsparse.graph.labels import name_by_label
from netsparse.graph.xml import Inspection

if TYPE_CHECKING:
    import networkx

    from netsparse.graph.door import AnyGraph

_ABOUT = re.compile(r"netsparse network: (?P<attributes>\w+=\w+(?:, \w+=\w+)*)")
_LOOKS = re.compile(r"\{[^}]*viz\}")
_WEIGHT = 1.0
_WIDE, _HIGH = 400.0, 1000.0  # between two neuron layers, and of a layer, in Gephi's units


def write_gexf(graph: AnyGraph, path: str | PathLike) -> None:
    """Write a graph for Gephi, with its neurons in columns, a layer each; atomically.

    The format has no attributes of a whole graph: readout, activation and dtype stand in its name.

    Examples
    --------
    >>> import netsparse as ns, pathlib, tempfile
    >>> path = pathlib.Path(tempfile.mkdtemp()) / 'network.gexf'
    >>> network = ns.generate.erdos_renyi((6, 5, 3), density=0.4, rng=0)
    >>> write_gexf(network, path)
    >>> read_gexf(path) == network
    True
    """
    import networkx as nx

    found = graph.to_networkx()
    about = ", ".join(f"{name}={value}" for name, value in found.graph.items())
    found.graph = {"name": f"netsparse network: {about}"} if about else {}
    _place(found)
    for node, values in found.nodes(data=True):
        values["label"] = str(values.get("name", node))
    with writing(path) as temporary:
        nx.write_gexf(found, temporary)


def _place(graph: networkx.Graph) -> None:
    """Give each neuron a position: its layer from left to right, its place in it from top to bottom."""
    sides = {node: values.get("layer", values.get("bipartite")) for node, values in graph.nodes(data=True)}
    if None in sides.values():
        return
    sizes: dict[int, int] = {}
    for side in sides.values():
        sizes[side] = sizes.get(side, 0) + 1
    for node, values in graph.nodes(data=True):
        side = sides[node]
        height = _HIGH * (0.5 - (values["index"] + 0.5) / sizes[side])
        values["viz"] = {"position": {"x": _WIDE * side, "y": height, "z": 0.0}}


def read_gexf(path: str | PathLike, kind: str = "any", *, layering: str | None = None) -> AnyGraph:
    """Read a graph from a GEXF file: a directed one is a network, one with `bipartite` a layer, another one a graph.

    Parameters
    ----------
    path : path-like
    kind : {'network', 'layer', 'graph', 'any'}
        What is asked for.
    layering : {'longest-path'}, optional
        As in :func:`~netsparse.graph.graphml.read_graphml`.

    Raises
    ------
    FileFormatError
        If it is no GEXF, declares entities, has a node twice, several graphs, or the graph is none of ours.
    OSError
        If there is no such file.
    """
    import networkx as nx

    with open(path, "rb") as file:
        try:
            Inspection("attvalue", "for").of(file)
            file.seek(0)
            graph = nx.read_gexf(_without_looks(file))
        except Exception as error:  # of expat, and whatever networkx runs into
            raise FileFormatError(f"{path} is damaged, or no GEXF that is read here: {one_line(error, 200)}") from error
    about = _ABOUT.fullmatch(str(graph.graph.get("name", "")))
    if about:
        graph.graph |= dict(part.split("=") for part in about["attributes"].split(", "))
    name_by_label(graph)
    _fill_weights(graph)
    try:
        return from_networkx(graph, kind, layering)
    except (ValueError, TypeError) as error:
        raise FileFormatError(f"{path} holds no {'graph' if kind == 'any' else kind}: {error}") from error


def _without_looks(file: IO[bytes]) -> IO[bytes]:
    """Return a file without the elements of how it looks, of which the reader of networkx knows only some."""
    from xml.etree import ElementTree  # the file was inspected: it declares no entities

    tree = ElementTree.parse(file)
    for element in tree.iter():
        for child in [child for child in element if _LOOKS.match(child.tag)]:
            element.remove(child)
    left = io.BytesIO()
    tree.write(left, encoding="utf-8")
    left.seek(0)
    return left


def _fill_weights(graph: networkx.Graph) -> None:
    """Give links without a weight the one that the format says they have, where others have one."""
    links = [values for *_, values in graph.edges(data=True)]
    if any("weight" in values for values in links):
        for values in links:
            values.setdefault("weight", _WEIGHT)

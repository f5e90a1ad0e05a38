"""Files of every kind: which reader and writer a suffix stands for, and what a format cannot hold."""

from __future__ import annotations

import importlib
import inspect
import os
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from os import PathLike
from pathlib import Path
from typing import TYPE_CHECKING, Any

from netsparse.errors import InvalidValue
from netsparse.graph.layer import BipartiteLayer
from netsparse.graph.monopartite import Graph
from netsparse.graph.network import LayeredNetwork
from netsparse.registry import Registry, is_place

if TYPE_CHECKING:
    from netsparse.graph.door import AnyGraph, GraphLike

KINDS = ("network", "layer", "graph", "any")


@dataclass(frozen=True)
class FileFormat:
    """A format of files.

    Attributes
    ----------
    suffixes : tuple of str
        With their dots, in small letters.
    reader, writer : str
        Where their code is, ``package.module:function``, imported when first used: ``reader(path, kind)`` and
        ``writer(graph, path)``; no writer, no writing.
    holds : frozenset of str
        What it keeps besides links and weights: 'layers' (more than one), 'biases', 'isolated' (neurons without
        links), 'readout' (and activation), 'names', 'graphs' (of one kind of node), 'frozen' (links and
        biases).
    summary : str
    """

    suffixes: tuple[str, ...]
    reader: str
    writer: str | None
    holds: frozenset[str]
    summary: str

    def read(self, path: str | PathLike, kind: str = "any", **options: Any) -> AnyGraph:
        """Read a file of this format; options are for formats that do not say all of a network."""
        reader = _code(self.reader)
        odd = sorted(set(options) - set(inspect.signature(reader).parameters))
        if odd:
            raise InvalidValue(f"{odd[0]} is of no use for {Path(path).name!r}: the format says it", parameter=odd[0])
        return reader(path, kind, **options)


FORMATS: Registry[FileFormat] = Registry("file format")
"""The formats by name; another package registers its own here."""


def register(
    name: str, suffixes: tuple[str, ...], reader: str, writer: str | None, holds: tuple[str, ...], summary: str
):
    """Add a format, see :class:`FileFormat`.

    Examples
    --------
    >>> [".npz" in one.suffixes for one in FORMATS.values()][0]
    True
    """
    for place in filter(None, (reader, writer)):
        if not is_place(place):
            raise InvalidValue(f"{place!r} is no place of code, package.module:function")
    FORMATS.register(name, FileFormat(suffixes, reader, writer, frozenset(holds), summary), summary=summary)


_UNNAMED = ("layers", "biases", "isolated", "readout")
_ALL = (*_UNNAMED, "names")
register(
    "npz",
    (".npz",),
    "netsparse.graph.files:read",
    "netsparse.graph.files:write",
    (*_ALL, "frozen"),
    "Networks, exactly.",
)
register(
    "graphml", (".graphml",), "netsparse.graph.graphml:read_graphml", "netsparse.graph.graphml:write_graphml",
    (*_ALL, "frozen", "graphs"),
    "XML that networkx, igraph, yEd and Gephi read.",
)  # fmt: skip
register(
    "gexf", (".gexf",), "netsparse.graph.gexf:read_gexf", "netsparse.graph.gexf:write_gexf",
    (*_ALL, "frozen", "graphs"), "XML of Gephi, neurons placed by layer.",
)  # fmt: skip
register(
    "edge-list", (".csv", ".tsv", ".txt", ".edges", ".edgelist"), "netsparse.graph.link_table:read_link_table",
    "netsparse.graph.link_table:write_link_table", ("layers", "names", "graphs"), "A line per link; read in parts.",
)  # fmt: skip
register(
    "matrix-market", (".mtx",), "netsparse.graph.matrix_market:read_matrix_market",
    "netsparse.graph.matrix_market:write_matrix_market", ("isolated", "graphs"), "One sparse matrix.",
)  # fmt: skip
register(
    "safetensors", (".safetensors",), "netsparse.graph.safetensors:read_safetensors",
    "netsparse.graph.safetensors:write_safetensors", _UNNAMED,
    "Dense weights and masks, as torch's pruning names them.",
)  # fmt: skip
register(  # in a room that imports torch
    "torch", (".pt", ".pth"), "netsparse.nn.checkpoints:read_checkpoint", "netsparse.nn.checkpoints:write_checkpoint",
    _UNNAMED, "The same as torch saves it; loading runs no code.",
)  # fmt: skip


def format_of(path: str | PathLike) -> FileFormat:
    """Return the format that a file name's suffix stands for, or raise an error that lists the known ones.

    Examples
    --------
    >>> format_of("runs/a/network.npz").summary
    'Networks, exactly.'
    """
    suffix = Path(path).suffix.lower()
    for one in FORMATS.values():
        if suffix in one.suffixes:
            return one
    known = ", ".join(suffix for one in FORMATS.values() for suffix in one.suffixes)
    raise InvalidValue(f"{Path(path).name!r} has no suffix of a file format; known: {known}")


def read(path: str | PathLike, *, kind: str = "any", **options: Any) -> AnyGraph:
    """Return what a file holds: a network, a layer, or a graph of one kind of node.

    Parameters
    ----------
    path : path-like
        Its suffix says the format, see :data:`FORMATS`.
    kind : {'any', 'network', 'layer', 'graph'}
        What is asked for, where a format does not say it: two columns of a list of links, a symmetric matrix.
    **options
        For the dense weights of torch, ``links``, ``layers``, ``readout`` and ``activation``, see
        :func:`~netsparse.graph.state_dict.network_from_state`; for GraphML and GEXF, ``layering``, see
        :func:`~netsparse.graph.graphml.read_graphml`.

    Raises
    ------
    ValueError
        If the suffix is unknown, or the file is none of its format (a `FileFormatError`).
    OSError
        If there is no such file.
    """
    if kind not in KINDS:
        raise InvalidValue(f"kind must be one of {', '.join(KINDS)}, got {kind!r}", parameter="kind")
    try:
        chosen = format_of(path)
    except InvalidValue:
        os.stat(path)  # what is not there is said to be so, whatever it is called
        raise
    return chosen.read(path, kind, **options)


def write(graph: GraphLike, path: str | PathLike, *, lossy: bool = False) -> list[str]:
    """Write a network, a layer or a graph, atomically, in the format that the suffix stands for.

    Parameters
    ----------
    graph : LayeredNetwork, BipartiteLayer or Graph
        Or anything that the doors take, a scipy sparse array as a layer.
    path : path-like
    lossy : bool, default False
        Leave out what the format cannot hold, instead of an error that says what that is.

    Returns
    -------
    list of str
        What was left out.

    Raises
    ------
    ValueError
        If the suffix is unknown, the format is only read, or cannot hold all of the graph.

    Examples
    --------
    >>> import netsparse as ns
    >>> write(ns.BipartiteLayer.from_links([0], [0], [1.0], (2, 1), bias=[1.0]), "layer.mtx")
    Traceback (most recent call last):
    ...
    netsparse.errors.InvalidValue: layer.mtx cannot hold the bias of 1 neuron: ...
    """
    from netsparse.graph.door import as_any

    graph, chosen = as_any(graph), format_of(path)
    if chosen.writer is None:
        raise InvalidValue(f"{Path(path).name}: this format is only read")
    lost = _losses(graph, chosen.holds)
    if lost and not lossy:
        raise InvalidValue(
            f"{Path(path).name} cannot hold {', '.join(lost)}: choose a format that can, or leave it out (lossy)"
        )
    if isinstance(graph, Graph) and "graphs" not in chosen.holds:
        raise InvalidValue(f"{Path(path).name} holds networks, and this is a graph of one kind of node")
    if isinstance(graph, LayeredNetwork) and "layers" not in chosen.holds:
        if len(graph.layers) > 1:
            raise InvalidValue(f"{Path(path).name} holds one layer, and this network has {len(graph.layers)}")
        graph = graph.layers[0]
    _code(chosen.writer)(graph, path)
    return lost


def _losses(graph: AnyGraph, holds: frozenset[str]) -> list[str]:
    """Return in words what a format that holds only this cannot keep of a graph."""
    network = graph if isinstance(graph, LayeredNetwork) else None
    layers = network.layers if network else (graph,) if isinstance(graph, BipartiteLayer) else ()
    n_biases = sum(int((layer.bias != 0).sum()) for layer in layers)
    lost = []
    if n_biases and "biases" not in holds:
        lost.append(f"the bias of {n_biases} neuron{'s' * (n_biases != 1)}")
    n_isolated = _n_isolated(graph)
    if n_isolated and "isolated" not in holds:
        lost.append(f"{n_isolated} neuron{'s' * (n_isolated != 1)} without a link")
    if network and network.readout and "readout" not in holds:
        lost.append(f"how many layers are the readout ({network.readout})")
    if network and network.activation != "relu" and "readout" not in holds:
        lost.append(f"the activation ({network.activation})")
    n_frozen = sum(layer.frozen.count() for layer in layers)
    if n_frozen and "frozen" not in holds:
        lost.append(f"which {n_frozen} links and biases are frozen")
    if "names" not in holds and (graph.names is not None if isinstance(graph, Graph) else _has_names(layers)):
        lost.append("the names")
    return lost


def _has_names(layers: Iterable[BipartiteLayer]) -> bool:
    return any(layer.names != (None, None) for layer in layers)


def _n_isolated(graph: AnyGraph) -> int:
    if isinstance(graph, Graph):
        return int((graph.degrees == 0).sum())
    layers = graph.layers if isinstance(graph, LayeredNetwork) else (graph,)
    into = [None, *(layer.column_degrees for layer in layers)]
    out = [*(layer.row_degrees for layer in layers), None]
    return sum(
        int(((0 if before is None else before) + (0 if after is None else after) == 0).sum())
        for before, after in zip(into, out, strict=True)
    )


def _code(place: str) -> Callable:
    module, _, name = place.partition(":")
    return getattr(importlib.import_module(module), name)

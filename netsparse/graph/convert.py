"""Node and link tables between networks and the graph libraries.

The converters of each library only fetch what a graph says, as a `GraphContent`; it is checked and read here.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np

from netsparse.errors import InvalidValue, one_line
from netsparse.graph.attributes import (
    all_or_none,
    check_fits,
    name_of_graph,
    real_numbers,
    text_of,
    truths,
    whole_numbers,
)
from netsparse.graph.canonical import DTYPES
from netsparse.graph.freezable import marks_of
from netsparse.graph.keys import layer_keys, to_keys
from netsparse.graph.layer import BipartiteLayer
from netsparse.graph.layering import with_layers
from netsparse.graph.network import LayeredNetwork


@dataclass(frozen=True)
class GraphTables:
    """A layered graph as parallel arrays: one entry a node in the first three, one a link in the others.

    `group` is the neuron layer of a node (for a single layer: 0 = row, 1 = column), `index` its place in there;
    `source` and `target` are positions in the node arrays; the last two say of which node the bias, and which link, is
    frozen.
    """

    group: np.ndarray
    index: np.ndarray
    bias: np.ndarray
    source: np.ndarray
    target: np.ndarray
    weight: np.ndarray
    frozen_nodes: np.ndarray
    frozen_links: np.ndarray
    names: tuple[str | None, ...] = ()

    def keys(self) -> Sequence[str | int]:
        """Return what a graph calls its nodes: by their names if all have different ones, else by their numbers."""
        named = None not in self.names and len(set(self.names)) == len(self.group)
        return self.names if named else range(len(self.group))


@dataclass(frozen=True)
class GraphContent:
    """What a graph of some library says, not yet checked: lists of values, None where it says nothing.

    `side` is the attribute that tells the neuron layers apart, `names` are those that the nodes are given, `keys` what
    the graph calls them, which is a name too unless it is the node's number, and `node` says in words which node is at
    a position.
    """

    side: str
    directed: bool
    sides: Sequence[Any]
    indices: Sequence[Any]
    biases: Sequence[Any]
    source: np.ndarray
    target: np.ndarray
    weights: Sequence[Any]
    frozen_nodes: Sequence[Any]
    frozen_links: Sequence[Any]
    names: Sequence[Any] | None
    keys: Sequence[Any] | None
    node: Callable[[int], str]
    attributes: Mapping[str, Any]


def tables(layers: tuple[BipartiteLayer, ...]) -> GraphTables:
    """Return the tables of stacked layers; node ids count the neurons from the first input on."""
    sizes = [layers[0].shape[0], *(layer.shape[1] for layer in layers)]
    first = np.concatenate([[0], np.cumsum(sizes)])
    groups = (layers[0].row_names, *(layer.column_names for layer in layers))
    return GraphTables(
        group=np.repeat(np.arange(len(sizes)), sizes),
        index=np.concatenate([np.arange(size) for size in sizes]),
        bias=np.concatenate([np.zeros(sizes[0]), *(layer.bias for layer in layers)]),
        source=np.concatenate([first[l] + layer.rows for l, layer in enumerate(layers)]),
        target=np.concatenate([first[l + 1] + layer.columns for l, layer in enumerate(layers)]),
        weight=np.concatenate([layer.weights for layer in layers]),
        frozen_nodes=np.concatenate(
            [marks_of(None, sizes[0]), *(marks_of(layer.frozen_biases, layer.shape[1]) for layer in layers)]
        ),
        frozen_links=np.concatenate([marks_of(layer.frozen_links, layer.n_links) for layer in layers]),
        names=tuple(name for part, size in zip(groups, sizes, strict=True) for name in (part or [None] * size)),
    )


def network_from_content(content: GraphContent, layering: str | None = None) -> LayeredNetwork:
    """Build the network that a graph describes.

    Raises
    ------
    ValueError
        If the graph contradicts itself or what a network is; names the node or the link, and the attribute.
    """
    if not content.directed:
        raise InvalidValue("a network must be a directed graph: links lead from one neuron layer to the next")
    given = {"readout": 0, "activation": "relu", **_given(content.attributes)}
    [readout] = whole_numbers([given["readout"]], "readout", lambda _: "the graph").tolist()
    activation = name_of_graph(given["activation"], "activation")
    return LayeredNetwork(_layers(with_layers(content, layering)), readout, activation)


def layer_from_content(content: GraphContent) -> BipartiteLayer:
    """Build the layer that a bipartite graph describes; errors as :func:`network_from_content`."""
    [layer] = _layers(content)
    return layer


def _given(attributes: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in attributes.items() if value is not None}


def _layers(content: GraphContent) -> list[BipartiteLayer]:
    """Build the layers; every link must lead from one group to the next."""
    dtype = name_of_graph(_given(content.attributes).get("dtype", "float64"), "dtype")
    if dtype not in map(str, DTYPES):
        raise InvalidValue(f"the graph has dtype {one_line(repr(dtype), 60)}, which is neither float32 nor float64")
    group, sizes = _groups(content)
    table = _checked_links(content, group, _indices(content, group, sizes), dtype)
    names = _names(content, table, sizes)
    layers = [_layer_between(table, l, (int(sizes[l]), int(sizes[l + 1]))) for l in range(len(sizes) - 1)]
    return [layer.with_names(*pair) for layer, pair in zip(layers, pairwise(names), strict=True)]


def _groups(content: GraphContent) -> tuple[np.ndarray, np.ndarray]:
    """Return the neuron layer of each node, and how many nodes each has."""
    side, node = content.side, content.node
    missing = [place for place, value in enumerate(content.sides) if value is None]
    if missing or not len(content.sides):
        who = f", such as {node(missing[0])}" if missing else ": there is none"
        rule = (
            ", or give layering='longest-path'" if content.directed and len(missing) == len(content.sides) > 0 else ""
        )
        raise InvalidValue(f"every node needs the attribute {side!r}; {len(missing)} have none{who}{rule}")
    group = whole_numbers(content.sides, side, node, booleans=side == "type")
    highest = len(group) - 1 if side == "layer" else 1
    outside = np.flatnonzero((group < 0) | (group > highest))
    if outside.size and side != "layer":
        raise InvalidValue(f"{node(int(outside[0]))} has {side} {group[outside[0]]}, which is neither 0 nor 1")
    if outside.size:
        raise InvalidValue(
            f"neuron layers must be numbered 0, 1, ... without gaps, got {group.min()} to {group.max()}, "
            f"that of {node(int(outside[0]))}"
        )
    sizes = np.bincount(group)
    if len(sizes) < 2 or (sizes == 0).any():
        raise InvalidValue(
            f"the attribute {side!r} must number 0, 1, ... without gaps, got sizes {sizes[:20].tolist()}"
        )
    return group, sizes


def _indices(content: GraphContent, group: np.ndarray, sizes: np.ndarray) -> np.ndarray:
    """Return the place of each node in its neuron layer: its index, or its turn where no node has one."""
    node = content.node
    first = np.cumsum(sizes) - sizes
    if not all_or_none(content.indices, "index", node):
        index = np.empty(len(group), dtype=np.int64)
        order = np.argsort(group, kind="stable")
        index[order] = np.arange(len(group)) - first[group[order]]
        return index
    index = whole_numbers(content.indices, "index", node)
    outside = np.flatnonzero((index < 0) | (index >= sizes[group]))
    if outside.size:
        place = int(outside[0])
        raise InvalidValue(f"{node(place)} has index {index[place]}, but its layer has {sizes[group[place]]} nodes")
    position = first[group] + index
    if np.bincount(position, minlength=len(group)).max() > 1:
        order = np.argsort(position, kind="stable")
        twice = int(np.flatnonzero(np.diff(position[order]) == 0)[0])
        one, other = node(int(order[twice])), node(int(order[twice + 1]))
        raise InvalidValue(
            f"{other} has index {index[order[twice]]}, as has {one}: a layer's nodes have 0, 1, ... once each"
        )
    return index


def _checked_links(content: GraphContent, group: np.ndarray, index: np.ndarray, dtype: str) -> GraphTables:
    node = content.node
    source, target = content.source, content.target
    if not content.directed:  # an undirected link is named from either end: rows come first
        swapped = group[source] > group[target]
        source, target = np.where(swapped, target, source), np.where(swapped, source, target)

    def link(place: int) -> str:
        return f"the link from {node(int(source[place]))} to {node(int(target[place]))}"

    astray = np.flatnonzero(group[target] != group[source] + 1)
    if astray.size:
        place = int(astray[0])
        raise InvalidValue(
            f"{link(place)} leads from {content.side} {group[source[place]]} to {content.side} {group[target[place]]}: "
            f"links must lead from one to the next, {astray.size} do not"
        )
    _refuse_parallel(source * len(group) + target, link)
    weight = np.ones(len(source))
    if all_or_none(content.weights, "weight", link):
        weight = real_numbers(content.weights, "weight", link)
    bias = check_fits(_biases(content, group), dtype, "bias", node)
    frozen = truths(content.frozen_nodes, "frozen", node), truths(content.frozen_links, "frozen", link)
    inputs = np.flatnonzero(frozen[0] & (group == 0))
    if inputs.size:
        raise InvalidValue(f"{node(int(inputs[0]))} is frozen, but neurons of the first layer have no bias")
    return GraphTables(group, index, bias, source, target, check_fits(weight, dtype, "weight", link), *frozen)


def _refuse_parallel(links: np.ndarray, link: Callable[[int], str]) -> None:
    order = np.argsort(links, kind="stable")
    again = np.flatnonzero(np.diff(links[order]) == 0)
    if again.size:
        raise InvalidValue(f"{link(int(order[again[0] + 1]))} is given more than once; {again.size} links are")


def _biases(content: GraphContent, group: np.ndarray) -> np.ndarray:
    """Return the bias of each node; the first layer needs none, and may have none but 0."""
    node = content.node
    values = [
        0.0 if value is None and first else value for value, first in zip(content.biases, group == 0, strict=True)
    ]
    later = np.flatnonzero(group > 0)
    if not all_or_none([values[place] for place in later], "bias", lambda place: node(int(later[place]))):
        values = [0.0 if value is None else value for value in values]
    bias = real_numbers(values, "bias", node)
    wrong = np.flatnonzero((group == 0) & (bias != 0))
    if wrong.size:
        place = int(wrong[0])
        raise InvalidValue(f"{node(place)} has bias {bias[place]}, but neurons of the first layer have no bias")
    return bias


def _layer_between(table: GraphTables, l: int, shape: tuple[int, int]) -> BipartiteLayer:
    links = np.flatnonzero(table.group[table.source] == l)
    bias = np.zeros(shape[1])
    later = table.group == l + 1
    bias[table.index[later]] = table.bias[later]
    rows, columns = table.index[table.source[links]], table.index[table.target[links]]
    layer = BipartiteLayer.from_links(rows, columns, table.weight[links], shape, bias)
    frozen = table.frozen_links[links]
    return layer.freeze(
        links=np.searchsorted(layer_keys(layer), to_keys(rows[frozen], columns[frozen], shape)),
        biases=table.index[later & table.frozen_nodes],
    )


def _names(content: GraphContent, table: GraphTables, sizes: np.ndarray) -> list[list[str] | None]:
    """Return the names of each neuron layer: given ones, or what its nodes are called if not by their numbers."""
    position = (np.cumsum(sizes) - sizes)[table.group] + table.index
    given, keys = _ordered(content.names, position), _ordered(content.keys, position)
    ends = np.cumsum(sizes).tolist()
    return [
        _names_of_group(given[start:end], keys[start:end], start) for start, end in zip([0, *ends], ends, strict=False)
    ]


def _ordered(values: Sequence[Any] | None, position: np.ndarray) -> list[Any]:
    ordered: list[Any] = [None] * len(position)
    for place, value in zip(position.tolist(), values or (), strict=False):
        ordered[place] = value
    return ordered


def _names_of_group(given: list[Any], keys: list[Any], start: int) -> list[str] | None:
    numbered = all(key is None or key == number or key == str(number) for number, key in enumerate(keys, start))
    if numbered and set(given) == {None}:
        return None
    names = [key if name is None else name for name, key in zip(given, keys, strict=True)]
    return [text_of(name, f"node {number}") for number, name in enumerate(names, start)]

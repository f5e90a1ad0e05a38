"""Node and link tables between networks and the graph libraries."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from netsparse.graph.layer import DTYPES, BipartiteLayer
from netsparse.graph.network import LayeredNetwork


@dataclass(frozen=True)
class GraphTables:
    """A layered graph as parallel arrays: one entry a node in the first three, one a link in the others.

    `group` is the neuron layer of a node (for a single layer: 0 = row, 1 = column), `index` its place in there;
    `source` and `target` are positions in the node arrays.
    """

    group: np.ndarray
    index: np.ndarray
    bias: np.ndarray
    source: np.ndarray
    target: np.ndarray
    weight: np.ndarray


def tables(layers: tuple[BipartiteLayer, ...]) -> GraphTables:
    """Return the tables of stacked layers; node ids count the neurons from the first input on."""
    sizes = [layers[0].shape[0], *(layer.shape[1] for layer in layers)]
    first = np.concatenate([[0], np.cumsum(sizes)])
    return GraphTables(
        group=np.repeat(np.arange(len(sizes)), sizes),
        index=np.concatenate([np.arange(size) for size in sizes]),
        bias=np.concatenate([np.zeros(sizes[0]), *(layer.bias for layer in layers)]),
        source=np.concatenate([first[l] + layer.rows for l, layer in enumerate(layers)]),
        target=np.concatenate([first[l + 1] + layer.columns for l, layer in enumerate(layers)]),
        weight=np.concatenate([layer.weights for layer in layers]),
    )


def layers_from_tables(table: GraphTables, dtype: str) -> list[BipartiteLayer]:
    """Build the layers; every link must lead from one group to the next."""
    group = table.group
    if dtype not in map(str, DTYPES):
        raise ValueError(f"the attribute dtype must be float32 or float64, got {dtype!r}")
    if group.min() < 0 or group.max() >= group.size:
        raise ValueError(f"neuron layers must be numbered 0, 1, ... without gaps, got {group.min()} to {group.max()}")
    sizes = np.bincount(group)
    if len(sizes) < 2 or (sizes == 0).any():
        raise ValueError(f"neuron layers must be numbered 0, 1, ... without gaps, got sizes {sizes.tolist()}")
    _check_places(table, sizes)
    if table.bias[group == 0].any():
        raise ValueError("neurons of the first layer have no bias, but some are given one that is not 0")
    skips = np.flatnonzero(group[table.target] != group[table.source] + 1)
    if skips.size:
        worst = skips[0]
        raise ValueError(
            f"{skips.size} links do not lead from one neuron layer to the next, e.g. from layer "
            f"{group[table.source[worst]]} to layer {group[table.target[worst]]}"
        )
    return [_layer_between(table, l, (int(sizes[l]), int(sizes[l + 1])), dtype) for l in range(len(sizes) - 1)]


def network_from_tables(table: GraphTables, dtype: str, readout: int, activation: str) -> LayeredNetwork:
    """Build the network that :func:`tables` describes."""
    return LayeredNetwork(layers_from_tables(table, dtype), readout, activation)


def _layer_between(table: GraphTables, l: int, shape: tuple[int, int], dtype: str) -> BipartiteLayer:
    links = np.flatnonzero(table.group[table.source] == l)
    bias = np.zeros(shape[1])
    later = table.group == l + 1
    bias[table.index[later]] = table.bias[later]
    rows, columns = table.index[table.source[links]], table.index[table.target[links]]
    return BipartiteLayer.from_links(rows, columns, table.weight[links].astype(dtype), shape, bias)


def _check_places(table: GraphTables, sizes: np.ndarray) -> None:
    """Every neuron layer must use each index 0 .. size - 1 once."""
    order = np.lexsort((table.index, table.group))
    expected = np.concatenate([np.arange(size) for size in sizes])
    if not np.array_equal(table.index[order], expected):
        raise ValueError("the neurons of a layer must have the indices 0, 1, ... once each")

"""What removal orders are held against: the minimum cut, and theory of random removal."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import numpy as np

from netsparse import percolation

if TYPE_CHECKING:
    import pandas

    from netsparse.graph import LayeredNetwork
    from netsparse.percolation import MinimumCut


def smallest_cut(network: LayeredNetwork, orders: Mapping[str, np.ndarray], kind: str) -> MinimumCut | None:
    """Return the smallest cut of what the orders may remove, readout included if any of them does; None if nothing."""
    if not any(order.size for order in orders.values()):
        return None
    if kind == "neurons":
        return percolation.minimum_cut(network, kind=kind)
    n_sparse = sum(layer.n_links for layer in network.sparse_layers)
    return percolation.minimum_cut(network, readout=any((order >= n_sparse).any() for order in orders.values()))


def cut_table(network: LayeredNetwork, cut: MinimumCut) -> pandas.DataFrame:
    """Return the links (id, layer, row, column, weight) or neurons (id, layer, neuron) of a cut, a row each.

    Where neurons have names, these stand beside: row_name and column_name, or name.

    Examples
    --------
    >>> import netsparse as ns
    >>> layer = ns.BipartiteLayer.from_links([0, 1], [0, 0], [0.5, -1.0], shape=(2, 1))
    >>> network = ns.LayeredNetwork([layer])
    >>> cut_table(network, ns.percolation.minimum_cut(network))
       id  layer  row  column  weight
    0   0      0    0       0     0.5
    1   1      0    1       0    -1.0
    """
    import pandas as pd

    if cut.kind == "neurons":
        layers, places = _places(network.sizes)
        table = pd.DataFrame({"id": cut.ids, "layer": layers[cut.ids], "neuron": places[cut.ids]})
        return table.assign(name=_all_names(network)[cut.ids]) if network.has_names else table
    layers, _ = _places([layer.n_links for layer in network.layers])
    ends = {
        "row": np.concatenate([layer.rows for layer in network.layers]),
        "column": np.concatenate([layer.columns for layer in network.layers]),
        "weight": np.concatenate([layer.weights for layer in network.layers]),
    }
    table = pd.DataFrame({"id": cut.ids, "layer": layers[cut.ids], **{key: ends[key][cut.ids] for key in ends}})
    if not network.has_names:
        return table
    names, first = _all_names(network), np.cumsum([0, *network.sizes])
    return table.assign(
        row_name=names[first[table["layer"]] + table["row"]],
        column_name=names[first[table["layer"] + 1] + table["column"]],
    )


def _all_names(network: LayeredNetwork) -> np.ndarray:
    """Return the name of every neuron, inputs first; None for one without."""
    groups = zip(network.names, network.sizes, strict=True)
    return np.array([name for names, size in groups for name in (names or [None] * size)], dtype=object)


def _places(sizes) -> tuple[np.ndarray, np.ndarray]:
    """Return the layer of each item, and its place there, for layers of these sizes."""
    layers = np.repeat(np.arange(len(sizes)), sizes)
    return layers, np.arange(layers.size) - np.repeat(np.cumsum([0, *sizes[:-1]]), sizes)


def infinite_depth(network: LayeredNetwork) -> dict[str, float]:
    """Return the fraction removed at which the hidden layers, repeated for ever, would let nothing through, labelled.

    Nothing is returned where there is no such fraction: no square layer, or square layers that differ.
    """
    square = [layer for layer in network.sparse_layers[1:] if layer.shape[0] == layer.shape[1]]
    thresholds = {percolation.deep_threshold(layer) for layer in square}
    return {"infinite-depth threshold": 1 - thresholds.pop()} if len(thresholds) == 1 and min(thresholds) < 1 else {}


def theory(network: LayeredNetwork, kind: str, *, readout: bool, simulations: int, seed: int) -> pandas.DataFrame:
    """Return the expected random removal beside simulated orders, see `percolation.compare_with_simulation`."""
    return percolation.compare_with_simulation(network, kind=kind, readout=readout, repeats=simulations, rng=seed)


def largest_error(compared: pandas.DataFrame, quantity: str = "active") -> float:
    """Return the largest difference of theory and simulation, as a share of the intact value.

    Examples
    --------
    >>> import pandas as pd
    >>> largest_error(pd.DataFrame({"quantity": "active", "expected": [4.0, 3.0], "error": [0.0, -1.0]}))
    0.25
    """
    own = compared[compared["quantity"] == quantity]
    intact = own["expected"].iloc[0]
    return float(own["error"].abs().max() / intact) if intact else 0.0

"""What a trained network looks like as a graph: degrees, weights, percolation thresholds, cuts."""

from __future__ import annotations

import numpy as np
import pandas as pd

from netsparse import percolation
from netsparse.graph import BipartiteLayer, LayeredNetwork
from netsparse.importance import link_order

ORDERS = {"random": "random", "weight": "weight", "reverse": "reverse-weight"}
"""The paper's orders of removal: what a link is ranked by, and whether the largest goes first."""


def layer_table(network: LayeredNetwork) -> pd.DataFrame:
    """Return a row per layer: links, degrees of both sides, active neurons, sizes of the weights."""
    active = percolation.active_neurons(network)
    rows = [
        {"layer": index, **_degrees(layer), "active_rows": int(active[index].sum()), **_sizes(layer)}
        for index, layer in enumerate(network.layers)
    ]
    return pd.DataFrame(rows)


def percolation_table(network: LayeredNetwork, *, rng: np.random.Generator) -> pd.DataFrame:
    """Return a row per order: where the removal of sparse links breaks the network, as fractions removed.

    ``half_height``, ``steepest`` and ``R`` are of the active neurons; ``last_connection`` is where no output hears
    an input any more; ``giant_half`` is where the largest undirected component is at half its size.
    """
    return pd.DataFrame([{"order": name, **_thresholds(network, name, rng)} for name in ORDERS])


def _thresholds(network: LayeredNetwork, name: str, rng: np.random.Generator) -> dict[str, float]:
    order = link_order(network, ORDERS[name], rng=rng)
    curve = percolation.curve(network, order)
    cut_off = np.flatnonzero(curve.outputs_reached == 0)
    return {
        "removals": curve.n_removals,
        "half_height": curve.half_height(),
        "steepest": curve.steepest().fraction,
        "last_connection": curve.fraction[cut_off[0]] if cut_off.size else np.nan,
        "giant_half": curve.half_height("largest_component"),
        "R": curve.R(),
    }


def _degrees(layer: BipartiteLayer) -> dict[str, float]:
    rows, columns = layer.row_degrees, layer.column_degrees
    return {
        "links": layer.n_links,
        "rows": int((rows > 0).sum()),
        "columns": int((columns > 0).sum()),
        "largest_row_degree": int(rows.max()),
        "largest_column_degree": int(columns.max()),
        "row_degree_square": float(np.mean(rows.astype(np.float64) ** 2)),
        "column_degree_square": float(np.mean(columns.astype(np.float64) ** 2)),
    }


def _sizes(layer: BipartiteLayer) -> dict[str, float]:
    sizes = np.abs(layer.weights).astype(np.float64)
    quantiles = np.quantile(sizes, [0.5, 0.9, 0.99, 0.999, 1]) if sizes.size else [np.nan] * 5
    names = ("size_50", "size_90", "size_99", "size_99_9", "size_largest")
    return {"size_mean": float(sizes.mean()) if sizes.size else np.nan, **dict(zip(names, quantiles, strict=True))}

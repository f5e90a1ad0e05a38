"""Histograms of the absolute weights on grids that are the same for every run."""

from __future__ import annotations

import numpy as np
import pandas as pd

from netsparse.graph import LayeredNetwork

ABSOLUTE_EDGES = np.concatenate(
    [np.arange(0, 20) * 0.005, 0.1 + np.arange(10) * 0.02, 0.3 + np.arange(14) * 0.05, [1, 1.25, 1.5, 2, 3, 5, 10]]
).round(4)
RELATIVE_EDGES = np.concatenate(
    [np.arange(0, 20) * 0.1, 2 + np.arange(16) * 0.25, 6 + np.arange(8) * 0.5, [10, 12, 15, 20, 30, 50]]
).round(4)
"""In units of the mean |w| of the layer."""

SCALES = {"absolute": ABSOLUTE_EDGES, "relative": RELATIVE_EDGES}


def weight_histograms(network: LayeredNetwork) -> pd.DataFrame:
    """Return counts of |w| over all sparse layers: scale, low, high, links; empty bins are left out.

    Weights beyond the last edge are counted in the last bin, so that the counts add up to the links.
    """
    sizes = [np.abs(layer.weights).astype(np.float64) for layer in network.sparse_layers if layer.n_links]
    values = {
        "absolute": np.concatenate(sizes),
        "relative": np.concatenate([size / (size.mean() or 1.0) for size in sizes]),
    }
    return pd.concat([_histogram(scale, values[scale]) for scale in SCALES], ignore_index=True)


def _histogram(scale: str, values: np.ndarray) -> pd.DataFrame:
    edges = SCALES[scale]
    counts, _ = np.histogram(np.minimum(values, edges[-1]), bins=edges)
    frame = pd.DataFrame({"scale": scale, "low": edges[:-1], "high": edges[1:], "links": counts})
    return frame[frame["links"] > 0]


def weighted_quantile(histogram: pd.DataFrame, share: float) -> float:
    """Return the |w| below which a share of the links of a histogram lies, linear inside its bins."""
    ordered = histogram.sort_values("low")
    below = np.concatenate([[0], ordered["links"].cumsum()]) / ordered["links"].sum()
    edges = np.concatenate([ordered["low"].iloc[:1], ordered["high"]])
    return float(np.interp(share, below, edges))


def share_between(histogram: pd.DataFrame, low: float, high: float) -> float:
    """Return the share of the links of a histogram with |w| between two values, linear inside its bins."""
    width = histogram["high"] - histogram["low"]
    inside = (np.minimum(histogram["high"], high) - np.maximum(histogram["low"], low)).clip(lower=0)
    return float((histogram["links"] * inside / width).sum() / histogram["links"].sum())

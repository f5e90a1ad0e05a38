"""Figures 1 and 7: trained networks, and the stages of one update of a network small enough to be seen."""

from __future__ import annotations

import matplotlib
import numpy as np
from matplotlib.figure import Figure

import netsparse
from analysis.robustness.drawing.style import DPI, RULE_NAMES
from analysis.robustness.folder import Folder
from netsparse import plot
from netsparse.graph import BipartiteLayer, LayeredNetwork
from netsparse.plot.style import RC
from netsparse.rewire import update

SHOWN = 10  # neurons of each layer of figure 7 ...
BEST = 0.4  # ... among this share of the best connected ones
ZETA = 0.3
NETWORK_DPI = 120  # links in their thousands make a large file


def trained_networks(folder: Folder) -> Figure | None:
    """Both trained networks of seed 0, link by link."""
    networks = _examples(folder)
    if not networks:
        return None
    with matplotlib.rc_context(RC):
        figure = Figure(figsize=(7.0, 3.4 * len(networks)), dpi=NETWORK_DPI, layout="constrained")
        axes = np.atleast_1d(figure.subplots(len(networks), 1))
        for ax, (rule, network) in zip(axes, networks.items(), strict=True):
            plot.network(network, ax=ax, image_shape=_image_shape(network))
            ax.set_title(f"{RULE_NAMES[rule]} regrowth", loc="left")
    return figure


def stages(folder: Folder) -> Figure | None:
    """One CH3-L3 update of a part of the trained network: learned, removed, cleaned, regrown."""
    network = _examples(folder).get("ch3-l3")
    if network is None:
        return None
    before = sample(network, SHOWN)
    after, record = update(before, ZETA, regrowth="ch3-l3", rng=0)
    with matplotlib.rc_context(RC):
        figure = Figure(figsize=(7.0, 2.4), dpi=DPI, layout="constrained")
        plot.update_stages(before, after, record, axes=figure.subplots(1, 4))
    return figure


def sample(network: LayeredNetwork, size: int) -> LayeredNetwork:
    """Return the part of a network between `size` neurons of each layer and all outputs.

    Of the neurons with links on both sides, ranked by degree, those at even steps from the hub to the end of the
    `BEST` are taken.
    """
    incoming = [np.ones(network.sizes[0]), *(layer.column_degrees for layer in network.layers[:-1])]
    outgoing = [layer.row_degrees for layer in network.layers]
    kept = [_spread(before * after, size) for before, after in zip(incoming, outgoing, strict=True)]
    kept.append(np.arange(network.sizes[-1]))
    return network.with_layers(
        BipartiteLayer(layer.biadjacency[rows][:, columns], layer.bias[columns])
        for layer, rows, columns in zip(network.layers, kept[:-1], kept[1:], strict=True)
    )


def _spread(degrees: np.ndarray, size: int) -> np.ndarray:
    linked = np.flatnonzero(degrees)
    ranked = linked[np.argsort(-degrees[linked], kind="stable")]
    last = max(BEST * ranked.size, min(size, ranked.size)) - 1
    steps = np.linspace(0, last, min(size, ranked.size)).round().astype(int)
    return np.sort(ranked[steps])


def _examples(folder: Folder) -> dict[str, LayeredNetwork]:
    paths = {rule: folder.example(rule) for rule in RULE_NAMES}
    return {rule: netsparse.load(path) for rule, path in paths.items() if path.exists()}


def _image_shape(network: LayeredNetwork) -> tuple[int, int] | None:
    side = round(network.sizes[0] ** 0.5)
    return (side, side) if side * side == network.sizes[0] else None

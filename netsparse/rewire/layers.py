"""Which layers one update rewires, and how many links each is to have."""

from __future__ import annotations

import numpy as np

from netsparse.errors import InvalidValue
from netsparse.generate import layer_densities
from netsparse.graph import LayeredNetwork
from netsparse.rewire.recipe import Recipe
from netsparse.rewire.state import State


def rewired_layers(network: LayeredNetwork, state: State, recipe: Recipe) -> list[int]:
    """Return the layers that an update takes links from: the sparse ones, unless they have stopped or are frozen."""
    stopped = state.stopped[: len(network.sparse_layers)]
    if recipe.stops_together:
        stopped = np.full(stopped.size, stopped.all())
    return [i for i, over in enumerate(stopped) if not over and i not in recipe.frozen_layers]


def kept_layers(network: LayeredNetwork, rewired: list[int]) -> list[int]:
    """Return the sparse layers that keep their links; those of the readout are kept by every clean-up."""
    return [i for i in range(len(network.sparse_layers)) if i not in rewired]


def target_counts(network: LayeredNetwork, recipe: Recipe, progress: float) -> np.ndarray:
    """Return how many links each sparse layer is to have: as many as now, unless the density changes.

    Raises
    ------
    ValueError
        If the density leaves a layer without a link.
    """
    layers = network.sparse_layers
    if not recipe.changes_density or not layers:
        return np.array([layer.n_links for layer in layers], dtype=np.int64)
    shapes = [layer.shape for layer in layers]
    densities = layer_densities(shapes, recipe.density.at(progress, recipe.until), recipe.distribution)
    counts = np.array([round(p * rows * columns) for p, (rows, columns) in zip(densities, shapes, strict=True)])
    if (counts == 0).any():
        empty = int(np.flatnonzero(counts == 0)[0])
        raise InvalidValue(f"density {densities[empty]:g} leaves layer {empty} of shape {shapes[empty]} without a link")
    return counts

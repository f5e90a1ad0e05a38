"""What one update may touch: per layer, which links it may take, and how many links it is to have."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from netsparse.errors import InvalidValue
from netsparse.generate import layer_densities
from netsparse.graph import BipartiteLayer, LayeredNetwork
from netsparse.graph.keys import layer_keys
from netsparse.rewire.recipe import Recipe
from netsparse.rewire.state import State


@dataclass(frozen=True, eq=False)
class Touchable:
    """The layers that an update rewires and, per layer, its frozen links and biases.

    Attributes
    ----------
    layers : list of int
        The sparse layers that are neither stopped nor frozen.
    frozen_links : list of numpy.ndarray of bool, or None
        Per layer, over its links in CSR order; None where none is frozen. All are in a sparse layer that is not
        rewired.
    frozen_biases : list of numpy.ndarray of bool
        Per layer, over its columns.
    """

    layers: list[int]
    frozen_links: list[np.ndarray | None]
    frozen_biases: list[np.ndarray]

    @classmethod
    def of(cls, network: LayeredNetwork, state: State, recipe: Recipe) -> Touchable:
        """Return what an update of this network may touch."""
        n_sparse = len(network.sparse_layers)
        stopped = state.stopped[:n_sparse]
        if recipe.stops_together:
            stopped = np.full(n_sparse, stopped.all())
        layers = [i for i in range(n_sparse) if not stopped[i] and i not in recipe.frozen_layers]
        links, biases = [], []
        for index, layer in enumerate(network.layers):
            is_free = index in layers or index >= n_sparse  # of the readout, clean-ups keep the links by themselves
            links.append(_frozen_links(layer, state.frozen_links[index]) if is_free else np.ones(layer.n_links, bool))
            pinned = np.zeros(layer.shape[1], dtype=bool)
            pinned[state.frozen_biases[index]] = True
            biases.append(pinned)
        return cls(layers, links, biases)

    def free(self, index: int, origins: np.ndarray) -> np.ndarray:
        """Return the ascending positions of the links of a layer that may go; `origins` are where they all were."""
        if index not in self.layers:
            return np.empty(0, dtype=np.int64)
        frozen = self.frozen_links[index]
        return np.arange(origins.size) if frozen is None else np.flatnonzero(~frozen[origins])

    def frozen_among(self, origins: list[np.ndarray]) -> list[np.ndarray] | None:
        """Return the marks of the frozen links among those there still are, None where none is frozen in any layer."""
        if all(marks is None for marks in self.frozen_links):
            return None
        return [
            np.zeros(left.size, dtype=bool) if marks is None else marks[left]
            for marks, left in zip(self.frozen_links, origins, strict=True)
        ]


def _frozen_links(layer: BipartiteLayer, keys: np.ndarray) -> np.ndarray | None:
    return np.isin(layer_keys(layer), keys, assume_unique=True) if keys.size else None


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

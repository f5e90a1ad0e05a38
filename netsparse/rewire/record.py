"""The record of one topology update: what changed, and how long each stage took."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    import pandas


@dataclass(frozen=True, eq=False)
class LayerUpdate:
    """What one topology update did to one layer.

    Attributes
    ----------
    removed_from : numpy.ndarray of int64, shape (removed,)
        Positions, in the CSR order of the old layer, of the links taken by the removal rule, or pruned; ascending.
    disconnected : int
        Further links lost with disconnected neurons.
    grown : int
        New links; equal to `removed` + `disconnected` in a layer that keeps its number of links.
    overlap : int
        New links at a place where a link was removed or lost in this very update.
    kept_from, kept_to : numpy.ndarray of int64, shape (survivors,)
        Positions in the CSR order of the old and of the new layer, both ascending, of the links that keep weight and
        optimiser state: the survivors, and returning links where the recipe gives them back their old weight.
    bias_cleared : numpy.ndarray of bool, shape (columns,)
        Neurons whose bias was set to 0 with their links; their optimiser state goes with it.
    pruned : int
        How many of the removed links went because the density fell.

    Examples
    --------
    >>> import netsparse as ns
    >>> network = ns.generate.erdos_renyi((30, 20, 10, 5), 0.2, rng=0)
    >>> rewired, update = ns.rewire.update(network, zeta=0.3, regrowth="random", rng=0)
    >>> first = update.layers[0]
    >>> first.grown == first.removed + first.disconnected, first.kept_from.size + first.grown
    (True, 120)
    """

    removed_from: np.ndarray
    disconnected: int
    grown: int
    overlap: int
    kept_from: np.ndarray
    kept_to: np.ndarray
    bias_cleared: np.ndarray
    pruned: int = 0

    @property
    def removed(self) -> int:
        """Number of links taken by the removal rule."""
        return self.removed_from.size

    def __repr__(self) -> str:
        return (
            f"LayerUpdate(removed={self.removed}, disconnected={self.disconnected}, grown={self.grown}, "
            f"overlap={self.overlap})"
        )


@dataclass(frozen=True, eq=False)
class TopologyUpdate:
    """What one topology update did to a network.

    Attributes
    ----------
    layers : tuple of LayerUpdate
        One per layer, the readout included: its links stay, its biases may have taken up constants.
    seconds : dict of str to float
        Wall time of the stages ``removal``, ``disconnected``, ``regrowth`` and ``weights`` (drawing the new
        weights and assembling the new layers).

    Examples
    --------
    >>> import netsparse as ns
    >>> network = ns.generate.erdos_renyi((30, 20, 10, 5), 0.2, rng=0)
    >>> rewired, update = ns.rewire.update(network, zeta=0.3, regrowth="random", rng=0)
    >>> list(update.frame().grown - update.frame().removed - update.frame().disconnected)
    [0, 0, 0]
    >>> list(update.seconds)
    ['removal', 'disconnected', 'regrowth', 'weights']
    """

    layers: tuple[LayerUpdate, ...]
    seconds: dict[str, float]

    def frame(self) -> pandas.DataFrame:
        """Return a tidy table with a row per layer: layer, kept, removed, disconnected, grown, overlap."""
        import pandas as pd

        rows = [
            {
                "layer": index,
                "kept": layer.kept_from.size,
                "removed": layer.removed,
                "disconnected": layer.disconnected,
                "grown": layer.grown,
                "overlap": layer.overlap,
                "biases_cleared": int(layer.bias_cleared.sum()),
            }
            for index, layer in enumerate(self.layers)
        ]
        return pd.DataFrame(rows)

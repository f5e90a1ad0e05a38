"""New links put into a layer: their weights, and what a link gets that returns."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from netsparse.generate import draw_weights
from netsparse.graph import BipartiteLayer
from netsparse.graph.keys import to_keys
from netsparse.rewire.calls import Caller
from netsparse.rewire.merge import positions_of, with_links
from netsparse.rewire.regrowth import Links
from netsparse.rewire.state import State


class Connected(NamedTuple):
    """A layer with its new links.

    Attributes
    ----------
    layer : BipartiteLayer
    kept_from, kept_to : numpy.ndarray of int64
        As in :class:`netsparse.rewire.LayerUpdate`.
    overlap : int
        New links that were links before the update.
    """

    layer: BipartiteLayer
    kept_from: np.ndarray
    kept_to: np.ndarray
    overlap: int


def connected(old: BipartiteLayer, left: BipartiteLayer, grown: Links, index: int, caller: Caller, state: State):
    """Return what is left of a layer with new links, as :class:`Connected`; `old` is the layer before the update."""
    origins = caller.origins[index]
    rows, columns = grown
    if not rows.size:
        return Connected(left, origins, np.arange(left.n_links), 0)
    before = positions_of(old, rows, columns)
    returned = np.flatnonzero(before >= 0)
    weights = _weights(old, left, grown, before, index, caller, state)
    layer, kept_to = with_links(left, rows, columns, weights)
    if caller.recipe.returning == "old":
        places = positions_of(layer, rows[returned], columns[returned])
        origins, kept_to = np.sort(np.append(origins, before[returned])), np.sort(np.append(kept_to, places))
    return Connected(layer, origins, kept_to, returned.size)


def _weights(
    old: BipartiteLayer,
    left: BipartiteLayer,
    grown: Links,
    before: np.ndarray,
    index: int,
    caller: Caller,
    state: State,
) -> np.ndarray:
    """Return the weights of new links, of which `before` are the positions in the old layer of those that return."""
    recipe, n = caller.recipe, grown[0].size
    density = (left.n_links + n) / (left.shape[0] * left.shape[1])
    weights = draw_weights(recipe.new_weights, n, left.shape, density, rng=caller.rng, dtype=left.dtype)
    returned = before >= 0
    if recipe.returning == "zero":
        weights[returned] = 0
    if recipe.returning == "historical":
        _recall(weights, to_keys(*grown, left.shape), state.past_links[index], state.past_weights[index])
    if recipe.returning in ("old", "historical"):
        weights[returned] = old.weights[before[returned]]
    return weights


def _recall(weights: np.ndarray, keys: np.ndarray, past: np.ndarray, past_weights: np.ndarray) -> None:
    """Give links that were there some time ago their last weight, in place."""
    known = np.isin(keys, past)
    weights[known] = past_weights[np.searchsorted(past, keys[known])]

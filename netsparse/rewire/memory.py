"""What an update leaves in the memory of a run."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from netsparse.graph import BipartiteLayer, LayeredNetwork
from netsparse.graph.keys import layer_keys
from netsparse.rewire.calls import Caller
from netsparse.rewire.recipe import Recipe
from netsparse.rewire.record import LayerUpdate
from netsparse.rewire.state import State


def after_update(
    state: State,
    recipe: Recipe,
    before: LayeredNetwork,
    after: LayeredNetwork,
    records: Sequence[LayerUpdate],
    caller: Caller,
) -> State:
    """Return the state after an update from one network to another."""
    changes = {"updates": state.updates + 1, "progress": caller.progress, "own": caller.memory}
    if recipe.early_stop is not None:
        fired = [record.overlap > recipe.early_stop * record.grown for record in records]
        changes["stopped"] = state.stopped | np.array(fired)
    if state.past_links is not None:
        pasts = map(_past, state.past_links, state.past_weights, before.layers, after.layers)
        changes["past_links"], changes["past_weights"] = map(tuple, zip(*pasts, strict=True))
    if state.ever_alive is not None:
        alive = zip(state.ever_alive, map(layer_keys, after.layers), strict=True)
        changes["ever_alive"] = tuple(np.union1d(*keys) for keys in alive)
    return state.replace(**changes)


def _past(
    keys: np.ndarray, weights: np.ndarray, before: BipartiteLayer, after: BipartiteLayer
) -> tuple[np.ndarray, np.ndarray]:
    """Return keys and last weights of the links that are gone: the later of two weights, none of what is back."""
    gone_keys, gone_weights = np.append(keys, layer_keys(before)), np.append(weights, before.weights)
    stays_gone = ~np.isin(gone_keys, layer_keys(after))
    gone_keys, gone_weights = gone_keys[stays_gone], gone_weights[stays_gone]
    _, last = np.unique(gone_keys[::-1], return_index=True)
    last = gone_keys.size - 1 - last
    return gone_keys[last], gone_weights[last]

"""The links that pruning and removal take from the layers of a network, exactly as many as are to go."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

import numpy as np

from netsparse.errors import InvalidValue, check_positions
from netsparse.graph import BipartiteLayer, LayeredNetwork
from netsparse.importance import LINKS
from netsparse.importance.ties import smallest
from netsparse.rewire.calls import Caller
from netsparse.rewire.counts import allotted, floor_share
from netsparse.rewire.removal import REMOVAL, ByImportance
from netsparse.rewire.rule import Rule

Positions = list[np.ndarray]
Counts = Mapping[int, int] | int
"""How many links go: from each of some layers, or from all together."""


class Removed(NamedTuple):
    """What pruning and removal left.

    Attributes
    ----------
    network : LayeredNetwork
    positions : list of numpy.ndarray of int64
        Per layer, ascending positions of the links that went, in the CSR order of the network before.
    pruned : list of int
        Per layer, how many of them went because the density fell.
    targets : dict of int to int
        How many links each rewired layer is to have after the update if it gets back its own.
    """

    network: LayeredNetwork
    positions: Positions
    pruned: list[int]
    targets: dict[int, int]


def removed(network: LayeredNetwork, layers: list[int], targets: np.ndarray, caller: Caller) -> Removed:
    """Prune some layers of a network to their density, then take the recipe's share of their links that may go.

    `targets` are the link counts of the sparse layers that the density asks for, or those they have.
    """
    recipe = caller.recipe
    surplus = {index: network.layers[index].n_links - int(targets[index]) for index in layers}
    together = recipe.scope == "network"
    pruning: Counts = max(0, sum(surplus.values())) if together else {i: max(0, n) for i, n in surplus.items()}
    left, pruned = _take(network, layers, recipe.pruning or recipe.removal, pruning, caller)
    goal = {index: int(targets[index]) for index in layers}
    if together:
        goal = _goal_together(left, layers, max(0, -sum(surplus.values())))
    free = {index: left.layers[index].free_links.size for index in layers}
    zeta = recipe.zeta.at(caller.progress, recipe.until)
    counts = floor_share(zeta, sum(free.values())) if together else {i: floor_share(zeta, n) for i, n in free.items()}
    left, gone = _take(left, layers, recipe.removal, counts, caller)
    pairs = zip(pruned, gone, strict=True)
    positions = [np.sort(np.concatenate([first, last])) if first.size else last for first, last in pairs]
    return Removed(left, positions, [part.size for part in pruned], goal)


def _goal_together(left: LayeredNetwork, layers: list[int], more: int) -> dict[int, int]:
    """Return the link counts of layers that compete: those pruning left, and what the density grows by, shared."""
    links = {index: left.layers[index].n_links for index in layers}
    room = [left.layers[index].shape[0] * left.layers[index].shape[1] - n for index, n in links.items()]
    added = allotted(more, list(links.values()), room) if more else np.zeros(len(layers), dtype=np.int64)
    return {index: n + int(extra) for (index, n), extra in zip(links.items(), added, strict=True)}


def _take(
    network: LayeredNetwork, layers: list[int], rule: Rule, counts: Counts, caller: Caller
) -> tuple[LayeredNetwork, Positions]:
    """Return the network without the links that a rule takes, and their positions in the network before the update."""
    if not (counts if isinstance(counts, int) else any(counts.values())):
        return network, [np.empty(0, dtype=np.int64) for _ in network.layers]
    none = np.empty(0, dtype=np.int64)
    free = [layer.free_links if index in layers else none for index, layer in enumerate(network.layers)]
    _check_enough(free, counts)
    chosen = _chosen(network, free, rule, counts, caller)
    origins = [origin[positions] for origin, positions in zip(caller.origins, chosen, strict=True)]
    caller.lose(chosen)
    return network.with_layers(map(BipartiteLayer.without_links, network.layers, chosen)), origins


def _check_enough(free: Positions, counts: Counts) -> None:
    wanted = {"the layers": (sum(map(len, free)), counts)} if isinstance(counts, int) else {}
    if not isinstance(counts, int):
        wanted = {f"layer {index}": (free[index].size, n) for index, n in counts.items()}
    for where, (there, n) in wanted.items():
        if n > there:
            raise InvalidValue(f"{n} links of {where} are to go, but only {there} are not frozen")


def _chosen(network: LayeredNetwork, free: Positions, rule: Rule, counts: Counts, caller: Caller) -> Positions:
    """Return, per layer, the ascending positions of the links that a rule takes among those that are free to go."""
    function = REMOVAL[rule.name]
    if not isinstance(function, ByImportance):
        return [_by_rule(network, index, free[index], rule, counts.get(index, 0), caller) for index in range(len(free))]
    entry = REMOVAL.entry(rule.name)
    values = function.signed(caller.call_for_network(entry, rule, LINKS[function.by], network))
    if isinstance(counts, int):
        return _smallest_together(values, free, counts, caller.rng)
    own = [value if value.size == part.size else value[part] for value, part in zip(values, free, strict=True)]
    return [
        positions[smallest(own[index], counts.get(index, 0), rng=caller.rng)] for index, positions in enumerate(free)
    ]


def _smallest_together(values: Positions, free: Positions, n: int, rng: np.random.Generator) -> Positions:
    """Return the positions of the `n` smallest values of all layers."""
    together = np.concatenate([value[positions] for value, positions in zip(values, free, strict=True)])
    gone = np.zeros(together.size, dtype=bool)
    gone[smallest(together, n, rng=rng)] = True
    ends = np.cumsum([positions.size for positions in free])[:-1]
    return [positions[marks] for positions, marks in zip(free, np.split(gone, ends), strict=True)]


def _by_rule(network: LayeredNetwork, index: int, free: np.ndarray, rule: Rule, n: int, caller: Caller) -> np.ndarray:
    """Return what a rule takes from the links of a layer that are free to go; it is shown no others."""
    if not n:
        return np.empty(0, dtype=np.int64)
    layer = network.layers[index]
    shown = layer.without_links(np.setdiff1d(np.arange(layer.n_links), free, assume_unique=True))
    chosen = caller.call(REMOVAL.entry(rule.name), rule, shown, n, network, index, free)
    positions = np.unique(check_positions(f"positions of removal {rule.name!r}", chosen, shown.n_links))
    if positions.size != n:
        raise InvalidValue(f"removal {rule.name!r} was to take {n} links of layer {index}, but took {positions.size}")
    return free[positions]

"""The links that regrowth gives to the layers of a network, exactly as many as they are to get."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from netsparse.errors import InvalidValue, check_positions
from netsparse.graph import BipartiteLayer, LayeredNetwork
from netsparse.rewire.calls import Caller
from netsparse.rewire.counts import allotted
from netsparse.rewire.merge import with_links
from netsparse.rewire.regrowth import REGROWTH, Links
from netsparse.rewire.rule import Rule
from netsparse.rewire.sharing import SHARING

NO_LINKS: Links = (np.empty(0, dtype=np.int64), np.empty(0, dtype=np.int64))


def growth(left: LayeredNetwork, targets: Mapping[int, int], caller: Caller) -> dict[int, int]:
    """Return how many links each of the rewired layers gets.

    Parameters
    ----------
    left : LayeredNetwork
        What removal and clean-up left.
    targets : mapping of int to int
        How many links each layer that is rewired is to have if it gets back its own.
    caller : Caller
    """
    own = {index: target - left.layers[index].n_links for index, target in targets.items()}
    sharing = caller.recipe.sharing
    if sharing == "own" or not own:
        return own
    entry = SHARING.entry(sharing)
    weights = caller.call_for_network(entry, Rule(sharing), entry.value, left)
    room = [layer.shape[0] * layer.shape[1] - layer.n_links for layer in left.layers]
    counts = allotted(sum(own.values()), [weights[index] for index in own], [room[index] for index in own])
    return dict(zip(own, counts.tolist(), strict=True))


def grown(left: LayeredNetwork, index: int, n: int, caller: Caller) -> Links:
    """Return `n` new links of a layer, by the rules of the time, each its share."""
    if not n:
        return NO_LINKS
    shares = caller.recipe.regrowth.at(caller.progress)
    counts = allotted(n, [share for _, share in shares], [n] * len(shares)).tolist() if len(shares) > 1 else [n]
    layer, parts = left.layers[index], []
    for (rule, _), count in zip(shares, counts, strict=True):
        if not count:
            continue
        if parts:
            layer = with_links(layer, *parts[-1], np.zeros(parts[-1][0].size, layer.dtype))[0]
        chosen = caller.call(REGROWTH.entry(rule.name), rule, layer, count, left, index)
        parts.append(_checked(chosen, layer, count, f"regrowth {rule.name!r}", index))
    return parts[0] if len(parts) == 1 else tuple(np.concatenate(side) for side in zip(*parts, strict=True))


def _checked(chosen, layer: BipartiteLayer, n: int, rule: str, index: int) -> Links:
    """Return what a rule has chosen, or raise an error unless it is `n` pairs of a row and a column.

    That they are distinct non-links is seen when the links are put in: no layer has a link twice.
    """
    rows, columns = (np.asarray(side) for side in chosen)
    if rows.shape != (n,) or columns.shape != (n,):
        raise InvalidValue(f"{rule} was to grow {n} links of layer {index}, but grew {rows.size}")
    check_positions(f"rows of {rule}", rows, layer.shape[0])
    check_positions(f"columns of {rule}", columns, layer.shape[1])
    return rows, columns

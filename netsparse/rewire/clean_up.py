"""What becomes of neurons on no input-to-output path between removal and regrowth."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple

import numpy as np

from netsparse.graph import BipartiteLayer, LayeredNetwork
from netsparse.percolation import active_neurons, remove_disconnected
from netsparse.registry import Registry

_NOTHING = np.empty(0, dtype=np.int64)


class Cleaned(NamedTuple):
    """A network after a clean-up, and per layer the positions of the links it lost and the biases that are now 0."""

    network: LayeredNetwork
    links: tuple[np.ndarray, ...]
    biases: tuple[np.ndarray, ...]


def reach(network: LayeredNetwork, kept: Sequence[int]) -> Cleaned:
    """Their links go, what is constant is folded into biases: the network computes the same function."""
    clean, report = remove_disconnected(network, keep_layers=kept)
    return Cleaned(clean, report.removed_links, report.bias_cleared)


def chain(network: LayeredNetwork, kept: Sequence[int]) -> Cleaned:
    """Their links go, biases stay as they are: the chain removal of CHT.

    References
    ----------
    .. [1] Y. Zhang et al., Epitopological learning and Cannistraci-Hebb network shape intelligence brain-inspired
       theory for ultra-sparse advantage in deep learning, ICLR 2024.
    """
    active = active_neurons(network)
    may_lose = set(range(len(network.sparse_layers))).difference(kept)
    links = tuple(
        _off_path(layer, *active[index : index + 2]) if index in may_lose else _NOTHING
        for index, layer in enumerate(network.layers)
    )
    left = network.with_layers(layer.without_links(gone) for layer, gone in zip(network.layers, links, strict=True))
    return Cleaned(left, links, _no_biases(network))


def none(network: LayeredNetwork, kept: Sequence[int]) -> Cleaned:
    """They keep what links they have."""
    return Cleaned(network, (_NOTHING,) * len(network.layers), _no_biases(network))


def _off_path(layer: BipartiteLayer, earlier: np.ndarray, later: np.ndarray) -> np.ndarray:
    off = ~(np.repeat(earlier, layer.row_degrees) & later[layer.columns])
    return np.flatnonzero(off if layer.frozen_links is None else off & ~layer.frozen_links)


def _no_biases(network: LayeredNetwork) -> tuple[np.ndarray, ...]:
    return tuple(np.zeros(layer.shape[1], dtype=bool) for layer in network.layers)


CLEAN_UPS: Registry[Callable[[LayeredNetwork, Sequence[int]], Cleaned]] = Registry(
    "clean-up", {"reach": reach, "chain": chain, "none": none}
)
"""Functions ``(network, kept) -> Cleaned``: links of the layers `kept` stay, as do all frozen links and biases."""

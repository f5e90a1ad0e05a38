"""Removal orders: ids of links or neurons, first removed first."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from netsparse.errors import InvalidType, InvalidValue, unknown
from netsparse.graph import Graph, LayeredNetwork
from netsparse.graph.numbering import link_counts, links_by_layer, neuron_counts, neurons_by_layer
from netsparse.importance import link_order, neuron_order

KINDS = ("links", "neurons")


@dataclass(frozen=True, eq=False)
class Ranks:
    """Position in a removal order of every link and neuron, per layer; `n_removals` if it is never removed.

    After k removals a link or neuron is there iff its rank is at least k, for k = 0 .. n_removals. Of 32 bits where
    that is enough, as curves of long orders are bound by memory.
    """

    links: list[np.ndarray]
    neurons: list[np.ndarray]
    n_removals: int


def removal_order(network: LayeredNetwork | Graph, order: str | np.ndarray, kind: str, rng) -> np.ndarray:
    """Return the ids of an order that is given by the name of an importance, or as they are given."""
    _check_kind(kind)
    if not isinstance(order, str):
        return order
    return (link_order if kind == "links" else neuron_order)(network, order, rng=rng)


def rank(network: LayeredNetwork | Graph, order: np.ndarray, kind: str) -> Ranks:
    """Return the ranks that a removal order of links or neurons gives; the order is checked first.

    Raises
    ------
    TypeError
        If the order does not hold integers.
    ValueError
        If `kind` is unknown or the order has several dimensions, repeats or ids out of range.
    """
    _check_kind(kind)
    counts = {"links": link_counts(network), "neurons": neuron_counts(network)}
    order = _checked(order, kind, sum(counts[kind]))
    n = order.size
    index = np.int32 if max(map(sum, counts.values())) <= np.iinfo(np.int32).max else np.int64
    ranks = {name: np.full(sum(sizes), n, index) for name, sizes in counts.items()}
    ranks[kind][order] = np.arange(n, dtype=index)
    if np.count_nonzero(ranks[kind] < n) < n:
        _refuse_repeats(order, kind)
    return Ranks(links_by_layer(network, ranks["links"]), neurons_by_layer(network, ranks["neurons"]), n)


def _check_kind(kind: str) -> None:
    if kind not in KINDS:
        raise unknown("kind", kind, KINDS)


def link_ends(network: LayeredNetwork) -> tuple[np.ndarray, np.ndarray]:
    """Return the neuron ids of both ends of every link."""
    offsets = np.cumsum([0, *network.sizes])
    sources = [layer.rows + offsets[index] for index, layer in enumerate(network.layers)]
    targets = [layer.columns + offsets[index + 1] for index, layer in enumerate(network.layers)]
    return np.concatenate(sources), np.concatenate(targets)


def _checked(order, kind: str, total: int) -> np.ndarray:
    order = np.asarray(order)
    if order.ndim != 1:
        raise InvalidValue(f"order must be one-dimensional, got shape {order.shape}")
    if order.size and order.dtype.kind not in "iu":
        raise InvalidType(f"order must hold integers, ids of {kind}, got dtype {order.dtype}")
    if order.size > total:
        raise InvalidValue(f"order has {order.size} entries, but the network has {total} {kind}")
    if order.size and (order.min() < 0 or order.max() >= total):
        first = np.flatnonzero((order < 0) | (order >= total))[0]
        raise InvalidValue(f"order[{first}] is {order[first]}, but ids of {kind} go from 0 to {total - 1}")
    return order.astype(np.int64, copy=False)


def _refuse_repeats(order: np.ndarray, kind: str) -> None:
    seen = np.bincount(order)
    twice = np.flatnonzero(seen > 1)[0]
    raise InvalidValue(f"order names id {twice} {seen[twice]} times; every one of the {kind} once at most")

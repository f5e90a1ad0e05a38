"""Attack orders whose values are computed anew after every removal."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from netsparse.graph import Graph, LayeredNetwork
from netsparse.graph.convert import tables
from netsparse.graph.numbering import neuron_counts
from netsparse.importance.neighbours import neighbours
from netsparse.importance.neuron_values import degree
from netsparse.importance.turns import Turns
from netsparse.registry import Registry


def link_degree(network: LayeredNetwork | Graph, turns: Turns, rng: np.random.Generator) -> np.ndarray:
    """Return links in the order in which each, at its turn, has the largest product of the degrees of its ends.

    Degrees are those in the undirected network of all layers, or the graph, after the removals so far.

    Notes
    -----
    A heap per group over the sources, keyed by the best link of each and brought up to date only at the top:
    degrees never grow, so that an old key bounds the new one from above.
    """
    from netsparse.kernels.recomputed_degree import order_links

    sources, targets = _link_ends(network)
    may_go = turns.members
    source, target = sources[may_go], targets[may_go]
    row_starts = np.concatenate([[0], np.cumsum(np.bincount(source, minlength=sum(neuron_counts(network))))])
    rows = [np.unique(sources[members]) for members in turns.by_group()]
    row_groups = np.concatenate([[0], np.cumsum([group.size for group in rows])])
    ties = rng.permutation(sources.size)[may_go]
    degrees = np.concatenate(degree(network))
    return may_go[order_links(row_starts, target, degrees, np.concatenate(rows), row_groups, turns.groups, ties)]


def _link_ends(network: LayeredNetwork | Graph) -> tuple[np.ndarray, np.ndarray]:
    """Return the neuron ids of both ends of every link, ascending by the first."""
    if isinstance(network, Graph):
        sources, targets, _ = network.links()
        return sources.astype(np.int64), targets.astype(np.int64)
    links = tables(network.layers)
    return links.source, links.target


def neuron_degree(network: LayeredNetwork | Graph, turns: Turns, rng: np.random.Generator) -> np.ndarray:
    """Return neurons in the order in which each, at its turn, has the most links to neurons not yet removed."""
    from netsparse.kernels.recomputed_degree import order_neurons

    indptr, indices = neighbours(network)
    ties = rng.permutation(indptr.size - 1)
    return order_neurons(indptr, indices, turns.members, turns.starts, turns.groups, ties)


RECOMPUTED_LINKS: Registry[Callable[..., np.ndarray]] = Registry(
    "recomputed importance of links", {"recomputed-degree": link_degree}
)
RECOMPUTED_NEURONS: Registry[Callable[..., np.ndarray]] = Registry(
    "recomputed importance of neurons", {"recomputed-degree": neuron_degree}
)

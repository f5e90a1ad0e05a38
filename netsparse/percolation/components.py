"""Largest component and second moment of the undirected layered network along a removal order."""

from __future__ import annotations

import numpy as np

from netsparse.graph import LayeredNetwork
from netsparse.percolation.order import Ranks, link_ends
from netsparse.percolation.survivors import count_survivors


def component_curves(network: LayeredNetwork, ranks: Ranks) -> tuple[np.ndarray, np.ndarray]:
    r"""Return size of the largest component and second moment of the others after k removals, k = 0 .. m.

    Directions are ignored and every neuron is a node, isolated ones included; a removed neuron is no node any
    more. The second moment leaves the largest component out and is per neuron of the intact network,

    .. math:: \frac{1}{N} \Bigl(\sum_c s_c^2 - s_{max}^2\Bigr).

    Notes
    -----
    The order read backward adds links; a link that joins two components is an edge of the maximum spanning
    forest on the ranks, and union-find over them is exact. O(links log links), for the sort.

    References
    ----------
    .. [1] M. E. J. Newman and R. M. Ziff, Fast Monte Carlo algorithm for site or bond percolation, Phys. Rev.
       E 64, 016706 (2001).
    """
    from netsparse.kernels.union_find import grow_components

    sources, targets = link_ends(network)
    neuron_ranks = np.concatenate(ranks.neurons)
    lives = np.minimum(neuron_ranks[sources], neuron_ranks[targets])  # a link is there as long as both its ends
    np.minimum(lives, np.concatenate(ranks.links), out=lives)
    present = count_survivors(neuron_ranks, ranks.n_removals)
    longest_first = np.argsort(-lives)
    largest, squares = grow_components(neuron_ranks.size, sources, targets, lives, longest_first, present)
    return largest, (squares - largest**2) / neuron_ranks.size

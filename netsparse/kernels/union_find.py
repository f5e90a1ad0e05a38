"""Components of a graph that grows link by link."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from netsparse.kernels.compile import compiled

NONE = -1  # no link
AHEAD = 256  # removals whose links are fetched before they are needed


class LinksByLife(NamedTuple):
    """The links of a network, those of one life in a chain: a table of lives that needs no sort.

    Attributes
    ----------
    ends : (links, 2) unsigned, both neurons of each link
    first : (lives,) the first link of each life, or NONE
    following : (links,) the next link of the same life, or NONE
    """

    ends: np.ndarray
    first: np.ndarray
    following: np.ndarray

    @classmethod
    def empty(cls, links: int, lives: int, index: np.dtype) -> LinksByLife:
        """Allocate room for links of lives 0, ..., lives - 1; `index` holds the number of any link, neuron, life."""
        ends = np.empty((links, 2), np.uint32 if index == np.int32 else np.uint64)
        return cls(ends, np.full(lives, NONE, index), np.empty(links, index))


@compiled()
def chain_layer(links, indptr, columns, link_ranks, neuron_ranks, first_link, first_row):
    """Enter the links of a layer, whose numbers and rows begin there; a link lives as long as both its ends."""
    first_column = first_row + indptr.size - 1
    for row in range(first_row, first_column):
        for position in range(indptr[row - first_row], indptr[row - first_row + 1]):
            column = first_column + columns[position]
            life = min(link_ranks[position], min(neuron_ranks[row], neuron_ranks[column]))
            link = first_link + position
            links.ends[link, 0], links.ends[link, 1] = row, column
            links.following[link] = links.first[life]
            links.first[life] = link


@compiled()
def find_root(tree, node):
    """Return the root of `node`, halving the path to it on the way.

    `tree` holds the parent of each node, or minus the size of the tree whose root it is. Unsigned, a node is an index
    of which compiled code need not ask whether it counts from the end.
    """
    node = np.uint64(node)
    parent = tree[node]
    while parent >= 0:
        grandparent = tree[np.uint64(parent)]
        if grandparent < 0:
            return np.uint64(parent)
        tree[node] = grandparent
        node = np.uint64(grandparent)
        parent = tree[node]
    return node


@compiled()
def join(tree, one, other):
    """Join the trees of two nodes; return the sizes of both, or zeros if they are one tree already."""
    if tree[one] == tree[other] and tree[one] >= 0:  # below one parent: late, when most links join nothing
        return 0, 0
    large, small = find_root(tree, one), find_root(tree, other)
    if large == small:
        return 0, 0
    if tree[large] > tree[small]:
        large, small = small, large
    sizes = -tree[large], -tree[small]
    tree[large] += tree[small]
    tree[small] = large
    return sizes


@compiled()
def grow_components(links, neuron_ranks, largest, moment):
    """Write the largest component, and the second moment of the others per neuron, after k removals, k = 0 .. m.

    k runs from m down to 0, and the links of life k join their ends. A neuron of rank k exists after up to k removals;
    an absent one has no living link, so that its one-node tree only has to be left out of the counts. `largest` is
    zero before. Two finds per link, bound by cache misses: hence one array for parents and sizes, and links fetched
    ahead.
    """
    n_neurons = neuron_ranks.size
    tree = np.full(n_neurons + 1, -1, links.first.dtype)  # the last is for `_fetch`
    best, joined, present = 1, 0, 0  # joined: what the unions added to the sum of squares
    for rank in neuron_ranks:
        largest[rank] += 1  # until k comes there: how many neurons come back
    end = largest.size
    while end > 0:
        start = max(end - AHEAD, 0)
        _fetch(links, tree, start, end)
        for k in range(end - 1, start - 1, -1):
            link = links.first[k]
            while link != NONE:
                place = np.uint64(link)
                large, small = join(tree, links.ends[place, 0], links.ends[place, 1])
                joined += 2 * large * small
                best = max(best, large + small)
                link = links.following[place]
            present += largest[k]
            largest[k] = best if present > 0 else 0
            moment[k] = (present + joined - largest[k] * largest[k]) / n_neurons
        end = start


@compiled()
def _fetch(links, tree, start, end):
    """Ask memory at once for the first links of these lives and for what their ends hold: each is a cache miss."""
    seen = 0
    for k in range(start, end):
        if links.first[k] != NONE:
            place = np.uint64(links.first[k])
            seen ^= tree[links.ends[place, 0]] ^ tree[links.ends[place, 1]] ^ links.following[place]
    tree[tree.size - 1] = seen  # otherwise the compiler would drop the reading

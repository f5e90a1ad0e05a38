"""The bipartite scale-free model (BSF): a graph grown by preferential attachment, made bipartite."""

from __future__ import annotations

import numpy as np

from netsparse.generate.checks import check_links
from netsparse.generate.degrees import fixed
from netsparse.generate.links import random_links
from netsparse.generate.receptive_field import links_of_columns
from netsparse.generate.untangle import untangled
from netsparse.graph.keys import from_keys, layer_from_keys, to_keys


def scale_free_links(
    shape: tuple[int, int], n: int, *, even_inputs: bool = False, rng=None
) -> tuple[np.ndarray, np.ndarray]:
    r"""Grow a graph on all rows and columns by preferential attachment, and make its links lead from rows to columns.

    Each new node links to m others in proportion to their degrees, :math:`m = n / (rows + columns)`, rounded down or
    up. The nodes are then rows and columns at random. Links within a side are taken in pairs, one of each side, that
    exchange ends; one that is left over keeps one end and gets, in proportion to the degrees, a node of the other side.
    A link that comes out twice exchanges ends with another one; what is missing then is made up for at random, so that
    there are exactly `n`.

    Parameters
    ----------
    shape : (int, int)
        Rows and columns of the layer.
    n : int
        How many links.
    even_inputs : bool, default False
        Whether columns keep their degrees, but are linked to rows uniformly at random: for a first layer, all of whose
        inputs may matter.
    rng : numpy.random.Generator or seed, optional

    Returns
    -------
    rows, columns : numpy.ndarray of int64, shape (n,)
        In CSR order.

    Raises
    ------
    ValueError
        If `n` is negative or more than the layer has room for.

    Notes
    -----
    O(n log n) time, O(n) memory.

    Examples
    --------
    >>> from netsparse.generate import scale_free_links
    >>> rows, columns = scale_free_links((300, 200), 1200, rng=0)
    >>> import numpy as np
    >>> rows.size, int(np.bincount(columns).max()) > 3 * 6
    (1200, True)

    References
    ----------
    .. [1] A.-L. Barabási, R. Albert, Emergence of scaling in random networks, Science 286, 509-512, 1999.
    .. [2] Y. Zhang et al., Brain network science modelling of sparse neural networks, arXiv:2501.19107, NeurIPS 2025.
    """
    shape, n = check_links(shape, n)
    rng = np.random.default_rng(rng)
    first, second = _attached(sum(shape), n, rng)
    keys = np.unique(to_keys(*_across(first, second, shape, rng), shape))
    rows, columns = from_keys(_exactly(keys, n, shape, rng), shape)
    if not even_inputs:
        return rows, columns
    return links_of_columns(shape, np.bincount(columns, minlength=shape[1]), randomness=1.0, rng=rng)


def _attached(size: int, n: int, rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    """Return the links of a graph that grew by preferential attachment: `n`, or fewer as the first nodes have less."""
    links: list[tuple[int, int]] = []
    ends: list[int] = []  # each node as often as it has links
    linked: set[int] = set()
    for node, wanted in enumerate(fixed(size, n, size, rng=rng).tolist()):
        wanted = min(wanted, node)
        if len(linked) < wanted:
            chosen = set(rng.choice(node, wanted, replace=False).tolist())
        else:
            chosen = set()
            while len(chosen) < wanted:
                chosen.add(ends[int(rng.random() * len(ends))])
        for other in sorted(chosen):
            links.append((other, node))
            ends += (other, node)
            linked |= {other, node}
    pairs = np.array(links, dtype=np.int64).reshape(-1, 2)
    return pairs[:, 0], pairs[:, 1]


def _across(first: np.ndarray, second: np.ndarray, shape, rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    """Return links of a graph as links between two sides, to which its nodes belong at random."""
    order = rng.permutation(sum(shape))
    is_row, index = order < shape[0], np.where(order < shape[0], order, order - shape[0])
    degrees = np.bincount(np.concatenate([first, second]), minlength=order.size)
    turned = rng.random(first.size) < 0.5  # within a side, which end is which must not tell their age
    first, second = np.where(turned, second, first), np.where(turned, first, second)
    mixed = is_row[first] != is_row[second]
    rows = [index[np.where(is_row[first], first, second)[mixed]]]
    columns = [index[np.where(is_row[first], second, first)[mixed]]]
    of_rows, of_columns = (rng.permutation(np.flatnonzero(~mixed & (is_row[first] == side))) for side in (True, False))
    n_pairs = min(of_rows.size, of_columns.size)
    for end in (first, second):
        rows.append(index[end[of_rows[:n_pairs]]])
        columns.append(index[end[of_columns[:n_pairs]]])
    rows.append(index[first[of_rows[n_pairs:]]])
    columns.append(_by_degree(index, degrees, ~is_row, of_rows.size - n_pairs, rng))
    columns.append(index[first[of_columns[n_pairs:]]])
    rows.append(_by_degree(index, degrees, is_row, of_columns.size - n_pairs, rng))
    return untangled(np.concatenate(rows), np.concatenate(columns), shape, rng)


def _by_degree(index, degrees: np.ndarray, side: np.ndarray, n: int, rng: np.random.Generator) -> np.ndarray:
    """Draw nodes of a side in proportion to their degrees."""
    weights = np.where(side, degrees, 0.0)
    if not weights.any():
        weights = side.astype(np.float64)
    return index[rng.choice(side.size, n, p=weights / weights.sum())]


def _exactly(keys: np.ndarray, n: int, shape: tuple[int, int], rng: np.random.Generator) -> np.ndarray:
    """Return exactly `n` links: some left out, or some more, at random."""
    if keys.size >= n:
        return np.sort(rng.choice(keys, n, replace=False))
    taken = layer_from_keys(keys, np.zeros(keys.size, np.float32), shape)
    more = to_keys(*random_links(shape, n - keys.size, absent_from=taken, rng=rng), shape)
    return np.sort(np.concatenate([keys, more]))

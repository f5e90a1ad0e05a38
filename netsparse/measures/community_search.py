"""Communities of a layer by Barber's modularity."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from netsparse.errors import InvalidValue, check_count
from netsparse.graph import BipartiteLayer, check_layer
from netsparse.measures.igraph_graphs import as_igraph, igraph_seeded
from netsparse.measures.registry import Value, register, undefined
from netsparse.measures.sides import Sides, sides

MOST_SEEDS, LEAST_SEEDS, NEURONS = 20, 2, 10_000
"""Starts of the search: neurons times starts is at most the last number, between the first two."""

_GAIN = 1e-12
_MERGED_AT_MOST = 400  # groups, to look at every pair of them


class Communities(NamedTuple):
    """A division of rows and columns into groups 0, 1, ..., largest first; isolated neurons are in none, -1."""

    modularity: float
    rows: np.ndarray
    columns: np.ndarray


def barber_modularity(layer: BipartiteLayer, rows, columns) -> float:
    r"""Return Barber's modularity of a division of rows and columns into groups.

    .. math:: Q = \frac{1}{m} \sum_{ij} \Bigl(A_{ij} - \frac{d_i d_j}{m}\Bigr) \, [g_i = g_j]

    Parameters
    ----------
    layer : BipartiteLayer
    rows, columns : array_like, shape (rows,) and (columns,)
        Group of each neuron; a row and a column with equal labels are in one group.

    Returns
    -------
    float
        NaN where there is no link.

    Raises
    ------
    ValueError
        If there is not a label for each neuron.

    Examples
    --------
    >>> import netsparse as ns
    >>> layer = ns.BipartiteLayer.from_links([0, 1], [0, 1], [1.0, 1.0], shape=(2, 2))
    >>> ns.measures.barber_modularity(layer, [0, 1], [0, 1])
    0.5

    References
    ----------
    .. [1] M. J. Barber, Modularity and community detection in bipartite networks, Phys. Rev. E 76, 066102 (2007).
    """
    check_layer(layer)
    labels = np.concatenate([np.asarray(rows), np.asarray(columns)])
    if np.shape(rows) != (layer.shape[0],) or np.shape(columns) != (layer.shape[1],):
        raise InvalidValue(
            f"rows and columns must have a label for each neuron, shapes ({layer.shape[0]},) and ({layer.shape[1]},), "
            f"got {np.shape(rows)} and {np.shape(columns)}"
        )
    groups = np.unique(labels, return_inverse=True)[1]
    return _modularity(layer, groups[: layer.shape[0]], groups[layer.shape[0] :])


def _modularity(layer: BipartiteLayer, rows: np.ndarray, columns: np.ndarray) -> float:
    m, n = layer.n_links, int(max(rows.max(), columns.max())) + 1
    if not m:
        return np.nan
    inside = np.count_nonzero(rows[layer.rows] == columns[layer.columns])
    row_sums = np.bincount(rows, layer.row_degrees, minlength=n)
    column_sums = np.bincount(columns, layer.column_degrees, minlength=n)
    return float((inside - row_sums @ column_sums / m) / m)


def communities(layer: BipartiteLayer, *, seeds: int | None = None, rng=None) -> Communities:
    """Return the best division found: Leiden's from several seeds, and single neurons, each improved by BRIM sweeps.

    Parameters
    ----------
    layer : BipartiteLayer
    seeds : int, optional
        How many divisions to start from; by default 20, fewer from 500 neurons on, 2 from 5000 on.
    rng : numpy.random.Generator or seed, optional

    Returns
    -------
    Communities
        Its modularity is a lower bound of the largest one.

    Notes
    -----
    Leiden's algorithm (igraph) optimises Newman's modularity of the block graph, which has another null model; a sweep
    puts every column into the group that gains most given the rows, then every row, until nothing is gained, and
    groups whose union gains are merged. O(links) a sweep.

    Examples
    --------
    >>> import netsparse as ns
    >>> layer = ns.BipartiteLayer.from_links([0, 1, 2], [0, 0, 1], [1.0] * 3, shape=(3, 2))
    >>> found = ns.measures.communities(layer, rng=0)
    >>> found.rows.tolist(), found.columns.tolist()
    ([0, 0, 1], [0, 1])

    References
    ----------
    .. [1] M. J. Barber, Modularity and community detection in bipartite networks, Phys. Rev. E 76, 066102 (2007).
    .. [2] V. A. Traag, L. Waltman, N. J. van Eck, From Louvain to Leiden: guaranteeing well-connected communities, Sci.
       Rep. 9, 5233 (2019).
    """
    check_layer(layer)
    seeds = _n_seeds(layer) if seeds is None else check_count("seeds", seeds, at_least=1)
    if not layer.n_links:
        return Communities(np.nan, *(np.full(size, -1) for size in layer.shape))
    links, n_rows = sides(layer), layer.shape[0]
    graph, starts = as_igraph(layer), [np.arange(sum(layer.shape))]
    with igraph_seeded(np.random.default_rng(rng)):
        for _ in range(seeds):
            starts.append(np.array(graph.community_leiden(objective_function="modularity").membership))
    found = [_improved(layer, links, start[:n_rows], start[n_rows:]) for start in starts]
    best = max(found, key=lambda each: each.modularity)
    return Communities(best.modularity, *_named(layer, best))


def _n_seeds(layer: BipartiteLayer) -> int:
    return int(np.clip(NEURONS // sum(layer.shape), LEAST_SEEDS, MOST_SEEDS))


def _improved(layer: BipartiteLayer, links: Sides, rows: np.ndarray, columns: np.ndarray) -> Communities:
    """Alternate sweeps and merges until modularity gains no more."""
    from netsparse.kernels.groups import best_groups

    rows, columns, m = rows.copy(), columns.copy(), layer.n_links
    best = Communities(_modularity(layer, rows, columns), rows.copy(), columns.copy())
    while True:
        groups = np.unique(np.concatenate([rows, columns]), return_inverse=True)[1]  # a group more, empty
        rows, columns = groups[: rows.size].copy(), groups[rows.size :].copy()
        n = int(groups.max()) + 2
        row_sums = np.bincount(rows, layer.row_degrees, minlength=n)
        best_groups(links.column_ptr, links.column_ids, rows, row_sums, columns, m)
        column_sums = np.bincount(columns, layer.column_degrees, minlength=n)
        best_groups(links.row_ptr, links.row_ids, columns, np.append(column_sums, 0.0), rows, m)
        merged = _merged(layer, rows, columns)
        modularity = _modularity(layer, *merged)
        if modularity <= best.modularity + _GAIN:
            return best
        rows, columns = merged
        best = Communities(modularity, rows.copy(), columns.copy())


def _merged(layer: BipartiteLayer, rows: np.ndarray, columns: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Merge the two groups whose union gains most, again and again; as many groups as make that cheap."""
    groups = np.unique(np.concatenate([rows, columns]), return_inverse=True)[1]
    rows, columns = groups[: rows.size], groups[rows.size :]
    n, m = int(groups.max()) + 1, layer.n_links
    if n > _MERGED_AT_MOST:
        return rows, columns
    between = np.zeros((n, n))
    np.add.at(between, (rows[layer.rows], columns[layer.columns]), 1.0)
    excess = between - np.outer(between.sum(axis=1), between.sum(axis=0)) / m
    gain = excess + excess.T
    into = np.arange(n)
    while True:
        np.fill_diagonal(gain, -np.inf)
        a, b = np.unravel_index(gain.argmax(), gain.shape)
        if gain[a, b] <= m * _GAIN:
            return into[rows], into[columns]
        into[into == b] = a
        gain[a] += gain[b]
        gain[:, a] = gain[a]
        gain[b] = gain[:, b] = -np.inf


def _named(layer: BipartiteLayer, found: Communities) -> list[np.ndarray]:
    """Number the groups by falling size, then by their first neuron; isolated neurons get -1."""
    linked = np.concatenate([layer.row_degrees, layer.column_degrees]) > 0
    labels = np.concatenate([found.rows, found.columns])
    names, first, inverse, counts = np.unique(
        labels[linked], return_index=True, return_inverse=True, return_counts=True
    )
    place = np.empty(names.size, dtype=np.int64)
    place[np.lexsort((first, -counts))] = np.arange(names.size)
    groups = np.full(labels.size, -1)
    groups[linked] = place[inverse]
    return [groups[: layer.shape[0]], groups[layer.shape[0] :]]


@register(
    "modularity",
    of="layer",
    formula="1/m sum over row-column pairs of one group of (A_ij - d_i d_j / m), Barber's; the largest found",
    bounds="0 to 1; a lower bound of the maximum",
    undefined="no links: NaN; isolated neurons are in no group",
    reads={"links"},
    cost="Leiden and sweeps from 20 seeds; fewer from 500 neurons on, two from 5000 on",
    seconds=lambda layer: 6e-6 * (layer.n_links + sum(layer.shape)) * _n_seeds(layer),
)
def modularity(layer: BipartiteLayer, *, rng=None) -> dict[str, Value]:
    """Return Barber's modularity of the best division found, and its number of groups.

    Examples
    --------
    >>> import netsparse as ns
    >>> layer = ns.BipartiteLayer.from_links([0, 1], [0, 1], [1.0, 1.0], shape=(2, 2))
    >>> ns.measures.modularity(layer, rng=0)[""].value
    0.5

    References
    ----------
    .. [1] M. J. Barber, Modularity and community detection in bipartite networks, Phys. Rev. E 76, 066102 (2007).
    """
    seeds = _n_seeds(layer)
    found = communities(layer, seeds=seeds, rng=rng)
    if np.isnan(found.modularity):
        return {"": undefined("no links"), "groups": undefined("no links")}
    note = f"lower bound, best of {seeds} seeds"
    groups = int(max(found.rows.max(), found.columns.max())) + 1
    return {"": Value(found.modularity, note), "groups": Value(float(groups), note)}

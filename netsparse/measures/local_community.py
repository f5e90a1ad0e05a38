"""LCP-corr: whether links with many common neighbours have a densely linked local community."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from scipy import sparse

from netsparse.graph import BipartiteLayer
from netsparse.measures.adjacency import as_adjacency, links_of
from netsparse.measures.correlation import pearson
from netsparse.measures.registry import Value, register
from netsparse.measures.sides import sides, walks_of_two

_NO_COMMUNITY = "no local community: no link has common neighbours that are linked"
_CONSTANT = "constant: all links with common neighbours have as many of them, or local communities of one size"


class LocalCommunities(NamedTuple):
    """Per link: its common neighbours, and the links among them. Layers: CSR order; graphs: pairs i < j."""

    common_neighbours: np.ndarray
    links_among: np.ndarray


def local_communities(layer: BipartiteLayer) -> LocalCommunities:
    """Return, per link of a layer, the neurons on paths of length 3 between its ends, and the links among them.

    For a link (i, j) the latter are :math:`(A A^T A)_{ij} - (d_i + d_j - 1)`.

    Examples
    --------
    >>> import netsparse as ns
    >>> full = ns.BipartiteLayer.from_links([0, 0, 1, 1], [0, 1, 0, 1], [1.0] * 4, shape=(2, 2))
    >>> ns.measures.local_communities(full).common_neighbours
    array([2, 2, 2, 2])
    """
    from netsparse.kernels import overlaps

    links = sides(layer)
    rows, among = overlaps.local_communities(*links.from_rows)
    columns = np.empty_like(rows)
    columns[links.link] = overlaps.local_communities(*links.from_columns)[0]
    return LocalCommunities(rows + columns, among)


@register(
    "lcp-corr",
    of="layer",
    formula="Pearson(CN, LCL) over links with CN > 0; CN the neurons on paths of length 3, LCL the links among them",
    bounds="-1 to 1; about 0.98 on random layers, so that it needs its null",
    undefined="no local community, or a constant one: 0, and a note that says which",
    reads={"links"},
    cost="walks of length 2",
    seconds=lambda layer: 1.5e-8 * walks_of_two(layer),
)
def lcp_corr(layer: BipartiteLayer) -> Value:
    """Return the local-community-paradigm correlation of a layer.

    Examples
    --------
    >>> import netsparse as ns
    >>> ns.measures.lcp_corr(ns.generate.erdos_renyi((30, 30), 0.2, readout=0, rng=0).layers[0]).value > 0.9
    True

    References
    ----------
    .. [1] C. V. Cannistraci, G. Alanis-Lobato, T. Ravasi, From link-prediction in brain connectomes and protein
       interactomes to the local-community-paradigm in complex networks, Sci. Rep. 3, 1613 (2013).
    """
    return _correlation(local_communities(layer))


@register(
    "lcp-corr-graph",
    of="graph",
    formula="Pearson(CN, LCL) over links with CN > 0; CN the common neighbours, LCL the links among them where CN > 1",
    bounds="-1 to 1",
    undefined="no local community, or a constant one: 0, and a note that says which",
    reads={"links"},
    cost="sum of CN^2 over links",
    seconds=lambda graph: 3e-8 * float(np.square(np.diff(graph.indptr).astype(float)).sum()),
)
def lcp_corr_graph(graph: sparse.sparray) -> Value:
    """Return the local-community-paradigm correlation of a graph of one kind of nodes.

    Examples
    --------
    >>> import networkx as nx, netsparse as ns
    >>> adjacency = nx.to_scipy_sparse_array(nx.karate_club_graph(), weight=None)
    >>> round(ns.measures.lcp_corr_graph(adjacency).value, 4)
    0.7562

    References
    ----------
    .. [1] C. V. Cannistraci, G. Alanis-Lobato, T. Ravasi, From link-prediction in brain connectomes and protein
       interactomes to the local-community-paradigm in complex networks, Sci. Rep. 3, 1613 (2013).
    """
    return _correlation(local_communities_graph(graph))


def local_communities_graph(graph: sparse.sparray) -> LocalCommunities:
    """Return, per link of a graph, its common neighbours, and the links among them (0 unless there are two).

    Examples
    --------
    >>> import networkx as nx, netsparse as ns
    >>> adjacency = nx.to_scipy_sparse_array(nx.complete_graph(4))
    >>> ns.measures.local_communities_graph(adjacency).links_among
    array([1, 1, 1, 1, 1, 1])
    """
    adjacency = as_adjacency(graph)
    neighbours = [set(part.tolist()) for part in np.split(adjacency.indices, adjacency.indptr[1:-1])]
    common = [neighbours[i] & neighbours[j] for i, j in zip(*links_of(adjacency), strict=True)]
    among = [sum(len(neighbours[k] & shared) for k in shared) // 2 for shared in common]
    return LocalCommunities(np.array([len(shared) for shared in common], dtype=np.int64), np.array(among, np.int64))


def _correlation(communities: LocalCommunities) -> Value:
    some = communities.common_neighbours > 0
    common, among = communities.common_neighbours[some], communities.links_among[some]
    if not among.any():
        return Value(0.0, _NO_COMMUNITY)
    found = pearson(common, among, _CONSTANT)
    return Value(0.0, found.note) if found.note else found

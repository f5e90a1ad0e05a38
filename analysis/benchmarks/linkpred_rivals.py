"""Other ways to score the missing links of a layer: plain Python, a compiled enumeration, dense and sparse products."""

from __future__ import annotations

from collections import defaultdict

import numpy as np
from numba import njit
from scipy import sparse

from netsparse import BipartiteLayer


def pattern(layer: BipartiteLayer) -> sparse.csr_array:
    """Return the links as ones, float64."""
    return sparse.csr_array((np.ones(layer.n_links), layer.columns, layer.indptr), shape=layer.shape)


def core(layer: BipartiteLayer) -> np.ndarray:
    """Return the links among neurons that have one, as a dense matrix of ones and zeros."""
    return pattern(layer)[layer.row_degrees > 0][:, layer.column_degrees > 0].toarray()


def python_rows(layer: BipartiteLayer, rows) -> list[dict[int, float]]:
    """CH3-L3 of the missing links of some rows, path by path over sets, as one writes it down first."""
    of_row: dict[int, set] = defaultdict(set)
    of_column: dict[int, set] = defaultdict(set)
    for u, v in zip(layer.rows.tolist(), layer.columns.tolist(), strict=True):
        of_row[u].add(v)
        of_column[v].add(u)
    return [_python_row(u, of_row, of_column) for u in rows]


def _python_row(u: int, of_row: dict[int, set], of_column: dict[int, set]) -> dict[int, float]:
    scores: dict[int, float] = defaultdict(float)
    for a in of_row[u]:
        for b in of_column[a] - {u}:
            external_b = len(of_row[b] - of_row[u])
            for v in of_row[b] - of_row[u]:
                scores[v] += (external_b * len(of_column[a] - of_column[v])) ** -0.5
    return scores


def enumerate_paths(layer: BipartiteLayer) -> np.ndarray:
    """CH3-L3 of all pairs by a compiled loop over the paths, the co-degrees in two dense matrices."""
    links = pattern(layer)
    by_column = links.tocsc()
    co_rows, co_columns = (links @ links.T).toarray(), (links.T @ links).toarray()
    return _enumerate(links.indptr, links.indices, by_column.indptr, by_column.indices, co_rows, co_columns)


@njit
def _enumerate(row_ptr, row_ids, col_ptr, col_ids, co_rows, co_columns):
    rows, columns = row_ptr.size - 1, col_ptr.size - 1
    scores = np.zeros((rows, columns))
    for u in range(rows):
        for a in row_ids[row_ptr[u] : row_ptr[u + 1]]:
            degree_a = col_ptr[a + 1] - col_ptr[a]
            for b in col_ids[col_ptr[a] : col_ptr[a + 1]]:
                degree_b = row_ptr[b + 1] - row_ptr[b]
                if b != u:
                    for v in row_ids[row_ptr[b] : row_ptr[b + 1]]:
                        if v != a:
                            external = (degree_a - co_columns[a, v]) * (degree_b - co_rows[b, u])
                            if external > 0:
                                scores[u, v] += external**-0.5
        scores[u, row_ids[row_ptr[u] : row_ptr[u + 1]]] = 0
    return scores


def dense_products(layer: BipartiteLayer) -> np.ndarray:
    """CH3-L3 of all pairs of the core, a BLAS product a row: S[u] = g_u ((A[:, N(u)] F[N(u)]) * A)."""
    links = core(layer)
    f = _inverse_root(links.sum(axis=0)[:, None] - links.T @ links)
    g = _inverse_root(links.sum(axis=1)[:, None] - links @ links.T)
    scores = np.empty(links.shape)
    for u in range(len(links)):
        near = links[u] > 0
        scores[u] = g[:, u] @ ((links[:, near] @ f[near]) * links)
    scores[links > 0] = 0
    return scores


def _inverse_root(external: np.ndarray) -> np.ndarray:
    """Return 1 / sqrt(1 + e), and 0 where both ends of every path are linked."""
    return np.where(external > 0, external, np.inf) ** -0.5


def sparse_products(layer: BipartiteLayer) -> sparse.csr_array:
    """RA-L3 of all pairs by scipy's sparse products, A D_c A' D_r A with D = 1 / sqrt(degree)."""
    links = pattern(layer)
    by_row, by_column = (
        sparse.diags_array(np.maximum(degrees, 1) ** -0.5) for degrees in (layer.row_degrees, layer.column_degrees)
    )
    walks = links @ by_column @ links.T
    walks.setdiag(0)
    scores = walks @ by_row @ links
    return scores - scores * links

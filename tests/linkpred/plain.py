"""Link prediction the slow way: a loop over every path of every pair, on sets."""

from __future__ import annotations

from math import sqrt

import numpy as np

# What a node between two others contributes, by its internal degree i, external degree e and degree d.
CONTRIBUTIONS = {
    "l3": lambda i, e, d: 1.0,
    "ra": lambda i, e, d: 1 / d,
    "ch1": lambda i, e, d: i / d,
    "ch2": lambda i, e, d: (1 + i) / (1 + e),
    "ch3": lambda i, e, d: 1 / (1 + e),
    "ch3.1": lambda i, e, d: (1 + i) / (1 + e) ** (1 + e / (1 + e)),
    "ilcl": lambda i, e, d: i / (1 + i),
}


def plain_scores(layer, method: str) -> np.ndarray:
    """Return the scores of a layer as a dense array, 0 at links."""
    links = list(zip(layer.rows.tolist(), layer.columns.tolist(), strict=True))
    of_row = {u: {c for r, c in links if r == u} for u in range(layer.shape[0])}
    of_column = {v: {r for r, c in links if c == v} for v in range(layer.shape[1])}
    scores = np.zeros(layer.shape)
    for u in of_row:
        for v in of_column:
            if v not in of_row[u]:
                scores[u, v] = _layer_score(u, v, of_row, of_column, method)
    return scores


def _layer_score(u, v, of_row, of_column, method: str) -> float:
    """By co-degrees, as the definition for layers says: 1 + e = d - i."""
    if method == "preferential-attachment":
        return len(of_row[u]) * len(of_column[v])
    if method == "random" or method.endswith("-l2"):
        return 0.0
    name, _, kind = method.rpartition("-")
    contribution = CONTRIBUTIONS[name or "l3"]

    def of(own: set, ends: set) -> float:
        internal = len(own & ends)
        return contribution(internal, len(own) - 1 - internal, len(own))

    from_columns = {a: of(of_column[a], of_column[v]) for a in of_row[u] if of_column[a] & of_column[v]}
    from_rows = {b: of(of_row[b], of_row[u]) for b in of_column[v] if of_row[b] & of_row[u]}
    if kind == "l3n":
        return sum(from_columns.values()) + sum(from_rows.values())
    return sum(sqrt(x * y) for a, x in from_columns.items() for b, y in from_rows.items() if a in of_row[b])


def plain_graph_scores(neighbours: list[set], method: str, *, links: bool = False) -> np.ndarray:
    """Return the scores of a monopartite graph, given each node's neighbours; 0 at links unless they are wanted."""
    n = len(neighbours)
    scores = np.zeros((n, n))
    for u in range(n):
        for v in range(n):
            if u != v and (links or v not in neighbours[u]):
                scores[u, v] = _graph_score(u, v, neighbours, method)
    return scores


def _graph_score(u, v, neighbours: list[set], method: str) -> float:
    """By the definition for any graph; a link between u and v is left out."""
    if method == "preferential-attachment":
        return len(neighbours[u]) * len(neighbours[v])
    if method == "random":
        return 0.0
    name, _, kind = method.rpartition("-")
    contribution = CONTRIBUTIONS[name or "l3"]
    of_u, of_v = neighbours[u] - {v}, neighbours[v] - {u}
    paths = [(a, b) for a in of_u for b in of_v if b in neighbours[a] and a != b]
    community = of_u & of_v if kind == "l2" else {node for path in paths for node in path}

    def of(z) -> float:
        around = neighbours[z]
        return contribution(len(around & community), len(around - community - {u, v}), len(around))

    if kind == "l3":
        return sum(sqrt(of(a) * of(b)) for a, b in paths)
    return sum(of(z) for z in community)

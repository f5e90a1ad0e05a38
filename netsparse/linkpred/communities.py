"""Scores of a monopartite graph by local communities: from the tables of a contribution to the kernels."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from netsparse.linkpred.candidates import Candidates, from_kernel
from netsparse.linkpred.contributions import Contribution, tabulate
from netsparse.linkpred.monopartite import MonopartiteGraph


def score_communities(graph: MonopartiteGraph, contribution: Contribution, *, of_paths: bool) -> Iterator[Candidates]:
    """Yield the non-links that a path of length 3 joins, scored by their paths or by the nodes on them."""
    from netsparse.kernels.local_community import Communities, community_rows

    n = graph.n_nodes
    arguments = (graph.starts, graph.neighbours, *_tables(graph, contribution, of_paths), of_paths)
    return from_kernel(community_rows, n, n, Communities.empty(n), *arguments)


def score_pairs(
    graph: MonopartiteGraph, first: np.ndarray, second: np.ndarray, contribution: Contribution, *, of_paths: bool
) -> np.ndarray:
    """Return the scores of pairs of nodes, links as if they were absent."""
    from netsparse.kernels.local_community import Communities, community_pairs

    scores = np.empty(first.size)
    arguments = (graph.starts, graph.neighbours, *_tables(graph, contribution, of_paths), of_paths)
    community_pairs(first, second, scores, Communities.empty(graph.n_nodes), *arguments)
    return scores


def _tables(graph: MonopartiteGraph, contribution: Contribution, root: bool) -> tuple[np.ndarray, ...]:
    """Return where a degree's factors start, and the factors of nodes linked to one end and to both ends of a pair."""
    first, one_end = tabulate(contribution, graph.degrees, root=root, ends=1)
    return first, one_end, tabulate(contribution, graph.degrees, root=root, ends=2)[1]

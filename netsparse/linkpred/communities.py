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
    return from_kernel(
        community_rows, n, n, Communities.empty(n, graph.n_links), *_arguments(graph, contribution, of_paths)
    )


def score_pairs(
    graph: MonopartiteGraph, first: np.ndarray, second: np.ndarray, contribution: Contribution, *, of_paths: bool
) -> np.ndarray:
    """Return the scores of pairs of nodes, links as if they were absent."""
    from netsparse.kernels.local_community import Communities, community_pairs

    scores, work = np.empty(first.size), Communities.empty(graph.n_nodes, graph.n_links)
    community_pairs(first, second, scores, work, *_arguments(graph, contribution, of_paths))
    return scores


def _arguments(graph: MonopartiteGraph, contribution: Contribution, of_paths: bool) -> tuple[np.ndarray | bool, ...]:
    """Return the graph, its links that lead up, and the factors of nodes linked to one end and to both of a pair."""
    tables = [tabulate(contribution, graph.degrees, root=of_paths, ends=ends) for ends in (1, 2)]
    factors = (*tables[0], tables[1][1])
    return graph.starts, graph.neighbours, *_upwards(graph), *factors, of_paths


def _upwards(graph: MonopartiteGraph) -> tuple[np.ndarray, np.ndarray]:
    """Return, in compressed form, each node's neighbours of higher degree; of equal ones, those of higher number."""
    node = np.repeat(np.arange(graph.n_nodes), graph.degrees)
    degree, other_degree = graph.degrees[node], graph.degrees[graph.neighbours]
    up = (other_degree > degree) | ((other_degree == degree) & (graph.neighbours > node))
    starts = np.append(0, np.cumsum(np.bincount(node[up], minlength=graph.n_nodes)))
    return starts, graph.neighbours[up]

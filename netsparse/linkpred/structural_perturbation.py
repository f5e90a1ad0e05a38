"""Structural perturbation: what the eigenvectors of a graph expect where some of its links were hidden."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from netsparse.errors import InvalidValue
from netsparse.graph.layer import BipartiteLayer
from netsparse.linkpred.candidates import Candidates
from netsparse.linkpred.method import LARGEST_DENSE, Method
from netsparse.linkpred.monopartite import MonopartiteGraph
from netsparse.linkpred.pairs import Graph, Pairs, non_links

_DIGITS = 12  # what scores differ by further on is noise
_SAME = 1e-8  # of the largest: eigenvalues that differ by less are one


@dataclass(frozen=True)
class StructuralPerturbation(Method):
    """The perturbed adjacency, averaged over random choices of hidden links; scores may be negative.

    Dense: O(nodes^2) memory, O(selections x nodes^3) time.

    Parameters
    ----------
    share : float
        Of the links that are hidden, at least one.
    selections : int
        How many choices.
    """

    share: float = 0.1
    selections: int = 10

    def of_layer(self, layer: BipartiteLayer, rng=None, floor=None) -> Iterator[Candidates]:
        """Yield all non-links."""
        rows = layer.shape[0]
        mean = self._mean(MonopartiteGraph.of_layer(layer), rng)
        return _entries(layer, mean[:rows, rows:])

    def of_graph(self, graph: MonopartiteGraph, rng=None, floor=None) -> Iterator[Candidates]:
        """Yield all non-links."""
        return _entries(graph, self._mean(graph, rng))

    def _mean(self, graph: MonopartiteGraph, rng) -> np.ndarray:
        if graph.n_nodes**2 > LARGEST_DENSE:
            raise InvalidValue(
                f"structural perturbation stores all pairs of nodes: {graph.n_nodes} nodes are too many, at most "
                f"{int(LARGEST_DENSE**0.5)} are not",
                parameter="method",
            )
        rng = np.random.default_rng(rng)
        adjacency = np.zeros((graph.n_nodes, graph.n_nodes))
        first, second = graph.links
        adjacency[first, second] = adjacency[second, first] = 1.0
        total = np.zeros_like(adjacency)
        n_hidden = min(first.size, max(1, round(self.share * first.size)))
        for _ in range(self.selections):
            hidden = rng.choice(first.size, n_hidden, replace=False)
            total += perturbed(adjacency, first[hidden], second[hidden])
        return (total / self.selections).round(_DIGITS)


def perturbed(adjacency: np.ndarray, first: np.ndarray, second: np.ndarray) -> np.ndarray:
    r"""Return the adjacency that the eigenvectors without some links make of it, to first order.

    .. math:: \tilde A = \sum_k (\lambda_k + x_k^T \Delta A x_k) \, x_k x_k^T

    with eigenvalues and eigenvectors of the adjacency without the links and :math:`\Delta A` these links. Where
    eigenvalues coincide, those eigenvectors are meant that diagonalise :math:`\Delta A`: the sum is then that over all
    pairs of them.

    Parameters
    ----------
    adjacency : numpy.ndarray, shape (nodes, nodes)
    first, second : numpy.ndarray of int
        Ends of the links that are hidden.

    References
    ----------
    .. [1] L. Lü, L. Pan, T. Zhou, Y.-C. Zhang, H. E. Stanley, Toward link predictability of complex networks,
       PNAS 112, 2325-2330, 2015.
    """
    hidden = np.zeros_like(adjacency)
    hidden[first, second] = hidden[second, first] = adjacency[first, second]
    values, vectors = np.linalg.eigh(adjacency - hidden)
    tolerance = _SAME * max(1.0, float(np.abs(values).max(initial=0)))
    group = np.cumsum(np.diff(values, prepend=values[:1]) > tolerance)
    shift = vectors.T @ hidden @ vectors
    shift[group[:, None] != group] = 0
    shift[np.diag_indices_from(shift)] += values
    return vectors @ shift @ vectors.T


def _entries(graph: Graph, scores: np.ndarray) -> Iterator[Candidates]:
    pairs = Pairs.of(graph)
    for numbers in non_links(pairs):
        yield Candidates(numbers, scores[pairs.ends(numbers)])

"""Preferential attachment: the product of two degrees, a baseline that knows nothing of paths."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from netsparse.graph.layer import BipartiteLayer
from netsparse.linkpred.candidates import Candidates
from netsparse.linkpred.method import Method
from netsparse.linkpred.monopartite import MonopartiteGraph
from netsparse.linkpred.pairs import Graph, Pairs, non_links


class PreferentialAttachment(Method):
    """The score d_u d_v. All pairs are looked at: O(pairs) time, O(links) memory."""

    def of_layer(self, layer: BipartiteLayer, rng=None) -> Iterator[Candidates]:
        """Yield all non-links between linked nodes."""
        rows, columns = layer.row_degrees, layer.column_degrees
        return _products(layer, lambda first, second: rows[first] * columns[second])

    def of_graph(self, graph: MonopartiteGraph, rng=None) -> Iterator[Candidates]:
        """Yield all non-links between linked nodes."""
        degrees = graph.degrees
        return _products(graph, lambda first, second: degrees[first] * degrees[second])


def _products(graph: Graph, score) -> Iterator[Candidates]:
    pairs = Pairs.of(graph)
    for numbers in non_links(pairs):
        scores = score(*pairs.ends(numbers)).astype(np.float64)
        positive = scores > 0
        yield Candidates(numbers[positive], scores[positive])

"""Preferential attachment: the product of two degrees, a baseline that knows nothing of paths."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import NamedTuple

import numpy as np

from netsparse.graph.layer import BipartiteLayer
from netsparse.linkpred.candidates import Candidates
from netsparse.linkpred.method import Floor, Method
from netsparse.linkpred.monopartite import MonopartiteGraph
from netsparse.linkpred.pairs import Pairs


class _Sides(NamedTuple):
    """The two nodes of a pair: their degrees, and the links of the first."""

    first: np.ndarray
    second: np.ndarray
    starts: np.ndarray
    neighbours: np.ndarray
    once: bool  # whether both are of the same nodes, so that each pair would come twice
    number: Callable[[np.ndarray, np.ndarray], np.ndarray]


class PreferentialAttachment(Method):
    """The score d_u d_v. O(pairs) time, but the best are found in that of the pairs that score as high.

    Nodes are gone through from the highest degree on, so that all that is left can be passed over together.
    """

    def of_layer(self, layer: BipartiteLayer, rng, floor: Floor) -> Iterator[Candidates]:
        """Yield all non-links between linked nodes."""
        number = Pairs.of(layer).numbers
        return _products(
            _Sides(layer.row_degrees, layer.column_degrees, layer.indptr, layer.columns, False, number), floor
        )

    def of_graph(self, graph: MonopartiteGraph, rng, floor: Floor) -> Iterator[Candidates]:
        """Yield all non-links between linked nodes."""
        number = Pairs.of(graph).numbers
        return _products(_Sides(graph.degrees, graph.degrees, graph.starts, graph.neighbours, True, number), floor)


def _products(sides: _Sides, floor: Floor) -> Iterator[Candidates]:
    order, others = (np.argsort(-degrees, kind="stable") for degrees in (sides.first, sides.second))
    falling = -sides.second[others]
    linked = np.zeros(sides.second.size, dtype=bool)
    for place, u in enumerate(order.tolist()):
        degree = int(sides.first[u])
        least = max(floor() / degree, 1) if degree else np.inf
        begin, end = place + 1 if sides.once else 0, int(np.searchsorted(falling, -least, side="right"))
        if begin >= end:
            return
        mine = sides.neighbours[sides.starts[u] : sides.starts[u + 1]]
        linked[mine] = True
        chosen = others[begin:end]
        chosen = chosen[~linked[chosen]]
        linked[mine] = False
        yield Candidates(
            sides.number(np.full(chosen.size, u), chosen), degree * sides.second[chosen].astype(np.float64)
        )

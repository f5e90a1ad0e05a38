"""Path-based methods: two factors a path, summed over all paths of length 3."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from netsparse.graph.layer import BipartiteLayer
from netsparse.linkpred.candidates import Candidates, from_kernel, settle_ties
from netsparse.linkpred.topology import Topology
from netsparse.linkpred.weights import Weight, tabulate


@dataclass(frozen=True)
class PathScore:
    """The score that sums ``weight(i_a, d_a) * weight(i_b, d_b)`` over the paths u - a - b - v.

    Parameters
    ----------
    weight : function
        One of netsparse/linkpred/weights.py, or alike: positive wherever 1 <= i < d.
    internal : bool
        Whether `weight` depends on the internal degree; if not, the sum is a product of matrices.
    """

    weight: Weight
    internal: bool = True

    def candidates(self, layer: BipartiteLayer, strategy: str | None = None) -> Iterator[Candidates]:
        """Yield all non-links of positive score, by the cheapest strategy unless one is named."""
        topology = Topology.of(layer)
        if strategy is None:
            strategy = "walks" if self.internal else "products"
        for batch in STRATEGIES[strategy](topology, self.weight):
            settle_ties(batch.scores)
            yield batch


def _by_walks(topology: Topology, weight: Weight) -> Iterator[Candidates]:
    from netsparse.kernels.paths import walk_rows

    factors = (*tabulate(weight, topology.row_degrees), *tabulate(weight, topology.column_degrees))
    return from_kernel(walk_rows, topology, *factors)


def _by_products(topology: Topology, weight: Weight) -> Iterator[Candidates]:
    from netsparse.kernels.paths import product_rows

    factors = (_by_degree(weight, topology.row_degrees), _by_degree(weight, topology.column_degrees))
    return from_kernel(product_rows, topology, *factors)


def _by_degree(weight: Weight, degrees: np.ndarray) -> np.ndarray:
    """Return each node's factor, for a weight that does not depend on the internal degree."""
    first, table = tabulate(weight, degrees)
    return table[first[degrees]]


STRATEGIES = {"walks": _by_walks, "products": _by_products}

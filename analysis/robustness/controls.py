"""Networks that share one property with a trained one: what a difference in resilience can be due to."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from netsparse.graph import BipartiteLayer, LayeredNetwork
from netsparse.robustness import shuffle_weights

TRADES_PER_ROW = 10


def permuted_weights(network: LayeredNetwork, *, rng: np.random.Generator) -> LayeredNetwork:
    """Return the same topology with the weights of each sparse layer permuted among its links."""
    return shuffle_weights(network, 1.0, rng=rng)


def random_topology(network: LayeredNetwork, *, rng: np.random.Generator) -> LayeredNetwork:
    """Return the same weights on a random topology in which every neuron has its old degrees."""
    n_sparse = len(network.sparse_layers)
    return network.with_layers(
        randomised(layer, rng=rng) if index < n_sparse else layer for index, layer in enumerate(network.layers)
    )


def common_distribution(network: LayeredNetwork, *, rng: np.random.Generator) -> LayeredNetwork:
    r"""Return the network with the same topology, signs and ranks of |w|, but exponentially distributed |w|.

    The link of rank k among the m of its sparse layer, from 0, gets the quantile

    .. math:: |w| = -\overline{|w|} \, \log(1 - (k + 1/2) / m).

    Networks of both rules then have one distribution, up to the layer's mean: what still differs between their
    curves is not due to it. An order by weight is the same as before.
    """
    n_sparse = len(network.sparse_layers)
    return network.with_layers(
        _exponential(layer) if index < n_sparse else layer for index, layer in enumerate(network.layers)
    )


CONTROLS: dict[str, Callable[..., LayeredNetwork]] = {
    "permuted-weights": permuted_weights,
    "random-topology": random_topology,
    "common-distribution": common_distribution,
}


def randomised(layer: BipartiteLayer, *, rng: np.random.Generator) -> BipartiteLayer:
    """Return a layer drawn uniformly from those with the same row and column degrees.

    Curveball trades [1]_: two random rows pool the columns that only one of them has and deal them out anew. A row
    keeps its weights, in random order.

    References
    ----------
    .. [1] G. Strona et al., A fast and unbiased procedure to randomize ecological binary matrices with fixed row and
       column totals, Nature Communications 5, 4114, 2014.
    """
    columns = [set(part) for part in np.split(layer.columns, layer.indptr[1:-1])]
    n_rows = layer.shape[0]
    if n_rows > 1:
        for first in rng.integers(n_rows, size=TRADES_PER_ROW * n_rows):
            second = (first + 1 + rng.integers(n_rows - 1)) % n_rows
            _trade(columns, int(first), int(second), rng)
    shuffled = np.lexsort((rng.random(layer.n_links), layer.rows))  # rows stay in order, links inside them do not
    ends = np.fromiter((column for own in columns for column in own), dtype=np.int64, count=layer.n_links)
    return BipartiteLayer.from_links(layer.rows, ends, layer.weights[shuffled], layer.shape, layer.bias)


def _trade(columns: list[set], first: int, second: int, rng: np.random.Generator) -> None:
    shared = columns[first] & columns[second]
    if len(shared) in (len(columns[first]), len(columns[second])):
        return  # one row holds all columns of the other: there is nothing to trade
    n_first = len(columns[first]) - len(shared)
    pool = rng.permutation(sorted(columns[first] ^ columns[second]))
    columns[first] = shared | set(pool[:n_first].tolist())
    columns[second] = shared | set(pool[n_first:].tolist())


def _exponential(layer: BipartiteLayer) -> BipartiteLayer:
    if not layer.n_links:
        return layer
    sizes = np.abs(layer.weights).astype(np.float64)
    ranks = np.argsort(np.argsort(sizes, kind="stable"), kind="stable")
    quantiles = -sizes.mean() * np.log1p(-(ranks + 0.5) / layer.n_links)
    return layer.with_weights((np.where(layer.weights < 0, -1, 1) * quantiles).astype(layer.dtype))

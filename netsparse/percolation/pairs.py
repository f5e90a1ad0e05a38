"""Connected input-output pairs along a removal order."""

from __future__ import annotations

import numpy as np

from netsparse.graph import LayeredNetwork
from netsparse.percolation.order import Ranks

BLOCK = 16  # terminals carried through the network together: a cache line or two per neuron


def pair_curve(network: LayeredNetwork, ranks: Ranks, *, max_terminals: int, rng=None) -> tuple[np.ndarray, np.ndarray]:
    r"""Return the number of connected (input, output) pairs after k removals, and its standard error.

    From each neuron of the smaller end (inputs or outputs) the widest-path values run through the network; what
    they are at the other end is the life of the pair. Exact, with error 0, if that end has no more than
    `max_terminals` neurons. Otherwise n of its N neurons are drawn without replacement, each with
    :math:`c_t(k)` connected partners, and

    .. math:: \hat c(k) = \frac{N}{n} \sum_t c_t(k), \qquad
              \sigma(k) = N \sqrt{\Bigl(1 - \frac{n}{N}\Bigr) \frac{s_c^2(k)}{n}}

    with the sample variance :math:`s_c^2`.

    Notes
    -----
    O(terminals x (links + removals)) time, 16 values per neuron of memory.
    """
    from netsparse.kernels.survivors import add_survivors

    rng = np.random.default_rng(rng)
    travel = _travel_from_smaller_end(network, ranks)
    size = min(network.sizes[0], network.sizes[-1])
    n = min(size, max_terminals)
    terminals = np.sort(rng.choice(size, n, replace=False))
    total, squares = np.zeros(ranks.n_removals + 1), np.zeros(ranks.n_removals + 1)
    for block in np.array_split(terminals, -(-n // BLOCK)):
        for lives in _pair_lives(travel, block):
            counts = np.zeros(ranks.n_removals + 1, dtype=np.int64)
            add_survivors(lives, counts)
            total += counts
            squares += counts.astype(np.float64) ** 2
    variance = np.maximum(squares - total**2 / n, 0) / max(n - 1, 1)
    return total * (size / n), size * np.sqrt((1 - n / size) * variance / n)


def _travel_from_smaller_end(network: LayeredNetwork, ranks: Ranks) -> tuple[list[np.ndarray], ...]:
    """Return sources, targets, link ranks and neuron ranks in the direction of travel."""
    rows, columns = [layer.rows for layer in network.layers], [layer.columns for layer in network.layers]
    if network.sizes[0] < network.sizes[-1]:
        return rows, columns, ranks.links, ranks.neurons
    return columns[::-1], rows[::-1], ranks.links[::-1], ranks.neurons[::-1]


def _pair_lives(travel: tuple[list[np.ndarray], ...], terminals: np.ndarray) -> np.ndarray:
    """Return, per terminal, the lives of its pairs with all neurons of the other end: a (terminals, size) array.

    The widest-path values from all terminals are carried through the network, a column a terminal.
    """
    from netsparse.kernels.bottleneck import spread

    sources, targets, link_ranks, neuron_ranks = travel
    own = neuron_ranks[0]
    values = np.full((own.size, terminals.size), -1, own.dtype)
    values[terminals, np.arange(terminals.size)] = own[terminals]
    for source, target, links, neurons in zip(sources, targets, link_ranks, neuron_ranks[1:], strict=True):
        after = np.full((neurons.size, terminals.size), -1, own.dtype)
        spread(source, target, links, values, after)
        values = np.minimum(after, neurons[:, None])
    return np.ascontiguousarray(values.T)

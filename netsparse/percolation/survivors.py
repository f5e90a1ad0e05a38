"""How many removals each neuron and link outlives as part of an input-to-output path."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from netsparse.graph import LayeredNetwork
from netsparse.percolation.order import Ranks, rank


@dataclass(frozen=True, eq=False)
class Survival:
    """Lives of neurons and links under a removal order.

    Attributes
    ----------
    neurons : list of numpy.ndarray of int64
        Per neuron layer: the neuron is active after k removals iff its life is at least k; -1 if it is not
        active in the intact network, `n_removals` if it outlives the order.
    links : list of numpy.ndarray of int64
        Per layer, in CSR order: the same for lying on an input-to-output path.
    n_removals : int

    Examples
    --------
    >>> import netsparse as ns
    >>> network = ns.generate.erdos_renyi((2, 1, 1), 1.0, readout=0, rng=0)
    >>> lives = ns.percolation.survival(network, [0, 2, 1])
    >>> [life.tolist() for life in lives.links], [life.tolist() for life in lives.neurons]
    ([[0, 1], [1]], [[0, 1], [1], [1]])
    """

    neurons: list[np.ndarray]
    links: list[np.ndarray]
    n_removals: int


def survival(network: LayeredNetwork, order: np.ndarray, *, kind: str = "links") -> Survival:
    r"""Return how many removals every neuron and link outlives as part of an input-to-output path.

    With :math:`r_e` the position of a link in the order, infinity if it is never removed, a neuron hears an
    input until the widest path to it breaks,

    .. math:: f_v = \max_{e = (u, v)} \min(f_u, r_e), \qquad f_{input} = \infty, \qquad \max \emptyset = -1,

    and likewise :math:`b_v` backward from the outputs. The life of a neuron is :math:`\min(f_v, b_v)`, that of
    a link :math:`\min(f_u, r_e, b_v)`. Where neurons are removed, :math:`f_v` and :math:`b_v` are at most the
    position of v.

    Parameters
    ----------
    network : LayeredNetwork
    order : array_like of int, shape (m,)
        Ids in order of removal, all or some of them: of links (position in the concatenation of all layers'
        links in CSR order) or of neurons (position in the concatenation of all neuron layers, inputs first).
    kind : {'links', 'neurons'}, default 'links'

    Returns
    -------
    Survival

    Raises
    ------
    TypeError, ValueError
        If the order repeats an id, is out of range or does not hold integers.

    Notes
    -----
    Two passes over the links, O(links + neurons), however many removals.

    Examples
    --------
    Two paths from the input to the output, through either hidden neuron; the order breaks the second first.

    >>> import netsparse as ns
    >>> first = ns.BipartiteLayer.from_links([0, 0], [0, 1], [1.0, 1.0], shape=(1, 2))
    >>> second = ns.BipartiteLayer.from_links([0, 1], [0, 0], [1.0, 1.0], shape=(2, 1))
    >>> lives = ns.percolation.survival(ns.LayeredNetwork([first, second]), order=[3, 0])
    >>> [life.tolist() for life in lives.neurons]
    [[1], [1, 0], [1]]
    """
    ranks = rank(network, order, kind)
    return survival_of_ranks(network, ranks)


def survival_of_ranks(network: LayeredNetwork, ranks: Ranks) -> Survival:
    """Return the lives that checked ranks give; both links and neurons may have one."""
    rows = [layer.rows for layer in network.layers]
    columns = [layer.columns for layer in network.layers]
    forward = widest(rows, columns, ranks.links, ranks.neurons, ranks.neurons[0][:, None])
    backward = widest(columns[::-1], rows[::-1], ranks.links[::-1], ranks.neurons[::-1], ranks.neurons[-1][:, None])[
        ::-1
    ]
    neurons = [np.minimum(f, b)[:, 0] for f, b in zip(forward, backward, strict=True)]
    links = [
        np.minimum(np.minimum(forward[index][rows[index], 0], own), backward[index + 1][columns[index], 0])
        for index, own in enumerate(ranks.links)
    ]
    return Survival(neurons, links, ranks.n_removals)


def widest(
    sources: list[np.ndarray],
    targets: list[np.ndarray],
    link_ranks: list[np.ndarray],
    neuron_ranks: list[np.ndarray],
    start: np.ndarray,
) -> list[np.ndarray]:
    """Return the widest-path value from each terminal to every neuron, one (size, terminals) array a layer.

    `start` holds the values of the first neuron layer; lists run in the direction of travel.
    """
    from netsparse.kernels.bottleneck import spread

    values = [start]
    for source, target, links, neurons in zip(sources, targets, link_ranks, neuron_ranks[1:], strict=True):
        after = np.full((neurons.size, start.shape[1]), -1)
        spread(source, target, links, values[-1], after)
        values.append(np.minimum(after, neurons[:, None]))
    return values


def count_survivors(lives: np.ndarray, n_removals: int) -> np.ndarray:
    """Return how many lives are at least k, for k = 0 .. n_removals."""
    ended = np.bincount(lives.ravel() + 1, minlength=n_removals + 2)[:-1]
    np.cumsum(ended, out=ended)
    return np.subtract(lives.size, ended, out=ended)  # in place: for long orders, new memory is the cost

"""Signals that enter each layer and errors that come back to it: what every gradient of a network is made of."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from netsparse.errors import InvalidValue
from netsparse.graph.fitting import fitting_inputs, fitting_labels
from netsparse.graph.network import LayeredNetwork
from netsparse.graph.numbering import neurons_by_layer


class Backpropagation(NamedTuple):
    """What :func:`backpropagate` returns.

    Attributes
    ----------
    signals : list of numpy.ndarray, shape (samples, rows)
        Per layer, what its rows emit for each sample.
    deltas : list of numpy.ndarray, shape (samples, columns)
        Per layer, the gradient of the loss with respect to the sum that each column gets.
    """

    signals: list[np.ndarray]
    deltas: list[np.ndarray]


def backpropagate(network: LayeredNetwork, x, y) -> Backpropagation:
    r"""Return the signals X and deltas D of each layer for the mean cross-entropy of some samples.

    The gradient of the loss with respect to a layer's dense weights, non-links included, is :math:`X^T D`.

    Parameters
    ----------
    network, x, y
        As for :func:`~netsparse.graph.gradient.input_gradient`, with its errors.

    Raises
    ------
    ValueError
        If there is no sample, too.

    Notes
    -----
    4 x links x samples floating-point operations; memory samples x neurons.

    Examples
    --------
    >>> import netsparse as ns
    >>> layer = ns.BipartiteLayer.from_links([0, 1], [0, 1], [2.0, 2.0], shape=(2, 2))
    >>> signals, deltas = backpropagate(ns.LayeredNetwork([layer]), [[1.0, 1.0]], [1])
    >>> signals[0].T @ deltas[0]
    array([[ 0.5, -0.5],
           [ 0.5, -0.5]])
    """
    from netsparse.kernels.propagate import signals_and_deltas

    x = fitting_inputs(network, x)
    if not len(x):
        raise InvalidValue("there is no gradient of no sample: x is empty")
    labels = fitting_labels(network, y, len(x))
    signals, deltas = signals_and_deltas(network._flow(), x, labels)
    return Backpropagation(
        neurons_by_layer(network, signals, axis=1)[:-1], neurons_by_layer(network, deltas, axis=1)[1:]
    )

"""How the loss of each sample depends on its inputs."""

from __future__ import annotations

import numpy as np

from netsparse.graph.fitting import fitting_inputs, fitting_labels
from netsparse.graph.network import LayeredNetwork


def input_gradient(network: LayeredNetwork, x, y) -> np.ndarray:
    r"""Return the gradient of each sample's cross-entropy with respect to its own inputs.

    .. math:: \partial L_i / \partial x_i, \qquad L_i = \log \sum_c e^{z_{ic}} - z_{i y_i}

    with z the outputs (logits) of the network.

    Parameters
    ----------
    network : LayeredNetwork
    x : array_like, shape (samples, inputs)
        Converted to the network's dtype.
    y : array_like of int, shape (samples,)
        Class of each sample.

    Returns
    -------
    numpy.ndarray, shape (samples, inputs)

    Raises
    ------
    ValueError
        If the shapes do not fit, an input is NaN or infinite, or a label is no output of the network.

    Notes
    -----
    4 x links x samples floating-point operations, in compiled loops over the links.

    Examples
    --------
    >>> import netsparse as ns
    >>> layer = ns.BipartiteLayer.from_links([0, 1], [0, 1], [2.0, 2.0], shape=(2, 2))
    >>> input_gradient(ns.LayeredNetwork([layer]), [[0.0, 0.0]], [1])
    array([[ 1., -1.]])
    """
    from netsparse.kernels.propagate import input_gradients

    x = fitting_inputs(network, x)
    labels = fitting_labels(network, y, len(x))
    return input_gradients(network._flow(), x, labels)

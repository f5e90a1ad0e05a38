"""Accuracy and loss on the test samples of a data set."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from netsparse.errors import InvalidType, InvalidValue
from netsparse.graph import LayeredNetwork, check_network


class Samples(NamedTuple):
    """Standardised inputs with their classes, and the way back to pixels."""

    x: np.ndarray
    y: np.ndarray
    mean: float = 0.0
    deviation: float = 1.0


def checked_samples(network: LayeredNetwork, data) -> Samples:
    """Return the test samples of standardised data, or those of a pair (x, y), checked against the network.

    Raises
    ------
    TypeError
        If `data` is neither, or `network` is no network.
    ValueError
        If samples do not have one value for each input, or a class is none of the outputs.
    """
    check_network(network)
    if isinstance(data, Samples):
        samples = data
    elif isinstance(data, tuple) and len(data) == 2:
        samples = Samples(*data)
    elif all(hasattr(data, name) for name in ("x_test", "y_test", "mean", "deviation")):
        samples = Samples(data.x_test, data.y_test, data.mean, data.deviation)
    else:
        raise InvalidType(
            f"data must be standardised (Dataset.standardised()) or a pair (x, y), got {type(data).__name__}"
        )
    x, y = np.asarray(samples.x, dtype=network.dtype), np.asarray(samples.y)
    if x.ndim != 2 or x.shape[1] != network.sizes[0]:
        raise InvalidValue(f"the network has {network.sizes[0]} inputs, but the samples have shape {x.shape}")
    if y.shape != (len(x),) or not y.size or y.dtype.kind not in "iu":
        raise InvalidValue(f"need a whole number as the class of each of {len(x)} samples, got {y.dtype} {y.shape}")
    if y.min() < 0 or y.max() >= network.sizes[-1]:
        raise InvalidValue(
            f"the network has {network.sizes[-1]} outputs, but the classes go from {y.min()} to {y.max()}"
        )
    return samples._replace(x=x, y=y)


def accuracy_and_loss(network: LayeredNetwork, x: np.ndarray, y: np.ndarray) -> tuple[float, float]:
    r"""Return the share of samples classified right, and the mean cross-entropy.

    .. math:: L = \frac1n \sum_i \left( \log \sum_k e^{z_{ik}} - z_{i y_i} \right)

    Parameters
    ----------
    network : LayeredNetwork
    x : numpy.ndarray, shape (samples, inputs)
    y : numpy.ndarray of int, shape (samples,)

    Examples
    --------
    >>> import numpy as np, netsparse as ns
    >>> layer = ns.BipartiteLayer.from_links([0, 1], [0, 1], [1.0, 1.0], shape=(2, 2))
    >>> accuracy_and_loss(ns.LayeredNetwork([layer]), np.eye(2), np.array([0, 0]))[0]
    0.5
    """
    logits = network.forward(x).astype(np.float64)
    if not np.isfinite(logits).all():
        raise InvalidValue(f"outputs overflow {network.dtype}: the perturbation is too strong to be computed")
    largest = logits.max(axis=1, keepdims=True)
    log_sum = largest[:, 0] + np.log(np.exp(logits - largest).sum(axis=1))
    loss = log_sum - logits[np.arange(len(y)), y]
    return float((logits.argmax(axis=1) == y).mean()), float(loss.mean())

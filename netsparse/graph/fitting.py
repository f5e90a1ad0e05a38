"""Whether samples and their classes fit a network: the one place that says so."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from netsparse.errors import InvalidType, InvalidValue

if TYPE_CHECKING:
    from netsparse.graph.network import LayeredNetwork


def fitting_inputs(network: LayeredNetwork, x, *, finite: bool = True) -> np.ndarray:
    """Return samples in the network's dtype, C-contiguous; a `ValueError` unless each has a value for every input.

    Parameters
    ----------
    network : LayeredNetwork
    x : array_like, shape (samples, inputs)
    finite : bool, default True
        Refuse NaN and infinite values too, one pass over all of them: not wanted between the steps of an epoch.

    Examples
    --------
    >>> import netsparse as ns
    >>> fitting_inputs(ns.generate.erdos_renyi((4, 8, 2), density=0.5, rng=0), [[1, 2, 3]])
    Traceback (most recent call last):
    ...
    netsparse.errors.InvalidValue: inputs must have shape (samples, 4) to fit the network, got (1, 3)
    """
    if np.iscomplexobj(x):
        raise InvalidType("inputs must be real numbers")
    x = np.ascontiguousarray(x, dtype=network.dtype)
    if x.ndim != 2 or x.shape[1] != network.sizes[0]:
        raise InvalidValue(f"inputs must have shape (samples, {network.sizes[0]}) to fit the network, got {x.shape}")
    if finite and not np.isfinite(x).all():
        raise InvalidValue("inputs hold NaN or infinite values")
    return x


def fitting_labels(network: LayeredNetwork, y, n_samples: int) -> np.ndarray:
    """Return classes as int64; a `ValueError` unless there is one for each sample, and an output for each.

    Examples
    --------
    >>> import netsparse as ns
    >>> fitting_labels(ns.generate.erdos_renyi((4, 8, 2), density=0.5, rng=0), [0, 2], n_samples=2)
    Traceback (most recent call last):
    ...
    netsparse.errors.InvalidValue: labels must be 0 to 1 to fit the network, got 0 to 2
    """
    labels = np.asarray(y)
    if labels.shape != (n_samples,) or labels.dtype.kind not in "iu":
        raise InvalidValue(
            f"y must be one whole number per sample, shape ({n_samples},), got {labels.dtype} of shape {labels.shape}"
        )
    if labels.size and (labels.min() < 0 or labels.max() >= network.sizes[-1]):
        raise InvalidValue(
            f"labels must be 0 to {network.sizes[-1] - 1} to fit the network, got {labels.min()} to {labels.max()}"
        )
    return np.ascontiguousarray(labels, dtype=np.int64)

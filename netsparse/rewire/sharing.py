"""How new links are shared among layers, where a layer does not get back just what it lost."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from netsparse.graph import LayeredNetwork
from netsparse.registry import Registry


def surviving(network: LayeredNetwork) -> np.ndarray:
    """In proportion to the links that survived removal and clean-up: layers that lose little grow.

    References
    ----------
    .. [1] H. Mostafa, X. Wang, Parameter efficient training of deep convolutional neural networks by dynamic sparse
       reparameterization, ICML 2019.
    """
    return np.array([float(layer.n_links) for layer in network.layers])


def possible(network: LayeredNetwork) -> np.ndarray:
    """In proportion to the possible links: layers come closer to one density."""
    return np.array([float(layer.shape[0]) * layer.shape[1] for layer in network.layers])


SHARING: Registry[Callable[..., np.ndarray]] = Registry(
    "sharing of growth", {"surviving": surviving, "possible": possible}
)
"""Functions ``(network, *, evidence, ...) -> weights``: what is left of the network to a number, not negative, a layer.

All new links are shared in proportion to the numbers of the layers that are rewired."""

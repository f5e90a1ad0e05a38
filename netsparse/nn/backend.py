"""Which of the two ways to compute with a sparse layer is the faster one."""

from __future__ import annotations

from netsparse.errors import unknown
from netsparse.graph import LayeredNetwork

BACKENDS = ("auto", "masked", "sparse")

_SPARSE_UP_TO = 0.1


def choose_backend(network: LayeredNetwork, backend: str = "auto") -> str:
    """Return 'sparse' or 'masked'; 'auto' decides by the density of the whole network.

    Examples
    --------
    >>> import netsparse as ns
    >>> ns.nn.choose_backend(ns.generate.erdos_renyi((20, 20, 5), density=0.05, readout=0, rng=0))
    'sparse'
    """
    if backend not in BACKENDS:
        raise unknown("backend", backend, BACKENDS)
    if backend != "auto":
        return backend
    return "sparse" if network.density <= _SPARSE_UP_TO else "masked"

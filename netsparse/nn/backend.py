"""Which of the two ways to compute with sparse layers is the faster one."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from netsparse.errors import unknown
from netsparse.graph import as_network
from netsparse.graph.door import NetworkLike

BACKENDS = ("auto", "masked", "sparse")

_SPARSE_UP_TO = 0.3


def choose_backend(
    network: NetworkLike, backend: str = "auto", needs: Mapping[str, Iterable[str]] | None = None
) -> str:
    """Return 'sparse' or 'masked'; 'auto' takes 'sparse' up to a density of 0.3 over all layers.

    Parameters
    ----------
    network : LayeredNetwork
        Or what :func:`netsparse.graph.as_network` takes.
    backend : {'auto', 'sparse', 'masked'}, default 'auto'
        A name other than 'auto' is returned as it is.
    needs : mapping of str to iterable of str, optional
        What kinds of evidence each rule asks for, :meth:`netsparse.rewire.Recipe.needs`: 'auto' takes 'masked' if
        only that has it.

    Returns
    -------
    str

    Raises
    ------
    ValueError
        If the backend is unknown.

    Notes
    -----
    Measured on one core with 512-bit vectors, time of an epoch with 'sparse' over that with 'masked', for
    784-1000-1000-1000-10 at batch 64 (``python -m analysis.benchmarks training`` measures it anew):

    ======= ===== ===== ===== ===== ===== ===== =====
    density 0.005 0.01  0.02  0.05  0.1   0.2   0.5
    ratio   0.026 0.037 0.056 0.12  0.23  0.40  1.1
    ======= ===== ===== ===== ===== ===== ===== =====

    Smaller networks break even at higher densities, since a step of torch costs something whatever its size.

    Examples
    --------
    >>> import netsparse as ns
    >>> ns.nn.choose_backend(ns.generate.erdos_renyi((20, 20, 5), density=0.05, rng=0))
    'sparse'
    """
    network = as_network(network)
    if backend not in BACKENDS:
        raise unknown("backend", backend, BACKENDS)
    if backend != "auto":
        return backend
    if any("momentum" in kinds for kinds in (needs or {}).values()):
        return "masked"
    return "sparse" if network.density <= _SPARSE_UP_TO else "masked"

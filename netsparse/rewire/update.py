"""One topology update of a network, composed of interchangeable parts."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager

import numpy as np

from netsparse.errors import check_number
from netsparse.generate import WEIGHTS, draw_weights
from netsparse.graph import BipartiteLayer, LayeredNetwork, check_network
from netsparse.percolation import remove_disconnected as isolate_disconnected
from netsparse.rewire.merge import count_present, with_links
from netsparse.rewire.record import LayerUpdate, TopologyUpdate
from netsparse.rewire.regrowth import REGROWTH
from netsparse.rewire.removal import REMOVAL

Links = tuple[np.ndarray, np.ndarray]


def update(
    network: LayeredNetwork,
    zeta: float = 0.3,
    *,
    removal: str = "magnitude",
    regrowth: str = "ch3-l3",
    weights: str = "kaiming",
    remove_disconnected: bool = True,
    rng=None,
) -> tuple[LayeredNetwork, TopologyUpdate]:
    r"""Rewire the sparse layers of a network once; every layer keeps its number of links, exactly.

    1. *Removal*: :math:`\lfloor \zeta m \rfloor` of the :math:`m` links of each sparse layer go.
    2. *Disconnected neurons* (optional): neurons on no input-to-output path lose their links, their constant
       activations folded into the biases that they feed (:func:`netsparse.percolation.remove_disconnected`).
    3. *Regrowth*: each sparse layer gets back as many links as it lost in both stages. Candidates are all
       non-links it has by now, so that a link just removed may return.
    4. *Weights*: all new links get new weights, those that return too.

    The readout keeps its links, layers keep their sizes.

    Parameters
    ----------
    network : LayeredNetwork
    zeta : float, default 0.3
        Share of the links to remove, from 0 (only the links of disconnected neurons are replaced) to 1.
    removal : str, default 'magnitude'
        A name in :data:`netsparse.rewire.REMOVAL`.
    regrowth : {'ch3-l3', 'ra-l3', 'l3', 'random'}
        A name in :data:`netsparse.rewire.REGROWTH`.
    weights : {'kaiming', 'swi'}
        A name in :data:`netsparse.generate.WEIGHTS`.
    remove_disconnected : bool, default True
    rng : numpy.random.Generator or seed, optional

    Returns
    -------
    network : LayeredNetwork
    update : TopologyUpdate
        The record: counts per layer, where each surviving link went, seconds of each stage.

    Raises
    ------
    ValueError
        If `zeta` is outside [0, 1] or a name is unknown.

    Notes
    -----
    O(links log links) plus the cost of the regrowth rule.

    Examples
    --------
    >>> import netsparse as ns
    >>> network = ns.generate.erdos_renyi((8, 6, 6, 2), density=0.4, rng=0)
    >>> rewired, update = ns.rewire.update(network, zeta=0.3, regrowth='random', rng=0)
    >>> [layer.n_links for layer in rewired.layers] == [layer.n_links for layer in network.layers]
    True
    >>> update.layers[0].removed, update.layers[0].grown - update.layers[0].disconnected
    (5, 5)

    References
    ----------
    .. [1] D. C. Mocanu et al., Scalable training of artificial neural networks with adaptive sparse connectivity
       inspired by network science, Nature Communications 9, 2383, 2018.
    .. [2] arXiv:2602.21961.
    """
    check_network(network)
    zeta = check_number("zeta", zeta, at_least=0, at_most=1)
    remove, grow = REMOVAL[removal], REGROWTH[regrowth]
    WEIGHTS.entry(weights)
    rng = np.random.default_rng(rng)
    seconds: dict[str, float] = {}
    with _timed(seconds, "removal"):
        removed = [_removed(layer, n, remove, rng) for layer, n in _to_remove(network, zeta)]
        left = network.with_layers(map(BipartiteLayer.without_links, network.layers, removed))
    with _timed(seconds, "disconnected"):
        left, lost, cleared = _clean(left, remove_disconnected)
    with _timed(seconds, "regrowth"):
        grown = [_grown(old, new, grow, rng) for old, new in zip(network.layers, left.layers, strict=True)]
    with _timed(seconds, "weights"):
        connected = [_connected(*change, weights, rng) for change in zip(left.layers, grown, strict=True)]
        layers, kept_to = zip(*connected, strict=True)
        changes = zip(network.layers, removed, lost, grown, kept_to, cleared, strict=True)
        record = tuple(_record(*change) for change in changes)
    return network.with_layers(layers), TopologyUpdate(record, seconds)


@contextmanager
def _timed(seconds: dict[str, float], stage: str) -> Iterator[None]:
    start = time.perf_counter()
    yield
    seconds[stage] = time.perf_counter() - start


def _to_remove(network: LayeredNetwork, zeta: float) -> Iterator[tuple[BipartiteLayer, int]]:
    """Yield each layer with the number of links to remove, 0 in the readout."""
    for index, layer in enumerate(network.layers):
        is_sparse = index < len(network.sparse_layers)
        # The 1e-9: 0.29 x 100 is 28.999999999999996 in floating point and means 29.
        yield layer, int(np.floor(zeta * layer.n_links + 1e-9)) if is_sparse else 0


def _removed(layer: BipartiteLayer, n: int, rule, rng: np.random.Generator) -> np.ndarray:
    return rule(layer, n, rng=rng) if n else np.empty(0, dtype=np.int64)


def _clean(network: LayeredNetwork, wanted: bool) -> tuple[LayeredNetwork, tuple, tuple]:
    """Return the network without its disconnected neurons, the links lost and the biases cleared per layer."""
    if wanted:
        clean, report = isolate_disconnected(network, keep_readout=True)
        return clean, report.removed_links, report.bias_cleared
    nothing = tuple(np.empty(0, dtype=np.int64) for _ in network.layers)
    return network, nothing, tuple(np.zeros(layer.shape[1], dtype=bool) for layer in network.layers)


def _grown(old: BipartiteLayer, left: BipartiteLayer, rule, rng: np.random.Generator) -> Links:
    """Return as many new links as the layer lost; there is always room where they were."""
    n = old.n_links - left.n_links
    return rule(left, n, rng=rng) if n else (np.empty(0, dtype=np.int64), np.empty(0, dtype=np.int64))


def _connected(
    layer: BipartiteLayer, grown: Links, weights: str, rng: np.random.Generator
) -> tuple[BipartiteLayer, np.ndarray]:
    """Return the layer with its new links, and where the links it had have gone."""
    rows, columns = grown
    if not rows.size:
        return layer, np.arange(layer.n_links)
    density = (layer.n_links + rows.size) / (layer.shape[0] * layer.shape[1])
    drawn = draw_weights(weights, rows.size, layer.shape, density, rng=rng, dtype=layer.dtype)
    return with_links(layer, rows, columns, drawn)


def _record(
    old: BipartiteLayer,
    removed: np.ndarray,
    lost: np.ndarray,
    grown: Links,
    kept_to: np.ndarray,
    cleared: np.ndarray,
) -> LayerUpdate:
    """Compare a layer before and after; `lost` counts positions among the links that removal left."""
    kept_from = np.delete(np.delete(np.arange(old.n_links), removed), lost)
    overlap = count_present(old, *grown)
    return LayerUpdate(removed, lost.size, grown[0].size, overlap, kept_from, kept_to, cleared)

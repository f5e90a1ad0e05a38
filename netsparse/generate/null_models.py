"""Null models: a layer or network redrawn, with some of its properties kept."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

import numpy as np

from netsparse.errors import InvalidType, check_count
from netsparse.generate.links import random_links
from netsparse.graph import BipartiteLayer, LayeredNetwork
from netsparse.graph.keys import layer_from_keys, layer_keys, to_keys
from netsparse.registry import Registry

Graph = TypeVar("Graph", BipartiteLayer, LayeredNetwork)

LEAST_ROUNDS = 20
"""Rounds of curveball trades however fast a layer mixes."""

_MOST_ROUNDS = 5120
_WATCHED_LINKS, _MOST_CHAINS = 10_000, 50


def curveball(graph: Graph, *, rounds: int | None = None, rng=None) -> Graph:
    """Redraw the links, the degree of every neuron kept: every such layer is equally likely.

    In a round the rows, paired at random, trade: the columns that only one of a pair has are dealt anew between the
    two. A trade that changes nothing counts. Weights are dealt out at random over the new links; biases stay.

    Parameters
    ----------
    graph : BipartiteLayer or LayeredNetwork
        Of a network all layers, each by itself; a full one stays as it is.
    rounds : int, optional
        By default as many as :func:`mixing_rounds` finds necessary, which is the check that the chain has mixed.
    rng : numpy.random.Generator or seed, optional

    Returns
    -------
    BipartiteLayer or LayeredNetwork

    Notes
    -----
    A round costs O(links). The chain is symmetric, so that its limit is the uniform law; one that repeats a trade
    until something changes is not.

    Examples
    --------
    >>> import netsparse as ns
    >>> layer = ns.generate.erdos_renyi((50, 40), 0.1, readout=0, rng=0).layers[0]
    >>> null = ns.generate.curveball(layer, rng=0)
    >>> bool((null.row_degrees == layer.row_degrees).all()), null.same_topology(layer)
    (True, False)

    References
    ----------
    .. [1] G. Strona et al., A fast and unbiased procedure to randomize ecological binary matrices with fixed row and
       column totals, Nat. Commun. 5, 4114 (2014).
    .. [2] C. J. Carstens, Proof of uniform sampling of binary matrices with fixed row sums and column sums for the fast
       curveball algorithm, Phys. Rev. E 91, 042812 (2015).
    .. [3] C. J. Carstens et al., Parallel and I/O-efficient randomisation of massive networks using global curveball
       trades, ESA 2018.
    """
    rounds = None if rounds is None else check_count("rounds", rounds)

    def redraw(layer: BipartiteLayer, rng: np.random.Generator) -> BipartiteLayer:
        n = mixing_rounds(layer, rng=rng) if rounds is None else rounds
        trades = _Trades(layer, rng)
        trades.run(n)
        return _with_links(layer, trades.keys(), rng)

    return _of_layers(graph, redraw, rng)


def mixing_rounds(layer: BipartiteLayer, *, rng=None) -> int:
    """Return after how many rounds of curveball trades a layer has forgotten where its links were.

    Chains of their own, so that the number does not depend on the sample it is for, are watched at 10, 20, 40 ...
    rounds, until the number of links that are where they were falls no more, by two standard errors; twice as many
    rounds are returned. A small layer is watched in many chains, to see ten thousand links or so.

    Raises
    ------
    TypeError
        If `layer` is not a `BipartiteLayer`.

    Examples
    --------
    >>> import netsparse as ns
    >>> ns.generate.mixing_rounds(ns.generate.erdos_renyi((50, 40), 0.1, readout=0, rng=0).layers[0], rng=0)
    40
    """
    rng = np.random.default_rng(rng)
    n_chains = int(np.clip(_WATCHED_LINKS // max(layer.n_links, 1), 1, _MOST_CHAINS))
    chains = [_Trades(layer, rng) for _ in range(n_chains)]
    done, rounds, before = 0, LEAST_ROUNDS // 2, None
    while rounds < _MOST_ROUNDS:
        kept = sum(chain.n_kept_after(rounds - done) for chain in chains)
        if before is not None and kept >= before - 2 * np.sqrt(before):
            break
        done, rounds, before = rounds, 2 * rounds, kept
    return 2 * rounds


class _Trades:
    """A chain of curveball trades that starts at a layer."""

    def __init__(self, layer: BipartiteLayer, rng: np.random.Generator):
        if not isinstance(layer, BipartiteLayer):
            raise InvalidType(f"layer must be a BipartiteLayer, got {type(layer).__name__}", parameter="layer")
        self.rng, self.shape = rng, layer.shape
        self.start, self.ptr, self.ids = layer_keys(layer), layer.indptr.astype(np.int64), layer.columns.copy()
        self.traders = np.flatnonzero((layer.row_degrees > 0) & (layer.row_degrees < layer.shape[1]))
        self._held = np.zeros(layer.shape[1], dtype=np.int8)
        self._pool = np.empty(2 * int(layer.row_degrees.max()), dtype=self.ids.dtype)

    def run(self, rounds: int) -> None:
        """Trade for so many rounds; rows without a link, or with all, have nothing to trade."""
        from netsparse.kernels.trades import trade_round

        for _ in range(rounds if self.traders.size > 1 else 0):
            order = self.rng.permutation(self.traders)
            trade_round(self.ptr, self.ids, order, self.rng.random(self.ids.size), self._held, self._pool)

    def n_kept_after(self, rounds: int) -> int:
        """Trade for so many rounds more; return how many links are then where they were at the start."""
        self.run(rounds)
        return np.intersect1d(self.keys(), self.start, assume_unique=True).size

    def keys(self) -> np.ndarray:
        """Return the keys of the links as they are now, ascending."""
        rows = np.repeat(np.arange(self.shape[0]), np.diff(self.ptr))
        return np.sort(to_keys(rows, self.ids, self.shape))


def redraw_links(graph: Graph, *, rng=None) -> Graph:
    """Redraw the links, their number kept: every set of as many links is equally likely (Erdős-Rényi).

    Parameters, result and what becomes of weights and biases as in :func:`curveball`.

    Examples
    --------
    >>> import netsparse as ns
    >>> layer = ns.BipartiteLayer.from_links([0, 0], [0, 1], [1.0, 2.0], shape=(5, 4))
    >>> ns.generate.redraw_links(layer, rng=0).n_links
    2

    References
    ----------
    .. [1] P. Erdős, A. Rényi, On random graphs I, Publicationes Mathematicae 6, 290-297, 1959.
    """

    def redraw(layer: BipartiteLayer, rng: np.random.Generator) -> BipartiteLayer:
        return _with_links(layer, to_keys(*random_links(layer.shape, layer.n_links, rng=rng), layer.shape), rng)

    return _of_layers(graph, redraw, rng)


def permute_weights(graph: Graph, *, rng=None) -> Graph:
    """Deal the weights of a layer out at random over its links, which stay; biases stay too.

    Parameters and result as in :func:`curveball`.

    Examples
    --------
    >>> import netsparse as ns
    >>> layer = ns.BipartiteLayer.from_links([0, 0, 1], [0, 1, 1], [1.0, 2.0, 3.0], shape=(2, 2))
    >>> sorted(ns.generate.permute_weights(layer, rng=0).weights.tolist())
    [1.0, 2.0, 3.0]
    """
    return _of_layers(graph, lambda layer, rng: layer.with_weights(_dealt(layer, rng)), rng)


def _with_links(layer: BipartiteLayer, keys: np.ndarray, rng: np.random.Generator) -> BipartiteLayer:
    return layer_from_keys(keys, _dealt(layer, rng), layer.shape, layer.bias).with_names(*layer.names)


def _dealt(layer: BipartiteLayer, rng: np.random.Generator) -> np.ndarray:
    return layer.weights[rng.permutation(layer.n_links)]


def _of_layers(graph: Graph, redraw: Callable[[BipartiteLayer, np.random.Generator], BipartiteLayer], rng) -> Graph:
    """Redraw a layer, or every layer of a network."""
    rng = np.random.default_rng(rng)
    if isinstance(graph, BipartiteLayer):
        return redraw(graph, rng)
    if not isinstance(graph, LayeredNetwork):
        raise InvalidType(
            f"graph must be a BipartiteLayer or a LayeredNetwork, got {type(graph).__name__}", parameter="graph"
        )
    return graph.with_layers([redraw(layer, rng) for layer in graph.layers])


def _unprepared(graph: Graph, rng) -> dict:
    return {}


def _mixed(graph: Graph, rng) -> dict:
    """Return the rounds that all layers of a graph need, found once for many samples."""
    layers = (graph,) if isinstance(graph, BipartiteLayer) else graph.layers
    rng = np.random.default_rng(rng)
    return {"rounds": max(mixing_rounds(layer, rng=rng) for layer in layers)}


@dataclass(frozen=True)
class NullModel:
    """A null model: ``draw(graph, *, rng)``, and what of the graph it keeps.

    Attributes
    ----------
    draw : callable
    keeps : frozenset of str
        Among 'size', 'degrees', 'links', 'weights' (as a bag of numbers); a measure that reads nothing else cannot
        change.
    prepare : callable
        ``prepare(graph, rng)``: further arguments of `draw`, found once for all samples of a graph.

    Examples
    --------
    >>> import netsparse as ns
    >>> sorted(ns.generate.NULL_MODELS["curveball"].keeps)
    ['degrees', 'size', 'weights']
    """

    draw: Callable[..., BipartiteLayer | LayeredNetwork]
    keeps: frozenset[str] = frozenset()
    prepare: Callable[[BipartiteLayer | LayeredNetwork, np.random.Generator], dict] = _unprepared

    def __call__(self, graph: Graph, *, rng=None) -> Graph:
        return self.draw(graph, rng=rng)

    def samples(self, graph: Graph, n: int, *, rng=None) -> list[Graph]:
        """Return n independent samples; the k-th is the same however many are drawn.

        Examples
        --------
        >>> import netsparse as ns
        >>> layer = ns.generate.erdos_renyi((9, 8), 0.3, readout=0, rng=0).layers[0]
        >>> model = ns.generate.NULL_MODELS["curveball"]
        >>> model.samples(layer, 3, rng=0)[:2] == model.samples(layer, 2, rng=0)
        True
        """
        first, *others = np.random.default_rng(rng).spawn(check_count("n", n) + 1)
        options = self.prepare(graph, first)
        return [self.draw(graph, rng=each, **options) for each in others]


NULL_MODELS: Registry[NullModel] = Registry("null model")
"""Null models by name: :class:`NullModel` objects."""

for _name, _draw, _keeps, _prepare in (
    ("curveball", curveball, {"size", "degrees", "weights"}, _mixed),
    ("erdos-renyi", redraw_links, {"size", "weights"}, _unprepared),
    ("weights", permute_weights, {"size", "degrees", "links", "weights"}, _unprepared),
):
    NULL_MODELS.register(
        _name,
        NullModel(_draw, frozenset(_keeps), _prepare),
        summary=f"{_draw.__doc__.partition(chr(10))[0]} Keeps {', '.join(sorted(_keeps))}.",
    )

"""Neural persistence and deep graph persistence: how components merge as links are let in, strongest first."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from scipy import sparse

from netsparse.errors import unknown
from netsparse.graph import BipartiteLayer, LayeredNetwork, as_network, check_layer
from netsparse.measures.registry import Value, register, undefined
from netsparse.measures.sides import block

VARIANTS = ("forest", "joined", "essential")
"""What becomes of components that no link joins: they are left out; absent links merge them, as if of weight 0; the
same, and the one that is left counts too, as if it died at 0."""

_BLOCK = 64  # inputs carried through a network together
_SMALLEST_SCALE = 1e-150  # weights below it are taken for 0: their quotients would overflow


class Persistence(NamedTuple):
    """Persistence of components.

    Attributes
    ----------
    total : float
        Square root of the sum of (1 - death)^2.
    normalised : float
        The same over sqrt(n - 1), n the number of neurons.
    diagram : numpy.ndarray, shape (points, 2)
        Birth, which is 1, and death of each component, the last to die first.

    Examples
    --------
    >>> import netsparse as ns
    >>> layer = ns.BipartiteLayer.from_links([0, 0], [0, 1], [1.0, 0.5], shape=(1, 2))
    >>> ns.measures.layer_persistence(layer).diagram.tolist()
    [[1.0, 0.5], [1.0, 1.0]]
    """

    total: float
    normalised: float
    diagram: np.ndarray


def layer_persistence(layer: BipartiteLayer, *, variant: str = "joined", scale: float | None = None) -> Persistence:
    r"""Return the neural persistence of a layer.

    Links of weight :math:`w' = |w| / \max |w|` join the neurons, strongest first; those of a maximum spanning forest
    join two components, one of which dies at w'. Every neuron is born at 1, so that

    .. math:: NP = \Bigl(\sum_{forest} (1 - w')^2 + k\Bigr)^{1/2},

    with k = 0 ('forest'), c - 1 ('joined') or c ('essential', the published code) for c components.

    Parameters
    ----------
    layer : BipartiteLayer
    variant : {'joined', 'forest', 'essential'}
    scale : float, optional
        Largest weight: that of the layer by default; of its network in the published code.

    Returns
    -------
    Persistence
        NaN where all weights are 0.

    Raises
    ------
    ValueError
        If the variant is unknown.

    Notes
    -----
    O(links log links). A link of weight 0 dies at 0, as an absent one does when 'joined'.

    Examples
    --------
    >>> import netsparse as ns
    >>> layer = ns.BipartiteLayer.from_links([0, 0], [0, 1], [1.0, 0.5], shape=(1, 2))
    >>> round(ns.measures.layer_persistence(layer).total, 4)
    0.5

    References
    ----------
    .. [1] B. Rieck et al., Neural persistence: a complexity measure for deep neural networks using algebraic topology,
       ICLR 2019.
    """
    check_layer(layer)
    sizes = np.abs(layer.weights.astype(np.float64))
    largest = sizes.max(initial=0.0) if scale is None else float(scale)
    return _persistence(layer, sizes, largest, variant)


def bottleneck_matrix(network: LayeredNetwork | BipartiteLayer, *, as_published: bool = False) -> np.ndarray:
    """Return the largest smallest weight of a path from each input to each output; -1 where there is no path.

    Weights are abs(w) over the largest of the network.

    Parameters
    ----------
    network : LayeredNetwork or BipartiteLayer
    as_published : bool, default False
        First replace the weights of each layer by their distance from their mean in units of their standard
        deviation, as the published code does; it takes stored zeros for links, which a pruned network does not have.

    Returns
    -------
    numpy.ndarray of float64, shape (inputs, outputs)

    Notes
    -----
    O(inputs x links), inputs x outputs of memory.

    Examples
    --------
    >>> import netsparse as ns
    >>> first = ns.BipartiteLayer.from_links([0, 0], [0, 1], [1.0, 0.2], shape=(1, 2))
    >>> second = ns.BipartiteLayer.from_links([0, 1], [0, 0], [0.5, 1.0], shape=(2, 1))
    >>> ns.measures.bottleneck_matrix(ns.LayeredNetwork([first, second]))
    array([[0.5]])
    """
    from netsparse.kernels.bottleneck import spread

    network = as_network(network)
    sizes = _over_largest([_sizes(layer, as_published) for layer in network.layers])
    found = np.empty((network.sizes[0], network.sizes[-1]))
    for start in range(0, network.sizes[0], _BLOCK):
        terminals = np.arange(start, min(start + _BLOCK, network.sizes[0]))
        values = np.full((network.sizes[0], terminals.size), -1.0)
        values[terminals, np.arange(terminals.size)] = np.inf
        for layer, widths in zip(network.layers, sizes, strict=True):
            after = np.full((layer.shape[1], terminals.size), -1.0)
            spread(layer.rows, layer.columns, widths, values, after)
            values = after
        found[terminals] = values.T
    return found


def deep_graph_persistence(
    network: LayeredNetwork | BipartiteLayer,
    *,
    variant: str = "joined",
    rescaled: bool = False,
    as_published: bool = False,
) -> Persistence:
    """Return the neural persistence of the bipartite graph of inputs and outputs linked by their best paths.

    Parameters
    ----------
    network : LayeredNetwork or BipartiteLayer
    variant : {'joined', 'forest', 'essential'}
        As in :func:`layer_persistence`.
    rescaled : bool, default False
        Divide by the largest entry of :func:`bottleneck_matrix` first.
    as_published : bool, default False
        As in :func:`bottleneck_matrix`.

    Returns
    -------
    Persistence

    Examples
    --------
    >>> import netsparse as ns
    >>> network = ns.generate.erdos_renyi((6, 5, 3), density=0.6, rng=0)
    >>> 0 < ns.measures.deep_graph_persistence(network).normalised < 1
    True

    References
    ----------
    .. [1] L. Girrbach et al., Addressing caveats of neural persistence with deep graph persistence, TMLR 2023.
    """
    layer = _best_paths(as_network(network), as_published)
    return _persistence(layer, layer.weights, layer.weights.max(initial=0.0) if rescaled else 1.0, variant)


def _best_paths(network: LayeredNetwork, as_published: bool) -> BipartiteLayer:
    """Return the layer of inputs and outputs with a path; of a single layer without a search."""
    if len(network.layers) == 1:
        layer, sizes = network.layers[0], _sizes(network.layers[0], as_published)
        return layer.with_weights(_over_largest([sizes])[0])
    best = bottleneck_matrix(network, as_published=as_published)
    rows, columns = np.nonzero(best >= 0)
    return BipartiteLayer.from_links(rows, columns, best[rows, columns], best.shape)


def _over_largest(sizes: list[np.ndarray]) -> list[np.ndarray]:
    largest = max(each.max(initial=0.0) for each in sizes)
    return [each / largest if largest > _SMALLEST_SCALE else np.zeros_like(each) for each in sizes]


def _sizes(layer: BipartiteLayer, standardised: bool) -> np.ndarray:
    weights = layer.weights.astype(np.float64)
    if not standardised:
        return np.abs(weights)
    deviation = weights.std() if weights.size else 0.0
    return np.abs(weights - weights.mean()) / deviation if deviation > 0 else np.zeros_like(weights)


def _persistence(layer: BipartiteLayer, sizes: np.ndarray, largest: float, variant: str) -> Persistence:
    if variant not in VARIANTS:
        raise unknown("variant", variant, VARIANTS)
    n = sum(layer.shape)
    if largest < _SMALLEST_SCALE:
        return Persistence(np.nan, np.nan, np.empty((0, 2)))
    forest = _forest(layer, sizes / largest)
    extra = {"forest": 0, "joined": n - forest.size - 1, "essential": n - forest.size}[variant]
    deaths = np.concatenate([np.zeros(extra), np.sort(forest)])
    total = float(np.sqrt(((1 - deaths) ** 2).sum()))
    diagram = np.column_stack([np.ones(deaths.size), deaths])
    return Persistence(total, total / float(np.sqrt(n - 1)), diagram)


def _forest(layer: BipartiteLayer, sizes: np.ndarray) -> np.ndarray:
    """Return the weights of the links of a maximum spanning forest."""
    from scipy.sparse.csgraph import minimum_spanning_tree

    graph = block(layer)
    upper = sparse.csr_array(
        (2 - sizes, graph.indices[: layer.n_links], graph.indptr.clip(max=layer.n_links)), shape=graph.shape
    )  # 2 - w' is never 0, which would be no link; rows come first, so that the upper half is the layer in CSR order
    return 2 - minimum_spanning_tree(upper).data


@register(
    "neural-persistence",
    of="layer",
    formula="root of (sum over a maximum spanning forest of (1 - w')^2 + c - 1) / (n - 1), w' = abs(w) / largest",
    bounds="0 to 1",
    undefined="no links, or all weights 0: NaN",
    reads={"links", "weights", "placement"},
    cost="O(m log m)",
    seconds=lambda layer: 1e-6 * layer.n_links,
)
def neural_persistence(layer: BipartiteLayer) -> dict[str, Value]:
    """Return the normalised neural persistence; parts `forest` and `essential` are its variants.

    Weights are over the largest of the layer.

    Examples
    --------
    >>> import netsparse as ns
    >>> layer = ns.BipartiteLayer.from_links([0, 0], [0, 1], [1.0, 0.5], shape=(1, 2))
    >>> round(ns.measures.neural_persistence(layer)[""].value, 4)
    0.3536

    References
    ----------
    .. [1] B. Rieck et al., Neural persistence: a complexity measure for deep neural networks using algebraic topology,
       ICLR 2019.
    """
    return {
        "" if variant == "joined" else variant: _value(layer_persistence(layer, variant=variant).normalised)
        for variant in ("joined", "forest", "essential")
    }


@register(
    "deep-graph-persistence",
    of="network",
    formula="neural persistence of inputs x outputs, the weight of a pair the best path's smallest abs(w) / largest",
    bounds="0 to 1",
    undefined="no path, or all weights 0: NaN",
    reads={"links", "weights", "placement"},
    cost="O(inputs x m)",
    seconds=lambda network: _deep_seconds(as_network(network)),
)
def deep_persistence(network: LayeredNetwork | BipartiteLayer) -> dict[str, Value]:
    """Return the normalised deep graph persistence; parts `forest` and `essential` are its variants.

    Examples
    --------
    >>> import netsparse as ns
    >>> network = ns.generate.erdos_renyi((6, 5, 3), density=0.6, rng=0)
    >>> sorted(ns.measures.deep_persistence(network))
    ['', 'essential', 'forest']

    References
    ----------
    .. [1] L. Girrbach et al., Addressing caveats of neural persistence with deep graph persistence, TMLR 2023.
    """
    layer = _best_paths(as_network(network), as_published=False)
    if not layer.weights.any():
        reason = "no path from an input to an output, or only of weight 0"
        return {part: undefined(reason) for part in ("", "forest", "essential")}
    return {
        "" if variant == "joined" else variant: _value(_persistence(layer, layer.weights, 1.0, variant).normalised)
        for variant in ("joined", "forest", "essential")
    }


def _deep_seconds(network: LayeredNetwork) -> float:
    if len(network.layers) == 1:
        return 1e-6 * network.n_links
    inputs, outputs = network.sizes[0], network.sizes[-1]
    return 2e-9 * inputs * network.n_links + 1e-6 * inputs * outputs


def _value(number: float) -> Value:
    return undefined("no links, or all weights are 0") if np.isnan(number) else Value(number)

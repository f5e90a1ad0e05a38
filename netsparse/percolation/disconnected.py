"""Removal of the neurons that lie on no input-to-output path, without changing the network's function."""

from __future__ import annotations

import warnings
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from netsparse.errors import check_positions
from netsparse.graph import ACTIVATIONS, BipartiteLayer, LayeredNetwork, as_network
from netsparse.graph.door import NetworkLike
from netsparse.graph.freezable import marks_of
from netsparse.percolation.reachability import reached_from_inputs, reaching_outputs


@dataclass(frozen=True, eq=False)
class DisconnectedReport:
    """What `remove_disconnected` took away.

    Attributes
    ----------
    neurons : tuple of numpy.ndarray of bool
        Per neuron layer, inputs and outputs included: the disconnected neurons that lost a link or a bias.
        A neuron that was isolated before is not among them.
    removed_links : tuple of numpy.ndarray of int64
        Per layer, the removed links as ascending positions in the CSR order of the old layer.
    bias_cleared : tuple of numpy.ndarray of bool
        Per layer, over its columns: biases that were not 0 and now are, folded where that matters.

    Examples
    --------
    >>> import netsparse as ns
    >>> hidden = ns.BipartiteLayer.from_links([0], [0], [1.0], shape=(1, 2), bias=[0.0, 3.0])
    >>> out = ns.BipartiteLayer.from_links([0, 1], [0, 0], [1.0, 2.0], shape=(2, 1))
    >>> network, report = ns.percolation.remove_disconnected(ns.LayeredNetwork([hidden, out]))
    >>> report
    DisconnectedReport(neurons_removed=(0, 1, 0), links_removed=(0, 1))
    >>> network.layers[1].bias.tolist()
    [6.0]
    """

    neurons: tuple[np.ndarray, ...]
    removed_links: tuple[np.ndarray, ...]
    bias_cleared: tuple[np.ndarray, ...]

    @property
    def links_removed(self) -> tuple[int, ...]:
        """Number of removed links per layer."""
        return tuple(links.size for links in self.removed_links)

    @property
    def neurons_removed(self) -> tuple[int, ...]:
        """Number of disconnected neurons that lost a link or a bias, per neuron layer."""
        return tuple(int(neurons.sum()) for neurons in self.neurons)

    @property
    def is_empty(self) -> bool:
        """Whether nothing was taken away."""
        return not any(self.neurons_removed)

    def __repr__(self) -> str:
        counts = f"neurons_removed={self.neurons_removed}, links_removed={self.links_removed}"
        return f"DisconnectedReport({counts})"


def remove_disconnected(
    network: NetworkLike,
    *,
    readout: bool = False,
    keep_readout: bool | None = None,
    keep_layers: Iterable[int] = (),
    frozen: bool = False,
) -> tuple[LayeredNetwork, DisconnectedReport]:
    r"""Isolate the neurons that lie on no input-to-output path; the network computes the same function.

    A hidden neuron :math:`u` that no input reaches has the constant activation :math:`f(b_u)`. Layer after
    layer, with the biases as already updated, it is folded into the biases of all neurons it feeds, outputs
    included,

    .. math:: b_v \leftarrow b_v + w_{uv} f(b_u),

    then :math:`b_u` is set to 0 (left in place it would count twice, and leak once a regrown link leaves
    :math:`u`), then the links of :math:`u` are removed. A neuron that reaches no output loses its links and
    its bias. Outputs keep their biases. Layer sizes do not change: a removed neuron stays, isolated.

    Parameters
    ----------
    network : LayeredNetwork
        Or what :func:`netsparse.graph.as_network` takes.
    readout : bool, default False
        Whether the readout's links take part: go too. If not, as in training, of a hidden neuron that feeds them only
        the bias is folded and cleared. Through the links that stay it then emits its resting value :math:`f(0)`, which
        is not 0 for the sigmoid, so that :math:`f(b_u) - f(0)` is what is folded there.
    keep_readout : bool, optional
        Deprecated: the opposite of `readout`.
    keep_layers : iterable of int
        Further layers that keep their links, in the same way.
    frozen : bool, default False
        Whether frozen links and biases go like others. By default frozen links stay, whatever they join, and frozen
        biases too: nothing is folded into them, and a constant neuron that feeds one keeps its bias and that link.

    Returns
    -------
    network : LayeredNetwork
        A layer that does not change is the same object as before.
    report : DisconnectedReport

    Raises
    ------
    TypeError
        If `network` is not a `LayeredNetwork`, or a layer to keep no whole number.
    ValueError
        If there is no such layer, or a folded bias is too large for the dtype of the network.

    Notes
    -----
    O(links + neurons) time and memory. A second call changes nothing. The constants are added up in float64
    and rounded once, to the dtype of the network.

    Examples
    --------
    No input reaches the second hidden neuron, which adds the constant 3 x relu(2) to the output.

    >>> import netsparse as ns
    >>> first = ns.BipartiteLayer.from_links([0], [0], [1.0], shape=(1, 2), bias=[0.5, 2.0])
    >>> second = ns.BipartiteLayer.from_links([0, 1], [0, 0], [1.0, 3.0], shape=(2, 1), bias=[0.25])
    >>> clean, report = ns.percolation.remove_disconnected(ns.LayeredNetwork([first, second]))
    >>> clean.layers[0].bias, clean.layers[1].bias
    (array([0.5, 0. ]), array([6.25]))
    >>> report
    DisconnectedReport(neurons_removed=(0, 1, 0), links_removed=(0, 1))
    """
    network = as_network(network)
    if keep_readout is not None:
        warnings.warn("keep_readout is deprecated: say readout, its opposite", DeprecationWarning, stacklevel=2)
        readout = not keep_readout
    layers = network.layers
    kept = _kept_layers(network, readout, keep_layers)
    reached, reaching = reached_from_inputs(network), reaching_outputs(network)
    active = [forward & backward for forward, backward in zip(reached, reaching, strict=True)]
    pinned = [marks_of(None if frozen else layer.frozen_biases, layer.shape[1]) for layer in layers]
    held = [marks_of(None if frozen else layer.frozen_links, layer.n_links) for layer in layers]
    stays = _links_that_stay(network, reached, kept, held, pinned)
    anchored = _anchored(network, reached, pinned)
    removed = [
        _links_to_remove(layer, active[index], active[index + 1], stays[index]) for index, layer in enumerate(layers)
    ]
    folded = _fold_constants(network, reached, stays, anchored)
    biases, cleared = _clear_biases(network, folded, active, anchored)
    losers = _losers(network, active, removed, cleared)
    left = network.with_layers(map(BipartiteLayer.without_links, layers, removed, biases))
    return left, DisconnectedReport(losers, tuple(removed), tuple(cleared))


def _kept_layers(network: LayeredNetwork, readout: bool, keep_layers: Iterable[int]) -> set[int]:
    """Return the layers that keep all their links."""
    n_layers = len(network.layers)
    kept = set(check_positions("keep_layers", list(keep_layers), n_layers).tolist())
    return kept | set(range(len(network.taking_part(readout=readout)), n_layers))


def _links_that_stay(
    network: LayeredNetwork,
    reached: list[np.ndarray],
    kept: set[int],
    held: Sequence[np.ndarray],
    pinned: Sequence[np.ndarray],
) -> list[np.ndarray]:
    """Mark, per layer, the links that are kept whatever they join: frozen ones, and those into a frozen bias."""
    stays = []
    for index, layer in enumerate(network.layers):
        own = held[index] | (index in kept)
        if pinned[index].any():
            own |= np.repeat(~reached[index], layer.row_degrees) & pinned[index][layer.columns]
        stays.append(own)
    return stays


def _anchored(network: LayeredNetwork, reached: list[np.ndarray], pinned: Sequence[np.ndarray]) -> list[np.ndarray]:
    """Mark, per layer over its columns, the neurons whose bias stays: frozen ones, constant ones that feed these."""
    anchored = []
    for index, bias in enumerate(pinned):
        own = np.array(bias, dtype=bool)
        if index + 1 < len(network.layers) and pinned[index + 1].any():
            following = network.layers[index + 1]
            feeds = np.repeat(~reached[index + 1], following.row_degrees) & pinned[index + 1][following.columns]
            own[following.rows[feeds]] = True
        anchored.append(own)
    return anchored


def _links_to_remove(layer: BipartiteLayer, earlier: np.ndarray, later: np.ndarray, stays: np.ndarray) -> np.ndarray:
    """Return the links with an inactive end; a link between active neurons lies on a path itself."""
    if stays.all():
        return np.empty(0, dtype=np.int64)
    on_path = np.repeat(earlier, layer.row_degrees) & later[layer.columns]
    return np.flatnonzero(~(on_path | stays))


def _fold_constants(
    network: LayeredNetwork, reached: list[np.ndarray], stays: list[np.ndarray], anchored: list[np.ndarray]
) -> list[np.ndarray]:
    """Return the biases, in float64, after the constants of unreached hidden neurons went forward.

    `constant` is what an unreached neuron emits now, `resting` what it will emit once its bias is 0: that is
    f(0) where its in-links go, and f of what its unreached predecessors rest at where they stay. Where its own bias
    stays, it goes on emitting its constant.
    """
    activate = ACTIVATIONS[network.activation]
    constant = resting = np.zeros(network.sizes[0])
    biases = []
    for index, layer in enumerate(network.layers):
        folded, at_rest = _feed(layer, constant, resting, ~reached[index], stays[index])
        bias = layer.bias + folded
        constant, resting = activate(bias + at_rest), activate(at_rest)
        resting = np.where(anchored[index], constant, resting)
        biases.append(bias)
    return biases


def _feed(
    layer: BipartiteLayer, constant: np.ndarray, resting: np.ndarray, sources: np.ndarray, stays: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Return what each column loses of the constants of the rows in `sources`, and what it goes on to get at rest.

    Both are weighted sums in float64; a link that stays goes on to carry what its row rests at.
    """
    links = np.flatnonzero(np.repeat(sources, layer.row_degrees)) if sources.any() else np.empty(0, np.int64)
    if not links.size:  # of nothing, numpy counts in whole numbers
        return np.zeros(layer.shape[1]), np.zeros(layer.shape[1])
    rows = np.repeat(np.flatnonzero(sources), layer.row_degrees[sources])
    rests = np.where(stays[links], resting[rows], 0.0)
    columns, weights = layer.columns[links], layer.weights[links]
    lost = np.bincount(columns, weights * (constant[rows] - rests), minlength=layer.shape[1])
    return lost, np.bincount(columns, weights * rests, minlength=layer.shape[1])


def _clear_biases(
    network: LayeredNetwork, folded: list[np.ndarray], active: list[np.ndarray], anchored: list[np.ndarray]
) -> tuple[list[np.ndarray], list[np.ndarray]]:
    """Set the biases of disconnected hidden neurons to 0, unless they stay; tell which were not before."""
    biases, cleared = [], []
    for index, (layer, bias) in enumerate(zip(network.layers, folded, strict=True)):
        is_output = index == len(folded) - 1
        disconnected = np.zeros_like(active[index + 1]) if is_output else ~active[index + 1] & ~anchored[index]
        cleared.append(disconnected & (layer.bias != 0))
        biases.append(np.where(disconnected, 0, bias).astype(layer.dtype))
    return biases, cleared


def _losers(
    network: LayeredNetwork, active: list[np.ndarray], removed: list[np.ndarray], cleared: list[np.ndarray]
) -> tuple[np.ndarray, ...]:
    """Mark, per neuron layer, the disconnected neurons that lost a link or a bias."""
    losers = [np.zeros(network.sizes[0], dtype=bool), *(lost.copy() for lost in cleared)]
    for index, (layer, links) in enumerate(zip(network.layers, removed, strict=True)):
        losers[index][np.searchsorted(layer.indptr, links, side="right") - 1] = True
        losers[index + 1][layer.columns[links]] = True
    return tuple(lost & ~on for lost, on in zip(losers, active, strict=True))

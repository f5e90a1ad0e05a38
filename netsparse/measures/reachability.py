"""What is left of a network: neurons on input-to-output paths, and how it comes apart under random removal."""

from __future__ import annotations

import numpy as np

from netsparse.graph import BipartiteLayer, LayeredNetwork, as_network
from netsparse.measures.registry import Value, register, undefined
from netsparse.percolation import active_neurons, curve


@register(
    "active-neurons",
    of="network",
    formula="share of the neurons of a neuron layer that lie on an input-to-output path (active neuron percentage)",
    bounds="0 to 1",
    undefined="no path: 0",
    reads={"links"},
    cost="O(m)",
    seconds=lambda network: 3e-8 * network.n_links,
)
def active_neuron_share(network: LayeredNetwork | BipartiteLayer) -> dict[str, Value]:
    """Return the share of active neurons: of all, of the hidden ones, and of each neuron layer.

    Beside it, `linked` parts: the share with any link, which a percentage of "active" neurons often is.

    Examples
    --------
    >>> import netsparse as ns
    >>> layer = ns.BipartiteLayer.from_links([0], [0], [1.0], shape=(2, 2))
    >>> ns.measures.active_neuron_share(layer)[""].value
    0.5

    References
    ----------
    .. [1] Y. Zhang et al., Epitopological learning and Cannistraci-Hebb network shape intelligence brain-inspired
       theory for ultra-sparse advantage in deep learning, ICLR 2024 (active neuron percentage).
    """
    network = as_network(network)
    active = active_neurons(network)
    layers = network.layers
    degrees = [np.zeros(size, dtype=np.int64) for size in network.sizes]
    for place, layer in enumerate(layers):
        degrees[place] += layer.row_degrees
        degrees[place + 1] += layer.column_degrees
    linked = [each > 0 for each in degrees]
    values = {}
    for kind, marked in (("", active), ("linked", linked)):
        hidden = f"{kind}-hidden".removeprefix("-")
        inner = marked[1:-1]
        values[kind] = Value(float(np.concatenate(marked).mean()))
        values[hidden] = Value(float(np.concatenate(inner).mean())) if inner else undefined("no hidden neuron")
        each = {f"{kind}-{place}".removeprefix("-"): Value(float(m.mean())) for place, m in enumerate(marked)}
        values |= each
    return values


@register(
    "percolation",
    of="network",
    formula="random removal of links: where the second moment peaks (threshold), mean of S(k) of links on paths (R)",
    bounds="0 to 1",
    undefined="no link to remove: NaN",
    reads={"links"},
    cost="O(m log m), one random order",
    seconds=lambda network: 6e-7 * network.n_links,
)
def percolation_threshold(network: LayeredNetwork | BipartiteLayer, *, rng=None) -> dict[str, Value]:
    """Return percolation threshold and robustness R under removal of links in one random order.

    `R` is that of the links on input-to-output paths, `R-largest` that of the largest component, relative to its
    intact size; :mod:`netsparse.percolation` has whole curves, other orders, and their theory.

    Examples
    --------
    >>> import netsparse as ns
    >>> network = ns.generate.erdos_renyi((50, 50, 5), density=0.1, rng=0)
    >>> 0 < ns.measures.percolation_threshold(network, rng=0)["R"].value < 1
    True

    References
    ----------
    .. [1] C. M. Schneider et al., Mitigation of malicious attacks on networks, PNAS 108, 3838 (2011).
    """
    network = as_network(network)
    if not network.n_links:
        return {part: undefined("no link to remove") for part in ("threshold", "R", "R-largest")}
    order = np.random.default_rng(rng).permutation(network.n_links)
    found = curve(network, order)
    robustness = found.R("active_links")
    return {
        "threshold": Value(found.largest_second_moment().fraction),
        "R": Value(robustness) if np.isfinite(robustness) else undefined("no path from an input to an output"),
        "R-largest": Value(found.R("largest_component")),
    }

"""The fewest links or hidden neurons whose removal cuts all inputs from all outputs."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy import sparse

from netsparse.errors import InvalidValue, unknown
from netsparse.graph import LayeredNetwork, as_network
from netsparse.graph.door import NetworkLike
from netsparse.percolation.order import KINDS, link_ends
from netsparse.percolation.reachability import active_neurons

UNLIMITED = 2**30  # capacity of what may not be removed: more than any cut, and int32 as scipy wants it


@dataclass(frozen=True, eq=False)
class MinimumCut:
    """A smallest set of links or hidden neurons without which no output hears an input.

    Attributes
    ----------
    kind : {'links', 'neurons'}
    ids : numpy.ndarray of int64
        Ascending, numbered as in a removal order, which they can serve as.

    Examples
    --------
    >>> import netsparse as ns
    >>> cut = ns.percolation.minimum_cut(ns.generate.erdos_renyi((9, 3, 9), 1.0, readout=0, rng=0), kind="neurons")
    >>> cut.kind, cut.size, cut.ids.tolist()
    ('neurons', 3, [9, 10, 11])
    """

    kind: str
    ids: np.ndarray

    @property
    def size(self) -> int:
        """Number of links or neurons: no attack of any kind disconnects the network with fewer removals."""
        return self.ids.size


def minimum_cut(network: NetworkLike, *, kind: str = "links", readout: bool = False) -> MinimumCut:
    """Return a smallest set of links, or of hidden neurons, that cuts all inputs from all outputs.

    By Menger's theorem its size is the largest number of input-to-output paths that share no removable link
    (no hidden neuron), which a maximum flow finds; the cut lies between the nodes that the residual graph
    still reaches and the others. There may be other cuts of the same size: this one is nearest the inputs.

    Parameters
    ----------
    network : LayeredNetwork
        Or what :func:`netsparse.graph.as_network` takes.
    kind : {'links', 'neurons'}, default 'links'
    readout : bool, default False
        Whether the readout's links take part: may be removed too. Without effect on neurons: all hidden ones may be.

    Returns
    -------
    MinimumCut
        Empty if no input reaches an output.

    Raises
    ------
    ValueError
        If `kind` is unknown, or inputs reach outputs although nothing may be removed: a network without a
        hidden layer, or one whose layers are all readout.

    Notes
    -----
    Dinic's algorithm of :func:`scipy.sparse.csgraph.maximum_flow`, on unit capacities O(links^1.5) at worst.

    References
    ----------
    .. [1] S. Even and R. E. Tarjan, Network flow and testing graph connectivity, SIAM J. Comput. 4, 507 (1975).

    Examples
    --------
    Two inputs that meet in one hidden neuron: one neuron, or its one link to the output, is enough.

    >>> import netsparse as ns
    >>> first = ns.BipartiteLayer.from_links([0, 1], [0, 0], [1.0, 1.0], shape=(2, 1))
    >>> second = ns.BipartiteLayer.from_links([0], [0], [1.0], shape=(1, 1))
    >>> network = ns.LayeredNetwork([first, second])
    >>> ns.percolation.minimum_cut(network).ids, ns.percolation.minimum_cut(network, kind='neurons').ids
    (array([2]), array([2]))
    """
    network = as_network(network)
    if kind not in KINDS:
        raise unknown("kind", kind, KINDS)
    if not active_neurons(network)[0].any():
        return MinimumCut(kind, np.arange(0))
    if kind == "links":
        return MinimumCut(kind, _cut_links(network, len(network.taking_part(readout=readout))))
    return MinimumCut(kind, _cut_neurons(network))


def _cut_links(network: LayeredNetwork, n_removable: int) -> np.ndarray:
    if not n_removable:
        raise InvalidValue("every layer is readout, so that no link may be removed: pass readout=True")
    sources, targets = link_ends(network)
    capacities = [
        np.full(layer.n_links, 1 if index < n_removable else UNLIMITED) for index, layer in enumerate(network.layers)
    ]
    total = sum(network.sizes)
    outputs = np.arange(total - network.sizes[-1], total)
    reached = _source_side(total, sources, targets, np.concatenate(capacities), np.arange(network.sizes[0]), outputs)
    return np.flatnonzero(reached[sources] & ~reached[targets])


def _cut_neurons(network: LayeredNetwork) -> np.ndarray:
    """Split every neuron in two, v and v + N, joined by an edge that only hidden neurons have at capacity 1."""
    if len(network.layers) == 1:
        raise InvalidValue("the network has no hidden neurons to remove: its inputs are linked to its outputs")
    sources, targets = link_ends(network)
    total = sum(network.sizes)
    hidden = np.zeros(total, dtype=bool)
    hidden[network.sizes[0] : total - network.sizes[-1]] = True
    capacities = np.concatenate([np.where(hidden, 1, UNLIMITED), np.full(sources.size, UNLIMITED)])
    reached = _source_side(
        2 * total,
        np.concatenate([np.arange(total), sources + total]),
        np.concatenate([np.arange(total) + total, targets]),
        capacities,
        np.arange(network.sizes[0]),
        np.arange(2 * total - network.sizes[-1], 2 * total),
    )
    return np.flatnonzero(hidden & reached[:total] & ~reached[total:])


def _source_side(
    n_nodes: int,
    sources: np.ndarray,
    targets: np.ndarray,
    capacities: np.ndarray,
    inputs: np.ndarray,
    outputs: np.ndarray,
) -> np.ndarray:
    """Return which nodes the residual graph of a maximum flow from all inputs to all outputs still reaches."""
    from scipy.sparse import csgraph

    source, sink = n_nodes, n_nodes + 1
    sources = np.concatenate([sources, np.full(inputs.size, source), outputs])
    targets = np.concatenate([targets, inputs, np.full(outputs.size, sink)])
    capacities = np.concatenate([capacities, np.full(inputs.size + outputs.size, UNLIMITED)]).astype(np.int32)
    graph = sparse.csr_array((capacities, (sources, targets)), shape=(sink + 1, sink + 1))
    residual = sparse.csr_array(graph - csgraph.maximum_flow(graph, source, sink).flow)
    residual.eliminate_zeros()
    reached = np.zeros(sink + 1, dtype=bool)
    reached[csgraph.breadth_first_order(residual, source, return_predecessors=False)] = True
    return reached[:n_nodes]

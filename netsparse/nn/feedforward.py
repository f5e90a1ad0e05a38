"""A layered network as a torch module, and back."""

from __future__ import annotations

from collections.abc import Iterable

import torch
from torch import Tensor, nn

from netsparse.errors import InvalidType, InvalidValue, check_count, unknown
from netsparse.graph import LayeredNetwork, as_network
from netsparse.graph.door import NetworkLike
from netsparse.nn.backend import choose_backend
from netsparse.nn.masked import MaskedLinear
from netsparse.nn.part import LinearPart, WholeLoad
from netsparse.nn.sparse import SparseLinear

LAYERS = {"masked": MaskedLinear, "sparse": SparseLinear}
_ACTIVATIONS = {"relu": torch.relu, "tanh": torch.tanh, "sigmoid": torch.sigmoid, "identity": lambda x: x}


class FeedForward(WholeLoad):
    """Linear modules in sequence with an activation between them, none after the last.

    It remembers what a graph of it needs: the size of the readout and the name of the activation.

    Parameters
    ----------
    layers : iterable of SparseLinear or MaskedLinear
    readout : int, default 0
        How many last layers are the dense readout.
    activation : {'relu', 'tanh', 'sigmoid', 'identity'}, default 'relu'

    Raises
    ------
    TypeError, ValueError
        If a layer is of another kind or does not fit the one before it, `readout` exceeds their number, or the
        activation is unknown.

    Notes
    -----
    ``load_state_dict`` succeeds whole or leaves the module as it was.

    Examples
    --------
    >>> import netsparse as ns, torch
    >>> network = ns.generate.erdos_renyi((6, 5, 3), density=0.4, rng=0)
    >>> module = ns.nn.FeedForward(map(ns.nn.SparseLinear, network.layers), readout=1)
    >>> module(torch.ones(2, 6)).shape
    torch.Size([2, 3])
    """

    def __init__(self, layers: Iterable[SparseLinear | MaskedLinear], readout: int = 0, activation: str = "relu"):
        super().__init__()
        self.layers = nn.ModuleList(_checked_chain(layers))
        self.readout = check_count("readout", readout)
        if readout > len(self.layers):
            raise InvalidValue(f"readout is {readout}, but there are {len(self.layers)} layers")
        if activation not in _ACTIVATIONS:
            raise unknown("activation", activation, _ACTIVATIONS)
        self.activation = activation

    def forward(self, x: Tensor) -> Tensor:
        """Return the outputs (logits), shape (..., outputs), for inputs (..., inputs)."""
        activate = _ACTIVATIONS[self.activation]
        for index, layer in enumerate(self.layers):
            x = layer(activate(x) if index else x)
        return x

    def to_network(self) -> LayeredNetwork:
        """Return the graph of the module, see :func:`netsparse.nn.to_network`."""
        return LayeredNetwork([layer.to_layer() for layer in self.layers], self.readout, self.activation)


def _checked_chain(layers: Iterable[LinearPart]) -> list[LinearPart]:
    """Return the layers, or raise an error unless each fits the one before it."""
    layers = list(layers)
    if not layers:
        raise InvalidValue("a FeedForward needs at least one layer")
    for layer in layers:
        if not isinstance(layer, LinearPart):
            raise InvalidType(f"layers must be SparseLinear or MaskedLinear, got {type(layer).__name__}")
    for index, (before, after) in enumerate(zip(layers, layers[1:], strict=False)):
        if before.out_features != after.in_features:
            raise InvalidValue(
                f"layer {index} has {before.out_features} outputs, but layer {index + 1} {after.in_features} inputs"
            )
    return layers


def to_module(network: NetworkLike, backend: str = "auto", *, bias: bool = True) -> FeedForward:
    """Return a torch module that computes what the network does, with parameters of its dtype.

    Parameters
    ----------
    network : LayeredNetwork
        Or what :func:`netsparse.graph.as_network` takes.
    backend : {'auto', 'sparse', 'masked'}, default 'auto'
        'sparse': parameters are the links only; 'masked': dense weights times a mask; 'auto': the faster one,
        see :func:`choose_backend`.
    bias : bool, default True
        Without, the network's biases must all be 0, and stay so.

    Examples
    --------
    >>> import netsparse as ns
    >>> network = ns.generate.erdos_renyi((6, 5, 3), density=0.4, rng=0)
    >>> module = ns.nn.to_module(network, backend="sparse")
    >>> ns.nn.to_network(module) == network
    True
    """
    network = as_network(network)
    kind = LAYERS[choose_backend(network, backend)]
    return FeedForward((kind(layer, bias) for layer in network.layers), network.readout, network.activation)


def to_network(module: FeedForward) -> LayeredNetwork:
    """Return the graph of a module: the exact links, also those of weight 0.0, weights and biases it has now.

    Parameters
    ----------
    module : FeedForward
        Trained or not, on any device.

    Returns
    -------
    LayeredNetwork

    Raises
    ------
    TypeError
        If the module is another one: of any torch module it cannot be said which zeros are links.

    Notes
    -----
    O(links), for masked modules O(rows x columns).

    Examples
    --------
    >>> import netsparse as ns, torch
    >>> module = ns.nn.to_module(ns.generate.erdos_renyi((6, 5, 3), density=0.4, rng=0), backend="masked")
    >>> with torch.no_grad():
    ...     _ = module.layers[0].weight.zero_()
    >>> ns.nn.to_network(module).layers[0].n_links
    12
    """
    if not isinstance(module, FeedForward):
        raise InvalidType(f"to_network takes the module that to_module makes, got {type(module).__name__}")
    return module.to_network()

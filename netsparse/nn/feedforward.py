"""A layered network as a torch module, and back."""

from __future__ import annotations

from collections.abc import Iterable

import torch
from torch import Tensor, nn

from netsparse.graph import LayeredNetwork
from netsparse.nn.backend import choose_backend
from netsparse.nn.masked import MaskedLinear
from netsparse.nn.sparse import SparseLinear

LAYERS = {"masked": MaskedLinear, "sparse": SparseLinear}
_ACTIVATIONS = {"relu": torch.relu, "tanh": torch.tanh, "sigmoid": torch.sigmoid, "identity": lambda x: x}


class FeedForward(nn.Module):
    """Linear modules in sequence with an activation between them, none after the last.

    It remembers what a graph of it needs: the size of the readout and the name of the activation.

    Parameters
    ----------
    layers : iterable of SparseLinear or MaskedLinear
    readout : int, default 0
        How many last layers are the dense readout.
    activation : {'relu', 'tanh', 'sigmoid', 'identity'}, default 'relu'

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
        self.layers = nn.ModuleList(layers)
        self.readout = readout
        self.activation = activation

    def forward(self, x: Tensor) -> Tensor:
        """Return the outputs (logits), shape (..., outputs), for inputs (..., inputs)."""
        activate = _ACTIVATIONS[self.activation]
        for index, layer in enumerate(self.layers):
            x = layer(activate(x) if index else x)
        return x


def to_module(network: LayeredNetwork, backend: str = "auto") -> FeedForward:
    """Return a torch module that computes what the network does, with parameters of its dtype.

    Parameters
    ----------
    network : LayeredNetwork
    backend : {'auto', 'sparse', 'masked'}, default 'auto'
        'sparse': parameters are the links only; 'masked': dense weights times a mask; 'auto': the faster one,
        see :func:`choose_backend`.

    Examples
    --------
    >>> import netsparse as ns
    >>> network = ns.generate.erdos_renyi((6, 5, 3), density=0.4, rng=0)
    >>> module = ns.nn.to_module(network, backend="sparse")
    >>> ns.nn.to_network(module) == network
    True
    """
    kind = LAYERS[choose_backend(network, backend)]
    return FeedForward(map(kind, network.layers), network.readout, network.activation)


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
        raise TypeError(f"to_network takes the module that to_module makes, got {type(module).__name__}")
    return LayeredNetwork([layer.to_layer() for layer in module.layers], module.readout, module.activation)

"""A topology update carried over to a module and its optimiser."""

from __future__ import annotations

from typing import TYPE_CHECKING

import torch
from torch import nn

from netsparse.graph import BipartiteLayer, LayeredNetwork
from netsparse.nn.feedforward import FeedForward

if TYPE_CHECKING:
    from netsparse.rewire import LayerUpdate, TopologyUpdate


def apply_update(
    module: FeedForward, optimizer: torch.optim.Optimizer | None, network: LayeredNetwork, update: TopologyUpdate
) -> None:
    """Rewire a module and its optimiser in place after one topology update.

    Parameters
    ----------
    module : FeedForward
        Of the network that the update started from.
    optimizer : torch.optim.Optimizer or None
        Any whose state is tensors of the parameter's shape (SGD, Adam, AdamW ...). State of surviving links is
        kept, that of new links zero; that of a bias set to 0 by the update is zero. Scalars such as Adam's step
        count are kept. The parameter objects stay the same, so that it goes on knowing them.
    network, update
        What :func:`netsparse.rewire.update` returned.

    Raises
    ------
    ValueError
        If module, network and update do not belong together.

    Examples
    --------
    >>> import netsparse as ns, torch
    >>> network = ns.generate.erdos_renyi((8, 7, 3), density=0.4, rng=0)
    >>> module = ns.nn.to_module(network, "sparse")
    >>> optimizer = torch.optim.Adam(module.parameters())
    >>> rewired, update = ns.rewire.update(ns.nn.to_network(module), zeta=0.3, regrowth="random", rng=0)
    >>> ns.nn.apply_update(module, optimizer, rewired, update)
    >>> ns.nn.to_network(module) == rewired
    True
    """
    check_fits(network, update, [(layer.in_features, layer.out_features) for layer in module.layers])
    for part, layer, change in zip(module.layers, network.layers, update.layers, strict=True):
        of_weight, of_bias = _state(optimizer, part.weight), _state(optimizer, part.bias)
        for value in of_bias.values():
            value[torch.as_tensor(change.bias_cleared)] = 0
        carried = {name: _carry(part.by_link(value), layer, change) for name, value in of_weight.items()}
        part.rewire(layer)
        if carried:
            optimizer.state[part.weight].update({name: part.from_links(v) for name, v in carried.items()})


def _carry(values: torch.Tensor, layer: BipartiteLayer, change: LayerUpdate) -> torch.Tensor:
    """Return values by link after a rewiring: those of survivors kept, zero for new links."""
    carried = values.new_zeros(layer.n_links)
    carried[torch.as_tensor(change.kept_to)] = values[torch.as_tensor(change.kept_from)]
    return carried


def check_fits(network: LayeredNetwork, update: TopologyUpdate, shapes: list[tuple[int, int]]) -> None:
    """Raise a ValueError unless network and update are of layers of these shapes."""
    found = [layer.shape for layer in network.layers]
    if found != shapes or len(update.layers) != len(shapes):
        raise ValueError(
            f"the network has layers of shapes {found} and the update {len(update.layers)} layers, "
            f"but what is to be rewired has layers of shapes {shapes}"
        )


def _state(optimizer: torch.optim.Optimizer | None, parameter: nn.Parameter) -> dict[str, torch.Tensor]:
    """Return the optimiser's tensors of a parameter's shape, by name; not scalars such as Adam's step count."""
    if optimizer is None or parameter not in optimizer.state:
        return {}
    state = optimizer.state[parameter]
    return {name: v for name, v in state.items() if torch.is_tensor(v) and v.shape == parameter.shape}

"""A topology update carried over to a module and its optimiser."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np
import torch
from torch import nn

from netsparse.errors import InvalidType, InvalidValue
from netsparse.graph import BipartiteLayer, LayeredNetwork, as_network
from netsparse.graph.door import NetworkLike
from netsparse.nn.feedforward import FeedForward
from netsparse.nn.part import LinearPart, shared_parameters

if TYPE_CHECKING:
    from netsparse.rewire import LayerUpdate, TopologyUpdate

Indices = tuple[np.ndarray, np.ndarray]

# State that a parameter without history does not start at zero, and the setting that it starts at.
_FRESH = {(torch.optim.Rprop, "step_size"): "lr", (torch.optim.Adagrad, "sum"): "initial_accumulator_value"}


def apply_update(
    module: FeedForward, optimizer: torch.optim.Optimizer | None, network: NetworkLike, update: TopologyUpdate
) -> None:
    """Rewire a module and its optimiser in place after one topology update.

    Parameters
    ----------
    module : FeedForward
        With the topology that the update started from.
    optimizer : torch.optim.Optimizer or None
        Any whose state is tensors of the parameter's shape (SGD, Adam, AdamW, Rprop ...). State of surviving links
        is kept; that of new links, and of a bias set to 0 by the update, is what the optimiser starts with. Scalars
        such as Adam's step count are kept. The parameter objects stay the same, so that it goes on knowing them.
    network, update
        What :func:`netsparse.rewire.update` returned.

    Raises
    ------
    ValueError
        If module, network and update do not belong together: other shapes or dtypes, an update that was applied
        already, or one that started from another topology; or if two layers share a parameter.
    TypeError
        If the module is not a FeedForward, torch computes a parameter from other tensors (pruning,
        parametrisations), or the optimiser keeps state that belongs to no single link (LBFGS, Adafactor).
        Whatever the error, nothing has changed.

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
    network = as_network(network)
    if not isinstance(module, FeedForward):
        raise InvalidType(f"apply_update takes the module that to_module makes, got {type(module).__name__}")
    carry_over(list(module.layers), optimizer, network, update)


def carry_over(
    parts: Sequence[LinearPart],
    optimizer: torch.optim.Optimizer | None,
    network: LayeredNetwork,
    update: TopologyUpdate,
) -> None:
    """Rewire parts of any model, as :func:`apply_update` does those of a FeedForward, with its errors."""
    _check_parts(parts, network)
    check_fits(network, update, [part.indices() for part in parts])
    states = [[_state(optimizer, parameter) for parameter in (part.weight, part.bias)] for part in parts]
    for part, layer, change, (of_weight, of_bias) in zip(parts, network.layers, update.layers, states, strict=True):
        for name, value in of_bias.items():
            value[torch.as_tensor(change.bias_cleared)] = fresh(optimizer, part.bias, name)
        carried = {
            name: _carry(part.by_link(value), layer, change, fresh(optimizer, part.weight, name))
            for name, value in of_weight.items()
        }
        part.rewire(layer)
        if carried:
            optimizer.state[part.weight].update({name: part.from_links(v) for name, v in carried.items()})


def _carry(values: torch.Tensor, layer: BipartiteLayer, change: LayerUpdate, fresh: float) -> torch.Tensor:
    """Return values by link after a rewiring: those of survivors kept, `fresh` for new links."""
    carried = values.new_full((layer.n_links,), fresh)
    carried[torch.as_tensor(change.kept_to)] = values[torch.as_tensor(change.kept_from)]
    return carried


def _check_parts(parts: Sequence[LinearPart], network: LayeredNetwork) -> None:
    """Raise an error unless every part can take over its layer of the network."""
    shapes, own = ([(*pair,) for pair in pairs] for pairs in (
        (layer.shape for layer in network.layers), ((part.in_features, part.out_features) for part in parts)
    ))  # fmt: skip
    if shapes != own:
        raise InvalidValue(f"the network has layers of shapes {shapes}, but the module {own}")
    shared = shared_parameters(parts)
    if shared:
        raise InvalidValue(f"layer {shared[0]} shares a parameter with an earlier layer: they cannot be rewired apart")
    for part, layer in zip(parts, network.layers, strict=True):
        part.check_rewirable(layer)


def check_fits(network: LayeredNetwork, update: TopologyUpdate, before: Sequence[Indices]) -> None:
    """Raise a ValueError unless an update leads from these links, by layer, to those of the network."""
    if not len(update.layers) == len(network.layers) == len(before):
        raise InvalidValue(
            f"the update is of {len(update.layers)} layers and the network has {len(network.layers)}, but what is to "
            f"be rewired has {len(before)}"
        )
    for index, (old, layer, change) in enumerate(zip(before, network.layers, update.layers, strict=True)):
        if not _leads(old, layer, change):
            raise InvalidValue(
                f"the update does not lead from the links that layer {index} has to those of the network: it has been "
                "applied already, or started from another topology"
            )


def _leads(old: Indices, layer: BipartiteLayer, change: LayerUpdate) -> bool:
    """Tell whether an update's survivors are the same links before and after, and its counts are right."""
    returned = change.removed + change.disconnected - (old[0].size - change.kept_from.size)  # with their old weights
    if not 0 <= returned <= change.overlap or returned != change.grown - (layer.n_links - change.kept_to.size):
        return False
    if change.kept_from.size == 0:
        return change.kept_to.size == 0
    if change.kept_from.max() >= old[0].size or change.kept_to.max() >= layer.n_links:
        return False
    pairs = zip(old, (layer.rows, layer.columns), strict=True)
    return all(np.array_equal(then[change.kept_from], now[change.kept_to]) for then, now in pairs)


def _state(optimizer: torch.optim.Optimizer | None, parameter: nn.Parameter | None) -> dict[str, torch.Tensor]:
    """Return the optimiser's tensors of a parameter's shape, by name; not scalars such as Adam's step count."""
    if optimizer is None or parameter is None or parameter not in optimizer.state:
        return {}
    state: Mapping[str, object] = optimizer.state[parameter]
    of_its_own = {name: v for name, v in state.items() if torch.is_tensor(v) and v.shape == parameter.shape}
    others = [name for name, v in state.items() if name not in of_its_own and not _is_scalar(v)]
    if others or isinstance(optimizer, torch.optim.LBFGS):
        what = ", ".join(others) or "its directions"
        raise InvalidType(f"{type(optimizer).__name__} keeps {what}, which belong to no single link: it cannot go on")
    return of_its_own


def _is_scalar(value: object) -> bool:
    return value is None or isinstance(value, int | float) or (torch.is_tensor(value) and value.ndim == 0)


def fresh(optimizer: torch.optim.Optimizer, parameter: nn.Parameter, name: str) -> float:
    """Return what the optimiser's state of a parameter without history is."""
    setting = next((s for (kind, n), s in _FRESH.items() if n == name and isinstance(optimizer, kind)), None)
    if setting is None:
        return 0.0
    groups = optimizer.param_groups
    return float(next(g[setting] for g in groups if any(p is parameter for p in g["params"])))

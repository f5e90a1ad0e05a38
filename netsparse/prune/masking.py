"""Masks on the layers of any torch module: a pruned weight is 0 in every forward pass, whatever an optimiser does."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn.utils import parametrize

from netsparse.errors import InvalidType, InvalidValue
from netsparse.nn import MaskedLinear
from netsparse.nn.tensors import array_of

PLAIN = (nn.Linear, nn.Conv1d, nn.Conv2d, nn.Conv3d)

State = dict[str, Tensor]


class Mask(nn.Module):
    """The parametrisation of a weight that is pruned: 0 off the mask, whatever stands there."""

    def __init__(self, weight: Tensor):
        super().__init__()
        self.register_buffer("mask", torch.ones_like(weight, dtype=torch.bool))

    def forward(self, weight: Tensor) -> Tensor:
        """Return the weight with zeros off the mask."""
        return torch.where(self.mask, weight, torch.zeros_like(weight))


class Masks:
    """The masks of a module, layer by layer: put on, narrowed, taken off again.

    They are parametrisations of torch on the weights of ``Linear`` and ``Conv`` layers; a
    :class:`netsparse.nn.MaskedLinear` has its own. The module is changed in place.

    Parameters
    ----------
    model : torch.nn.Module

    Raises
    ------
    TypeError
        If it is no module, or a weight is already computed from other tensors.
    ValueError
        If it has no such layer, two of them share a weight, or one is lazy.

    Notes
    -----
    What is guaranteed: every forward pass computes with exactly 0 for a pruned weight, and its gradient is exactly
    0, whatever optimiser, momentum, decay or noise changes the parameter behind it. The parameter itself is set to
    0 at pruning, and stays so under every optimiser whose step is 0 where weight, gradient and state are 0: SGD
    with momentum and decay, Adam, AdamW, RMSprop, if they were made after the pruning.

    Examples
    --------
    >>> import torch
    >>> from netsparse import prune
    >>> model = torch.nn.Sequential(torch.nn.Linear(3, 2), torch.nn.ReLU(), torch.nn.Linear(2, 1))
    >>> masks = prune.Masks(model)
    >>> masks.narrow([[[True, False, True], [False, True, True]], [[True, True]]])
    >>> model[0].weight[0, 1].item(), masks.n_links
    (0.0, 6)
    >>> masks.take_off()  # the module is a plain one again, its pruned weights 0
    >>> sorted(model.state_dict())
    ['0.bias', '0.weight', '2.bias', '2.weight']
    """

    def __init__(self, model: nn.Module):
        self.model = model
        self.layers = prunable_layers(model)
        for layer in self.layers.values():
            if isinstance(layer, PLAIN) and not _is_masked(layer):
                parametrize.register_parametrization(layer, "weight", Mask(layer.weight))

    @property
    def names(self) -> list[str]:
        """Names of the layers, in the order of their registration."""
        return list(self.layers)

    @property
    def n_links(self) -> int:
        """How many weights are left."""
        return sum(int(mask.sum()) for mask in self.tensors())

    def tensors(self) -> list[Tensor]:
        """Return the masks themselves, boolean tensors in the shapes of the weights."""
        return [mask_of(layer) for layer in self.layers.values()]

    def arrays(self) -> list[np.ndarray]:
        """Return copies of the masks."""
        return [array_of(mask).copy() for mask in self.tensors()]

    def weights(self) -> list[np.ndarray]:
        """Return copies of the weights, 0 where they are pruned."""
        return [array_of(weight_of(layer)).copy() for layer in self.layers.values()]

    def narrow(self, masks: Sequence) -> None:
        """Prune to these masks; a weight that is pruned never comes back.

        Raises
        ------
        ValueError
            If a shape differs, or a mask holds what is already pruned; before anything changes.
        """
        wanted = [torch.as_tensor(np.asarray(mask, dtype=bool)) for mask in masks]
        shapes = [tuple(mask.shape) for mask in self.tensors()]
        if [tuple(mask.shape) for mask in wanted] != shapes:
            raise InvalidValue(f"masks must have the shapes {shapes}", parameter="masks")
        for name, new, old in zip(self.layers, wanted, self.tensors(), strict=True):
            if bool((new.to(old.device) & ~old).any()):
                raise InvalidValue(f"masks: layer {name!r} would regrow pruned weights", parameter="masks")
        with torch.no_grad():
            for new, old in zip(wanted, self.tensors(), strict=True):
                old.copy_(new)
        self.clear()

    def clear(self) -> None:
        """Set what stands off the masks to 0."""
        with torch.no_grad():
            for layer, mask in zip(self.layers.values(), self.tensors(), strict=True):
                parameter_of(layer).masked_fill_(~mask, 0)

    def state(self) -> State:
        """Return clones of every parameter and buffer of the module but the masks."""
        return {name: tensor.detach().clone() for name, tensor in self._tensors().items()}

    def load(self, state: State) -> None:
        """Write a state back, to the bit; what is pruned stays 0."""
        own = self._tensors()
        if own.keys() != state.keys():
            raise InvalidValue("state must be one of the same module", parameter="state")
        with torch.no_grad():
            for name, tensor in own.items():
                tensor.copy_(state[name])
        self.clear()

    def take_off(self) -> None:
        """Make the module a plain one again, its pruned weights 0."""
        for layer in self.layers.values():
            if _is_masked(layer):
                parametrize.remove_parametrizations(layer, "weight", leave_parametrized=True)
                others = [name for name in layer._parameters if name != "weight"]
                for name in others:  # behind the weight again: optimisers count parameters
                    layer._parameters[name] = layer._parameters.pop(name)

    def _tensors(self) -> State:
        masks = {mask.data_ptr() for mask in self.tensors() if mask.numel()}
        named = [*self.model.named_parameters(), *self.model.named_buffers()]
        return {name: t for name, t in named if not (t.dtype == torch.bool and t.data_ptr() in masks)}


def prunable_layers(model: nn.Module) -> dict[str, nn.Module]:
    """Return the layers whose weights can be pruned, by name, in the order of their registration.

    >>> list(prunable_layers(nn.Sequential(nn.Linear(2, 2), nn.ReLU(), nn.Conv2d(1, 1, 3))))
    ['0', '2']
    """
    return layers_of_kinds(model, (*PLAIN, MaskedLinear))


def layers_of_kinds(model: nn.Module, kinds: tuple[type, ...]) -> dict[str, nn.Module]:
    """Return the layers of these kinds by name; raise an error if there is none, or one has no weight of its own.

    >>> list(layers_of_kinds(nn.Sequential(nn.Linear(2, 2), nn.Conv2d(1, 1, 3)), (nn.Conv2d,)))
    ['1']
    """
    if not isinstance(model, nn.Module):
        raise InvalidType(f"model must be a torch module, got {type(model).__name__}", parameter="model")
    layers = {name: part for name, part in model.named_modules() if isinstance(part, kinds)}
    if not layers:
        words = ", ".join(kind.__name__ for kind in kinds)
        raise InvalidValue(f"model has no layer with weights of its own: {words}", parameter="model")
    for name, layer in layers.items():
        if not _is_masked(layer) and "weight" not in layer._parameters:
            raise InvalidType(
                f"model: the weight of layer {name!r} is computed from other tensors (torch.nn.utils.prune, "
                "parametrize, weight_norm): make that permanent first",
                parameter="model",
            )
        if isinstance(parameter_of(layer), nn.UninitializedParameter):
            raise InvalidValue(f"model: layer {name!r} is lazy: run it once on a sample first", parameter="model")
    if len({id(parameter_of(layer)) for layer in layers.values()}) < len(layers):
        raise InvalidValue("model has layers that share a weight: they cannot be told apart", parameter="model")
    return layers


def parameter_of(layer: nn.Module) -> Tensor:
    """Return the parameter that holds a layer's weight, behind the mask if it has one."""
    return layer.parametrizations.weight.original if _is_masked(layer) else layer.weight


def weight_of(layer: nn.Module) -> Tensor:
    """Return the weight that a layer computes with, pruned weights 0."""
    return layer.weight * layer.mask if isinstance(layer, MaskedLinear) else layer.weight


def mask_of(layer: nn.Module) -> Tensor:
    """Return the mask of a layer; all of it where nothing was ever pruned."""
    if isinstance(layer, MaskedLinear):
        return layer.mask
    return _mask(layer).mask if _is_masked(layer) else torch.ones_like(layer.weight, dtype=torch.bool)


def _is_masked(layer: nn.Module) -> bool:
    return parametrize.is_parametrized(layer, "weight") and _mask(layer) is not None


def _mask(layer: nn.Module) -> Mask | None:
    parts = list(layer.parametrizations.weight)
    return parts[0] if len(parts) == 1 and isinstance(parts[0], Mask) else None

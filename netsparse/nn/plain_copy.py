"""A copy of any model that has its weights as plain parameters."""

from __future__ import annotations

import copy

import torch
from torch import nn
from torch.nn.utils import parametrize, prune

from netsparse.errors import InvalidType


def check_module(model: nn.Module) -> None:
    """Raise a `TypeError` unless `model` is a torch module."""
    if not isinstance(model, nn.Module):
        raise InvalidType(f"model must be a torch module, got {type(model).__name__}", parameter="model")


def copied(model: nn.Module) -> nn.Module:
    """Return a deep copy; of a model that ``torch.nn.utils.prune`` has been at too, which torch refuses to copy.

    What such a module computed in its last forward pass is no parameter of it: the copy holds the values alone.
    """
    check_module(model)
    computed = (
        value
        for module in model.modules()
        for value in vars(module).values()
        if isinstance(value, torch.Tensor) and value.grad_fn is not None
    )
    return copy.deepcopy(model, {id(tensor): tensor.detach().clone() for tensor in computed})


def plain_copy(model: nn.Module) -> nn.Module:
    """Return a copy in which pruning is permanent, and what is parametrised a parameter again.

    Examples
    --------
    >>> from torch import nn
    >>> from torch.nn.utils import prune
    >>> layer = prune.l1_unstructured(nn.Linear(4, 2), "weight", amount=3)
    >>> sorted(dict(plain_copy(layer).named_parameters())), int((plain_copy(layer).weight == 0).sum())
    (['bias', 'weight'], 3)
    """
    plain = copied(model)
    with torch.no_grad():
        for module in plain.modules():
            _make_permanent(module)
    return plain


def _make_permanent(module: nn.Module) -> None:
    hooks = [hook for hook in module._forward_pre_hooks.values() if isinstance(hook, prune.BasePruningMethod)]
    for hook in hooks:
        prune.remove(module, hook._tensor_name)
    if parametrize.is_parametrized(module):
        _unparametrise(module)


def _unparametrise(module: nn.Module) -> None:
    """Make parameters of what is parametrised; torch's own way takes it from the class, which the original shares."""
    chains = module._modules.pop("parametrizations")
    values = {name: (chain(), any(one.requires_grad for one in chain.parameters())) for name, chain in chains.items()}
    module.__class__ = type(module).__mro__[1]
    for name, (value, learns) in values.items():
        module.register_parameter(name, nn.Parameter(value.detach().clone(), learns))

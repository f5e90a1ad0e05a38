"""Which linear layers of a model can be made sparse, and why others are left alone."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from fnmatch import fnmatchcase

import torch
from torch import nn
from torch.nn.utils import parametrize

from netsparse.errors import InvalidValue, unknown

_FLOATS = (torch.float64, torch.float32, torch.bfloat16, torch.float16)
_NORMALISATIONS = (nn.modules.batchnorm._NormBase, nn.LayerNorm, nn.GroupNorm, nn.LocalResponseNorm)


def choose_layers(
    model: nn.Module, layers: Sequence[str] | str | None
) -> tuple[dict[str, nn.Linear], Mapping[str, str]]:
    """Return the layers to make sparse by name, and why each of the others with weights is left alone.

    `layers` are names or patterns, such as ``"encoder.*.linear1"``; None stands for all that can be, but the last.

    Raises
    ------
    ValueError
        If a name matches nothing, a layer that is named cannot be made sparse, or there is none.
    """
    reasons = dict(_reasons(model))
    able = {name: module for name, module in _linear(model) if name not in reasons}
    if layers is None:
        chosen = dict(list(able.items())[:-1])
        left = reasons | _others(able, chosen, "the last layer")
    else:
        names = [layers] if isinstance(layers, str) else list(layers)
        chosen = _named(model, able, reasons, names)
        left = reasons | _others(able, chosen, "not chosen")
    if not chosen:
        why = "; ".join(f"{name}: {reason}" for name, reason in left.items()) or "it has no linear layer"
        raise InvalidValue(f"model has no layer to make sparse ({why}); name one by layers", parameter="model")
    return chosen, left


def _others(able: Mapping[str, nn.Linear], chosen: Mapping[str, nn.Linear], reason: str) -> dict[str, str]:
    return dict.fromkeys((name for name in able if name not in chosen), reason)


def _named(
    model: nn.Module, able: Mapping[str, nn.Linear], reasons: Mapping[str, str], names: Iterable[str]
) -> dict[str, nn.Linear]:
    modules = dict(model.named_modules())
    found: set[str] = set()
    for pattern in names:
        if pattern in modules and pattern not in able:
            reason = reasons.get(pattern, f"it is no linear layer, but {type(modules[pattern]).__name__}")
            raise InvalidValue(f"layers: {pattern!r} cannot be made sparse: {reason}", parameter="layers")
        matches = {name for name in able if fnmatchcase(name, pattern)}
        if not matches:
            raise unknown("layer", pattern, able)
        found |= matches
    return {name: module for name, module in able.items() if name in found}


def _linear(model: nn.Module) -> Iterable[tuple[str, nn.Linear]]:
    return ((name, module) for name, module in model.named_modules() if name and isinstance(module, nn.Linear))


def _reasons(model: nn.Module) -> Iterable[tuple[str, str]]:
    """Yield by name why a module with weights is left alone."""
    owners: dict[int, list[str]] = {}
    attention: dict[int, str] = {}
    for name, module in model.named_modules():
        for tensor in module.parameters(recurse=False):
            owners.setdefault(id(tensor), []).append(name)
        if isinstance(module, nn.MultiheadAttention):
            attention[id(module.out_proj)] = name
            yield name, "MultiheadAttention keeps its projections in one parameter"
    for name, module in model.named_modules():
        if not name or isinstance(module, nn.MultiheadAttention) or not list(module.parameters(recurse=False)):
            continue
        reason = _reason(module, attention)
        shared = sorted({one for tensor in module.parameters(recurse=False) for one in owners[id(tensor)]} - {name})
        if reason is None and shared:
            reason = f"it shares parameters with {shared[0]}"
        if reason is not None:
            yield name, reason


def _reason(module: nn.Module, attention: Mapping[int, str]) -> str | None:
    """Return why a module by itself is left alone; None for a linear layer that can be made sparse."""
    if id(module) in attention:
        return "MultiheadAttention reads its weight and never calls it"
    if isinstance(module, nn.Embedding | nn.EmbeddingBag):
        return "an embedding"
    if isinstance(module, _NORMALISATIONS):
        return "a normalisation"
    if parametrize.is_parametrized(module) or "weight_orig" in module._parameters:
        return "its weight is computed from other tensors: make pruning permanent first, e.g. by prune.remove"
    if type(module) is not nn.Linear:
        return f"{type(module).__name__} is no linear layer"
    if module._forward_pre_hooks or module._forward_hooks or module._backward_hooks:
        return "it has hooks"
    if module.weight.dtype not in _FLOATS:
        return f"its weight is {module.weight.dtype}"
    return None

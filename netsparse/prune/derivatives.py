"""What autograd says about the weights of a module: gradients, their products with the Hessian, synaptic flow."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import torch
from torch import Tensor, nn

from netsparse.prune.batches import Probe, looked_at
from netsparse.prune.masking import mask_of, parameter_of


def mean_gradients(model: nn.Module, layers: Sequence[nn.Module], probe: Probe) -> list[np.ndarray]:
    """Return the gradient of the mean cross-entropy over the probe by each layer's weight, summed in float64.

    In evaluation mode. Off the masks it is 0.
    """
    parameters = [parameter_of(layer) for layer in layers]
    totals = [np.zeros(tuple(parameter.shape)) for parameter in parameters]
    with looked_at(model), torch.enable_grad():
        for x, y in probe.labelled(model):
            loss = nn.functional.cross_entropy(model(x), y, reduction="sum")
            _add(totals, torch.autograd.grad(loss, parameters, allow_unused=True))
    return [total / len(probe) for total in totals]


def hessian_products(model: nn.Module, layers: Sequence[nn.Module], probe: Probe) -> list[np.ndarray]:
    """Return H g: the Hessian of the mean cross-entropy over the probe times its gradient, without a Hessian.

    The gradient of the whole probe is multiplied with each batch's Hessian, so that batches only add up.
    """
    parameters = [parameter_of(layer) for layer in layers]
    gradients = [
        torch.as_tensor(g).to(p) for g, p in zip(mean_gradients(model, layers, probe), parameters, strict=True)
    ]
    totals = [np.zeros(tuple(parameter.shape)) for parameter in parameters]
    with looked_at(model), torch.enable_grad():
        for x, y in probe.labelled(model):
            loss = nn.functional.cross_entropy(model(x), y, reduction="sum")
            first = torch.autograd.grad(loss, parameters, create_graph=True, materialize_grads=True, allow_unused=True)
            product = sum((a * b).sum() for a, b in zip(first, gradients, strict=True))
            _add(totals, torch.autograd.grad(product, parameters, allow_unused=True))
    return [total / len(probe) for total in totals]


def synaptic_flows(model: nn.Module, layers: Sequence[nn.Module], sample: Tensor) -> list[np.ndarray]:
    """Return dR / d|w| for R = 1' prod |W| 1: the sum of the outputs of the module for an input of ones.

    Computed in float64 with the absolute values of all parameters, biases and running means 0, as sums over all
    paths; that is what rectifiers leave as it is, while other activations bend it.
    """
    tensors = {**dict(model.named_parameters()), **dict(model.named_buffers())}
    changed = {name: _absolute(name, tensor) for name, tensor in tensors.items()}
    places = {id(tensor): name for name, tensor in tensors.items()}
    asked = [changed[places[id(parameter_of(layer))]].requires_grad_() for layer in layers]
    with looked_at(model), torch.enable_grad():
        ones = torch.ones_like(sample[:1], dtype=torch.float64)
        flow = torch.func.functional_call(model, changed, (ones,)).sum()
        found = torch.autograd.grad(flow, asked, allow_unused=True, materialize_grads=True)
    return [(g * mask_of(layer)).cpu().numpy() for g, layer in zip(found, layers, strict=True)]


def _absolute(name: str, tensor: Tensor) -> Tensor:
    if not tensor.is_floating_point():
        return tensor
    values = tensor.detach().double().abs()
    return torch.zeros_like(values) if name.rpartition(".")[2] in ("bias", "running_mean") else values


def _add(totals: list[np.ndarray], gradients: Sequence[Tensor | None]) -> None:
    for total, gradient in zip(totals, gradients, strict=True):
        if gradient is not None:
            total += gradient.detach().double().cpu().numpy()

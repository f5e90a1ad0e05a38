"""Linear layers and convolutions: where channels end that nothing heeds, and constants become biases."""

from __future__ import annotations

import copy

import numpy as np
import torch
from torch import Tensor, nn

from netsparse.nn.channel_operations import Operation
from netsparse.nn.channels import Channels, Groups
from netsparse.nn.part import LinearPart

CONVOLUTIONS = (nn.Conv1d, nn.Conv2d, nn.Conv3d)


class Weighted(Operation):
    """A linear layer or a convolution of one group: each output is a weighted sum of inputs.

    An input is heeded by the outputs to which one of its weights is not 0.
    """

    def __init__(self, module: nn.Module, x: Channels, groups: Groups):
        self._module, self._values = module, x.values
        self._weight = _weight_of(module)
        self._pads = _pads_with_zeros(module)
        self._heeds = (self._weight != 0).any(axis=_places(self._weight))
        self.foldable = x.constant & ((x.values == 0) | (not self._pads))
        output = groups.fresh(len(self._heeds), x.axis)
        constant = ~self._heeds[:, ~self.foldable].any(axis=1)
        super().__init__([x], output.with_values(constant, self._bias() + self._folded(self.foldable)))

    def needed(self, output: np.ndarray) -> list[np.ndarray]:
        """Return the inputs that one of the marked outputs heeds."""
        return [self._heeds[output].any(axis=0)]

    def demanded(self, needed: np.ndarray) -> np.ndarray:
        """Return the needed inputs that no bias can stand for."""
        return needed & ~self.foldable

    def unfolded(self, needed: np.ndarray) -> int:
        """Return how many needed inputs are constant, but not next to zeros of the padding."""
        return int((needed & self.inputs[0].constant & ~self.foldable).sum())

    def smaller(self, kept: np.ndarray) -> nn.Module:
        """Return the layer between the channels that stay, the constants of others in its biases."""
        earlier, later = kept[self.inputs[0].members], kept[self.output.members]
        folded = self._folded(self.foldable & ~earlier)[later]
        weight, bias = self._weight[np.ix_(later, earlier)], self._bias()[later] + folded
        has_bias = self._module.bias is not None or bool(folded.any())
        return _layer_of(self._module, weight, bias if has_bias else None)

    def sizes(self) -> tuple[int, int]:
        """Return the numbers of inputs and outputs."""
        return self._heeds.shape[::-1]

    def _bias(self) -> np.ndarray:
        bias = self._module._current("bias") if isinstance(self._module, LinearPart) else self._module.bias
        return np.zeros(len(self._heeds)) if bias is None else bias.detach().cpu().double().numpy()

    def _folded(self, chosen: np.ndarray) -> np.ndarray:
        """Return what some constant inputs add to each output."""
        weight = self._weight[:, chosen].astype(np.float64)
        return weight.sum(axis=_places(weight)) @ self._values[chosen]


class Depthwise(Operation):
    """A convolution of each channel by itself: an output stays or goes with its input."""

    def __init__(self, module: nn.Module, x: Channels):
        self._module = module
        self._weight = _weight_of(module)
        flat = self._weight.reshape(len(x), -1)
        self._heeds = (flat != 0).any(axis=1)
        constant = ~self._heeds | (x.constant & ((x.values == 0) | (not _pads_with_zeros(module))))
        bias = np.zeros(len(x)) if module.bias is None else module.bias.detach().cpu().double().numpy()
        values = flat.astype(np.float64).sum(axis=1) * x.values + bias
        super().__init__([x], x.with_values(constant, values))

    def needed(self, output: np.ndarray) -> list[np.ndarray]:
        """Return the same channels, but for those whose weights are all 0."""
        return [output & self._heeds]

    def smaller(self, kept: np.ndarray) -> nn.Module:
        """Return the convolution of the channels that stay."""
        chosen = kept[self.output.members]
        bias = self._module.bias
        bias = None if bias is None else bias.detach().cpu().double().numpy()[chosen]
        return _layer_of(self._module, self._weight[chosen], bias, groups=int(chosen.sum()))


def _places(weight: np.ndarray) -> tuple[int, ...]:
    """Return the axes of a weight that count the places of a kernel: none in a linear layer."""
    return tuple(range(2, weight.ndim))


def _weight_of(module: nn.Module) -> np.ndarray:
    """Return a weight as numpy knows it, (outputs, inputs, places ...), exactly."""
    if isinstance(module, LinearPart):
        return module.to_layer().biadjacency.toarray().T
    weight = module.weight.detach().cpu()
    return (weight if weight.dtype in (torch.float32, torch.float64) else weight.float()).numpy()


def _pads_with_zeros(module: nn.Module) -> bool:
    if not isinstance(module, CONVOLUTIONS) or module.padding_mode != "zeros":
        return False
    if isinstance(module.padding, str):
        return module.padding != "valid" and any(size > 1 for size in module.kernel_size)
    return any(module.padding)


def _layer_of(like: nn.Module, weight: np.ndarray, bias: np.ndarray | None, groups: int = 1) -> nn.Module:
    """Return a layer of the kind of another one, with other weights and biases."""
    memo = {id(parameter): parameter for parameter in like.parameters()}  # they are replaced, not copied
    layer = copy.deepcopy(like, memo) if not isinstance(like, LinearPart) else _linear()
    n_in, n_out = weight.shape[1] * groups, weight.shape[0]
    if isinstance(layer, CONVOLUTIONS):
        layer.in_channels, layer.out_channels, layer.groups = n_in, n_out, groups
    else:
        layer.in_features, layer.out_features = n_in, n_out
    layer.weight = _parameter(weight, like.weight)
    layer.bias = None if bias is None else _parameter(bias, like.weight if like.bias is None else like.bias)
    return layer.train(like.training)


def _linear() -> nn.Linear:
    """Return a layer whose parameters are to be replaced; none of torch's random numbers are used up."""
    with torch.random.fork_rng(devices=[]):
        return nn.Linear(1, 1)


def _parameter(values: np.ndarray, like: Tensor) -> nn.Parameter:
    return nn.Parameter(torch.tensor(values, device=like.device, dtype=like.dtype), like.requires_grad)

"""What an operation of a model does to channels: which it joins, which it needs, and what is constant after it."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Callable, Sequence

import numpy as np
import torch
from torch import Tensor, nn

from netsparse.nn.channels import Channels, Groups


class Operation:
    """One operation on channels.

    Attributes
    ----------
    inputs : sequence of Channels
    output : Channels
    """

    def __init__(self, inputs: Sequence[Channels], output: Channels):
        self.inputs, self.output = inputs, output

    @abstractmethod
    def needed(self, output: np.ndarray) -> list[np.ndarray]:
        """Return which channels of each input some of the marked output channels depend on."""

    def demanded(self, needed: np.ndarray) -> np.ndarray:
        """Return which of the needed channels of the first input have to stay: none, if they go with the output."""
        return np.zeros_like(needed)

    def smaller(self, kept: np.ndarray) -> nn.Module | None:
        """Return the module for the members that are kept; None where it has nothing of the channels' size."""
        return None


class Elementwise(Operation):
    """Applies one function to each number; `function` takes what a channel's value is."""

    def __init__(self, x: Channels, function: Callable[[Tensor], Tensor]):
        with torch.no_grad():
            values = function(torch.from_numpy(x.values.copy())).double().numpy()
        super().__init__([x], x.with_values(x.constant, values))

    def needed(self, output: np.ndarray) -> list[np.ndarray]:
        """Return the same channels."""
        return [output]


class Pooling(Operation):
    """Takes the largest or the mean of places: of a constant channel that constant.

    Unless zeros of a padding are counted: then only 0 stays what it is.
    """

    def __init__(self, x: Channels, counts_padding: bool):
        super().__init__([x], x.only(x.values == 0) if counts_padding else x)

    def needed(self, output: np.ndarray) -> list[np.ndarray]:
        """Return the same channels."""
        return [output]


class Flatten(Operation):
    """Lays out all numbers of a sample in a row: a channel becomes as many features as it has places."""

    def __init__(self, x: Channels, shape: tuple[int, ...]):
        sample = [1] * (len(shape) - 1)
        sample[x.axis - 1] = len(x)
        self._channel = np.broadcast_to(np.arange(len(x)).reshape(sample), shape[1:]).ravel()
        own = (part[self._channel] for part in (x.members, x.constant, x.values))
        super().__init__([x], Channels(1, *own))

    def needed(self, output: np.ndarray) -> list[np.ndarray]:
        """Return the channels of the marked features."""
        return [np.bincount(self._channel[output], minlength=len(self.inputs[0])) > 0]


class Binary(Operation):
    """Combines two tensors channel by channel; `annihilates` if a 0 in one makes 0 of the other."""

    def __init__(
        self,
        one: Channels,
        other: Channels,
        function: Callable[[Tensor, Tensor], Tensor],
        annihilates: bool,
        groups: Groups,
    ):
        groups.join(one.members, other.members)
        values = function(*(torch.from_numpy(x.values.copy()) for x in (one, other))).double().numpy()
        constant = one.constant & other.constant
        if annihilates:
            zero = (one.constant & (one.values == 0)) | (other.constant & (other.values == 0))
            constant, values = constant | zero, np.where(zero, 0.0, values)
        super().__init__([one, other], one.with_values(constant, values))

    def needed(self, output: np.ndarray) -> list[np.ndarray]:
        """Return the same channels of both."""
        return [output, output]


class Concatenation(Operation):
    """Puts the channels of several tensors side by side."""

    def __init__(self, inputs: Sequence[Channels]):
        whole = (np.concatenate([getattr(x, name) for x in inputs]) for name in ("members", "constant", "values"))
        super().__init__(inputs, Channels(inputs[0].axis, *whole))

    def needed(self, output: np.ndarray) -> list[np.ndarray]:
        """Return the part of each."""
        return np.split(output, np.cumsum([len(x) for x in self.inputs])[:-1])


class Normalisation(Operation):
    r"""Batch normalisation in evaluation, :math:`y_c = s_c (x_c - \mu_c) + b_c`; channels of scale 0 are constant."""

    def __init__(self, module: nn.modules.batchnorm._BatchNorm, x: Channels):
        self._module = module
        mean, variance = (_doubles(value) for value in (module.running_mean, module.running_var))
        weight = np.ones(len(x)) if module.weight is None else _doubles(module.weight)
        bias = np.zeros(len(x)) if module.bias is None else _doubles(module.bias)
        self._heeds = weight != 0
        values = np.where(self._heeds, weight * (x.values - mean) / np.sqrt(variance + module.eps), 0.0) + bias
        super().__init__([x], x.with_values(x.constant | ~self._heeds, values))

    def needed(self, output: np.ndarray) -> list[np.ndarray]:
        """Return the same channels, but for those of scale 0."""
        return [output & self._heeds]

    def smaller(self, kept: np.ndarray) -> nn.Module:
        """Return the normalisation of the channels that stay."""
        chosen = torch.from_numpy(np.flatnonzero(kept[self.output.members]))
        own = self._module
        like = next(iter([*own.parameters(), own.running_mean]))
        less = type(own)(
            len(chosen), own.eps, own.momentum, affine=own.affine, device=like.device, dtype=like.dtype
        ).train(own.training)
        with torch.no_grad():
            for name, value in {**dict(own.named_parameters()), **dict(own.named_buffers())}.items():
                target = getattr(less, name)
                target.copy_(value if value.ndim == 0 else value[chosen.to(value.device)])
                target.requires_grad_(value.requires_grad)
        return less


def _doubles(tensor: Tensor) -> np.ndarray:
    return tensor.detach().cpu().double().numpy()

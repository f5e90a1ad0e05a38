"""What shrinking made of a model: sizes, what was left as it is, and how far the outputs differ."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import torch
from torch import Tensor, nn
from torch.utils import _pytree

from netsparse.errors import InvalidValue

if TYPE_CHECKING:
    import pandas

_TOLERANCE = {torch.float64: 1e-10, torch.float32: 1e-5}
_COARSE = 0.02  # of half precision
_ROUNDS = 2


@dataclass(frozen=True)
class LayerSizes:
    """Inputs and outputs of a layer before and after.

    Examples
    --------
    >>> LayerSizes("0", (784, 300), (784, 64)).before
    (784, 300)
    """

    name: str
    before: tuple[int, int]
    after: tuple[int, int]


@dataclass(frozen=True)
class ShrinkReport:
    """What :func:`netsparse.nn.shrink` did.

    Attributes
    ----------
    layers : tuple of LayerSizes
        Linear layers and convolutions: neurons or channels that go in and come out.
    parameters : tuple of int, int
        Numbers of the whole model, before and after.
    left : mapping of str to str
        Modules and operations that were left as they are, and why.
    largest_difference : float
        The certificate: how far an output of the smaller model is from that of the model, at most, on the example and
        on random inputs of its shape.
    tolerance : float
        What that may be: 1e-5 of the largest output (at least of 1) in float32, 1e-10 in float64.

    Examples
    --------
    >>> import torch, netsparse as ns
    >>> model = torch.nn.Sequential(torch.nn.Linear(3, 4), torch.nn.ReLU(), torch.nn.Linear(4, 1))
    >>> with torch.no_grad():
    ...     _ = model[0].weight[:3].zero_()
    >>> smaller, report = ns.nn.shrink(model, torch.randn(2, 3))
    >>> report.frame()
      layer  inputs  outputs  inputs_after  outputs_after
    0     0       3        4             3              1
    1     2       4        1             1              1
    """

    layers: tuple[LayerSizes, ...]
    parameters: tuple[int, int]
    left: Mapping[str, str]
    largest_difference: float
    tolerance: float

    def frame(self) -> pandas.DataFrame:
        """Return a tidy table with a row per layer."""
        import pandas as pd

        names = ["layer", "inputs", "outputs", "inputs_after", "outputs_after"]
        return pd.DataFrame([(one.name, *one.before, *one.after) for one in self.layers], columns=names)

    def __str__(self) -> str:
        lines = [f"{self.parameters[0]:,} parameters before, {self.parameters[1]:,} after"]
        for one in self.layers:
            lines.append(f"  {one.name}: {one.before[0]} x {one.before[1]} -> {one.after[0]} x {one.after[1]}")
        lines += [f"  left as it is: {name}: {reason}" for name, reason in self.left.items()]
        return "\n".join([*lines, f"outputs differ by {self.largest_difference:.2g} at most"])


def certificate(model: nn.Module, smaller: nn.Module, example: tuple, rng: torch.Generator) -> tuple[float, float]:
    """Return how far outputs of two models differ at most, and how far they may; raise an error if that is more."""
    largest = allowed = 0.0
    for inputs in (example, *(_random_like(example, rng) for _ in range(_ROUNDS))):
        with torch.no_grad():
            ours, theirs = (_tensors(one(*map(torch.clone, inputs))) for one in (smaller, model))
        for one, other in zip(ours, theirs, strict=True):
            allowed = max(allowed, _allowed(other))
            largest = max(largest, _difference(one, other))
    if not largest <= allowed:  # NaN too
        raise InvalidValue(
            f"model cannot be shrunk: the outputs would differ by {largest:.3g}; what it computes depends on more than "
            "its inputs and weights, or on the values of the inputs (branches, randomness)",
            parameter="model",
        )
    return largest, allowed


def _random_like(example: tuple, rng: torch.Generator) -> tuple:
    """Return inputs of the same shapes: normal numbers, or whole numbers in the range of the example."""
    found = []
    for one in example:
        if one.is_floating_point():
            drawn = torch.randn(one.shape, generator=rng, dtype=torch.float64)
        else:
            low, high = (int(one.min()), int(one.max())) if one.numel() else (0, 0)
            drawn = torch.randint(low, high + 1, one.shape, generator=rng)
        found.append(drawn.to(one))
    return tuple(found)


def _tensors(outputs: object) -> list[Tensor]:
    return [leaf for leaf in _pytree.tree_leaves(outputs) if isinstance(leaf, Tensor)]


def _allowed(outputs: Tensor) -> float:
    scale = float(outputs.abs().max()) if outputs.numel() and outputs.is_floating_point() else 0.0
    return _TOLERANCE.get(outputs.dtype, _COARSE) * max(1.0, scale)


def _difference(one: Tensor, other: Tensor) -> float:
    if one.shape != other.shape:
        return float("inf")
    if not one.numel() or torch.equal(one, other):
        return 0.0
    return float((one.double() - other.double()).abs().max())

"""What goes through the layers of any model in its backward passes: evidence for rules that look at gradients."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial

import numpy as np
import torch
from torch import Tensor

from netsparse.errors import InvalidValue
from netsparse.nn.part import LinearPart
from netsparse.nn.tensors import array_of

Pair = tuple[Tensor, Tensor]


class Captured:
    """Signals into parts and the gradients of what they return, of each backward pass while `active`.

    Several passes of one step, of accumulated gradients or a layer called twice, are more samples: the sum of their
    dense gradients is the product of all samples together.

    Parameters
    ----------
    parts : mapping of str to LinearPart
    n_steps : int
        Of how many last steps what was captured is kept.
    """

    def __init__(self, parts: Mapping[str, LinearPart], n_steps: int):
        self.active = False
        self._parts, self._n_steps = parts, n_steps
        self._steps: list[dict[str, list[Pair]]] = []
        self._now: dict[str, list[Pair]] = {name: [] for name in parts}
        self._handles = [part.register_forward_hook(partial(self._watch, name)) for name, part in parts.items()]

    def close_step(self) -> None:
        """Note that a step of the optimiser ends: later passes belong to the next one."""
        if self.active:
            self._steps = [*self._steps, self._now][-self._n_steps :]
            self._now = {name: [] for name in self._parts}

    def clear(self) -> None:
        """Forget all that was captured."""
        self._steps, self._now = [], {name: [] for name in self._parts}

    def check(self) -> None:
        """Raise an error unless each part has been through a backward pass since the last step."""
        for name, pairs in self._now.items():
            if not pairs:
                raise InvalidValue(
                    f"step needs a backward pass before it: the recipe looks at gradients, and layer {name!r} has none"
                )

    def is_finite(self) -> bool:
        """Tell whether all gradients since the last step are numbers, as scaled ones may not be."""
        return all(bool(delta.isfinite().all()) for pairs in self._now.values() for _, delta in pairs)

    def of_layer(self, name: str, scale: float = 1.0) -> tuple[np.ndarray, np.ndarray]:
        """Return signals (samples, rows) and deltas (samples, columns) of the mean over the steps kept."""
        part = self._parts[name]
        steps = [*self._steps, self._now][-self._n_steps :]
        pairs = [pair for step in steps for pair in step[name]]
        dtype = torch.float64 if part.weight.dtype == torch.float64 else torch.float32
        signals = torch.cat([signal.reshape(-1, part.in_features).to(dtype) for signal, _ in pairs])
        deltas = torch.cat([delta.reshape(-1, part.out_features).to(dtype) for _, delta in pairs])
        return array_of(signals), array_of(deltas / (scale * len(steps)))

    def state(self) -> list[dict[str, list[Pair]]]:
        """Return what was captured of earlier steps, for a checkpoint."""
        return [*self._steps]

    def load_state(self, steps: list[dict[str, list[Pair]]]) -> None:
        """Continue from what :meth:`state` returned."""
        self.clear()
        self._steps = [{name: [tuple(pair) for pair in pairs] for name, pairs in step.items()} for step in steps]

    def _watch(self, name: str, part: LinearPart, inputs: tuple[Tensor, ...], output: Tensor) -> None:
        if self.active and output.requires_grad:
            output.register_hook(partial(self._keep, name, inputs[0].detach()))

    def _keep(self, name: str, signals: Tensor, gradient: Tensor) -> None:
        self._now[name].append((signals, gradient.detach().clone()))

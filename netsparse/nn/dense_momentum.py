"""The momentum of every entry of masked layers, that of missing links too."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import partial

import numpy as np
import torch
from torch import Tensor

from netsparse.errors import InvalidValue
from netsparse.nn.masked import MaskedLinear
from netsparse.nn.tensors import array_of

KIND = "momentum"
Needs = Mapping[str, Iterable[str]]


class DenseMomentum:
    r"""Gathers, step by step, the dense momentum of masked layers: evidence, of which the optimiser knows nothing.

    .. math:: M_{rc} \leftarrow \mu M_{rc} + G_{rc}

    for every row r and column c of a layer, linked or not, from zero at the start of the training. G is the gradient of
    the mean loss of the step's batch with respect to the entry of the matrix that the layer multiplies by, which is 0
    where there is no link. Weight decay has no part in it, and rewiring does not reset it: for a link that has always
    been missing it is the velocity that stochastic gradient descent would give its weight of 0.

    Parameters
    ----------
    parts : sequence of MaskedLinear
        Each backward pass through them counts as a step.
    decay : float
        The factor :math:`\mu`.

    Notes
    -----
    Memory of another dense weight; torch computes G anyway, so that a step costs three passes over it more.
    """

    def __init__(self, parts: Sequence[MaskedLinear], decay: float):
        self._decay = decay
        self._values = [torch.zeros_like(part.weight, requires_grad=False) for part in parts]
        for part, values in zip(parts, self._values, strict=True):
            part.watch = partial(self._add, values)

    def by_layer(self) -> list[np.ndarray]:
        """Return the momentum of each layer, shape (rows, columns)."""
        return [array_of(values).T.copy() for values in self._values]

    def state(self) -> np.ndarray:
        """Return all of it as one array, for a checkpoint."""
        return np.concatenate([array_of(values).ravel() for values in self._values])

    def load_state(self, state: np.ndarray) -> None:
        """Continue from what :meth:`state` returned."""
        parts = torch.as_tensor(state).split([values.numel() for values in self._values])
        for values, part in zip(self._values, parts, strict=True):
            values.copy_(part.view(values.shape))

    def _add(self, values: Tensor, gradient: Tensor) -> None:
        values.mul_(self._decay).add_(gradient)


def gathers_momentum(needs: Needs) -> bool:
    """Tell whether a rule of those in `needs` asks for the momentum of missing links."""
    return any(KIND in kinds for kinds in needs.values())


def refuse_momentum(needs: Needs) -> None:
    """Raise an error that names the rule if one asks for what sparse layers do not have."""
    for rule, kinds in needs.items():
        if KIND in kinds:
            raise InvalidValue(
                f"backend must be 'masked': {rule} needs evidence of kind {KIND!r}, the momentum of missing links, "
                "which sparse layers do not have",
                parameter="backend",
            )

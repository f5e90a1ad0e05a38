"""Between numpy arrays and torch tensors."""

from __future__ import annotations

import numpy as np
import torch


def tensor_of(array: np.ndarray) -> torch.Tensor:
    """Return a tensor that owns a copy: arrays of a network are read-only, tensors are not."""
    return torch.tensor(array)


def array_of(tensor: torch.Tensor) -> np.ndarray:
    """Return the values as an array, without a copy where they are float32 or float64 or integers on the CPU."""
    values = tensor.detach().cpu()
    if values.is_floating_point() and values.dtype not in (torch.float32, torch.float64):
        values = values.float()
    return values.numpy()

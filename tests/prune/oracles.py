"""The published codes' numbers and the small networks that they are about."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import torch

ORACLES = Path(__file__).parents[1] / "oracles"


def oracle(name: str) -> dict:
    return json.loads((ORACLES / f"{name}.json").read_text(encoding="utf-8"))


class Taking:
    """A count that is given: what each group loses, in their order."""

    def __init__(self, counts):
        self.counts = iter(counts)

    def of(self, weights, *, total, progress, is_readout):
        return next(self.counts)


def small_mlp(seed: int = 0, sizes=(4, 5, 4, 3), dtype=torch.float64) -> torch.nn.Sequential:
    torch.manual_seed(seed)
    parts = []
    for rows, columns in zip(sizes, sizes[1:], strict=False):
        parts += [torch.nn.Linear(rows, columns), torch.nn.ReLU()]
    return torch.nn.Sequential(*parts[:-1]).to(dtype)


def small_cnn(seed: int = 0) -> torch.nn.Sequential:
    """Convolutions, normalisation with buffers, dropout: what a plain feed-forward network has not."""
    torch.manual_seed(seed)
    return torch.nn.Sequential(
        torch.nn.Unflatten(1, (1, 4, 4)),
        torch.nn.Conv2d(1, 4, 3, padding=1),
        torch.nn.BatchNorm2d(4),
        torch.nn.ReLU(),
        torch.nn.Conv2d(4, 3, 3),
        torch.nn.Flatten(),
        torch.nn.Dropout(0.2),
        torch.nn.Linear(12, 3),
    )


def samples(n: int = 40, features: int = 4, classes: int = 3, seed: int = 0):
    """Inputs whose class can be learned."""
    rng = np.random.default_rng(seed)
    x = rng.normal(size=(n, features))
    return x, (x[:, 0] > 0).astype(int) + (x[:, 1] > 0.5) if classes == 3 else (x[:, 0] > 0).astype(int)

"""Small files in the formats that the loaders read."""

from __future__ import annotations

import gzip
import struct
from pathlib import Path

import numpy as np


def idx_bytes(values: np.ndarray) -> bytes:
    """The IDX format, written out from its definition."""
    return struct.pack(f">BBBB{values.ndim}I", 0, 0, 8, values.ndim, *values.shape) + values.astype(np.uint8).tobytes()


def write_idx(path: Path, values: np.ndarray) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(gzip.compress(idx_bytes(values), mtime=0))
    return path


def small_arrays(n_train: int = 12, n_test: int = 6, shape: tuple[int, ...] = (4, 3), n_classes: int = 3) -> dict:
    """Random pixels, and labels that go round the classes."""
    rng = np.random.default_rng(0)
    return {
        "x_train": rng.integers(0, 256, (n_train, *shape), dtype=np.uint8),
        "y_train": np.arange(n_train) % n_classes,
        "x_test": rng.integers(0, 256, (n_test, *shape), dtype=np.uint8),
        "y_test": np.arange(n_test) % n_classes,
    }


def write_npz(path: Path, **changes) -> Path:
    """The small arrays with some replaced, or left out where None, as an .npz file."""
    arrays = {key: value for key, value in {**small_arrays(), **changes}.items() if value is not None}
    np.savez_compressed(path, **arrays)
    return path

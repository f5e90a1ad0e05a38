"""Handwritten letters of 16 x 8 black or white pixels, at their own size or enlarged."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from netsparse.datasets.arrays import read_arrays
from netsparse.datasets.dataset import Dataset
from netsparse.datasets.order import fixed_permutation
from netsparse.datasets.sources import Files, find
from netsparse.errors import FileFormatError, check_count

FILES = Files(("letters16x8.npz",))
SHAPE = (16, 8)
N_CLASSES = 26
N_TRAIN, N_TEST = 42_152, 10_000
SPLIT_SEED = 16_8


def load_letters(size: int | None = None) -> Dataset:
    """Load ocr-letters, native or enlarged to `size` x `size` pixels; see :func:`netsparse.datasets.load`."""
    if size is not None:
        size = check_count("size", size, at_least=SHAPE[0])
    [path] = find("ocr-letters", FILES)
    images, labels = _checked(path, **read_arrays(path, ("x", "y")))
    if size is not None:
        images = enlarged(images, size)
    order = fixed_permutation(len(labels), SPLIT_SEED)
    train, test = order[:N_TRAIN], order[N_TRAIN:]
    name = "ocr-letters" if size is None else f"ocr-letters-{size}"
    return Dataset(name, images[train], labels[train], images[test], labels[test], images.shape[1:], N_CLASSES)


def enlarged(images: np.ndarray, size: int) -> np.ndarray:
    """Return images enlarged by bilinear interpolation, centred on a black square.

    Parameters
    ----------
    images : numpy.ndarray of uint8, shape (samples, rows, columns)
        Taller than wide.
    size : int
        Rows and columns of the result. The images fill its height; their width is scaled alike and rounded.

    Returns
    -------
    numpy.ndarray of uint8, shape (samples, size, size)

    Notes
    -----
    Pixels are squares: pixel i of n covers [i, i + 1] / n, its value belongs to the centre, and beyond the
    outermost centres the outermost value is kept. O(samples x size^2 x rows).
    """
    _, rows, columns = images.shape
    width = round(columns * size / rows)
    left = (size - width) // 2
    values = interpolation(rows, size) @ images.astype(np.float64) @ interpolation(columns, width).T
    result = np.zeros((len(images), size, size), dtype=np.uint8)
    # Halfway values are common here; the small lift keeps them from being decided by the last bit of a product.
    result[:, :, left : left + width] = np.floor(values + 0.5 + 1e-6)
    return result


def interpolation(n_from: int, n_to: int) -> np.ndarray:
    """Return the matrix, shape (n_to, n_from), of linear interpolation from `n_from` pixels to `n_to`."""
    centres = np.clip((np.arange(n_to) + 0.5) * n_from / n_to - 0.5, 0, n_from - 1)
    return np.maximum(0, 1 - np.abs(centres[:, None] - np.arange(n_from)))


def _checked(path: Path, x: np.ndarray, y: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return the images, 0 or 255, and the labels; the split is fixed for exactly the published letters."""
    n_letters, n_bytes = N_TRAIN + N_TEST, SHAPE[0] * SHAPE[1] // 8
    if x.dtype != np.uint8 or x.shape != (n_letters, n_bytes):
        raise FileFormatError(
            f"{path}: x should be {n_letters} rows of {n_bytes} bytes of packed bits, got shape {x.shape} of {x.dtype}"
        )
    if y.shape != (n_letters,) or y.dtype.kind not in "iu" or y.min() < 0 or y.max() >= N_CLASSES:
        raise FileFormatError(f"{path}: y should be {n_letters} integer labels from 0 to {N_CLASSES - 1}")
    return np.unpackbits(x, axis=1).reshape(-1, *SHAPE) * np.uint8(255), y

"""Data sets in one .npz archive: the embedded sample, CIFAR-10's subset, and files of the user's own."""

from __future__ import annotations

from collections.abc import Collection
from importlib import resources
from pathlib import Path

import numpy as np

from netsparse.datasets.dataset import Dataset
from netsparse.datasets.sources import Files, find
from netsparse.errors import FileFormatError, InvalidInput
from netsparse.files.archive import OF_DATA, open_archive

KEYS = ("x_train", "y_train", "x_test", "y_test")
EMBEDDED = "fashion-mnist-6k"
CIFAR = Files(("cifar10-10k-2k.npz",))


def read_arrays(path: Path, keys: Collection[str]) -> dict[str, np.ndarray]:
    """Read the arrays `keys` of an .npz archive, read-only; others are left alone.

    Raises
    ------
    FileFormatError
        As :func:`netsparse.files.archive.open_archive`, or if one of `keys` is not there.
    """
    with open_archive(path, OF_DATA) as archive:
        missing = [key for key in keys if key not in archive]
        if missing:
            raise FileFormatError(
                f"{path}: no array {', '.join(missing)}; needs {' '.join(keys)}, has {' '.join(archive) or 'none'}"
            )
        return {key: archive[key] for key in keys}


def load_npz(
    path: Path, name: str, *, image_shape: tuple[int, ...] | None = None, n_classes: int | None = None
) -> Dataset:
    """Load a data set from the arrays x_train, y_train, x_test and y_test of an archive."""
    if not path.is_file():
        raise InvalidInput(f"no data file {path}")
    arrays = read_arrays(path, KEYS)
    try:
        return Dataset(name, **arrays, image_shape=image_shape, n_classes=n_classes)
    except ValueError as error:
        raise FileFormatError(f"{path}: {error}") from None


def load_embedded() -> Dataset:
    """Load the sample of Fashion-MNIST that comes with netsparse."""
    try:
        folder = resources.files("netsparse.data")
    except ModuleNotFoundError:
        raise InvalidInput("the embedded data are not installed: pip install netsparse, or -e . in a copy") from None
    with resources.as_file(folder / f"{EMBEDDED}.npz") as path:
        return load_npz(path, EMBEDDED, image_shape=(28, 28), n_classes=10)


def load_cifar() -> Dataset:
    """Load the class-balanced subset of CIFAR-10, colour images of 3 x 32 x 32."""
    [path] = find("cifar10-subset", CIFAR)
    return load_npz(path, "cifar10-subset", image_shape=(3, 32, 32), n_classes=10)

"""Removal orders of the user's own, from a file."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from netsparse.errors import FileFormatError
from netsparse.files.archive import read_npy
from netsparse.files.reading import read_text

_MOST_DIGITS = 18  # of an id that fits 64 bits


def read_order(path: Path) -> np.ndarray:
    """Return the ids in an ``.npy`` file, or in a text of one id a line; whether they fit is checked with the network.

    Raises
    ------
    FileFormatError
        If the file is damaged, or holds something else than whole numbers.
    """
    if path.suffix == ".npy":
        order = read_npy(path)
        if order.size and order.dtype.kind not in "iu":
            raise FileFormatError(f"{path} holds no order: ids are integers, not {order.dtype}")
        return order
    lines = [line.partition("#")[0].strip() for line in read_text(path).splitlines()]
    for number, line in enumerate(lines, start=1):
        if line and not (line.isascii() and line.isdigit() and len(line) <= _MOST_DIGITS):
            raise FileFormatError(f"{path} holds no order: line {number} should be one id, but is {line[:40]!r}")
    return np.array([int(line) for line in lines if line], dtype=np.int64)

"""How much a compressed file may unfold to: what keeps a decompression bomb from filling the memory."""

from __future__ import annotations

from pathlib import Path

from netsparse.errors import FileFormatError

ALWAYS_FINE = 2**30
"""Bytes that any file may hold; MNIST has 47 million."""

LARGEST_RATIO = 200
"""Beyond `ALWAYS_FINE`, the largest expansion: images shrink two- to thirtyfold, constant bytes a thousandfold."""


def check_size(path: Path, n_bytes: int) -> None:
    """Raise a `FileFormatError` if `n_bytes` is absurdly much for the compressed file at `path`."""
    size = path.stat().st_size
    if n_bytes > max(ALWAYS_FINE, LARGEST_RATIO * size):
        raise FileFormatError(
            f"{path}: {size} bytes that unfold to {n_bytes} or more; real data do not compress like that"
        )

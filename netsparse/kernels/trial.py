"""The smallest kernel of vectors: where it does not compile, no other will."""

from __future__ import annotations

import numpy as np

from netsparse.kernels.compile import compiled
from netsparse.kernels.vector import load, multiply_add, store, total_of, zeros_like


@compiled()
def sums_of_squares(rows):
    """Return the sum of squares of each row of 4 numbers."""
    sums = np.empty(rows.shape[0], rows.dtype)
    for row in range(rows.shape[0]):
        x = load(rows, row, 0, 4)
        squares = multiply_add(x, x, zeros_like(x))
        store(rows, row, 0, x)
        sums[row] = total_of(squares)
    return sums

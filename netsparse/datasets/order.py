"""Random orders that are part of a data set's definition, the same with every numpy."""

from __future__ import annotations

import numpy as np


def fixed_permutation(n: int, seed: int) -> np.ndarray:
    """Return a random permutation of 0 .. n - 1 that depends on `n` and `seed` alone, for good.

    numpy may change what ``Generator.permutation`` returns from one version to the next, but never the raw stream
    of a bit generator: the order of its first n numbers is the permutation.

    Examples
    --------
    >>> fixed_permutation(6, seed=0)
    array([3, 2, 1, 0, 4, 5])
    """
    return np.argsort(np.random.PCG64(seed).random_raw(n), kind="stable")

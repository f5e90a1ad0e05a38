"""Regular layers: the nodes of a side all have the same degree, or one more."""

from __future__ import annotations

import numpy as np

from netsparse.generate.checks import Shape, check_links
from netsparse.generate.degrees import fixed
from netsparse.generate.untangle import untangled
from netsparse.graph.keys import from_keys, to_keys


def regular_links(shape: tuple[int, int], n: int, *, rng=None) -> tuple[np.ndarray, np.ndarray]:
    """Link rows and columns at random so that the degrees of a side differ by one at most, exactly `n` links.

    The ends of links are matched at random (the configuration model); where two nodes are matched twice, links exchange
    ends with random others. A layer more than half full is drawn by its non-links.

    Parameters
    ----------
    shape : (int, int)
        Rows and columns of the layer.
    n : int
        How many links.
    rng : numpy.random.Generator or seed, optional

    Returns
    -------
    rows, columns : numpy.ndarray of int64, shape (n,)
        In CSR order.

    Raises
    ------
    ValueError
        If `n` is negative or more than the layer has room for.

    Notes
    -----
    O(n log n) time, O(n) memory; O(rows columns) more where the layer is more than half full.

    Examples
    --------
    >>> import numpy as np
    >>> from netsparse.generate import regular_links
    >>> rows, columns = regular_links((6, 4), 12, rng=0)
    >>> np.bincount(rows), np.bincount(columns)
    (array([2, 2, 2, 2, 2, 2]), array([3, 3, 3, 3]))

    References
    ----------
    .. [1] B. Bollobás, A probabilistic proof of an asymptotic formula for the number of labelled regular graphs,
       European Journal of Combinatorics 1, 311-316, 1980.
    """
    shape, n = check_links(shape, n)
    rng = np.random.default_rng(rng)
    n_all = shape[0] * shape[1]
    keys = _matched(shape, min(n, n_all - n), rng)
    if 2 * n > n_all:
        keys = np.setdiff1d(np.arange(n_all), keys, assume_unique=True)
    return from_keys(np.sort(keys), shape)


def _matched(shape: Shape, n: int, rng: np.random.Generator) -> np.ndarray:
    """Return the keys of `n` links, at most half of all, between two regular sides."""
    degrees = [fixed(size, n, other, rng=rng) for size, other in (shape, shape[::-1])]
    rows, columns = (np.repeat(np.arange(own.size), own) for own in degrees)
    rows, columns = untangled(rows, rng.permutation(columns), shape, rng)
    keys = np.unique(to_keys(rows, columns, shape))
    return keys if keys.size == n else _filled(degrees, shape, rng)


def _filled(degrees: list[np.ndarray], shape: Shape, rng: np.random.Generator) -> np.ndarray:
    """Return the keys of links with these degrees: each column in turn takes the rows that lack most."""
    lacking = degrees[0].copy()
    keys = []
    for column in rng.permutation(shape[1]).tolist():
        order = np.lexsort((rng.random(shape[0]), -lacking))
        chosen = order[: degrees[1][column]]
        lacking[chosen] -= 1
        keys.append(to_keys(chosen, np.full(chosen.size, column), shape))
    return np.concatenate(keys)

"""The bipartite small-world model (BSW): windows on a ring, some of their links moved anywhere."""

from __future__ import annotations

import numpy as np

from netsparse.errors import check_number
from netsparse.generate.checks import check_links
from netsparse.generate.degrees import fixed
from netsparse.generate.links import random_links
from netsparse.graph.keys import from_keys, layer_from_keys, to_keys


def small_world_links(shape: tuple[int, int], n: int, *, beta: float = 0.25, rng=None) -> tuple[np.ndarray, np.ndarray]:
    r"""Link each node of the larger side to a window of the smaller one, and move some links anywhere, `n` in all.

    The smaller side, of s nodes, lies on a ring; node j of the larger one, of l nodes, gets the k nodes from
    :math:`\lfloor j s / l - k / 2 \rfloor` on, k being the mean degree rounded down or up, at random. Each link is then
    removed with probability `beta`, and as many of the pairs that are not linked then drawn uniformly. Other than in
    the model of Watts and Strogatz, a link that moves keeps neither end.

    Parameters
    ----------
    shape : (int, int)
        Rows and columns of the layer; columns are the larger side of a square one.
    n : int
        How many links.
    beta : float in [0, 1], default 0.25
    rng : numpy.random.Generator or seed, optional

    Returns
    -------
    rows, columns : numpy.ndarray of int64, shape (n,)
        In CSR order.

    Raises
    ------
    ValueError
        If `n` is negative or more than the layer has room for, or `beta` not from 0 to 1.

    Notes
    -----
    O(n log n) time, O(n) memory.

    Examples
    --------
    >>> from netsparse.generate import small_world_links
    >>> rows, columns = small_world_links((4, 4), 8, beta=0)
    >>> rows.tolist(), columns.tolist()
    ([0, 0, 1, 1, 2, 2, 3, 3], [0, 1, 1, 2, 2, 3, 0, 3])

    References
    ----------
    .. [1] Y. Zhang et al., Brain network science modelling of sparse neural networks, arXiv:2501.19107, NeurIPS 2025.
    .. [2] D. J. Watts, S. H. Strogatz, Collective dynamics of small-world networks, Nature 393, 440-442, 1998.
    """
    shape, n = check_links(shape, n)
    beta = check_number("beta", beta, at_least=0, at_most=1)
    rng = np.random.default_rng(rng)
    windows = np.sort(_windows(shape, n, rng))
    left = windows[rng.random(n) >= beta]
    layer = layer_from_keys(left, np.zeros(left.size, np.float32), shape)
    moved = to_keys(*random_links(shape, n - left.size, absent_from=layer, rng=rng), shape)
    return from_keys(np.sort(np.concatenate([left, moved])), shape)


def _windows(shape: tuple[int, int], n: int, rng: np.random.Generator) -> np.ndarray:
    """Return the keys of the links in the windows."""
    small, large = min(shape), max(shape)
    wanted = fixed(large, n, small, rng=rng)
    node = np.repeat(np.arange(large), wanted)
    start = (2 * np.arange(large) * small - wanted * large) // (2 * large)
    step = np.arange(n) - np.repeat(np.cumsum(wanted) - wanted, wanted)
    other = (start[node] + step) % small
    return to_keys(node, other, shape) if shape[0] > shape[1] else to_keys(other, node, shape)

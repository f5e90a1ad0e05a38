"""The bipartite receptive field model (BRF): outputs linked to inputs near them on a ring."""

from __future__ import annotations

import numpy as np

from netsparse.errors import check_number
from netsparse.generate.checks import check_links
from netsparse.generate.degrees import DEGREES
from netsparse.graph.keys import from_keys

_BLOCK = 1 << 22  # pairs that are ranked at a time


def receptive_field_links(
    shape: tuple[int, int], n: int, *, randomness: float = 0.25, degrees: str = "fixed", rng=None
) -> tuple[np.ndarray, np.ndarray]:
    r"""Link each column to rows near it, drawn without replacement, exactly `n` links in all.

    The rows lie on a ring; column j is centred at row :math:`\lfloor (j + 1/2) \, rows / columns \rfloor`. A row at
    distance d from the centre is drawn in proportion to :math:`(1 + d)^{-(1 - r)/r}`.

    Parameters
    ----------
    shape : (int, int)
        Rows and columns of the layer.
    n : int
        How many links.
    randomness : float in [0, 1], default 0.25
        r: at 0 the nearest rows are linked, ties at random; at 1 any.
    degrees : {'fixed', 'uniform'}
        How many links the columns have: the mean, rounded down or up; or one each and the rest thrown at random, so
        that most rows may differ.
    rng : numpy.random.Generator or seed, optional

    Returns
    -------
    rows, columns : numpy.ndarray of int64, shape (n,)
        In CSR order.

    Raises
    ------
    ValueError
        If `n` is negative or more than the layer has room for, or another argument is out of its range.

    Notes
    -----
    O(rows columns log rows) time, O(n) memory beside a block.

    Examples
    --------
    >>> from netsparse.generate import receptive_field_links
    >>> receptive_field_links((4, 4), 4, randomness=0, rng=0)
    (array([0, 1, 2, 3]), array([0, 1, 2, 3]))

    References
    ----------
    .. [1] Y. Zhang et al., Brain network science modelling of sparse neural networks, arXiv:2501.19107, NeurIPS 2025.
    """
    shape, n = check_links(shape, n)
    randomness = check_number("randomness", randomness, at_least=0, at_most=1)
    rng = np.random.default_rng(rng)
    wanted = DEGREES[degrees](shape[1], n, shape[0], rng=rng)
    return links_of_columns(shape, wanted, randomness, rng)


def links_of_columns(
    shape: tuple[int, int], wanted: np.ndarray, randomness: float, rng: np.random.Generator
) -> tuple[np.ndarray, np.ndarray]:
    """Link each column to as many rows as it is to have, those near it the likelier the less the randomness."""
    width = max(1, _BLOCK // shape[0])
    parts = [
        _drawn(shape, first, wanted[first : first + width], randomness, rng) for first in range(0, shape[1], width)
    ]
    return from_keys(np.sort(np.concatenate(parts)), shape)


def _drawn(shape, first: int, wanted: np.ndarray, randomness: float, rng: np.random.Generator) -> np.ndarray:
    """Return the keys of the links of some columns, from `first` on: the rows that win a race each."""
    rows, columns = shape
    column = first + np.arange(wanted.size)
    distance = np.abs(np.arange(rows)[:, None] - (2 * column + 1) * rows // (2 * columns))
    distance = np.minimum(distance, rows - distance)
    if randomness == 0:
        rank = distance + rng.random(distance.shape)
    else:  # logarithms of times that are exponential with the weight as their rate
        rank = np.log(rng.standard_exponential(distance.shape))
        rank += (1 - randomness) / randomness * np.log1p(distance)
    order = np.argsort(rank, axis=0)
    place, chosen = np.nonzero(np.arange(rows)[:, None] < wanted)
    return order[place, chosen] * columns + column[chosen]

"""Angular separability: whether groups of nodes lie apart on a circle."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from netsparse.errors import InvalidValue, check_count, unknown

WORST = ("theoretical", "computed")


class Separability(NamedTuple):
    """Angular separability of groups.

    Attributes
    ----------
    index : float
        1 where every group has an arc of its own, 0 where they are as mixed as can be.
    p : float
        Share of permutations that are as separate or more, the observed arrangement counted.
    groups : numpy.ndarray
        The index of each group, in the order of their labels; NaN of a single node, below 0 if it is worse than the
        worst that is assumed.
    mistakes : numpy.ndarray
        Foreign nodes inside the arc of each group; NaN of a single node.
    """

    index: float
    p: float
    groups: np.ndarray
    mistakes: np.ndarray


def angular_separability(
    angles, labels, *, repeats: int = 1000, worst: str = "theoretical", permutations=None, rng=None
) -> Separability:
    r"""Return how separate groups of nodes are by angle.

    Round the circle, the foreign nodes between consecutive members of a group are its gaps; all but those in the
    largest gap are mistakes. With :math:`N_k` of N nodes in a group, at worst
    :math:`\lceil (N - N_k)(N_k - 1) / N_k \rceil` are, and

    .. math:: ASI = \max\Bigl(0, 1 - \frac{\sum_k mistakes_k}{\sum_k worst_k}\Bigr).

    Parameters
    ----------
    angles : array_like, shape (nodes,)
        Equal ones are ordered by index.
    labels : array_like, shape (nodes,)
        Group of each node.
    repeats : int, default 1000
        Permutations of the angles, for p.
    worst : {'theoretical', 'computed'}
        'computed' takes the mistakes of the worst permutation, as the published code does by default: it grows with
        `repeats`.
    permutations : array_like of int, shape (repeats, nodes), optional
        Given instead of drawn.
    rng : numpy.random.Generator or seed, optional

    Returns
    -------
    Separability
        NaN where the worst has no mistake: 'computed' with few permutations.

    Raises
    ------
    ValueError
        If there are fewer than four nodes, one group only, or no two nodes in one group.

    Examples
    --------
    >>> import netsparse as ns
    >>> ns.measures.angular_separability([0.0, 1.0, 2.0, 3.0], ["a", "a", "b", "b"], rng=0).index
    1.0

    References
    ----------
    .. [1] A. Muscoloni, C. V. Cannistraci, Angular separability of data clusters or network communities in geometrical
       space and its relevance to hyperbolic embedding, arXiv 1907.00025 (2019).
    """
    angles, groups = _checked(angles, labels)
    if worst not in WORST:
        raise unknown("worst", worst, WORST)
    if permutations is None:
        rng = np.random.default_rng(rng)
        repeats = check_count("repeats", repeats, at_least=1)
        permutations = (rng.permutation(angles.size) for _ in range(repeats))
    mistakes = _mistakes(angles, groups)
    permuted = np.array([_mistakes(angles[order], groups) for order in permutations])
    if worst == "theoretical":
        sizes = np.bincount(groups)
        most = np.ceil((groups.size - sizes) * (sizes - 1) / sizes)
    else:
        most = permuted[np.nansum(permuted, axis=1).argmax()]
    with np.errstate(divide="ignore", invalid="ignore"):
        own = 1 - mistakes / np.where(np.isnan(mistakes), np.nan, most)
        index, *others = _index(np.vstack([mistakes, permuted]), most)
    p = float((1 + np.sum(np.array(others) >= index)) / (1 + len(others))) if np.isfinite(index) else np.nan
    return Separability(float(index), p, own, mistakes)


def _index(mistakes: np.ndarray, most: np.ndarray) -> np.ndarray:
    counted = ~np.isnan(mistakes[0])
    total = most[counted].sum()
    if total == 0:
        return np.full(len(mistakes), np.nan)
    return np.maximum(0, 1 - mistakes[:, counted].sum(axis=1) / total)


def _mistakes(angles: np.ndarray, groups: np.ndarray) -> np.ndarray:
    order = np.argsort(angles, kind="stable")
    places = np.empty(order.size, dtype=np.int64)
    places[order] = np.arange(order.size)
    found = np.full(groups.max() + 1, np.nan)
    for group in range(found.size):
        own = np.sort(places[groups == group])
        if own.size > 1:
            gaps = np.diff(np.append(own, own[0] + groups.size)) - 1
            found[group] = gaps.sum() - gaps.max()
    return found


def _checked(angles, labels) -> tuple[np.ndarray, np.ndarray]:
    angles, labels = np.asarray(angles, dtype=float), np.asarray(labels)
    if angles.ndim != 1 or angles.shape != labels.shape:
        raise InvalidValue(f"angles and labels must be of one length, got shapes {angles.shape} and {labels.shape}")
    if angles.size < 4 or not np.isfinite(angles).all():
        raise InvalidValue(f"angles must be at least four finite numbers, got {angles.size}", parameter="angles")
    groups = np.unique(labels, return_inverse=True)[1]
    if groups.max() == 0 or groups.max() == groups.size - 1:
        raise InvalidValue("labels must make two groups or more, one of them of two nodes", parameter="labels")
    return angles, groups

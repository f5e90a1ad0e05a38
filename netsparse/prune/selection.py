"""Which links a pruning takes: those of the smallest scores, in each group as many as are counted."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple

import numpy as np

from netsparse.errors import InvalidValue, check_count
from netsparse.prune.counting import Count
from netsparse.registry import Registry

Shapes = Sequence[tuple[int, ...]]
Arrays = Sequence[np.ndarray]

SCOPES: Registry[Callable[[Shapes], list[np.ndarray]]] = Registry("scope")
"""Which links compete: a function from the shapes of the weights to groups of positions in all of them together."""


@SCOPES.register("layer")
def by_layer(shapes: Shapes) -> list[np.ndarray]:
    """Each layer by itself.

    >>> [group.tolist() for group in by_layer([(1, 2), (3,)])]
    [[0, 1], [2, 3, 4]]
    """
    sizes = [int(np.prod(shape)) for shape in shapes]
    return np.split(np.arange(sum(sizes)), np.cumsum(sizes)[:-1])


@SCOPES.register("global")
def everywhere(shapes: Shapes) -> list[np.ndarray]:
    """All layers together."""
    return [np.concatenate(by_layer(shapes))]


@SCOPES.register("neuron")
def by_neuron(shapes: Shapes) -> list[np.ndarray]:
    """The incoming links of each neuron by themselves; of a convolution, those of each of its output channels."""
    layers = zip(by_layer(shapes), shapes, strict=True)
    return [group for ids, shape in layers for group in ids.reshape(shape[0], -1)]


class Selection(NamedTuple):
    """What a pruning takes.

    Attributes
    ----------
    masks : list of numpy.ndarray of bool
        What is left of each layer, in the shape of its weight.
    removed : numpy.ndarray of int64
        Positions in all weights together, layer after layer, in the order of their removal, group after group.
    """

    masks: list[np.ndarray]
    removed: np.ndarray


def select(
    scores: Arrays,
    weights: Arrays,
    masks: Arrays,
    count: Count,
    *,
    scope: str = "layer",
    progress: float = 1.0,
    minimum: int = 0,
    names: Sequence[str] | None = None,
) -> Selection:
    """Return what is left once the links of the smallest scores are pruned, ties by their position.

    Parameters
    ----------
    scores, weights : sequence of numpy.ndarray
        For each layer, in the shape of its weight, the output neurons first; off the mask they do not matter.
    masks : sequence of numpy.ndarray of bool
        The links that are left; no other is there afterwards.
    count : Count
        How many of a group go, such as :class:`Rate`, :class:`Sap`, :class:`Density`.
    scope : str
        What a group is, a name in :data:`netsparse.prune.SCOPES`.
    progress : float
        Share of all prunings that are made after this one.
    minimum : int
        That many links of the best scores stay in each layer, whatever is counted. With 0, a layer that would lose
        its last link is an error.
    names : sequence of str, optional
        Of the layers, for errors.

    Raises
    ------
    ValueError
        If a score is not finite, shapes differ, or a layer would lose all its links.

    Notes
    -----
    O(links log links).

    Examples
    --------
    >>> import numpy as np
    >>> from netsparse import prune
    >>> weights = [np.array([[1.0, -2.0, 0.5, 3.0]])]
    >>> pruned = prune.select([abs(weights[0])], weights, [np.ones((1, 4), bool)], prune.Rate(0.5))
    >>> pruned.removed.tolist(), pruned.masks[0].tolist()
    ([2, 0], [[False, True, False, True]])
    """
    minimum = check_count("minimum", minimum)
    names = [str(index) for index in range(len(masks))] if names is None else names
    shapes = [mask.shape for mask in masks]
    score, weight, left = (np.concatenate([np.ravel(a) for a in arrays]) for arrays in (scores, weights, masks))
    if not score.size == weight.size == left.size:
        raise InvalidValue("scores, weights and masks must have the same shapes", parameter="scores")
    left = left.astype(bool)
    _check_scores(score[left])
    may_go = left & ~_best_of_each(score, left, shapes, minimum)
    first_of_last = left.size - int(np.prod(shapes[-1]))
    removed = []
    for group in SCOPES[scope](shapes):
        here = group[left[group]]
        n = count.of(weight[here], total=group.size, progress=progress, is_readout=bool(group[0] >= first_of_last))
        candidates = here[may_go[here]]
        removed.append(candidates[np.argsort(score[candidates], kind="stable")[:n]])
    removed = np.concatenate(removed)
    left[removed] = False
    kept = [left[ids].reshape(shape) for ids, shape in zip(by_layer(shapes), shapes, strict=True)]
    _refuse_empty(kept, masks, names)
    return Selection(kept, removed)


def _best_of_each(score: np.ndarray, left: np.ndarray, shapes: Shapes, n: int) -> np.ndarray:
    """Mark the n links of the largest scores of each layer."""
    best = np.zeros(left.size, dtype=bool)
    for ids in by_layer(shapes) if n else []:
        here = ids[left[ids]]
        best[here[np.argsort(score[here], kind="stable")[-n:]]] = True
    return best


def _check_scores(score: np.ndarray) -> None:
    if not np.isfinite(score).all():
        raise InvalidValue(
            f"scores: {np.sum(~np.isfinite(score))} of {score.size} are NaN or infinite; has training diverged?",
            parameter="scores",
        )


def _refuse_empty(kept: Arrays, before: Arrays, names: Sequence[str]) -> None:
    for name, mask, old in zip(names, kept, before, strict=True):
        if old.any() and not mask.any():
            raise InvalidValue(
                f"minimum is 0, and layer {name!r} would lose its last {int(old.sum())} links: prune less, or keep "
                "a minimum",
                parameter="minimum",
            )

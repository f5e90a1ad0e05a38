"""Training between prunings: steps from anywhere to the end of a schedule, or until a stop rule says so."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import numpy as np

from netsparse.prune.recipe import Recipe
from netsparse.prune.subjects import Subject


def train(
    subject: Subject,
    samples: tuple[np.ndarray, np.ndarray],
    recipe: Recipe,
    *,
    epochs: int,
    key: tuple[int, ...],
    first_step: int = 0,
    at_step: tuple[int, Callable[[], None]] | None = None,
    is_enough: Callable[[int], bool] = lambda epochs: False,
) -> int:
    """Train from a step of the schedule on, and return the number of epochs that were begun.

    Parameters
    ----------
    epochs : int
        Where the schedule ends.
    key : tuple of int
        Of the generators: the order of an epoch's samples depends on it and on the epoch, on nothing else.
    first_step : int
        The step of the schedule to start with; the epoch that it is in is made from there on.
    at_step : (int, callable), optional
        A step before which something is called.
    is_enough : callable
        Asked before the first and after each epoch, with the number of those that are made.
    """
    x, y = samples
    subject.begin()
    per_epoch = -(-len(y) // recipe.batch_size)
    total, begun = epochs * per_epoch, 0
    cut, call = at_step or (-1, None)
    if cut == first_step:
        call()
    for epoch in range(first_step // per_epoch, epochs):
        if is_enough(begun):
            break
        order = np.random.default_rng([*key, epoch]).permutation(len(y))
        start = epoch * per_epoch
        for steps in _pieces(max(start, first_step), start + per_epoch, cut):
            rates = np.array([recipe.lr.at(step / total) for step in steps])
            part = order[(steps[0] - start) * recipe.batch_size : (steps[-1] + 1 - start) * recipe.batch_size]
            subject.train(x, y, part, rates, seed=_seed(*key, steps[0]))
            if steps[-1] + 1 == cut:
                call()
        begun += 1
    return begun


def _pieces(first: int, last: int, cut: int) -> Iterator[range]:
    """Yield the steps from first to last, cut in two where something is called in between."""
    if first < cut < last:
        yield range(first, cut)
        first = cut
    yield range(first, last)


def _seed(*key: int) -> int:
    return int(np.random.SeedSequence(key).generate_state(1)[0])

"""The order of the runs: every prefix of it is a balanced result."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import TypeVar

Cell = TypeVar("Cell")
Contender = TypeVar("Contender")


def balanced(
    seeds: Iterable[int], cells: Callable[[int], Iterable[Cell]], contenders: Sequence[Contender]
) -> Iterator[tuple[int, Cell, Contender]]:
    """Yield all runs, one seed of every cell, then the next; the contenders of a seed and cell side by side.

    Wherever a study stops, its cells have seen equally many seeds, up to one, and its comparisons are paired.

    Parameters
    ----------
    seeds : iterable of int
    cells : callable
        What contenders are compared on with a seed: data sets, or data sets with settings. Some cells may have fewer
        seeds than others.
    contenders : sequence

    Yields
    ------
    (seed, cell, contender)

    Examples
    --------
    >>> for run in balanced([0, 1], lambda seed: ["mnist", "kmnist"][: 2 - seed], ["rlr", "ch3-l3"]):
    ...     print(*run)
    0 mnist rlr
    0 mnist ch3-l3
    0 kmnist rlr
    0 kmnist ch3-l3
    1 mnist rlr
    1 mnist ch3-l3
    """
    for seed in seeds:
        for cell in cells(seed):
            for contender in contenders:
                yield seed, cell, contender

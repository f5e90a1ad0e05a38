"""Random generators that derive from (seed, epoch, purpose), so that resuming needs no generator state."""

from __future__ import annotations

from enum import IntEnum

import numpy as np


class Purpose(IntEnum):
    """What a generator is for; the numbers are part of what a seed means and never change."""

    INITIAL = 0
    VALIDATION = 1
    SHUFFLE = 2
    UPDATE = 3


def generator(seed: int, epoch: int, purpose: Purpose, *step: int) -> np.random.Generator:
    """Return the generator of one purpose in one epoch (0: before the first), independent of all others.

    What happens several times in an epoch has a generator for each `step`.

    Examples
    --------
    >>> a, b = (generator(0, 1, purpose).random() for purpose in (Purpose.SHUFFLE, Purpose.UPDATE))
    >>> a == b, a == generator(0, 1, Purpose.SHUFFLE).random()
    (False, True)
    """
    return np.random.default_rng([seed, epoch, purpose, *step])

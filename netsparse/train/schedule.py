"""When what happens during training: the learning rate of each step, the epochs whose network is kept."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import numpy as np

from netsparse.registry import Registry

if TYPE_CHECKING:
    from netsparse.train.settings import Settings


def constant(progress: np.ndarray) -> np.ndarray:
    """Return 1 throughout."""
    return np.ones_like(progress)


def linear(progress: np.ndarray) -> np.ndarray:
    """Fall linearly from 1 to 0.01 during the first 90 % of the training, then stay.

    Examples
    --------
    >>> linear(np.array([0.0, 0.45, 0.9, 1.0]))
    array([1.   , 0.505, 0.01 , 0.01 ])
    """
    return 1 - 0.99 * np.minimum(progress / 0.9, 1)


LR_SCHEDULES: Registry[Callable[[np.ndarray], np.ndarray]] = Registry(
    "schedule of the learning rate", {"constant": constant, "linear": linear}
)
"""Factor of the learning rate as a function of the progress, the share of all steps that were made before."""


def learning_rates(settings: Settings, epoch: int, n_steps: int) -> np.ndarray:
    """Return the learning rate of each step of an epoch.

    The rate falls from step to step, not from epoch to epoch, so that a run of three epochs ends as low as one
    of a hundred.

    Parameters
    ----------
    settings : Settings
    epoch : int
        From 1 to ``settings.run.epochs``.
    n_steps : int
        Steps of an epoch.

    Returns
    -------
    numpy.ndarray, shape (n_steps,), float64

    Examples
    --------
    >>> from netsparse.train import Settings
    >>> learning_rates(Settings(lr=0.1, epochs=2), epoch=1, n_steps=2)
    array([0.1   , 0.0725])
    """
    steps = (epoch - 1) * n_steps + np.arange(n_steps)
    optimiser = settings.optimiser
    return optimiser.lr * LR_SCHEDULES[optimiser.lr_schedule](steps / (settings.run.epochs * n_steps))


def keeps_snapshot(settings: Settings, epoch: int) -> bool:
    """Return whether the network of `epoch` (from 1) is kept."""
    return settings.run.snapshots > 0 and epoch % settings.run.snapshots == 0

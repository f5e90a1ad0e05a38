"""How long a run takes, what it draws, and what it keeps."""

from __future__ import annotations

from dataclasses import dataclass

from netsparse.train.group import Group, count, setting


@dataclass(frozen=True, kw_only=True)
class RunSettings(Group):
    """The course of a training.

    Parameters
    ----------
    epochs : int
    seed : int
        Same seed, same result, on one machine and number of threads.
    threads : int
        That share a gradient step.
    snapshots : int
        Keep the network of every so many epochs; 0 keeps none.

    Examples
    --------
    >>> from netsparse.train import RunSettings
    >>> RunSettings(epochs=3)
    RunSettings(epochs=3, seed=0, threads=1, snapshots=0)
    """

    epochs: int = setting(30, count(at_least=1))
    seed: int = setting(0, count())
    threads: int = setting(1, count(at_least=1))
    snapshots: int = setting(0, count())

"""How a run descends."""

from __future__ import annotations

from dataclasses import dataclass

from netsparse.train.group import Group, count, number, one_of, setting
from netsparse.train.schedule import LR_SCHEDULES


@dataclass(frozen=True, kw_only=True)
class OptimiserSettings(Group):
    """The gradient steps of a training: stochastic gradient descent with momentum, as in ``torch.optim.SGD``.

    Parameters
    ----------
    batch_size : int
        Samples of a step.
    lr : float
        Learning rate at the start.
    lr_schedule : {'constant', 'linear'}
        See :data:`netsparse.train.LR_SCHEDULES`.
    momentum : float in [0, 1)
    weight_decay : float
        Of weights and biases.

    Examples
    --------
    >>> from netsparse.train import OptimiserSettings
    >>> OptimiserSettings(lr=-1)
    Traceback (most recent call last):
    netsparse.errors.InvalidValue: lr must be finite and above 0, got -1
    """

    batch_size: int = setting(64, count(at_least=1))
    lr: float = setting(0.05, number(above=0))
    lr_schedule: str = setting("linear", one_of(LR_SCHEDULES))
    momentum: float = setting(0.9, number(at_least=0, below=1))
    weight_decay: float = setting(5e-4, number(at_least=0))

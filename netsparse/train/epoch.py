"""One epoch: gradient steps, evaluation, topology update."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from netsparse import percolation
from netsparse.errors import InvalidInput
from netsparse.graph import LayeredNetwork
from netsparse.rewire import Recipe, State
from netsparse.train.history import EpochRecord
from netsparse.train.settings import Settings
from netsparse.train.steps import EpochSteps

if TYPE_CHECKING:
    from netsparse.datasets.standardised import Standardised
    from netsparse.nn.engines import Engine


class Diverged(InvalidInput):
    """The loss is NaN or infinite.

    Examples
    --------
    >>> import netsparse as ns
    >>> issubclass(ns.train.Diverged, ValueError)
    True
    """


class _Evaluation(NamedTuple):
    test_loss: float
    test_accuracy: float
    validation_accuracy: float


def run_epoch(
    engine: Engine,
    inputs: Standardised,
    settings: Settings,
    recipe: Recipe,
    state: State | None,
    epoch: int,
    *,
    on_progress: Callable[[int, float], None] | None = None,
) -> tuple[LayeredNetwork, State | None, EpochRecord]:
    """Train for one epoch and return the network it ends with, what the rewiring remembers, and the history's row.

    `on_progress` is called now and then with the steps done and the mean loss so far.

    Raises
    ------
    Diverged
        If the loss is NaN or infinite.
    """
    steps = EpochSteps(engine, inputs, settings, recipe, epoch, state)
    train_loss = steps.run(on_progress)
    _check_finite(epoch, settings, train_loss, *engine.state().values())
    evaluation = _evaluate(engine, inputs)
    _check_finite(epoch, settings, evaluation.test_loss)
    rewired = steps.update_at_end()
    network, change = engine.network() if rewired is None else rewired, steps.change
    is_new = rewired is not None and change.grown > 0
    updated = engine.evaluate(inputs.x_test, inputs.y_test)[1] if is_new else evaluation.test_accuracy
    record = EpochRecord(
        epoch=epoch,
        train_loss=train_loss,
        test_accuracy=evaluation.test_accuracy,
        validation_accuracy=evaluation.validation_accuracy,
        test_accuracy_updated=float(updated),
        test_loss=evaluation.test_loss,
        learning_rate=float(steps.rates[-1]),
        seconds_train=steps.seconds,
        seconds_update=change.seconds,
        links=network.n_links,
        links_removed=change.removed,
        links_disconnected=change.disconnected,
        links_grown=change.grown,
        overlap=change.overlap,
        active_neurons=sum(int(active.sum()) for active in percolation.active_neurons(network)),
    )
    return network, steps.state, record


def _evaluate(engine: Engine, inputs: Standardised) -> _Evaluation:
    loss, accuracy = engine.evaluate(inputs.x_test, inputs.y_test)
    validation = math.nan
    if inputs.x_validation is not None:
        validation = engine.evaluate(inputs.x_validation, inputs.y_validation)[1]
    return _Evaluation(float(loss), float(accuracy), float(validation))


def _check_finite(epoch: int, settings: Settings, *values: float | np.ndarray) -> None:
    if not all(np.isfinite(value).all() for value in values):
        raise Diverged(
            f"the loss became NaN or infinite in epoch {epoch}: "
            f"try a lower learning rate than {settings.optimiser.lr:g}, as lr {settings.optimiser.lr / 10:g}",
            parameter="lr",
        )

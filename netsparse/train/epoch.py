"""One epoch: gradient steps, evaluation, topology update."""

from __future__ import annotations

import math
import time
from collections.abc import Callable
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from netsparse import percolation, rewire
from netsparse.errors import NetsparseError
from netsparse.graph import LayeredNetwork
from netsparse.train.history import EpochRecord
from netsparse.train.schedule import learning_rates, updates_topology
from netsparse.train.seeds import Purpose, generator
from netsparse.train.settings import Settings

if TYPE_CHECKING:
    from netsparse.datasets.standardised import Standardised
    from netsparse.nn.engine import Engine


class Diverged(NetsparseError):
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


class _Change(NamedTuple):
    """A topology update in numbers, summed over the layers."""

    seconds: float = 0.0
    removed: int = 0
    disconnected: int = 0
    grown: int = 0
    overlap: int = 0


def run_epoch(
    engine: Engine,
    inputs: Standardised,
    settings: Settings,
    epoch: int,
    *,
    on_progress: Callable[[int, float], None] | None = None,
) -> tuple[LayeredNetwork, EpochRecord]:
    """Train for one epoch and return the network it ends with and its row of the history.

    `on_progress` is called now and then with the steps done and the mean loss so far.

    Raises
    ------
    Diverged
        If the loss is NaN or infinite.
    """
    train_loss, rate, seconds = _step(engine, inputs, settings, epoch, on_progress)
    _check_finite(epoch, settings, train_loss, *engine.state().values())
    evaluation = _evaluate(engine, inputs)
    _check_finite(epoch, settings, evaluation.test_loss)
    network, change = _update(engine, settings, epoch)
    updated = engine.evaluate(inputs.x_test, inputs.y_test)[1] if change.grown else evaluation.test_accuracy
    return network, EpochRecord(
        epoch=epoch,
        train_loss=train_loss,
        test_accuracy=evaluation.test_accuracy,
        validation_accuracy=evaluation.validation_accuracy,
        test_accuracy_updated=float(updated),
        test_loss=evaluation.test_loss,
        learning_rate=rate,
        seconds_train=seconds,
        seconds_update=change.seconds,
        links=network.n_links,
        links_removed=change.removed,
        links_disconnected=change.disconnected,
        links_grown=change.grown,
        overlap=change.overlap,
        active_neurons=sum(int(active.sum()) for active in percolation.active_neurons(network)),
    )


def _step(
    engine: Engine, inputs: Standardised, settings: Settings, epoch: int, on_progress: Callable | None
) -> tuple[float, float, float]:
    """Make the gradient steps of an epoch; return mean loss, last learning rate and seconds."""
    start = time.perf_counter()
    n_samples = len(inputs.y_train)
    order = generator(settings.seed, epoch, Purpose.SHUFFLE).permutation(n_samples)
    rates = learning_rates(settings, epoch, math.ceil(n_samples / settings.batch_size))
    loss = engine.run_epoch(inputs.x_train, inputs.y_train, order, rates, on_progress=on_progress)
    return float(loss), float(rates[-1]), time.perf_counter() - start


def _evaluate(engine: Engine, inputs: Standardised) -> _Evaluation:
    loss, accuracy = engine.evaluate(inputs.x_test, inputs.y_test)
    validation = math.nan
    if inputs.x_validation is not None:
        validation = engine.evaluate(inputs.x_validation, inputs.y_validation)[1]
    return _Evaluation(float(loss), float(accuracy), float(validation))


def _update(engine: Engine, settings: Settings, epoch: int) -> tuple[LayeredNetwork, _Change]:
    """Rewire the network if an update is due, and the engine with it."""
    start = time.perf_counter()
    network = engine.network()
    if not updates_topology(settings, epoch):
        return network, _Change()
    rewired, update = rewire.update(
        network,
        settings.zeta,
        regrowth=settings.regrowth,
        weights=settings.init_regrown,
        remove_disconnected=not settings.keep_disconnected,
        rng=generator(settings.seed, epoch, Purpose.UPDATE),
    )
    engine.apply(rewired, update)
    counts = {name: sum(getattr(layer, name) for layer in update.layers) for name in _Change._fields[1:]}
    return rewired, _Change(time.perf_counter() - start, **counts)


def _check_finite(epoch: int, settings: Settings, *values: float | np.ndarray) -> None:
    if not all(np.isfinite(value).all() for value in values):
        raise Diverged(
            f"the loss became NaN or infinite in epoch {epoch}: "
            f"try a lower learning rate than {settings.lr:g}, as --lr {settings.lr / 10:g}"
        )

"""The gradient steps of an epoch, with the topology updates that fall between them."""

from __future__ import annotations

import math
import time
from collections.abc import Callable
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from netsparse import rewire
from netsparse.graph import LayeredNetwork
from netsparse.rewire import Recipe, State
from netsparse.train.schedule import learning_rates
from netsparse.train.seeds import Purpose, generator
from netsparse.train.settings import Settings

if TYPE_CHECKING:
    from netsparse.datasets.standardised import Standardised
    from netsparse.nn.engines import Engine


class Change(NamedTuple):
    """Topology updates in numbers, summed over layers and updates."""

    seconds: float = 0.0
    removed: int = 0
    disconnected: int = 0
    grown: int = 0
    overlap: int = 0

    def plus(self, other: Change) -> Change:
        """Return the sum of two changes."""
        return Change(*(a + b for a, b in zip(self, other, strict=True)))


class EpochSteps:
    """The steps of one epoch: their samples and learning rates, and the updates that are due among them.

    Attributes
    ----------
    state : State or None
        What the rewiring remembers, brought up to date by each update.
    change : Change
        What the updates so far have changed.
    seconds : float
        Of the gradient steps alone.
    """

    def __init__(
        self, engine: Engine, inputs: Standardised, settings: Settings, recipe: Recipe, epoch: int, state: State | None
    ):
        self._engine, self._inputs, self._settings, self._recipe, self._epoch = engine, inputs, settings, recipe, epoch
        self.state, self.change, self.seconds = state, Change(), 0.0
        start = time.perf_counter()
        n_samples = len(inputs.y_train)
        self._order = generator(settings.run.seed, epoch, Purpose.SHUFFLE).permutation(n_samples)
        self._n = math.ceil(n_samples / settings.optimiser.batch_size)
        self.rates = learning_rates(settings, epoch, self._n)
        self.seconds += time.perf_counter() - start

    def run(self, on_progress: Callable[[int, float], None] | None) -> float:
        """Make all steps, and the updates due between them; return the mean loss."""
        if self._recipe.unit == "epochs":
            replaced = self._is_due(self._n) and self._recipe.replaces_step
            return self._descend(0, self._n - replaced, on_progress)[0]
        losses, first = [], 0
        for step in range(1, self._n + 1):
            due = self._is_due(step)
            if due or step == self._n:
                last = step - (due and self._recipe.replaces_step)
                losses += [self._descend(first, last, on_progress)] if last > first else []
                first = step
            if due:
                self._update(step, generator(self._settings.run.seed, self._epoch, Purpose.UPDATE, step))
        means, sizes = zip(*losses, strict=True)
        return means[0] if len(means) == 1 else float(np.average(means, weights=sizes))

    def update_at_end(self) -> LayeredNetwork | None:
        """Make the update that follows the epoch, if one is due, and return the network after it."""
        if self._recipe.unit == "steps" or not self._is_due(self._n):
            return None
        return self._update(self._n, generator(self._settings.run.seed, self._epoch, Purpose.UPDATE))

    def _is_due(self, step: int) -> bool:
        return self._recipe.updates_after((self._epoch - 1) * self._n + step, self._n, self._settings.run.epochs)

    def _samples(self, first: int, last: int) -> np.ndarray:
        size = self._settings.optimiser.batch_size
        return self._order[first * size : last * size]

    def _descend(self, first: int, last: int, on_progress: Callable | None) -> tuple[float, int]:
        """Make the gradient steps from one to another; return their mean loss and how many samples it is of."""
        start = time.perf_counter()
        report = None if on_progress is None else lambda n, loss: on_progress(first + n, loss)
        samples, x, y = self._samples(first, last), self._inputs.x_train, self._inputs.y_train
        loss = self._engine.run_epoch(x, y, samples, self.rates[first:last], on_progress=report)
        self.seconds += time.perf_counter() - start
        return float(loss), samples.size

    def _update(self, step: int, rng: np.random.Generator) -> LayeredNetwork:
        """Rewire the network, and the engine with it, after a step of this epoch."""
        start = time.perf_counter()
        recipe, evidence = self._recipe, None
        if recipe.needs():
            samples = self._samples(max(0, step - recipe.batches), step)
            evidence = self._engine.evidence(self._inputs.x_train, self._inputs.y_train, samples)
        network = self._engine.network() if evidence is None else evidence.network
        progress = (self._epoch - 1) * self._n + step, self._settings.run.epochs * self._n
        rewired, self.state, update = rewire.step(
            network, self.state, recipe, progress=progress, evidence=evidence, rng=rng
        )
        self._engine.apply(rewired, update)
        counts = {name: sum(getattr(layer, name) for layer in update.layers) for name in Change._fields[1:]}
        self.change = self.change.plus(Change(time.perf_counter() - start, **counts))
        return rewired

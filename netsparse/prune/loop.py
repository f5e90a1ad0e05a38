"""Iterative pruning: the loop over rounds of pruning, rewinding and retraining."""

from __future__ import annotations

from collections.abc import Callable
from os import PathLike
from time import perf_counter
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
from torch import nn

from netsparse.errors import InvalidValue, check_count
from netsparse.graph import LayeredNetwork
from netsparse.prune.batches import torch_threads
from netsparse.prune.observing import Now, Reference, check_asked
from netsparse.prune.recipe import Recipe
from netsparse.prune.retraining import train
from netsparse.prune.rewinding import REWINDING
from netsparse.prune.scoring import scores
from netsparse.prune.selection import select
from netsparse.prune.store import Kept, Store, identity
from netsparse.prune.subjects import Subject, subject_of

if TYPE_CHECKING:
    import pandas

PROBE_SIZE = 512


class Pruned(NamedTuple):
    """What iterative pruning leaves.

    Attributes
    ----------
    model : torch.nn.Module or LayeredNetwork
        A plain module whose pruned weights are 0, or a network without the pruned links.
    masks : list of numpy.ndarray of bool
        What is left of each layer, in torch's orientation.
    rounds : pandas.DataFrame
        A row a round, the dense network first (round 0).
    ended : str
        Why there was no further round: 'rounds', or 'no weight pruned'.
    """

    model: nn.Module | LayeredNetwork
    masks: list[np.ndarray]
    rounds: pandas.DataFrame
    ended: str


def iterate(
    model: nn.Module | LayeredNetwork,
    data,
    recipe: Recipe | str = "lth",
    *,
    seed: int = 0,
    probe=None,
    backend: str = "auto",
    threads: int = 1,
    folder: str | PathLike | None = None,
    on_round: Callable[[dict[str, Any]], None] | None = None,
) -> Pruned:
    """Prune a network in rounds: prune, rewind, retrain.

    Parameters
    ----------
    model : torch.nn.Module or LayeredNetwork
        Any module with ``Linear``, ``Conv`` or :class:`netsparse.nn.MaskedLinear` layers that takes the rows of
        ``x_train``, each of whose weights is a link, also one that is 0; or a network, whose rounds get faster as it
        gets sparser. Left as it is.
    data : netsparse.datasets.Standardised
        Test samples are only looked at; rules decide by validation samples and the probe.
    recipe : Recipe or str
        A name in :data:`netsparse.prune.RECIPES`.
    seed : int
        Of the order of samples, dropout, random scores and null models. The weights are the model's own.
    probe : pair (x, y), optional
        Samples for flows and scores, the same in all rounds; by default the first 512 training samples.
    backend : {'auto', 'sparse', 'masked'}
        Of networks, see :func:`netsparse.nn.choose_backend`.
    threads : int
        Of torch and of the engines; results are deterministic for each number of them.
    folder : path-like, optional
        Where ``rounds.csv`` and the state after each round are written, and from where an interrupted run goes on,
        to the same bits.
    on_round : callable, optional
        Called with each row of the table as a dict.

    Returns
    -------
    Pruned
        The table has, for each round, ``links`` and ``density`` (of the links of the dense network), ``epochs`` and
        ``seconds`` of its training, ``stopped_by``, accuracies, distances of both flows from the dense network's and
        those of two null models (:func:`null_distances`), and links per layer.

    Raises
    ------
    ValueError, TypeError
        If the model cannot be pruned, a rule asks for what the data do not have, or a layer would lose all its links.

    Notes
    -----
    A training starts without momentum. All that is random derives from (seed, round, epoch).

    Examples
    --------
    >>> import numpy as np, netsparse as ns
    >>> from netsparse import prune
    >>> x = np.random.default_rng(0).normal(size=(200, 6))
    >>> data = ns.datasets.Dataset("signs", x, (x[:, 0] > 0).astype(int), x, (x[:, 0] > 0).astype(int)).standardised()
    >>> network = ns.generate.erdos_renyi((6, 20, 2), 1.0, rng=0)
    >>> recipe = prune.RECIPES["lth"].replace(rounds=2, dense_epochs=3, stop=(prune.Epochs(3),))
    >>> prune.iterate(network, data, recipe).rounds[["round", "links", "epochs"]]
       round  links  epochs
    0      0    160       3
    1      1    132       3
    2      2    110       3
    """
    recipe = Recipe.of(recipe)
    subject = subject_of(model, recipe, backend, check_count("threads", threads, at_least=1))
    check_asked(recipe, data, len(subject.names))
    probe = (data.x_train[:PROBE_SIZE], data.y_train[:PROBE_SIZE]) if probe is None else probe
    about = identity(recipe, check_count("seed", seed), subject.state(), data.x_train, data.y_train) if folder else {}
    with torch_threads(threads):
        return _Loop(subject, data, recipe, seed, probe, Store(folder, about), on_round).run()


class _Loop:
    """One run of a recipe."""

    def __init__(self, subject: Subject, data, recipe: Recipe, seed: int, probe, store: Store, on_round):
        self.subject, self.data, self.recipe, self.seed = subject, data, recipe, seed
        self.probe, self.store = probe, store
        self.on_round = on_round or (lambda row: None)
        self.rows: list[dict[str, Any]] = []
        self.saved = {"initial": subject.state()}

    def run(self) -> Pruned:
        """Train, then make the rounds that are left."""
        progress = self.store.load()
        if progress is None:
            self._dense()
        else:
            self._resume(progress)
        ended = "rounds"
        for number in range(len(self.rows), self.recipe.rounds + 1):
            if not self._round(number):
                ended = "no weight pruned"
                break
        import pandas

        masks = self.subject.masks()
        return Pruned(self.subject.result(), masks, pandas.DataFrame(self.rows), ended)

    def _dense(self) -> None:
        started = perf_counter()
        keep = (self.recipe.rewind_step, lambda: self.saved.update(step=self.subject.state()))
        epochs = train(
            self.subject, self._samples, self.recipe, epochs=self.recipe.dense_epochs, key=(self.seed, 0), at_step=keep
        )
        if self.recipe.rewind == "step" and "step" not in self.saved:
            raise InvalidValue(
                f"rewind_step is {self.recipe.rewind_step}, but the dense training has fewer steps",
                parameter="rewind_step",
            )
        self.saved["dense"] = self.subject.state()
        self.reference = self._reference()
        self._finish(0, 0, epochs, started, "epochs")

    def _resume(self, progress: Kept) -> None:
        """Go on where a run ended: the reference is measured again, which gives the same bits."""
        self.saved, self.rows = progress.saved, progress.rows
        self.subject.load(self.saved["dense"])
        self.reference = self._reference()
        self.subject.narrow(progress.masks)
        self.subject.load(progress.state)

    def _round(self, number: int) -> bool:
        """Prune, rewind and retrain; return False, without having done anything, if there is nothing to prune."""
        started, pruned = perf_counter(), self._prune(number)
        if not pruned:
            return False
        state = REWINDING[self.recipe.rewind](self.saved)
        if state is not None:
            self.subject.load(state)
        stopped: list[str] = []
        epochs = train(
            self.subject,
            self._samples,
            self.recipe,
            epochs=self.recipe.epochs,
            key=(self.seed, number),
            first_step=self.recipe.rewind_step if self.recipe.rewind == "step" else 0,
            is_enough=lambda epochs: self._is_enough(epochs, stopped),
        )
        self._finish(number, pruned, epochs, started, *(stopped or ["epochs"]))
        return True

    def _prune(self, number: int) -> int:
        """Prune as often as the recipe says, and return how many links went."""
        recipe, subject, pruned = self.recipe, self.subject, 0
        for step in range(recipe.steps):
            rng = np.random.default_rng([self.seed, number, step])
            selection = select(
                scores(subject.module(), recipe.score, self.probe, rng=rng),
                subject.weights(),
                subject.masks(),
                recipe.count,
                scope=recipe.scope,
                progress=((number - 1) * recipe.steps + step + 1) / (recipe.rounds * recipe.steps),
                minimum=recipe.minimum,
                names=subject.names,
            )
            subject.narrow(selection.masks)
            pruned += selection.removed.size
        return pruned

    def _is_enough(self, epochs: int, stopped: list[str]) -> bool:
        """Ask the stop rules where it is time to, and note the one that says so."""
        if epochs % self.recipe.check_every:
            return False
        now = Now(self.subject, self.reference, epochs)
        for rule in self.recipe.stop:
            if rule.is_reached(now):
                stopped.append(repr(rule))
                return True
        return False

    def _finish(self, number: int, pruned: int, epochs: int, started: float, stopped_by: str) -> None:
        """Note what a round made, and keep it."""
        seconds = perf_counter() - started
        about = {"round": number, "pruned": pruned, "epochs": epochs, "seconds": seconds, "stopped_by": stopped_by}
        row = self.reference.row(self.subject, **about)
        self.rows.append(row)
        self.store.save(Kept(self.saved, self.subject.state(), self.subject.masks(), self.rows))
        self.on_round(row)

    def _reference(self) -> Reference:
        return Reference(self.subject, self.data, self.recipe, self.probe, self.seed)

    @property
    def _samples(self) -> tuple[np.ndarray, np.ndarray]:
        return self.data.x_train, self.data.y_train

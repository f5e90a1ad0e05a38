"""Which runs the study consists of, and in which order: every prefix of the list is a balanced result."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from netsparse.study import balanced
from netsparse.train import PRESETS, Settings

DATASETS = ("mnist", "fashion-mnist", "kmnist", "ocr-letters-28")
RULES = ("random", "ch3-l3")
ZETAS = (0.05, 0.1, 0.3)
LEARNING_RATES = (0.01, 0.02, 0.05)

SELECTION_DATASET = "mnist"
SELECTION_SEEDS = (1000,)  # none of the seeds that the study attacks
SELECTION_VALIDATION = 0.1

SENSITIVITY_DATASETS = ("mnist", "kmnist")
SENSITIVITY_SEEDS = 2
DEFAULT_DATASETS = ("mnist", "fashion-mnist")
DEFAULT_SEEDS = 3

ARMS = ("main", "default", "sensitivity")
"""Arms of networks that are attacked, in the order of their runs within a seed; `selection` comes before all."""

KEY = {"arm": str, "dataset": str, "rule": str, "seed": int, "zeta": float, "lr": float}
"""Columns that name a run, the first ones of every table."""

Pair = tuple[float, float]


@dataclass(frozen=True)
class Run:
    """One network: how it is trained, and the arm it counts for.

    Examples
    --------
    >>> run = Run("main", "mnist", "ch3-l3", seed=0, zeta=0.1, lr=0.02)
    >>> run.key
    ('main', 'mnist', 'ch3-l3', 0, 0.1, 0.02)
    >>> run.settings(epochs=5, hidden=(100,)).optimiser.lr_schedule
    'constant'
    """

    arm: str
    dataset: str
    rule: str
    seed: int
    zeta: float
    lr: float

    @property
    def key(self) -> tuple:
        """The values of the columns `KEY`."""
        return tuple(getattr(self, name) for name in KEY)

    @property
    def preset(self) -> str:
        """Preset of the settings that are neither zeta nor learning rate."""
        return "default" if self.arm == "default" else "paper"

    @property
    def is_attacked(self) -> bool:
        """Whether the trained network is measured; those of the selection are not even looked at."""
        return self.arm != "selection"

    def settings(self, epochs: int, hidden: tuple[int, ...]) -> Settings:
        """Return the settings of the training."""
        return Settings(
            preset=self.preset,
            dataset=self.dataset,
            regrowth=self.rule,
            seed=self.seed,
            zeta=self.zeta,
            lr=self.lr,
            epochs=epochs,
            hidden=hidden,
            validation=0.0 if self.is_attacked else SELECTION_VALIDATION,
            threads=1,  # the executor runs as many trainings side by side as there are cores
        )

    def __str__(self) -> str:
        return f"{self.arm} {self.dataset} {self.rule} seed {self.seed} zeta {self.zeta:g} lr {self.lr:g}"


@dataclass(frozen=True)
class Study:
    """What is asked for: a study is a function of this and of the data.

    Parameters
    ----------
    datasets, rules : tuple of str
    seeds : int
        Of the main arm; the other arms have fewer (`DEFAULT_SEEDS`, `SENSITIVITY_SEEDS`).
    epochs : int
    hidden : tuple of int
    arms : tuple of str
        Any of `ARMS`.
    """

    datasets: tuple[str, ...] = DATASETS
    rules: tuple[str, ...] = RULES
    seeds: int = 10
    epochs: int = 100
    hidden: tuple[int, ...] = (1000, 1000, 1000)
    arms: tuple[str, ...] = ARMS

    @property
    def selects(self) -> bool:
        """Whether zeta and the learning rate are chosen on validation data; without MNIST the preset's are taken."""
        return SELECTION_DATASET in self.datasets

    def selection_runs(self) -> list[Run]:
        """Return the runs that zeta and the learning rate are chosen by."""
        if not self.selects:
            return []
        return [
            Run("selection", SELECTION_DATASET, rule, seed, *pair)
            for seed in SELECTION_SEEDS
            for pair in PAIRS
            for rule in self.rules
        ]

    def attacked_runs(self, chosen: Pair) -> list[Run]:
        """Return all other runs: one seed of every arm, then the next; the rules of a pair side by side."""
        runs = balanced(range(self.seeds), lambda seed: self._cells(seed, chosen), self.rules)
        return [Run(arm, dataset, rule, seed, *pair) for seed, (arm, dataset, pair), rule in runs]

    def _cells(self, seed: int, chosen: Pair) -> Iterator[tuple[str, str, Pair]]:
        """Yield arm, data set and pair of all that the rules are compared on with a seed."""
        for arm in (arm for arm in ARMS if arm in self.arms):
            for dataset, pair in self._cells_of(arm, seed, chosen):
                yield arm, dataset, pair

    def _cells_of(self, arm: str, seed: int, chosen: Pair) -> Iterator[tuple[str, Pair]]:
        if arm == "main":
            yield from ((dataset, chosen) for dataset in self.datasets)
        elif arm == "default" and seed < DEFAULT_SEEDS:
            yield from ((dataset, DEFAULT_PAIR) for dataset in self.datasets if dataset in DEFAULT_DATASETS)
        elif arm == "sensitivity" and seed < SENSITIVITY_SEEDS:
            others = [pair for pair in PAIRS if pair != chosen]
            yield from ((name, pair) for pair in others for name in self.datasets if name in SENSITIVITY_DATASETS)


PAIRS: tuple[Pair, ...] = tuple((zeta, lr) for zeta in ZETAS for lr in LEARNING_RATES)
"""The pairs of zeta and learning rate among which one is chosen."""

PAPER_PAIR: Pair = (PRESETS["paper"]["zeta"], PRESETS["paper"]["lr"])
DEFAULT_PAIR: Pair = (PRESETS["default"]["zeta"], PRESETS["default"]["lr"])

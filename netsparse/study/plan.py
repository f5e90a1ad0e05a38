"""What is compared: recipes on data sets, with so many seeds and common settings; and its runs."""

from __future__ import annotations

import functools
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timezone
from typing import TYPE_CHECKING, Any

import netsparse
from netsparse.errors import InvalidInput, InvalidValue, check_count
from netsparse.files import digest_of_arrays
from netsparse.study.recipes import NamedRecipe, named_recipe
from netsparse.study.runner import Outcome
from netsparse.study.schedule import balanced
from netsparse.study.selection import best_epoch
from netsparse.study.tables import RUNS

if TYPE_CHECKING:
    import pandas

    from netsparse.datasets import Dataset
    from netsparse.graph import LayeredNetwork
    from netsparse.train import Settings

KEY = {"dataset": str, "recipe": str, "seed": int}
"""Columns that name a run of a comparison."""

EPOCHS = "epochs"
"""The table with a row per epoch of every run."""

PER_RUN = ("dataset", "recipe", "regrowth", "seed", "threads", "snapshots")
"""Settings that differ from run to run, or that a comparison has no use for."""


@dataclass(frozen=True)
class ComparisonRun:
    """A training of one recipe on one data set from one seed."""

    dataset: str
    recipe: str
    seed: int
    settings: Settings

    @property
    def key(self) -> tuple[str, str, int]:
        """The values of the columns `KEY`."""
        return self.dataset, self.recipe, self.seed

    @property
    def kind(self) -> tuple[str, str]:
        """What decides how long it takes."""
        return self.dataset, self.recipe

    def __str__(self) -> str:
        return f"{self.dataset} {self.recipe} seed {self.seed}"


@dataclass(frozen=True)
class Plan:
    """A comparison as it is asked for, checked.

    Attributes
    ----------
    recipes : tuple of NamedRecipe
    data : mapping of str to Dataset
    seeds : int
        Their number; they are 0, 1, ...
    preset : str
    explicit : mapping of str to Any
        Settings that were asked for: all runs share them, and they win over what a recipe fixes.
    """

    recipes: tuple[NamedRecipe, ...]
    data: Mapping[str, Dataset]
    seeds: int
    preset: str
    explicit: Mapping[str, Any]

    @classmethod
    def checked(
        cls, recipes: Sequence[str], datasets: Sequence[str], seeds: int, preset: str, settings: Mapping[str, Any]
    ) -> Plan:
        """Return the plan; all that can be wrong with names and values is found here."""
        from netsparse.datasets import load

        seeds = check_count("seeds", seeds, at_least=1)
        chosen = _distinct(recipes)
        common = _common(preset, settings)
        data = {str(name): load(name) for name in dict.fromkeys(datasets)}
        if not data:
            raise InvalidInput("a comparison needs a data set")
        for own in data.values():
            own.validation_split(common.data.validation, rng=0)
        return cls(chosen, data, seeds, preset, settings)

    def runs(self) -> list[ComparisonRun]:
        """Return all runs: one seed of every data set, then the next; the recipes side by side."""
        return list(self._runs())

    def description(self) -> dict[str, Any]:
        """Return what decides the results, as plain JSON values."""
        common = _common(self.preset, self.explicit).flat()
        return {
            "recipes": {recipe.name: self._described(recipe) for recipe in self.recipes},
            "datasets": {name: _fingerprint(data) for name, data in self.data.items()},
            "seeds": self.seeds,
            "settings": {name: value for name, value in common.items() if name not in PER_RUN},
        }

    def _runs(self) -> Iterator[ComparisonRun]:
        for seed, dataset, recipe in balanced(range(self.seeds), lambda seed: self.data, self.recipes):
            yield ComparisonRun(dataset, recipe.name, seed, self._settings(recipe, dataset=dataset, seed=seed))

    def _settings(self, recipe: NamedRecipe, **own: Any) -> Settings:
        """Return the settings of the runs of a recipe."""
        from netsparse.train import Settings

        return Settings(preset=self.preset, **{**recipe.settings, **self.explicit, **own})

    def _described(self, recipe: NamedRecipe) -> dict[str, Any]:
        """Return what decides how a recipe rewires, as plain JSON values."""
        source = {"source": recipe.source} if recipe.source else {}
        return {"recipe": self._settings(recipe).recipe.to_json(), **source}


def perform(run: ComparisonRun) -> Outcome:
    """Train a network and return a row per epoch, and one of the run."""
    import pandas as pd

    from netsparse import nn, train  # noqa: F401 - torch is loaded before the clock runs

    started, start = datetime.now(timezone.utc), time.perf_counter()
    named_recipe(run.recipe)  # a rule of the user's own is registered in this process too
    data = _loaded(run.dataset)
    network = train.initial_network(run.settings, data.n_features, data.n_classes, data=data)
    trained, history = train.fit(network, data, run.settings, progress=False)
    history = history.assign(live_density=_live_density(history["links"], trained))
    row = {
        **_results(history),
        "seconds": time.perf_counter() - start,
        "started": started.isoformat(timespec="seconds"),
        "finished": datetime.now(timezone.utc).isoformat(timespec="seconds"),
        "version": netsparse.__version__,
    }
    return Outcome(run, {EPOCHS: history, RUNS: pd.DataFrame([row])})


def _results(history: pandas.DataFrame) -> dict[str, Any]:
    """Return a run in numbers: of the network it ends with, and of the one that validation would have kept."""
    last, best = history.iloc[-1], best_epoch(history)
    return {
        "accuracy": last["test_accuracy_updated"],
        "best_epoch": None if best is None else int(best["epoch"]),
        "best_accuracy": None if best is None else best["test_accuracy"],
        "live_density": history["live_density"].mean(),
        "links": int(last["links"]),
        "active_neurons": int(last["active_neurons"]),
        "epochs": len(history),
        "seconds_train": history["seconds_train"].sum(),
        "seconds_update": history["seconds_update"].sum(),
    }


def _live_density(links: pandas.Series, network: LayeredNetwork) -> pandas.Series:
    """Return the share of the possible links of the sparse layers that is present; of all layers if none is sparse."""
    layers = network.sparse_layers or network.layers
    beside = network.n_links - sum(layer.n_links for layer in layers)
    return (links - beside) / sum(layer.shape[0] * layer.shape[1] for layer in layers)


def _distinct(names: Sequence[str]) -> tuple[NamedRecipe, ...]:
    """Return the recipes; two that are one would be compared with themselves."""
    recipes: dict[str, NamedRecipe] = {}
    for recipe in map(named_recipe, names):
        same = recipes.setdefault(str((recipe.settings, recipe.source)), recipe)
        if same is not recipe:
            raise InvalidInput(f"recipes {same.name} and {recipe.name} are the same")
    if len(recipes) < 2:
        raise InvalidInput(f"a comparison needs two recipes or more, got {' '.join(names) or 'none'}")
    return tuple(recipes.values())


def _common(preset: str, settings: Mapping[str, Any]) -> Settings:
    """Return the settings that all runs share, but for what `PER_RUN` names."""
    from netsparse.train import Settings

    for name in settings:
        if name in PER_RUN:
            raise InvalidValue(
                f"{name} is no setting of a comparison: its runs differ in it, or have no use for it", parameter=name
            )
    return Settings(preset=preset, **settings)


def _fingerprint(data: Dataset) -> dict[str, Any]:
    arrays = {name: getattr(data, name) for name in ("x_train", "y_train", "x_test", "y_test")}
    return {"train": len(data.y_train), "test": len(data.y_test), "sha256": digest_of_arrays(arrays)[:16]}


@functools.lru_cache(maxsize=2)
def _loaded(name: str) -> Dataset:
    """Return a data set, kept in memory: a process computes many runs on few data sets."""
    from netsparse.datasets import load

    return load(name)

"""Compiled loops made ready before the clock runs: the seconds of the history are those of training."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from netsparse.datasets import Dataset
from netsparse.graph import LayeredNetwork
from netsparse.rewire import Recipe
from netsparse.train.epoch import run_epoch
from netsparse.train.initial import initial_network
from netsparse.train.model_settings import ModelSettings
from netsparse.train.settings import Settings

if TYPE_CHECKING:
    from netsparse.nn.engines import Engine


def warm_up(
    network: LayeredNetwork,
    settings: Settings,
    make_engine: Callable[[LayeredNetwork, Settings], Engine],
    note: Callable[[str], None],
) -> None:
    """Train a tiny network as `network` will be, for an epoch and an update; say so if that has to compile.

    A fresh installation compiles its kernels, for some seconds; later runs load them from numba's cache.
    """
    from netsparse.nn import choose_backend

    backend = choose_backend(network, settings.model.backend, settings.recipe.needs())
    if backend == "sparse" and not training_loop_is_cached():
        note("compiling kernels")
    model = ModelSettings(hidden=(6, 6), density=0.5, backend=backend)
    tiny = replace(settings, model=model, recipe=_for_an_epoch(settings.recipe), epochs=1, batch_size=8)
    x, y = np.eye(6, dtype=network.dtype).repeat(4, axis=0), np.arange(6).repeat(4)
    data = Dataset("corners", x, y, x, y)
    start = initial_network(tiny, data.n_features, data.n_classes, dtype=network.dtype)
    run_epoch(make_engine(start, tiny), data.standardised(network.dtype), tiny, tiny.recipe, None, 1)


def _for_an_epoch(recipe: Recipe) -> Recipe:
    """Return the rules of a recipe such that an update follows the first epoch of any network, unless it has none."""
    anywhere = {
        "start": "erdos-renyi",
        "density": None,
        "distribution": "uniform",
        "pruning": None,
        "frozen_layers": (),
        "frozen_biases": (),
    }
    at_once = {"interval": 1, "unit": "epochs", "replaces_step": False}
    return recipe.replace(until=0.0 if recipe.is_static else 1.0, **anywhere, **at_once)


def training_loop_is_cached() -> bool:
    """Return whether numba's cache on disk knows the training loop."""
    from netsparse.kernels.choice import kind_in_use, loops
    from netsparse.kernels.compile import is_kept

    train = loops(kind_in_use()).train
    return is_kept(train, f"epoch.{train.__name__}")

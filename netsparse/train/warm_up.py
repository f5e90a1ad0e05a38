"""Compiled loops made ready before the clock runs: the seconds of the history are those of training."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from netsparse.datasets import Dataset
from netsparse.graph import LayeredNetwork
from netsparse.train.epoch import run_epoch
from netsparse.train.initial import initial_network
from netsparse.train.settings import Settings

if TYPE_CHECKING:
    from netsparse.nn.engine import Engine


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

    backend = choose_backend(network, settings.backend)
    if backend == "sparse" and not training_loop_is_cached():
        note("compiling kernels")
    tiny = replace(settings, backend=backend, hidden=(6, 6), density=0.5, epochs=1, batch_size=8, rewire_until=1.0)
    x, y = np.eye(6, dtype=network.dtype).repeat(4, axis=0), np.arange(6).repeat(4)
    data = Dataset("corners", x, y, x, y)
    start = initial_network(tiny, data.n_features, data.n_classes, dtype=network.dtype)
    run_epoch(make_engine(start, tiny), data.standardised(network.dtype), tiny, epoch=1)


def training_loop_is_cached() -> bool:
    """Return whether numba's cache on disk knows the training loop."""
    from netsparse.kernels.compile import is_kept
    from netsparse.kernels.epoch import train

    return is_kept(train, "epoch.train")

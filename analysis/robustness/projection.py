"""How long it will take, and how long it would have taken with masked-dense PyTorch: from measured epochs."""

from __future__ import annotations

import functools
import time

import numpy as np
import pandas as pd

import netsparse
from analysis.benchmarks.common import alternate, cpu_name
from analysis.robustness.arms import PAPER_PAIR, Run, Study
from analysis.robustness.attacks import PROTOCOLS, REPEATS
from analysis.robustness.controls import CONTROLS
from analysis.robustness.folder import Folder
from analysis.robustness.runs import load
from netsparse import datasets, nn, robustness, train
from netsparse.files import writing
from netsparse.study import mean_seconds

BACKENDS = ("sparse", "masked")
EPOCHS_FILE = "epochs.csv"


def measured_epochs(study: Study, folder: Folder) -> pd.DataFrame:
    """Return the seconds of an epoch of both backends and of an accuracy; measured here unless it was before.

    A row: dataset, samples, batch_size, epoch_sparse, epoch_masked (one thread, minima over alternated epochs, steps
    alone), accuracy (one forward pass over the test images), version, cpu.
    """
    path = folder.results / EPOCHS_FILE
    if not path.exists():
        print("measuring an epoch, sparse and masked-dense ...", flush=True)
        frame = _measure(study)
        with writing(path) as temporary:
            frame.to_csv(temporary, index=False, float_format="%.5g")
    return pd.read_csv(path)


def _measure(study: Study) -> pd.DataFrame:
    run = Run("main", study.datasets[0], "random", 0, *PAPER_PAIR)
    settings, data = run.settings(1, study.hidden), load(run.dataset)
    size = settings.optimiser.batch_size
    inputs = data.standardised()
    network = train.initial_network(settings, data.n_features, data.n_classes)
    order = np.random.default_rng(0).permutation(len(inputs.y_train))
    engines = {name: nn.engine(network, name, lr=settings.optimiser.lr, batch_size=size) for name in BACKENDS}
    for engine in engines.values():  # compile, allocate
        engine.run_epoch(inputs.x_train, inputs.y_train, order[: 4 * size])
    contenders = {
        name: functools.partial(engine.run_epoch, inputs.x_train, inputs.y_train, order)
        for name, engine in engines.items()
    }
    seconds = alternate(contenders, repeats=2)
    start = time.perf_counter()
    datasets.evaluate(network, inputs)
    row = {
        "dataset": run.dataset,
        "samples": len(inputs.y_train),
        "batch_size": size,
        **{f"epoch_{name}": min(times) for name, times in seconds.items()},
        "accuracy": time.perf_counter() - start,
        "version": netsparse.__version__,
        "cpu": cpu_name(),
    }
    return pd.DataFrame([row])


def expected_seconds(study: Study, folder: Folder) -> dict[str, float]:
    """Return the seconds of a run of each arm: from finished runs of the arm, else from a measured epoch."""
    epochs = measured_epochs(study, folder).iloc[0]
    runs = folder.tables().read("runs")
    training = study.epochs * epochs["epoch_sparse"]
    attacks = states() * epochs["accuracy"]
    controls = len(CONTROLS) * states(coarse=True) * epochs["accuracy"]
    guesses = {
        "selection": training,
        "main": training + attacks + controls,
        "sensitivity": training + attacks,
        "default": training + attacks,
    }
    return {**guesses, **mean_seconds(runs, "arm")}


def states(coarse: bool = False) -> int:
    """Return how many accuracies the attacks on one network, or on a control, need."""
    return sum(
        len(protocol.coarse if coarse else protocol.strengths)
        * (REPEATS if robustness.ATTACKS[name].stochastic and not coarse else 1)
        for name, protocol in PROTOCOLS.items()
    )


def masked_seconds(runs: pd.DataFrame, epochs: pd.DataFrame) -> float:
    """Return the seconds that the gradient steps of all these runs would take masked-dense, on one core."""
    measured = epochs.iloc[0]
    return float((runs["epochs"] * runs["samples"]).sum() * measured["epoch_masked"] / measured["samples"])

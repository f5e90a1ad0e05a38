"""One run of the study: train, attack, measure; a few rows in the end."""

from __future__ import annotations

import functools
import time
from datetime import datetime, timezone

import numpy as np
import pandas as pd

import netsparse
from analysis.benchmarks.common import cpu_name
from analysis.robustness.arms import Run, Study
from analysis.robustness.attacks import INTACT, attack_table
from analysis.robustness.controls import CONTROLS
from analysis.robustness.densities import weight_histograms
from analysis.robustness.structure import layer_table, percolation_table
from netsparse import datasets, percolation, train
from netsparse.datasets import Dataset
from netsparse.graph import LayeredNetwork
from netsparse.study import Outcome

LAST_EPOCHS = 10
"""Accuracies at the end are averaged over so many epochs where a single one would be noise."""

HISTORY = [
    "epoch", "train_loss", "test_accuracy", "test_accuracy_updated", "validation_accuracy", "seconds_train",
    "seconds_update", "links_disconnected", "overlap", "active_neurons",
]  # fmt: skip


CUTS = {"cut_links": ("links", False), "cut_links_readout": ("links", True), "cut_neurons": ("neurons", False)}
"""Columns of the minimum cuts: what is removed, and whether links of the readout may be."""


def perform(run: Run, *, study: Study, command: str) -> Outcome:
    """Carry out one run."""
    started = datetime.now(timezone.utc)
    start = time.perf_counter()
    data = load(run.dataset)
    settings = run.settings(study.epochs, study.hidden)
    network = train.initial_network(settings, data.n_features, data.n_classes)
    trained, history = train.fit(network, data, settings, progress=False)
    frames = {"history": history[HISTORY]}
    cuts = dict.fromkeys(CUTS, np.nan)
    if run.is_attacked:
        inputs = data.standardised()
        frames |= measure(trained, inputs, controls=run.arm == "main", rng=np.random.default_rng([run.seed, 1]))
        cuts = minimum_cuts(trained)
    row = {
        "epochs": study.epochs,
        "samples": len(data.y_train),
        "classes": data.n_classes,
        "links": sum(layer.n_links for layer in trained.sparse_layers),
        **summary(history),
        **cuts,
        "seconds": time.perf_counter() - start,
        "started": started.isoformat(timespec="seconds"),
        "finished": datetime.now(timezone.utc).isoformat(timespec="seconds"),
        "version": netsparse.__version__,
        "cpu": cpu_name(),
        "command": command,
    }
    frames["runs"] = pd.DataFrame([row])
    return Outcome(run, frames, trained)


def measure(network: LayeredNetwork, inputs, *, controls: bool, rng: np.random.Generator) -> dict[str, pd.DataFrame]:
    """Return the tables of a trained network: attacks, percolation, layers, weights."""
    attacks = [attack_table(network, inputs, rng=rng)]
    thresholds = [percolation_table(network, rng=rng).assign(control=INTACT)]
    for name, change in CONTROLS.items() if controls else ():
        changed = change(network, rng=rng)
        attacks.append(attack_table(changed, inputs, control=name, rng=rng))
        thresholds.append(percolation_table(changed, rng=rng).assign(control=name))
    return {
        "attacks": pd.concat(attacks, ignore_index=True),
        "percolation": pd.concat(thresholds, ignore_index=True),
        "layers": layer_table(network),
        "weights": weight_histograms(network),
    }


def minimum_cuts(network: LayeredNetwork) -> dict[str, int]:
    """Return the smallest numbers of links and of hidden neurons that separate all inputs from all outputs."""
    return {
        name: percolation.minimum_cut(network, kind=kind, readout=readout).size
        for name, (kind, readout) in CUTS.items()
    }


def summary(history: pd.DataFrame) -> dict[str, float]:
    """Return the history in one row: final accuracies, total seconds."""
    last = history.iloc[-1]
    return {
        "accuracy": last["test_accuracy_updated"],
        "accuracy_before_update": last["test_accuracy"],
        "validation_accuracy": history["validation_accuracy"].tail(LAST_EPOCHS).mean(),
        "seconds_train": history["seconds_train"].sum(),
        "seconds_update": history["seconds_update"].sum(),
        "active_neurons": int(last["active_neurons"]),
    }


@functools.lru_cache(maxsize=2)
def load(name: str) -> Dataset:
    """Return a data set, kept in memory: a process computes many runs on few data sets."""
    return datasets.load(name)

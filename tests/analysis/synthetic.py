"""Made-up results of the study with known effects, for the tests of what is made of them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

import netsparse
from analysis.robustness.arms import Pair, Run, Study
from analysis.robustness.attacks import COLUMNS, INTACT, PROTOCOLS
from analysis.robustness.controls import CONTROLS
from analysis.robustness.densities import weight_histograms
from analysis.robustness.folder import Folder, write_json
from analysis.robustness.runs import HISTORY

CLEAN = 0.9
FALL = {"links-random": 0.8, "links-weight": 0.04, "links-reverse-weight": 0.95, "shuffle": 0.3, "noise": 2.0}
"""Strength at which the accuracy has fallen to chance, linearly."""


@dataclass(frozen=True)
class Effects:
    """What makes CH3-L3 differ from random regrowth; noise is its standard deviation over seeds."""

    accuracy: float = 0.0
    epochs_to_limit: int = 0
    reverse: float = 0.0
    reverse_common: float = 0.0
    update_ratio: float = 2.0
    noise: float = 0.001


def fill(folder: Folder, study: Study, chosen: Pair = (0.1, 0.02), effects: Effects = Effects()) -> None:
    """Write made-up rows of all attacked runs of a study."""
    folder.check(study)
    write_json(folder.chosen, {"zeta": chosen[0], "lr": chosen[1], "reason": "made up"})
    epochs = {"dataset": "mnist", "samples": 100, "batch_size": 64, "epoch_sparse": 1.0, "epoch_masked": 20.0}
    pd.DataFrame([{**epochs, "accuracy": 0.1, "version": "0", "cpu": "none"}]).to_csv(
        folder.results / "epochs.csv", index=False
    )
    for run in study.attacked_runs(chosen):
        folder.tables().append(run.key, frames(run, study.epochs, effects))


def frames(run: Run, epochs: int, effects: Effects = Effects()) -> dict[str, pd.DataFrame]:
    """Return the rows of one run in all tables."""
    rng = np.random.default_rng([run.seed, *map(ord, run.dataset + run.rule)])
    sign = 1 if run.rule == "ch3-l3" else 0
    network = netsparse.generate.erdos_renyi((20, 30, 30, 5), 0.3, rng=rng)
    return {
        "history": _history(epochs, sign, effects, rng),
        "attacks": pd.concat([_attacks(control, sign, effects, rng) for control in (INTACT, *CONTROLS)]),
        "percolation": _percolation(),
        "layers": pd.DataFrame({"layer": [0], "links": [1000]}),
        "weights": weight_histograms(network),
        "runs": _run_row(epochs, run.seed),
    }


def _history(epochs: int, sign: int, effects: Effects, rng) -> pd.DataFrame:
    epoch = np.arange(1, epochs + 1)
    rise = np.minimum(epoch / (epochs / 2 + sign * effects.epochs_to_limit + rng.integers(0, 2)), 1)
    accuracy = rise * (CLEAN + sign * effects.accuracy) + effects.noise * rng.normal()
    columns = {
        "epoch": epoch,
        "test_accuracy": accuracy,
        "test_accuracy_updated": accuracy,
        "seconds_train": 1.0,
        "seconds_update": 0.01 * (effects.update_ratio if sign else 1) * (1 + effects.noise * rng.normal()),
        "active_neurons": 80,
    }
    return pd.DataFrame({name: columns.get(name, 0.0) for name in HISTORY}, index=range(epochs))


def _attacks(control: str, sign: int, effects: Effects, rng) -> pd.DataFrame:
    curves = []
    for attack, protocol in PROTOCOLS.items():
        shift = effects.reverse_common if control == "common-distribution" else effects.reverse
        gain = (sign * shift if attack == "links-reverse-weight" else 0) + effects.noise * rng.normal()
        strength = np.array(protocol.strengths if control == INTACT else protocol.coarse, dtype=float)
        left = np.clip(1 - strength / FALL[attack], 0, 1)
        columns = {
            "control": control,
            "attack": attack,
            "strength": strength,
            "repeats": 1,
            "accuracy": 0.1 + (CLEAN - 0.1) * left + gain * (strength > 0),
            "active": 80 * (1 - strength / strength.max()),
            "outputs_reached": 5,
            "largest_component": 80 * (1 - 0.5 * strength / strength.max()),
        }
        curves.append(pd.DataFrame({name: columns.get(name, 0.0) for name in COLUMNS}))
    return pd.concat(curves)


def _percolation() -> pd.DataFrame:
    row = {
        "removals": 1000,
        "half_height": 0.85,
        "steepest": 0.85,
        "last_connection": 0.98,
        "giant_half": 0.9,
        "R": 0.8,
    }
    rows = [
        {"order": order, **row, "control": control}
        for control in (INTACT, *CONTROLS)
        for order in ("random", "weight", "reverse")
    ]
    return pd.DataFrame(rows)


def _run_row(epochs: int, seed: int) -> pd.DataFrame:
    row = {
        "epochs": epochs,
        "samples": 100,
        "classes": 10,
        "links": 1000,
        "accuracy": CLEAN,
        "accuracy_before_update": CLEAN,
        "validation_accuracy": np.nan,
        "seconds_train": 1.0 * epochs,
        "seconds_update": 0.1,
        "active_neurons": 80,
        "cut_links": 100,
        "cut_links_readout": 50,
        "cut_neurons": 30,
        "seconds": 60.0,
        "started": f"2026-01-01T00:{seed:02d}:00+00:00",
        "finished": f"2026-01-01T00:{seed + 1:02d}:00+00:00",
        "version": "0.1.0",
        "cpu": "none",
        "command": "made up",
    }
    return pd.DataFrame([row])

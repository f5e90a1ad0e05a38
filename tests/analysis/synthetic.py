"""Made-up results of the study with known effects, for the tests of what is made of them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

import netsparse
from analysis.robustness.arms import KEY, Pair, Run, Study
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
    for name, rows in made_up(study, chosen, effects).items():
        rows.to_csv(folder.tables().path(name), index=False, float_format="%.5g")  # as appending run by run, but once


class MadeUpTables:
    """What a filled folder's tables are read as, without writing them."""

    def __init__(self, study: Study, chosen: Pair = (0.1, 0.02), effects: Effects = Effects()):
        self._rows = made_up(study, chosen, effects)

    def read(self, name: str) -> pd.DataFrame:
        """Return the rows of all runs in a table."""
        return self._rows[name]


def made_up(study: Study, chosen: Pair, effects: Effects) -> dict[str, pd.DataFrame]:
    """Return made-up rows of all attacked runs of a study, by table, the columns that name the run first."""
    by_run = {run.key: frames(run, study.epochs, effects) for run in study.attacked_runs(chosen)}
    names = next(iter(by_run.values()), {})
    rows = {name: pd.concat({key: own[name] for key, own in by_run.items()}, names=list(KEY)) for name in names}
    return {name: own.reset_index(level=list(KEY)).reset_index(drop=True) for name, own in rows.items()}


def frames(run: Run, epochs: int, effects: Effects = Effects()) -> dict[str, pd.DataFrame]:
    """Return the rows of one run in all tables."""
    rng = np.random.default_rng([run.seed, *map(ord, run.dataset + run.rule)])
    sign = 1 if run.rule == "ch3-l3" else 0
    network = netsparse.generate.erdos_renyi((20, 30, 30, 5), 0.3, rng=rng)
    return {
        "history": _history(epochs, sign, effects, rng),
        "attacks": _attacks(sign, effects, rng),
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


def _attacks(sign: int, effects: Effects, rng) -> pd.DataFrame:
    curves = [_curve(control, attack, sign, effects, rng) for control in (INTACT, *CONTROLS) for attack in PROTOCOLS]
    together = {name: np.concatenate([curve[name] for curve in curves]) for name in curves[0]}
    return pd.DataFrame({name: together.get(name, 0.0) for name in COLUMNS})


def _curve(control: str, attack: str, sign: int, effects: Effects, rng) -> dict[str, np.ndarray]:
    """Return the columns of one curve that are not 0."""
    shift = effects.reverse_common if control == "common-distribution" else effects.reverse
    gain = (sign * shift if attack == "links-reverse-weight" else 0) + effects.noise * rng.normal()
    protocol = PROTOCOLS[attack]
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
    return {name: np.broadcast_to(values, strength.shape) for name, values in columns.items()}


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

"""Which attacked networks are replicas: trainings that differ in nothing but their seed."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from netsparse.report.networks import run_of

_WITHOUT_EFFECT = ("seed", "threads", "snapshots")
"""Settings that may differ among replicas: the seed, and what decides neither the training nor the data."""


def groups_of(paths: Sequence[Path]) -> dict[Path, str]:
    """Return the group of each run or network file, named by the settings in which the groups differ.

    Trainings are replicas, and of one group, if their settings are the same but for the seed, the threads and the
    snapshots, and their networks as many epochs old. A network file that no training made is a group of its own.
    """
    trainings = {path: training for path in paths if (training := _training(path)) is not None}
    varying = [
        name
        for name in next(iter(trainings.values()), {})
        if len({repr(training[name]) for training in trainings.values()}) > 1
    ]
    known = {path: _words(training, varying) for path, training in trainings.items()}
    shared = os.path.commonpath([path.absolute().parent for path in paths])  # what tells no file from another
    return {path: known.get(path) or path.absolute().relative_to(shared).as_posix() for path in paths}


def _training(path: Path) -> dict[str, Any] | None:
    """Return what decided a trained network, besides the seed; None if no training made the file as it is."""
    folder = run_of(path)
    if folder is None:
        return None
    settings = folder.settings()
    if path.is_dir():
        age = settings.run.epochs if folder.network_file.exists() else folder.n_epochs_done()
    elif path == folder.network_file:
        age = settings.run.epochs
    else:
        number = path.stem.removeprefix("epoch_")
        age = int(number) if number.isdecimal() and path == folder.snapshot_file(int(number)) else None
    if age is None:
        return None
    decisive = {name: value for name, value in settings.flat().items() if name not in _WITHOUT_EFFECT}
    return {**decisive, "trained": age}


def _words(training: dict[str, Any], varying: Sequence[str]) -> str:
    if not varying:
        return "trained runs"
    return ", ".join(f"{name}={_value(training[name])}" for name in varying)


def _value(value: Any) -> str:
    return (
        "-".join(map(str, value))
        if isinstance(value, list)
        else f"{value:g}"
        if isinstance(value, float)
        else str(value)
    )

"""Checkpoints: all that is needed to go on after an epoch as if nothing had happened, in one file."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

import numpy as np

from netsparse.errors import FileFormatError, check_count
from netsparse.files import writing
from netsparse.files.archive import OF_WEIGHTS, open_archive
from netsparse.graph import LayeredNetwork
from netsparse.graph.files import from_arrays, to_arrays

_NETWORK, _ENGINE = "network_", "engine_"


class Checkpoint(NamedTuple):
    """The state after an epoch; generators have none, they derive from (seed, epoch, purpose)."""

    epoch: int
    network: LayeredNetwork
    engine: dict[str, np.ndarray]  #: what the engine's `state` returned


def save(checkpoint: Checkpoint, path: Path) -> None:
    """Write the checkpoint, atomically: a killed process leaves this one or the one before."""
    engine = {_ENGINE + name: array for name, array in checkpoint.engine.items()}
    arrays = {"epoch": np.array(checkpoint.epoch), **to_arrays(checkpoint.network, _NETWORK), **engine}
    with writing(path) as temporary, open(temporary, "wb") as file:
        np.savez(file, **arrays)


def load(path: Path) -> Checkpoint:
    """Read a checkpoint that :func:`save` wrote, or raise a `FileFormatError`."""
    with open_archive(path, OF_WEIGHTS) as archive:
        if "epoch" not in archive:
            raise FileFormatError(f"{path} is not a checkpoint: it has no array epoch")
        network = from_arrays(archive, path, _NETWORK)
        engine = {name.removeprefix(_ENGINE): archive[name] for name in archive if name.startswith(_ENGINE)}
        epoch = archive["epoch"]
    not_finite = [
        name for name, array in engine.items() if array.dtype.kind not in "biuf" or not np.isfinite(array).all()
    ]
    if not_finite:
        raise FileFormatError(f"{path} holds NaN or infinite values in {', '.join(not_finite)}")
    try:
        return Checkpoint(check_count("epoch", epoch.item(), at_least=1), network, engine)
    except (TypeError, ValueError) as error:
        raise FileFormatError(f"{path} is not a checkpoint: {error}") from error

"""Checkpoints: all that is needed to go on after an epoch as if nothing had happened, in one file."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

import numpy as np

from netsparse.errors import FileFormatError, check_count
from netsparse.files import writing
from netsparse.files.archive import OF_WEIGHTS, Archive, open_archive
from netsparse.files.format import Format
from netsparse.graph import LayeredNetwork
from netsparse.graph.files import from_arrays, to_arrays
from netsparse.kernels.choice import KINDS, PLAIN
from netsparse.rewire import State

FORMAT = Format("checkpoint", 2, first_is_unmarked=True)  # 1: without "kernels", when plain loops were the only ones
_NETWORK, _ENGINE, _REWIRING = "network_", "engine_", "rewiring_"


class Checkpoint(NamedTuple):
    """The state after an epoch; generators have none, they derive from (seed, epoch, purpose)."""

    epoch: int
    network: LayeredNetwork
    engine: dict[str, np.ndarray]  #: what the engine's `state` returned
    rewiring: State | None = None  #: what the rewiring remembers, None before the first update
    kernels: str = PLAIN  #: which loops made it


def save(checkpoint: Checkpoint, path: Path) -> None:
    """Write the checkpoint, atomically: a killed process leaves this one or the one before."""
    engine = {_ENGINE + name: array for name, array in checkpoint.engine.items()}
    rewiring = {} if checkpoint.rewiring is None else checkpoint.rewiring.to_arrays()
    arrays = {
        **FORMAT.mark(),
        "epoch": np.array(checkpoint.epoch),
        "kernels": np.array(checkpoint.kernels),
        **to_arrays(checkpoint.network, _NETWORK),
        **engine,
        **{_REWIRING + name: array for name, array in rewiring.items()},
    }
    with writing(path) as temporary, open(temporary, "wb") as file:
        np.savez(file, **arrays)


def load(path: Path) -> Checkpoint:
    """Read a checkpoint that :func:`save` wrote, or raise a `FileFormatError`."""
    with open_archive(path, OF_WEIGHTS) as archive:
        FORMAT.check(archive, path)
        if "epoch" not in archive:
            raise FileFormatError(f"{path} is not a checkpoint: it has no array epoch")
        network = from_arrays(archive, path, _NETWORK)
        engine = _part(archive, _ENGINE)
        rewiring = _part(archive, _REWIRING)  # none in the files of 0.1.0, and before the first update
        epoch = archive["epoch"]
        kernels = str(archive["kernels"]) if "kernels" in archive else PLAIN
    if kernels not in KINDS:
        raise FileFormatError(f"{path} was made by unknown kernels, {kernels!r}; known: {', '.join(KINDS)}")
    not_finite = [
        name for name, array in engine.items() if array.dtype.kind not in "biuf" or not np.isfinite(array).all()
    ]
    if not_finite:
        raise FileFormatError(f"{path} holds NaN or infinite values in {', '.join(not_finite)}")
    try:
        state = State.from_arrays(rewiring) if rewiring else None
        return Checkpoint(check_count("epoch", epoch.item(), at_least=1), network, engine, state, kernels)
    except FileFormatError:
        raise
    except (KeyError, TypeError, ValueError) as error:
        raise FileFormatError(f"{path} is not a checkpoint: {error}") from error


def _part(archive: Archive, prefix: str) -> dict[str, np.ndarray]:
    return {name.removeprefix(prefix): archive[name] for name in archive if name.startswith(prefix)}

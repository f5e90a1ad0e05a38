from __future__ import annotations

import numpy as np
import pytest

from netsparse import generate
from netsparse.errors import FileFormatError
from netsparse.train import checkpoint
from netsparse.train.checkpoint import Checkpoint


@pytest.fixture
def saved(tmp_path):
    network = generate.erdos_renyi((8, 6, 3), 0.5, rng=0)
    state = {"weights": np.arange(5, dtype=np.float32), "velocities": np.full(3, 1 / 3)}
    checkpoint.save(Checkpoint(7, network, state), tmp_path / "checkpoint.npz")
    return tmp_path / "checkpoint.npz", Checkpoint(7, network, state)


def test_round_trip_is_exact(saved):
    path, before = saved
    after = checkpoint.load(path)
    assert (after.epoch, after.network) == (before.epoch, before.network)
    assert after.engine.keys() == before.engine.keys()
    for name, array in before.engine.items():
        assert after.engine[name].dtype == array.dtype
        assert np.array_equal(after.engine[name], array)


@pytest.mark.parametrize("share", [0.0, 0.1, 0.5, 0.99])
def test_truncated_files_are_refused(saved, share):
    path, _ = saved
    content = path.read_bytes()
    path.write_bytes(content[: int(share * len(content))])
    with pytest.raises(FileFormatError, match="checkpoint"):
        checkpoint.load(path)


def test_other_files_are_refused(tmp_path):
    path = tmp_path / "checkpoint.npz"
    np.savez(path, x=np.arange(3))
    with pytest.raises(FileFormatError, match="checkpoint"):
        checkpoint.load(path)
    with open(path, "wb") as file:
        np.save(file, np.arange(3))
    with pytest.raises(FileFormatError, match="checkpoint"):
        checkpoint.load(path)
    np.savez(path, epoch=np.array([{"code": 1}], dtype=object))
    with pytest.raises(FileFormatError, match="checkpoint"):
        checkpoint.load(path)


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"epoch": np.array(0)}, "epoch must be at least 1"),
        ({"epoch": np.array(1.5)}, "epoch must be a whole number"),
        ({"engine_weights": np.array([1.0, np.nan])}, "NaN or infinite values in weights"),
    ],
)
def test_values_that_no_run_writes_are_refused(saved, changes, words):
    path, _ = saved
    with np.load(path) as archive:
        arrays = dict(archive)
    np.savez(path, **{**arrays, **changes})
    with pytest.raises(FileFormatError, match=rf"checkpoint\.npz.*{words}"):
        checkpoint.load(path)

from __future__ import annotations

import importlib.util
import zipfile
from pathlib import Path

import numpy as np
import pytest

from netsparse.datasets.idx_sets import IDX_SETS
from netsparse.datasets.sources import find
from netsparse.errors import NetsparseError
from tests.datasets.files import write_idx

DATA = Path(__file__).resolve().parents[2] / "data"


@pytest.fixture(scope="module")
def script():
    spec = importlib.util.spec_from_file_location("make_fashion_mnist_6k", DATA / "make_fashion_mnist_6k.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_the_choice_is_balanced_ordered_and_fixed(script):
    labels = np.random.default_rng(0).permutation(np.repeat(np.arange(10), 60))
    chosen = script.balanced_choice(labels, 5, seed=1)
    assert np.bincount(labels[chosen]).tolist() == [5] * 10
    assert (np.diff(chosen) > 0).all()
    np.testing.assert_array_equal(chosen, script.balanced_choice(labels, 5, seed=1))
    assert not np.array_equal(chosen, script.balanced_choice(labels, 5, seed=2))


def test_two_runs_write_the_same_bytes(script, tmp_path):
    rng = np.random.default_rng(0)
    for prefix, per_class in script.PER_CLASS.items():
        n = 12 * per_class
        write_idx(tmp_path / f"{prefix}-images-idx3-ubyte.gz", rng.integers(0, 256, (n, 4, 4), dtype=np.uint8))
        write_idx(tmp_path / f"{prefix}-labels-idx1-ubyte.gz", rng.permutation(np.arange(n) % 10))
    for out in ("first.npz", "second.npz"):
        script.write_npz(tmp_path / out, script.sample(tmp_path))
    assert (tmp_path / "first.npz").read_bytes() == (tmp_path / "second.npz").read_bytes()
    with np.load(tmp_path / "first.npz") as arrays:
        assert {name: arrays[name].shape for name in arrays} == {
            "x_train": (5000, 4, 4),
            "y_train": (5000,),
            "x_test": (1000, 4, 4),
            "y_test": (1000,),
        }
    assert [path.name for path in tmp_path.glob("*.part")] == []


def test_the_committed_file_is_what_the_script_makes(script, no_download):
    try:
        source = find("fashion-mnist", IDX_SETS["fashion-mnist"].files)[0].parent
    except NetsparseError:
        pytest.skip("the files of fashion-mnist are not on this machine")
    made = script.sample(source)
    with np.load(DATA / "fashion-mnist-6k.npz") as committed:
        for name, array in made.items():
            np.testing.assert_array_equal(committed[name], array)


def test_the_committed_file_is_small_carries_no_clock_and_has_its_licence_beside_it():
    path = DATA / "fashion-mnist-6k.npz"
    assert path.stat().st_size < 3_000_000
    with zipfile.ZipFile(path) as archive:
        assert {entry.date_time for entry in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}
    assert "Zalando" in (DATA / "LICENSE-fashion-mnist").read_text()

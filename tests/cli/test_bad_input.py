"""Bad input of every kind: exit code 2, one clear line, no traceback, nothing left behind."""

from __future__ import annotations

import gzip

import numpy as np
import pytest

import netsparse
from netsparse import train
from netsparse.graph.files import to_arrays
from tests.cli.command import assert_one_error, run_apart, run_here
from tests.datasets.files import idx_bytes
from tests.train.small import FLAGS, clusters, clusters_file, settings, start_of


@pytest.fixture
def folder(tmp_path):
    """A folder that must be as before, whatever is tried."""
    clusters_file(tmp_path)
    yield tmp_path
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize(
    ("flag", "value", "words"),
    [
        ("--dataset", "imagenet", ("unknown data set 'imagenet'", "mnist", "fashion-mnist-6k")),
        ("--regrowth", "rigl", ("regrowth 'rigl'", "ch3-l3, ch3-l3n", "gradient", "random", "static")),
        ("--start", "grid", ("start 'grid'", "erdos-renyi, k-regular")),
        ("--start", "os:no_such_start", ("cannot be imported",)),
        ("--clean-up", "all", ("'all'", "chain, none, reach")),
        ("--recipe", "rigl", ("recipe 'rigl'", "ch3-l3, rlr, set, static")),
        ("--backend", "gpu", ("backend 'gpu'", "auto, masked, sparse")),
        ("--init", "ones", ("init 'ones'", "kaiming, swi")),
        ("--lr-schedule", "step", ("schedule 'step'", "constant, linear")),
        ("--preset", "fast", ("preset 'fast'", "default, paper")),
        *[("--density", value, ("density",)) for value in ("0", "-0.1", "nan", "1.01")],
        ("--density", "1e-6", ("density 1e-06 gives layer 0", "no link")),
        *[("--zeta", value, ("zeta",)) for value in ("-0.1", "1.5", "nan", "inf")],
        *[("--lr", value, ("lr",)) for value in ("0", "-1", "nan", "inf")],
        *[("--epochs", value, ("epochs",)) for value in ("0", "-3", "1.5", "nan", "inf")],
        ("--hidden", "0", ("hidden",)),
        ("--batch-size", "0", ("must be at least 1, got 0",)),
        ("--momentum", "1", ("momentum",)),
        ("--weight-decay", "-1", ("must be finite and at least 0",)),
        ("--rewire-until", "2", ("at most 1, got 2",)),
        ("--validation", "1", ("validation",)),
        ("--validation", "0.001", ("validation",)),
        ("--seed", "-1", ("seed",)),
        ("--threads", "0", ("threads",)),
        ("--snapshots", "-1", ("snapshots",)),
    ],
)
def test_flags(folder, capsys, flag, value, words):
    arguments = ["--dataset", folder / "clusters.npz", *FLAGS, flag, value, "--out", folder / "out"]
    assert run_here("train", *arguments) == 2
    assert_one_error(capsys, *words)


def changed(folder, **changes):
    data = clusters()
    arrays = {name: getattr(data, name) for name in ("x_train", "y_train", "x_test", "y_test")}
    np.savez(folder / "changed.npz", **{**arrays, **changes})
    return folder / "changed.npz"


@pytest.mark.parametrize(
    ("changes", "word"),
    [
        ({"x_train": np.full((90, 12), np.nan)}, "NaN"),
        ({"y_train": np.zeros(89, dtype=int)}, "y_train"),
        ({"x_test": np.zeros((30, 11))}, "x_test"),
        ({"x_train": np.array([object()] * 90)}, "object"),
        ({"y_test": np.full(30, -1)}, "-1"),
        ({"x_train": np.zeros((90, 12))}, "deviation"),
    ],
)
def test_arrays(folder, capsys, changes, word):
    assert run_here("train", "--dataset", changed(folder, **changes), *FLAGS, "--out", folder / "out") == 2
    assert_one_error(capsys, word)


def emnist(folder, **changes):
    """Write a small EMNIST Letters in its file format, some of its files replaced by bytes."""
    place = folder / "emnist-letters"
    place.mkdir()
    for part in ("train", "test"):
        for kind, values in (("images-idx3", np.arange(5 * 784).reshape(5, 28, 28)), ("labels-idx1", np.arange(1, 6))):
            name = f"emnist-letters-{part}-{kind}-ubyte.gz"
            content = gzip.compress(idx_bytes(values % 256), mtime=0)
            (place / name).write_bytes(changes.get(f"{part}-{kind}", content))


@pytest.mark.parametrize(
    ("file", "content", "word"),
    [  # the names of tests show the bytes: a time in them would name a test differently in each process
        ("train-images-idx3", gzip.compress(idx_bytes(np.zeros((5, 28, 28))), mtime=0)[:-20], "truncated"),
        ("train-labels-idx1", gzip.compress(b"\0\0\x0b\1" + bytes(9), mtime=0), "magic number"),
        ("test-images-idx3", b"neither gzip nor IDX", "magic number"),
        ("test-labels-idx1", gzip.compress(idx_bytes(np.arange(1, 5)), mtime=0), "4"),
    ],
)
def test_idx_files(folder, capsys, monkeypatch, file, content, word):
    emnist(folder, **{file: content})
    monkeypatch.setenv("NETSPARSE_DATA", str(folder))
    assert run_here("train", "--dataset", "emnist-letters", "--hidden", "20", "--out", folder / "out") == 2
    assert_one_error(capsys, word, "emnist-letters")


def test_small_files_are_fine_as_they_are(folder, monkeypatch):
    """What makes the errors above be about the damage."""
    emnist(folder)
    monkeypatch.setenv("NETSPARSE_DATA", str(folder))
    flags = ("--hidden", "20", "--density", "0.1", "--epochs", "1")
    assert run_here("train", "--dataset", "emnist-letters", *flags, "--backend", "sparse") == 0


def test_a_missing_file_says_where_to_put_it(folder, capsys, monkeypatch):
    monkeypatch.setenv("NETSPARSE_DATA", str(folder))
    monkeypatch.setenv("XDG_CACHE_HOME", str(folder))
    assert run_here("train", "--dataset", "emnist-letters", "--out", folder / "out") == 2
    assert_one_error(capsys, "emnist-letters-train-images-idx3-ubyte.gz", str(folder))


def network_files(folder):
    network = start_of(settings())
    arrays = to_arrays(network)
    network.save(folder / "good.npz")
    whole = (folder / "good.npz").read_bytes()
    (folder / "truncated.npz").write_bytes(whole[: len(whole) // 2])
    (folder / "text.npz").write_text("no archive")
    (folder / "empty.npz").write_bytes(b"")
    np.savez(folder / "other.npz", x=np.arange(3))
    np.savez(folder / "object.npz", **{**arrays, "layer0_weights": np.array([{}] * 3, dtype=object)})
    np.savez(folder / "nan.npz", **{**arrays, "layer0_weights": np.full_like(arrays["layer0_weights"], np.nan)})
    np.savez(folder / "lacking.npz", **{name: array for name, array in arrays.items() if name != "layer1_bias"})


@pytest.mark.parametrize("name", ["truncated", "text", "empty", "other", "object", "nan", "lacking", "absent"])
@pytest.mark.parametrize("command", ["info", "predict"])
def test_network_files(folder, capsys, name, command):
    network_files(folder)
    more = () if command == "info" else ("--dataset", folder / "clusters.npz", "--out", folder / "out")
    assert run_here(command, folder / f"{name}.npz", *more) == 2
    assert_one_error(capsys, f"{name}.npz")
    assert run_here(command, folder / "good.npz") == 0 or command == "predict"


def test_a_network_that_does_not_fit(folder, capsys):
    network_files(folder)
    assert run_here("predict", folder / "good.npz", "--dataset", "fashion-mnist-6k", "--out", folder / "out") == 2
    assert_one_error(capsys, "does not fit the network")


def test_no_write_permission(folder, capsys, monkeypatch):
    def unreachable(*arguments):
        raise AssertionError("work was done before the folder was looked at")

    monkeypatch.setattr("netsparse.datasets.load", unreachable)
    assert run_here("train", *FLAGS, "--out", "/proc/netsparse") == 2
    assert_one_error(capsys, "cannot write to /proc")


def test_a_folder_that_holds_another_run(folder, capsys):
    own = settings(epochs=1)
    train.fit(start_of(own), clusters(), own, out=folder / "run", progress=False)
    before = {file: file.read_bytes() for file in (folder / "run").iterdir()}
    assert run_here("train", "--dataset", folder / "clusters.npz", *FLAGS, "--out", folder / "run") == 2
    assert_one_error(capsys, "holds another run", "resume that run")
    assert {file: file.read_bytes() for file in (folder / "run").iterdir()} == before


def test_resume_of_nothing(folder, capsys):
    assert run_here("train", *FLAGS, "--out", folder / "out", "--resume") == 2
    assert_one_error(capsys, "holds no run")
    assert run_here("train", *FLAGS, "--resume") == 2
    assert_one_error(capsys, "--resume needs --out")


def test_a_damaged_checkpoint(folder, capsys):
    own = settings(epochs=2, dataset=str(folder / "clusters.npz"))
    train.fit(start_of(own), clusters(), own, out=folder / "run", progress=False)
    (folder / "run" / "network.npz").unlink()
    (folder / "run" / "checkpoint.npz").write_bytes(b"PK nonsense")
    assert run_here("train", "--out", folder / "run", "--resume") == 2
    assert_one_error(capsys, "checkpoint.npz")


@pytest.mark.parametrize(
    "arguments",
    [
        ("train", "--dataset", "imagenet"),
        ("train", "--lr", "nan"),
        ("train", "--epochs", "many"),
        ("info", "absent.npz"),
    ],
)
def test_the_real_command(folder, arguments):
    done = run_apart("-c", "import sys; from netsparse.cli import main; sys.exit(main())", *arguments)
    assert done.returncode == 2
    assert done.stdout == ""
    assert done.stderr.startswith("netsparse: error: ")
    assert done.stderr.count("\n") == 1


def test_loading_from_python_raises_the_same(folder):
    network_files(folder)
    with pytest.raises(ValueError, match=r"object\.npz"):
        netsparse.load(folder / "object.npz")


def test_more_than_fits_into_memory(folder, capsys):
    arguments = ["--dataset", folder / "clusters.npz", *FLAGS, "--hidden", "100000000000", "--out", folder / "out"]
    assert run_here("train", *arguments) == 2
    assert_one_error(capsys, "more than fits into memory")


def test_an_output_folder_without_a_name(folder, capsys):
    assert run_here("train", "--dataset", folder / "clusters.npz", *FLAGS, "--out", "") == 2
    assert_one_error(capsys, "folder is empty")

from __future__ import annotations

import dataclasses
import gzip

import numpy as np
import pytest

from netsparse import datasets
from netsparse.datasets import idx_sets
from netsparse.datasets.idx import content_md5
from netsparse.errors import FileFormatError, NetsparseError
from tests.datasets.files import write_idx

RNG = np.random.default_rng(3)
MNIST_NAMES = idx_sets.IDX_SETS["mnist"].files.names
EMNIST_NAMES = idx_sets.IDX_SETS["emnist-letters"].files.names


def arrays(first_label=0, n_classes=10) -> list[np.ndarray]:
    """Images and labels of a small training and test part, not symmetric in rows and columns."""
    parts = []
    for n in (30, 26):
        parts += [RNG.integers(0, 256, (n, 28, 28), dtype=np.uint8), np.arange(n) % n_classes + first_label]
    return parts


def write(folder, names, values) -> None:
    for name, array in zip(names, values, strict=True):
        write_idx(folder / name, array)


@pytest.fixture
def small_mnist(data_folder, monkeypatch):
    """Small files that pass for the published MNIST; returns their arrays and their folder."""
    values = arrays()
    checksums = tuple(content_md5(array.astype(np.uint8)) for array in values)
    small = dataclasses.replace(idx_sets.IDX_SETS["mnist"], content=checksums)
    monkeypatch.setitem(idx_sets.IDX_SETS, "mnist", small)
    write(data_folder / "mnist", MNIST_NAMES, values)
    return values, data_folder / "mnist"


def test_mnist_format(small_mnist):
    (x_train, y_train, x_test, y_test), _ = small_mnist
    data = datasets.load("mnist")
    assert (data.image_shape, data.n_classes, data.x_train.dtype) == ((28, 28), 10, np.uint8)
    np.testing.assert_array_equal(data.x_train.reshape(-1, 28, 28), x_train)
    np.testing.assert_array_equal(data.x_test.reshape(-1, 28, 28), x_test)
    np.testing.assert_array_equal(data.y_train, y_train)
    np.testing.assert_array_equal(data.y_test, y_test)


def test_unpacked_files_are_found_under_their_own_name(small_mnist):
    (x_train, _, _, y_test), folder = small_mnist
    for name in MNIST_NAMES:
        content = gzip.decompress((folder / name).read_bytes())
        (folder / name).unlink()
        (folder / name.removesuffix(".gz")).write_bytes(content)
    data = datasets.load("mnist")
    np.testing.assert_array_equal(data.x_train.reshape(-1, 28, 28), x_train)
    np.testing.assert_array_equal(data.y_test, y_test)
    (folder / "train-labels-idx1-ubyte").write_bytes(b"\x1b[2J")
    with pytest.raises(FileFormatError, match=r"train-labels-idx1-ubyte: wrong magic number 0x1b5b324a"):
        datasets.load("mnist")


def test_emnist_letters_are_transposed_and_count_from_1(data_folder):
    x_train, y_train, x_test, _ = values = arrays(first_label=1, n_classes=26)
    write(data_folder / "emnist-letters", EMNIST_NAMES, values)
    data = datasets.load("emnist-letters")
    assert (data.image_shape, data.n_classes) == ((28, 28), 26)
    np.testing.assert_array_equal(data.x_train[7].reshape(28, 28), x_train[7].T)
    np.testing.assert_array_equal(data.x_test[5].reshape(28, 28), x_test[5].T)
    np.testing.assert_array_equal(data.y_train, y_train - 1)
    assert (data.y_test.min(), data.y_test.max()) == (0, 25)


def test_emnist_names():
    assert EMNIST_NAMES == (
        "emnist-letters-train-images-idx3-ubyte.gz",
        "emnist-letters-train-labels-idx1-ubyte.gz",
        "emnist-letters-test-images-idx3-ubyte.gz",
        "emnist-letters-test-labels-idx1-ubyte.gz",
    )


def test_valid_files_of_other_data_are_refused(data_folder):
    write(data_folder / "mnist", MNIST_NAMES, arrays())
    with pytest.raises(FileFormatError, match=r"train-images-idx3-ubyte\.gz: a valid file, but not the published data"):
        datasets.load("mnist")


@pytest.mark.parametrize(
    ("position", "change", "message"),
    [
        (1, lambda y: y[:-1], r"train-images.* has 30 images, but train-labels.* 29 labels"),
        (2, lambda x: x[:20], r"t10k-images.* has 20 images, but t10k-labels.* 26 labels"),
        (0, lambda x: x[:, :27], r"train-images.*: images of \(27, 28\), expected \(28, 28\)"),
        (0, lambda x: x[:0], r"train-images.*: no images"),
        (3, lambda y: y + 3, r"t10k-labels.*: 6 labels out of range 0 to 9, such as 10"),
        (0, lambda x: x[:, 0, 0], "wrong magic number"),
    ],
    ids=["labels-missing", "images-missing", "other-size", "empty", "label-range", "magic"],
)
def test_files_that_do_not_fit_are_refused(small_mnist, position, change, message):
    values, folder = small_mnist
    write_idx(folder / MNIST_NAMES[position], change(values[position]))
    with pytest.raises(FileFormatError, match=message):
        datasets.load("mnist")


def test_label_0_is_out_of_range_for_emnist(data_folder):
    write(data_folder / "emnist-letters", EMNIST_NAMES, arrays(first_label=0, n_classes=26))
    with pytest.raises(FileFormatError, match="labels out of range 1 to 26, such as 0"):
        datasets.load("emnist-letters")


def test_a_truncated_file_is_refused(small_mnist):
    path = small_mnist[1] / MNIST_NAMES[2]
    path.write_bytes(path.read_bytes()[:-100])
    with pytest.raises(FileFormatError, match=r"t10k-images-idx3-ubyte\.gz: truncated"):
        datasets.load("mnist")


def test_missing_emnist_files_say_where_they_are_published(cache):
    with pytest.raises(NetsparseError, match=r"missing emnist-letters-train-images.*gzip\.zip"):
        datasets.load("emnist-letters")

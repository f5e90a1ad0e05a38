from __future__ import annotations

import subprocess
import sys

import numpy as np
import pytest

from netsparse import datasets
from netsparse.datasets import idx_sets
from netsparse.datasets.idx import content_md5, read_idx
from netsparse.datasets.order import fixed_permutation
from netsparse.datasets.sources import find
from netsparse.errors import FileFormatError, NetsparseError
from netsparse.files import digest
from tests.datasets.files import small_arrays, write_npz

SIZES = {
    "fashion-mnist-6k": (5_000, 1_000, (28, 28), 10),
    "mnist": (60_000, 10_000, (28, 28), 10),
    "fashion-mnist": (60_000, 10_000, (28, 28), 10),
    "kmnist": (60_000, 10_000, (28, 28), 10),
    "emnist-letters": (124_800, 20_800, (28, 28), 26),
    "ocr-letters": (42_152, 10_000, (16, 8), 26),
    "ocr-letters-28": (42_152, 10_000, (28, 28), 26),
    "digits": (1_437, 360, (8, 8), 10),
    "cifar10-subset": (10_000, 2_000, (3, 32, 32), 10),
}


def load_if_here(name):
    try:
        return datasets.load(name)
    except FileFormatError:
        raise
    except NetsparseError:
        pytest.skip(f"the files of {name} are not on this machine")


def test_every_name_is_described_here_and_in_the_docstring():
    assert set(datasets.NAMES) == set(SIZES)
    assert datasets.DEFAULT in datasets.NAMES
    assert all(f"    {name} " in datasets.load.__doc__ for name in datasets.NAMES)


@pytest.mark.parametrize("name", datasets.NAMES)
def test_contract(name, no_download):
    """What holds for every data set that is on this machine; the real files, so the real counts."""
    data = load_if_here(name)
    n_train, n_test, image_shape, n_classes = SIZES[name]
    n_features = int(np.prod(image_shape))
    assert data.name == name
    assert (data.x_train.shape, data.x_test.shape) == ((n_train, n_features), (n_test, n_features))
    assert (data.image_shape, data.n_classes) == (image_shape, n_classes)
    assert data.x_train.dtype == data.x_test.dtype == (np.float32 if name == "digits" else np.uint8)
    assert data.y_train.dtype == np.int64
    np.testing.assert_array_equal(np.unique(data.y_train), np.arange(n_classes))
    np.testing.assert_array_equal(np.unique(data.y_test), np.arange(n_classes))
    assert data.x_train.max() == (1 if name == "digits" else 255)
    assert not (data.x_train.flags.writeable or data.y_test.flags.writeable)
    np.testing.assert_array_equal(datasets.load(name).x_test, data.x_test)


@pytest.mark.parametrize("name", ["mnist", "fashion-mnist", "kmnist"])
def test_the_known_content_is_that_of_the_files_with_the_published_md5(name, no_download):
    """Ties the checksums of the content to those of the .gz, where the original .gz are at hand."""
    idx_set = idx_sets.IDX_SETS[name]
    load_if_here(name)
    for path, md5, content, n_dimensions in zip(
        find(name, idx_set.files), idx_set.files.md5, idx_set.content, (3, 1, 3, 1), strict=True
    ):
        if digest(path.read_bytes(), algorithm="md5") != md5:
            pytest.skip(f"{path} was packed by another gzip")
        assert content_md5(read_idx(path, n_dimensions)) == content


@pytest.mark.parametrize("name", [name for name in datasets.NAMES if name not in ("fashion-mnist-6k", "digits")])
def test_missing_files_say_what_to_put_where(name, cache, no_download):
    with pytest.raises(NetsparseError, match=r"missing .*(gz|npz).*; put into .*cache.*NETSPARSE_DATA"):
        datasets.load(name)


def test_the_embedded_sample_is_balanced():
    data = datasets.load()
    assert data.name == "fashion-mnist-6k"
    assert np.bincount(data.y_train).tolist() == [500] * 10
    assert np.bincount(data.y_test).tolist() == [100] * 10
    assert len(np.unique(np.concatenate([data.x_train, data.x_test]), axis=0)) == 6_000


def test_the_embedded_sample_is_from_fashion_mnist(no_download):
    full, sample = load_if_here("fashion-mnist"), datasets.load("fashion-mnist-6k")
    for part in ("train", "test"):
        of_label = {x.tobytes(): y for x, y in zip(getattr(full, f"x_{part}"), getattr(full, f"y_{part}"), strict=True)}
        labels = [of_label[x.tobytes()] for x in getattr(sample, f"x_{part}")]
        np.testing.assert_array_equal(labels, getattr(sample, f"y_{part}"))


def test_a_file_of_your_own(tmp_path):
    path = write_npz(tmp_path / "own.npz")
    data = datasets.load(path)
    assert data.name == str(path)
    np.testing.assert_array_equal(data.x_train.reshape(12, 4, 3), small_arrays()["x_train"])
    assert datasets.load(data.name).n_classes == data.n_classes == 3


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"y_test": None}, "no array y_test; needs x_train y_train x_test y_test"),
        ({"x_train": np.full((12, 4, 3), np.nan)}, "values of x_train are NaN"),
        ({"y_train": np.arange(11)}, "one label for each of 12 samples"),
        ({"y_train": np.arange(12.0)}, "integer labels"),
        ({"y_train": np.array([{}] * 12)}, "object array"),
        ({"x_test": np.zeros((6, 5))}, "samples of x_test should be 4 x 3, got 5"),
        ({"x_test": np.zeros((0, 4, 3)), "y_test": np.zeros(0, int)}, "x_test needs samples"),
    ],
)
def test_a_bad_file_of_your_own_is_named(tmp_path, changes, message):
    path = write_npz(tmp_path / "own.npz", **changes)
    with pytest.raises(FileFormatError, match=rf"own\.npz: .*{message}"):
        datasets.load(path)


def test_a_cifar_file_of_other_images_is_refused(data_folder):
    (data_folder / "cifar10-subset").mkdir()
    write_npz(data_folder / "cifar10-subset" / "cifar10-10k-2k.npz")
    with pytest.raises(FileFormatError, match=r"2k\.npz: samples of x_train should be 3 x 32 x 32, got 4 x 3"):
        datasets.load("cifar10-subset")


def test_a_small_cifar_file(data_folder):
    arrays = small_arrays(shape=(3, 32, 32))
    (data_folder / "cifar10-subset").mkdir()
    write_npz(data_folder / "cifar10-subset" / "cifar10-10k-2k.npz", **arrays)
    data = datasets.load("cifar10-subset")
    assert (data.image_shape, data.n_classes, data.n_features) == ((3, 32, 32), 10, 3072)
    np.testing.assert_array_equal(data.x_test, arrays["x_test"].reshape(6, -1))


def test_a_missing_file_of_your_own_is_named(tmp_path):
    with pytest.raises(NetsparseError, match=r"no data file .*nowhere\.npz"):
        datasets.load(tmp_path / "nowhere.npz")


@pytest.mark.parametrize("name", ["foo", "MNIST", "", "data.npy", "ocr-letters-", "ocr-letters-x"])
def test_unknown_names_list_the_known_ones(name):
    with pytest.raises(ValueError, match=r"unknown data set .*; known: .*digits.*mnist.*\.npz"):
        datasets.load(name)


@pytest.mark.parametrize("name", ["mnist", "ocr-letters-28", "own.npz"])
def test_size_is_for_letters_only(name):
    with pytest.raises(ValueError, match=f"size is only for ocr-letters, not for {name}"):
        datasets.load(name, size=28)


def test_digits_without_scikit_learn_say_how_to_get_it(monkeypatch):
    monkeypatch.setitem(sys.modules, "sklearn.datasets", None)
    with pytest.raises(NetsparseError, match="pip install scikit-learn"):
        datasets.load("digits")


def test_digits_are_scikit_learns(no_download):
    sklearn_datasets = pytest.importorskip("sklearn.datasets")
    data = datasets.load("digits")
    images, labels = sklearn_datasets.load_digits(return_X_y=True)
    rows = np.column_stack([np.concatenate([data.x_test, data.x_train]), np.concatenate([data.y_test, data.y_train])])
    np.testing.assert_array_equal(rows, np.column_stack([images / 16, labels])[fixed_permutation(1797, 88)])


def test_fixed_permutation_is_one_and_stays_the_same():
    assert fixed_permutation(6, seed=0).tolist() == [3, 2, 1, 0, 4, 5]
    assert fixed_permutation(52_152, seed=168)[:3].tolist() == [28860, 10930, 13389]
    np.testing.assert_array_equal(np.sort(fixed_permutation(1000, seed=1)), np.arange(1000))


def test_importing_the_room_imports_nothing_heavy():
    heavy = ["torch", "numba", "matplotlib", "pandas", "networkx", "igraph", "pooch", "requests", "sklearn"]
    code = f"import sys, netsparse.datasets as d; d.load(); print([m for m in {heavy} if m in sys.modules])"
    result = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert result.stdout.strip() == "[]"

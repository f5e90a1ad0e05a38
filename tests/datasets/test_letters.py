from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from netsparse import datasets
from netsparse.datasets.letters import enlarged
from netsparse.errors import FileFormatError

N = 52_152


def plain_enlarged(image: np.ndarray, size: int) -> np.ndarray:
    """One image, pixel by pixel: the mean of the four surrounding pixels, weighted by closeness."""
    rows, columns = image.shape
    width = round(columns * size / rows)
    left = (size - width) // 2
    result = np.zeros((size, size), dtype=np.uint8)
    for i in range(size):
        for j in range(width):
            y = min(max((i + 0.5) * rows / size - 0.5, 0), rows - 1)
            x = min(max((j + 0.5) * columns / width - 0.5, 0), columns - 1)
            top, side = min(int(y), rows - 2), min(int(x), columns - 2)
            down, right = y - top, x - side
            value = (
                (1 - down) * (1 - right) * float(image[top, side])
                + (1 - down) * right * float(image[top, side + 1])
                + down * (1 - right) * float(image[top + 1, side])
                + down * right * float(image[top + 1, side + 1])
            )
            result[i, left + j] = int(value + 0.5 + 1e-6)
    return result


@pytest.fixture
def letters(data_folder):
    """A file of random letters in the published size; returns its arrays and its path."""
    rng = np.random.default_rng(5)
    packed = rng.integers(0, 256, (N, 16), dtype=np.uint8)
    labels = rng.integers(0, 26, N).astype(np.uint8)
    path = data_folder / "ocr-letters" / "letters16x8.npz"
    path.parent.mkdir()
    np.savez(path, x=packed, y=labels)
    return packed, labels, path


def test_the_native_letters_are_the_unpacked_bits_split_by_a_permutation(letters):
    packed, labels, _ = letters
    data = datasets.load("ocr-letters")
    assert (data.x_train.shape, data.x_test.shape) == ((42_152, 128), (10_000, 128))
    assert (data.image_shape, data.n_classes) == ((16, 8), 26)
    assert np.unique(data.x_train).tolist() == [0, 255]
    repacked = np.packbits(np.concatenate([data.x_train, data.x_test]) > 0, axis=1)
    rows = np.column_stack([repacked, np.concatenate([data.y_train, data.y_test])])
    expected = np.column_stack([packed, labels])
    assert np.array_equal(rows[np.lexsort(rows.T)], expected[np.lexsort(expected.T)])


def test_the_split_never_changes(letters):
    """Results on these letters can only be compared if everybody tests on the same ones."""
    packed, _, _ = letters
    data = datasets.load("ocr-letters")
    first = np.packbits(data.x_train[:3] > 0, axis=1)
    positions = [int(np.flatnonzero((packed == row).all(axis=1))[0]) for row in first]
    assert positions == [28860, 10930, 13389]


def test_size_28_is_the_alias(letters):
    data, alias = datasets.load("ocr-letters", size=28), datasets.load("ocr-letters-28")
    assert data.name == alias.name == "ocr-letters-28"
    assert data.image_shape == (28, 28)
    np.testing.assert_array_equal(data.x_test, alias.x_test)
    native = datasets.load("ocr-letters").x_test[11].reshape(16, 8)
    np.testing.assert_array_equal(data.x_test[11].reshape(28, 28), plain_enlarged(native, 28))


def test_any_size_has_a_name_that_loads_it(letters):
    data = datasets.load("ocr-letters", size=20)
    assert data.image_shape == (20, 20)
    np.testing.assert_array_equal(datasets.load(data.name).x_train[:5], data.x_train[:5])


@given(st.integers(16, 40), st.integers(0, 100))
@settings(max_examples=25)
def test_enlarged_equals_a_plain_bilinear_loop(size, seed):
    images = np.random.default_rng(seed).integers(0, 2, (2, 16, 8), dtype=np.uint8) * np.uint8(255)
    result = enlarged(images, size)
    for image, large in zip(images, result, strict=True):
        np.testing.assert_array_equal(large, plain_enlarged(image, size))


def test_enlarged_images_keep_flat_areas_and_stand_in_the_middle():
    large = enlarged(np.full((1, 16, 8), 255, np.uint8), 28)[0]
    assert (large[:, 7:21] == 255).all()
    assert large.sum() == 255 * 28 * 14


def test_size_16_leaves_the_pixels_alone():
    images = np.random.default_rng(1).integers(0, 256, (3, 16, 8), dtype=np.uint8)
    np.testing.assert_array_equal(enlarged(images, 16)[:, :, 4:12], images)


@pytest.mark.parametrize("size", [0, -28, 15])
def test_a_size_below_the_native_one_is_refused(letters, size):
    with pytest.raises(ValueError, match="size must be at least 16"):
        datasets.load("ocr-letters", size=size)


@pytest.mark.parametrize("size", [28.5, True])
def test_a_size_that_is_no_whole_number_is_refused(letters, size):
    with pytest.raises(TypeError, match="size must be a whole number"):
        datasets.load("ocr-letters", size=size)


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"x": np.zeros((N - 1, 16), np.uint8)}, r"x should be 52152 rows of 16 bytes.*\(52151, 16\)"),
        ({"x": np.zeros((N, 128), np.uint8)}, "x should be"),
        ({"x": np.zeros((N, 16))}, "of float64"),
        ({"y": np.full(N, 26, np.uint8)}, "y should be 52152 integer labels from 0 to 25"),
        ({"y": np.full(N, -1)}, "y should be"),
        ({"y": np.zeros(N)}, "y should be"),
        ({"y": np.zeros(N - 1, np.uint8)}, "y should be"),
    ],
)
def test_a_file_that_is_something_else_is_refused(letters, changes, message):
    packed, labels, path = letters
    np.savez(path, **{"x": packed, "y": labels, **changes})
    with pytest.raises(FileFormatError, match=rf"letters16x8\.npz: .*{message}"):
        datasets.load("ocr-letters")

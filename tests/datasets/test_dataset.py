from __future__ import annotations

import dataclasses

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from netsparse.datasets import Dataset
from tests.datasets.files import small_arrays


def small(**changes) -> Dataset:
    return Dataset("small", **{**small_arrays(), **changes})


def test_images_are_stored_flat_with_their_shape():
    arrays = small_arrays()
    data = small()
    assert data.x_train.shape == (12, 12)
    assert data.image_shape == (4, 3)
    assert (data.n_features, data.n_classes) == (12, 3)
    np.testing.assert_array_equal(data.x_test.reshape(-1, 4, 3), arrays["x_test"])
    assert data.y_train.dtype == np.int64


def test_vectors_have_no_image_shape():
    assert small(x_train=np.eye(12), x_test=np.eye(6, 12)).image_shape is None


def test_flat_images_may_name_their_shape():
    data = small(x_train=np.ones((12, 12)), x_test=np.ones((6, 12)), image_shape=(3, 2, 2))
    assert data.image_shape == (3, 2, 2)


def test_it_is_immutable_and_leaves_the_arrays_it_was_given_alone():
    arrays = small_arrays()
    data = Dataset("small", **arrays)
    arrays["x_train"][0] = 0
    assert data.x_train[0].any()
    for name in ("x_train", "y_train", "x_test", "y_test"):
        with pytest.raises(ValueError, match="read-only"):
            getattr(data, name)[0] = 0
    with pytest.raises(dataclasses.FrozenInstanceError):
        data.name = "other"


@pytest.mark.parametrize(
    ("given_dtype", "kept"),
    [("u1", "u1"), ("f4", "f4"), ("f8", "f8"), (">f4", "f4"), ("f2", "f4"), ("?", "f8"), ("i2", "f8"), ("u8", "f8")],
)
def test_dtypes(given_dtype, kept):
    x = np.eye(12).astype(given_dtype)
    data = small(x_train=x, x_test=x[:6])
    assert data.x_train.dtype == np.dtype(kept)
    np.testing.assert_array_equal(data.x_train, np.eye(12))


def parts(train, test, validation=None) -> Dataset:
    """A data set of one sample a part, of these dtypes and values."""
    arrays = {
        name: np.full((1, 2), value, dtype)
        for name, (dtype, value) in {"x_train": train, "x_test": test, "x_validation": validation}.items()
        if (dtype, value) != (None, None)
    }
    return Dataset("parts", y_train=[0], y_test=[0], y_validation=[0], **arrays)


@pytest.mark.parametrize("order", [(0, 1, 2), (1, 0, 2), (1, 2, 0)])
@pytest.mark.parametrize(
    ("one", "other", "dtype"),
    [
        (("u1", 7), ("i8", 255), "u1"),
        (("u1", 7), (">u2", 255), "u1"),
        (("u2", 7), ("i4", -300), "f8"),
        (("f4", 0.5), ("f8", 0.1), "f8"),
        (("f2", 0.5), ("f4", 0.1), "f4"),
        (("f8", 0.5), (">f2", 2), "f8"),
        (("?", 1), ("?", 0), "f8"),
    ],
)
def test_what_values_are_is_decided_once_for_all_parts(order, one, other, dtype):
    kinds = [one, other, one]
    data = parts(*(kinds[place] for place in order))
    for name, place in zip(("x_train", "x_test", "x_validation"), order, strict=True):
        part = getattr(data, name)
        assert part.dtype == np.dtype(dtype)
        np.testing.assert_array_equal(part, np.full((1, 2), kinds[place][1], kinds[place][0]))


@pytest.mark.parametrize("place", [0, 1, 2])
@pytest.mark.parametrize(
    ("many", "one"),
    [
        (("u1", 7), ("f4", 0.5)),
        (("u1", 7), ("f8", 200)),
        (("u1", 7), ("?", 1)),
        (("u1", 7), ("i8", 256)),
        (("u1", 7), ("i8", -1)),
        (("i8", 7), ("f4", 0.5)),
        (("i8", 7), ("?", 1)),
        (("f4", 0.5), ("?", 1)),
        (("f4", 0.5), ("u1", 1)),
    ],
)
def test_parts_of_different_kinds_are_refused_by_name(place, many, one):
    kinds = [many, many, many]
    kinds[place] = one
    with pytest.raises(ValueError, match="a data set has values of one kind") as error:
        parts(*kinds)
    for name, (dtype, _) in zip(("x_train", "x_test", "x_validation"), kinds, strict=True):
        assert name in str(error.value)
        assert str(np.dtype(dtype)) in str(error.value)


def test_mixed_integers_are_standardised_alike():
    arrays = small_arrays()
    both = Dataset("both", **arrays).standardised()
    mixed = Dataset("mixed", **{**arrays, "x_test": arrays["x_test"].astype(np.int64)}).standardised()
    np.testing.assert_array_equal(mixed.x_test, both.x_test)


def test_labels_that_count_from_1_are_refused():
    from_1 = {"y_train": np.arange(12) % 3 + 1, "y_test": np.arange(6) % 3 + 1}
    with pytest.raises(ValueError, match=r"labels go from 1 to 3 and none is 0.*subtract 1.*n_classes=4"):
        small(**from_1)
    assert small(**from_1, n_classes=4).n_classes == 4
    assert small(y_train=from_1["y_train"]).n_classes == 4  # the test part has class 0
    assert small(y_train=np.full(12, 3), y_test=np.full(6, 1)).n_classes == 4  # 2 is missing too: no sign of counting


def test_repr():
    assert repr(small()) == "Dataset('small': 12 training and 6 test samples, 4 x 3 = 12 features uint8, 3 classes)"
    held = small().validation_split(0.25, rng=0)
    assert "9 training, 3 validation and 6 test samples" in repr(held)
    assert "9 training, 3 validation and 6 test samples" in repr(held.standardised())


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"x_train": np.zeros((0, 4, 3))}, "x_train needs samples"),
        ({"x_test": np.zeros((6, 0))}, "x_test needs samples"),
        ({"x_train": np.zeros(12)}, r"x_train needs samples in rows.*shape \(12,\)"),
        ({"x_test": np.zeros((6, 5, 3))}, "samples of x_test should be 4 x 3, got 5 x 3"),
        ({"image_shape": (28, 28)}, "should be 28 x 28, got 4 x 3"),
        ({"x_train": np.full((12, 4, 3), np.nan)}, "144 of 144 values of x_train are NaN or infinite"),
        ({"x_test": np.full((6, 4, 3), np.inf)}, "values of x_test are NaN or infinite"),
        ({"x_train": np.zeros((12, 4, 3), complex)}, "must hold real numbers, got dtype complex"),
        ({"x_train": np.full((12, 4, 3), "a")}, "must hold real numbers"),
        ({"y_train": np.zeros(11, int)}, r"y_train must have one label for each of 12 samples, got shape \(11,\)"),
        ({"y_test": np.zeros((6, 1), int)}, "y_test must have one label"),
        ({"y_test": np.zeros(6)}, "y_test must hold integer labels, got dtype float64"),
        ({"y_train": np.zeros(12, bool)}, "integer labels, got dtype bool"),
        ({"y_train": -np.arange(12)}, "label -11, labels count from 0"),
        ({"y_train": np.full(12, 2**63, np.uint64)}, "labels count from 0"),
        ({"n_classes": 2}, "label 2 is out of range, 2 classes have labels 0 to 1"),
        ({"y_test": np.full(6, 18)}, "label 18 means 19 classes, more than the 18 samples"),
        ({"x_validation": np.zeros((1, 4, 3), np.uint8)}, "go together"),
    ],
)
def test_bad_input_is_one_clear_error(changes, message):
    with pytest.raises(ValueError, match=message):
        small(**changes)


def test_a_class_may_have_no_samples():
    assert small(y_train=np.full(12, 7)).n_classes == 8
    assert small(n_classes=26).n_classes == 26


@given(st.integers(2, 40), st.floats(0.01, 0.99), st.integers(0, 5))
@settings(max_examples=50, deadline=None)
def test_validation_split_is_a_partition(n_samples, fraction, seed):
    x = np.arange(n_samples, dtype=np.float64)[:, None]
    data = Dataset("counting", x, np.arange(n_samples), x, np.arange(n_samples))
    n_held = round(fraction * n_samples)
    if n_held in (0, n_samples):
        with pytest.raises(ValueError, match="leaves a part empty"):
            data.validation_split(fraction, rng=seed)
        return
    split = data.validation_split(fraction, rng=seed)
    assert split.y_validation.size == n_held
    np.testing.assert_array_equal(np.sort(np.concatenate([split.y_train, split.y_validation])), np.arange(n_samples))
    np.testing.assert_array_equal(split.x_validation[:, 0], split.y_validation)
    np.testing.assert_array_equal(split.x_train[:, 0], split.y_train)
    assert np.all(np.diff(split.y_train) > 0)
    assert split.n_classes == n_samples


def test_validation_split_depends_on_the_seed_alone():
    first, again, other = (small().validation_split(0.5, rng=seed) for seed in (1, 1, 2))
    np.testing.assert_array_equal(first.x_validation, again.x_validation)
    assert not np.array_equal(first.x_validation, other.x_validation)


def test_no_validation_split():
    data = small()
    assert data.validation_split(0) is data
    assert data.x_validation is None


@pytest.mark.parametrize("fraction", [-0.1, 1, 1.5, np.nan, np.inf])
def test_impossible_fractions_are_refused(fraction):
    with pytest.raises(ValueError, match="validation fraction must be"):
        small().validation_split(fraction, rng=0)


def test_a_second_validation_split_is_refused():
    with pytest.raises(ValueError, match="already holds back"):
        small().validation_split(0.5, rng=0).validation_split(0.5, rng=0)

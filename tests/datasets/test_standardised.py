from __future__ import annotations

import numpy as np
import pytest

from netsparse.datasets import Dataset
from tests.datasets.files import small_arrays

PIXELS = Dataset("pixels", **small_arrays())
FLOATS = Dataset(
    "floats",
    **{
        **small_arrays(),
        "x_train": np.linspace(-3, 9, 144).reshape(12, 4, 3),
        "x_test": np.linspace(0, 1, 72).reshape(6, 4, 3),
    },
)


def test_mean_and_deviation_are_those_of_the_training_pixels_over_255():
    x = PIXELS.x_train / 255
    standard = PIXELS.standardised()
    assert standard.mean == pytest.approx(x.mean(), rel=1e-12)
    assert standard.deviation == pytest.approx(x.std(), rel=1e-12)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("data", [PIXELS, FLOATS], ids=["pixels", "floats"])
def test_training_values_have_mean_0_and_deviation_1(data, dtype):
    standard = data.standardised(dtype)
    assert standard.x_train.dtype == standard.x_test.dtype == dtype
    assert abs(standard.x_train.mean(dtype=np.float64)) < 1e-6
    assert abs(standard.x_train.std(dtype=np.float64) - 1) < 1e-6
    assert not standard.x_train.flags.writeable


def test_test_samples_are_scaled_by_the_training_moments():
    standard = PIXELS.standardised(np.float64)
    expected = (PIXELS.x_test / 255 - standard.mean) / standard.deviation
    np.testing.assert_allclose(standard.x_test, expected, rtol=0, atol=1e-14)


def test_floats_are_taken_in_their_own_units():
    standard = FLOATS.standardised(np.float64)
    assert standard.mean == pytest.approx(3)
    np.testing.assert_allclose(standard.to_pixels(standard.x_train), FLOATS.x_train, atol=1e-12)


def test_pixels_and_back():
    standard = PIXELS.standardised(np.float64)
    pixels = PIXELS.x_test / 255
    np.testing.assert_allclose(standard.to_pixels(standard.x_test), pixels, atol=1e-14)
    np.testing.assert_allclose(standard.from_pixels(pixels), standard.x_test, atol=1e-14)


def test_validation_samples_have_no_part_in_the_moments():
    split = PIXELS.validation_split(0.5, rng=0)
    standard = split.standardised()
    assert standard.mean == pytest.approx((split.x_train / 255).mean())
    assert standard.mean != PIXELS.standardised().mean
    assert standard.x_validation.shape == (6, 12)
    assert PIXELS.standardised().x_validation is None


def test_constant_data_are_refused():
    data = Dataset("grey", np.full((3, 2), 7, np.uint8), [0, 1, 2], np.eye(2, dtype=np.uint8), [0, 1])
    with pytest.raises(ValueError, match="grey: training values have deviation 0"):
        data.standardised()


def test_values_that_overflow_are_refused():
    x = np.array([[1e200, -1e200], [0, 1.0]])
    with pytest.raises(ValueError, match="deviation inf"):
        Dataset("huge", x, [0, 1], x, [0, 1]).standardised()
    with pytest.raises(ValueError, match="do not fit float32"):
        Dataset("far", np.eye(2), [0, 1], x, [0, 1]).standardised()


def test_other_dtypes_are_refused():
    with pytest.raises(ValueError, match="float32 or float64, got int64"):
        PIXELS.standardised(np.int64)

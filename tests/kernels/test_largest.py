"""The search for large entries, against numpy."""

from __future__ import annotations

import numpy as np
import pytest

from netsparse.kernels.largest import STRETCH, at_least


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("size", [0, 1, STRETCH - 1, STRETCH, 3 * STRETCH + 5])
@pytest.mark.parametrize("floor", [np.finfo(np.float32).smallest_subnormal, 0.5, 2.5, 9.0])
def test_large_entries_are_those_that_numpy_finds(dtype, size, floor):
    values = np.random.default_rng(size).normal(size=size).astype(dtype)
    values[::7], values[3::11] = 0, -2.5
    found = np.empty(size, np.int64)
    n = at_least(values, dtype(floor), found)
    np.testing.assert_array_equal(found[:n], np.flatnonzero(np.abs(values) >= dtype(floor)))

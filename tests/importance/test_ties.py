"""Sorting with random ties."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from netsparse.importance.ties import argsort, smallest

values = st.lists(st.integers(0, 4), max_size=30).map(lambda numbers: np.array(numbers, dtype=float))


@given(values=values, seed=st.integers(0, 2**32))
def test_argsort_sorts(values, seed):
    order = argsort(values, rng=np.random.default_rng(seed))
    assert sorted(order.tolist()) == list(range(values.size))
    assert (np.diff(values[order]) >= 0).all()


@given(values=values, share=st.floats(0, 1), seed=st.integers(0, 2**32))
def test_smallest_is_a_prefix_of_a_sort(values, share, seed):
    n = int(share * values.size)
    chosen = smallest(values, n, rng=np.random.default_rng(seed))
    assert (np.diff(chosen) > 0).all()
    assert sorted(values[chosen]) == sorted(values)[:n]


def test_ties_are_uniform():
    rng = np.random.default_rng(0)
    first, chosen = np.zeros(5), np.zeros(5)
    tied = np.array([1.0, 0.0, 1.0, 1.0, 1.0])
    for _ in range(4000):
        order = argsort(tied, rng=rng)
        assert order[0] == 1
        first[order[1]] += 1
        chosen[smallest(tied, 3, rng=rng)] += 1
    assert ((first[tied == 1] - 1000) ** 2 / 1000).sum() < 16.3  # 3 degrees of freedom, p = 0.001
    assert chosen[1] == 4000
    assert (abs(chosen[tied == 1] - 2000) < 5 * np.sqrt(1000)).all()

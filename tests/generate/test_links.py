"""Random links: exact counts, uniform, in CSR order, among the allowed pairs only."""

from __future__ import annotations

from collections import Counter

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from netsparse import BipartiteLayer
from netsparse.generate import random_links
from netsparse.graph.keys import from_keys, layer_from_keys, layer_keys, to_keys

shapes = st.tuples(st.integers(1, 12), st.integers(1, 12))


def pairs(links):
    return list(zip(*(part.tolist() for part in links), strict=True))


@settings(max_examples=200)
@given(shape=shapes, share=st.floats(0, 1), seed=st.integers(0, 2**32))
def test_exactly_n_distinct_links_in_csr_order(shape, share, seed):
    n = round(share * shape[0] * shape[1])
    drawn = pairs(random_links(shape, n, rng=seed))
    assert len(set(drawn)) == n
    assert drawn == sorted(drawn)
    assert all(0 <= row < shape[0] and 0 <= column < shape[1] for row, column in drawn)


@settings(max_examples=200)
@given(shape=shapes, taken=st.floats(0, 1), share=st.floats(0, 1), seed=st.integers(0, 2**32))
def test_absent_from_draws_non_links_only(shape, taken, share, seed):
    total = shape[0] * shape[1]
    rows, columns = random_links(shape, round(taken * total), rng=seed)
    layer = BipartiteLayer.from_links(rows, columns, np.zeros(rows.size), shape)
    n = round(share * (total - layer.n_links))
    drawn = pairs(random_links(shape, n, absent_from=layer, rng=seed + 1))
    assert len(set(drawn)) == n
    assert drawn == sorted(drawn)
    assert not set(drawn) & set(pairs((layer.rows, layer.columns)))


@pytest.mark.parametrize("n", [2, 4])  # drawn, and drawn as a complement
def test_every_set_of_links_is_equally_likely(n):
    draws = 6000
    rng = np.random.default_rng(0)
    seen = Counter(tuple(pairs(random_links((2, 3), n, rng=rng))) for _ in range(draws))
    expected = draws / 15  # 6 choose 2
    chi_square = sum((count - expected) ** 2 / expected for count in seen.values())
    assert len(seen) == 15
    assert chi_square < 36.1  # 14 degrees of freedom, p = 0.001


def test_every_non_link_is_equally_likely():
    layer = BipartiteLayer.from_links([0, 0, 2], [0, 2, 1], [1.0, 1.0, 1.0], (3, 3))
    rng = np.random.default_rng(0)
    seen = Counter(pairs(random_links((3, 3), 1, absent_from=layer, rng=rng))[0] for _ in range(3000))
    assert len(seen) == 6
    assert sum((count - 500) ** 2 / 500 for count in seen.values()) < 20.5  # 5 degrees of freedom, p = 0.001


def test_large_layers_cost_no_dense_array():
    rows, columns = random_links((10**9, 10**9), 1000, rng=0)
    assert len(set(pairs((rows, columns)))) == 1000
    assert rows.max() > 10**8


def test_same_seed_same_links():
    assert pairs(random_links((50, 40), 100, rng=3)) == pairs(random_links((50, 40), 100, rng=3))
    assert pairs(random_links((50, 40), 100, rng=3)) != pairs(random_links((50, 40), 100, rng=4))


@pytest.mark.parametrize(
    ("shape", "n", "error", "message"),
    [
        ((2, 3), 7, ValueError, "cannot draw 7 distinct links: a layer of 2 x 3 has 6 pairs"),
        ((2, 3), -1, ValueError, "n must be at least 0"),
        ((2, 3), 1.5, TypeError, "n must be a whole number"),
        ((0, 3), 1, ValueError, "rows must be at least 1"),
        ((2**40, 2**40), 1, ValueError, "more than 2\\*\\*63 possible links"),
    ],
)
def test_bad_input(shape, n, error, message):
    with pytest.raises(error, match=message):
        random_links(shape, n, rng=0)


def test_too_few_non_links():
    layer = BipartiteLayer.from_links([0, 1], [0, 1], [1.0, 1.0], (2, 2))
    with pytest.raises(ValueError, match="cannot draw 3 distinct links: a layer of 2 x 2 has 2 non-links"):
        random_links((2, 2), 3, absent_from=layer)
    with pytest.raises(ValueError, match="absent_from is a layer of shape"):
        random_links((3, 2), 1, absent_from=layer)


@settings(max_examples=50)
@given(shape=shapes, share=st.floats(0, 1), seed=st.integers(0, 2**32))
def test_keys_round_trip(shape, share, seed):
    rows, columns = random_links(shape, round(share * shape[0] * shape[1]), rng=seed)
    weights = np.arange(rows.size, dtype=float)
    layer = layer_from_keys(to_keys(rows, columns, shape), weights, shape)
    assert layer == BipartiteLayer.from_links(rows, columns, weights, shape)
    back_rows, back_columns = from_keys(layer_keys(layer), shape)
    np.testing.assert_array_equal(back_rows, rows)
    np.testing.assert_array_equal(back_columns, columns)

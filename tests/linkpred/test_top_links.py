"""The best n non-links: exact counts, best first, chance among equals."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import netsparse as ns
from netsparse.linkpred import METHODS
from tests.strategies import layers

ALL_METHODS = [*METHODS, "random"]


@pytest.mark.parametrize("method", ALL_METHODS)
@given(layer=layers(), share=st.floats(0, 1), seed=st.integers(0, 2**32))
def test_exactly_n_distinct_non_links_best_first(method, layer, share, seed):
    rows_all, columns_all = layer.shape
    n = round(share * (rows_all * columns_all - layer.n_links))
    rows, columns, scores = ns.linkpred.top_links(layer, n, method, rng=seed)
    assert rows.shape == columns.shape == scores.shape == (n,)
    links = set(zip(layer.rows.tolist(), layer.columns.tolist(), strict=True))
    chosen = set(zip(rows.tolist(), columns.tolist(), strict=True))
    assert len(chosen) == n and not chosen & links
    assert (np.diff(scores) <= 0).all()
    if method == "random":
        assert not scores.any()
        return
    every = ns.linkpred.scores(layer, method).toarray()
    assert np.array_equal(scores, every[rows, columns])
    every[layer.rows, layer.columns] = -1
    assert np.array_equal(scores, np.sort(every[every >= 0])[::-1][:n])


@pytest.mark.parametrize("method", ALL_METHODS)
def test_more_than_all_non_links_is_refused(method):
    layer = ns.BipartiteLayer.from_links([0, 1], [0, 1], [1.0, 1.0], (2, 3))
    assert ns.linkpred.top_links(layer, 4, method, rng=0)[0].size == 4
    with pytest.raises(ValueError, match=r"n = 5 .* only 4 non-links"):
        ns.linkpred.top_links(layer, 5, method, rng=0)


def test_unknown_method_lists_the_known_ones():
    layer = ns.BipartiteLayer.from_links([0], [0], [1.0], (2, 3))
    with pytest.raises(ValueError, match="'foo'; known: ch3-l3, l3, ra-l3, random"):
        ns.linkpred.top_links(layer, 0, "foo")

"""The best n non-links: exact counts, best first, chance among equals."""

from __future__ import annotations

import tracemalloc

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import netsparse as ns
from netsparse.linkpred import METHODS, candidates, contributions
from netsparse.linkpred.best import Best, random_keys
from netsparse.linkpred.path_score import PathScore
from tests.strategies import layers

ALL_METHODS = [name for name, method in METHODS.items() if method.on_layers and name != "structural-perturbation"]
DRAWN = ["l3", "ch3-l3", "ch3-l3n"]  # of each kind one: chance decides in one place


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
    every = ns.linkpred.scores(layer, method).toarray()
    assert np.array_equal(scores, every[rows, columns])
    every[layer.rows, layer.columns] = -1
    assert np.array_equal(scores, np.sort(every[every >= 0])[::-1][:n])


@pytest.mark.parametrize("method", ALL_METHODS)
def test_more_than_all_non_links_is_refused(method):
    layer = ns.BipartiteLayer.from_links([0, 1], [0, 1], [1.0, 1.0], (2, 3))
    assert ns.linkpred.top_links(layer, 4, method, rng=0)[0].size == 4
    with pytest.raises(ValueError, match=r"n = 5 .* only 4 non-links in BipartiteLayer"):
        ns.linkpred.top_links(layer, 5, method, rng=0)


def test_unknown_method_lists_the_known_ones():
    layer = ns.BipartiteLayer.from_links([0], [0], [1.0], (2, 3))
    with pytest.raises(ValueError, match="'foo'; known: ch1-l3"):
        ns.linkpred.top_links(layer, 0, "foo")


def star(n_leaves: int) -> ns.BipartiteLayer:
    """Row 0 linked to all columns, each other row to column 0 alone: every other non-link scores alike."""
    rows = np.concatenate([np.zeros(n_leaves, int), np.arange(1, n_leaves)])
    columns = np.concatenate([np.arange(n_leaves), np.zeros(n_leaves - 1, int)])
    return ns.BipartiteLayer.from_links(rows, columns, np.ones(rows.size), (n_leaves, n_leaves))


def chi_square(counts: np.ndarray) -> float:
    expected = counts.mean()
    return float(((counts - expected) ** 2 / expected).sum())


def chosen_counts(layer, n, method, draws) -> np.ndarray:
    rng = np.random.default_rng(0)
    counts = np.zeros(layer.shape)
    for _ in range(draws):
        rows, columns, _ = ns.linkpred.top_links(layer, n, method, rng=rng)
        counts[rows, columns] += 1
    return counts


@pytest.mark.parametrize("method", DRAWN)
def test_equals_are_chosen_uniformly(method):
    layer = star(5)
    assert np.unique(ns.linkpred.scores(layer, method).data).size == 1
    counts = chosen_counts(layer, 3, method, draws=2000)
    assert not counts[0].any() and not counts[:, 0].any()
    # 16 equal candidates: chi-square of 15 degrees of freedom, 99.9 % below 37.7
    assert chi_square(counts[1:, 1:].ravel()) < 37.7


def test_each_rank_among_equals_is_uniform():
    layer, rng = star(5), np.random.default_rng(1)
    first = np.zeros(layer.shape)
    for _ in range(2000):
        rows, columns, _ = ns.linkpred.top_links(layer, 16, "ch3-l3", rng=rng)
        first[rows[0], columns[0]] += 1
    assert chi_square(first[1:, 1:].ravel()) < 37.7


@pytest.mark.parametrize("method", [*DRAWN, "random"])
def test_the_remainder_is_uniform_over_all_non_links_of_score_zero(method):
    layer = ns.BipartiteLayer.from_links([0, 0, 1], [0, 1, 1], [1.0] * 3, (4, 4))
    every = ns.linkpred.scores(layer, method).toarray()
    n_positive = np.count_nonzero(every)
    assert n_positive == {"random": 0}.get(method, 1)
    counts = chosen_counts(layer, n_positive + 2, method, draws=2000)
    assert (counts[every > 0] == 2000).all()
    zero = every == 0
    zero[layer.rows, layer.columns] = False
    assert counts.sum() == 2000 * (n_positive + 2) and counts[zero].sum() == 4000
    assert chi_square(counts[zero]) < 32.9  # at most 13 zeros: 12 degrees of freedom, 99.9 %


def random_layer(size: int, links: int, seed: int = 0) -> ns.BipartiteLayer:
    rows, columns = ns.generate.random_links((size, size), links, rng=seed)
    return ns.BipartiteLayer.from_links(rows, columns, np.ones(links), (size, size))


@pytest.mark.parametrize("n", [0, 1, 40, 2000])
def test_the_choice_depends_on_the_seed_alone_not_on_batches_or_strategy(n, monkeypatch, request):
    layer = random_layer(100, 400)
    expected = ns.linkpred.top_links(layer, n, "l3", rng=3)
    monkeypatch.setattr(candidates, "BATCH", 1)
    METHODS.register("by-walks", PathScore(contributions.count, internal=True))
    request.addfinalizer(lambda: METHODS.unregister("by-walks"))
    for method in ("l3", "by-walks"):
        found = ns.linkpred.top_links(layer, n, method, rng=3)
        assert all(np.array_equal(a, b) for a, b in zip(found, expected, strict=True))


@given(
    scores=st.lists(st.sampled_from([0.5, 1.0, 1.5, 2.0]), max_size=60),
    n=st.integers(1, 70),
    cuts=st.lists(st.integers(0, 60), max_size=4),
    seed=st.integers(0, 2**64 - 1),
)
def test_the_stream_keeps_what_a_full_sort_puts_first(scores, n, cuts, seed):
    scores, pairs = np.array(scores, float), np.arange(len(scores)) * 7
    best = Best(n, seed)
    for part in np.split(np.arange(len(scores)), sorted(cuts)):
        best.push(candidates.Candidates(pairs[part], scores[part]))
    order = np.lexsort((random_keys(pairs, seed), -scores))[:n]
    found = best.result()
    assert np.array_equal(found.pairs, pairs[order]) and np.array_equal(found.scores, scores[order])


def test_keys_are_splitmix64():
    # The generator's first three outputs from state 1234567, as its author publishes them; pair k + 1 is step k
    known = [6457827717110365317, 3203168211198807973, 9817491932198370423]
    assert random_keys(np.array([1, 2, 3]), 1234567).tolist() == known


def peak_memory(layer, n, method) -> int:
    ns.linkpred.top_links(star(3), 1, method)  # compile first
    tracemalloc.start()
    rows, columns, scores = ns.linkpred.top_links(layer, n, method, rng=0)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert rows.size == columns.size == n and (method == "random") == (not scores.any())
    return peak


@pytest.mark.parametrize("method", ALL_METHODS)
def test_no_array_of_rows_by_columns_on_a_large_layer(method):
    size, links = 200_000, 300_000
    assert peak_memory(random_layer(size, links), 1000, method) < 60 * (2 * size + links)  # a bit a pair: 5 GB


@pytest.mark.parametrize("method", ["l3", "ra-l3", "ch3-l3", "ch3-l3n"])
def test_candidates_are_not_all_kept(method):
    layer = random_layer(3000, 30_000)
    n_candidates = ns.linkpred.scores(layer, method).nnz
    assert n_candidates > 2_000_000
    assert peak_memory(layer, 1000, method) < 4 * n_candidates  # a pair and its score take 16 bytes


def test_a_remainder_on_a_large_layer():
    layer = ns.BipartiteLayer.from_links([0, 0, 7], [0, 1, 1], [1.0] * 3, (200_000, 200_000))
    rows, columns, scores = ns.linkpred.top_links(layer, 5000, "ch3-l3", rng=0)
    assert (rows[0], columns[0], scores[0]) == (7, 0, 1.0) and not scores[1:].any()
    assert np.unique(rows * 200_000 + columns).size == 5000
    assert abs(rows.mean() / 100_000 - 1) < 0.05 and abs(columns.mean() / 100_000 - 1) < 0.05


@pytest.mark.parametrize("graph", [ns.generate.erdos_renyi((3, 3, 3), 0.5, rng=0), None, np.ones((3, 3))])
def test_what_is_no_graph_is_refused(graph):
    for call in (lambda: ns.linkpred.top_links(graph, 1, "l3"), lambda: ns.linkpred.scores(graph, "l3")):
        with pytest.raises(TypeError, match="graph must be a BipartiteLayer, a symmetric scipy sparse adjacency, or"):
            call()


def test_preferential_attachment_passes_over_what_cannot_be_among_the_best():
    layer = random_layer(2000, 6000)
    best = Best(10, seed=0)
    n_seen = 0
    for batch in METHODS["preferential-attachment"].candidates(layer, floor=lambda: best.floor):
        best.push(batch)
        best.result()  # settles the floor
        n_seen += batch.scores.size
    everything = ns.linkpred.scores(layer, "preferential-attachment")
    assert np.array_equal(best.result().scores, np.sort(everything.data)[::-1][:10])
    assert n_seen < everything.nnz / 100

"""Ties broken by SPcorr, and the soft rule."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import netsparse as ns
from netsparse.linkpred import METHODS, TIES
from netsparse.linkpred.candidates import Candidates
from netsparse.linkpred.pairs import Pairs
from netsparse.linkpred.soft import Race
from netsparse.linkpred.spcorr import correlations
from tests.linkpred.examples import hub_layer, oracle, oracle_layer, random_graph
from tests.strategies import layers

GRAPHS = {graph["name"]: graph for graph in oracle("spcorr_evaluation")["graphs"]}
FORMS = [name for name in TIES if name != "random"]


def published(matrix) -> np.ndarray:
    """Return a matrix of published values, -1 where a correlation is undefined."""
    return np.array([[-1 if value is None else value for value in row] for row in matrix])


def candidates(layer, method="ch3-l3") -> list[Candidates]:
    return [Candidates(batch.pairs.copy(), batch.scores.copy()) for batch in METHODS[method].candidates(layer)]


@pytest.mark.parametrize("name", GRAPHS)
def test_link_scores_and_distances_are_the_published_ones(name):
    graph = GRAPHS[name]
    layer = oracle_layer(graph)
    rows = layer.shape[0]
    distances = TIES["spcorr-pearson"].distances(layer, METHODS["ch3-l3"], candidates(layer))
    expected = np.array(graph["distances_pearson_variant"], dtype=float)
    np.testing.assert_allclose(distances[:rows, rows:], expected, rtol=0, atol=1e-9)
    scores = ns.linkpred.scores(layer, "ch3-l3").toarray()
    free = scores > 0
    np.testing.assert_allclose(scores[free], np.array(graph["ch3_l3_all_pairs"])[free], rtol=0, atol=1e-9)


@pytest.mark.parametrize("name", GRAPHS)
@pytest.mark.parametrize(
    ("form", "column"),
    [("spcorr-pearson", "pearson"), ("spcorr-spearman", "spearman_inverse_length"), ("spcorr-zeros", "spearman")],
)
def test_correlations_are_the_published_ones(name, form, column):
    layer, breaking = oracle_layer(GRAPHS[name]), TIES[form]
    distances = breaking.distances(layer, METHODS["ch3-l3"], candidates(layer))
    found = correlations(layer, distances, breaking.ranks)
    np.testing.assert_allclose(found, published(GRAPHS[name][column]), rtol=0, atol=1e-9)


@pytest.mark.parametrize("name", ["tiny_4x4", "rand_12x10"])
def test_correlations_of_further_layers_are_the_published_ones(name):
    content = oracle(f"linkpred_{name}")
    layer = oracle_layer(content)
    distances = TIES["spcorr-pearson"].distances(layer, METHODS["ch3-l3"], candidates(layer))
    found, expected = correlations(layer, distances, ranks=False), np.array(content["spcorr_ch3_l3"])
    defined = expected > -9
    assert defined.any()
    np.testing.assert_allclose(found[defined], expected[defined], rtol=0, atol=2e-9)


@pytest.mark.parametrize("name", GRAPHS)
def test_the_order_by_pearson_is_the_published_one(name):
    layer = oracle_layer(GRAPHS[name])
    n = layer.shape[0] * layer.shape[1] - layer.n_links
    rows, columns, scores = ns.linkpred.top_links(layer, n, "ch3-l3", ties="spcorr-pearson", rng=0)
    ranks = np.array(GRAPHS[name]["rank"])[rows, columns]
    alike = published(GRAPHS[name]["pearson"])[rows, columns]
    differing = (np.diff(scores) != 0) | (np.abs(np.diff(alike)) > 1e-8)  # what differs by less is noise
    assert (np.diff(ranks)[differing] < 0).all() and differing.sum() > np.count_nonzero(np.diff(scores))


@pytest.mark.parametrize("graph", [hub_layer((15, 12), 60), random_graph(18, 0.25)], ids=["layer", "graph"])
@pytest.mark.parametrize("form", FORMS)
def test_spcorr_orders_equal_scores_and_nothing_else(graph, form):
    pairs = Pairs.of(graph)
    n = pairs.n_possible - pairs.n_linked
    first, second, scores = ns.linkpred.top_links(graph, n, "ch3-l3", ties=form, rng=0)
    assert np.unique(pairs.numbers(first, second)).size == n and (np.diff(scores) <= 0).all()
    breaking = TIES[form]
    alike = correlations(graph, breaking.distances(graph, METHODS["ch3-l3"], candidates(graph)), breaking.ranks)
    order = alike[first, second]
    tied = np.diff(scores) == 0
    if breaking.zeros_only:
        tied &= scores[1:] == 0
    assert tied.any() and (np.diff(order)[tied] <= 0).all()


@pytest.mark.parametrize("form", FORMS)
@given(layer=layers(), seed=st.integers(0, 2**32))
def test_exactly_n_distinct_non_links_whatever_the_ties(form, layer, seed):
    n = (layer.shape[0] * layer.shape[1] - layer.n_links + 1) // 2
    rows, columns, _ = ns.linkpred.top_links(layer, n, "ch3-l3", ties=form, rng=seed)
    chosen = set(zip(rows.tolist(), columns.tolist(), strict=True))
    assert len(chosen) == n
    assert not chosen & set(zip(layer.rows.tolist(), layer.columns.tolist(), strict=True))


def test_graphs_whose_distances_do_not_fit_are_refused(monkeypatch):
    monkeypatch.setattr("netsparse.linkpred.spcorr.LARGEST_DENSE", 99)
    with pytest.raises(ValueError, match="10 nodes are too many, at most 9"):
        ns.linkpred.top_links(random_graph(10, 0.5), 1, "l3", ties="spcorr-pearson")


def inclusion(scores: np.ndarray, n: int) -> np.ndarray:
    """Return the chance of each item to be among `n` drawn one after the other in proportion to the scores."""
    chances = np.zeros(scores.size)
    for order in itertools.permutations(range(scores.size), n):
        left, chance = scores.sum(), 1.0
        for item in order:
            chance *= scores[item] / left
            left -= scores[item]
        chances[list(order)] += chance
    return chances


def test_the_soft_rule_draws_in_proportion_to_the_score():
    layer = oracle_layer(oracle("linkpred_tiny_4x4"))
    every = ns.linkpred.scores(layer, "ch2-l3").tocoo()
    assert every.nnz >= 4 and np.unique(every.data).size > 1
    counts, rng, draws = np.zeros(layer.shape), np.random.default_rng(0), 4000
    for _ in range(draws):
        rows, columns, scores = ns.linkpred.top_links(layer, 2, "ch2-l3", selection="soft", rng=rng)
        assert np.array_equal(scores, every.toarray()[rows, columns])
        counts[rows, columns] += 1
    chance = inclusion(every.data, 2)
    error = np.sqrt(chance * (1 - chance) / draws)
    assert (np.abs(counts[every.coords] / draws - chance) < 5 * error).all()


def test_the_first_drawn_is_drawn_in_proportion_to_the_score():
    scores, first = np.array([1.0, 2.0, 5.0]), np.zeros(3)
    for seed in range(6000):
        (batch,) = Race(seed).run([Candidates(np.arange(3), scores)])
        first[batch.scores.argmax()] += 1
    assert ((first - 6000 * scores / 8) ** 2 / (6000 * scores / 8)).sum() < 13.8  # 2 degrees of freedom, 99.9 %


@pytest.mark.parametrize("method", ["ch3-l3", "ch2-l3n", "preferential-attachment", "random"])
@given(layer=layers(), share=st.floats(0, 1), seed=st.integers(0, 2**32))
def test_the_soft_rule_takes_all_positive_scores_before_the_rest(method, layer, share, seed):
    n = round(share * (layer.shape[0] * layer.shape[1] - layer.n_links))
    rows, columns, scores = ns.linkpred.top_links(layer, n, method, selection="soft", rng=seed)
    every = ns.linkpred.scores(layer, method)
    assert np.unique(rows * layer.shape[1] + columns).size == n
    assert np.count_nonzero(scores) == min(n, every.nnz)
    assert not scores[every.nnz :].any()
    assert np.array_equal(scores, every.toarray()[rows, columns])


def test_the_draw_depends_on_the_seed_alone():
    layer = hub_layer()
    first, second = (ns.linkpred.top_links(layer, 50, "ch3-l3", selection="soft", rng=7) for _ in range(2))
    other = ns.linkpred.top_links(layer, 50, "ch3-l3", selection="soft", rng=8)
    assert all(map(np.array_equal, first, second)) and not np.array_equal(first[0], other[0])


def test_names_are_checked():
    layer = hub_layer()
    with pytest.raises(ValueError, match="unknown selection 'best'; known: soft, top"):
        ns.linkpred.top_links(layer, 1, "l3", selection="best")
    with pytest.raises(ValueError, match="ties are not broken where links are drawn"):
        ns.linkpred.top_links(layer, 1, "l3", selection="soft", ties="spcorr-pearson")

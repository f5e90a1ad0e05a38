"""Scores of monopartite graphs against published values and the plain loop, and what is taken for such a graph."""

from __future__ import annotations

import igraph
import networkx as nx
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import sparse

import netsparse as ns
from netsparse.linkpred import METHODS, candidates
from netsparse.linkpred.method import LocalMethod
from netsparse.linkpred.monopartite import MonopartiteGraph, as_monopartite
from netsparse.linkpred.pairs import Pairs, non_links
from tests.linkpred.examples import hub_layer, neighbours, oracle, random_graph
from tests.linkpred.plain import plain_graph_scores, plain_scores

ON_GRAPHS = [name for name, method in METHODS.items() if method.on_graphs and name != "structural-perturbation"]
LOCAL = [name for name, method in METHODS.items() if isinstance(method, LocalMethod)]

graphs = st.builds(random_graph, st.integers(1, 9), st.sampled_from([0, 0.2, 0.5, 0.8, 1]), st.integers(0, 2**32))


def published() -> tuple[MonopartiteGraph, dict]:
    content = oracle("linkpred_monopartite_14")
    return MonopartiteGraph.from_links(*np.transpose(content["edges"]), content["n"]), content


@pytest.mark.parametrize(
    ("method", "column"),
    [
        ("ra-l2", "RA_L2"),
        ("ch2-l2", "CH2_L2"),
        ("ch3-l2", "CH3_L2"),
        ("ra-l3", "RA_L3"),
        ("ch2-l3", "CH2_L3_matlab2020_port"),
    ],
)
def test_scores_equal_those_of_the_reference_implementation(method, column):
    graph, content = published()
    free = np.ones((graph.n_nodes,) * 2, dtype=bool)
    free[graph.links] = free[graph.links[::-1]] = False
    np.fill_diagonal(free, False)
    found = ns.linkpred.scores(graph, method).toarray()
    assert not found[~free].any()
    np.testing.assert_allclose(found[free], np.array(content[column])[free], rtol=1e-10, atol=1e-9)


@pytest.mark.parametrize("method", ON_GRAPHS)
@given(graph=graphs)
def test_scores_equal_the_plain_loop(method, graph):
    found = ns.linkpred.scores(graph, method).toarray()
    np.testing.assert_allclose(found, plain_graph_scores(neighbours(graph), method), rtol=1e-10, atol=1e-9)


@pytest.mark.parametrize("method", LOCAL)
@given(graph=graphs)
def test_links_are_scored_as_if_each_were_absent(method, graph):
    expected = plain_graph_scores(neighbours(graph), method, links=True)
    found = METHODS[method].of_pairs(graph, *graph.links)
    np.testing.assert_allclose(found, expected[graph.links], rtol=1e-10, atol=1e-9)


@pytest.mark.parametrize("method", ON_GRAPHS)
@pytest.mark.parametrize("batch", [1, 65536])
def test_a_larger_graph_is_scored_alike_whatever_the_batches(method, batch, monkeypatch):
    monkeypatch.setattr(candidates, "BATCH", batch)
    graph = random_graph(40, 0.15)
    expected = plain_graph_scores(neighbours(graph), method)
    np.testing.assert_allclose(ns.linkpred.scores(graph, method).toarray(), expected, rtol=1e-9)


@pytest.mark.parametrize("method", [name for name in LOCAL if METHODS[name].on_layers])
def test_a_layer_as_a_graph_scores_as_the_layer(method):
    layer = hub_layer((25, 20), 90)
    found = ns.linkpred.scores(MonopartiteGraph.of_layer(layer), method).toarray()
    np.testing.assert_allclose(found[:25, 25:], plain_scores(layer, method), rtol=1e-10, atol=1e-9)


@pytest.mark.parametrize("method", [*ON_GRAPHS, "structural-perturbation"])
@given(graph=graphs, share=st.floats(0, 1), seed=st.integers(0, 2**32))
def test_exactly_n_distinct_non_links_best_first(method, graph, share, seed):
    pairs = Pairs.of(graph)
    n = round(share * (pairs.n_possible - pairs.n_linked))
    first, second, scores = ns.linkpred.top_links(graph, n, method, rng=seed)
    assert (first < second).all() and scores.shape == (n,)
    chosen = set(zip(first.tolist(), second.tolist(), strict=True))
    assert len(chosen) == n and all(v not in neighbours(graph)[u] for u, v in chosen)
    assert (np.diff(scores) <= 0).all()


def test_the_rest_is_uniform_over_all_pairs_of_score_zero():
    graph, counts = MonopartiteGraph.from_links(np.array([0]), np.array([1]), 6), np.zeros((6, 6))
    rng = np.random.default_rng(0)
    for _ in range(3000):
        first, second, scores = ns.linkpred.top_links(graph, 2, "ch3-l3", rng=rng)
        counts[first, second] += 1
        assert not scores.any()
    drawn = counts[np.triu_indices(6, 1)]
    assert drawn[0] == 0 and drawn.sum() == 6000
    assert ((drawn[1:] - 6000 / 14) ** 2 / (6000 / 14)).sum() < 34.5  # 13 degrees of freedom, 99.9 %


@given(graph=graphs)
def test_pairs_are_numbered_without_gaps_and_their_nodes_found_again(graph):
    pairs = Pairs.of(graph)
    first, second = np.triu_indices(graph.n_nodes, 1)
    assert np.array_equal(pairs.numbers(first, second), np.arange(pairs.n_possible))
    assert np.array_equal(pairs.numbers(second, first), np.arange(pairs.n_possible))
    assert all(map(np.array_equal, pairs.ends(np.arange(pairs.n_possible)), (first, second)))
    free = np.concatenate([np.empty(0, int), *non_links(pairs)])
    assert np.array_equal(np.sort(np.concatenate([free, pairs.linked()])), np.arange(pairs.n_possible))


def test_networkx_igraph_and_sparse_adjacencies_are_the_same_graph():
    graph = nx.karate_club_graph()
    expected = as_monopartite(graph)
    zeros = sparse.csr_array(nx.to_scipy_sparse_array(graph))
    zeros.data[:] = 0.0
    for other in (igraph.Graph.from_networkx(graph), zeros, sparse.coo_matrix(zeros)):
        found = as_monopartite(other)
        assert np.array_equal(found.starts, expected.starts) and np.array_equal(found.neighbours, expected.neighbours)
    assert expected.n_links == graph.number_of_edges()


@pytest.mark.parametrize("graph", [nx.Graph(), nx.empty_graph(1), igraph.Graph(), igraph.Graph(3)])
@pytest.mark.parametrize("method", ON_GRAPHS)
def test_a_graph_without_links_has_no_positive_score(graph, method):
    assert ns.linkpred.scores(graph, method).nnz == 0


@pytest.mark.parametrize(
    ("graph", "words"),
    [
        (nx.DiGraph([(0, 1)]), "undirected"),
        (nx.MultiGraph([("a", "b"), ("b", "a")]), "'a' and 'b' are linked twice"),
        (nx.Graph([("a", "a")]), "self-loops, but 1 nodes have one, such as 'a'"),
        (nx.complete_bipartite_graph(2, 3), "BipartiteLayer.from_networkx"),
        (igraph.Graph.Full_Bipartite(2, 3), "BipartiteLayer.from_igraph"),
        (igraph.Graph([(0, 1), (0, 1)]), "linked twice"),
        (sparse.csr_array(np.ones((2, 3))), r"square adjacency, got shape \(2, 3\)"),
        (sparse.csr_array(np.eye(3)), "self-loops"),
        (sparse.csr_array(([1.0], ([0], [1])), shape=(2, 2)), r"symmetric.* \(0, 1\), but not \(1, 0\)"),
        (sparse.coo_array(([1.0] * 4, ([0, 1, 0, 1], [1, 0, 1, 0])), shape=(2, 2)), "each entry of its adjacency once"),
    ],
)
def test_what_is_no_simple_undirected_graph_is_refused(graph, words):
    with pytest.raises(ValueError, match=words):
        as_monopartite(graph)

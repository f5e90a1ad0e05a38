"""Scores of missing links of layers against published values and against the plain loop."""

from __future__ import annotations

import importlib

import numpy as np
import pytest
import scipy.sparse as sp
from hypothesis import given
from hypothesis import strategies as st

import netsparse as ns
from netsparse.linkpred import METHODS, candidates, contributions
from netsparse.linkpred.path_score import PathScore
from tests.linkpred.examples import hub_layer, oracle, oracle_layer
from tests.linkpred.plain import plain_scores
from tests.strategies import layers

ON_LAYERS = [name for name, method in METHODS.items() if method.on_layers and name != "structural-perturbation"]
BY_PATHS = [name for name in ON_LAYERS if name.endswith(("l3", "l3n"))]


@pytest.mark.parametrize("name", ["tiny_4x4", "rand_12x10"])
@pytest.mark.parametrize("method", ["ch1-l3", "ch2-l3", "ch3-l3", "ilcl-l3", "ra-l3", "ch2-l3n", "ch3-l3n"])
def test_scores_equal_those_of_the_reference_implementation(name, method):
    content = oracle(f"linkpred_{name}")
    found = ns.linkpred.scores(oracle_layer(content), method).toarray()
    single_precision = method.endswith("n")  # of the reference
    np.testing.assert_allclose(found, content["scores"][method], rtol=0, atol=1e-5 if single_precision else 1e-9)


def test_worked_example():
    rows, columns = [0, 0, 1, 1, 2, 2, 3, 3], [0, 1, 0, 2, 1, 2, 2, 3]
    layer = ns.BipartiteLayer(sp.csr_array(([1.0] * 8, (rows, columns)), shape=(4, 4)))
    half = 1 / np.sqrt(2)
    expected = [[0, 0, 2, 0], [0, 1 + half, 0, half], [1 + half, 0, 0, half], [half, half, 0, 0]]
    np.testing.assert_allclose(ns.linkpred.scores(layer, "ch3-l3").toarray(), expected, rtol=0, atol=1e-10)


@pytest.mark.parametrize("method", ON_LAYERS)
@given(layer=layers())
def test_scores_equal_the_plain_loop(method, layer):
    found = ns.linkpred.scores(layer, method)
    assert found.shape == layer.shape and (found.data > 0).all()
    np.testing.assert_allclose(found.toarray(), plain_scores(layer, method), rtol=1e-10, atol=1e-9)


def test_a_new_path_method_is_one_function():
    layer = hub_layer()
    score = PathScore(lambda internal, external, degree: (internal**2, degree))
    found = np.zeros(layer.shape)
    for batch in score.candidates(layer):
        found.flat[batch.pairs] = batch.scores
    assert (found > 0).sum() == ns.linkpred.scores(layer, "l3").nnz
    by_ch1 = ns.linkpred.scores(layer, "ch1-l3").toarray()
    assert (found >= by_ch1 * (1 - 1e-9)).all() and (found > by_ch1 + 1e-9).any()


def test_unknown_method_lists_the_known_ones():
    with pytest.raises(ValueError, match="'ch4'; known: ch1-l3, ch2-l2, ch2-l3, ch2-l3n, ch3-l2"):
        ns.linkpred.scores(hub_layer(), "ch4")


def test_a_method_of_common_neighbours_is_refused_for_a_layer():
    with pytest.raises(ValueError, match="scores 0 between the two sides of a layer"):
        ns.linkpred.scores(hub_layer(), "ra-l2")


def test_a_table_holds_a_factor_for_every_internal_degree_below_the_degree():
    first, table = contributions.tabulate(contributions.cannistraci_hebb_3, np.array([2, 0, 3, 2]), root=True)
    root = 1 / np.sqrt([1, 2, 3])
    assert table.size == 1 + 3 + 4
    assert np.array_equal(table[first[0] :][:1], [0])
    assert np.array_equal(table[first[2] :][:3], [0, root[0], 0])
    assert np.array_equal(table[first[3] :][:4], [0, root[1], root[0], 0])


STRATEGIES_OF = {"products": ["l3", "ra-l3"], "walks": BY_PATHS, "dense": BY_PATHS}


@pytest.mark.parametrize(("strategy", "method"), [(s, m) for s, of in STRATEGIES_OF.items() for m in of])
@pytest.mark.parametrize("batch", [1, 65536])
@pytest.mark.parametrize("shape", [(60, 50), (50, 60)])
def test_strategies_agree_with_the_plain_loop_on_hubs_whatever_the_batches(strategy, method, batch, shape, monkeypatch):
    monkeypatch.setattr(candidates, "BATCH", batch)
    layer = hub_layer(shape)
    found, batches = np.zeros(layer.shape), 0
    for part in METHODS[method].of_layer(layer, strategy=strategy):
        assert not found.flat[part.pairs].any()
        found.flat[part.pairs] = part.scores
        batches += 1
    assert batches > 1 if batch == 1 else batches == 1
    np.testing.assert_allclose(found, plain_scores(layer, method), rtol=1e-10)


@given(layer=layers(), seed=st.integers(0, 2**32))
@pytest.mark.parametrize("method", ON_LAYERS)
def test_scores_follow_the_neurons_when_they_are_renumbered(method, layer, seed):
    rng = np.random.default_rng(seed)
    rows, columns = rng.permutation(layer.shape[0]), rng.permutation(layer.shape[1])
    renumbered = ns.BipartiteLayer.from_links(rows[layer.rows], columns[layer.columns], layer.weights, layer.shape)
    expected = ns.linkpred.scores(layer, method).toarray()
    found = ns.linkpred.scores(renumbered, method).toarray()[np.ix_(rows, columns)]
    np.testing.assert_allclose(found, expected, rtol=2.0**-35)  # rarely, a sum is rounded to the one or the other side


@given(layer=layers(), seed=st.integers(0, 2**32))
@pytest.mark.parametrize("method", ON_LAYERS)
def test_scores_are_those_of_the_linked_core_however_many_isolated_neurons_surround_it(method, layer, seed):
    rng = np.random.default_rng(seed)
    wide = (900, 1100)  # where the kernels number neurons by hashing
    rows, columns = (rng.choice(size, core, replace=False) for size, core in zip(wide, layer.shape, strict=True))
    scattered = ns.BipartiteLayer.from_links(rows[layer.rows], columns[layer.columns], layer.weights, wide)
    found = ns.linkpred.scores(scattered, method)
    assert np.array_equal(found.toarray()[np.ix_(rows, columns)], ns.linkpred.scores(layer, method).toarray())
    assert found.nnz == ns.linkpred.scores(layer, method).nnz


@pytest.mark.parametrize("method", ON_LAYERS)
def test_transposing_the_layer_transposes_the_scores(method):
    layer = hub_layer()
    mirrored = ns.BipartiteLayer(layer.biadjacency.T.tocsr())
    expected = ns.linkpred.scores(layer, method).toarray()
    np.testing.assert_allclose(ns.linkpred.scores(mirrored, method).toarray().T, expected, rtol=1e-10)


@pytest.mark.parametrize("method", ON_LAYERS)
def test_empty_and_full_layers_have_no_positive_score(method):
    empty = ns.BipartiteLayer(sp.csr_array((3, 4)))
    full = ns.BipartiteLayer(sp.csr_array(np.ones((3, 4))))
    for layer in (empty, full):
        found = ns.linkpred.scores(layer, method)
        assert found.nnz == 0 and found.shape == (3, 4)


def test_equal_sums_added_in_another_order_are_equal_after_rounding():
    terms = 1 / np.sqrt(np.arange(2, 200))
    sums = np.array([terms.sum(), sum(terms), sum(terms[::-1]), sum(np.sort(terms * 3) / 3)])
    assert np.unique(sums).size > 1
    rounded = sums.copy()
    candidates.settle_ties(rounded)
    assert np.unique(rounded).size == 1
    np.testing.assert_allclose(rounded, sums, rtol=2**-36)


def test_path_counts_stay_whole():
    counts = np.array([1.0, 3.0, 1000003.0, 2.0**35 + 1])
    rounded = counts.copy()
    candidates.settle_ties(rounded)
    assert np.array_equal(rounded, counts)


@pytest.mark.parametrize(
    ("method", "layer", "strategy"),
    [
        ("ch3-l3", ns.generate.erdos_renyi((60, 60), 0.5, readout=0, rng=0).layers[0], "dense"),
        ("ch3-l3", ns.generate.erdos_renyi((300, 300), 0.01, readout=0, rng=0).layers[0], "walks"),
        ("ch3-l3n", ns.generate.erdos_renyi((60, 60), 0.5, readout=0, rng=0).layers[0], "dense"),
        ("ch3-l3n", ns.generate.erdos_renyi((300, 300), 0.003, readout=0, rng=0).layers[0], "walks"),
    ],
)
@pytest.mark.parametrize("fits", [True, False])
def test_dense_layers_are_scored_densely_where_that_fits_into_memory(method, layer, strategy, fits, monkeypatch):
    module = "path_score" if method == "ch3-l3" else "node_score"
    strategies = importlib.import_module(f"netsparse.linkpred.{module}").STRATEGIES
    taken = []
    for name, run in list(strategies.items()):
        monkeypatch.setitem(strategies, name, lambda *args, name=name, run=run: taken.append(name) or run(*args))
    if not fits:
        monkeypatch.setattr("netsparse.linkpred.method.LARGEST_DENSE", 3599)
    ns.linkpred.scores(layer, method)
    assert taken == [strategy if fits else "walks"]

"""Measures without an oracle, against plain definitions."""

from __future__ import annotations

import itertools
import math

import networkx as nx
import numpy as np
import pytest
from hypothesis import given, settings

from netsparse import BipartiteLayer, LayeredNetwork, generate, measures
from netsparse.measures.sides import block
from netsparse.measures.tails import draw_tail
from tests.measures.small import LAYERS
from tests.strategies import layers, networks

FULL = LAYERS["full"]


@settings(max_examples=40)
@given(layer=layers())
def test_gini_is_half_the_relative_mean_difference(layer):
    sizes = np.abs(layer.weights)
    found = measures.gini(layer)
    if not sizes.any():
        assert math.isnan(found.value) and found.note == ("no links" if not sizes.size else "all weights are 0")
        return
    differences = np.abs(sizes[:, None] - sizes[None, :]).mean()
    assert found.value == pytest.approx(differences / (2 * sizes.mean()))


@pytest.mark.parametrize(
    ("weights", "index"), [(range(1, 9), 0.07678592654487082), ([0, 0, 0, 5], 0.75), ([2, 2, 2], 0)]
)
def test_pq_index(weights, index):
    layer = BipartiteLayer.from_links(np.zeros(len(weights), int), range(len(weights)), list(weights), (1, 8))
    assert measures.pq_index(layer).value == pytest.approx(index, abs=1e-12)


def test_pq_index_of_zeros_is_0_and_of_nothing_is_undefined():
    assert measures.pq_index(LAYERS["all zero"]) == measures.Value(0.0, "all weights are 0")
    assert measures.pq_index(LAYERS["empty"]).note == "no links"


@settings(max_examples=40)
@given(layer=layers())
def test_the_distribution_counts_every_neuron(layer):
    for of, per_side in (("degree", measures.degrees(layer)), ("strength", measures.strengths(layer))):
        frame = measures.distribution(layer, of)
        for side, values in per_side.items():
            rows = frame[frame.side == side]
            assert rows["count"].sum() == values.size
            assert rows["ccdf"].tolist() == pytest.approx([(values >= v).mean() for v in rows["value"]])


def test_an_unknown_distribution():
    with pytest.raises(ValueError, match="unknown of 'colour'; known: degree, strength"):
        measures.distribution(FULL, "colour")


@settings(max_examples=30)
@given(layer=layers(max_size=6))
def test_walks_of_length_3(layer):
    adjacency = block(layer).toarray()
    n_rows = layer.shape[0]
    walks = np.linalg.matrix_power(adjacency, 3)[:n_rows, n_rows:].sum()
    found = measures.three_walks(layer)
    assert found[""].value == walks
    graph = nx.from_numpy_array(adjacency)
    paths = sum(
        len(set(nodes)) == 4 and all(graph.has_edge(*pair) for pair in itertools.pairwise(nodes))
        for nodes in itertools.product(range(n_rows), graph, graph, range(n_rows, len(graph)))
    )
    assert found["paths"].value == paths


@settings(max_examples=30)
@given(network=networks(max_layers=3, max_size=4))
def test_credit_assigned_paths_by_enumeration(network):
    found = measures.credit_paths(network)
    links = [set(zip(layer.rows.tolist(), layer.columns.tolist(), strict=True)) for layer in network.layers]
    paths = [
        path
        for path in itertools.product(*map(range, network.sizes))
        if all(pair in layer for pair, layer in zip(itertools.pairwise(path), links, strict=True))
    ]
    assert found.total == len(paths)
    assert found.log_total == (pytest.approx(math.log(len(paths)), abs=1e-12) if paths else -math.inf)
    for place, counts in enumerate(found.neurons):
        assert counts.tolist() == [sum(path[place] == v for path in paths) for v in range(counts.size)]


def test_more_paths_than_float64_counts_have_a_logarithm():
    rows, columns = np.indices((100, 100)).reshape(2, -1)
    layer = BipartiteLayer.from_links(rows, columns, np.ones(10_000), (100, 100))
    found = measures.credit_paths(LayeredNetwork([layer] * 170))
    assert found.total == math.inf
    assert found.log_total == pytest.approx(171 * math.log(100), rel=1e-12)
    share = measures.credit_assigned_paths(LayeredNetwork([layer] * 170))["largest-share"]
    assert share.note == "more paths than float64 counts"


@settings(max_examples=30)
@given(network=networks())
def test_active_neurons_are_linked(network):
    found = measures.active_neuron_share(network)
    assert found[""].value <= found["linked"].value + 1e-12


def test_percolation_threshold_and_robustness_are_those_of_the_curve():
    from netsparse.percolation import curve

    network = generate.erdos_renyi((40, 30, 5), 0.1, rng=0)
    found = measures.percolation_threshold(network, rng=3)
    order = np.random.default_rng(3).permutation(network.n_links)
    whole = curve(network, order)
    assert found["threshold"].value == whole.largest_second_moment().fraction
    assert found["R"].value == whole.R("active_links")


def test_radial_depth_of_a_power_law():
    """Rows follow a power law, and every column has one link: the tail of both begins at 2."""
    degrees = draw_tail(1500, 2.3, 1, np.random.default_rng(0))
    n_links = int(degrees.sum())
    rows = np.repeat(np.arange(1500), degrees)
    layer = BipartiteLayer.from_links(rows, np.arange(n_links), np.ones(n_links), (1500, n_links))
    fit = measures.fit_power_law(np.concatenate([layer.row_degrees, layer.column_degrees]))
    found = measures.meta_depth_radial(layer, rng=0)
    assert found.value == pytest.approx(2 * math.log(1500 + n_links) / (fit.alpha - 1))


def test_no_radial_depth_without_a_power_law():
    layer = generate.erdos_renyi((2000, 1500), 0.02, readout=0, rng=0).layers[0]
    assert measures.meta_depth_radial(layer, rng=0).note.startswith("a power law is ruled out")
    assert measures.meta_depth_radial(LAYERS["stored zeros"], rng=0).note.startswith("tail of only")


def test_core_shells():
    assert measures.meta_depth_cores(FULL).value == 1
    assert measures.meta_depth_cores(LAYERS["isolated"]).value == 1


@pytest.mark.parametrize("seed", range(3))
def test_paths_from_some_sources_estimate_those_from_all(seed):
    layer = generate.erdos_renyi((300, 200), 0.02, readout=0, rng=seed).layers[0]
    exact, estimated = measures.path_lengths(layer), measures.path_lengths(layer, sources=150, rng=seed)
    for kind, found in estimated.items():
        assert found.length == pytest.approx(exact[kind].length, rel=0.05)
        assert found.reachable == pytest.approx(exact[kind].reachable, rel=0.1)


def test_large_layers_say_that_paths_are_estimated():
    layer = generate.erdos_renyi((3000, 2500), 0.001, readout=0, rng=0).layers[0]
    assert measures.paths(layer, rng=0)["length"].note == "from 500 of 5500 neurons"
    assert measures.modularity(layer, rng=0)[""].note == "lower bound, best of 2 seeds"


def test_long_paths_are_found():
    """A chain: its diameter is far beyond the first guess of the kernel."""
    n = 60
    rows = [*range(n), *range(1, n)]
    columns = [*range(n), *range(n - 1)]
    layer = BipartiteLayer.from_links(rows, columns, np.ones(len(rows)), (n, n))
    found = measures.path_lengths(layer)["all"]
    assert found.diameter == 2 * n - 1
    assert found.length == pytest.approx((2 * n + 1) / 3)


@pytest.mark.parametrize("measure", [measures.density, measures.robins_alexander, measures.communities])
def test_only_layers_are_measured(measure):
    with pytest.raises(TypeError, match="layer must be a BipartiteLayer, got ndarray"):
        measure(np.eye(3))


@pytest.mark.parametrize("degrees", [[1.5, 2.0], [[1, 2]], [-1, 2]])
def test_degrees_are_a_list_of_whole_numbers(degrees):
    with pytest.raises(ValueError, match="degrees must be a list of whole numbers from 0 on"):
        measures.fit_power_law(degrees)

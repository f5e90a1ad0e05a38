"""Neural persistence and deep graph persistence."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from hypothesis import given, settings

from netsparse import BipartiteLayer, LayeredNetwork, measures
from tests.measures.oracle import read
from tests.measures.small import LAYERS
from tests.strategies import networks

CASES = {case["name"]: case for case in read("neural_persistence")["cases"]}
cases = pytest.mark.parametrize("case", CASES.values(), ids=CASES.keys())


def network_of(case: dict) -> LayeredNetwork:
    """Return the network of weights in torch's layout, every zero a link."""
    layers = []
    for weights in case["weights"]:
        matrix = np.array(weights).T
        rows, columns = np.indices(matrix.shape).reshape(2, -1)
        layers.append(BipartiteLayer.from_links(rows, columns, matrix.ravel(), matrix.shape))
    return LayeredNetwork(layers)


@cases
def test_neural_persistence(case):
    network = network_of(case)
    scale = max(np.abs(layer.weights).max() for layer in network.layers)
    for place, layer in enumerate(network.layers):
        found = {
            variant: measures.layer_persistence(layer, variant=variant, scale=scale)
            for variant in ("joined", "essential")
        }
        known = case["NP_per_layer"][place]
        assert found["essential"].total == pytest.approx(known["total_persistence"], abs=1e-6)
        assert found["essential"].normalised == pytest.approx(known["normalized"], abs=1e-6)
        without = case["exact_NP_normalized_without_essential_class"][place]
        assert found["joined"].normalised == pytest.approx(without, abs=1e-6)
        points = np.array(sorted(case["diagram_points_per_layer"][place], key=lambda point: point[1]))
        diagram = found["essential"].diagram
        assert diagram[diagram[:, 1] < 1] == pytest.approx(points[points[:, 1] < 1], abs=1e-6)


@cases
def test_deep_graph_persistence_as_published(case):
    network, known = network_of(case), case["DNP"]
    matrix = measures.bottleneck_matrix(network, as_published=True)
    assert matrix == pytest.approx(np.array(case["dnp_summarization_matrix"]), abs=1e-6)
    for name, rescaled in (("dnp_prev", False), ("dnp_exact", True)):
        found = measures.deep_graph_persistence(network, variant="essential", rescaled=rescaled, as_published=True)
        assert found.total == pytest.approx(known[name], abs=1e-6)
        assert found.normalised == pytest.approx(known[f"{name}_norm"], abs=1e-6)


@cases
def test_best_paths_of_absolute_weights(case):
    (known,) = [value for name, value in case.items() if name.startswith("abs_summarization_matrix")]
    assert measures.bottleneck_matrix(network_of(case)) == pytest.approx(np.array(known), abs=1e-6)


@settings(max_examples=30)
@given(network=networks(max_layers=3, max_size=4))
def test_best_paths_by_enumeration(network):
    found = measures.bottleneck_matrix(network)
    largest = max(np.abs(layer.weights).max(initial=0) for layer in network.layers)
    links = [
        {(i, j): abs(w) for i, j, w in zip(layer.rows, layer.columns, layer.weights, strict=True)}
        for layer in network.layers
    ]
    expected = np.full(found.shape, -1.0)
    for path in itertools.product(*map(range, network.sizes)):
        steps = [link.get(ends) for link, ends in zip(links, itertools.pairwise(path), strict=True)]
        if None not in steps:
            width = min(steps) / largest if largest else 0.0
            expected[path[0], path[-1]] = max(expected[path[0], path[-1]], width)
    assert found == pytest.approx(expected)


def test_a_single_layer_is_its_own_best_paths():
    layer = LAYERS["stored zeros"]
    assert measures.deep_graph_persistence(layer).total == pytest.approx(measures.layer_persistence(layer).total)
    matrix = measures.bottleneck_matrix(layer)
    assert matrix[layer.rows, layer.columns] == pytest.approx(np.abs(layer.weights) / np.abs(layer.weights).max())
    assert (matrix >= 0).sum() == layer.n_links


def test_the_variants_differ_by_the_components():
    layer = LAYERS["disconnected"]
    forest, joined, essential = (
        measures.layer_persistence(layer, variant=variant).total ** 2 for variant in ("forest", "joined", "essential")
    )
    components = 4  # two blocks, an isolated row and an isolated column
    assert (joined - forest, essential - forest) == (pytest.approx(components - 1), pytest.approx(components))


def test_an_unknown_variant_lists_the_known_ones():
    with pytest.raises(ValueError, match="unknown variant 'best'; known: essential, forest, joined"):
        measures.layer_persistence(LAYERS["square"], variant="best")

"""Each control keeps what its name says and changes the rest."""

from __future__ import annotations

import itertools
from collections import Counter

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import netsparse as ns
from analysis.robustness.controls import CONTROLS, common_distribution, permuted_weights, random_topology, randomised
from netsparse import BipartiteLayer
from tests.strategies import layers, networks


@pytest.fixture(scope="module")
def network() -> ns.LayeredNetwork:
    return ns.generate.erdos_renyi((60, 80, 70, 5), 0.1, rng=0)


def sizes(layer: BipartiteLayer) -> np.ndarray:
    return np.sort(np.abs(layer.weights))


@given(layers(), st.integers(0, 1000))
def test_degrees_and_the_weights_of_a_row_stay(layer, seed):
    other = randomised(layer, rng=np.random.default_rng(seed))
    assert np.array_equal(other.row_degrees, layer.row_degrees)
    assert np.array_equal(other.column_degrees, layer.column_degrees)
    assert np.array_equal(other.bias, layer.bias)
    for start, end in itertools.pairwise(layer.indptr):
        assert Counter(other.weights[start:end].tolist()) == Counter(layer.weights[start:end].tolist())


def test_a_large_layer_is_thoroughly_randomised(network):
    layer = network.layers[1]
    other = randomised(layer, rng=np.random.default_rng(0))
    mine, yours = (set(zip(own.rows.tolist(), own.columns.tolist(), strict=True)) for own in (layer, other))
    assert len(mine & yours) / len(mine) < 0.2  # 10 % would be shared by chance


def test_all_layers_of_given_degrees_are_drawn_equally_often():
    # three rows and columns of degree one: six permutations
    rng = np.random.default_rng(0)
    layer = BipartiteLayer.from_links([0, 1, 2], [0, 1, 2], [1.0, 2.0, 3.0], shape=(3, 3))
    drawn = Counter(tuple(randomised(layer, rng=rng).columns.tolist()) for _ in range(1200))
    assert set(drawn) == set(itertools.permutations(range(3)))
    assert all(abs(count - 200) < 70 for count in drawn.values())  # five standard deviations


@given(networks())
def test_the_common_distribution_keeps_topology_signs_and_ranks(network):
    other = common_distribution(network, rng=np.random.default_rng(0))
    for old, new in zip(network.sparse_layers, other.sparse_layers, strict=True):
        assert new.same_topology(old)
        moved = old.weights != 0
        assert np.array_equal(np.sign(new.weights[moved]), np.sign(old.weights[moved]))
        order = np.argsort(np.abs(old.weights), kind="stable")
        assert (np.diff(np.abs(new.weights)[order]) >= 0).all()


def test_networks_of_any_weights_get_the_same_distribution(network):
    rng = np.random.default_rng(0)
    skewed = network.with_layers(layer.with_weights(layer.weights**3) for layer in network.layers)
    for one, other in zip(
        common_distribution(network, rng=rng).sparse_layers,
        common_distribution(skewed, rng=rng).sparse_layers,
        strict=True,
    ):
        assert sizes(one) / sizes(one).mean() == pytest.approx(sizes(other) / sizes(other).mean(), rel=1e-4)


def test_the_common_distribution_is_exponential_and_keeps_the_mean(network):
    for old, new in zip(network.sparse_layers, common_distribution(network, rng=None).sparse_layers, strict=True):
        assert sizes(new).mean() == pytest.approx(sizes(old).mean(), rel=0.01)
        assert np.median(sizes(new)) / sizes(new).mean() == pytest.approx(np.log(2), rel=0.03)


def test_permuted_weights_keep_topology_and_weights(network):
    other = permuted_weights(network, rng=np.random.default_rng(0))
    for old, new in zip(network.sparse_layers, other.sparse_layers, strict=True):
        assert new.same_topology(old) and not np.array_equal(new.weights, old.weights)
        assert np.array_equal(np.sort(new.weights), np.sort(old.weights))


@pytest.mark.parametrize("name", CONTROLS)
def test_the_readout_is_left_alone_and_links_are_conserved(network, name):
    other = CONTROLS[name](network, rng=np.random.default_rng(0))
    assert other.layers[-1] == network.layers[-1] and other != network
    assert [layer.n_links for layer in other.layers] == [layer.n_links for layer in network.layers]


def test_a_random_topology_has_other_links(network):
    other = random_topology(network, rng=np.random.default_rng(0))
    assert not any(new.same_topology(old) for old, new in zip(network.sparse_layers, other.sparse_layers, strict=True))

from __future__ import annotations

import pickle

import numpy as np
import pytest
from hypothesis import given

import netsparse as ns
from netsparse.graph.keys import layer_keys
from tests.strategies import networks

LAYER = ns.BipartiteLayer.from_links([0, 1, 1], [0, 0, 1], [1.0, 2.0, 3.0], shape=(2, 2))
WOMEN = ["Evelyn", "Laura"]


@given(networks(named=True))
def test_names_survive_what_makes_a_network_of_another(network):
    names = network.names
    assert pickle.loads(pickle.dumps(network)) == network
    assert network.with_layers(layer.with_weights(layer.weights * 2) for layer in network.layers).names == names
    assert network.with_layers(layer.without_links(range(layer.n_links)) for layer in network.layers).names == names
    assert network.thaw().names == names
    cleaned, _ = ns.percolation.remove_disconnected(network)
    assert cleaned.names == names
    kept = network.compact()
    for before, after in zip(names, kept.names, strict=True):
        assert after is None if before is None else set(after) <= set(before)


def test_names_survive_rewiring_and_training():
    network = ns.generate.erdos_renyi((12, 9, 8, 3), 0.4, rng=0).with_names([None, None, None, ["cat", "dog", "cow"]])
    rewired, _ = ns.rewire.update(network, zeta=0.5, regrowth="random", rng=0)
    assert rewired.names == network.names
    assert layer_keys(rewired.layers[1]).tolist() != layer_keys(network.layers[1]).tolist()
    for backend in ("sparse", "masked"):
        trained = ns.nn.engine(network, backend)
        x, y = np.random.default_rng(0).normal(size=(6, 12)).astype(np.float32), np.arange(6) % 3
        trained.run_epoch(x, y, np.arange(6))
        assert trained.network().names == network.names


def test_names_are_part_of_what_is_equal():
    named = LAYER.with_names(WOMEN)
    assert named != LAYER
    assert named.with_names() == LAYER
    assert hash(named) == hash(LAYER)
    assert (named.row_names, named.column_names) == (("Evelyn", "Laura"), None)
    assert named.to_frame().row_name.tolist() == ["Evelyn", "Laura", "Laura"]


def test_neighbours_share_the_names_of_their_common_neurons():
    one, other = LAYER.with_names(columns=["a", "b"]), LAYER.with_names(columns=["x", "y"])
    network = ns.LayeredNetwork([one, other])
    assert network.names == (None, ("a", "b"), ("x", "y"))
    assert network.layers[1].row_names == ("a", "b")
    with pytest.raises(ValueError, match="layer 0 calls a neuron 'a', layer 1 calls it 'c'"):
        ns.LayeredNetwork([one, other.with_names(["c", "d"])])


@pytest.mark.parametrize(
    ("names", "error", "words"),
    [
        (["a", "a"], ValueError, "rows must be different, 'a' is there twice"),
        (["a"], ValueError, "rows must be 2, one each, got 1"),
        (["a", 1], TypeError, "rows must be texts, got 1"),
        ("ab", TypeError, "rows must be a sequence of texts"),
        (["a", ""], ValueError, "rows must be readable, '' is empty"),
        (["a", "b "], ValueError, "rows must be readable, 'b ' has blanks at an end"),
        (["a", "b\0"], ValueError, r"rows must be readable, 'b\\x00' holds control characters"),
    ],
)
def test_bad_names_are_refused(names, error, words):
    with pytest.raises(error, match=words):
        LAYER.with_names(names)
    with pytest.raises(ValueError, match="names must be 2 sequences, one a neuron layer, got 1"):
        ns.LayeredNetwork([LAYER]).with_names([None])

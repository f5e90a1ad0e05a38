"""What is frozen in a layer: one mark, that whatever makes a layer of a layer carries along."""

from __future__ import annotations

import copy
import pickle

import networkx
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import netsparse as ns
from netsparse import BipartiteLayer, LayeredNetwork
from netsparse.files.format import Format
from netsparse.graph import files
from netsparse.graph.graphml import read_graphml
from netsparse.rewire.merge import with_links
from tests.strategies import layers, networks

seeds = st.integers(0, 2**32 - 1)


def partly_frozen(layer: BipartiteLayer, seed: int) -> BipartiteLayer:
    rng = np.random.default_rng(seed)
    links, biases = (np.flatnonzero(rng.random(size) < 0.4) for size in (layer.n_links, layer.shape[1]))
    return layer.freeze(links=links, biases=biases)


def frozen_network(network: LayeredNetwork, seed: int) -> LayeredNetwork:
    return network.with_layers(partly_frozen(layer, seed + k) for k, layer in enumerate(network.layers))


def frozen_pairs(layer: BipartiteLayer) -> set[tuple[int, int]]:
    marks = np.zeros(layer.n_links, bool) if layer.frozen_links is None else layer.frozen_links
    return set(zip(layer.rows[marks].tolist(), layer.columns[marks].tolist(), strict=True))


@given(layers(), seeds)
def test_links_keep_their_mark_when_others_go_or_come(layer, seed):
    layer, rng = partly_frozen(layer, seed), np.random.default_rng(seed)
    gone = np.flatnonzero(rng.random(layer.n_links) < 0.5)
    left = layer.without_links(gone)
    places = list(zip(layer.rows.tolist(), layer.columns.tolist(), strict=True))
    assert frozen_pairs(left) == frozen_pairs(layer) - {places[k] for k in gone}
    back, _ = with_links(left, layer.rows[gone], layer.columns[gone], layer.weights[gone])
    assert frozen_pairs(back) == frozen_pairs(left)
    assert frozen_pairs(layer.with_weights(layer.weights * 2)) == frozen_pairs(layer)
    for other in (left, back):
        assert np.array_equal(other.frozen_biases, layer.frozen_biases)
    assert np.array_equal(layer.free_links, [k for k, place in enumerate(places) if place not in frozen_pairs(layer)])


@given(layers(), seeds)
def test_equality_copies_and_thawing(layer, seed):
    frozen = partly_frozen(layer, seed)
    assert (frozen == layer) == (not frozen.has_frozen)
    assert frozen.thaw() == layer
    assert frozen.freeze() == frozen
    for same in (pickle.loads(pickle.dumps(frozen)), copy.deepcopy(frozen)):
        assert same == frozen
    given_at_once = BipartiteLayer(layer.biadjacency, layer.bias, frozen.frozen_links, frozen.frozen_biases)
    assert given_at_once == frozen
    assert hash(given_at_once) == hash(frozen)


def test_no_marks_are_kept_where_nothing_is_frozen():
    layer = BipartiteLayer.from_links([0, 1], [0, 1], [1.0, 2.0], (2, 2))
    assert layer.frozen_links is None
    assert layer.frozen_biases is None
    assert BipartiteLayer(layer.biadjacency, frozen_links=[False, False]).frozen_links is None
    assert layer.freeze(links=[1]).without_links([1]).frozen_links is None
    frozen = layer.freeze(links=[1])
    assert repr(frozen) == "BipartiteLayer(2 x 2, 2 links, density 0.5, float64, 1 frozen)"
    with pytest.raises(ValueError, match="read-only"):
        frozen.frozen_links[0] = True


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda layer: layer.freeze(links=[3]), "links must be from 0 to 1"),
        (lambda layer: layer.freeze(biases=[0.5]), "biases must be whole numbers"),
        (lambda layer: layer.freeze(links=[True, False]), "links must be whole numbers"),
        (lambda layer: BipartiteLayer(layer.biadjacency, frozen_links=[1, 0]), "frozen_links must be true or false"),
        (
            lambda layer: BipartiteLayer(layer.biadjacency, frozen_biases=[True]),
            r"must have shape \(2,\)",
        ),
    ],
)
def test_marks_that_do_not_fit(make, message):
    with pytest.raises((ValueError, TypeError), match=message):
        make(BipartiteLayer.from_links([0, 1], [0, 1], [1.0, 2.0], (2, 2)))


@given(networks(), seeds)
def test_files_keep_what_is_frozen_and_older_versions_read_networks_without(tmp_path_factory, network, seed):
    path = tmp_path_factory.mktemp("frozen") / "network.npz"
    frozen = frozen_network(network, seed)
    frozen.save(path)
    assert ns.load(path) == frozen
    assert frozen.thaw() == network
    old = Format("network", 1)
    if any(layer.has_frozen for layer in frozen.layers):
        with pytest.raises(ns.errors.FileFormatError, match="newer format"):
            old.check(files.to_arrays(frozen), path)
    else:
        old.check(files.to_arrays(frozen), path)


@given(networks(), seeds)
def test_a_compact_network_keeps_what_is_frozen(network, seed):
    frozen = frozen_network(network, seed)
    compact = frozen.compact()
    assert [layer.n_links for layer in compact.layers] == [layer.n_links for layer in frozen.layers]
    for layer, small in zip(frozen.layers, compact.layers, strict=True):
        assert np.array_equal(layer.frozen_links, small.frozen_links)
    assert compact.thaw() == network.compact()
    last = frozen.layers[-1], compact.layers[-1]
    assert np.array_equal(*(layer.frozen_biases for layer in last))


def test_damaged_marks_are_refused(tmp_path):
    network = frozen_network(ns.generate.erdos_renyi((5, 4), 0.6, readout=0, rng=0), 1)
    arrays = files.to_arrays(network)
    for marks in (np.ones(3, bool), np.ones(12, int), np.ones((12, 1), bool)):
        with pytest.raises(ns.errors.FileFormatError, match="frozen_links"):
            files.from_arrays(arrays | {"layer0_frozen_links": marks}, tmp_path / "network.npz")


@given(networks(), seeds)
def test_graph_libraries_and_their_files_keep_what_is_frozen(tmp_path_factory, network, seed):
    frozen = frozen_network(network, seed)
    path = tmp_path_factory.mktemp("frozen") / "network.graphml"
    networkx.write_graphml(frozen.to_networkx(), path)
    assert read_graphml(path) == frozen
    assert LayeredNetwork.from_networkx(frozen.to_networkx()) == frozen
    assert LayeredNetwork.from_igraph(frozen.to_igraph()) == frozen
    layer = frozen.layers[0]
    assert BipartiteLayer.from_networkx(layer.to_networkx()) == layer
    assert BipartiteLayer.from_igraph(layer.to_igraph()) == layer
    attributes = set().union(*(values for *_, values in network.to_networkx().edges(data=True)))
    assert attributes <= {"weight"}


def test_graphs_that_say_nonsense_about_what_is_frozen():
    graph = ns.generate.erdos_renyi((3, 2), 1, readout=0, rng=0).to_networkx()
    graph.edges[0, 3]["frozen"] = 2
    with pytest.raises(ValueError, match="the link from node 0 to node 3 has frozen 2, which is neither"):
        LayeredNetwork.from_networkx(graph)
    graph.edges[0, 3]["frozen"], graph.nodes[1]["frozen"] = "1", True
    with pytest.raises(ValueError, match="node 1 is frozen, but neurons of the first layer have no bias"):
        LayeredNetwork.from_networkx(graph)

"""One topology update: exact counts, survivors untouched, a record that a plain recount confirms."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from netsparse import BipartiteLayer, LayeredNetwork, generate, percolation, rewire

METHODS = sorted(name for name in rewire.REGROWTH if not rewire.REGROWTH.entry(name).needs)


@st.composite
def networks(draw):
    """Small networks with random biases and some links of weight exactly 0.0, a readout or none."""
    sizes = draw(st.lists(st.integers(2, 14), min_size=3, max_size=5))
    density = draw(st.floats(0.3, 1))
    readout = draw(st.integers(0, 1))
    dtype = draw(st.sampled_from([np.float32, np.float64]))
    rng = np.random.default_rng(draw(st.integers(0, 2**32)))
    network = generate.erdos_renyi(sizes, density, readout=readout, dtype=dtype, rng=rng)
    return network.with_layers(with_zeros_and_biases(layer, rng) for layer in network.layers)


def with_zeros_and_biases(layer: BipartiteLayer, rng: np.random.Generator) -> BipartiteLayer:
    weights = np.where(rng.random(layer.n_links) < 0.2, 0, layer.weights).astype(layer.dtype)
    return layer.with_weights(weights, rng.normal(size=layer.shape[1]))


def links(layer: BipartiteLayer) -> dict[tuple[int, int], float]:
    return dict(zip(zip(layer.rows.tolist(), layer.columns.tolist(), strict=True), layer.weights.tolist(), strict=True))


def link_list(layer: BipartiteLayer) -> list[tuple[int, int]]:
    return list(links(layer))


@settings(max_examples=150)
@given(
    network=networks(),
    zeta=st.floats(0, 1),
    regrowth=st.sampled_from(METHODS),
    clean=st.booleans(),
    seed=st.integers(0, 2**32),
)
def test_counts_survivors_and_record(network, zeta, regrowth, clean, seed):
    rewired, update = rewire.update(network, zeta, regrowth=regrowth, remove_disconnected=clean, rng=seed)
    assert rewired.sizes == network.sizes
    assert (rewired.readout, rewired.activation, rewired.dtype) == (network.readout, network.activation, network.dtype)
    for index, (old, new, record) in enumerate(zip(network.layers, rewired.layers, update.layers, strict=True)):
        assert new.n_links == old.n_links
        before, after = link_list(old), link_list(new)
        kept = [before[k] for k in record.kept_from]
        assert kept == [after[k] for k in record.kept_to]
        np.testing.assert_array_equal(old.weights[record.kept_from], new.weights[record.kept_to])
        assert (np.diff(record.kept_from) > 0).all()
        assert (np.diff(record.kept_to) > 0).all()
        fresh = set(after) - set(kept)
        assert record.grown == len(fresh) == record.removed + record.disconnected
        assert record.overlap == len(fresh & set(before))
        is_sparse = index < len(network.sparse_layers)
        assert record.removed == (math.floor(zeta * old.n_links + 1e-9) if is_sparse else 0)
        if not is_sparse:
            assert new.same_topology(old)
        if not clean:
            assert record.disconnected == 0
            assert not record.bias_cleared.any()
            np.testing.assert_array_equal(new.bias, old.bias)
        assert not new.bias[record.bias_cleared].any()


@settings(max_examples=60)
@given(network=networks(), zeta=st.floats(0.05, 0.9), seed=st.integers(0, 2**32))
def test_the_smallest_weights_go(network, zeta, seed):
    _, update = rewire.update(network, zeta, regrowth="random", remove_disconnected=False, rng=seed)
    for layer, record in zip(network.sparse_layers, update.layers, strict=False):
        sizes = np.abs(layer.weights)
        kept = sizes[record.kept_from]
        gone = np.delete(sizes, record.kept_from)
        assert gone.size == record.removed
        if gone.size and kept.size:
            assert gone.max() <= kept.min()


def test_disconnected_stage_keeps_the_function_and_matches_percolation():
    network = generate.erdos_renyi((20, 30, 30, 4), 0.06, dtype=np.float64, rng=2)
    rng = np.random.default_rng(0)
    network = network.with_layers(with_zeros_and_biases(layer, rng) for layer in network.layers)
    cleaned, report = percolation.remove_disconnected(network)
    rewired, update = rewire.update(network, 0, regrowth="random", rng=1)
    assert sum(report.links_removed) > 0
    # Taking the grown links out again leaves exactly the cleaned network, which computes what the old one did.
    stripped = rewired.with_layers(
        BipartiteLayer.from_links(
            layer.rows[record.kept_to],
            layer.columns[record.kept_to],
            layer.weights[record.kept_to],
            layer.shape,
            layer.bias,
        )
        for layer, record in zip(rewired.layers, update.layers, strict=True)
    )
    assert stripped == cleaned
    inputs = rng.normal(size=(50, 20))
    np.testing.assert_allclose(stripped.forward(inputs), network.forward(inputs), atol=1e-12)
    assert tuple(record.disconnected for record in update.layers) == report.links_removed
    for record, cleared in zip(update.layers, report.bias_cleared, strict=True):
        np.testing.assert_array_equal(record.bias_cleared, cleared)


def test_ties_at_the_cut_go_at_random_and_exactly():
    layer = BipartiteLayer.from_links(np.repeat(np.arange(4), 5), np.tile(np.arange(5), 4), np.zeros(20), (4, 5))
    network = LayeredNetwork([layer])
    gone = np.zeros(20)
    for seed in range(300):
        _, update = rewire.update(network, 0.29, regrowth="random", remove_disconnected=False, rng=seed)
        assert update.layers[0].removed == 5  # floor(5.8)
        gone[np.setdiff1d(np.arange(20), update.layers[0].kept_from)] += 1
    assert ((gone - 75) ** 2 / 75).sum() < 43.8  # 19 degrees of freedom, p = 0.001


@pytest.mark.parametrize(("zeta", "links_gone"), [(0.29, 29), (0.07, 7), (0.295, 29), (1, 100), (0, 0)])
def test_the_count_is_the_floor_of_the_number_meant(zeta, links_gone):
    network = generate.erdos_renyi((20, 10), 0.5, readout=0, rng=0)
    _, update = rewire.update(network, zeta, regrowth="random", remove_disconnected=False, rng=0)
    assert update.layers[0].removed == links_gone


@pytest.mark.parametrize("regrowth", METHODS)
def test_a_full_layer_gets_its_own_links_back(regrowth):
    network = generate.erdos_renyi((6, 5, 3), 1, rng=0)
    rewired, update = rewire.update(network, 0.5, regrowth=regrowth, rng=0)
    assert rewired.layers[0].same_topology(network.layers[0])
    assert update.layers[0].overlap == update.layers[0].grown == 15
    assert rewired.layers[0] != network.layers[0]  # the weights are new


@pytest.mark.parametrize("regrowth", METHODS)
def test_zeta_one_replaces_every_link(regrowth):
    network = generate.erdos_renyi((30, 30, 4), 0.1, rng=0)
    rewired, update = rewire.update(network, 1, regrowth=regrowth, rng=0)
    assert update.layers[0].kept_from.size == 0
    assert rewired.layers[0].n_links == 90


@pytest.mark.parametrize("regrowth", METHODS)
def test_same_seed_same_network(regrowth):
    network = generate.erdos_renyi((30, 40, 40, 5), 0.1, rng=0)
    once, again, other = (rewire.update(network, 0.3, regrowth=regrowth, rng=seed)[0] for seed in (5, 5, 6))
    assert once == again
    assert once != other


@pytest.mark.parametrize("regrowth", sorted(set(METHODS) - {"random"}))
def test_links_grow_where_the_rule_says(regrowth):
    """Of 13 non-links only (1, 1) closes a path of length 3, 1 - 0 - 0 - 1."""
    layer = BipartiteLayer.from_links([0, 0, 1, 3], [0, 1, 0, 3], [1.0, 1.0, 1.0, 0.01], (4, 4))
    rewired, _ = rewire.update(LayeredNetwork([layer]), 0.25, regrowth=regrowth, remove_disconnected=False, rng=0)
    assert link_list(rewired.layers[0]) == [(0, 0), (0, 1), (1, 0), (1, 1)]


def test_new_weights_follow_the_named_rule():
    network = generate.erdos_renyi((200, 200, 5), 0.1, rng=0)
    for name, fan_in in (("kaiming", 200), ("swi", 20)):
        rewired, update = rewire.update(network, 0.5, regrowth="random", weights=name, rng=1)
        fresh = np.delete(rewired.layers[0].weights, update.layers[0].kept_to)
        assert fresh.std() == pytest.approx(np.sqrt(2 / fan_in), rel=0.1)


def test_relabelled_neurons_are_removed_alike():
    """Which links go, and which are lost with disconnected neurons, does not depend on the order of neurons."""
    network = generate.erdos_renyi((15, 20, 20, 3), 0.08, rng=4)
    rng = np.random.default_rng(0)
    orders = [rng.permutation(size) for size in network.sizes]
    relabelled = network.with_layers(
        BipartiteLayer(layer.biadjacency[earlier][:, later], layer.bias[later])
        for layer, earlier, later in zip(network.layers, orders[:-1], orders[1:], strict=True)
    )
    updates = [rewire.update(each, 0.4, regrowth="random", rng=0)[1] for each in (network, relabelled)]
    for index, (layer, other) in enumerate(zip(network.layers, relabelled.layers, strict=True)):
        kept, kept_other = (update.layers[index].kept_from for update in updates)
        assert set(layer.weights[kept].tolist()) == set(other.weights[kept_other].tolist())
        counts = [(u.layers[index].removed, u.layers[index].disconnected) for u in updates]
        assert counts[0] == counts[1]


def test_frame_and_seconds():
    network = generate.erdos_renyi((30, 40, 40, 5), 0.05, rng=0)
    _, update = rewire.update(network, 0.3, regrowth="random", rng=0)
    frame = update.frame()
    assert list(frame.layer) == [0, 1, 2]
    assert (frame.kept + frame.removed + frame.disconnected == [layer.n_links for layer in network.layers]).all()
    assert (frame.grown == frame.removed + frame.disconnected).all()
    assert list(update.seconds) == ["removal", "disconnected", "regrowth", "weights"]
    assert all(value >= 0 for value in update.seconds.values())


@pytest.mark.parametrize("zeta", [-0.1, 1.1, float("nan"), float("inf")])
def test_impossible_zeta(zeta):
    with pytest.raises(ValueError, match="zeta must be finite and at least 0 and at most 1"):
        rewire.update(generate.erdos_renyi((4, 4, 2), 0.5, rng=0), zeta)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"removal": "biggest"}, "unknown removal 'biggest'; known: betweenness, .* magnitude, .* reverse-weight"),
        ({"regrowth": "rigl"}, "unknown regrowth 'rigl'; known: ch1-l3, ch2-l3, ch2-l3n, ch3-l3"),
        ({"weights": "xavier"}, "unknown initial weights 'xavier'; known: kaiming, swi"),
    ],
)
def test_unknown_names_list_the_known_ones(arguments, message):
    with pytest.raises(ValueError, match=message):
        rewire.update(generate.erdos_renyi((4, 4, 2), 0.5, rng=0), **arguments)


def test_not_a_network():
    with pytest.raises(FileNotFoundError, match="net"):
        rewire.update("net")

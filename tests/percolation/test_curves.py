from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import netsparse as ns
from netsparse import BipartiteLayer, LayeredNetwork, importance, percolation
from netsparse.percolation.components import component_curves
from netsparse.percolation.order import Ranks, rank
from netsparse.percolation.survivors import path_lives
from tests.percolation.plain import state_after
from tests.tiny import small_network

seeds = st.integers(0, 2**32 - 1)
ALL = ("paths", "components", "pairs")


def total(network, kind):
    return network.n_links if kind == "links" else sum(network.sizes)


def partial_order(network, kind, rng):
    """Return all ids, or some of them, or none, in random order."""
    n = total(network, kind)
    return rng.permutation(n)[: rng.choice([n, rng.integers(0, n + 1)])]


@pytest.mark.parametrize("kind", ["links", "neurons"])
@pytest.mark.parametrize("block", range(10))
def test_equals_recomputation_at_every_step(kind, block):
    for seed in range(20 * block, 20 * (block + 1)):
        network = small_network(seed, max_readout=2)
        order = partial_order(network, kind, np.random.default_rng(seed))
        curve = percolation.curve(network, order, kind=kind, quantities=ALL)
        assert curve.n_removals == order.size
        for k in range(order.size + 1):
            expected = state_after(network, order[:k], kind)
            assert curve.active_neurons[k].tolist() == expected["active_neurons"]
            assert curve.active_links[k] == expected["active_links"]
            assert curve.outputs_reached[k] == expected["active_neurons"][-1]
            assert curve.largest_component[k] == expected["largest_component"]
            assert curve.second_moment[k] == pytest.approx(expected["second_moment"], abs=1e-12)
            assert curve.connected_pairs[k] == expected["connected_pairs"]
            assert curve.connected_pairs_error[k] == 0


def without(network, order, kind):
    """Return the network without some ids, through the public constructors."""
    removed = np.zeros(total(network, kind), dtype=bool)
    removed[order] = True
    sizes = [layer.n_links for layer in network.layers] if kind == "links" else network.sizes
    parts = np.split(removed, np.cumsum(sizes)[:-1])
    layers = []
    for index, layer in enumerate(network.layers):
        gone = parts[index] if kind == "links" else parts[index][layer.rows] | parts[index + 1][layer.columns]
        links = (layer.rows[~gone], layer.columns[~gone], layer.weights[~gone])
        layers.append(BipartiteLayer.from_links(*links, layer.shape))
    return network.with_layers(layers), parts


@pytest.mark.parametrize("kind", ["links", "neurons"])
def test_equals_igraph_and_networkx_on_a_medium_network(kind):
    import igraph
    import networkx as nx

    network = ns.generate.erdos_renyi((60, 80, 80, 5), 0.02, rng=3)
    order = np.random.default_rng(4).permutation(total(network, kind))
    curve = percolation.curve(network, order, kind=kind)
    offsets = np.cumsum([0, *network.sizes])
    for k in np.linspace(0, order.size, 25).astype(int):
        left, parts = without(network, order[:k], kind)
        edges = np.concatenate(
            [
                np.stack([layer.rows + offsets[i], layer.columns + offsets[i + 1]], axis=1)
                for i, layer in enumerate(left.layers)
            ]
        )
        gone = np.flatnonzero(np.concatenate(parts)) if kind == "neurons" else []
        undirected = igraph.Graph(n=int(offsets[-1]), edges=edges)
        undirected.delete_vertices(gone)
        sizes = np.array(undirected.connected_components().sizes() or [0])
        assert curve.largest_component[k] == sizes.max()
        assert curve.second_moment[k] == pytest.approx((sum(sizes**2) - sizes.max() ** 2) / sum(network.sizes))
        directed = nx.DiGraph()
        directed.add_nodes_from(range(offsets[-1]))
        directed.add_edges_from(edges.tolist())
        directed.add_edges_from(("in", n) for n in range(offsets[1]))
        directed.add_edges_from((int(n), "out") for n in range(offsets[-2], offsets[-1]))
        directed.remove_nodes_from(np.asarray(gone).tolist())
        active = (nx.descendants(directed, "in") & nx.ancestors(directed, "out")) - {"in", "out"}
        layer_of = np.searchsorted(offsets, sorted(active), side="right") - 1
        assert curve.active_neurons[k].tolist() == np.bincount(layer_of, minlength=4).tolist()


@given(seeds, st.sampled_from(["links", "neurons"]))
def test_lives_say_when_each_neuron_and_link_leaves_the_paths(seed, kind):
    network = small_network(seed)
    rng = np.random.default_rng(seed)
    order = partial_order(network, kind, rng)
    lives = percolation.survival(network, order, kind=kind)
    k = rng.integers(0, order.size + 1)
    left, parts = without(network, order[:k], kind)
    active = percolation.active_neurons(left)
    for index, (life, on) in enumerate(zip(lives.neurons, active, strict=True)):
        there = ~parts[index] if kind == "neurons" else True  # a removed neuron is not active by itself
        np.testing.assert_array_equal(life >= k, on & there)
    for index, layer in enumerate(left.layers):
        on_path = active[index][layer.rows] & active[index + 1][layer.columns]
        assert (lives.links[index] >= k).sum() == on_path.sum()


@given(seeds, st.sampled_from(["links", "neurons"]))
def test_curves_never_rise(seed, kind):
    network = small_network(seed, largest=12)
    order = partial_order(network, kind, np.random.default_rng(seed))
    curve = percolation.curve(network, order, kind=kind, quantities=ALL)
    for name in ("active", "active_links", "outputs_reached", "largest_component", "connected_pairs"):
        assert (np.diff(curve.columns()[name]) <= 0).all()


@given(seeds)
def test_relabelling_neurons_changes_no_curve(seed):
    network = small_network(seed, largest=8)
    rng = np.random.default_rng(seed)
    labels = [rng.permutation(size) for size in network.sizes]
    layers, new_id, offset = [], [], 0
    for index, old in enumerate(network.layers):
        tagged = BipartiteLayer.from_links(
            labels[index][old.rows], labels[index + 1][old.columns], np.arange(old.n_links), old.shape
        )
        layers.append(tagged)
        new_id.append(np.argsort(tagged.weights) + offset)
        offset += old.n_links
    order = rng.permutation(network.n_links)
    before = percolation.curve(network, order, quantities=ALL)
    relabelled = LayeredNetwork(layers, network.readout)
    after = percolation.curve(relabelled, np.concatenate(new_id)[order], quantities=ALL)
    for name, values in before.columns().items():
        np.testing.assert_allclose(after.columns()[name], values, err_msg=name)


def chain():
    """Two inputs, two hidden neurons, one output; links 0: 0-0, 1: 1-1, 2 and 3 to the output."""
    first = BipartiteLayer.from_links([0, 1], [0, 1], [1.0, 1.0], shape=(2, 2))
    second = BipartiteLayer.from_links([0, 1], [0, 0], [1.0, 1.0], shape=(2, 1))
    return LayeredNetwork([first, second])


def test_scalars_by_hand():
    curve = percolation.curve(chain(), [0, 1, 2, 3])  # active: 5, 3, 0, 0, 0
    assert curve.columns()["active"].tolist() == [5, 3, 0, 0, 0]
    assert curve.R() == pytest.approx(0.6 / 4)
    assert curve.area() == pytest.approx((1.6 / 2 + 0.6 / 2) / 4)
    assert curve.half_height() == 0.5
    assert curve.vanishing_point() == curve.vanishing_point("active") == 0.5
    assert np.isnan(curve.vanishing_point("largest_component"))
    steepest = curve.steepest(window=0.25)
    assert steepest.fraction == pytest.approx(0.375)  # the middle of the second removal
    assert steepest.value == pytest.approx(-0.6 / 0.25)
    assert curve.largest_component.tolist() == [5, 4, 3, 2, 1]
    np.testing.assert_allclose(curve.second_moment, [0, 1 / 5, 2 / 5, 3 / 5, 4 / 5])
    assert curve.largest_second_moment() == (1.0, 0.8)


def test_frame_has_a_row_per_removal():
    frame = percolation.curve(chain(), [0, 2], quantities=ALL).frame()
    assert frame.removed.tolist() == [0, 1, 2]
    assert frame.fraction.tolist() == [0, 0.5, 1]
    assert list(frame.columns[2:]) == [
        "active", "active_0", "active_1", "active_2", "active_links", "outputs_reached",
        "largest_component", "second_moment", "connected_pairs", "connected_pairs_error",
    ]  # fmt: skip
    assert (frame.active == frame.active_0 + frame.active_1 + frame.active_2).all()
    assert not frame.isna().any().any()


def test_only_what_is_asked_for():
    curve = percolation.curve(chain(), [0], quantities="components")
    assert curve.active_neurons is None
    assert list(curve.columns()) == ["largest_component", "second_moment"]
    with pytest.raises(ValueError, match="unknown quantity 'active'; known: largest_component"):
        curve.R()
    with pytest.raises(ValueError, match="no second moment"):
        percolation.curve(chain(), [0], quantities="paths").largest_second_moment()


def test_summary_lists_the_falling_quantities():
    summary = percolation.curve(chain(), [0, 1, 2, 3], quantities=ALL).summary().set_index("quantity")
    assert summary.loc["active", "R"] == pytest.approx(0.15)
    assert summary.loc["connected_pairs", "intact"] == 2
    assert summary.loc["active_links", "vanishes"] == 0.5
    assert summary.loc["largest_component", "critical"] == 1
    assert summary["critical"].notna().sum() == 1
    assert "second_moment" not in summary.index


def test_a_dead_network_has_no_relative_curve():
    empty = BipartiteLayer.from_links([], [], np.zeros(0), shape=(2, 2))
    curve = percolation.curve(LayeredNetwork([empty]), [0, 1], kind="neurons")
    assert np.isnan([curve.R(), curve.area(), curve.half_height(), *curve.steepest()]).all()
    assert curve.largest_component.tolist() == [1, 1, 1]


def test_an_empty_order_is_the_intact_state():
    curve = percolation.curve(chain(), [])
    assert len(curve.frame()) == 1
    assert curve.frame().active.tolist() == [5]
    assert np.isnan(curve.R())


@pytest.mark.parametrize("kind", ["links", "neurons"])
def test_ranks_of_64_bits_give_the_same_curves(kind):
    """As they are where a network has more than 2^31 links or neurons."""
    network = ns.generate.erdos_renyi((60, 80, 5), 0.05, rng=0)
    order = np.random.default_rng(1).permutation(total(network, kind))
    ranks = rank(network, order, kind)
    wide = Ranks(*([part.astype(np.int64) for part in parts] for parts in (ranks.links, ranks.neurons)), order.size)
    assert {part.dtype.itemsize for part in ranks.links + ranks.neurons} == {4}
    for function in (component_curves, path_lives):
        for own, other in zip(function(network, ranks), function(network, wide), strict=True):
            np.testing.assert_array_equal(np.concatenate(own, axis=None), np.concatenate(other, axis=None))


def test_removing_every_neuron_leaves_nothing():
    curve = percolation.curve(chain(), [4, 3, 2, 1, 0], kind="neurons")
    assert curve.largest_component.tolist() == [5, 2, 2, 1, 1, 0]
    assert curve.second_moment[-1] == 0


@pytest.mark.parametrize(
    ("order", "error", "message"),
    [
        ([0, 1, 0], ValueError, "order names id 0 2 times"),
        ([0, 4], ValueError, r"order\[1\] is 4, but ids of links go from 0 to 3"),
        ([-1], ValueError, r"order\[0\] is -1"),
        ([0, 1, 2, 3, 3], ValueError, "order has 5 entries, but the network has 4 links"),
        ([[0, 1]], ValueError, r"one-dimensional, got shape \(1, 2\)"),
        ([0.0, 1.0], TypeError, "order must hold integers, ids of links, got dtype float64"),
        ([0, np.nan], TypeError, "got dtype float64"),
        ([True, False], TypeError, "got dtype bool"),
        (["a"], TypeError, "got dtype <U1"),
    ],
)
def test_refuses_bad_orders(order, error, message):
    for function in (percolation.curve, percolation.survival):
        with pytest.raises(error, match=message):
            function(chain(), order)


def test_refuses_unknown_names():
    with pytest.raises(ValueError, match="unknown kind 'nodes'; known: links, neurons"):
        percolation.curve(chain(), [0], kind="nodes")
    with pytest.raises(ValueError, match="unknown quantity 'loops'; known: components, pairs, paths"):
        percolation.curve(chain(), [0], quantities=["loops"])
    with pytest.raises(ValueError, match="max_terminals must be at least 2"):
        percolation.curve(chain(), [0], max_terminals=1)


def test_sampled_pairs_agree_with_all_of_them():
    network = ns.generate.erdos_renyi((90, 100, 120), 0.02, readout=0, rng=1)
    order = np.random.default_rng(2).permutation(network.n_links)
    exact = percolation.curve(network, order, quantities="pairs")
    assert not exact.connected_pairs_error.any()
    ks = np.linspace(0, order.size // 2, 20).astype(int)
    deviations = []
    for seed in range(40):
        sample = percolation.curve(network, order, quantities="pairs", max_terminals=30, rng=seed)
        deviations.append((sample.connected_pairs - exact.connected_pairs)[ks] / sample.connected_pairs_error[ks])
    deviations = np.array(deviations)
    assert abs(deviations.mean()) < 0.3  # 40 unbiased samples: standard deviation of the mean about 0.16
    assert 0.7 < np.sqrt((deviations**2).mean()) < 1.4  # the stated error is the actual one


def test_sampled_pairs_repeat_with_the_seed():
    network = ns.generate.erdos_renyi((40, 30, 50), 0.05, readout=0, rng=1)
    order = np.arange(network.n_links)
    first, second = (percolation.curve(network, order, quantities="pairs", max_terminals=10, rng=7) for _ in range(2))
    np.testing.assert_array_equal(first.connected_pairs, second.connected_pairs)


def test_giant_component_appears_where_theory_puts_it():
    r"""A random bipartite layer of mean degrees c_r, c_c percolates at a kept fraction p = 1 / sqrt(c_r c_c)."""
    layer = ns.generate.erdos_renyi((40_000, 60_000), 120_000 / (40_000 * 60_000), readout=0, rng=5)
    order = np.random.default_rng(6).permutation(layer.n_links)
    curve = percolation.curve(layer, order, quantities="components")
    expected = 1 - 1 / np.sqrt(120_000 / 40_000 * 120_000 / 60_000)
    assert curve.largest_second_moment().fraction == pytest.approx(expected, abs=0.01)
    below = round((expected + 0.05) * order.size)  # 5 % beyond the threshold only small components are left
    above = round((expected - 0.05) * order.size)
    assert curve.largest_component[below] < 0.01 * 100_000 < 0.1 * 100_000 < curve.largest_component[above]


def test_a_layer_is_the_network_of_this_layer():
    layer = BipartiteLayer.from_links([0, 0, 1], [0, 1, 1], [1.0, 3.0, 2.0], shape=(2, 2))
    order = importance.link_order(layer, "weight")
    assert order.tolist() == [1, 2, 0]
    expected = percolation.curve(LayeredNetwork([layer]), order).frame()
    assert percolation.curve(layer, order).frame().equals(expected)
    assert importance.neuron_order(layer, "degree", inputs=True, rng=0).size == 2

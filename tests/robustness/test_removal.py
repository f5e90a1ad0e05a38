from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from netsparse import generate, robustness
from netsparse.robustness import ATTACKS
from netsparse.robustness.curves import REMOVE
from netsparse.robustness.targets import share
from tests.robustness.small import links_of
from tests.strategies import networks
from tests.tiny import TINY

LINK_REMOVALS = [name for name, attack in ATTACKS.items() if attack.kind == "links"]
NEURON_REMOVALS = [name for name, attack in ATTACKS.items() if attack.kind == "neurons"]


@given(st.floats(0, 1), st.integers(0, 40))
def test_a_share_is_the_nearest_count(fraction, n):
    count = share(fraction, n)
    assert 0 <= count <= n
    assert abs(count - fraction * n) <= 0.5 + 1e-9
    assert (share(0, n), share(1, n)) == (0, n)


@given(networks(), st.floats(0, 1), st.sampled_from(LINK_REMOVALS), st.booleans())
def test_every_attacked_layer_loses_its_exact_share(network, strength, name, readout):
    attacked = ATTACKS[name].function(network, strength, readout=readout, rng=0)
    for index, (old, new) in enumerate(zip(network.layers, attacked.layers, strict=True)):
        is_attacked = readout or index < len(network.sparse_layers)
        assert old.n_links - new.n_links == (share(strength, old.n_links) if is_attacked else 0)
        kept = dict(zip(zip(old.rows, old.columns, strict=True), old.weights, strict=True))
        for row, column, weight in zip(new.rows, new.columns, new.weights, strict=True):
            assert kept[row, column] == weight
        assert np.array_equal(new.bias, old.bias)


@given(networks(), st.floats(0, 1), st.floats(0, 1), st.sampled_from(LINK_REMOVALS + NEURON_REMOVALS))
def test_states_are_nested(network, one, other, name):
    weaker, stronger = sorted((one, other))
    few = links_of(ATTACKS[name].function(network, weaker, rng=3))
    many = links_of(ATTACKS[name].function(network, stronger, rng=3))
    assert all(left <= more for left, more in zip(many, few, strict=True))


@given(networks(), st.floats(0, 1), st.sampled_from(LINK_REMOVALS + NEURON_REMOVALS))
def test_a_state_is_the_start_of_the_attack_s_order(network, strength, name):
    """The curve takes its states and its percolation quantities from the order: they must be the same states."""
    attack = ATTACKS[name]
    order = attack.order(network, readout=False, rng=5)
    n_removed = attack.count(network, strength)
    assert REMOVE[attack.kind](network, order[:n_removed]) == attack.function(network, strength, rng=5)


def test_weight_order_takes_the_largest_and_reverse_order_the_smallest():
    network = generate.erdos_renyi((30, 40, 5), density=0.5, dtype=np.float64, rng=0)
    sizes = np.sort(np.abs(network.layers[0].weights))
    largest_gone = robustness.prune_links(network, 0.3, "weight").layers[0]
    smallest_gone = robustness.prune_links(network, 0.3, "reverse-weight").layers[0]
    assert np.array_equal(np.sort(np.abs(largest_gone.weights)), sizes[:420])
    assert np.array_equal(np.sort(np.abs(smallest_gone.weights)), sizes[180:])


def test_random_pruning_is_uniform():
    network = generate.erdos_renyi((8, 8, 2), density=0.5, rng=0)
    counts = np.zeros(32)
    pairs = list(zip(network.layers[0].rows, network.layers[0].columns, strict=True))
    for seed in range(400):
        left = links_of(robustness.prune_links(network, 0.5, rng=seed))[0]
        counts += [pair in left for pair in pairs]
    assert counts.sum() == 16 * 400
    assert np.abs(counts - 200).max() < 5 * np.sqrt(400 * 0.25)  # five standard deviations


def test_a_stored_zero_is_removed_like_any_link():
    zeros = TINY["stored zeros"]
    assert robustness.prune_links(zeros, 0.5, "weight", rng=0).layers[0].n_links == 2


def test_full_strength_leaves_no_link():
    network = TINY["float32"]
    assert [part.n_links for part in robustness.prune_links(network, 1).layers] == [0, 0, 15]
    assert robustness.prune_links(network, 1, readout=True).n_links == 0
    assert robustness.remove_neurons(network, 1).n_links == 0


@given(networks(max_layers=4), st.floats(0, 1), st.sampled_from(NEURON_REMOVALS))
def test_exactly_their_share_of_the_hidden_neurons_goes(network, strength, name):
    attack = ATTACKS[name]
    order = attack.order(network, readout=False, rng=0)
    gone = set(order[: attack.count(network, strength)].tolist())
    attacked = attack.function(network, strength, rng=0)
    starts = np.concatenate([[0], np.cumsum(network.sizes)])
    for index in range(len(network.sizes)):
        of_layer = {neuron - starts[index] for neuron in gone if starts[index] <= neuron < starts[index + 1]}
        hidden = 0 < index < len(network.sizes) - 1
        assert len(of_layer) == (share(strength, network.sizes[index]) if hidden else 0)
    expected = [
        {(u, v) for u, v in links if starts[i] + u not in gone and starts[i + 1] + v not in gone}
        for i, links in enumerate(links_of(network))
    ]
    assert links_of(attacked) == expected
    for i, (old, new) in enumerate(zip(network.layers, attacked.layers, strict=True)):
        assert new.bias.tolist() == [0 if starts[i + 1] + v in gone else b for v, b in enumerate(old.bias)]


def test_the_hub_goes_first_when_neurons_go_by_degree():
    network = generate.erdos_renyi((20, 30, 4), density=0.2, rng=0)
    degrees = network.layers[0].column_degrees
    left = robustness.remove_neurons(network, 3 / 30, "degree", rng=0).layers[0].column_degrees
    gone = np.flatnonzero((left == 0) & (degrees > 0))
    assert sorted(degrees[gone]) == sorted(degrees)[-3:]


def test_an_order_of_one_s_own():
    network = TINY["float32"]
    attack = robustness.in_order([40, 0, 1], name="mine")
    attacked = attack.function(network, 2 / 3)
    first, last = network.layers[0], network.layers[-1]
    assert attacked.n_links == network.n_links - 2
    assert attacked.layers[0].n_links == first.n_links - 1
    assert attacked.layers[-1].n_links == last.n_links - 1  # id 40 lies in the readout: it was asked for
    neurons = robustness.in_order([6], "neurons")
    assert neurons.function(network, 1).layers[0].column_degrees[0] == 0


@pytest.mark.parametrize(
    ("order", "error"),
    [
        ([0, 1, 0], "names id 0 2 times"),
        ([0, 10_000], "10000"),
        ([-1], "-1"),
        (np.arange(50).repeat(50), "2500 entries"),
        ([[0, 1]], "one-dimensional"),
    ],
)
def test_bad_orders_are_refused(order, error):
    attack = robustness.in_order(order)
    with pytest.raises(ValueError, match=error):
        attack.function(TINY["float32"], 0.5)


def test_an_order_of_an_unknown_kind():
    with pytest.raises(ValueError, match="unknown kind 'weights'; known: links, neurons"):
        robustness.in_order([0], "weights")


def test_an_unknown_importance():
    with pytest.raises(ValueError, match="unknown importance of links 'colour'"):
        robustness.prune_links(TINY["float32"], 0.5, "colour")


def test_a_network_without_hidden_neurons_has_none_to_lose():
    alone = TINY["readout only"]
    assert robustness.remove_neurons(alone, 1) == alone
    assert robustness.remove_neurons(TINY["one link"], 1) == TINY["one link"]

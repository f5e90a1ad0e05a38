from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from netsparse import BipartiteLayer, LayeredNetwork, generate, robustness
from netsparse.robustness.targets import share
from netsparse.robustness.weights import weight_bins
from tests.strategies import networks
from tests.tiny import layer


def weights_of(network: LayeredNetwork) -> list[np.ndarray]:
    return [part.weights for part in network.layers]


@pytest.fixture(scope="module")
def large() -> LayeredNetwork:
    return generate.erdos_renyi((200, 300, 10), density=0.5, dtype=np.float64, rng=0)


@given(st.lists(st.floats(-10, 10), min_size=1, max_size=30), st.sampled_from([0.05, 0.1, 0.25, 0.3, 1 / 3, 0.7, 1.0]))
def test_bins_are_as_defined(weights, width):
    weights = np.array(weights)
    bins = weight_bins(weights, width)
    span = weights.max() - weights.min()
    n_bins = -(-1 // width) if width != 1 / 3 else 3
    for weight, place in zip(weights, bins, strict=True):
        if span == 0:
            assert place == 0
            continue
        low, high = place * width, (place + 1) * width
        position = (weight - weights.min()) / span
        assert low <= position + 1e-12
        assert position < high + 1e-12 or place == n_bins - 1
    assert bins.max() <= n_bins - 1


def test_the_last_bin_is_closed_and_the_others_are_not():
    assert weight_bins(np.array([0, 0.25, 0.5, 0.75, 1.0]), 0.25).tolist() == [0, 1, 2, 3, 3]
    assert weight_bins(np.array([0, 0.3, 0.6, 0.9, 1.0]), 0.3).tolist()[-1] == 3  # a narrow bin of its own
    assert weight_bins(np.array([-1.0, 1.0]), 1.0).tolist() == [0, 0]


@given(networks(), st.floats(0.01, 1), st.booleans())
def test_shuffling_keeps_the_multiset_of_every_bin(network, width, readout):
    shuffled = robustness.shuffle_weights(network, width, readout=readout, rng=1)
    for index, (old, new) in enumerate(zip(weights_of(network), weights_of(shuffled), strict=True)):
        if not readout and index >= len(network.sparse_layers):
            assert np.array_equal(old, new)
        elif old.size:
            bins = weight_bins(old, width)
            for place in np.unique(bins):
                assert sorted(old[bins == place]) == sorted(new[bins == place])


def test_shuffling_moves_a_weight_by_less_than_a_bin_and_most_of_them(large):
    old, new = large.layers[0].weights, robustness.shuffle_weights(large, 0.1, rng=0).layers[0].weights
    assert np.abs(old - new).max() <= 0.1 * np.ptp(old)
    assert (old != new).mean() > 0.95


def test_full_shuffling_is_a_uniform_permutation(large):
    old, new = large.layers[0].weights, robustness.shuffle_weights(large, 1, rng=0).layers[0].weights
    assert abs(np.corrcoef(old, new)[0, 1]) < 5 / np.sqrt(old.size)
    three = LayeredNetwork([layer([[1, 1, 1]], [1.0, 2.0, 3.0])])
    seen = [tuple(robustness.shuffle_weights(three, 1, rng=seed).layers[0].weights) for seed in range(600)]
    counts = np.unique(seen, axis=0, return_counts=True)[1]
    assert counts.size == 6
    assert counts.min() > 60


def test_noise_has_the_stated_deviation(large):
    for strength in (0.1, 1.0, 4.0):
        noise = robustness.add_weight_noise(large, strength, rng=0).layers[0].weights - large.layers[0].weights
        expected = strength * np.abs(large.layers[0].weights).mean()
        n = noise.size
        assert abs(noise.std() / expected - 1) < 5 / np.sqrt(2 * n)
        assert abs(noise.mean()) < 5 * expected / np.sqrt(n)
        assert abs(np.mean(np.abs(noise) < expected) - 0.6827) < 5 * 0.466 / np.sqrt(n)  # Gaussian


def test_noise_only_grows_with_its_strength(large):
    def noise(strength):
        return robustness.add_weight_noise(large, strength, rng=7).layers[0].weights - large.layers[0].weights

    assert np.allclose(noise(2.0), 4 * noise(0.5), atol=1e-12)


def test_noise_of_each_layer_is_scaled_by_its_own_weights():
    small, big = layer(np.ones((40, 50)), np.full(2000, 0.01)), layer(np.ones((50, 40)), np.full(2000, 10.0))
    first, second = weights_of(robustness.add_weight_noise(LayeredNetwork([small, big]), 1.0, rng=0))
    assert 0.009 < first.std() < 0.011
    assert 9 < second.std() < 11


@given(networks(), st.floats(0, 1))
def test_exactly_a_share_of_the_signs_flips(network, strength):
    flipped = robustness.flip_signs(network, strength, readout=True, rng=0)
    for old, new in zip(weights_of(network), weights_of(flipped), strict=True):
        changed = np.signbit(old) != np.signbit(new)
        assert np.array_equal(np.abs(old), np.abs(new))
        assert changed.sum() == share(strength, old.size)


def test_all_signs_flip_at_full_strength(large):
    for old, new in zip(weights_of(large), weights_of(robustness.flip_signs(large, 1, readout=True)), strict=True):
        assert np.array_equal(new, -old)


def quantised(layer: BipartiteLayer, bits: int) -> np.ndarray:
    return robustness.quantise_weights(LayeredNetwork([layer]), bits).layers[0].weights


@pytest.mark.parametrize("bits", range(1, 9))
def test_quantised_weights_are_odd_multiples_of_one_half_step(large, bits):
    old = large.layers[0].weights
    new = quantised(large.layers[0], bits)
    half_step = np.abs(new).min()
    multiples = np.abs(new) / half_step
    assert np.allclose(multiples, np.round(multiples))
    assert np.all(np.round(multiples) % 2 == 1)
    assert multiples.max() <= 2**bits - 1 + 1e-9
    assert np.array_equal(new < 0, old < 0)
    inside = np.abs(old) < half_step * 2**bits
    assert np.abs(new - old)[inside].max() <= half_step * (1 + 1e-9)  # to the nearest
    assert np.unique(new).size <= 2**bits


@pytest.mark.parametrize("bits", [1, 2, 3, 4])
@pytest.mark.parametrize("shape", ["normal", "heavy tails", "one outlier", "two sizes", "equal"])
def test_the_half_step_has_the_least_squared_error(bits, shape):
    """Against a fine search of all half-steps, for weights with and without outliers."""
    rng = np.random.default_rng(3)
    weights = {
        "normal": rng.normal(size=400),
        "heavy tails": rng.standard_t(1.5, size=400),
        "one outlier": np.append(rng.normal(size=399), 500.0),
        "two sizes": rng.choice([-1.0, 1.0, 0.05], size=400),
        "equal": np.full(400, -0.3),
    }[shape]
    error = ((quantised(layer(np.ones((1, 400)), weights), bits) - weights) ** 2).sum()
    highest = 2**bits - 1
    sizes = np.abs(weights)
    errors = [
        ((sizes - h * np.minimum(2 * np.floor(sizes / (2 * h)) + 1, highest)) ** 2).sum()
        for h in np.geomspace(sizes.max() / highest / 2000, sizes.max(), 4000)
    ]
    assert error <= min(errors) * 1.01 + 1e-20


@pytest.mark.parametrize("scale", [1e-300, 1e300])
def test_weights_of_any_size_are_quantised_alike(scale):
    one = layer([[1, 1, 1]], [0.25, -1.5, 3.0])
    assert np.allclose(quantised(one.with_weights(one.weights * scale), 2) / scale, quantised(one, 2), rtol=1e-12)


def test_every_bit_more_brings_the_weights_closer(large):
    old = large.layers[0].weights
    errors = [((quantised(large.layers[0], bits) - old) ** 2).sum() for bits in range(1, 13)]
    assert all(more < 0.5 * less for less, more in zip(errors, errors[1:], strict=False))


def test_one_bit_is_the_sign(large):
    old = large.layers[0].weights
    assert np.array_equal(quantised(large.layers[0], 1), np.sign(old) * np.abs(old).mean())


def test_sixteen_bits_change_next_to_nothing(large):
    old, new = large.layers[0].weights, quantised(large.layers[0], 16)
    assert np.abs(new - old).max() < 2e-5 * np.abs(old).max()


def test_a_link_of_weight_zero_stays_a_link():
    new = robustness.quantise_weights(LayeredNetwork([layer([[1, 1, 1]], [1.0, 0.0, -1.0])]), 2).layers[0]
    assert new.n_links == 3
    assert (new.weights != 0).all()
    empty = LayeredNetwork([layer([[1, 1]], [0.0, 0.0])])
    assert robustness.quantise_weights(empty, 2) == empty


def test_fractions_of_bits_are_refused(large):
    with pytest.raises(TypeError, match="whole"):
        robustness.quantise_weights(large, 2.5)

"""Erdős-Rényi networks: exact counts, a dense readout, the stated weights, one clear error each."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from netsparse.generate import WEIGHTS, draw_weights, erdos_renyi

PAPER = (784, 1000, 1000, 1000, 10)


@settings(max_examples=50)
@given(
    sizes=st.lists(st.integers(1, 30), min_size=2, max_size=5),
    density=st.floats(0.02, 1),
    readout=st.integers(0, 4),
    seed=st.integers(0, 2**32),
)
def test_link_counts_are_exact(sizes, density, readout, seed):
    shapes = list(zip(sizes[:-1], sizes[1:], strict=True))
    readout = min(readout, len(shapes))
    expected = [round(density * rows * columns) for rows, columns in shapes[: len(shapes) - readout]]
    if 0 in expected:
        with pytest.raises(ValueError, match=f"gives layer {expected.index(0)} .* no link"):
            erdos_renyi(sizes, density, readout=readout, rng=seed)
        return
    network = erdos_renyi(sizes, density, readout=readout, rng=seed)
    assert network.sizes == tuple(sizes)
    assert [layer.n_links for layer in network.sparse_layers] == expected
    assert all(layer.density == 1 for layer in network.layers[len(expected) :])
    assert network.readout == readout


@pytest.mark.parametrize("rule", sorted(set(WEIGHTS) - {"zero"}))
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_weights_have_the_stated_deviation(rule, dtype):
    network = erdos_renyi(PAPER, 0.01, weights=rule, dtype=dtype, rng=0)
    assert network.dtype == dtype
    for layer in network.layers:
        fan_in = layer.shape[0] * (layer.density if rule == "swi" else 1)
        assert layer.weights.std() == pytest.approx(np.sqrt(2 / fan_in), rel=0.05)
        assert abs(layer.weights.mean()) < 5 * np.sqrt(2 / fan_in / layer.n_links)
        assert not layer.bias.any()


def test_seed_decides_topology_and_weights_in_both_dtypes():
    single, again = (erdos_renyi(PAPER, 0.01, rng=7) for _ in range(2))
    double = erdos_renyi(PAPER, 0.01, dtype=np.float64, rng=7)
    assert single == again
    assert single != erdos_renyi(PAPER, 0.01, rng=8)
    for a, b in zip(single.layers, double.layers, strict=True):
        assert a.same_topology(b)
        np.testing.assert_array_equal(a.weights, b.weights.astype(np.float32))


@pytest.mark.parametrize("density", [0, -0.1, float("nan"), float("inf"), 1.0001])
def test_impossible_density(density):
    with pytest.raises(ValueError, match="density must be finite and above 0 and at most 1"):
        erdos_renyi((10, 10, 3), density)


@pytest.mark.parametrize(
    ("sizes", "arguments", "error", "message"),
    [
        ((10,), {}, ValueError, "at least two neuron layers"),
        ((10, 0, 3), {}, ValueError, "size of neuron layer 1 must be at least 1"),
        ((10, 2.5, 3), {}, TypeError, "size of neuron layer 1 must be a whole number"),
        ((10, 5, 3), {"readout": 3}, ValueError, "readout is 3, but 3 sizes make 2 layers"),
        ((10, 5, 3), {"weights": "he"}, ValueError, "unknown initial weights 'he'; known: kaiming, swi"),
        ((10, 5, 3), {"dtype": np.int64}, ValueError, "dtype must be float32 or float64"),
        ((10, 5, 3), {"activation": "step"}, ValueError, "unknown activation 'step'"),
    ],
)
def test_bad_input(sizes, arguments, error, message):
    with pytest.raises(error, match=message):
        erdos_renyi(sizes, 0.5, rng=0, **arguments)


def test_unknown_weights():
    with pytest.raises(ValueError, match="unknown initial weights 'xavier'; known: kaiming, swi"):
        draw_weights("xavier", 3, (2, 2), 0.5)

"""Gradients, loss, optimiser and the fused loop against plain loops."""

import math
import threading

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from netsparse.kernels import backward as vector_backward
from netsparse.kernels import forward as vector_forward
from netsparse.kernels import plain_backward, plain_forward
from netsparse.kernels.activation import CODES
from netsparse.kernels.choice import KINDS, using
from netsparse.kernels.dag import chain
from netsparse.kernels.gate import meet
from netsparse.kernels.loss import cross_entropy
from netsparse.kernels.sgd import descend
from netsparse.nn import engine
from tests.kernels import oracle
from tests.strategies import networks

some_networks = st.sampled_from(sorted(CODES)).flatmap(lambda name: networks(activation=name))
seeds = st.integers(0, 2**32 - 1)


def batch_for(network, n, seed):
    rng = np.random.default_rng(seed)
    return rng.normal(size=(n, network.sizes[0])), rng.integers(0, network.sizes[-1], n)


def mean_gradients(network, x, y):
    """Mean loss, and gradients by link and by neuron, over a batch."""
    each = [oracle.gradients(network, sample, label) for sample, label in zip(x, y, strict=True)]
    by_link = np.mean([np.concatenate(links) for _, links, _, _ in each], axis=0)
    by_bias = np.mean([np.concatenate(biases) for _, _, biases, _ in each], axis=0)
    return np.mean([loss for loss, *_ in each]), by_link, by_bias


PASSES = {
    "vector": (vector_forward.forward, vector_backward.backward),
    "plain": (plain_forward.forward, plain_backward.backward),
}


@pytest.mark.parametrize("kind", KINDS)
@given(some_networks, st.integers(1, 9), seeds, st.booleans())
def test_backward_is_the_plain_loop(kind, network, n, seed, want_inputs):
    forward, backward = PASSES[kind]
    x, y = batch_for(network, n, seed)
    _, by_link, by_bias = mean_gradients(network, x, y)
    links = chain([layer.biadjacency for layer in network.layers])
    weights = np.concatenate([layer.weights for layer in network.layers])
    n_inputs, n_outputs = network.sizes[0], network.sizes[-1]
    biases = np.concatenate([np.zeros(n_inputs), *(layer.bias for layer in network.layers)])
    shape = n_inputs, n_outputs, CODES[network.activation], n
    signals = np.full((sum(network.sizes), vector_forward.columns_for(n) + 2), np.nan)
    deltas = np.full_like(signals, np.nan)
    signals[:n_inputs, :n] = x.T
    forward(links, weights, biases, signals, *shape)
    cross_entropy(signals[-n_outputs:], y, 1 / n, deltas[-n_outputs:], n)
    link_gradient, neuron_gradient = np.ones(weights.size), np.ones(biases.size)
    backward(links, weights, signals, deltas, link_gradient, neuron_gradient, *shape, 0 if want_inputs else n_inputs)
    np.testing.assert_allclose(link_gradient - 1, by_link, rtol=1e-9, atol=1e-12)
    np.testing.assert_allclose(neuron_gradient[n_inputs:] - 1, by_bias, rtol=1e-9, atol=1e-12)
    assert (neuron_gradient[:n_inputs] == 1).all()
    if want_inputs:
        expected = [oracle.gradients(network, *pair)[3] for pair in zip(x, y, strict=True)]
        np.testing.assert_allclose(n * deltas[:n_inputs, :n].T, expected, rtol=1e-9, atol=1e-12)
    else:
        assert np.isnan(deltas[:n_inputs]).all()


@given(st.integers(1, 6), st.integers(1, 5), seeds, st.sampled_from([1.0, 1000.0]))
def test_cross_entropy_is_the_plain_loop_also_for_huge_scores(n_classes, n, seed, size):
    rng = np.random.default_rng(seed)
    scores, labels = size * rng.normal(size=(n_classes, n)), rng.integers(0, n_classes, n)
    deltas = np.empty_like(scores)
    loss = cross_entropy(scores, labels, 0.25, deltas, n)
    each = [oracle.cross_entropy(scores[:, j].tolist(), labels[j]) for j in range(n)]
    assert loss == pytest.approx(sum(value for value, _ in each), rel=1e-12, abs=1e-12)
    np.testing.assert_allclose(deltas.T, [[0.25 * g for g in gradient] for _, gradient in each], atol=1e-14)


@pytest.mark.parametrize("bad", [np.nan, np.inf])
@pytest.mark.parametrize("where", [0, 1])
def test_a_nan_or_infinite_score_gives_a_nan_loss(bad, where):
    scores = np.zeros((2, 1))
    scores[where] = bad
    assert math.isnan(cross_entropy(scores, np.array([0]), 1.0, np.empty_like(scores), 1))


@given(st.integers(0, 40), st.integers(1, 3), seeds)
def test_descend_is_the_plain_rule_on_the_sum_of_the_shares(n, workers, seed):
    rng = np.random.default_rng(seed)
    values, velocities = rng.normal(size=(2, n))
    gradients = rng.normal(size=(workers, n))
    rule = [oracle.descend(values[i], velocities[i], gradients[:, i].sum(), 0.1, 0.9, 0.01) for i in range(n)]
    shares = gradients.copy()
    descend(values, velocities, gradients, 0.1, 0.9, 0.01)
    np.testing.assert_allclose(np.array([values, velocities]).T, np.reshape(rule, (-1, 2)), rtol=1e-12, atol=1e-14)
    assert np.array_equal(gradients, shares)  # other workers are still reading them


@pytest.mark.parametrize("kind", KINDS)
@given(some_networks, st.integers(1, 12), st.integers(1, 13), st.integers(1, 3), seeds)
def test_the_fused_loop_is_the_plain_loop(kind, network, n, batch_size, threads, seed):
    """Three epochs, with partial batches, empty rows and columns, full layers, more workers than samples."""
    x, y = batch_for(network, n, seed)
    options = {"lr": 0.02, "momentum": 0.8, "weight_decay": 0.01}
    with using(kind):
        trainer = engine(network, "sparse", batch_size=batch_size, threads=threads, **options)
    plain, rng = PlainTrainer(network), np.random.default_rng(seed)
    for _ in range(3):
        order = rng.permutation(n)
        expected = plain.epoch(x, y, order, batch_size)
        assert trainer.run_epoch(x, y, order) == pytest.approx(expected, rel=1e-9, abs=1e-12)
    state = trainer.state()
    for name, values in (
        ("weights", plain.weights), ("biases", plain.biases),
        ("weight_velocities", plain.weight_velocities), ("bias_velocities", plain.bias_velocities),
    ):  # fmt: skip
        np.testing.assert_allclose(state[name], values, rtol=1e-8, atol=1e-10)


class PlainTrainer:
    """Stochastic gradient descent over the oracle's gradients."""

    def __init__(self, network):
        self.network = network
        self.weights = np.concatenate([layer.weights for layer in network.layers])
        self.biases = np.concatenate([layer.bias for layer in network.layers])
        self.weight_velocities, self.bias_velocities = np.zeros(self.weights.size), np.zeros(self.biases.size)

    def epoch(self, x, y, order, batch_size):
        losses = 0.0
        for first in range(0, len(order), batch_size):
            chosen = order[first : first + batch_size]
            loss, by_link, by_bias = mean_gradients(self.network, x[chosen], y[chosen])
            losses += loss * len(chosen)
            self.weights, self.weight_velocities = oracle.descend(
                self.weights, self.weight_velocities, by_link, 0.02, 0.8, 0.01
            )
            self.biases, self.bias_velocities = oracle.descend(
                self.biases, self.bias_velocities, by_bias, 0.02, 0.8, 0.01
            )
            self._rebuild()
        return losses / len(order)

    def _rebuild(self):
        layers = self.network.layers
        weights = np.split(self.weights, np.cumsum([layer.n_links for layer in layers])[:-1])
        biases = np.split(self.biases, np.cumsum([layer.shape[1] for layer in layers])[:-1])
        pairs = zip(layers, weights, biases, strict=True)
        self.network = self.network.with_layers(layer.with_weights(w, b) for layer, w, b in pairs)


def test_nobody_leaves_the_gate_before_all_have_arrived():
    workers, meetings = 3, 200
    arrivals, log = np.zeros(1, np.int64), []

    def work(worker):
        for meeting in range(1, meetings + 1):
            log.append(meeting)
            meet(arrivals, workers, meeting)

    threads = [threading.Thread(target=work, args=(worker,)) for worker in range(workers)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    assert arrivals[0] == workers * meetings
    assert log == sorted(log)  # all write m before any writes m + 1

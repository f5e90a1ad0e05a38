"""Samples: whether they fit a network, and its loss and accuracy on them."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from scipy.special import logsumexp

from netsparse import LayeredNetwork, generate
from netsparse.datasets import Dataset, Samples, check_fits, evaluate
from netsparse.datasets.evaluation import cross_entropies
from tests.robustness.small import trained
from tests.tiny import images

NETWORK = generate.erdos_renyi((6, 7, 5, 3), density=0.4, rng=0)


def test_loss_and_accuracy_are_those_of_torch():
    network, samples = trained()
    loss, accuracy = evaluate(network, samples)
    logits = torch.from_numpy(network.forward(samples.x).astype(np.float64))
    labels = torch.from_numpy(samples.y.copy())
    assert np.isclose(loss, torch.nn.functional.cross_entropy(logits, labels).item())
    assert accuracy == (logits.argmax(1) == labels).double().mean().item()


def test_cross_entropies_are_those_of_scipy_at_any_size_of_the_outputs():
    rng = np.random.default_rng(0)
    logits = rng.normal(size=(500, 10)) * 10.0 ** rng.integers(-3, 5, size=(500, 1))
    labels = rng.integers(10, size=500)
    np.testing.assert_allclose(
        cross_entropies(logits, labels), logsumexp(logits, axis=1) - logits[np.arange(500), labels], atol=1e-9
    )


def test_outputs_that_overflow_have_no_loss():
    assert np.isnan(cross_entropies(np.array([[np.inf, 0.0]]), np.array([0])))
    assert cross_entropies(np.array([[-np.inf, 0.0]]), np.array([0])) == np.inf


def test_standardised_data_mean_their_test_samples_and_pairs_themselves():
    data = Dataset("two", np.eye(2), [0, 1], np.eye(2)[::-1], [1, 1]).standardised()
    samples = Samples.of(data)
    assert samples.x is data.x_test and samples.y is data.y_test
    assert samples[2:] == (data.mean, data.deviation)
    assert Samples.of(samples) is samples
    assert Samples.of((data.x_test, data.y_test)).deviation == 1
    network = generate.erdos_renyi((2, 4, 2), density=0.8, rng=0)
    assert evaluate(network, data) == evaluate(network, samples) == evaluate(network, samples[:2])


def test_samples_that_fit_are_converted_once():
    samples = Samples(np.eye(6, dtype=np.int64), np.arange(6, dtype=np.int8) % 3, 0.4, 0.5).fitting(NETWORK)
    assert (samples.x.dtype, samples.y.dtype, samples.mean, samples.deviation) == (np.float32, np.int64, 0.4, 0.5)
    assert samples.fitting(NETWORK).x is samples.x
    turned = Samples(np.asfortranarray(samples.x), samples.y).fitting(NETWORK)
    assert turned.x.flags.c_contiguous


@pytest.mark.parametrize(
    ("data", "error", "words"),
    [
        ((np.zeros((5, 4)), np.zeros(5, int)), ValueError, r"shape \(samples, 6\) to fit the network, got \(5, 4\)"),
        ((np.zeros(6), np.zeros(1, int)), ValueError, r"got \(6,\)"),
        ((np.zeros((5, 6)), np.zeros(4, int)), ValueError, "one whole number per sample"),
        ((np.zeros((5, 6)), np.zeros(5)), ValueError, "one whole number per sample"),
        ((np.zeros((0, 6)), np.zeros(0, int)), ValueError, "0 samples"),
        ((np.zeros((5, 6)), np.full(5, 3)), ValueError, "labels must be 0 to 2 to fit the network, got 3 to 3"),
        ((np.zeros((5, 6)), np.full(5, -1)), ValueError, "got -1"),
        ((np.full((5, 6), np.nan), np.zeros(5, int)), ValueError, "NaN"),
        ((np.zeros((5, 6), complex), np.zeros(5, int)), TypeError, "real"),
        (np.zeros((5, 6)), TypeError, "standardised"),
        (Dataset("raw", np.eye(6), [0] * 6, np.eye(6), [0] * 6), TypeError, "standardised"),
    ],
)
def test_data_that_do_not_fit(data, error, words):
    with pytest.raises(error, match=words):
        evaluate(NETWORK, data)


def test_what_is_no_network_is_refused():
    with pytest.raises(TypeError, match=r"a network is needed: .* got int"):
        evaluate(3, images(NETWORK))


@pytest.mark.parametrize(("sizes", "words"), [((5, 3), "6 values, the network has 5 inputs"), ((6, 2), "3 classes")])
def test_a_data_set_is_told_before_any_sample_is_standardised(sizes, words):
    data = Dataset("six", np.eye(6), np.arange(6) % 3, np.eye(6), np.arange(6) % 3)
    with pytest.raises(ValueError, match=f"six does not fit the network: .*{words}"):
        check_fits(LayeredNetwork([generate.erdos_renyi(sizes, 1.0, rng=0).layers[0]]), data)
    check_fits(generate.erdos_renyi((6, 4), 1.0, rng=0), data)  # more outputs than classes

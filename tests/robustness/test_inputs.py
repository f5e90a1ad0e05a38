from __future__ import annotations

import numpy as np
import pytest

from netsparse import robustness
from netsparse.datasets import evaluate
from netsparse.graph.gradient import input_gradient
from tests.robustness.small import trained
from tests.tiny import TINY, images


def loss_of(network, x, y) -> float:
    return evaluate(network, (x, y)).loss


def loss_under(attack, strength, **options) -> float:
    network, (x, y, mean, deviation) = trained()
    moved = attack(network, x, y, strength, mean=mean, deviation=deviation, **options)
    return loss_of(network, moved, y)


def test_the_trained_network_is_worth_attacking():
    network, (x, y, *_) = trained()
    assert evaluate(network, (x, y)).accuracy > 0.9


def test_the_gradient_is_that_of_finite_differences():
    network = TINY["tanh, float64"]
    x, y, *_ = images(network, n=5)
    gradient, step = input_gradient(network, x, y), 1e-6
    for sample in range(5):
        for place in range(x.shape[1]):
            shift = step * (np.arange(x.shape[1]) == place)
            higher, lower = (loss_of(network, x[[sample]] + sign * shift, y[[sample]]) for sign in (1, -1))
            assert np.isclose(gradient[sample, place], (higher - lower) / (2 * step), atol=1e-8)


@pytest.mark.parametrize("attack", [robustness.fgsm, robustness.pgd])
@pytest.mark.parametrize("strength", [0.01, 0.1, 1.0])
def test_moves_stay_in_the_box_and_are_images(attack, strength):
    network, (x, y, mean, deviation) = trained()
    moved = attack(network, x, y, strength, mean=mean, deviation=deviation, rng=0)
    pixels, before = moved * deviation + mean, x * deviation + mean
    assert np.abs(pixels - before).max() <= strength + 1e-6
    assert pixels.min() >= -1e-6
    assert pixels.max() <= 1 + 1e-6


def test_fgsm_moves_every_pixel_whose_gradient_is_not_zero_by_the_strength():
    network, (x, y, mean, deviation) = trained()
    moved = robustness.fgsm(network, x, y, 0.05, mean=mean, deviation=deviation)
    sign = np.sign(input_gradient(network, x, y))
    expected = np.clip((x * deviation + mean) + 0.05 * sign, 0, 1)
    assert np.allclose(moved * deviation + mean, expected, atol=1e-6)


@pytest.mark.parametrize("strength", [0.02, 0.1])
def test_fgsm_raises_the_loss_and_pgd_raises_it_more(strength):
    clean = loss_under(robustness.fgsm, 0)
    fgsm, pgd = loss_under(robustness.fgsm, strength), loss_under(robustness.pgd, strength, steps=20, rng=0)
    noise = loss_under(robustness.add_input_noise, strength, rng=0)
    assert clean < fgsm <= pgd * (1 + 1e-3)
    assert noise < fgsm  # a random direction does less


def test_more_steps_of_pgd_do_not_do_less():
    assert loss_under(robustness.pgd, 0.1, steps=20, rng=0) >= 0.99 * loss_under(robustness.pgd, 0.1, steps=3, rng=0)


def test_noise_has_the_stated_deviation_in_pixel_units():
    x = np.full((300, 400), 0.0)  # grey pixels, far from the clip
    moved = robustness.add_input_noise(None, x, None, 0.05, mean=0.5, deviation=0.25, rng=0)
    noise = moved * 0.25
    assert abs(noise.std() / 0.05 - 1) < 5 / np.sqrt(2 * noise.size)
    stronger = robustness.add_input_noise(None, x, None, 0.1, mean=0.5, deviation=0.25, rng=0)
    assert np.allclose(stronger, 2 * moved)


def test_input_attacks_leave_their_inputs_alone():
    network, (x, y, mean, deviation) = trained()
    before = x.copy()
    for attack in (robustness.fgsm, robustness.pgd, robustness.add_input_noise):
        attack(network, x, y, 0.1, mean=mean, deviation=deviation, rng=0)
    assert np.array_equal(x, before)


def test_inputs_that_are_no_pixels_are_refused():
    with pytest.raises(ValueError, match=r"pixels from 0 to 1, .* reach from -3 to 2"):
        robustness.fgsm(TINY["one link"], [[-3.0], [2.0]], [0, 0], 0.1)
    with pytest.raises(ValueError, match="deviation must be finite and above 0"):
        robustness.fgsm(TINY["one link"], [[0.5]], [0], 0.1, deviation=0.0)
    with pytest.raises(ValueError, match="steps must be at least 1"):
        robustness.pgd(TINY["one link"], [[0.5]], [0], 0.1, steps=0)


def test_nan_inputs_are_refused():
    with pytest.raises(ValueError, match="pixels from 0 to 1"):
        robustness.add_input_noise(None, [[np.nan]], None, 0.1)

from __future__ import annotations

import numpy as np
import pytest

import netsparse as ns
from netsparse import percolation


def test_fit_recovers_the_law_through_noise():
    rng = np.random.default_rng(0)
    sizes = np.repeat([200, 800, 3200, 12800, 51200], 20)
    noisy = 0.4 - 1.5 * sizes ** (-1 / 3) + rng.normal(scale=0.002, size=sizes.size)
    fit = percolation.fit_threshold(sizes, noisy, errors=np.full(sizes.size, 0.002))
    assert fit.threshold == pytest.approx(0.4, abs=0.003)
    assert fit.nu == pytest.approx(3, rel=0.15)
    assert fit.residual == pytest.approx(0.002, rel=0.3)


def test_errors_weigh_the_points():
    sizes, exact = np.array([100, 200, 400, 800, 1600]), np.array([0.6, 0.55, 0.525, 0.5125, 0.50625])
    spoiled = exact.copy()
    spoiled[2] += 0.05
    errors = np.array([1e-4, 1e-4, 1e4, 1e-4, 1e-4])
    assert percolation.fit_threshold(sizes, spoiled, errors).threshold == pytest.approx(0.5, abs=1e-4)
    assert abs(percolation.fit_threshold(sizes, spoiled).threshold - 0.5) > 1e-3


@pytest.mark.parametrize(
    ("sizes", "thresholds", "message"),
    [
        ([1, 2], [0.1, 0.2], "3 unknowns need as many different sizes, got 2"),
        ([1, 2, 3], [0.1, 0.2], "of one length"),
        ([1, 2, 3], [0.1, np.nan, 0.2], "all values finite"),
        ([0, 2, 3], [0.1, 0.2, 0.3], "must be positive"),
    ],
)
def test_fit_refuses_bad_points(sizes, thresholds, message):
    with pytest.raises(ValueError, match=message):
        percolation.fit_threshold(sizes, thresholds)


def test_a_known_exponent_needs_two_sizes():
    fit = percolation.fit_threshold([8, 1000], [0.5 + 1 / 2, 0.5 + 1 / 10], nu=3)
    assert fit == pytest.approx((0.5, 1.0, 3.0, 0.0), abs=1e-12)
    with pytest.raises(ValueError, match="2 unknowns"):
        percolation.fit_threshold([8, 8], [0.5, 0.6], nu=3)
    with pytest.raises(ValueError, match="nu must be finite and above 0"):
        percolation.fit_threshold([8, 9], [0.5, 0.6], nu=0)


def scaled(p_c):
    """Return collapsed exact curves S = N^(-1/3) g((p - p_c) N^(1/3)) of three sizes, g = 1 / (1 + e^-x)."""
    p = np.linspace(0, 1, 401)
    curves = {n: (p, n ** (-1 / 3) / (1 + np.exp(-(p - 0.4) * n ** (1 / 3)))) for n in (100, 1000, 10000)}
    return percolation.collapse(curves, threshold=p_c, nu=3, beta=1)


def test_collapse_is_perfect_only_at_the_right_threshold():
    assert percolation.collapse_quality(scaled(0.4)) < 1e-4
    assert percolation.collapse_quality(scaled(0.5)) > 100 * percolation.collapse_quality(scaled(0.4))
    assert percolation.collapse_quality(scaled(0.4), width=1.0) < 1e-4


def test_collapse_refuses_what_it_cannot_compare():
    frame = percolation.collapse({100: ([0.1, 0.2], [0, 1]), 200: ([0.8, 0.9], [0, 1])}, 0.5, 3)
    with pytest.raises(ValueError, match="no two sizes overlap"):
        percolation.collapse_quality(frame)
    with pytest.raises(ValueError, match="nu must be finite and above 0"):
        percolation.collapse({}, 0.5, 0)


@pytest.mark.parametrize(
    ("curves", "message"),
    [
        ({}, "no curves"),
        ({0: ([0.1], [1])}, "size must be"),
        ({10: ([0.1, 0.2], [1])}, r"size 10 must be of one length, got shapes \(2,\) and \(1,\)"),
    ],
)
def test_collapse_refuses_bad_curves(curves, message):
    with pytest.raises(ValueError, match=message):
        percolation.collapse(curves, 0.5, 3)


def test_thresholds_of_random_layers_extrapolate_to_theory():
    """Pseudo-thresholds of N + N neurons of mean degree 4 approach a kept fraction of 1/4."""
    sizes, found = [], []
    for n in (250, 1000, 4000, 16000):
        for seed in range(-(-40_000 // n)):
            network = ns.generate.erdos_renyi((n, n), 4 / n, readout=0, rng=seed)
            order = np.random.default_rng(seed).permutation(network.n_links)
            curve = percolation.curve(network, order, quantities="components")
            sizes.append(2 * n)
            found.append(1 - curve.largest_second_moment().fraction)
    sizes, found = np.array(sizes), np.array(found)
    distinct = np.unique(sizes)
    means = [found[sizes == size].mean() for size in distinct]
    errors = [found[sizes == size].std(ddof=1) / np.sqrt((sizes == size).sum()) for size in distinct]
    assert percolation.fit_threshold(distinct, means, errors, nu=3).threshold == pytest.approx(0.25, abs=0.01)
    assert means[0] > means[-1] > 0.25  # finite networks need more

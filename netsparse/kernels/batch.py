"""A batch of samples, turned from one row a sample to one row a feature and back. Bound by memory."""

from __future__ import annotations

from numba import njit

_TILE = 64  # features: a few cache lines of each sample, so that the tile of signals stays in the L1 cache


@njit(cache=True, nogil=True)
def load_columns(samples, chosen, signals):
    """Write samples[chosen[j], i] to signals[i, j], tile by tile."""
    n_features = samples.shape[1]
    for first in range(0, n_features, _TILE):
        last = min(first + _TILE, n_features)
        for j in range(chosen.size):
            sample = samples[chosen[j]]
            for i in range(first, last):
                signals[i, j] = sample[i]


@njit(cache=True, nogil=True)
def store_columns(signals, samples):
    """Write signals[i, j] to samples[j, i], tile by tile."""
    n_samples, n_features = samples.shape
    for first in range(0, n_features, _TILE):
        last = min(first + _TILE, n_features)
        for j in range(n_samples):
            for i in range(first, last):
                samples[j, i] = signals[i, j]

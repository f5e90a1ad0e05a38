"""A batch of samples, turned from one row a sample to one row a feature and back. Bound by memory.

Squares of 8 samples and 8 features are turned in registers, so that both sides are read and written by vectors: eight
streams through the samples, and half a cache line at a time of the signals. What is left, less than 8 of either, goes
number by number.
"""

from __future__ import annotations

from netsparse.kernels.compile import compiled
from netsparse.kernels.vector import load, store, transposed


@compiled()
def load_columns(samples, chosen, signals):
    """Write samples[chosen[j], i] to signals[i, j]."""
    n_samples, n_features = chosen.size, samples.shape[1]
    for j in range(0, n_samples - 7, 8):
        c0, c1, c2, c3 = chosen[j], chosen[j + 1], chosen[j + 2], chosen[j + 3]
        c4, c5, c6, c7 = chosen[j + 4], chosen[j + 5], chosen[j + 6], chosen[j + 7]
        for i in range(0, n_features - 7, 8):
            rows = (
                load(samples, c0, i, 8), load(samples, c1, i, 8), load(samples, c2, i, 8), load(samples, c3, i, 8),
                load(samples, c4, i, 8), load(samples, c5, i, 8), load(samples, c6, i, 8), load(samples, c7, i, 8),
            )  # fmt: skip
            _store_eight(signals, i, j, transposed(rows))
    turned = n_samples - n_samples % 8
    for i in range(n_features - n_features % 8, n_features):
        for j in range(turned):
            signals[i, j] = samples[chosen[j], i]
    for j in range(turned, n_samples):
        sample = samples[chosen[j]]
        for i in range(n_features):
            signals[i, j] = sample[i]


@compiled()
def store_columns(signals, samples):
    """Write signals[i, j] to samples[j, i]."""
    n_samples, n_features = samples.shape
    for j in range(0, n_samples - 7, 8):
        for i in range(0, n_features - 7, 8):
            rows = (
                load(signals, i, j, 8), load(signals, i + 1, j, 8), load(signals, i + 2, j, 8),
                load(signals, i + 3, j, 8), load(signals, i + 4, j, 8), load(signals, i + 5, j, 8),
                load(signals, i + 6, j, 8), load(signals, i + 7, j, 8),
            )  # fmt: skip
            _store_eight(samples, j, i, transposed(rows))
    turned = n_samples - n_samples % 8
    for i in range(n_features - n_features % 8, n_features):
        for j in range(turned):
            samples[j, i] = signals[i, j]
    for j in range(turned, n_samples):
        sample = samples[j]
        for i in range(n_features):
            sample[i] = signals[i, j]


@compiled(forceinline=True)
def _store_eight(array, row, first, vectors):
    store(array, row, first, vectors[0])
    store(array, row + 1, first, vectors[1])
    store(array, row + 2, first, vectors[2])
    store(array, row + 3, first, vectors[3])
    store(array, row + 4, first, vectors[4])
    store(array, row + 5, first, vectors[5])
    store(array, row + 6, first, vectors[6])
    store(array, row + 7, first, vectors[7])

"""A batch of samples, turned from one row a sample to one row a feature. Bound by memory."""

from __future__ import annotations

from netsparse.kernels.compile import compiled

_TILE = 64  # features: a few cache lines of each sample, so that the tile of signals stays in the L1 cache


@compiled()
def load_columns(samples, chosen, signals):
    """Write samples[chosen[j], i] to signals[i, j], tile by tile."""
    n_features = samples.shape[1]
    for first in range(0, n_features, _TILE):
        last = min(first + _TILE, n_features)
        for j in range(chosen.size):
            sample = samples[chosen[j]]
            for i in range(first, last):
                signals[i, j] = sample[i]

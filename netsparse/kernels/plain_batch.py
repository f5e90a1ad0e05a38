"""What :mod:`netsparse.kernels.batch` does, by plain loops.

Eight samples are turned together: eight streams of reads or writes on one side, and half a cache line at a time on
the other, more than twice as fast as one sample after the other.
"""

from __future__ import annotations

from netsparse.kernels.compile import compiled


@compiled()
def load_columns(samples, chosen, signals):
    """Write samples[chosen[j], i] to signals[i, j]."""
    j, n_features = 0, samples.shape[1]
    while j + 8 <= chosen.size:
        s0, s1, s2, s3 = samples[chosen[j]], samples[chosen[j + 1]], samples[chosen[j + 2]], samples[chosen[j + 3]]
        s4, s5, s6, s7 = samples[chosen[j + 4]], samples[chosen[j + 5]], samples[chosen[j + 6]], samples[chosen[j + 7]]
        for i in range(n_features):
            row = signals[i]
            row[j], row[j + 1], row[j + 2], row[j + 3] = s0[i], s1[i], s2[i], s3[i]
            row[j + 4], row[j + 5], row[j + 6], row[j + 7] = s4[i], s5[i], s6[i], s7[i]
        j += 8
    for rest in range(j, chosen.size):
        sample = samples[chosen[rest]]
        for i in range(n_features):
            signals[i, rest] = sample[i]


@compiled()
def store_columns(signals, samples):
    """Write signals[i, j] to samples[j, i]."""
    j, (n_samples, n_features) = 0, samples.shape
    while j + 8 <= n_samples:
        s0, s1, s2, s3 = samples[j], samples[j + 1], samples[j + 2], samples[j + 3]
        s4, s5, s6, s7 = samples[j + 4], samples[j + 5], samples[j + 6], samples[j + 7]
        for i in range(n_features):
            row = signals[i]
            s0[i], s1[i], s2[i], s3[i] = row[j], row[j + 1], row[j + 2], row[j + 3]
            s4[i], s5[i], s6[i], s7[i] = row[j + 4], row[j + 5], row[j + 6], row[j + 7]
        j += 8
    for rest in range(j, n_samples):
        sample = samples[rest]
        for i in range(n_features):
            sample[i] = signals[i, rest]

"""Signals through a network: a gather over the in-links of one neuron after the other.

Arithmetic: 2 x links x samples operations. Signals are neurons x samples. Up to 64 samples of a neuron stay in
registers while its in-links stream by, so that a link is a multiply-add a register and nothing else. Bound by the
reads of source rows, from the L2 cache when a layer's neurons x 64 samples fit there.
"""

from __future__ import annotations

import numpy as np

from netsparse.kernels.activation import RELU, activate_samples
from netsparse.kernels.compile import compiled
from netsparse.kernels.vector import filled, load, multiply_add, prefetch, store, zero_where_negative

AHEAD = np.uint64(16)  # links between the one whose source is read and the one whose source is asked for
_FAR = 16 * 2**20  # bytes; the caches of a processor hold about as much


@compiled()
def columns_for(width):
    """Return how many columns the arrays of signals and deltas of `width` samples must have at least.

    Samples are taken 64 at a time, and the last ones 8, 32 or 64, of which some are no samples.
    """
    rest = width % 64
    return width - rest + (0 if rest == 0 else 8 if rest <= 8 else 32 if rest <= 32 else 64)


@compiled()
def repeat_last_sample(signals, width):
    """Fill the columns that are no samples, but computed with: they are then finite where the last sample is."""
    for i in range(signals.shape[0]):
        signals[i, width : columns_for(width)] = signals[i, width - 1]


@compiled(forceinline=True)
def is_far(signals):
    """Return whether the signals of all neurons are too many for the caches: then they are asked for ahead of time."""
    return signals.size * signals.itemsize > _FAR


@compiled()
def forward(links, weights, biases, signals, n_inputs, n_outputs, activation, width):
    """Fill signals[n_inputs:, :width] from signals[:n_inputs, :width]; outputs stay without activation.

    weights by link (CSR order), biases by neuron (those of inputs unused), signals (neurons, >= columns_for(width)).
    """
    shape, columns = (n_inputs, n_outputs, activation), columns_for(width)
    repeat_last_sample(signals[:n_inputs], width)
    for first in range(0, width - 32, 64):
        _gather(links, weights, biases, signals, shape, first, 64)
    rest = columns % 64
    if rest == 32:
        _gather(links, weights, biases, signals, shape, columns - 32, 32)
    elif rest == 8:
        _gather(links, weights, biases, signals, shape, columns - 8, 8)


@compiled()
def _gather(links, weights, biases, signals, shape, first, lanes):
    """Fill signals[n_inputs:, first : first + lanes] with biases plus sums over in-links of weight * signal.

    `lanes` stands in the source of the caller.
    """
    n_inputs, n_outputs, activation = shape
    n_neurons, far = signals.shape[0], is_far(signals)
    sources, positions, last = links.sources, links.positions, np.uint64(links.sources.size - 1)
    for v in range(n_inputs, n_neurons):
        total = filled(biases[v], lanes)
        for k in range(np.uint64(links.in_indptr[v]), np.uint64(links.in_indptr[v + 1])):
            if far:
                prefetch(signals, sources[min(k + AHEAD, last)], first, lanes)
            total = multiply_add(weights[positions[k]], load(signals, sources[k], first, lanes), total)
        is_hidden = v < n_neurons - n_outputs
        if is_hidden and activation == RELU:
            total = zero_where_negative(total)
        store(signals, v, first, total)
        if is_hidden and activation != RELU:
            activate_samples(activation, signals[v, first : first + lanes])

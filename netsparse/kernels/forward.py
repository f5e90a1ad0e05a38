"""Signals through a network: a gather over the in-links of one neuron after the other.

Arithmetic: 2 x links x samples operations. Signals are neurons x samples, so that a link is one multiply-add over
contiguous samples; four links share one load and store of the sum. Bound by the reads of source rows, from the L2
cache when neurons x samples x 4 bytes fits there: about 30 GFLOP/s on one AVX-512 core.
"""

from __future__ import annotations

from numba import njit

from netsparse.kernels.activation import FASTMATH, activate


@njit(cache=True, nogil=True, fastmath=FASTMATH, forceinline=True)
def gather(rows, neighbours, positions, weights, start, stop, total, width):
    """Add weights[positions[k]] * rows[neighbours[k]] to `total`, for k from start to stop."""
    k = start
    while k + 4 <= stop:
        w0, w1 = weights[positions[k]], weights[positions[k + 1]]
        w2, w3 = weights[positions[k + 2]], weights[positions[k + 3]]
        x0, x1 = rows[neighbours[k]], rows[neighbours[k + 1]]
        x2, x3 = rows[neighbours[k + 2]], rows[neighbours[k + 3]]
        for j in range(width):
            total[j] += w0 * x0[j] + w1 * x1[j] + w2 * x2[j] + w3 * x3[j]
        k += 4
    while k < stop:
        w0, x0 = weights[positions[k]], rows[neighbours[k]]
        for j in range(width):
            total[j] += w0 * x0[j]
        k += 1


@njit(cache=True, nogil=True, fastmath=FASTMATH)
def forward(links, weights, biases, signals, n_inputs, n_outputs, activation, width):
    """Fill signals[n_inputs:, :width] from signals[:n_inputs, :width]; outputs stay without activation.

    weights by link (CSR order), biases by neuron (those of inputs unused), signals (neurons, >= width).
    """
    n_neurons = signals.shape[0]
    for v in range(n_inputs, n_neurons):
        total = signals[v]
        for j in range(width):
            total[j] = biases[v]
        start, stop = links.in_indptr[v], links.in_indptr[v + 1]
        gather(signals, links.sources, links.positions, weights, start, stop, total, width)
        if v < n_neurons - n_outputs:
            activate(activation, total, width)

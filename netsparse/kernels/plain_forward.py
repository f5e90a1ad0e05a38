"""Signals through a network: a gather over the in-links of one neuron after the other.

Arithmetic: 2 x links x samples operations. Signals are neurons x samples, so that a link is one multiply-add over
contiguous samples; four links share one load and store of the sum. Bound by the reads of source rows, from the L2
cache when neurons x samples x 4 bytes fits there: about 30 GFLOP/s on one AVX-512 core.
"""

from __future__ import annotations

from netsparse.kernels.activation import FASTMATH, activate
from netsparse.kernels.compile import compiled


@compiled(fastmath=FASTMATH, forceinline=True)
def gather(links, neuron, weights, bias, signals, width):
    """Set signals[neuron] to its bias plus the sum over its in-links of weight * signals[source]."""
    sources, positions, total = links.sources, links.positions, signals[neuron]
    for j in range(width):
        total[j] = bias
    k, stop = links.in_indptr[neuron], links.in_indptr[neuron + 1]
    while k + 4 <= stop:
        w0, w1 = weights[positions[k]], weights[positions[k + 1]]
        w2, w3 = weights[positions[k + 2]], weights[positions[k + 3]]
        x0, x1 = signals[sources[k]], signals[sources[k + 1]]
        x2, x3 = signals[sources[k + 2]], signals[sources[k + 3]]
        for j in range(width):
            total[j] += w0 * x0[j] + w1 * x1[j] + w2 * x2[j] + w3 * x3[j]
        k += 4
    while k < stop:
        w0, x0 = weights[positions[k]], signals[sources[k]]
        for j in range(width):
            total[j] += w0 * x0[j]
        k += 1


@compiled(fastmath=FASTMATH)
def forward(links, weights, biases, signals, n_inputs, n_outputs, activation, width):
    """Fill signals[n_inputs:, :width] from signals[:n_inputs, :width]; outputs stay without activation.

    weights by link (CSR order), biases by neuron (those of inputs unused), signals (neurons, >= width).
    """
    n_neurons = signals.shape[0]
    for v in range(n_inputs, n_neurons):
        gather(links, v, weights, biases[v], signals, width)
        if v < n_neurons - n_outputs:
            activate(activation, signals[v], width)

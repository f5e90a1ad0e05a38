"""Gradients of links, biases and inputs: a gather over the out-links of one neuron after the other, backwards.

Arithmetic: 4 x links x samples operations, 2 x for the links of the inputs unless their gradient is wanted. Both
parts read the rows of the same targets: the first brings them into the L1 cache, the second finds them there. The
sum over samples of a link's gradient stays in registers.
"""

from __future__ import annotations

from netsparse.kernels.activation import FASTMATH, times_derivative
from netsparse.kernels.compile import compiled


@compiled(fastmath=FASTMATH, forceinline=True)
def link_gradients(links, neuron, signals, deltas, gradients, width):
    """Add sum over samples of signals[neuron] * deltas[target] to the gradient of each out-link of a neuron.

    Four links at a time share the reads of the signals, and their sums need not wait for each other: a tenth of the
    backward pass at 32 samples.
    """
    targets, x, zero = links.targets, signals[neuron], signals.dtype.type(0)
    k, stop = links.indptr[neuron], links.indptr[neuron + 1]
    while k + 4 <= stop:
        d0, d1 = deltas[targets[k]], deltas[targets[k + 1]]
        d2, d3 = deltas[targets[k + 2]], deltas[targets[k + 3]]
        t0, t1, t2, t3 = zero, zero, zero, zero
        for j in range(width):
            t0 += x[j] * d0[j]
            t1 += x[j] * d1[j]
            t2 += x[j] * d2[j]
            t3 += x[j] * d3[j]
        gradients[k] += t0
        gradients[k + 1] += t1
        gradients[k + 2] += t2
        gradients[k + 3] += t3
        k += 4
    while k < stop:
        d0, t0 = deltas[targets[k]], zero
        for j in range(width):
            t0 += x[j] * d0[j]
        gradients[k] += t0
        k += 1


@compiled(fastmath=FASTMATH, forceinline=True)
def pull(links, neuron, weights, deltas, width):
    """Set deltas[neuron] to the sum over its out-links of weight * deltas[target]: `gather` in CSR order."""
    targets, total = links.targets, deltas[neuron]
    for j in range(width):
        total[j] = 0
    k, stop = links.indptr[neuron], links.indptr[neuron + 1]
    while k + 4 <= stop:
        w0, w1, w2, w3 = weights[k], weights[k + 1], weights[k + 2], weights[k + 3]
        d0, d1 = deltas[targets[k]], deltas[targets[k + 1]]
        d2, d3 = deltas[targets[k + 2]], deltas[targets[k + 3]]
        for j in range(width):
            total[j] += w0 * d0[j] + w1 * d1[j] + w2 * d2[j] + w3 * d3[j]
        k += 4
    while k < stop:
        w0, d0 = weights[k], deltas[targets[k]]
        for j in range(width):
            total[j] += w0 * d0[j]
        k += 1


@compiled(fastmath=FASTMATH, forceinline=True)
def bias_gradient(delta, width):
    """Return the sum over samples of a neuron's delta."""
    total = delta.dtype.type(0)
    for j in range(width):
        total += delta[j]
    return total


@compiled(fastmath=FASTMATH)
def input_deltas(links, weights, signals, deltas, n_inputs, n_outputs, activation, width):
    """Fill deltas[:-n_outputs] from deltas[-n_outputs:], down to the inputs; no parameter's gradient."""
    for u in range(signals.shape[0] - n_outputs - 1, -1, -1):
        pull(links, u, weights, deltas, width)
        if u >= n_inputs:
            times_derivative(activation, signals[u], deltas[u], width)


@compiled(fastmath=FASTMATH)
def backward(
    links, weights, signals, deltas, link_gradient, neuron_gradient, n_inputs, n_outputs, activation, width, lowest
):
    """Add the gradients of links and biases, and fill deltas[lowest:-n_outputs].

    deltas[-n_outputs:, :width] holds the gradient of the loss with respect to the outputs; `lowest` is n_inputs,
    or 0 where the gradient of the inputs is wanted too.
    """
    n_neurons = signals.shape[0]
    for v in range(n_neurons - n_outputs, n_neurons):
        neuron_gradient[v] += bias_gradient(deltas[v], width)
    for u in range(n_neurons - n_outputs - 1, -1, -1):
        link_gradients(links, u, signals, deltas, link_gradient, width)
        if u >= lowest:
            pull(links, u, weights, deltas, width)
        if u >= n_inputs:
            times_derivative(activation, signals[u], deltas[u], width)
            neuron_gradient[u] += bias_gradient(deltas[u], width)

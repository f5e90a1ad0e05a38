"""The product of samples with one layer, and its gradients, over arrays of one row a sample.

The loops over links take signals as neurons x samples: blocks of samples are turned on the way in and out. Bound by
the loops of `forward` and `backward`; turning is a tenth to a half of the time, less the denser the layer.
"""

from __future__ import annotations

import numpy as np

from netsparse.kernels import plain_backward, plain_batch, plain_forward
from netsparse.kernels.activation import IDENTITY
from netsparse.kernels.backward import backward
from netsparse.kernels.batch import load_columns, store_columns
from netsparse.kernels.compile import compiled
from netsparse.kernels.forward import columns_for, forward, repeat_last_sample

_FEW = 3  # samples that are multiplied one by one
_BLOCK = 64  # samples that pass through the layer together
_PLAIN_BLOCK = 128  # where plain loops do
_BLOCK_BYTES = 2**26  # but fewer through a layer so large that their signals would fill the memory


@compiled()
def same_content(a, b):
    """Return whether two arrays are equal. Bound by memory."""
    if a.size != b.size:
        return False
    differing = 0  # without a way out of the loop it is compiled to vectors
    for i in range(a.size):
        differing |= a[i] ^ b[i]
    return differing == 0


@compiled()
def product(links, weights, bias, samples, outputs):
    """Set outputs (samples, columns) to samples (samples, rows) times the layer plus its bias (columns,)."""
    _multiply(links, weights, bias, samples, outputs, True)


@compiled()
def product_plainly(links, weights, bias, samples, outputs):
    """Do as `product`, by plain loops."""
    _multiply(links, weights, bias, samples, outputs, None)


@compiled()
def product_gradients(links, weights, samples, deltas, sample_deltas, weight_gradient, bias_gradient):
    """Add the gradients of weights and bias to theirs, given `deltas` (samples, columns) of the outputs.

    sample_deltas (samples, rows) is set to the gradient of the samples; with no rows it is left out, a third of the
    work.
    """
    _multiply_back(links, weights, samples, deltas, sample_deltas, weight_gradient, bias_gradient, True)


@compiled()
def product_gradients_plainly(links, weights, samples, deltas, sample_deltas, weight_gradient, bias_gradient):
    """Do as `product_gradients`, by plain loops."""
    _multiply_back(links, weights, samples, deltas, sample_deltas, weight_gradient, bias_gradient, None)


@compiled()
def _block_width(n_neurons, samples, most):
    return max(1, min(most, len(samples), _BLOCK_BYTES // (n_neurons * samples.itemsize)))


@compiled()
def _multiply_one(links, weights, bias, sample, output):
    """Set output (columns,) to one sample times the layer: link by link as they are stored, nothing is turned."""
    targets, n_rows = links.targets, np.uint64(sample.size)
    output[:] = bias
    for row in range(sample.size):
        x = sample[row]
        for k in range(np.uint64(links.indptr[row]), np.uint64(links.indptr[row + 1])):
            output[targets[k] - n_rows] += weights[k] * x


@compiled(inline="always")
def _multiply(links, weights, bias, samples, outputs, vectors):
    n_rows, n_columns = samples.shape[1], outputs.shape[1]
    if len(samples) <= _FEW:
        for sample in range(len(samples)):
            _multiply_one(links, weights, bias, samples[sample], outputs[sample])
        return
    biases = np.zeros(n_rows + n_columns, samples.dtype)
    biases[n_rows:] = bias
    width = _block_width(biases.size, samples, _PLAIN_BLOCK if vectors is None else _BLOCK)
    signals = np.empty((biases.size, columns_for(width)), samples.dtype)
    chosen = np.arange(len(samples))
    for first in range(0, len(samples), width):
        block = chosen[first : first + width]
        if vectors is None:
            plain_batch.load_columns(samples, block, signals)
            plain_forward.forward(links, weights, biases, signals, n_rows, n_columns, IDENTITY, block.size)
            plain_batch.store_columns(signals[n_rows:], outputs[first : first + width])
        else:
            load_columns(samples, block, signals)
            forward(links, weights, biases, signals, n_rows, n_columns, IDENTITY, block.size)
            store_columns(signals[n_rows:], outputs[first : first + width])


@compiled(inline="always")
def _multiply_back(links, weights, samples, deltas, sample_deltas, weight_gradient, bias_gradient, vectors):
    n_rows, n_columns = samples.shape[1], deltas.shape[1]
    n_neurons = n_rows + n_columns
    lowest = 0 if len(sample_deltas) else n_rows
    width = _block_width(n_neurons, samples, _PLAIN_BLOCK if vectors is None else _BLOCK)
    signals = np.empty((n_neurons, columns_for(width)), samples.dtype)
    flow = np.empty_like(signals)
    neuron_gradient = np.zeros(n_neurons, samples.dtype)
    chosen = np.arange(len(samples))
    for first in range(0, len(samples), width):
        block = chosen[first : first + width]
        if vectors is None:
            plain_batch.load_columns(samples, block, signals)
            plain_batch.load_columns(deltas, block, flow[n_rows:])
            plain_backward.backward(
                links, weights, signals, flow, weight_gradient, neuron_gradient, n_rows, n_columns, IDENTITY,
                block.size, lowest,
            )  # fmt: skip
            if lowest == 0:
                plain_batch.store_columns(flow[:n_rows], sample_deltas[first : first + width])
        else:
            load_columns(samples, block, signals)
            load_columns(deltas, block, flow[n_rows:])
            repeat_last_sample(signals[:n_rows], block.size)
            backward(
                links, weights, signals, flow, weight_gradient, neuron_gradient, n_rows, n_columns, IDENTITY,
                block.size, lowest,
            )  # fmt: skip
            if lowest == 0:
                store_columns(flow[:n_rows], sample_deltas[first : first + width])
    bias_gradient += neuron_gradient[n_rows:]

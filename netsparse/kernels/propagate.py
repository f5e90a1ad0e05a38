"""Plain numpy shells of the propagation kernels: outputs of many samples, and gradients of their inputs."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
from scipy import sparse

from netsparse.kernels.activation import CODES
from netsparse.kernels.choice import kind_in_use, loops
from netsparse.kernels.dag import chain
from netsparse.kernels.forward import columns_for
from netsparse.kernels.loss import cross_entropy
from netsparse.kernels.rows import empty_rows, samples_at_once


def propagate(
    layers: Sequence[sparse.csr_array], biases: Sequence[np.ndarray], inputs: np.ndarray, activation: str
) -> np.ndarray:
    """Return the outputs (samples, outputs) of layers in sequence for inputs (samples, inputs) of their dtype."""
    network = _Signals(layers, biases, activation)
    outputs = np.empty((len(inputs), network.n_outputs), inputs.dtype)
    for block in network.blocks(len(inputs)):
        outputs[block] = network.outputs(inputs[block]).T
    return outputs


def input_gradients(
    layers: Sequence[sparse.csr_array],
    biases: Sequence[np.ndarray],
    inputs: np.ndarray,
    labels: np.ndarray,
    activation: str,
) -> np.ndarray:
    """Return the gradient of each sample's cross-entropy with respect to its own inputs, (samples, inputs)."""
    network = _Signals(layers, biases, activation)
    gradients = np.empty_like(inputs)
    for block in network.blocks(len(inputs)):
        gradients[block] = network.input_gradients(inputs[block], labels[block]).T
    return gradients


def signals_and_deltas(
    layers: Sequence[sparse.csr_array],
    biases: Sequence[np.ndarray],
    inputs: np.ndarray,
    labels: np.ndarray,
    activation: str,
) -> tuple[np.ndarray, np.ndarray]:
    """Return signals, and gradients of the mean cross-entropy with respect to their sums, both (samples, neurons).

    The deltas of inputs are not computed, and 0.
    """
    network = _Signals(layers, biases, activation)
    signals = np.empty((len(inputs), network.biases.size), inputs.dtype)
    deltas = np.zeros_like(signals)
    for block in network.blocks(len(inputs)):
        network.outputs(inputs[block])
        signals[block] = network.signals[:, : len(inputs[block])].T
        back = network.deltas(labels[block], 1 / len(inputs))
        deltas[block, network.n_inputs :] = back[network.n_inputs :].T
    return signals, deltas


class _Signals:
    """Signals of a block of samples at all neurons of a network, and the deltas that flow back."""

    def __init__(self, layers, biases, activation):
        self.links = chain(layers)
        self.weights = np.concatenate([layer.data for layer in layers])
        self.n_inputs, self.n_outputs = layers[0].shape[0], layers[-1].shape[1]
        self.biases = np.concatenate([np.zeros(self.n_inputs, self.weights.dtype), *biases])
        self.tail = self.n_inputs, self.n_outputs, CODES[activation]
        n_neurons = self.biases.size
        self.loops = loops(kind_in_use())
        self.width = samples_at_once(n_neurons, self.weights.itemsize, self.loops.samples)
        self.signals = empty_rows((n_neurons, columns_for(self.width)), self.weights.dtype)

    def blocks(self, n_samples: int) -> Iterator[slice]:
        return (slice(first, first + self.width) for first in range(0, n_samples, self.width))

    def outputs(self, inputs: np.ndarray) -> np.ndarray:
        self.signals[: self.n_inputs, : len(inputs)] = inputs.T
        self.loops.forward(self.links, self.weights, self.biases, self.signals, *self.tail, len(inputs))
        return self.signals[-self.n_outputs :, : len(inputs)]

    def input_gradients(self, inputs: np.ndarray, labels: np.ndarray) -> np.ndarray:
        self.outputs(inputs)
        return self.deltas(labels, 1)[: self.n_inputs]

    def deltas(self, labels: np.ndarray, scale: float) -> np.ndarray:
        """Return `scale` times what flows back to each neuron, of the samples whose outputs were computed last."""
        width = labels.size
        deltas = empty_rows(self.signals.shape, self.weights.dtype)
        factor = self.weights.dtype.type(scale)
        cross_entropy(self.signals[-self.n_outputs :], labels, factor, deltas[-self.n_outputs :], width)
        self.loops.input_deltas(self.links, self.weights, self.signals, deltas, *self.tail, width)
        return deltas[:, :width]

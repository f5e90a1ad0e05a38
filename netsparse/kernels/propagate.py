"""Plain numpy shells of the propagation kernels: outputs of many samples, and gradients of their inputs."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
from scipy import sparse

from netsparse.kernels.activation import CODES
from netsparse.kernels.backward import input_deltas
from netsparse.kernels.dag import chain
from netsparse.kernels.forward import forward
from netsparse.kernels.loss import cross_entropy

_BLOCK = 128  # samples that pass through the network together
_BLOCK_BYTES = 2**26  # but fewer in a network so large that their signals would fill the memory


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


class _Signals:
    """Signals of a block of samples at all neurons of a network, and the deltas that flow back."""

    def __init__(self, layers, biases, activation):
        self.links = chain(layers)
        self.weights = np.concatenate([layer.data for layer in layers])
        self.n_inputs, self.n_outputs = layers[0].shape[0], layers[-1].shape[1]
        self.biases = np.concatenate([np.zeros(self.n_inputs, self.weights.dtype), *biases])
        self.tail = self.n_inputs, self.n_outputs, CODES[activation]
        n_neurons = self.biases.size
        self.width = max(1, min(_BLOCK, _BLOCK_BYTES // (n_neurons * self.weights.itemsize)))
        self.signals = np.empty((n_neurons, self.width), self.weights.dtype)

    def blocks(self, n_samples: int) -> Iterator[slice]:
        return (slice(first, first + self.width) for first in range(0, n_samples, self.width))

    def outputs(self, inputs: np.ndarray) -> np.ndarray:
        self.signals[: self.n_inputs, : len(inputs)] = inputs.T
        forward(self.links, self.weights, self.biases, self.signals, *self.tail, len(inputs))
        return self.signals[-self.n_outputs :, : len(inputs)]

    def input_gradients(self, inputs: np.ndarray, labels: np.ndarray) -> np.ndarray:
        self.outputs(inputs)
        deltas = np.empty_like(self.signals)
        one = self.weights.dtype.type(1)
        cross_entropy(self.signals[-self.n_outputs :], labels, one, deltas[-self.n_outputs :], len(inputs))
        input_deltas(self.links, self.weights, self.signals, deltas, *self.tail, len(inputs))
        return deltas[: self.n_inputs, : len(inputs)]

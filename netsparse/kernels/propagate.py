"""Plain numpy shells of the propagation kernels: outputs of many samples, and gradients of their inputs."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

import numpy as np

from netsparse.kernels.activation import CODES
from netsparse.kernels.choice import kind_in_use, loops
from netsparse.kernels.dag import Links
from netsparse.kernels.forward import columns_for
from netsparse.kernels.loss import cross_entropy
from netsparse.kernels.rows import empty_rows, samples_at_once


class Flow(NamedTuple):
    """A network as these loops take it: its links, weights and biases of each layer, and what is between them."""

    links: Links
    weights: Sequence[np.ndarray]
    biases: Sequence[np.ndarray]
    n_inputs: int
    activation: str


def propagate(flow: Flow, inputs: np.ndarray) -> np.ndarray:
    """Return the outputs (samples, outputs) of a network for inputs (samples, inputs) of its dtype."""
    network = _Signals(flow, len(inputs))
    outputs = np.empty((len(inputs), network.n_outputs), inputs.dtype)
    for block in network.blocks(len(inputs)):
        outputs[block] = network.outputs(inputs[block]).T
    return outputs


def input_gradients(flow: Flow, inputs: np.ndarray, labels: np.ndarray) -> np.ndarray:
    """Return the gradient of each sample's cross-entropy with respect to its own inputs, (samples, inputs)."""
    network = _Signals(flow, len(inputs))
    gradients = np.empty_like(inputs)
    for block in network.blocks(len(inputs)):
        gradients[block] = network.input_gradients(inputs[block], labels[block]).T
    return gradients


def signals_and_deltas(flow: Flow, inputs: np.ndarray, labels: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return signals, and gradients of the mean cross-entropy with respect to their sums, both (samples, neurons).

    The deltas of inputs are not computed, and 0.
    """
    network = _Signals(flow, len(inputs))
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

    def __init__(self, flow: Flow, n_samples: int):
        self.links, self.weights = flow.links, np.concatenate(flow.weights)
        self.n_inputs, self.n_outputs = flow.n_inputs, flow.biases[-1].size
        self.biases = np.concatenate([np.zeros(self.n_inputs, self.weights.dtype), *flow.biases])
        self.tail = self.n_inputs, self.n_outputs, CODES[flow.activation]
        self.loops = loops(kind_in_use())
        most = samples_at_once(self.biases.size, self.weights.itemsize, self.loops.samples)
        self.width = max(1, min(most, n_samples))
        self.signals = empty_rows((self.biases.size, columns_for(self.width)), self.weights.dtype)

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

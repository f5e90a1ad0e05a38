"""Training steps of a whole network in one compiled loop, by one worker or by several that split each batch."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numba import njit

from netsparse.kernels.activation import FASTMATH
from netsparse.kernels.backward import backward
from netsparse.kernels.batch import load_columns
from netsparse.kernels.forward import forward
from netsparse.kernels.gate import meet
from netsparse.kernels.loss import cross_entropy
from netsparse.kernels.sgd import descend

BLOCK = 128  # samples that pass through the network together: what a 1 MB cache holds of a network this size


class Parameters(NamedTuple):
    """What is learned, and its momentum: by link in CSR order, and by neuron (those of inputs stay 0)."""

    weights: np.ndarray
    biases: np.ndarray
    weight_velocities: np.ndarray
    bias_velocities: np.ndarray


class Workspace(NamedTuple):
    """Memory of the workers, first axis the worker: signals and deltas (neurons, BLOCK), and gradients."""

    signals: np.ndarray
    deltas: np.ndarray
    weight_gradients: np.ndarray
    bias_gradients: np.ndarray


@njit(cache=True, nogil=True, fastmath=FASTMATH)
def _share(n, worker, workers):
    """Return start and stop of a worker's share of n items."""
    return n * worker // workers, n * (worker + 1) // workers


@njit(cache=True, nogil=True, fastmath=FASTMATH)
def _accumulate(links, parameters, workspace, worker, shape, samples, labels, chosen, scale):
    """Add the gradients of the chosen samples to the worker's; return the sum of their losses."""
    n_inputs, n_outputs, activation = shape
    signals, deltas = workspace.signals[worker], workspace.deltas[worker]
    weight_gradient, bias_gradient = workspace.weight_gradients[worker], workspace.bias_gradients[worker]
    loss = 0.0
    for first in range(0, chosen.size, BLOCK):
        block = chosen[first : first + BLOCK]
        width = block.size
        load_columns(samples, block, signals)
        forward(links, parameters.weights, parameters.biases, signals, n_inputs, n_outputs, activation, width)
        loss += cross_entropy(signals[-n_outputs:], labels[block], scale, deltas[-n_outputs:], width)
        backward(
            links, parameters.weights, signals, deltas, weight_gradient, bias_gradient, n_inputs, n_outputs,
            activation, width, n_inputs,
        )  # fmt: skip
    return loss


@njit(cache=True, nogil=True, fastmath=FASTMATH)
def train(
    links, parameters, workspace, shape, samples, labels, order, rates, momentum, weight_decay, batch_size,
    worker, workers, arrivals, losses,
):  # fmt: skip
    """Take a step for each of `rates`, the b-th on samples order[b * batch_size : (b + 1) * batch_size].

    Every worker calls it, with its number. All compute their share of the gradients, meet, update their share of
    the parameters, and meet again: the result depends on the number of workers, not on their speed. losses[worker]
    grows by the sum of losses over its samples.
    """
    for step in range(rates.size):
        batch = order[step * batch_size : (step + 1) * batch_size]
        start, stop = _share(batch.size, worker, workers)
        losses[worker] += _accumulate(
            links, parameters, workspace, worker, shape, samples, labels, batch[start:stop],
            rates.dtype.type(1 / batch.size),
        )
        meet(arrivals, workers, 2 * step + 1)
        start, stop = _share(parameters.weights.size, worker, workers)
        descend(
            parameters.weights, parameters.weight_velocities, workspace.weight_gradients, start, stop,
            rates[step], momentum, weight_decay,
        )  # fmt: skip
        start, stop = _share(parameters.biases.size, worker, workers)
        descend(
            parameters.biases, parameters.bias_velocities, workspace.bias_gradients, start, stop,
            rates[step], momentum, weight_decay,
        )  # fmt: skip
        meet(arrivals, workers, 2 * step + 2)

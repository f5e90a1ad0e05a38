"""Training steps of a whole network in one compiled loop, by one worker or by several that split each batch.

Each worker has a replica of the parameters, so that only gradients travel between cores: all take the same step
from the same sum, and the replicas stay equal to the bit. Gradients of even and odd steps stand in different
memory, so that one meeting a step is enough: who writes step s + 2 has met everyone who read step s.

What bounds two workers is that half a batch costs more than half: a link's overhead is shared by fewer samples.
Dividing the neurons instead keeps batches whole and needs no sums, but was slower than one worker: signals of every
layer then travel between the cores.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from netsparse.kernels.activation import FASTMATH
from netsparse.kernels.backward import backward
from netsparse.kernels.batch import load_columns
from netsparse.kernels.compile import compiled
from netsparse.kernels.forward import forward
from netsparse.kernels.gate import meet
from netsparse.kernels.loss import cross_entropy
from netsparse.kernels.sgd import descend, restore

BLOCK = 128  # samples that pass through the network together: what a 1 MB cache holds of a network this size


class Parameters(NamedTuple):
    """What is learned, and its momentum: (workers, links) in CSR order, (workers, neurons) with 0 for inputs."""

    weights: np.ndarray
    biases: np.ndarray
    weight_velocities: np.ndarray
    bias_velocities: np.ndarray


class Workspace(NamedTuple):
    """Memory of the workers: (workers, neurons, samples), and gradients (2, workers, links or neurons)."""

    signals: np.ndarray
    deltas: np.ndarray
    weight_gradients: np.ndarray
    bias_gradients: np.ndarray


class Frozen(NamedTuple):
    """Positions of the links, and of the neurons whose biases, no step moves; int64, none as a rule."""

    links: np.ndarray
    neurons: np.ndarray


@compiled(fastmath=FASTMATH)
def _accumulate(links, weights, biases, signals, deltas, gradients, shape, samples, labels, chosen, scale):
    """Set the gradients of links and neurons to those of the chosen samples; return the sum of their losses."""
    n_inputs, n_outputs, activation = shape
    weight_gradient, bias_gradient = gradients
    weight_gradient[:] = 0
    bias_gradient[:] = 0
    loss = 0.0
    for first in range(0, chosen.size, BLOCK):
        block = chosen[first : first + BLOCK]
        width = block.size
        load_columns(samples, block, signals)
        forward(links, weights, biases, signals, n_inputs, n_outputs, activation, width)
        loss += cross_entropy(signals[-n_outputs:], labels[block], scale, deltas[-n_outputs:], width)
        backward(
            links, weights, signals, deltas, weight_gradient, bias_gradient, n_inputs, n_outputs, activation, width,
            n_inputs,
        )  # fmt: skip
    return loss


@compiled(fastmath=FASTMATH)
def train(
    links, parameters, workspace, shape, samples, labels, order, rates, momentum, weight_decay, batch_size,
    worker, workers, arrivals, losses, frozen,
):  # fmt: skip
    """Take a step for each of `rates`, the b-th on samples order[b * batch_size : (b + 1) * batch_size].

    Every worker calls it with its number, and takes its share of each batch: the result depends on the number of
    workers, not on their speed. losses[worker] grows by the sum of losses over its samples. What is `frozen`, positions
    of links and of neurons, keeps the value it has, at rest.
    """
    weights, biases = parameters.weights[worker], parameters.biases[worker]
    weight_velocities, bias_velocities = parameters.weight_velocities[worker], parameters.bias_velocities[worker]
    frozen_weights, frozen_biases = weights[frozen.links], biases[frozen.neurons]
    for step in range(rates.size):
        batch = order[step * batch_size : (step + 1) * batch_size]
        share = batch[batch.size * worker // workers : batch.size * (worker + 1) // workers]
        scale = rates.dtype.type(1 / batch.size)
        weight_gradients, bias_gradients = workspace.weight_gradients[step % 2], workspace.bias_gradients[step % 2]
        losses[worker] += _accumulate(
            links, weights, biases, workspace.signals[worker], workspace.deltas[worker],
            (weight_gradients[worker], bias_gradients[worker]), shape, samples, labels, share, scale,
        )  # fmt: skip
        meet(arrivals, workers, step + 1)
        descend(weights, weight_velocities, weight_gradients, rates[step], momentum, weight_decay)
        descend(biases, bias_velocities, bias_gradients, rates[step], momentum, weight_decay)
        restore(weights, weight_velocities, frozen.links, frozen_weights)
        restore(biases, bias_velocities, frozen.neurons, frozen_biases)

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

from netsparse.kernels import plain_backward, plain_batch, plain_forward
from netsparse.kernels.activation import FASTMATH
from netsparse.kernels.backward import Descent, backward, backward_and_descend, can_descend
from netsparse.kernels.batch import load_columns
from netsparse.kernels.compile import compiled
from netsparse.kernels.forward import forward
from netsparse.kernels.gate import meet
from netsparse.kernels.loss import cross_entropy
from netsparse.kernels.sgd import descend, restore


class Parameters(NamedTuple):
    """What is learned, and its momentum: (workers, links) in CSR order, (workers, neurons) with 0 for inputs."""

    weights: np.ndarray
    biases: np.ndarray
    weight_velocities: np.ndarray
    bias_velocities: np.ndarray


class Workspace(NamedTuple):
    """Memory of the workers, (workers, neurons, columns) and gradients (2, workers, links or neurons).

    `samples` pass through the network together; columns has room for them.
    """

    samples: int
    signals: np.ndarray
    deltas: np.ndarray
    weight_gradients: np.ndarray
    bias_gradients: np.ndarray


class Frozen(NamedTuple):
    """Positions of the links, and of the neurons whose biases, no step moves; int64, none as a rule."""

    links: np.ndarray
    neurons: np.ndarray


@compiled(forceinline=True)
def share_start(size, worker, workers):
    """Return where the share of a worker begins in a batch of `size` samples."""
    return size * worker // workers


@compiled(fastmath=FASTMATH)
def _accumulate(
    links, weights, biases, signals, deltas, gradients, shape, samples, labels, chosen, most, scale, descent, descends,
    vectors,
):  # fmt: skip
    """Add the gradients of the chosen samples to those of links and neurons; return the sum of their losses.

    With `descends`, the last block of samples takes the step of each parameter as soon as its gradient is known.
    """
    n_inputs, n_outputs, activation = shape
    loss = 0.0
    for first in range(0, chosen.size, most):
        block = chosen[first : first + most]
        width = block.size
        if vectors is None:
            plain_batch.load_columns(samples, block, signals)
            plain_forward.forward(links, weights, biases, signals, n_inputs, n_outputs, activation, width)
        else:
            load_columns(samples, block, signals)
            forward(links, weights, biases, signals, n_inputs, n_outputs, activation, width)
        loss += cross_entropy(signals[-n_outputs:], labels[block], scale, deltas[-n_outputs:], width)
        if vectors is None:
            plain_backward.backward(
                links, weights, signals, deltas, gradients[0], gradients[1], n_inputs, n_outputs, activation, width,
                n_inputs,
            )  # fmt: skip
        elif descends and first + width == chosen.size:
            backward_and_descend(
                links, weights, signals, deltas, gradients[0], gradients[1], n_inputs, n_outputs, activation, width,
                descent,
            )  # fmt: skip
        else:
            backward(
                links, weights, signals, deltas, gradients[0], gradients[1], n_inputs, n_outputs, activation, width,
                n_inputs,
            )  # fmt: skip
    return loss


@compiled(fastmath=FASTMATH)
def _take_steps(
    links, parameters, workspace, shape, samples, labels, order, rates, momentum, weight_decay, batch_size,
    worker, workers, arrivals, losses, frozen, vectors,
):  # fmt: skip
    weights, biases = parameters.weights[worker], parameters.biases[worker]
    weight_velocities, bias_velocities = parameters.weight_velocities[worker], parameters.bias_velocities[worker]
    signals, deltas = workspace.signals[worker], workspace.deltas[worker]
    frozen_weights, frozen_biases = weights[frozen.links], biases[frozen.neurons]
    for step in range(rates.size):
        batch = order[step * batch_size : (step + 1) * batch_size]
        share = batch[share_start(batch.size, worker, workers) : share_start(batch.size, worker + 1, workers)]
        weight_gradients, bias_gradients = workspace.weight_gradients[step % 2], workspace.bias_gradients[step % 2]
        weight_gradients[worker] = 0
        bias_gradients[worker] = 0
        descent = Descent(weight_velocities, biases, bias_velocities, rates[step], momentum, weight_decay)
        descends = vectors is not None and workers == 1 and can_descend(share.size, workspace.samples)
        losses[worker] += _accumulate(
            links, weights, biases, signals, deltas, (weight_gradients[worker], bias_gradients[worker]), shape,
            samples, labels, share, workspace.samples, rates.dtype.type(1 / batch.size), descent, descends, vectors,
        )  # fmt: skip
        if not descends:
            meet(arrivals, workers, step + 1)
            descend(weights, weight_velocities, weight_gradients, rates[step], momentum, weight_decay)
            descend(biases, bias_velocities, bias_gradients, rates[step], momentum, weight_decay)
        restore(weights, weight_velocities, frozen.links, frozen_weights)
        restore(biases, bias_velocities, frozen.neurons, frozen_biases)


@compiled()
def train(
    links, parameters, workspace, shape, samples, labels, order, rates, momentum, weight_decay, batch_size,
    worker, workers, arrivals, losses, frozen,
):  # fmt: skip
    """Take a step for each of `rates`, the b-th on samples order[b * batch_size : (b + 1) * batch_size].

    Every worker calls it with its number, and takes its share of each batch: the result depends on the number of
    workers, not on their speed. losses[worker] grows by the sum of losses over its samples. A worker that is alone
    takes the step of a link where its gradient is made. What is `frozen`, positions of links and of neurons, keeps the
    value it has, at rest.
    """
    _take_steps(
        links, parameters, workspace, shape, samples, labels, order, rates, momentum, weight_decay, batch_size,
        worker, workers, arrivals, losses, frozen, True,
    )  # fmt: skip


@compiled(fastmath=FASTMATH)
def train_plainly(
    links, parameters, workspace, shape, samples, labels, order, rates, momentum, weight_decay, batch_size,
    worker, workers, arrivals, losses, frozen,
):  # fmt: skip
    """Do as `train`, by plain loops."""
    _take_steps(
        links, parameters, workspace, shape, samples, labels, order, rates, momentum, weight_decay, batch_size,
        worker, workers, arrivals, losses, frozen, None,
    )  # fmt: skip

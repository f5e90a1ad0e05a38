"""Gradients of links, biases and inputs: a gather over the out-links of one neuron after the other, backwards.

Arithmetic: 4 x links x samples operations, 2 x for the links of the inputs unless their gradient is wanted. The
links of a neuron are read twice: for its delta, which brings the rows of their targets into the L1 cache, and for
their own gradients, which finds them there. Together they would need more registers than most machines have. The
sums over samples of four links are made together, and so is their step where one is taken at once.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from netsparse.kernels.activation import through_derivative
from netsparse.kernels.compile import compiled
from netsparse.kernels.forward import AHEAD, columns_for, is_far
from netsparse.kernels.vector import (
    add,
    load,
    multiply_add,
    prefetch,
    store,
    total_of,
    totals_of_products,
    zeros_like,
)


class Descent(NamedTuple):
    """A step of stochastic gradient descent with momentum and weight decay, as :mod:`netsparse.kernels.sgd` takes it.

    Of all parameters: velocities by link and by neuron.
    """

    weight_velocities: np.ndarray
    biases: np.ndarray
    bias_velocities: np.ndarray
    rate: float
    momentum: float
    weight_decay: float


@compiled()
def backward(
    links, weights, signals, deltas, link_gradient, neuron_gradient, n_inputs, n_outputs, activation, width, lowest
):
    """Add the gradients of links and biases, and fill deltas[lowest:-n_outputs].

    deltas[-n_outputs:, :width] holds the gradient of the loss with respect to the outputs; `lowest` is n_inputs,
    or 0 where the gradient of the inputs is wanted too. signals and deltas have columns_for(width) columns or more.
    """
    gradients, shape = (link_gradient, neuron_gradient), (n_inputs, n_outputs, activation, lowest)
    _by_slices(links, weights, signals, deltas, gradients, shape, width)


@compiled()
def input_deltas(links, weights, signals, deltas, n_inputs, n_outputs, activation, width):
    """Fill deltas[:-n_outputs] from deltas[-n_outputs:], down to the inputs; no parameter's gradient."""
    _by_slices(links, weights, signals, deltas, None, (n_inputs, n_outputs, activation, 0), width)


@compiled()
def can_descend(size, most):
    """Return whether `size` samples, `most` at a time, end with a number that `backward_and_descend` takes."""
    last = (size - 1) % most + 1
    return last == 64 or last == 32


@compiled()
def backward_and_descend(
    links, weights, signals, deltas, link_gradient, neuron_gradient, n_inputs, n_outputs, activation, width, descent
):
    """Do as `backward`, but take the step that the gradients call for.

    link_gradient and neuron_gradient hold what other samples of the batch have contributed; they stay as they are.
    """
    gradients, shape = (link_gradient, neuron_gradient), (n_inputs, n_outputs, activation, n_inputs)
    if width == 64:
        _pull(links, weights, signals, deltas, gradients, shape, 0, descent, 64)
    else:
        _pull(links, weights, signals, deltas, gradients, shape, 0, descent, 32)


@compiled(inline="always")
def _by_slices(links, weights, signals, deltas, gradients, shape, width):
    columns = columns_for(width)
    deltas[signals.shape[0] - shape[1] :, width:columns] = 0  # what is no sample contributes nothing
    for first in range(0, width - 32, 64):
        _pull(links, weights, signals, deltas, gradients, shape, first, None, 64)
    rest = columns % 64
    if rest == 32:
        _pull(links, weights, signals, deltas, gradients, shape, columns - 32, None, 32)
    elif rest == 8:
        _pull(links, weights, signals, deltas, gradients, shape, columns - 8, None, 8)


@compiled()
def _pull(links, weights, signals, deltas, gradients, shape, first, descent, lanes):
    """Fill deltas[lowest:-n_outputs, first : first + lanes] with sums over out-links of weight * delta.

    `gradients` is None or takes those of links and biases; then `descent` is None or the step to be taken. `lanes`
    stands in the source of the caller.
    """
    n_inputs, n_outputs, activation, lowest = shape
    n_neurons, far = signals.shape[0], is_far(signals)
    targets, last = links.targets, np.uint64(links.targets.size - 1)
    if gradients is not None:
        for v in range(n_neurons - n_outputs, n_neurons):
            _learn_bias(v, total_of(load(deltas, v, first, lanes)), gradients[1], descent)
    for u in range(n_neurons - n_outputs - 1, -1, -1):
        start, stop = np.uint64(links.indptr[u]), np.uint64(links.indptr[u + 1])
        x = load(signals, u, first, lanes)
        if u >= lowest:
            delta = zeros_like(x)
            for k in range(start, stop):
                if far:
                    prefetch(deltas, targets[min(k + AHEAD, last)], first, lanes)
                delta = multiply_add(weights[k], load(deltas, targets[k], first, lanes), delta)
            if u >= n_inputs:
                delta = through_derivative(activation, x, delta)
                if gradients is not None:
                    _learn_bias(u, total_of(delta), gradients[1], descent)
            store(deltas, u, first, delta)
        if gradients is not None:
            k = start
            while k + np.uint64(4) <= stop:
                rows = (
                    load(deltas, targets[k], first, lanes),
                    load(deltas, targets[k + np.uint64(1)], first, lanes),
                    load(deltas, targets[k + np.uint64(2)], first, lanes),
                    load(deltas, targets[k + np.uint64(3)], first, lanes),
                )
                _learn_links(k, totals_of_products(x, rows), weights, gradients[0], descent, 4)
                k += np.uint64(4)
            while k < stop:
                slope = totals_of_products(x, (load(deltas, targets[k], first, lanes),))
                _learn_links(k, slope, weights, gradients[0], descent, 1)
                k += np.uint64(1)


@compiled(inline="always")
def _learn_links(k, slopes, weights, gradient, descent, lanes):
    """Add a vector of slopes to the gradients of as many links from the k-th on; or descend."""
    slopes = add(slopes, load(gradient, k, 0, lanes))
    if descent is None:
        store(gradient, k, 0, slopes)
    else:
        weight, velocity = load(weights, k, 0, lanes), load(descent.weight_velocities, k, 0, lanes)
        slopes = multiply_add(descent.weight_decay, weight, slopes)
        velocity = multiply_add(descent.momentum, velocity, slopes)
        store(descent.weight_velocities, k, 0, velocity)
        store(weights, k, 0, multiply_add(-descent.rate, velocity, weight))


@compiled(inline="always")
def _learn_bias(neuron, slope, gradient, descent):
    """Add to the gradient of a neuron's bias; or descend."""
    if descent is None:
        gradient[neuron] += slope
    else:
        bias, velocities = descent.biases[neuron], descent.bias_velocities
        slope += gradient[neuron] + descent.weight_decay * bias
        velocities[neuron] = descent.momentum * velocities[neuron] + slope
        descent.biases[neuron] = bias - descent.rate * velocities[neuron]

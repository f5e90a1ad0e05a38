"""Stochastic gradient descent with momentum and weight decay, as torch.optim.SGD defines it.

Arithmetic: 6 operations per parameter; bound by the reads and writes of a few arrays, small beside a batch.
"""

from __future__ import annotations

from netsparse.kernels.activation import FASTMATH
from netsparse.kernels.compile import compiled


@compiled(fastmath=FASTMATH)
def descend(values, velocities, gradients, rate, momentum, weight_decay):
    """Update in place: v = momentum v + weight_decay w + g, w -= rate v.

    gradients (workers, parameters): the shares of the batch, added up in the order of the workers.
    """
    for i in range(values.size):
        velocities[i] = momentum * velocities[i] + weight_decay * values[i]
    for worker in range(gradients.shape[0]):
        share = gradients[worker]
        for i in range(values.size):
            velocities[i] += share[i]
    for i in range(values.size):
        values[i] -= rate * velocities[i]


@compiled()
def restore(values, velocities, positions, frozen):
    """Give the values at some positions back what they were, and stop them; nothing to do where there are none."""
    for i in range(positions.size):
        values[positions[i]] = frozen[i]
        velocities[positions[i]] = 0

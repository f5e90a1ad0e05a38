"""Activation functions of hidden neurons, and their derivatives, over a row of signals."""

from __future__ import annotations

import numpy as np

from netsparse.kernels.compile import compiled
from netsparse.kernels.vector import multiply, multiply_add, zero_where_not_positive

RELU, TANH, SIGMOID, IDENTITY = range(4)
CODES = {"relu": RELU, "tanh": TANH, "sigmoid": SIGMOID, "identity": IDENTITY}

# Everything of fastmath but nnan and ninf: sums may be reordered, but a NaN or an infinity is never optimised away.
FASTMATH = {"contract", "reassoc", "nsz", "arcp"}


@compiled(fastmath=FASTMATH, forceinline=True)
def activate(code, row, width):
    """Apply the activation to row[:width] in place. NaN stays NaN: hence `< 0`, not a maximum."""
    if code == RELU:
        for j in range(width):
            row[j] = 0 if row[j] < 0 else row[j]
    elif code == TANH:
        for j in range(width):
            row[j] = np.tanh(row[j])
    elif code == SIGMOID:
        half = row.dtype.type(0.5)
        for j in range(width):
            row[j] = half + half * np.tanh(half * row[j])


@compiled()
def activate_samples(code, row):
    """Apply the activation to a row in place: a call, for code that is compiled for many lengths of rows."""
    activate(code, row, row.size)


@compiled(fastmath=FASTMATH, forceinline=True)
def times_derivative(code, row, delta, width):
    """Multiply delta[:width] by the derivative of the activation, given its value `row`."""
    if code == RELU:
        for j in range(width):
            delta[j] = 0 if row[j] <= 0 else delta[j]
    elif code == TANH:
        for j in range(width):
            delta[j] *= 1 - row[j] * row[j]
    elif code == SIGMOID:
        for j in range(width):
            delta[j] *= row[j] * (1 - row[j])


@compiled(forceinline=True)
def through_derivative(code, x, delta):
    """Return a vector of deltas times the derivative of the activation, given the vector of its values `x`."""
    if code == RELU:
        delta = zero_where_not_positive(x, delta)
    elif code == TANH:  # delta - x x delta
        delta = multiply_add(multiply(-1, x), multiply(x, delta), delta)
    elif code == SIGMOID:  # x (delta - x delta)
        delta = multiply(x, multiply_add(multiply(-1, x), delta, delta))
    return delta

"""Activation functions of hidden neurons, by name."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from netsparse.registry import Registry


def relu(x: np.ndarray) -> np.ndarray:
    """Return max(0, x), elementwise."""
    return np.maximum(x, 0)


def sigmoid(x: np.ndarray) -> np.ndarray:
    """Return 1 / (1 + exp(-x)), elementwise, without overflow."""
    return np.asarray(0.5 * (1 + np.tanh(0.5 * x)), dtype=np.asarray(x).dtype)


def tanh(x: np.ndarray) -> np.ndarray:
    """Return the hyperbolic tangent, elementwise."""
    return np.tanh(x)


def identity(x: np.ndarray) -> np.ndarray:
    """Return x: a linear network."""
    return x


ACTIVATIONS: Registry[Callable[[np.ndarray], np.ndarray]] = Registry(
    "activation", {"relu": relu, "tanh": tanh, "sigmoid": sigmoid, "identity": identity}
)

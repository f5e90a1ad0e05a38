"""What the training kernels compute, in plain Python: one sample, one link at a time."""

from __future__ import annotations

import math

FUNCTIONS = {
    "relu": (lambda z: max(0.0, z), lambda a: float(a > 0)),
    "tanh": (math.tanh, lambda a: 1 - a * a),
    "sigmoid": (lambda z: 1 / (1 + math.exp(-z)), lambda a: a * (1 - a)),
    "identity": (lambda z: z, lambda a: 1.0),
}


def links(layer):
    return list(zip(layer.rows.tolist(), layer.columns.tolist(), layer.weights.tolist(), strict=True))


def signals(network, sample):
    """The activations of every neuron layer for one sample, the last without activation."""
    activate = FUNCTIONS[network.activation][0]
    result = [list(map(float, sample))]
    for index, layer in enumerate(network.layers):
        after = layer.bias.tolist()
        for row, column, weight in links(layer):
            after[column] += result[-1][row] * weight
        last = index == len(network.layers) - 1
        result.append(after if last else [activate(z) for z in after])
    return result


def cross_entropy(scores, label):
    top = max(scores)
    total = sum(math.exp(score - top) for score in scores)
    gradient = [math.exp(score - top) / total - (c == label) for c, score in enumerate(scores)]
    return math.log(total) + top - scores[label], gradient


def gradients(network, sample, label):
    """Loss, and its gradients with respect to links, biases (per layer) and inputs, for one sample."""
    derivative = FUNCTIONS[network.activation][1]
    values = signals(network, sample)
    loss, delta = cross_entropy(values[-1], label)
    by_link, by_bias = [], []
    for index in reversed(range(len(network.layers))):
        by_bias.insert(0, delta)
        by_link.insert(0, [values[index][row] * delta[column] for row, column, _ in links(network.layers[index])])
        before = [0.0] * len(values[index])
        for row, column, weight in links(network.layers[index]):
            before[row] += weight * delta[column]
        if index:
            before = [d * derivative(a) for d, a in zip(before, values[index], strict=True)]
        delta = before
    return loss, by_link, by_bias, delta


def descend(value, velocity, gradient, rate, momentum, weight_decay):
    velocity = momentum * velocity + gradient + weight_decay * value
    return value - rate * velocity, velocity

"""Hypothesis strategies that the rooms' tests share: small layers and networks with every awkward feature."""

from __future__ import annotations

import numpy as np
from hypothesis import strategies as st

from netsparse import BipartiteLayer, LayeredNetwork
from tests.tiny import layer

AWKWARD = ("E1", "Évelyn Jefferson", "0", "1", "a, b", 'say "ha"', "<&>", "#", "日本", "nan", "x y", "None", "2", "3.0")


def _names(draw, size: int, named: bool) -> list[str] | None:
    """Names that formats are tempted to take for something else, or None."""
    if not named or not draw(st.booleans()):
        return None
    order = draw(st.permutations(range(len(AWKWARD))))
    return [AWKWARD[place] for place in order[:size]]


@st.composite
def layers(draw, max_size: int = 7, dtype=np.float64, shape=None, named=False) -> BipartiteLayer:
    """A layer with any pattern, empty and full ones included; some weights are exactly 0.0, biases random."""
    if shape is None:
        shape = (draw(st.integers(1, max_size)), draw(st.integers(1, max_size)))
    density = draw(st.sampled_from([0.0, 0.15, 0.4, 0.8, 1.0]))
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    pattern = rng.random(shape) < density
    weights = rng.normal(size=pattern.sum())
    weights[rng.random(weights.size) < 0.2] = 0.0
    found = layer(pattern, weights, dtype, rng.normal(size=shape[1]))
    return found.with_names(*(_names(draw, size, named) for size in shape))


@st.composite
def networks(
    draw, max_layers: int = 4, max_size: int = 6, dtype=np.float64, activation="relu", named=False
) -> LayeredNetwork:
    """A network of such layers; its readout, of zero or one layers, is full."""
    sizes = draw(st.lists(st.integers(1, max_size), min_size=2, max_size=max_layers + 1))
    stack = [draw(layers(dtype=dtype, shape=shape)) for shape in zip(sizes, sizes[1:], strict=False)]
    readout = draw(st.integers(0, 1))
    if readout:
        stack[-1] = _full(stack[-1], draw(st.integers(0, 2**32 - 1)))
    network = LayeredNetwork(stack, readout, activation)
    return network.with_names([_names(draw, size, named) for size in sizes])


def _full(other: BipartiteLayer, seed: int) -> BipartiteLayer:
    pattern = np.ones(other.shape)
    return layer(pattern, np.random.default_rng(seed).normal(size=pattern.size), other.dtype, other.bias)

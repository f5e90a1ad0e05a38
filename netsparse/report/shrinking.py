"""A network without what lies on no path from inputs to outputs: its sizes before and after, and how exact that is."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from netsparse.errors import InvalidValue
from netsparse.graph import LayeredNetwork
from netsparse.percolation import remove_disconnected
from netsparse.report.networks import Source, network_of

if TYPE_CHECKING:
    import pandas

_SAMPLES = 100
_TOLERANCE = {"float32": 1e-5, "float64": 1e-10}


@dataclass(frozen=True, eq=False)
class ShrunkNetwork:
    """A network and what is left of it.

    Attributes
    ----------
    before, network : LayeredNetwork
        The function of both is the same.
    largest_difference : float
        Of their outputs on 100 random inputs, standard normal.
    """

    before: LayeredNetwork
    network: LayeredNetwork
    largest_difference: float

    @property
    def dense_weights(self) -> tuple[int, int]:
        """Weights of dense layers of these sizes, before and after."""
        return tuple(sum(int(np.prod(layer.shape)) for layer in one.layers) for one in (self.before, self.network))

    def frame(self) -> pandas.DataFrame:
        """Return a tidy table with a row per layer: rows, columns and links, before and after."""
        import pandas as pd

        pairs = zip(self.before.layers, self.network.layers, strict=True)
        rows = [
            (index, *(value for layer in pair for value in (*layer.shape, layer.n_links)))
            for index, pair in enumerate(pairs)
        ]
        sizes = ["rows", "columns", "links"]
        return pd.DataFrame(rows, columns=["layer", *sizes, *(f"{name}_after" for name in sizes)])


def shrink(source: Source) -> ShrunkNetwork:
    """Return a network without its hidden neurons on no path from inputs to outputs; it computes the same.

    What such a neuron adds to others is folded into their biases, see
    :func:`netsparse.percolation.remove_disconnected`. Inputs and outputs all stay. Links count by presence: one of
    weight 0.0 carries a path, and for a model of torch :func:`netsparse.nn.shrink` looks at the weights.

    Parameters
    ----------
    source : LayeredNetwork or path-like
        A network, its file, or the folder of a run. Frozen links and biases go like others.

    Raises
    ------
    ValueError
        If the outputs would differ by more than rounding: biases too large for the dtype.

    Examples
    --------
    >>> import netsparse as ns
    >>> shrunk = ns.report.shrink(ns.generate.erdos_renyi((50, 40, 40, 5), density=0.02, rng=0))
    >>> shrunk.before.sizes, shrunk.network.sizes
    ((50, 40, 40, 5), (50, 14, 14, 5))
    """
    before = network_of(source)
    network = remove_disconnected(before, readout=True, frozen=True)[0].compact()
    inputs = np.random.default_rng(0).standard_normal((_SAMPLES, before.sizes[0])).astype(before.dtype)
    expected, found = before.forward(inputs), network.forward(inputs)
    largest = float(np.abs(expected - found).max())
    allowed = _TOLERANCE[str(before.dtype)] * max(1.0, float(np.abs(expected).max()))
    if not largest <= allowed:
        raise InvalidValue(f"the network cannot be shrunk exactly: its outputs would differ by {largest:.3g}")
    return ShrunkNetwork(before, network, largest)

"""The expected random-removal curve beside simulated orders."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

import numpy as np

from netsparse.errors import check_count
from netsparse.graph import LayeredNetwork, as_network
from netsparse.graph.door import NetworkLike
from netsparse.percolation.curves import curve
from netsparse.percolation.theory import attacked_layers, expected_curve

if TYPE_CHECKING:
    import pandas


def compare_with_simulation(
    network: NetworkLike,
    *,
    kind: str = "links",
    layers: Iterable[int] | None = None,
    readout: bool = False,
    repeats: int = 1000,
    points: int = 101,
    rng=None,
) -> pandas.DataFrame:
    """Return the expected curve beside the mean of simulated random orders, and the error between them.

    Parameters
    ----------
    network : LayeredNetwork
        Or what :func:`netsparse.graph.as_network` takes.
    kind, layers, readout
        As in `message_passing`; the orders remove the same links or neurons.
    repeats : int, default 1000
        Number of random orders.
    points : int, default 101
        Number of fractions from 0 to 1 at which the curves are compared.
    rng : seed or numpy.random.Generator, optional

    Returns
    -------
    pandas.DataFrame
        Tidy, a row per fraction and quantity (the columns of `expected_curve`): fraction, quantity, expected,
        simulated (the mean), standard_error (of that mean), error (expected - simulated).

    Notes
    -----
    O(repeats x links).

    Examples
    --------
    >>> import netsparse as ns
    >>> network = ns.generate.erdos_renyi((20, 20, 5), density=0.2, rng=0)
    >>> frame = ns.percolation.compare_with_simulation(network, repeats=50, points=11, rng=0)
    >>> sorted(frame.quantity.unique())[:2], len(frame) == 11 * frame.quantity.nunique()
    (['active', 'active_0'], True)
    """
    import pandas as pd

    network = as_network(network)
    repeats = check_count("repeats", repeats, at_least=2)
    points = check_count("points", points, at_least=2)
    rng = np.random.default_rng(rng)
    removable = _removable_ids(network, kind, layers, readout)
    steps = np.round(np.linspace(0, 1, points) * removable.size).astype(int)
    fractions = steps / max(removable.size, 1)
    expected = expected_curve(network, fractions, kind=kind, layers=layers, readout=readout).drop(columns="fraction")
    simulated = np.stack([_simulate(network, rng.permutation(removable), steps, kind) for _ in range(repeats)])
    return pd.DataFrame(
        {
            "fraction": np.repeat(fractions, expected.shape[1]),
            "quantity": np.tile(expected.columns, points),
            "expected": expected.to_numpy().ravel(),
            "simulated": simulated.mean(axis=0).ravel(),
            "standard_error": simulated.std(axis=0, ddof=1).ravel() / np.sqrt(repeats),
        }
    ).assign(error=lambda frame: frame.expected - frame.simulated)


def _removable_ids(network: LayeredNetwork, kind: str, layers: Iterable[int] | None, readout: bool) -> np.ndarray:
    """Return the ids, in the numbering of orders, of the links or neurons of the attacked layers."""
    attacked = attacked_layers(network, kind, layers, readout)
    sizes = [layer.n_links for layer in network.layers] if kind == "links" else network.sizes
    return np.flatnonzero(np.repeat([index in attacked for index in range(len(sizes))], sizes))


def _simulate(network: LayeredNetwork, order: np.ndarray, steps: np.ndarray, kind: str) -> np.ndarray:
    """Return the columns of `expected_curve`, fraction left out, at some steps of one order."""
    state = curve(network, order, kind=kind, quantities="paths")
    neurons = state.active_neurons[steps]
    return np.column_stack([neurons.sum(axis=1), neurons, state.active_links[steps], neurons[:, -1]])

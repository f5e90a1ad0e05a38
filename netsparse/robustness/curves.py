"""Accuracy under an attack of growing strength, beside the percolation quantities of the same states."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

import numpy as np

from netsparse.datasets import Samples, evaluate
from netsparse.errors import InvalidValue, check_count
from netsparse.graph import LayeredNetwork, as_network
from netsparse.graph.door import NetworkLike
from netsparse.percolation.curves import curve as percolation_curve
from netsparse.robustness import removal
from netsparse.robustness.attacks import Attack, get_attack

if TYPE_CHECKING:
    import pandas

PERCOLATION = ("active", "active_links", "outputs_reached", "largest_component")
REMOVE = {"links": removal.without_links, "neurons": removal.without_neurons}


def curve(
    network: NetworkLike,
    data,
    attack: str | Attack,
    *,
    steps: int = 50,
    strengths=None,
    repeats: int = 3,
    readout: bool = False,
    frozen: bool = False,
    rng=None,
    tick: Callable[[], object] | None = None,
) -> pandas.DataFrame:
    """Return accuracy and loss of a network under an attack of growing strength.

    Parameters
    ----------
    network : LayeredNetwork
        Or what :func:`netsparse.graph.as_network` takes.
    data : netsparse.datasets.Standardised, Samples or (x, y)
        Of standardised data the test samples. A pair (x, y) is taken as it is: its `x` must hold pixels from 0 to 1 for
        attacks on the inputs.
    attack : str or Attack
        A name in :data:`netsparse.robustness.ATTACKS`, or an attack of one's own, see
        :func:`netsparse.robustness.in_order`.
    steps : int, default 50
        Number of equal steps of the attack's default grid of strengths.
    strengths : array_like of float, optional
        Strengths of one's own, instead; the intact network (strength 0) is always the first.
    repeats : int, default 3
        Independent repetitions of a stochastic attack; a deterministic one is run once.
    readout : bool, default False
        Whether the readout's links take part.
    frozen : bool, default False
        Attack frozen links, and neurons that have any, too. By default they are left out, and a strength counts
        the others; only an order of one's own may name them.
    rng : None, int or numpy.random.Generator
        All strengths of one repeat share their random numbers: removals are nested, noise only grows.
    tick : callable, optional
        Called after every state, for progress bars; :func:`n_states` says how often.

    Returns
    -------
    pandas.DataFrame
        A row per repeat and strength: attack, repeat, step (0 = intact), strength, accuracy, loss, links, and of
        the same state active (neurons on input-to-output paths), active_links, outputs_reached and
        largest_component, as in :class:`netsparse.percolation.PercolationCurve`.

    Raises
    ------
    ValueError, TypeError
        For an unknown attack, strengths out of its range, or a network and data that do not fit; before any work.

    Notes
    -----
    A forward pass over the test samples per state; `pgd` adds ten forward and backward passes.

    Examples
    --------
    >>> import netsparse as ns
    >>> network = ns.generate.erdos_renyi((4, 8, 2), density=0.5, rng=0)
    >>> x, y = [[0.1, 0.9, 0.8, 0.2], [0.7, 0.2, 0.1, 0.6]], [0, 1]
    >>> frame = ns.robustness.curve(network, (x, y), 'links-weight', steps=2, rng=0)
    >>> frame[['attack', 'repeat', 'strength', 'links', 'active_links']]
             attack  repeat  strength  links  active_links
    0  links-weight       0       0.0     32            30
    1  links-weight       0       0.5     24            16
    2  links-weight       0       1.0     16             0
    """
    import pandas as pd

    network = as_network(network)
    attack = get_attack(attack)
    samples = Samples.of(data).fitting(network)
    network = network.thaw() if frozen else network
    grid = _grid(attack, steps, strengths)
    n_repeats = check_count("repeats", repeats, at_least=1) if attack.stochastic else 1
    seeds = np.random.default_rng(rng).integers(2**63, size=n_repeats)
    trials = [_trial(network, samples, attack, grid, readout, int(seed), tick) for seed in seeds]
    frame = pd.concat(trials, keys=range(n_repeats), names=["repeat", "step"]).reset_index()
    frame.insert(0, "attack", attack.name)
    return frame


def n_states(attack: str | Attack, *, steps: int = 50, strengths=None, repeats: int = 3) -> int:
    """Return how many states :func:`curve` evaluates; parameters as there.

    Examples
    --------
    >>> n_states('links-random', steps=50, repeats=3), n_states('links-weight', steps=50, repeats=3)
    (153, 51)
    """
    attack = get_attack(attack)
    return _grid(attack, steps, strengths).size * (repeats if attack.stochastic else 1)


def _grid(attack: Attack, steps: int, strengths) -> np.ndarray:
    return attack.grid(steps) if strengths is None else attack.arranged(strengths)


def _trial(
    network: LayeredNetwork, samples: Samples, attack: Attack, grid: np.ndarray, readout: bool, seed: int, tick
) -> pandas.DataFrame:
    """Return the states of one repeat, a row each."""
    import pandas as pd

    states, percolation = (_removals if attack.order else _perturbations)(network, samples, attack, grid, readout, seed)
    rows = []
    for strength, (attacked, x) in zip(grid, states, strict=True):
        loss, accuracy = evaluate(attacked, (x, samples.y))
        if not np.isfinite(loss):
            raise InvalidValue(f"outputs overflow {network.dtype}: the perturbation is too strong to be computed")
        rows.append((strength, accuracy, loss, attacked.n_links))
        if tick:
            tick()
    frame = pd.DataFrame(rows, columns=["strength", "accuracy", "loss", "links"])
    return frame.join(percolation.reset_index(drop=True))


State = tuple[LayeredNetwork, np.ndarray]


def _removals(network, samples, attack, grid, readout, seed) -> tuple[Iterator[State], pandas.DataFrame]:
    """Return the states along one removal order, and their rows of its percolation curve."""
    order = attack.order(network, readout=readout, rng=seed)
    counts = [attack.count(network, strength, readout=readout) for strength in grid]
    quantities = percolation_curve(network, order, kind=attack.kind).frame()
    states = ((REMOVE[attack.kind](network, order[:n]), samples.x) for n in counts)
    return states, quantities.loc[counts, list(PERCOLATION)]


def _perturbations(network, samples, attack, grid, readout, seed) -> tuple[Iterator[State], pandas.DataFrame]:
    """Return the states of a perturbation that removes nothing: all have the intact network's quantities."""
    intact = percolation_curve(network, np.empty(0, dtype=np.int64)).frame()
    states = (_perturbed(network, samples, attack, strength, readout, seed) for strength in grid)
    return states, intact.loc[[0] * len(grid), list(PERCOLATION)]


def _perturbed(network, samples, attack, strength, readout, seed) -> State:
    if attack.kind == "inputs":
        x, y, mean, deviation = samples
        return network, attack.function(network, x, y, strength, mean=mean, deviation=deviation, rng=seed)
    return attack.function(network, strength, readout=readout, rng=seed), samples.x

"""How many links a pruning takes from a group of them: by a rate, by what their weights say, down to a density."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

import numpy as np

from netsparse.errors import check_number
from netsparse.prune.sap import sap_count
from netsparse.registry import Registry
from netsparse.rewire import Schedule
from netsparse.rewire.counts import floor_share


class Count(Protocol):
    """What tells how many links of a group are pruned."""

    def of(self, weights: np.ndarray, *, total: int, progress: float, is_readout: bool) -> int:
        """Return how many of the links of these weights to prune.

        Parameters
        ----------
        weights : numpy.ndarray
            Of the links that are left in the group.
        total : int
            How many the group had before it was ever pruned.
        progress : float
            Share of all prunings that are made once this one is, in (0, 1].
        is_readout : bool
            Whether all of them are in the last layer.
        """


_TENTH = Schedule(0.1)

COUNTS: Registry[Callable[..., Count]] = Registry("count")
"""How many links a pruning takes, by name; each is made with its options."""


@COUNTS.register("rate")
@dataclass(frozen=True)
class Rate:
    """The same share of what is left, time after time: exactly its floor [1]_.

    Parameters
    ----------
    rate : float, default 0.2
    output_rate : float, optional
        Rate of the last layer where layers or neurons are pruned by themselves; by default `rate`.

    References
    ----------
    .. [1] J. Frankle, M. Carbin, The lottery ticket hypothesis, ICLR 2019.

    Examples
    --------
    >>> import numpy as np
    >>> from netsparse.prune import Rate
    >>> Rate(0.2, output_rate=0.1).of(np.ones(29), total=100, progress=0.5, is_readout=False)
    5
    """

    rate: float = 0.2
    output_rate: float | None = None

    def __post_init__(self) -> None:
        check_number("rate", self.rate, at_least=0, at_most=1)
        if self.output_rate is not None:
            check_number("output_rate", self.output_rate, at_least=0, at_most=1)

    def of(self, weights: np.ndarray, *, total: int, progress: float, is_readout: bool) -> int:
        """Return the floor of the rate times what is left."""
        return floor_share(self.output_rate if is_readout and self.output_rate is not None else self.rate, weights.size)


@COUNTS.register("sap")
@dataclass(frozen=True)
class Sap:
    """As many as the PQ index of the weights promises to be superfluous, see :func:`netsparse.prune.sap_count` [1]_.

    References
    ----------
    .. [1] E. Diao et al., Pruning deep neural networks from a sparsity perspective, ICLR 2023.

    Examples
    --------
    >>> import numpy as np
    >>> from netsparse.prune import Sap
    >>> Sap(eta=1.0).of(np.arange(1, 9), total=8, progress=1.0, is_readout=False)
    6
    """

    p: float = 0.5
    q: float = 1.0
    eta: float = 0.0
    gamma: float = 1.0
    beta: float = 0.9

    def __post_init__(self) -> None:
        sap_count([], **vars(self))

    def of(self, weights: np.ndarray, *, total: int, progress: float, is_readout: bool) -> int:
        """Return the count of adaptive pruning."""
        return sap_count(weights, **vars(self)).count


@COUNTS.register("density")
@dataclass(frozen=True)
class Density:
    """As many as leave the density that a schedule asks for, exactly: total - floor((1 - density) total) links stay.

    Parameters
    ----------
    density : float or netsparse.rewire.Schedule
        Of the links that there were before the first pruning. A density that is already reached takes nothing.

    Examples
    --------
    >>> import numpy as np
    >>> from netsparse.prune import Density
    >>> from netsparse.rewire import Schedule
    >>> falling = Density(Schedule(1.0, "linear", final=0.2))
    >>> [falling.of(np.ones(100), total=100, progress=progress, is_readout=False) for progress in (0.5, 1.0)]
    [40, 80]
    """

    density: Schedule = _TENTH

    def __post_init__(self) -> None:
        object.__setattr__(self, "density", Schedule.of(self.density))
        for value in self.density.values:
            check_number("density", value, at_least=0, at_most=1)

    def of(self, weights: np.ndarray, *, total: int, progress: float, is_readout: bool) -> int:
        """Return how many are too many for the density of the time."""
        return _surplus(weights.size, total, self.density.at(progress))


@COUNTS.register("geometric")
@dataclass(frozen=True)
class Geometric:
    """As many as leave density^progress: the same share at each pruning, and exactly the density at the last [1]_.

    References
    ----------
    .. [1] H. Tanaka et al., Pruning neural networks without any data by iteratively conserving synaptic flow,
       NeurIPS 2020.

    Examples
    --------
    >>> import numpy as np
    >>> from netsparse.prune import Geometric
    >>> [Geometric(0.01).of(np.ones(1000), total=1000, progress=p, is_readout=False) for p in (0.5, 1.0)]
    [900, 990]
    """

    density: float = 0.1

    def __post_init__(self) -> None:
        check_number("density", self.density, above=0, at_most=1)

    def of(self, weights: np.ndarray, *, total: int, progress: float, is_readout: bool) -> int:
        """Return how many are too many for the density of the time."""
        return _surplus(weights.size, total, self.density**progress)


def _surplus(left: int, total: int, density: float) -> int:
    return max(0, left - (total - floor_share(1 - density, total)))

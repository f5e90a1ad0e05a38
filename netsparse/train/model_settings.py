"""What a run trains: the layers of the network, and what computes them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from netsparse.errors import check_number
from netsparse.train.group import Group, one_of, setting, sizes

BACKENDS = ("auto", "sparse", "masked")  # as in netsparse.nn, which imports torch


def _density(name: str, value: Any) -> float | None:
    return None if value is None else check_number(name, value, above=0, at_most=1)


@dataclass(frozen=True, kw_only=True)
class ModelSettings(Group):
    """The network of a training; its links and weights are the recipe's matter.

    Parameters
    ----------
    hidden : sequence of int
        Sizes of the hidden layers.
    density : float in (0, 1], optional
        Of the sparse layers at the start; the readout is dense. None in a run whose recipe has a density of its own.
    backend : {'auto', 'sparse', 'masked'}

    Examples
    --------
    >>> from netsparse.train import ModelSettings
    >>> ModelSettings(hidden=[300, 100], density=0.05)
    ModelSettings(hidden=(300, 100), density=0.05, backend='auto')
    """

    hidden: tuple[int, ...] = setting((1000, 1000, 1000), sizes)
    density: float | None = setting(None, _density)
    backend: str = setting("auto", one_of(BACKENDS))

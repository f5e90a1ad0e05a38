"""Channels of what the operations of a model return: which go together, and which are constant."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from scipy import sparse


@dataclass(frozen=True, eq=False)
class Channels:
    """The channels of one tensor: its neurons, or the planes of a convolution.

    Attributes
    ----------
    axis : int
        Which axis of the tensor counts them.
    members : numpy.ndarray of int64, shape (channels,)
        What each is in :class:`Groups`.
    constant : numpy.ndarray of bool, shape (channels,)
        Whether a channel is the same number for every input and at every place.
    values : numpy.ndarray of float64, shape (channels,)
        That number, 0 where there is none.
    """

    axis: int
    members: np.ndarray
    constant: np.ndarray
    values: np.ndarray

    def __len__(self) -> int:
        return self.members.size

    def with_values(self, constant: np.ndarray, values: np.ndarray) -> Channels:
        """Return the same channels with other constants; what is infinite or NaN is none."""
        constant = constant & np.isfinite(values)
        return replace(self, constant=constant, values=np.where(constant, values, 0.0))

    def only(self, constant: np.ndarray) -> Channels:
        """Return the same channels, of whose constants only some are known."""
        return self.with_values(self.constant & constant, self.values)


class Groups:
    """Which channels of which tensors go only together, and which groups of them have to stay."""

    def __init__(self) -> None:
        self._size = 0
        self._ones: list[np.ndarray] = []
        self._others: list[np.ndarray] = []
        self._demanded: list[np.ndarray] = []

    def fresh(self, n: int, axis: int) -> Channels:
        """Return n channels that nothing is known of, each a group of its own."""
        first, self._size = self._size, self._size + n
        return Channels(axis, np.arange(first, self._size), np.zeros(n, dtype=bool), np.zeros(n))

    def join(self, one: np.ndarray, other: np.ndarray) -> None:
        """Let each member of one array go only with that of the other."""
        self._ones.append(one)
        self._others.append(other)

    def demand(self, members: np.ndarray) -> None:
        """Let members stay, and with them their groups."""
        self._demanded.append(members)

    def kept(self) -> np.ndarray:
        """Return for each member whether its group stays."""
        none = np.empty(0, np.int64)
        one, other = np.concatenate([none, *self._ones]), np.concatenate([none, *self._others])
        joined = sparse.coo_array((np.ones(one.size), (one, other)), shape=(self._size, self._size))
        _, labels = sparse.csgraph.connected_components(joined, directed=False)
        stays = np.zeros(self._size + 1, dtype=bool)
        for members in self._demanded:
            stays[labels[members]] = True
        return stays[labels]

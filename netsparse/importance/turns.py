"""Whose turn it is to lose an item: layers side by side at the same fraction, or all as one."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from netsparse.errors import unknown

SCOPES = ("layer", "global")


@dataclass(frozen=True, eq=False)
class Turns:
    """A schedule of removals from groups of items.

    Attributes
    ----------
    members : numpy.ndarray of int64, shape (items,)
        Ids of the items, group after group.
    starts : numpy.ndarray of int64, shape (groups + 1,)
        Group g is members[starts[g]:starts[g + 1]].
    steps : numpy.ndarray of int64, shape (items,)
        Position, among the items sorted group after group, of the one removed at each step.
    groups : numpy.ndarray of int64, shape (items,)
        The group that loses an item at each step.
    """

    members: np.ndarray
    starts: np.ndarray
    steps: np.ndarray
    groups: np.ndarray

    def by_group(self) -> list[np.ndarray]:
        """Return the members of each group."""
        return np.split(self.members, self.starts[1:-1])


def take_turns(members: list[np.ndarray], scope: str) -> Turns:
    r"""Schedule the removal of all members of all layers.

    With scope 'layer' removal i = 0, 1, ... of a layer of n items is due at the fraction :math:`(i + 1/2) / n`,
    so that at every fraction f each layer has lost :math:`\lfloor f n + 1/2 \rfloor` items. With scope 'global' the
    layers are one group.
    """
    if scope not in SCOPES:
        raise unknown("scope", scope, SCOPES)
    everyone = np.concatenate([np.empty(0, dtype=np.int64), *members])
    sizes = np.array([layer.size for layer in members] if scope == "layer" else [everyone.size], dtype=np.int64)
    due = np.concatenate([np.empty(0), *((np.arange(size) + 0.5) / size for size in sizes)])
    steps = np.argsort(due, kind="stable")
    groups = np.repeat(np.arange(sizes.size), sizes)[steps]
    return Turns(everyone, np.concatenate([[0], np.cumsum(sizes)]), steps, groups)

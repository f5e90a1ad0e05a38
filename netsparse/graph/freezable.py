"""The frozen links and biases of a layer: what training, rewiring, folding and attacks leave as it is."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from netsparse.errors import InvalidType, InvalidValue, check_positions

if TYPE_CHECKING:
    from netsparse.graph.layer import BipartiteLayer


class Frozen(NamedTuple):
    """Which links (CSR order) and which biases of a layer are frozen, as booleans; None where none is."""

    links: np.ndarray | None = None
    biases: np.ndarray | None = None

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Frozen) and all(map(np.array_equal, self, other))

    def __ne__(self, other: object) -> bool:
        return not self == other

    __hash__ = None  # arrays have none

    def without_links(self, keep: np.ndarray) -> Frozen:
        """Return the marks of a layer that keeps only some of its links."""
        return self if self.links is None else self._replace(links=_marks(self.links[keep]))

    def at(self, places: np.ndarray, n_links: int) -> Frozen:
        """Return the marks of a layer of more links, in which those there were stand at other places."""
        if self.links is None:
            return self
        marks = np.zeros(n_links, dtype=bool)
        marks[places] = self.links
        return self._replace(links=_marks(marks))

    def count(self) -> int:
        """Return how many links and biases are frozen."""
        return sum(int(marks.sum()) for marks in self if marks is not None)


NOTHING_FROZEN = Frozen()


def checked_frozen(links, biases, n_links: int, n_columns: int) -> Frozen:
    """Return the marks that a layer is given, or raise an error unless each is None or a boolean an entry."""
    if links is None and biases is None:
        return NOTHING_FROZEN
    return Frozen(
        _marks(_checked("frozen_links", links, n_links)), _marks(_checked("frozen_biases", biases, n_columns))
    )


class Freezable:
    """What a layer says of its frozen links and biases; a part of :class:`netsparse.BipartiteLayer`."""

    __slots__ = ()

    _frozen: Frozen

    @property
    def frozen_links(self) -> np.ndarray | None:
        """Which links are frozen, bool in CSR order, shape (n_links,); None where none is."""
        return self._frozen.links

    @property
    def frozen_biases(self) -> np.ndarray | None:
        """Which biases are frozen, bool, shape (columns,); None where none is."""
        return self._frozen.biases

    @property
    def frozen(self) -> Frozen:
        """Marks of links and of biases together, for code that makes a layer of this one."""
        return self._frozen

    @property
    def has_frozen(self) -> bool:
        """Whether any link or bias is frozen."""
        return self._frozen != NOTHING_FROZEN

    @property
    def free_links(self) -> np.ndarray:
        """Ascending positions (CSR order) of the links that are not frozen, int64; computed, O(links)."""
        marks = self.frozen_links
        return np.arange(self.n_links) if marks is None else np.flatnonzero(~marks)

    def freeze(self, *, links=(), biases=()) -> BipartiteLayer:
        """Return the layer with some links and biases frozen, beside those that are already.

        What is frozen stays as it is: no gradient step, weight decay or momentum moves it, no rewiring, clean-up or
        folding takes or changes it, no attack touches it, and files keep the mark. Methods that are told to change
        it, such as ``with_weights`` and ``without_links``, do.

        Parameters
        ----------
        links : array_like of int
            Positions in CSR order.
        biases : array_like of int
            Columns.

        Raises
        ------
        TypeError, ValueError
            If they are no whole numbers, or out of range.

        Examples
        --------
        >>> import netsparse as ns
        >>> skip = ns.BipartiteLayer.from_links([0, 1], [0, 1], [1.0, 1.0], shape=(2, 2)).freeze(links=[0, 1])
        >>> skip
        BipartiteLayer(2 x 2, 2 links, density 0.5, float64, 2 frozen)
        """
        marks = (
            _with(self.frozen_links, check_positions("links", links, self.n_links), self.n_links),
            _with(self.frozen_biases, check_positions("biases", biases, self.shape[1]), self.shape[1]),
        )
        return self._of_matrix(self._biadjacency, self.bias, Frozen(*map(_marks, marks)), self.names)

    def thaw(self) -> BipartiteLayer:
        """Return the layer with nothing frozen.

        Examples
        --------
        >>> import netsparse as ns
        >>> layer = ns.BipartiteLayer.from_links([0], [0], [1.0], shape=(1, 1))
        >>> layer.freeze(links=[0]).thaw() == layer
        True
        """
        return self._of_matrix(self._biadjacency, self.bias, names=self.names) if self.has_frozen else self


def marks_of(marks: np.ndarray | None, size: int) -> np.ndarray:
    """Return marks as booleans, also where they are None."""
    return np.zeros(size, dtype=bool) if marks is None else marks


def _with(marks: np.ndarray | None, positions: np.ndarray, size: int) -> np.ndarray | None:
    if not positions.size:
        return marks
    more = marks_of(marks, size).copy()
    more[positions] = True
    return more


def _marks(marks: np.ndarray | None) -> np.ndarray | None:
    """Return marks read-only, None for those that mark nothing: equal layers then hold equal marks."""
    if marks is None or not marks.any():
        return None
    marks.setflags(write=False)
    return marks


def _checked(name: str, marks, size: int) -> np.ndarray | None:
    if marks is None:
        return None
    marks = np.array(marks)
    if marks.dtype != bool:
        raise InvalidType(f"{name} must be true or false for each, got dtype {marks.dtype}", parameter=name)
    if marks.shape != (size,):
        raise InvalidValue(f"{name} must have shape ({size},), got {marks.shape}", parameter=name)
    return marks

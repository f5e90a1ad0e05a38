"""Names of neurons and nodes: text, each once within its side."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise
from typing import TYPE_CHECKING, NamedTuple

from netsparse.errors import InvalidType, InvalidValue, one_line

if TYPE_CHECKING:
    from netsparse.graph.layer import BipartiteLayer
    from netsparse.graph.network import LayeredNetwork

_UNWRITABLE = re.compile("[\x00-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")  # what XML has no way to write


class Names(NamedTuple):
    """Names of the earlier and of the later neurons of a layer, None where they have none."""

    rows: tuple[str, ...] | None = None
    columns: tuple[str, ...] | None = None


UNNAMED = Names()


def checked_names(names: Sequence[str] | None, size: int, what: str) -> tuple[str, ...] | None:
    """Return names as a tuple, or raise an error that says which of them cannot be; None stays None.

    Examples
    --------
    >>> checked_names(["Evelyn", "Laura"], 2, "row_names")
    ('Evelyn', 'Laura')
    >>> checked_names(["Evelyn", "Evelyn"], 2, "row_names")
    Traceback (most recent call last):
    ...
    netsparse.errors.InvalidValue: row_names must be different, 'Evelyn' is there twice
    """
    if names is None:
        return None
    if isinstance(names, str):
        raise InvalidType(f"{what} must be a sequence of texts, got one text", parameter=what)
    names = tuple(names)
    odd = next((name for name in names if not isinstance(name, str)), None)
    if odd is not None:
        raise InvalidType(f"{what} must be texts, got {one_line(repr(odd), 60)}", parameter=what)
    if len(names) != size:
        raise InvalidValue(f"{what} must be {size}, one each, got {len(names)}", parameter=what)
    odd = next((name for name in names if name != name.strip() or not name or _UNWRITABLE.search(name)), None)
    if odd is not None:
        words = "is empty" if not odd else "holds control characters" if odd == odd.strip() else "has blanks at an end"
        raise InvalidValue(f"{what} must be readable, {one_line(repr(odd), 60)} {words}", parameter=what)
    if len(set(names)) < size:
        seen: set[str] = set()
        twice = next(name for name in names if name in seen or seen.add(name))
        raise InvalidValue(f"{what} must be different, {one_line(repr(twice), 60)} is there twice", parameter=what)
    return tuple(map(str, names))  # numpy's own kind of text becomes Python's


class Nameable:
    """What a layer says of the names of its neurons; a part of :class:`netsparse.BipartiteLayer`."""

    __slots__ = ()

    _names: Names

    @property
    def row_names(self) -> tuple[str, ...] | None:
        """Names of the earlier neurons, or None."""
        return self._names.rows

    @property
    def column_names(self) -> tuple[str, ...] | None:
        """Names of the later neurons, or None."""
        return self._names.columns

    @property
    def names(self) -> Names:
        """Names of rows and of columns together, for code that makes a layer of this one."""
        return self._names

    def with_names(self, rows: Sequence[str] | None = None, columns: Sequence[str] | None = None) -> BipartiteLayer:
        """Return the layer with these names and no others; None, the default, is a side without names.

        Raises
        ------
        TypeError, ValueError
            If a name is no text, empty, or not the only one of its kind on its side, or there is not one a neuron.

        Examples
        --------
        >>> import netsparse as ns
        >>> layer = ns.BipartiteLayer.from_links([0, 1], [0, 0], [1.0, 1.0], shape=(2, 1))
        >>> layer.with_names(rows=["Evelyn", "Laura"]).row_names
        ('Evelyn', 'Laura')
        """
        names = Names(checked_names(rows, self.shape[0], "rows"), checked_names(columns, self.shape[1], "columns"))
        return self._named(names)

    def _named(self, names: Names) -> BipartiteLayer:
        """Return the layer with names that were checked."""
        return self if names == self._names else self._of_matrix(self._biadjacency, self.bias, self.frozen, names)


class NameableGroups:
    """What a network says of the names of its neurons; a part of :class:`netsparse.LayeredNetwork`."""

    __slots__ = ()

    _layers: tuple[BipartiteLayer, ...]

    @property
    def names(self) -> tuple[tuple[str, ...] | None, ...]:
        """Names of the neurons of each neuron layer, None for one without."""
        return (self._layers[0].row_names, *(layer.column_names for layer in self._layers))

    @property
    def has_names(self) -> bool:
        """Whether any neuron has a name."""
        return any(names is not None for names in self.names)

    def with_names(self, names: Sequence[Sequence[str] | None]) -> LayeredNetwork:
        """Return the network with these names, one sequence a neuron layer, None for one without.

        Examples
        --------
        >>> import netsparse as ns
        >>> network = ns.generate.erdos_renyi((3, 2), density=1.0, rng=0)
        >>> network.with_names([None, ["cat", "dog"]]).names
        (None, ('cat', 'dog'))
        """
        if len(names) != len(self.sizes):
            raise InvalidValue(f"names must be {len(self.sizes)} sequences, one a neuron layer, got {len(names)}")
        layers = [one.with_names(*pair) for one, pair in zip(self._layers, pairwise(names), strict=True)]
        return type(self)(layers, self._readout, self._activation)


def named_throughout(layers: tuple[BipartiteLayer, ...]) -> tuple[BipartiteLayer, ...]:
    """Return stacked layers each of which has the names that either of two neighbours gives their common neurons.

    Raises
    ------
    ValueError
        If two neighbours give them different names.
    """
    if all(layer.names is UNNAMED or layer.names == UNNAMED for layer in layers):
        return layers
    common = [layers[0].row_names]
    for index, (before, after) in enumerate(zip(layers, layers[1:], strict=False)):
        given = [names for names in (before.column_names, after.row_names) if names is not None]
        if len(given) == 2 and given[0] != given[1]:
            one, other = next((a, b) for a, b in zip(*given, strict=True) if a != b)
            raise InvalidValue(f"layer {index} calls a neuron {one!r}, layer {index + 1} calls it {other!r}")
        common.append(given[0] if given else None)
    common.append(layers[-1].column_names)
    return tuple(layer._named(Names(*pair)) for layer, pair in zip(layers, pairwise(common), strict=True))

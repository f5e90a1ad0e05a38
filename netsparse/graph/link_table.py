"""Tables of links, one row each: pandas frames, and text files that may be larger than memory."""

from __future__ import annotations

import re
from os import PathLike
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from netsparse.errors import FileFormatError, InvalidValue, one_line
from netsparse.files import writing
from netsparse.graph.attributes import text_of
from netsparse.graph.convert import GraphContent, layer_from_content, network_from_content
from netsparse.graph.link_text import ENDS, opened
from netsparse.graph.monopartite import Graph

if TYPE_CHECKING:
    import pandas

    from netsparse.graph.door import AnyGraph
    from netsparse.graph.layer import BipartiteLayer
    from netsparse.graph.network import LayeredNetwork

_DIGITS = re.compile(r"0|[1-9][0-9]{0,17}")
_ALWAYS_FINE, _MOST_ISOLATED = 10_000_000, 1000
"""Neurons a side may have, and beyond that how many there may be for each that has a link: a number is soon written."""


def from_frame(frame: pandas.DataFrame, kind: str) -> LayeredNetwork | BipartiteLayer | Graph:
    """Return what a table of links says.

    Parameters
    ----------
    frame : pandas.DataFrame
        Columns row and column, a neuron of the earlier and of the later side; with `layer`, the place of the link's
        layer, a network. Or columns source and target: two nodes of a graph, or, where a layer or a network is asked
        for, a row and a column. Neurons that are whole numbers are their places; text is a name, and the names of a
        side are numbered as they first come. `weight` is 1 where there is none.
    kind : {'network', 'layer', 'graph', 'any'}
        What source and target are; of 'any', a graph.

    Raises
    ------
    ValueError
        If a column is missing, a number is not exact or not finite, a link is there twice, a layer is missing, or a
        source is a target too where these are different neurons.

    Examples
    --------
    >>> import pandas as pd
    >>> from_frame(pd.DataFrame({"row": [0, 1], "column": [2, 0], "weight": [0.5, 0.0]}), "layer")
    BipartiteLayer(2 x 3, 2 links, density 0.3333, float64)
    >>> from_frame(pd.DataFrame({"source": ["a"], "target": ["b"]}), "graph").names
    ('a', 'b')
    """
    first, second = _end_columns(list(map(str, frame.columns)))
    links = _Links(first, second)
    links.add(frame)
    return links.build(kind)


def read_link_table(path: str | PathLike, kind: str = "any") -> LayeredNetwork | BipartiteLayer | Graph:
    """Read a text file of links, one a line: as :func:`from_frame`, or without a line of names, source and target.

    Parameters
    ----------
    path : path-like
        Separated by tabs, commas, semicolons or blanks, as its first line is; lines that start with ``#`` are
        comments. A third column of a file without a line of names is the weight. Where all neurons of a side are whole
        numbers, these are their places.
    kind : {'network', 'layer', 'graph', 'any'}

    Raises
    ------
    FileFormatError
        If the file is no such table; names the line.
    OSError
        If there is no such file.

    Notes
    -----
    Read in parts: what is kept is 24 bytes a link and the names.

    Examples
    --------
    >>> import pathlib, tempfile
    >>> path = pathlib.Path(tempfile.mkdtemp()) / 'davis.tsv'
    >>> _ = path.write_text("source\\ttarget\\nEvelyn\\tE1\\nLaura\\tE1\\n")
    >>> read_link_table(path, "graph").n_links
    2
    """
    try:
        columns, chunks = opened(path)
        first, second = _end_columns(columns)
        links = _Links(first, second, digits_are_numbers=True)
        for chunk in chunks:
            links.add(chunk)
        return links.build(kind)
    except OSError:
        raise
    except (ValueError, TypeError) as error:  # pandas's parser errors and decoding errors among them
        raise FileFormatError(f"{path} is no list of links that is read here: {one_line(error, 200)}") from error


def write_link_table(graph: AnyGraph, path: str | PathLike) -> None:
    """Write a line per link, atomically, by commas (``.csv``) or tabs; numbers are exact, and come back in float64.

    Examples
    --------
    >>> import netsparse as ns, pathlib, tempfile
    >>> path = pathlib.Path(tempfile.mkdtemp()) / 'layer.csv'
    >>> write_link_table(ns.BipartiteLayer.from_links([0, 1], [2, 0], [0.1, 0.0], shape=(2, 3)), path)
    >>> print(path.read_text())
    row,column,weight
    0,2,0.1
    1,0,0.0
    <BLANKLINE>
    """
    separator = "," if Path(path).suffix.lower() == ".csv" else "\t"
    frame = graph.to_frame()
    with writing(path) as temporary:
        frame.assign(weight=frame["weight"].astype("float64")).to_csv(temporary, sep=separator, index=False)


def _end_columns(columns: list[str]) -> tuple[str, str]:
    for first, second in ENDS.items():
        if first in columns and second in columns:
            return first, second
    have = ", ".join(map(repr, columns[:8]))
    raise InvalidValue(f"a table of links needs the columns row and column, or source and target; it has {have}")


class _Links:
    """Links that come in parts: ends become numbers at once, so that no part need be kept."""

    def __init__(self, first: str, second: str, *, digits_are_numbers: bool = False):
        self._first, self._second = first, second
        self._digits_are_numbers = digits_are_numbers
        self._numbers: dict[tuple[int, Any], int] = {}  # of (side, label), in the order in which they come
        self._names: dict[int, str] = {}  # of what is numbered and has a name beside
        self._parts: list[tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray | None]] = []

    def add(self, frame: pandas.DataFrame) -> None:
        """Add the links of a part of the table."""
        layers = _whole(frame["layer"], "layer") if "layer" in frame else np.zeros(len(frame), dtype=np.int64)
        one_kind = self._first == "source"
        sides = (np.full(len(frame), -1),) * 2 if one_kind else (layers, layers + 1)
        sources, targets = (
            self._numbered(frame, *pair) for pair in zip((self._first, self._second), sides, strict=True)
        )
        weights = _weights(frame["weight"]) if "weight" in frame else None
        self._parts.append((layers, sources, targets, weights))

    def build(self, kind: str) -> LayeredNetwork | BipartiteLayer | Graph:
        """Return what all parts together say."""
        if not self._parts or not self._numbers:
            raise InvalidValue("there is no link, so that nobody knows how many neurons there are")
        layers, sources, targets = (np.concatenate(part) for part in list(zip(*self._parts, strict=True))[:3])
        given = [weights for *_, weights in self._parts if weights is not None]
        weights = np.concatenate(given) if given else np.ones(len(sources))
        sides = np.array([side for side, _ in self._numbers], dtype=np.int64)
        labels = self._labels(sides)
        if self._first == "source" and kind in ("graph", "any"):
            return _graph(labels, sources, targets, weights)
        if self._first == "source":
            sides = _two_sides(labels, sources, targets, len(sides))
        is_network = bool(layers.max() > 0) or kind == "network"
        return _layered(sides, labels, self._names, (sources, targets, weights), is_network)

    def _labels(self, sides: np.ndarray) -> list[str | int]:
        """Return the label of each number; in a file, a side of digits only is one of whole numbers."""
        labels = [label for _, label in self._numbers]
        for side in np.unique(sides).tolist() if self._digits_are_numbers else []:
            members = np.flatnonzero(sides == side).tolist()
            if all(_DIGITS.fullmatch(labels[place]) for place in members):
                for place in members:
                    labels[place] = int(labels[place])
        return labels

    def _numbered(self, frame: pandas.DataFrame, column: str, sides: np.ndarray) -> np.ndarray:
        """Return the number of each label in a column, a new one for each label that was not there yet."""
        found = self._numbers_of(frame[column], sides)
        if f"{column}_name" in frame:
            for number, name in zip(found.tolist(), frame[f"{column}_name"].tolist(), strict=True):
                if name != "" and name == name and self._names.setdefault(number, name) != name:
                    raise InvalidValue(f"a neuron is called {self._names[number]!r} and {name!r}")
        return found

    def _numbers_of(self, values: pandas.Series, sides: np.ndarray) -> np.ndarray:
        """Return numbers of labels; each is looked up once a part, as that costs more than all else."""
        import pandas as pd

        places, labels = pd.factorize(values.to_numpy(dtype=object), use_na_sentinel=False)
        labels = [_label(label) for label in labels.tolist()]
        lowest = int(sides.min(initial=0))
        which, pairs = pd.factorize((sides - lowest) * len(labels) + places)
        numbers = self._numbers
        found = np.empty(len(pairs), dtype=np.int64)
        for k, pair in enumerate(pairs.tolist()):
            side, place = divmod(pair, len(labels))
            found[k] = numbers.setdefault((side + lowest, labels[place]), len(numbers))
        return found[which]


def _label(value: Any) -> str | int:
    if isinstance(value, float):
        if not value.is_integer():
            raise InvalidValue(f"a neuron is called {value!r}: neither text nor a whole number")
        return int(value)
    return value if isinstance(value, int) else text_of(value, "a neuron")


def _whole(values: pandas.Series, name: str) -> np.ndarray:
    numbers = np.array(values.tolist(), dtype=np.float64)
    if not (np.isfinite(numbers).all() and (numbers == np.floor(numbers)).all() and (numbers >= 0).all()):
        raise InvalidValue(f"{name} must be whole numbers from 0 on")
    return numbers.astype(np.int64)


def _weights(values: pandas.Series) -> np.ndarray:
    numbers = np.array(values.tolist(), dtype=np.float64)
    if not np.isfinite(numbers).all():
        raise InvalidValue("a weight is missing, NaN or infinite")
    return numbers


def _graph(labels: list, sources: np.ndarray, targets: np.ndarray, weights: np.ndarray) -> Graph:
    """Return a graph; numbered nodes come in the order of their numbers, named ones as they first come."""
    rank, names = _ranked(labels)
    return Graph.from_links(rank[sources], rank[targets], weights, n_nodes=len(labels), names=names)


def _ranked(labels: list) -> tuple[np.ndarray, list[str] | None]:
    """Return the place of each label and the names in that order, None where the places say it all."""
    if not all(isinstance(label, int) for label in labels):
        return np.arange(len(labels)), [str(label) for label in labels]
    order = np.argsort(labels, kind="stable")
    rank = np.empty(len(labels), dtype=np.int64)
    rank[order] = np.arange(len(labels))
    ordered = [labels[place] for place in order.tolist()]
    return rank, None if ordered == list(range(len(labels))) else list(map(str, ordered))


def _two_sides(labels: list, sources: np.ndarray, targets: np.ndarray, n: int) -> np.ndarray:
    sides = np.full(n, -1)
    sides[sources] = 0
    both = np.intersect1d(sources, targets)
    if both.size:
        name = one_line(repr(labels[both[0]]), 60)
        raise InvalidValue(f"{name} is a source and a target: is it a graph of one kind of node? A layer has two sides")
    sides[targets] = 1
    return sides


def _layered(
    sides: np.ndarray, labels: list[str | int], named: dict[int, str], links: tuple[np.ndarray, ...], is_network: bool
) -> LayeredNetwork | BipartiteLayer:
    """Return a network or a layer; neurons that are numbers stand at these places, with isolated ones between them."""
    groups, indices, names, position = [], [], [], np.empty(len(labels), dtype=np.int64)
    for side in range(int(sides.max()) + 1):
        members = np.flatnonzero(sides == side)
        own = [labels[place] for place in members.tolist()]
        numbered = all(isinstance(label, int) for label in own)
        if numbered and own and min(own) < 0:
            raise InvalidValue(f"a neuron has the number {min(own)}: they count from 0")
        size = max(own, default=-1) + 1 if numbered else len(own)
        if size > max(_ALWAYS_FINE, _MOST_ISOLATED * len(own)):
            raise InvalidValue(f"a neuron has the number {size - 1}, where only {len(own)} neurons have links")
        places = np.array(own, dtype=np.int64) if numbered else np.arange(size)
        position[members] = len(groups) + places
        groups += [side] * size
        indices += range(size)
        names += _names_of_side(members, places, size, named) if numbered else list(map(str, own))
    sources, targets, weights = links
    content = GraphContent(
        side="layer",
        directed=True,
        sides=groups,
        indices=indices,
        biases=[0.0] * len(groups),
        source=position[sources],
        target=position[targets],
        weights=weights.tolist(),
        frozen_nodes=[None] * len(groups),
        frozen_links=[None] * len(weights),
        names=names,
        keys=None,
        node=lambda place: f"neuron {indices[place]} of layer {groups[place]}",
        attributes={},
    )
    return network_from_content(content) if is_network else layer_from_content(content)


def _names_of_side(members: np.ndarray, places: np.ndarray, size: int, named: dict[int, str]) -> list[str | None]:
    """Return the names that stand beside the numbers of a side: of all neurons or of none."""
    names: list[str | None] = [None] * size
    for member, place in zip(members.tolist(), places.tolist(), strict=True):
        names[place] = named.get(member)
    if None in names and set(names) != {None}:
        raise InvalidValue(f"neuron {names.index(None)} has no name, but others of its layer have")
    return names

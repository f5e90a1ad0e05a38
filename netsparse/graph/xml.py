"""What a graph in XML, which comes from anywhere, must not hold."""

from __future__ import annotations

from typing import IO
from xml.parsers import expat

from netsparse.errors import InvalidValue

_DEEPEST = 20  # GraphML and GEXF themselves nest three and five deep


class Inspection:
    """Refuses what the readers of networkx would follow, or pass over: entities, depth, and what is there twice.

    Parameters
    ----------
    value : str
        The element that gives a node or a link a value.
    key : str
        Its attribute that says which value.

    Examples
    --------
    >>> import io
    >>> Inspection("data", "key").of(io.BytesIO(b"<graph><node id='a'/><node id='a'/></graph>"))
    Traceback (most recent call last):
    ...
    netsparse.errors.InvalidValue: the node 'a' is there twice
    """

    def __init__(self, value: str, key: str):
        self._value, self._key = value, key
        self._parser = expat.ParserCreate(namespace_separator=" ")
        self._parser.StartElementHandler = self._start
        self._parser.EndElementHandler = self._end
        self._parser.EntityDeclHandler = self._refuse_entity
        self._depth = self._n_graphs = 0
        self._nodes: set[str] = set()
        self._keys: set[str] = set()

    def of(self, file: IO[bytes]) -> None:
        """Read the file to its end."""
        self._parser.ParseFile(file)

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        self._depth += 1
        if self._depth > _DEEPEST:
            raise InvalidValue(f"its elements are nested more than {_DEEPEST} deep")
        kind = name.rpartition(" ")[2]
        if kind == "graph":
            self._n_graphs += 1
            if self._n_graphs > 1:
                raise InvalidValue("it holds more than one graph")
        elif kind == "node":
            _add(self._nodes, attributes.get("id"), "node")
        elif kind == self._value:
            _add(self._keys, attributes.get(self._key), "attribute of one node or link")
        if kind in ("graph", "node", "edge"):
            self._keys.clear()

    def _end(self, name: str) -> None:
        self._depth -= 1
        if name.endswith((" node", " edge")):
            self._keys.clear()

    def _refuse_entity(self, name: str, *_: object) -> None:
        raise InvalidValue(f"it declares an entity, {name!r}, and entities may unfold to any size")


def _add(seen: set[str], name: str | None, what: str) -> None:
    if name is None:
        raise InvalidValue(f"a {what} has no name")
    if name in seen:
        raise InvalidValue(f"the {what} {name!r} is there twice")
    seen.add(name)

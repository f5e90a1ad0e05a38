"""Removal orders: by the name of an importance, from a file, or the user's own."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from pathlib import Path

import numpy as np

from netsparse.errors import FileFormatError, InvalidValue, printable, unknown
from netsparse.files.archive import read_npy
from netsparse.files.reading import read_text
from netsparse.graph import Graph, LayeredNetwork
from netsparse.importance import (
    LINKS,
    NEURONS,
    RECOMPUTED_LINKS,
    RECOMPUTED_NEURONS,
    link_order,
    neuron_order,
    order_names,
    split_direction,
)
from netsparse.importance.order import REVERSE
from netsparse.percolation.order import KINDS, rank

Order = str | os.PathLike | np.ndarray
"""An order by the name of an importance, in a file, or as ids."""

Orders = str | os.PathLike | Iterable[str | os.PathLike] | Mapping[str, Order]

_FILES = (".npy", ".txt")
_ALL = "all"
_MOST_DIGITS = 18  # of an id that fits 64 bits


def removal_orders(
    network: LayeredNetwork | Graph, orders: Orders | None, *, kind: str, scope: str, readout: bool, seed: int
) -> dict[str, np.ndarray]:
    """Return removal orders by name, all of them checked; the usual three if none are asked for.

    Raises
    ------
    NetsparseError
        If a name or `kind` is unknown, a file holds no order, an order does not fit the network, or two orders have
        one name.
    """
    if kind not in KINDS:
        raise unknown("kind", kind, KINDS)
    asked = _asked(orders, kind)
    if not asked:
        raise InvalidValue("orders names no order", parameter="orders")
    found: dict[str, np.ndarray] = {}
    for name, order in asked:
        if name in found:
            raise InvalidValue(
                f"order {name!r} is there twice: two would be written to the same file", parameter="order"
            )
        found[name] = _ids(network, order, kind=kind, scope=scope, readout=readout, seed=seed)
    for order in found.values():
        rank(network, order, kind)
    return found


def usual_orders(kind: str) -> list[str]:
    """Return the orders that are taken if none are asked for.

    >>> usual_orders('links')
    ['random', 'weight', 'reverse-weight']
    """
    by = "weight" if kind == "links" else "degree"
    return ["random", by, f"{REVERSE}{by}"]


def _asked(orders: Orders | None, kind: str) -> list[tuple[str, Order]]:
    """Return the orders that are asked for with the names that tell them apart."""
    if isinstance(orders, Mapping):
        return [(printable(name), order) for name, order in orders.items()]
    wanted = usual_orders(kind) if orders is None else [orders] if isinstance(orders, str | os.PathLike) else orders
    everything = [*(name for name in _known(kind) if not split_direction(name)[1]), usual_orders(kind)[2]]
    names = dict.fromkeys(name for word in wanted for name in (everything if word == _ALL else [word]))
    return [(printable(Path(name).stem) if _is_file(name) else name, name) for name in names]


def _known(kind: str) -> list[str]:
    return order_names(LINKS, RECOMPUTED_LINKS) if kind == "links" else order_names(NEURONS, RECOMPUTED_NEURONS)


def _is_file(order: Order) -> bool:
    return isinstance(order, str | os.PathLike) and Path(order).suffix in _FILES


def _ids(
    network: LayeredNetwork | Graph, order: Order, *, kind: str, scope: str, readout: bool, seed: int
) -> np.ndarray:
    if _is_file(order):
        return read_order(order)
    if not isinstance(order, str | os.PathLike):
        return np.asarray(order)
    if order not in _known(kind):
        plain = [name for name in _known(kind) if not split_direction(name)[1]]
        raise unknown("order", order, [*plain, f"{REVERSE}NAME", _ALL, "FILE.npy", "FILE.txt"])
    if kind == "neurons":
        return neuron_order(network, order, scope=scope, rng=seed)
    return link_order(network, order, scope=scope, readout=readout, rng=seed)


def read_order(path: str | os.PathLike) -> np.ndarray:
    r"""Return the ids in an ``.npy`` file, or in a text of one id a line; whether they fit is checked with the network.

    Parameters
    ----------
    path : path-like
        A text may have empty lines, and comments after ``#``.

    Returns
    -------
    numpy.ndarray of int
        Ids of links or neurons, first removed first.

    Raises
    ------
    FileFormatError
        If the file is damaged, or holds something else than whole numbers.

    Examples
    --------
    >>> import tempfile, pathlib
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     file = pathlib.Path(folder) / 'order.txt'
    ...     _ = file.write_text('3  # the hub\n0\n')
    ...     read_order(file)
    array([3, 0])
    """
    path = Path(path)
    if path.suffix == ".npy":
        order = read_npy(path)
        if order.size and order.dtype.kind not in "iu":
            raise FileFormatError(f"{path} holds no order: ids are integers, not {order.dtype}")
        return order
    lines = [line.partition("#")[0].strip() for line in read_text(path).splitlines()]
    for number, line in enumerate(lines, start=1):
        if line and not (line.isascii() and line.isdigit() and len(line) <= _MOST_DIGITS):
            raise FileFormatError(f"{path} holds no order: line {number} should be one id, but is {line[:40]!r}")
    return np.array([int(line) for line in lines if line], dtype=np.int64)

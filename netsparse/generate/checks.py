"""What every rule of an initial topology refuses: no layer, and more links than it has room for."""

from __future__ import annotations

from netsparse.errors import InvalidValue, check_count
from netsparse.graph.keys import check_shape

Shape = tuple[int, int]


def check_links(shape: Shape, n: int) -> tuple[Shape, int]:
    """Return a layer's shape and number of links, or raise an error that names what cannot be.

    Examples
    --------
    >>> check_links((2, 3), 7)
    Traceback (most recent call last):
    ...
    netsparse.errors.InvalidValue: n = 7 links do not fit into a layer of 2 x 3
    """
    rows, columns = check_count("rows", shape[0], at_least=1), check_count("columns", shape[1], at_least=1)
    check_shape((rows, columns))
    n = check_count("n", n)
    if n > rows * columns:
        raise InvalidValue(f"n = {n} links do not fit into a layer of {rows} x {columns}", parameter="n")
    return (rows, columns), n

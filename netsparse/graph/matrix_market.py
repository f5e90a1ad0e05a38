"""Layers and graphs to and from Matrix Market files."""

from __future__ import annotations

import os
from os import PathLike
from typing import IO, TYPE_CHECKING

import numpy as np
from scipy import io, sparse

from netsparse.errors import FileFormatError, InvalidValue, check_positions, one_line
from netsparse.files import writing
from netsparse.graph.layer import BipartiteLayer
from netsparse.graph.monopartite import Graph

if TYPE_CHECKING:
    from netsparse.graph.door import AnyGraph

_LONGEST_LINE = 2**16
_MOST_NEURONS = 10**8  # of a side: the row pointers of such a layer take 0.8 GB


def write_matrix_market(graph: BipartiteLayer | Graph, path: str | PathLike) -> None:
    """Write the biadjacency of a layer, or the adjacency of a graph (as symmetric), atomically.

    Examples
    --------
    >>> import netsparse as ns, pathlib, tempfile
    >>> path = pathlib.Path(tempfile.mkdtemp()) / 'layer.mtx'
    >>> layer = ns.BipartiteLayer.from_links([0, 1], [2, 0], [0.1, 0.0], shape=(3, 4))
    >>> write_matrix_market(layer, path)
    >>> read_matrix_market(path) == layer
    True
    """
    is_graph = isinstance(graph, Graph)
    matrix = sparse.coo_array(graph.adjacency if is_graph else graph.biadjacency)
    about = f"netsparse {'graph' if is_graph else 'layer'}, links of weight 0 included"
    symmetry = "symmetric" if is_graph else "general"
    with writing(path) as temporary, open(temporary, "wb") as file:
        io.mmwrite(file, matrix.astype(np.float64), comment=about, precision=17, symmetry=symmetry)


def read_matrix_market(path: str | PathLike, kind: str = "any") -> AnyGraph:
    """Read a layer, or a graph if that is asked for or the file is declared symmetric.

    Parameters
    ----------
    path : path-like
        A sparse matrix ("coordinate") of numbers, or a pattern, whose links weigh 1.
    kind : {'network', 'layer', 'graph', 'any'}

    Raises
    ------
    FileFormatError
        If it is none, or dense, complex, hermitian or skew.
    OSError
        If there is no such file.
    """
    try:
        with open(path, "rb") as file:
            field, symmetry = _banner(file.readline(_LONGEST_LINE))
            rows, columns, n_stored = _sizes(file)
            matrix = _matrix(file, field, (rows, columns), n_stored)
        if symmetry == "symmetric":
            matrix = _mirrored(matrix)
        is_graph = kind == "graph" or (kind == "any" and symmetry == "symmetric")
        return Graph(matrix) if is_graph else BipartiteLayer(matrix)
    except OSError:
        raise
    except (ValueError, TypeError, OverflowError, MemoryError) as error:  # pandas's errors among them
        words = one_line(error, 200)
        raise FileFormatError(f"{os.fspath(path)} is no Matrix Market file that is read here: {words}") from error


def _banner(line: bytes) -> tuple[str, str]:
    """Return field and symmetry of the first line; scipy's own reader, in C++, ends Python on damaged files."""
    words = line.decode("ascii", "replace").lower().split()
    if len(words) != 5 or words[:2] != ["%%matrixmarket", "matrix"]:
        raise InvalidValue("it does not begin with '%%MatrixMarket matrix', a layout, a field and a symmetry")
    layout, field, symmetry = words[2:]
    if layout != "coordinate":
        raise InvalidValue(f"it is dense ({layout}), and does not say which of its zeros are links")
    if field not in ("real", "integer", "pattern") or symmetry not in ("general", "symmetric"):
        raise InvalidValue(f"it is {field} {symmetry}; weights are real, in a general or symmetric matrix")
    return field, symmetry


def _sizes(file: IO[bytes]) -> tuple[int, int, int]:
    line = file.readline(_LONGEST_LINE)
    while line.startswith(b"%") or (line and not line.strip()):
        line = file.readline(_LONGEST_LINE)
    words = line.split()
    if len(words) != 3 or not all(word.isdigit() and len(word) < 19 for word in words):
        raise InvalidValue("after the comments it must say three numbers: rows, columns, entries")
    rows, columns, n_stored = map(int, words)
    if max(rows, columns) > _MOST_NEURONS:
        raise InvalidValue(f"it has {rows} x {columns} neurons, more than {_MOST_NEURONS} a side")
    return rows, columns, n_stored


def _matrix(file: IO[bytes], field: str, shape: tuple[int, int], n_stored: int) -> sparse.coo_array:
    import pandas as pd

    names = ["row", "column"] if field == "pattern" else ["row", "column", "weight"]
    types = {"row": np.int64, "column": np.int64, "weight": str}  # Python's own reading of decimals is exact
    frame = pd.read_csv(
        file, sep=r"\s+", header=None, names=names, dtype={name: types[name] for name in names},
        keep_default_na=False, comment="%",
    ) if n_stored else pd.DataFrame({name: np.empty(0, dtype=types[name]) for name in names})  # fmt: skip
    if not isinstance(frame.index, pd.RangeIndex):  # where pandas puts the fields that are too many
        raise InvalidValue(f"a line has more than {len(names)} numbers")
    if len(frame) != n_stored or file.read(1):
        raise InvalidValue(f"it should have {n_stored} entries, and has {len(frame)}")
    weights = np.ones(n_stored) if field == "pattern" else np.array([float(text) for text in frame["weight"].tolist()])
    places = [check_positions(name, frame[name].to_numpy() - 1, size) for name, size in zip(names, shape, strict=False)]
    return sparse.coo_array((weights, tuple(places)), shape=shape)


def _mirrored(matrix: sparse.coo_array) -> sparse.coo_array:
    """Return all of a symmetric matrix, of which a file stores the lower triangle."""
    rows, columns = matrix.coords
    if (rows < columns).any():
        raise InvalidValue("it is said to be symmetric, and has entries above the diagonal")
    lower = rows > columns
    places = np.concatenate([rows, columns[lower]]), np.concatenate([columns, rows[lower]])
    return sparse.coo_array((np.concatenate([matrix.data, matrix.data[lower]]), places), shape=matrix.shape)

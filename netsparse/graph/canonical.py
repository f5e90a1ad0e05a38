"""Sparse arrays of every format as the one form that layers keep: CSR, sorted, each link once."""

from __future__ import annotations

import numpy as np
from scipy import sparse

from netsparse.errors import InvalidType, InvalidValue, check_positions

DTYPES = (np.dtype(np.float32), np.dtype(np.float64))
_COMPRESSED = ("csr", "csc", "bsr")
_CHECKED = (*_COMPRESSED, "coo")  # before they are converted: the checks cost as much as the copy


def canonical(biadjacency) -> sparse.csr_array:
    """Return a sorted CSR copy of all that a sparse array stores; refuses what the class of layers says."""
    if not sparse.issparse(biadjacency):
        raise InvalidType(
            f"biadjacency must be a scipy sparse array, got {type(biadjacency).__name__}; a dense array does not "
            "say which of its zeros are links: scipy.sparse.csr_array(array) takes none of them"
        )
    if biadjacency.ndim != 2 or 0 in biadjacency.shape:
        raise InvalidValue(f"biadjacency needs at least one row and one column, got shape {biadjacency.shape}")
    if biadjacency.dtype.kind not in "biuf":
        raise InvalidType(f"weights must be real numbers, got dtype {biadjacency.dtype}")
    matrix = _to_csr(biadjacency)
    return assembled(matrix.data, matrix.indices, matrix.indptr, matrix.shape)


def assembled(weights: np.ndarray, columns: np.ndarray, indptr: np.ndarray, shape: tuple[int, int]) -> sparse.csr_array:
    """Return the matrix of arrays that are known to be canonical CSR, with read-only arrays; checks the weights alone.

    A topology that was derived from a checked one need not be checked again, which takes longer than deriving it.
    """
    if weights.dtype.kind not in "biuf":
        raise InvalidType(f"weights must be real numbers, got dtype {weights.dtype}")
    if weights.dtype not in DTYPES:
        weights = weights.astype(np.float64)
    if not np.isfinite(weights).all():
        raise InvalidValue(f"{np.sum(~np.isfinite(weights))} of {weights.size} weights are NaN or infinite")
    matrix = sparse.csr_array(shape, dtype=weights.dtype)
    for array in (weights, columns, indptr):
        array.setflags(write=False)
    matrix.data, matrix.indices, matrix.indptr = weights, columns, indptr
    matrix.has_canonical_format = True
    return matrix


def checked_bias(bias, matrix: sparse.csr_array) -> np.ndarray:
    """Return the biases of a layer of this matrix, read-only, zeros for None; refuses what the class of layers says."""
    n_columns = matrix.shape[1]
    if bias is None:
        bias = np.zeros(n_columns)
    if np.iscomplexobj(bias):
        raise InvalidType("biases must be real numbers")
    bias = np.array(bias, dtype=matrix.dtype)
    if bias.shape != (n_columns,):
        raise InvalidValue(f"bias must have one entry per column, shape ({n_columns},), got {bias.shape}")
    if not np.isfinite(bias).all():
        raise InvalidValue(f"{np.sum(~np.isfinite(bias))} of {n_columns} biases are NaN or infinite")
    bias.setflags(write=False)
    return bias


def _to_csr(biadjacency) -> sparse.csr_array:
    """Return a sorted CSR copy of all that is stored, refusing duplicate entries instead of adding them up."""
    stored = _diagonals(biadjacency) if biadjacency.format == "dia" else biadjacency
    _check_indices(stored)
    matrix = sparse.csr_array(stored, copy=True)
    if stored.format not in _CHECKED:
        _check_compressed(matrix)
    matrix.sum_duplicates()
    if matrix.nnz != stored.nnz:
        places = np.stack(sparse.coo_array(stored).coords, axis=1)
        found, counts = np.unique(places, axis=0, return_counts=True)
        row, column = found[counts > 1][0]
        raise InvalidValue(
            f"{stored.nnz - matrix.nnz} links are given more than once, such as that from row {row} to column {column}"
        )
    return matrix


def _diagonals(matrix) -> sparse.coo_array:
    """Return what a DIA array stores; scipy's own conversion would drop the zeros."""
    n_rows, n_columns = matrix.shape
    columns = np.broadcast_to(np.arange(matrix.data.shape[1]), matrix.data.shape)
    rows = columns - np.asarray(matrix.offsets)[:, None]
    inside = (rows >= 0) & (rows < n_rows) & (columns < n_columns)
    return sparse.coo_array((matrix.data[inside], (rows[inside], columns[inside])), shape=matrix.shape)


def _check_indices(matrix) -> None:
    """Raise a `ValueError` if index arrays, which may come from outside, point anywhere: scipy would follow them."""
    if matrix.format in _COMPRESSED:
        _check_compressed(matrix)
    if matrix.format == "coo" and matrix.nnz:
        for name, places, size in zip(("rows", "columns"), (matrix.row, matrix.col), matrix.shape, strict=True):
            check_positions(name, places, size)


def _check_compressed(matrix) -> None:
    matrix.check_format(full_check=True)
    if (matrix.indptr[1:] < matrix.indptr[:-1]).any():  # which scipy looks at only where there is an entry
        raise InvalidValue("index pointer values must form a non-decreasing sequence")

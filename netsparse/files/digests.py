"""Digests: what two files, arrays or texts are told apart by."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping

import numpy as np

Buffer = bytes | bytearray | memoryview | np.ndarray


def digest(*parts: str | Buffer, algorithm: str = "sha256") -> str:
    """Return the digest of parts one after the other, in hexadecimal digits; texts are taken as UTF-8.

    Parameters
    ----------
    *parts : str or bytes-like
        Nothing marks where one ends: see :func:`digest_of_arrays` where they could be cut otherwise.
    algorithm : {'sha256', 'md5'}
        md5 only for what is published by it: it tells damage, but keeps nobody from making another file of the same.

    Examples
    --------
    >>> digest("abc") == digest(b"a", "bc"), digest("abc")[:8]
    (True, 'ba7816bf')
    """
    found = hashlib.new(algorithm, usedforsecurity=False)
    for part in parts:
        found.update(part.encode() if isinstance(part, str) else part)
    return found.hexdigest()


def digest_of_arrays(arrays: Mapping[str, np.ndarray]) -> str:
    """Return the sha256 of named arrays, their types and shapes, in the order of the mapping.

    Examples
    --------
    >>> import numpy as np
    >>> one, other = np.zeros((2, 3)), np.zeros((3, 2))
    >>> digest_of_arrays({"x": one}) == digest_of_arrays({"x": other})
    False
    """
    return digest(
        *(part for name, array in arrays.items() for part in (f"{name} {array.dtype} {array.shape} ", array.tobytes()))
    )

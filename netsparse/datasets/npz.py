"""Arrays from .npz archives, checked before anything is allocated; files never run code."""

from __future__ import annotations

import math
import zipfile
from collections.abc import Collection
from pathlib import Path

import numpy as np

from netsparse.datasets.limits import check_size
from netsparse.errors import FileFormatError

_HEADERS = {(1, 0): np.lib.format.read_array_header_1_0, (2, 0): np.lib.format.read_array_header_2_0}


def read_npz(path: Path, keys: Collection[str]) -> dict[str, np.ndarray]:
    """Read the arrays `keys` of an .npz archive, read-only; others are left alone.

    Raises
    ------
    FileFormatError
        If the file is no archive, is truncated or corrupt, lacks one of `keys`, holds a pickled object array
        there, or says that an array is larger than the bytes it holds.
    """
    with path.open("rb") as file:
        try:
            with zipfile.ZipFile(file) as archive:
                _check_keys(path, archive, keys)
                check_size(path, sum(archive.getinfo(f"{key}.npy").file_size for key in keys))
                return {key: _read_array(path, archive, key) for key in keys}
        except FileFormatError:
            raise
        except Exception as error:  # damage shows anywhere: in zipfile, zlib, lzma, struct or numpy's parser
            raise FileFormatError(f"{path}: not an .npz archive, or truncated or corrupt ({error})") from None


def _check_keys(path: Path, archive: zipfile.ZipFile, keys: Collection[str]) -> None:
    present = [name.removesuffix(".npy") for name in archive.namelist() if name.endswith(".npy")]
    missing = [key for key in keys if key not in present]
    if missing:
        raise FileFormatError(
            f"{path}: no array {', '.join(missing)}; needs {' '.join(keys)}, has {' '.join(present) or 'none'}"
        )


def _read_array(path: Path, archive: zipfile.ZipFile, key: str) -> np.ndarray:
    member = archive.getinfo(f"{key}.npy")
    with archive.open(member) as stream:
        shape, dtype = _array_header(path, key, stream)
        held = member.file_size - stream.tell()
    if math.prod(shape) * dtype.itemsize != held:
        raise FileFormatError(f"{path}: {key} should be {shape} of {dtype}, but the archive holds {held} bytes of it")
    with archive.open(member) as stream:
        array = np.lib.format.read_array(stream, allow_pickle=False)
    array.setflags(write=False)
    return array


def _array_header(path: Path, key: str, stream) -> tuple[tuple[int, ...], np.dtype]:
    version = np.lib.format.read_magic(stream)
    if version not in _HEADERS:
        raise FileFormatError(f"{path}: {key} is written in .npy format {version}, which is not supported")
    shape, _, dtype = _HEADERS[version](stream)
    if dtype.hasobject:
        raise FileFormatError(f"{path}: {key} is an object array, which would have to run code to load")
    return shape, dtype

"""The one reader of untrusted array files: ``.npz`` archives and single ``.npy`` arrays.

Nothing in them is believed before it was checked, nothing is allocated that the file does not hold, and no code is
run: whatever is wrong, the error is one :class:`~netsparse.errors.FileFormatError` that names the file and the array.
"""

from __future__ import annotations

import math
import os
import warnings
import zipfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import IO, NamedTuple

import numpy as np

from netsparse.errors import FileFormatError, one_line

_SIGNATURE = b"PK\x03\x04"  # what a zip file with something in it starts with
_ENCRYPTED = 0x1
_METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)  # what numpy writes; lzma lets a file choose its memory
_DEFLATE_AT_MOST = 1032  # to one: no deflated stream unfolds to more
_KINDS = "biufcUS"
_BLOCK = 2**18
_HEADERS = {(1, 0): np.lib.format.read_array_header_1_0, (2, 0): np.lib.format.read_array_header_2_0}


class Expansion(NamedTuple):
    """How much a compressed file may unfold to: what keeps a decompression bomb from filling the memory."""

    always_fine: int  #: bytes that any file may hold
    largest_ratio: int  #: beyond them, the largest expansion

    def check(self, path: str | os.PathLike, packed: int, unfolded: int) -> None:
        """Raise a `FileFormatError` if so many bytes are absurdly much for a file of `packed` bytes.

        Examples
        --------
        >>> Expansion(always_fine=1000, largest_ratio=10).check("a.npz", packed=200, unfolded=2001)
        Traceback (most recent call last):
        ...
        netsparse.errors.FileFormatError: a.npz: 200 bytes that unfold to 2001 or more; ...
        """
        if unfolded > max(self.always_fine, self.largest_ratio * packed):
            raise FileFormatError(
                f"{path}: {packed} bytes that unfold to {unfolded} or more; real data do not compress like that"
            )


OF_DATA = Expansion(always_fine=2**30, largest_ratio=200)
"""Data sets: MNIST has 47 million bytes; images shrink two- to thirtyfold, constant bytes a thousandfold."""

OF_WEIGHTS = Expansion(always_fine=10**6, largest_ratio=100)
"""Networks and checkpoints: trained weights hardly compress, and are written as they are."""


class Archive(Mapping[str, np.ndarray]):
    """The arrays of an open ``.npz`` archive by name; each is checked and read, read-only, when it is asked for.

    Made by :func:`open_archive`. Asking for an array that is damaged raises a `FileFormatError`; asking for one that
    is not there, too: it names those that are.
    """

    def __init__(self, path: str | os.PathLike, archive: zipfile.ZipFile, size: int, expansion: Expansion):
        self._path, self._archive, self._size, self._expansion = path, archive, size, expansion
        self._unfolded = 0
        names = archive.namelist()
        if len(set(names)) < len(names):
            twice = next(name for name in names if names.count(name) > 1)
            raise FileFormatError(f"{path}: truncated or corrupt, it holds {one_line(twice, 60)} more than once")
        self._members = {name.removesuffix(".npy"): name for name in names if name.endswith(".npy")}

    def __iter__(self) -> Iterator[str]:
        return iter(self._members)

    def __len__(self) -> int:
        return len(self._members)

    def __contains__(self, name: object) -> bool:
        return name in self._members

    def __getitem__(self, name: str) -> np.ndarray:
        if name not in self._members:
            raise FileFormatError(f"{self._path}: no array {name}, it has {' '.join(self) or 'none'}")
        try:
            return self._read(name)
        except FileFormatError:
            raise
        except Exception as error:  # damage shows anywhere: in zipfile, zlib, struct or numpy's parser
            raise FileFormatError(f"{self._path}: array {name} is truncated or corrupt") from error

    def _read(self, name: str) -> np.ndarray:
        member = self._archive.getinfo(self._members[name])
        self._check_member(name, member)
        with self._archive.open(member) as stream:
            array = _read_array(f"{self._path}: array {name}", stream, member.file_size)
        array.setflags(write=False)
        return array

    def _check_member(self, name: str, member: zipfile.ZipInfo) -> None:
        if member.flag_bits & _ENCRYPTED or member.compress_type not in _METHODS:
            raise FileFormatError(f"{self._path}: array {name} is encrypted, or packed as numpy packs none")
        ratio = _DEFLATE_AT_MOST if member.compress_type == zipfile.ZIP_DEFLATED else 1
        if member.compress_size > self._size or member.file_size > ratio * member.compress_size + ratio:
            raise FileFormatError(f"{self._path}: array {name} claims more bytes than the file can hold")
        self._unfolded += member.file_size
        self._expansion.check(self._path, self._size, self._unfolded)


@contextmanager
def open_archive(path: str | os.PathLike, expansion: Expansion) -> Iterator[Archive]:
    """Open an ``.npz`` archive; its arrays are read one by one, as they are asked for.

    Parameters
    ----------
    path : path-like
    expansion : Expansion
        How much the arrays that are read may unfold to, together.

    Raises
    ------
    FileFormatError
        If it is no zip archive, is truncated or corrupt, or names an array twice; while it is open, if an array is
        missing, truncated, corrupt, holds Python objects, or claims more than the file can hold.
    OSError
        If there is no such file.

    Notes
    -----
    The content of an array is allocated once, when its header and the bytes of it agree.

    Examples
    --------
    >>> import pathlib, tempfile
    >>> path = pathlib.Path(tempfile.mkdtemp()) / 'a.npz'
    >>> np.savez(path, x=np.arange(3), y=np.eye(2))
    >>> with open_archive(path, OF_DATA) as archive:
    ...     list(archive), archive['x']
    (['x', 'y'], array([0, 1, 2]))
    """
    with open(path, "rb") as file:
        if file.read(len(_SIGNATURE)) != _SIGNATURE:
            raise FileFormatError(f"{path} is not an .npz archive")
        try:
            archive = zipfile.ZipFile(file)
        except Exception as error:  # a damaged directory shows in several ways
            raise FileFormatError(f"{path} is not an .npz archive, or truncated or corrupt") from error
        with archive:
            yield Archive(path, archive, os.fstat(file.fileno()).st_size, expansion)


def read_npy(path: Path) -> np.ndarray:
    """Return the array of an ``.npy`` file.

    Raises
    ------
    FileFormatError
        If it is no such file, truncated, corrupt, or holds Python objects.

    Examples
    --------
    >>> import pathlib, tempfile
    >>> path = pathlib.Path(tempfile.mkdtemp()) / 'a.npy'
    >>> np.save(path, np.arange(3))
    >>> read_npy(path)
    array([0, 1, 2])
    """
    with open(path, "rb") as file:
        try:
            return _read_array(f"{path}: the array", file, os.fstat(file.fileno()).st_size)
        except FileFormatError:
            raise
        except Exception as error:  # numpy's parser evaluates a literal, which fails in many ways
            raise FileFormatError(f"{path} is not an .npy file, or truncated or corrupt") from error


def _read_array(what: str, stream: IO[bytes], n_bytes: int) -> np.ndarray:
    """Return the array that a stream of so many bytes holds, in one pass, so that a zip checks its checksum."""
    shape, fortran, dtype = _checked_header(what, stream, n_bytes)
    content = np.empty(math.prod(shape) * dtype.itemsize, dtype=np.uint8)
    done = 0
    while done < content.size:
        read = stream.readinto(memoryview(content)[done : done + _BLOCK])
        if not read:
            raise EOFError
        done += read
    return content.view(dtype).reshape(shape, order="F" if fortran else "C")


def _checked_header(what: str, stream: IO[bytes], n_bytes: int) -> tuple[tuple[int, ...], bool, np.dtype]:
    """Return shape, order and dtype, or raise a `FileFormatError` unless they fit the bytes that follow."""
    version = np.lib.format.read_magic(stream)
    if version not in _HEADERS:
        raise FileFormatError(f"{what} is written in .npy format {version}, which is not supported")
    with warnings.catch_warnings():  # of Python's parser, about a damaged header
        warnings.simplefilter("ignore")
        shape, fortran, dtype = _HEADERS[version](stream)
    if dtype.hasobject:
        raise FileFormatError(f"{what} is an object array, which would have to run code to load")
    if dtype.kind not in _KINDS or not dtype.itemsize:
        raise FileFormatError(f"{what} has dtype {dtype}, which no such file holds")
    held = n_bytes - stream.tell()
    if min(shape, default=0) < 0 or math.prod(shape) * dtype.itemsize != held:
        raise FileFormatError(f"{what} should be {shape} of {dtype}, but {held} bytes of it are there")
    return shape, fortran, dtype

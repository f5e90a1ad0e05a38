"""The IDX format of MNIST and its relatives: a big-endian header, then unsigned bytes, the whole gzipped or not."""

from __future__ import annotations

import gzip
import math
import os
from pathlib import Path

import numpy as np

from netsparse.errors import FileFormatError
from netsparse.files import digest
from netsparse.files.archive import OF_DATA

UNSIGNED_BYTE = 0x08
GZIP = b"\x1f\x8b"
BLOCK = 2**20


def read_idx(path: Path, n_dimensions: int) -> np.ndarray:
    """Read an IDX file of unsigned bytes, gzipped or plain: its content tells, not its name.

    Parameters
    ----------
    path : Path
    n_dimensions : int
        1 for labels, 3 for images (samples, rows, columns): the last byte of the magic number.

    Returns
    -------
    numpy.ndarray of uint8, read-only

    Raises
    ------
    FileFormatError
        If the file is truncated or corrupt, has another magic number, or holds more or fewer bytes than its header
        says.
    """
    content = _inflated(path)
    shape = _header(path, content, n_dimensions)
    start = 4 + 4 * n_dimensions
    if math.prod(shape) != len(content) - start:
        raise FileFormatError(
            f"{path}: the header says {' x '.join(map(str, shape))} bytes, but {len(content) - start} follow it"
        )
    values = np.frombuffer(content, dtype=np.uint8, offset=start).reshape(shape)
    values.setflags(write=False)
    return values


def content_md5(values: np.ndarray) -> str:
    """Return the md5 of the inflated IDX file that holds `values`.

    Unlike the checksum of the .gz itself it does not depend on who compressed the data, with what, and when.
    """
    shape = np.array(values.shape, dtype=">u4").tobytes()
    return digest(_magic(values.ndim), shape, np.ascontiguousarray(values), algorithm="md5")


def _inflated(path: Path) -> bytearray:
    """Return the content, growing with what is really there: no header is believed before it was counted."""
    content = bytearray()
    with open(path, "rb") as file:
        gzipped = file.read(len(GZIP)) == GZIP
        file.seek(0)
        size = os.fstat(file.fileno()).st_size
        try:
            with gzip.GzipFile(fileobj=file) if gzipped else file as stream:
                while block := stream.read(BLOCK):
                    content += block
                    OF_DATA.check(path, size, len(content))
        except EOFError:
            raise FileFormatError(f"{path}: truncated, the compressed data end too early") from None
        except FileFormatError:
            raise
        except Exception as error:  # of gzip, zlib or struct, depending on where the damage is
            raise FileFormatError(f"{path}: not a valid gzip file, or corrupt") from error
    return content


def _header(path: Path, content: bytearray, n_dimensions: int) -> tuple[int, ...]:
    magic = _magic(n_dimensions)
    if content[:4] != magic:
        raise FileFormatError(
            f"{path}: wrong magic number 0x{content[:4].hex() or '-'}, an IDX file of {n_dimensions}-dimensional "
            f"unsigned bytes starts with 0x{magic.hex()}, once unpacked"
        )
    if len(content) < 4 + 4 * n_dimensions:
        raise FileFormatError(f"{path}: truncated, the header is incomplete")
    return tuple(int(n) for n in np.frombuffer(content, dtype=">u4", count=n_dimensions, offset=4))


def _magic(n_dimensions: int) -> bytes:
    return bytes((0, 0, UNSIGNED_BYTE, n_dimensions))

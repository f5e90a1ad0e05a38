from __future__ import annotations

import gzip
import hashlib
import struct

import numpy as np
import pytest

from netsparse.datasets import idx
from netsparse.datasets.idx import content_md5, read_idx
from netsparse.errors import FileFormatError
from netsparse.files.archive import Expansion
from tests.datasets.files import idx_bytes, write_idx

IMAGES = np.arange(2 * 3 * 4, dtype=np.uint8).reshape(2, 3, 4)


def write(path, content: bytes):
    path.write_bytes(gzip.compress(content))
    return path


def test_images_are_read_as_written(tmp_path):
    images = read_idx(write_idx(tmp_path / "images.gz", IMAGES), 3)
    np.testing.assert_array_equal(images, IMAGES)
    assert images.dtype == np.uint8
    assert not images.flags.writeable


def test_labels_are_read_as_written(tmp_path):
    np.testing.assert_array_equal(read_idx(write_idx(tmp_path / "labels.gz", np.array([3, 0, 9])), 1), [3, 0, 9])


@pytest.mark.parametrize("values", [IMAGES, np.array([1, 2], np.uint8), IMAGES[:, ::-1].swapaxes(1, 2)])
def test_content_md5_is_that_of_the_inflated_file(values):
    assert content_md5(values) == hashlib.md5(idx_bytes(values)).hexdigest()


def test_a_file_cut_anywhere_is_refused(tmp_path):
    whole = gzip.compress(idx_bytes(IMAGES))
    for length in range(len(whole)):
        path = tmp_path / "cut.gz"
        path.write_bytes(whole[:length])
        with pytest.raises(FileFormatError, match=r"cut\.gz"):
            read_idx(path, 3)


def test_a_flipped_bit_is_refused(tmp_path):
    """The checksum that gzip stores finds it, wherever it is after the ten bytes of the gzip header."""
    whole = gzip.compress(idx_bytes(IMAGES))
    for position in range(10, len(whole)):
        damaged = bytearray(whole)
        damaged[position] ^= 4
        path = tmp_path / "flipped.gz"
        path.write_bytes(damaged)
        with pytest.raises(FileFormatError, match=r"flipped\.gz"):
            read_idx(path, 3)


@pytest.mark.parametrize("name", ["images-idx3-ubyte", "images-idx3-ubyte.gz"])
@pytest.mark.parametrize("pack", [bytes, gzip.compress])
def test_the_content_says_whether_a_file_is_gzipped(tmp_path, name, pack):
    (tmp_path / name).write_bytes(pack(idx_bytes(IMAGES)))
    np.testing.assert_array_equal(read_idx(tmp_path / name, 3), IMAGES)


def test_a_plain_file_cut_anywhere_is_refused(tmp_path):
    whole = idx_bytes(IMAGES)
    for length in range(len(whole)):
        (tmp_path / "cut").write_bytes(whole[:length])
        with pytest.raises(FileFormatError, match=r"cut: "):
            read_idx(tmp_path / "cut", 3)


def test_labels_where_images_should_be_are_refused(tmp_path):
    path = write_idx(tmp_path / "labels.gz", np.zeros(5))
    with pytest.raises(FileFormatError, match=r"wrong magic number 0x00000801.*0x00000803"):
        read_idx(path, 3)


def test_signed_bytes_are_refused(tmp_path):
    path = write(tmp_path / "signed.gz", b"\0\0\x09\x01" + struct.pack(">I", 1) + b"\1")
    with pytest.raises(FileFormatError, match="wrong magic number"):
        read_idx(path, 1)


@pytest.mark.parametrize("change", [b"", b"\0\0\x08\x03", b"\0\0\x08\x03\0\0\0"])
def test_an_incomplete_header_is_refused(tmp_path, change):
    with pytest.raises(FileFormatError, match=r"header\.gz"):
        read_idx(write(tmp_path / "header.gz", change), 3)


@pytest.mark.parametrize("content", [idx_bytes(IMAGES)[:-1], idx_bytes(IMAGES) + b"\0"])
def test_a_header_that_does_not_fit_the_content_is_refused(tmp_path, content):
    with pytest.raises(FileFormatError, match=r"the header says 2 x 3 x 4 bytes, but (23|25) follow"):
        read_idx(write(tmp_path / "short.gz", content), 3)


def test_a_header_that_claims_terabytes_allocates_nothing(tmp_path):
    header = struct.pack(">BBBB3I", 0, 0, 8, 3, 2**31, 28, 28)
    with pytest.raises(FileFormatError, match="2147483648 x 28 x 28 bytes, but 10 follow"):
        read_idx(write(tmp_path / "absurd.gz", header + bytes(10)), 3)


def test_a_decompression_bomb_is_stopped(tmp_path, monkeypatch):
    monkeypatch.setattr(idx, "OF_DATA", Expansion(2**20, 200))
    path = write_idx(tmp_path / "bomb.gz", np.zeros((40, 1000, 1000), dtype=np.uint8))
    with pytest.raises(FileFormatError, match=r"bomb\.gz: .* bytes that unfold to"):
        read_idx(path, 3)

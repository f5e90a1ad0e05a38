from __future__ import annotations

import io
import zipfile

import numpy as np
import pytest

from netsparse.datasets import limits
from netsparse.datasets.npz import read_npz
from netsparse.errors import FileFormatError


def archive(path, **members: bytes):
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as file:
        for name, content in members.items():
            file.writestr(f"{name}.npy", content)
    return path


def npy(array, header_shape=None) -> bytes:
    stream = io.BytesIO()
    header = np.lib.format.header_data_from_array_1_0(array)
    if header_shape is not None:
        header["shape"] = header_shape
    np.lib.format.write_array_header_1_0(stream, header)
    return stream.getvalue() + array.tobytes()


def test_the_named_arrays_are_read_and_others_left(tmp_path):
    path = tmp_path / "a.npz"
    np.savez(path, a=np.arange(6.0).reshape(2, 3), b=np.asfortranarray(np.eye(2, 3)), c=np.array([{}]))
    arrays = read_npz(path, ("a", "b"))
    assert list(arrays) == ["a", "b"]
    np.testing.assert_array_equal(arrays["a"], [[0, 1, 2], [3, 4, 5]])
    np.testing.assert_array_equal(arrays["b"], np.eye(2, 3))
    assert not arrays["a"].flags.writeable


def test_missing_arrays_are_named(tmp_path):
    path = archive(tmp_path / "a.npz", a=npy(np.eye(2)))
    with pytest.raises(FileFormatError, match=r"a\.npz: no array b, c; needs a b c, has a"):
        read_npz(path, ("a", "b", "c"))


def test_a_member_that_is_no_array_does_not_count(tmp_path):
    path = tmp_path / "a.npz"
    with zipfile.ZipFile(path, "w") as file:
        file.writestr("a", "text")
    with pytest.raises(FileFormatError, match="no array a; needs a, has none"):
        read_npz(path, ("a",))


def test_object_arrays_are_refused(tmp_path):
    np.savez(tmp_path / "a.npz", a=np.array([{}, []], dtype=object))
    with pytest.raises(FileFormatError, match="a is an object array"):
        read_npz(tmp_path / "a.npz", ("a",))


def test_a_file_cut_anywhere_is_refused(tmp_path):
    np.savez_compressed(tmp_path / "whole.npz", a=np.arange(30))
    whole = (tmp_path / "whole.npz").read_bytes()
    for length in range(len(whole)):
        (tmp_path / "cut.npz").write_bytes(whole[:length])
        with pytest.raises(FileFormatError, match=r"cut\.npz"):
            read_npz(tmp_path / "cut.npz", ("a",))


def test_a_damaged_byte_gives_one_kind_of_error_or_the_right_array(tmp_path):
    """Bytes that say when and by what system a file was packed may change; no other change passes."""
    expected = np.arange(30)
    np.savez_compressed(tmp_path / "whole.npz", a=expected)
    whole = (tmp_path / "whole.npz").read_bytes()
    refused = 0
    for position in range(len(whole)):
        damaged = bytearray(whole)
        damaged[position] ^= 0xFF
        (tmp_path / "damaged.npz").write_bytes(damaged)
        try:
            np.testing.assert_array_equal(read_npz(tmp_path / "damaged.npz", ("a",))["a"], expected)
        except FileFormatError:
            refused += 1
    assert refused > len(whole) / 2


@pytest.mark.parametrize("shape", [(2**40,), (3,), (5,), (-2, -2), (-4,)])
def test_a_header_that_does_not_fit_the_content_is_refused(tmp_path, shape):
    path = archive(tmp_path / "a.npz", a=npy(np.arange(4), header_shape=shape))
    with pytest.raises(FileFormatError, match=r"a\.npz"):
        read_npz(path, ("a",))


def test_a_decompression_bomb_is_stopped(tmp_path, monkeypatch):
    monkeypatch.setattr(limits, "ALWAYS_FINE", 2**20)
    path = archive(tmp_path / "bomb.npz", a=npy(np.zeros(40_000_000, dtype=np.uint8)))
    with pytest.raises(FileFormatError, match="do not compress like that"):
        read_npz(path, ("a",))


def test_large_files_of_ordinary_compression_pass(tmp_path, monkeypatch):
    monkeypatch.setattr(limits, "ALWAYS_FINE", 1000)
    array = np.random.default_rng(0).integers(0, 16, 50_000)
    assert np.array_equal(read_npz(archive(tmp_path / "a.npz", a=npy(array)), ("a",))["a"], array)


def test_an_unknown_array_format_is_refused(tmp_path):
    content = bytearray(npy(np.arange(4)))
    content[6] = 9
    with pytest.raises(FileFormatError, match=r"a\.npz"):
        read_npz(archive(tmp_path / "a.npz", a=bytes(content)), ("a",))


def test_a_path_that_cannot_be_opened_speaks_for_itself(tmp_path):
    with pytest.raises(IsADirectoryError):
        read_npz(tmp_path, ("a",))

from __future__ import annotations

import io
import zipfile

import numpy as np
import pytest

from netsparse.errors import FileFormatError
from netsparse.files.archive import OF_DATA, Expansion, open_archive, read_npy


def read(path, names, expansion=OF_DATA):
    with open_archive(path, expansion) as opened:
        return {name: opened[name] for name in names}


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
    arrays = read(path, "ab")
    assert list(arrays) == ["a", "b"]
    np.testing.assert_array_equal(arrays["a"], [[0, 1, 2], [3, 4, 5]])
    np.testing.assert_array_equal(arrays["b"], np.eye(2, 3))
    assert not arrays["a"].flags.writeable


def test_missing_arrays_are_named(tmp_path):
    path = archive(tmp_path / "a.npz", a=npy(np.eye(2)))
    with pytest.raises(FileFormatError, match=r"a\.npz: no array b, it has a"):
        read(path, "abc")


def test_a_member_that_is_no_array_does_not_count(tmp_path):
    path = tmp_path / "a.npz"
    with zipfile.ZipFile(path, "w") as file:
        file.writestr("a", "text")
    with pytest.raises(FileFormatError, match="no array a, it has none"):
        read(path, "a")


def test_object_arrays_are_refused(tmp_path):
    np.savez(tmp_path / "a.npz", a=np.array([{}, []], dtype=object))
    with pytest.raises(FileFormatError, match="array a is an object array"):
        read(tmp_path / "a.npz", "a")


def test_a_file_cut_anywhere_is_refused(tmp_path):
    np.savez_compressed(tmp_path / "whole.npz", a=np.arange(30))
    whole = (tmp_path / "whole.npz").read_bytes()
    for length in range(len(whole)):
        (tmp_path / "cut.npz").write_bytes(whole[:length])
        with pytest.raises(FileFormatError, match=r"cut\.npz"):
            read(tmp_path / "cut.npz", "a")


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
            np.testing.assert_array_equal(read(tmp_path / "damaged.npz", "a")["a"], expected)
        except FileFormatError:
            refused += 1
    assert refused > len(whole) / 2


@pytest.mark.parametrize("shape", [(2**40,), (3,), (5,), (-2, -2), (-4,)])
def test_a_header_that_does_not_fit_the_content_is_refused(tmp_path, shape):
    path = archive(tmp_path / "a.npz", a=npy(np.arange(4), header_shape=shape))
    with pytest.raises(FileFormatError, match=r"a\.npz"):
        read(path, "a")


def test_a_decompression_bomb_is_stopped(tmp_path):
    path = archive(tmp_path / "bomb.npz", a=npy(np.zeros(40_000_000, dtype=np.uint8)))
    with pytest.raises(FileFormatError, match="do not compress like that"):
        read(path, "a", Expansion(2**20, 200))


def test_a_bomb_in_parts_is_stopped_too(tmp_path):
    parts = {f"part{place}": npy(np.zeros(500_000, dtype=np.uint8)) for place in range(5)}
    path = archive(tmp_path / "bomb.npz", **parts)
    with pytest.raises(FileFormatError, match="do not compress like that"):
        read(path, parts, Expansion(2**20, 200))


def test_large_files_of_ordinary_compression_pass(tmp_path):
    array = np.random.default_rng(0).integers(0, 16, 50_000)
    assert np.array_equal(read(archive(tmp_path / "a.npz", a=npy(array)), "a", Expansion(1000, 200))["a"], array)


def test_an_unknown_array_format_is_refused(tmp_path):
    content = bytearray(npy(np.arange(4)))
    content[6] = 9
    with pytest.raises(FileFormatError, match=r"a\.npz"):
        read(archive(tmp_path / "a.npz", a=bytes(content)), "a")


def test_a_path_that_cannot_be_opened_speaks_for_itself(tmp_path):
    with pytest.raises(IsADirectoryError):
        read(tmp_path, "a")


def patched(path, **fields: int):
    """Overwrite what the directory of an archive says about its one member."""
    content = bytearray(path.read_bytes())
    start = content.rindex(b"PK\x01\x02")
    for name, value in fields.items():
        place, width = {"flags": (8, 2), "method": (10, 2), "packed": (20, 4), "unfolded": (24, 4)}[name]
        content[start + place : start + place + width] = value.to_bytes(width, "little")
    path.write_bytes(content)
    return path


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"flags": 1}, "array a is encrypted, or packed as numpy packs none"),
        ({"method": zipfile.ZIP_LZMA}, "array a is encrypted, or packed as numpy packs none"),
        ({"unfolded": 2**31}, "array a claims more bytes than the file can hold"),
        ({"packed": 2**31}, "array a claims more bytes than the file can hold"),
    ],
)
def test_a_directory_that_lies_is_refused_before_anything_is_unpacked(tmp_path, fields, words):
    path = patched(archive(tmp_path / "a.npz", a=npy(np.arange(40))), **fields)
    with pytest.raises(FileFormatError, match=rf"a\.npz: {words}"):
        read(path, "a")


def test_an_array_that_is_there_twice_is_refused(tmp_path):
    with zipfile.ZipFile(tmp_path / "a.npz", "w") as file, pytest.warns(UserWarning, match="Duplicate"):
        for content in (npy(np.arange(3)), npy(np.arange(4))):
            file.writestr("a.npy", content)
    with pytest.raises(FileFormatError, match=r"it holds a\.npy more than once"):
        read(tmp_path / "a.npz", "a")


@pytest.mark.parametrize("array", [np.zeros(2, dtype="M8[s]"), np.zeros(2, dtype="i4,f8"), np.zeros(2, dtype="V3")])
def test_kinds_of_values_that_no_file_holds_are_refused(tmp_path, array):
    np.savez(tmp_path / "a.npz", a=array)
    with pytest.raises(FileFormatError, match="array a has dtype"):
        read(tmp_path / "a.npz", "a")


def test_only_the_arrays_asked_for_are_read(tmp_path):
    path = archive(tmp_path / "a.npz", a=npy(np.arange(3)), b=b"no array at all")
    assert read(path, "a")["a"].tolist() == [0, 1, 2]
    with pytest.raises(FileFormatError, match=r"a\.npz: array b is truncated or corrupt"):
        read(path, "ab")


def test_errors_never_print_what_a_damaged_header_holds(tmp_path):
    """The bytes of a member's own name are those that zipfile would print."""
    content = bytearray(archive(tmp_path / "a.npz", weights=npy(np.arange(3))).read_bytes())
    place = content.index(b"weights")
    content[place : place + 4] = b"\x1b[2J"
    (tmp_path / "a.npz").write_bytes(content)
    with pytest.raises(FileFormatError) as error:
        read(tmp_path / "a.npz", ["weights"])
    assert str(error.value) == f"{tmp_path}/a.npz: array weights is truncated or corrupt"


@pytest.mark.parametrize(
    "array", [np.array(5), np.zeros(0), np.zeros((0, 3)), np.array("text"), np.eye(2, 3, order="F")]
)
def test_arrays_of_every_shape_come_back_exactly(tmp_path, array):
    np.savez(tmp_path / "a.npz", a=array)
    np.save(tmp_path / "a.npy", array)
    for found in (read(tmp_path / "a.npz", "a")["a"], read_npy(tmp_path / "a.npy")):
        assert (found.dtype, found.shape) == (array.dtype, array.shape)
        np.testing.assert_array_equal(found, array)


def test_a_single_array_cut_anywhere_is_refused(tmp_path):
    np.save(tmp_path / "whole.npy", np.arange(5))
    whole = (tmp_path / "whole.npy").read_bytes()
    for length in range(len(whole)):
        (tmp_path / "cut.npy").write_bytes(whole[:length])
        with pytest.raises(FileFormatError, match=r"cut\.npy"):
            read_npy(tmp_path / "cut.npy")


def test_a_single_array_of_objects_is_refused(tmp_path):
    np.save(tmp_path / "a.npy", np.array([{}], dtype=object))
    with pytest.raises(FileFormatError, match="object array"):
        read_npy(tmp_path / "a.npy")

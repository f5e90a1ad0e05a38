from __future__ import annotations

import json
import os
import socket
import stat
import threading

import numpy as np
import pytest

import netsparse
from netsparse.errors import NetsparseError, printable
from netsparse.files import (
    append_text,
    check_folder,
    check_writable,
    drop_leftovers,
    make_folder,
    write_json,
    write_text,
    writing,
)  # fmt: skip

pytestmark = pytest.mark.skipif(os.name != "posix", reason="needs POSIX links, devices and permissions")


def mode_of(path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


@pytest.fixture
def old(tmp_path):
    """A file to replace, alone in its folder."""
    path = tmp_path / "a.txt"
    path.write_text("old")
    return path


def test_a_file_is_replaced_whole(old):
    with writing(old) as temporary:
        temporary.write_text("new")
        assert old.read_text() == "old"
    assert old.read_text() == "new"
    assert os.listdir(old.parent) == ["a.txt"]


@pytest.mark.parametrize("error", [ValueError, KeyboardInterrupt, OSError])
def test_an_error_leaves_the_old_file_and_nothing_else(old, error):
    with pytest.raises(error), writing(old) as temporary:
        temporary.write_text("half")
        raise error
    assert old.read_text() == "old"
    assert os.listdir(old.parent) == ["a.txt"]


@pytest.mark.parametrize("mask", [0o027, 0o002])
def test_a_new_file_is_as_readable_as_the_umask_says(tmp_path, mask):
    before = os.umask(mask)
    try:
        write_text(tmp_path / "a.txt", "x")
    finally:
        os.umask(before)
    assert mode_of(tmp_path / "a.txt") == 0o666 & ~mask


def test_the_umask_is_never_touched_since_it_is_that_of_all_threads(tmp_path, monkeypatch):
    monkeypatch.setattr(os, "umask", lambda mask: pytest.fail("another thread would make files with this umask"))
    write_text(tmp_path / "a.txt", "x")
    write_text(tmp_path / "a.txt", "y")


@pytest.mark.parametrize("mode", [0o600, 0o640, 0o666, 0o755])
def test_an_old_file_keeps_its_mode_and_is_private_until_it_has_it(old, mode):
    old.chmod(mode)
    with writing(old) as temporary:
        temporary.write_text("new")
        assert mode_of(temporary) == 0o600
    assert (mode_of(old), old.read_text()) == (mode, "new")


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() != 0, reason="only root may give files away")
def test_an_old_file_keeps_its_owner_where_that_is_permitted(old):
    os.chown(old, 12345, 54321)
    write_text(old, "new")
    assert (old.stat().st_uid, old.stat().st_gid) == (12345, 54321)


def test_an_owner_that_cannot_be_kept_is_no_error(old, monkeypatch):
    def refuse(*arguments):
        raise PermissionError(1, "Operation not permitted")

    monkeypatch.setattr(os, "chown", refuse)
    write_text(old, "new")
    assert old.read_text() == "new"


def test_links_stay_links(old):
    place = old.parent / "deep" / "er"
    place.mkdir(parents=True)
    (place / "first").symlink_to(old)
    (place / "second").symlink_to("first")
    write_text(place / "second", "new")
    assert old.read_text() == "new"
    assert os.readlink(place / "second") == "first"
    assert sorted(os.listdir(place)) == ["first", "second"]
    assert sorted(os.listdir(old.parent)) == ["a.txt", "deep"]


def test_a_link_that_leads_nowhere_makes_what_it_names(tmp_path):
    (tmp_path / "link").symlink_to("target")
    write_text(tmp_path / "link", "new")
    assert (tmp_path / "link").is_symlink()
    assert (tmp_path / "target").read_text() == "new"


@pytest.mark.parametrize("device", ["/dev/null", "/dev/full"])
def test_devices_stay_devices(device):
    check_writable(device)
    before = os.stat(device)
    try:
        write_text(device, "new")
    except OSError as error:
        assert (device, error.filename, error.strerror) == ("/dev/full", "/dev/full", "No space left on device")
    after = os.stat(device)
    assert stat.S_ISCHR(after.st_mode)
    assert (after.st_ino, after.st_mode) == (before.st_ino, before.st_mode)


def test_a_network_goes_through_a_fifo(tmp_path):
    """np.savez goes back in the file it writes, which no FIFO allows."""
    network = netsparse.generate.erdos_renyi((6, 5, 3), density=0.4, rng=0)
    network.save(tmp_path / "file.npz")
    fifo, read = tmp_path / "fifo.npz", []
    os.mkfifo(fifo)
    check_writable(fifo)
    reader = threading.Thread(target=lambda: read.append(fifo.read_bytes()))
    reader.start()
    network.save(fifo)
    reader.join(timeout=10)
    assert read == [(tmp_path / "file.npz").read_bytes()]
    assert stat.S_ISFIFO(fifo.stat().st_mode)


@pytest.mark.parametrize("folder", ["/dev/fd", "/proc/self/fd", "link"])
def test_what_a_descriptor_is_open_on_is_written_where_it_stands(old, folder):
    """A file renamed to that name would leave what else is written to the descriptor in a file without one."""
    if not os.path.isdir("/proc/self/fd"):
        pytest.skip("needs /proc")
    with open(old, "w") as file:
        print("before", file=file, flush=True)
        name = f"{folder}/{file.fileno()}"
        if folder == "link":
            name = old.parent / "link"
            name.symlink_to(f"/dev/fd/{file.fileno()}")
        check_writable(name)
        write_text(name, "new\n")
        print("after", file=file)
    assert old.read_text() == "before\nnew\nafter\n"


def test_a_descriptor_that_is_only_read_is_refused(old):
    with open(old) as file, pytest.raises(NetsparseError, match="Bad file descriptor"):
        check_writable(f"/dev/fd/{file.fileno()}")


def a_socket(path):
    with socket.socket(socket.AF_UNIX) as one:
        one.bind(os.path.relpath(path))  # a short name, as sockets need


UNWRITABLE = {
    "folder": (lambda path: path.mkdir(), IsADirectoryError, "it is a folder"),
    "socket": (a_socket, OSError, "it is a socket"),
    "link to itself": (lambda path: path.symlink_to(path.name), OSError, "symbolic links"),
    "link into nowhere": (lambda path: path.symlink_to("nowhere/a"), FileNotFoundError, "there is no folder"),
}


@pytest.mark.parametrize(("make", "error", "words"), UNWRITABLE.values(), ids=UNWRITABLE)
def test_what_is_refused_is_refused_before_and_left_as_it_is(tmp_path, monkeypatch, make, error, words):
    monkeypatch.chdir(tmp_path)
    path = tmp_path / "a.csv"
    make(path)
    before = os.lstat(path)
    with pytest.raises(NetsparseError, match=f"cannot write to .*{words}"):
        check_writable(path)
    with pytest.raises(error) as caught, writing(path):
        pytest.fail("the work began")
    assert caught.value.filename == str(path)
    assert os.lstat(path) == before
    assert os.listdir(tmp_path) == ["a.csv"]


@pytest.mark.parametrize(
    ("name", "error"),
    [("nowhere/a.txt", FileNotFoundError), ("file/a.txt", NotADirectoryError), (256 * "n", OSError)],
)
def test_names_that_cannot_be_are_errors_about_the_file_asked_for(tmp_path, name, error):
    (tmp_path / "file").touch()
    with pytest.raises(NetsparseError, match="cannot write to"):
        check_writable(tmp_path / name)
    with pytest.raises(error) as caught, writing(tmp_path / name):
        pytest.fail("the work began")
    assert caught.value.filename == str(tmp_path / name)


@pytest.mark.parametrize("denied", ["file", "folder"])
def test_permissions_that_are_missing(old, monkeypatch, denied):
    """As an ordinary user sees it; the superuser, who may run the tests, is let through."""
    open_, access = os.open, os.access

    def refuse(path, flags, *mode, **options):
        if denied == "folder" and flags & os.O_CREAT:
            raise PermissionError(13, "Permission denied", path)
        return open_(path, flags, *mode, **options)

    monkeypatch.setattr(os, "open", refuse)
    monkeypatch.setattr(os, "access", lambda path, mode: denied != "file" and access(path, mode))
    words = {"file": "the file is read-only", "folder": f"no file can be made in {old.parent}: Permission denied"}
    with pytest.raises(NetsparseError) as caught:
        check_writable(old)
    assert str(caught.value) == f"cannot write to {old}: {words[denied]}"
    with pytest.raises(PermissionError, match=words[denied].split(":")[0]), writing(old):
        pytest.fail("the work began")
    assert old.read_text() == "old"


def test_asking_leaves_nothing_behind(old):
    check_writable(old)
    check_writable(old.parent / "new.txt")
    check_folder(old.parent / "new" / "er")
    assert os.listdir(old.parent) == ["a.txt"]
    assert old.read_text() == "old"


@pytest.mark.parametrize("name", [250 * "n", 125 * "ü", 246 * "n" + ".csv", "a." + 248 * "s", "." + 250 * "h"])
def test_the_temporary_name_of_a_long_name_is_not_too_long(tmp_path, name):
    check_writable(tmp_path / name)
    write_text(tmp_path / name, "new")
    write_text(tmp_path / name, "newer")
    assert os.listdir(tmp_path) == [name]
    assert (tmp_path / name).read_text() == "newer"


@pytest.mark.parametrize("name", ["a b", "-x", "it's\n\x1b[1m", b"r\xff", b"\xc3\xbc"])
def test_any_name_that_the_system_takes_is_taken(tmp_path, name):
    path = tmp_path / os.fsdecode(name)
    write_text(path, "new")
    assert os.listdir(os.fsencode(tmp_path)) == [os.fsencode(name)]


def test_a_temporary_file_has_the_suffix_of_its_target(old):
    with writing(old) as temporary:
        assert (temporary.parent, temporary.suffix) == (old.parent, ".txt")
    with writing("/dev/null") as temporary:
        assert temporary.parent != old.parent


def test_an_error_of_the_system_is_about_the_file_asked_for(old):
    with pytest.raises(OSError, match="No space left") as caught, writing(old), open("/dev/full", "w") as full:
        full.write("x")
    assert caught.value.filename == str(old)
    with pytest.raises(FileNotFoundError) as caught, writing(old) as temporary:
        temporary.with_name("another").read_text()
    assert caught.value.filename.endswith("another")


def test_what_killed_writers_left_can_be_removed(old):
    kept = old.with_name(".b-12345678.txt")
    for name in (".a-12345678.txt", ".a-87654321.txt", kept.name):
        old.with_name(name).touch()
    (old.parent / "link").symlink_to(old)
    drop_leftovers(old.parent / "link")
    assert sorted(os.listdir(old.parent)) == [kept.name, "a.txt", "link"]


def test_names_that_are_not_utf8_come_back_from_json(tmp_path):
    value = {os.fsdecode(b"r\xff"): ["für", "日本", '"\\', os.fsdecode(bytes(range(128, 256)))]}
    write_json(tmp_path / "a.json", value)
    text = (tmp_path / "a.json").read_bytes().decode("utf-8")
    assert json.loads(text) == value
    assert "für" in text


def test_text_is_appended_below_one_header(tmp_path):
    path = tmp_path / "a.csv"
    append_text(path, "1\n", header="n\n")
    append_text(path, "2\n", header="n\n")
    assert path.read_bytes() == b"n\n1\n2\n"


def test_folders_are_made_where_a_link_leads(tmp_path):
    (tmp_path / "link").symlink_to("target")
    check_folder(tmp_path / "link" / "inner")
    make_folder(tmp_path / "link" / "inner")
    make_folder(tmp_path / "link" / "inner")
    assert (tmp_path / "target" / "inner").is_dir()


@pytest.mark.parametrize(
    ("name", "words"),
    [("file", "is not a folder"), ("file/deeper", "is not a folder"), ("new/" + 256 * "n", "too long")],
)
def test_folders_that_cannot_be_made(tmp_path, name, words):
    (tmp_path / "file").touch()
    with pytest.raises(NetsparseError, match=f"cannot write to .*{words}"):
        check_folder(tmp_path / name)
    with pytest.raises(OSError):
        make_folder(tmp_path / name)


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("a b", "a b"),
        ("für 日本", "für 日本"),
        ("two\nlines\r\t", r"two\nlines\r\t"),
        ("\x1b[31m\x7f", r"\x1b[31m\x7f"),
        (os.fsdecode(b"r\xff"), r"r\xff"),
        ("\u2028\u202e\xa0\U000e0001", r"\u2028\u202e\u00a0\U000e0001"),
    ],
)
def test_what_is_printed_is_one_line_of_glyphs(text, shown):
    assert printable(text) == shown
    assert len(shown.splitlines()) == 1


def test_a_checkpoint_is_whole_or_the_one_before(tmp_path, monkeypatch):
    """The writer as the package uses it: a disk that fills while numpy writes."""
    network = netsparse.generate.erdos_renyi((6, 5, 3), density=0.4, rng=0)
    network.save(tmp_path / "n.npz")

    def full(file, **arrays):
        file.write(b"PK half")
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(np, "savez", full)
    with pytest.raises(OSError) as caught:
        netsparse.generate.erdos_renyi((6, 5, 3), density=0.4, rng=1).save(tmp_path / "n.npz")
    assert caught.value.filename == str(tmp_path / "n.npz")
    assert netsparse.load(tmp_path / "n.npz") == network
    assert os.listdir(tmp_path) == ["n.npz"]

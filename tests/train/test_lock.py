"""The lock of a run's folder: one process at a time, gone with the process, in nobody's way where there is none."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from netsparse.errors import NetsparseError
from netsparse.train import lock
from netsparse.train.lock import alone_in

ROOT = Path(__file__).parents[2]
HOLDER = """
import sys, pathlib
from netsparse.train.lock import alone_in
with alone_in(pathlib.Path(sys.argv[1])):
    print("held", flush=True)
    sys.stdin.read()
"""


@pytest.fixture
def holder(tmp_path):
    """Another process that holds the lock of the folder until it is killed or told to end."""
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    process = subprocess.Popen(
        [sys.executable, "-c", HOLDER, str(tmp_path)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        env=environment,
    )
    assert process.stdout.readline() == "held\n"
    yield process
    process.kill()
    process.wait()
    process.stdin.close()
    process.stdout.close()


def test_another_process_is_named_and_let_in_when_the_first_ends(holder, tmp_path):
    with pytest.raises(NetsparseError, match="another process is training in"), alone_in(tmp_path):
        pass
    holder.communicate("")
    with alone_in(tmp_path):
        pass
    assert not list(tmp_path.iterdir())


def test_a_killed_process_holds_nothing_and_what_it_leaves_goes_with_the_next(holder, tmp_path):
    holder.send_signal(signal.SIGKILL)
    holder.wait()
    assert [file.name for file in tmp_path.iterdir()] == [".lock"]
    with alone_in(tmp_path):
        pass
    assert not list(tmp_path.iterdir())


def test_an_error_inside_gives_the_lock_back(tmp_path):
    with pytest.raises(ZeroDivisionError), alone_in(tmp_path):
        raise ZeroDivisionError
    with alone_in(tmp_path):
        pass


def test_a_lock_is_of_one_folder(tmp_path):
    for name in ("a", "b"):
        (tmp_path / name).mkdir()
    with alone_in(tmp_path / "a"), alone_in(tmp_path / "b"):
        pass


@pytest.mark.parametrize("error", [OSError("no locks here"), PermissionError("read-only"), NotImplementedError()])
def test_where_there_are_no_locks_nothing_is_held_and_nothing_fails(tmp_path, monkeypatch, error):
    def acquire(self, **_):
        raise error

    monkeypatch.setattr(lock.FileLock, "acquire", acquire)
    with alone_in(tmp_path), alone_in(tmp_path):
        pass


@pytest.mark.skipif(os.name != "posix" or os.geteuid() == 0, reason="everything can be written here")
def test_a_folder_that_cannot_be_written_is_told_by_who_writes(tmp_path):
    tmp_path.chmod(0o500)
    with alone_in(tmp_path):
        pass


def test_a_folder_that_goes_in_the_meantime_is_no_error(tmp_path):
    folder = tmp_path / "run"
    folder.mkdir()
    with alone_in(folder):
        for file in folder.iterdir():
            file.unlink()
        folder.rmdir()

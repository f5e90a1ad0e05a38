"""Standard streams that are closed, full, read by nobody or in another encoding: files first, and no traceback."""

from __future__ import annotations

import errno
import io
import os
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

import netsparse
from netsparse import train
from netsparse.cli.streams import Guarded, Stopped, guarded
from netsparse.train.progress import Silent, show
from tests.cli.command import ROOT, run_here
from tests.train.small import FLAGS, clusters, clusters_file, settings, start_of

pytestmark = pytest.mark.skipif(os.name != "posix", reason="needs a POSIX shell")

PRODUCTS = {"accuracy.png", "checkpoint.npz", "history.csv", "network.npz", "settings.json"}


@pytest.fixture(scope="module")
def place(tmp_path_factory):
    """A data set, and a run on it."""
    folder = tmp_path_factory.mktemp("streams")
    own = settings(dataset=str(clusters_file(folder)), epochs=1, regrowth="random")
    train.fit(start_of(own), clusters(), own, out=folder / "run", progress=False)
    return folder


def shell(line: str, place: Path, **environment: str) -> subprocess.CompletedProcess:
    """Run a line of bash in a folder, `netsparse` and the flags of a small training in it."""
    command = f"{shlex.quote(sys.executable)} -m netsparse"
    flags = shlex.join(["--dataset", "clusters.npz", *FLAGS])
    script = f'netsparse() {{ {command} "$@"; }}; {line.replace("FLAGS", flags)}'
    environment = {**os.environ, "PYTHONPATH": str(ROOT), **environment}
    return subprocess.run(["bash", "-c", script], cwd=place, env=environment, capture_output=True, timeout=120)


def names(folder: Path) -> set[str]:
    return {path.name for path in folder.iterdir()}


def test_a_training_goes_on_when_its_reader_leaves(place):
    done = shell("netsparse train FLAGS --epochs 20 --out left | head -2; exit ${PIPESTATUS[0]}", place)
    assert done.returncode == 0
    assert done.stderr == b""
    assert done.stdout.count(b"\n") == 2
    assert names(place / "left") == PRODUCTS
    assert train.RunFolder(place / "left").is_finished()


@pytest.mark.parametrize("closed", [">&-", "2>&-", "<&- >&- 2>&-"])
def test_a_training_needs_no_stream(place, closed):
    out = f"closed{len(closed)}"
    done = shell(f"netsparse train FLAGS --epochs 2 --out {out} {closed}", place)
    assert done.returncode == 0
    assert done.stderr == b""
    assert names(place / out) == PRODUCTS
    assert netsparse.load(place / out / "network.npz").n_links


def test_output_that_is_lost_is_an_error_after_the_files(place):
    done = shell("netsparse train FLAGS --epochs 2 --out full > /dev/full", place)
    assert done.returncode == 2
    assert done.stderr == b"netsparse: error: standard output: No space left on device\n"
    assert names(place / "full") == PRODUCTS


@pytest.mark.parametrize("arguments", ["info run", "--help"])
def test_what_only_prints_fails_on_a_full_disk(place, arguments):
    done = shell(f"netsparse {arguments} > /dev/full", place)
    assert (done.returncode, done.stderr) == (2, b"netsparse: error: standard output: No space left on device\n")


def test_an_error_that_cannot_be_told_is_an_error_still(place):
    done = shell("netsparse info nowhere 2>&-; echo $?; netsparse info nowhere 2> /dev/full; echo $?", place)
    assert done.stdout == b"2\n2\n"


@pytest.mark.parametrize(
    "environment", [{"PYTHONIOENCODING": "ascii"}, {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"}]
)
def test_any_name_is_printed_in_any_locale(place, environment):
    (place / "für").symlink_to("run")
    done = shell("netsparse info für", place, **environment)
    (place / "für").unlink()
    assert done.returncode == 0
    assert done.stderr == b""
    assert done.stdout.decode("ascii").startswith("run      f\\x")


def test_predictions_on_standard_output_stand_among_what_is_printed(place):
    done = shell("netsparse predict run --dataset clusters.npz --out /dev/stdout > all.txt", place)
    assert done.returncode == 0
    lines = (place / "all.txt").read_text().splitlines()
    assert [line.split(" ")[0] for line in lines[:3]] == ["inputs", "test", "index,label,prediction"]
    assert len(lines) == 3 + 30


def test_a_fifo_whose_reader_leaves_is_an_error_about_the_fifo(place, monkeypatch, capsys):
    def broken(*arguments):
        raise BrokenPipeError(errno.EPIPE, "Broken pipe")

    monkeypatch.setattr("shutil.copyfileobj", broken)
    run = ("predict", place / "run", "--dataset", place / "clusters.npz")
    assert run_here(*run, "--out", "/dev/null") == 2
    assert capsys.readouterr().err == "netsparse: error: /dev/null: Broken pipe\n"


class Broken(io.StringIO):
    """A stream that fails after its first lines, and counts what is tried."""

    def __init__(self, number: int, n_whole: int = 0):
        super().__init__()
        self.number, self.n_whole, self.n_tried = number, n_whole, 0

    def write(self, text: str) -> int:
        self.n_tried += 1
        if self.n_tried > self.n_whole:
            raise OSError(self.number, os.strerror(self.number))
        return super().write(text)


def test_after_a_failure_nothing_more_is_tried():
    stream = Broken(errno.EPIPE, n_whole=2)
    guard = Guarded(stream)
    for number in range(5):
        print(number, file=guard)
    assert (stream.getvalue(), stream.n_tried) == ("0\n", 3)
    assert guard.failure.errno == errno.EPIPE
    assert guard.lost_output is None


def test_a_command_that_only_prints_stops_at_the_first_failure(monkeypatch, place):
    """A training that keeps nothing would compute to its end for nobody."""
    stream = Broken(errno.EPIPE, n_whole=2)
    monkeypatch.setattr("sys.stdout", stream)
    arguments = ("train", "--dataset", place / "clusters.npz", *FLAGS, "--epochs", 10**6)
    assert run_here(*arguments) == 0
    assert sys.stdout is stream


def test_output_that_only_has_no_reader_is_not_lost_but_what_a_full_disk_drops_is():
    for number, lost in ((errno.EPIPE, None), (errno.EBADF, None), (errno.ENOSPC, "No space left on device")):
        guard = Guarded(Broken(number))
        guard.write("x")
        assert guard.lost_output == lost


def test_other_errors_of_a_stream_are_bugs():
    class Odd(io.StringIO):
        def write(self, text):
            raise ValueError("odd")

    with pytest.raises(ValueError, match="odd"):
        Guarded(Odd()).write("x")


def test_only_a_product_stops():
    guard = Guarded(Broken(errno.EPIPE))
    guard.is_only_product = True
    with pytest.raises(Stopped):
        guard.write("x")
    guard.finish()


@pytest.mark.parametrize("error", [AssertionError, KeyboardInterrupt])
def test_the_streams_come_back_after_any_error(error):
    before = sys.stdout, sys.stderr

    def command(output):
        assert sys.stdout is output
        raise error

    with pytest.raises(error):
        guarded(command)
    assert (sys.stdout, sys.stderr) == before


def test_a_stream_keeps_how_it_treats_what_it_cannot_encode(monkeypatch):
    stream = io.TextIOWrapper(io.BytesIO(), encoding="ascii", errors="strict")
    monkeypatch.setattr("sys.stdout", stream)
    assert guarded(lambda output: print("2 × 3 \udcff")) == 0
    assert stream.buffer.getvalue() == b"2 \\xd7 3 \\udcff\n"
    assert stream.errors == "strict"


@pytest.mark.parametrize("stream", ["stdout", "stderr"])
def test_the_library_needs_no_stream_either(monkeypatch, stream):
    """As in a program without a terminal, where Python has none."""
    monkeypatch.setattr(sys, stream, None)
    own = settings(epochs=1)
    assert len(train.fit(start_of(own), clusters(), own).history) == 1


def test_a_terminal_in_name_only_gets_lines(monkeypatch):
    class Odd(io.StringIO):
        def isatty(self):
            return True

    monkeypatch.setattr("sys.stderr", Odd())
    assert type(show(True, 3, 0)).__name__ == "Lines"
    sys.stderr.close()
    assert type(show(True, 3, 0)).__name__ == "Lines"
    assert type(show(False, 3, 0)) is Silent

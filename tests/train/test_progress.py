from __future__ import annotations

import fcntl
import io
import math
import os
import struct
import termios

import pytest

from netsparse import train
from netsparse.train import EpochRecord
from netsparse.train.progress import Bar, Lines, show
from netsparse.train.warm_up import training_loop_is_cached, warm_up
from tests.train.small import clusters, settings, start_of


def record(epoch: int, validation: float = math.nan) -> EpochRecord:
    return EpochRecord(epoch, 0.5, 0.876, validation, 0.8, 0.7, 0.05, 1.5, 0.25, 100, 7, 2, 9, 1, 80)


def test_plain_lines(capsys):
    own = settings(epochs=2)
    train.fit(start_of(own), clusters(), own)
    lines = [line for line in capsys.readouterr().out.splitlines() if not line.startswith("compiling")]
    assert len(lines) == 2
    assert lines[0].startswith("epoch 1/2  loss ")
    assert "\r" not in "".join(lines)


def test_what_a_line_says():
    stream = io.StringIO()
    lines = Lines(10, stream)
    lines.epoch(record(3))
    lines.epoch(record(4, validation=0.25))
    assert stream.getvalue().splitlines() == [
        "epoch  3/10  loss 0.5000  test accuracy 87.60%  train 1.50 s  update 0.25 s",
        "epoch  4/10  loss 0.5000  test accuracy 87.60%  validation 25.00%  train 1.50 s  update 0.25 s",
    ]


def test_the_bar_shows_loss_accuracy_and_the_time_left():
    stream = io.StringIO()
    with Bar(4, 1, stream) as bar:
        bar.steps(100, 0.75)
        bar.epoch(record(2))
        bar.epoch(record(3))
    text = stream.getvalue()
    assert "1/4" in text  # where a resumed run starts
    last = text.split("\r")[-1]
    assert "3/4" in last
    assert "loss 0.5000  test accuracy 87.60%" in last
    assert "<" in last  # tqdm's elapsed<remaining


@pytest.fixture
def terminal(monkeypatch):
    """Return a function that makes stderr a terminal of a size."""
    main, side = os.openpty()
    with open(side, "w") as stream:

        def become(columns: int, lines: int = 24) -> None:
            fcntl.ioctl(side, termios.TIOCSWINSZ, struct.pack("HHHH", lines, columns, 0, 0))
            monkeypatch.setattr("sys.stderr", stream)

        yield become
    os.close(main)


def test_a_terminal_gets_the_bar(terminal):
    terminal(columns=80)
    with show(True, 3, 0) as display:
        assert isinstance(display, Bar)


@pytest.mark.parametrize(("columns", "lines"), [(0, 24), (80, 0), (80, 1)])
def test_a_terminal_without_room_for_a_bar_gets_lines(terminal, columns, lines):
    terminal(columns, lines)
    assert isinstance(show(True, 3, 0), Lines)


def test_silence(capsys):
    own = settings(epochs=1)
    train.fit(start_of(own), clusters(), own, progress=False)
    assert capsys.readouterr() == ("", "")


@pytest.mark.parametrize("backend", ["sparse", "masked"])
def test_compiling_is_announced_only_when_it_happens(monkeypatch, backend):
    from netsparse.train.loop import make_engine

    own, notes = settings(backend=backend), []
    warm_up(start_of(own), own, make_engine, notes.append)
    notes.clear()
    warm_up(start_of(own), own, make_engine, notes.append)
    assert notes == []
    assert backend == "masked" or training_loop_is_cached()
    monkeypatch.setattr("netsparse.train.warm_up.training_loop_is_cached", lambda: False)
    warm_up(start_of(own), own, make_engine, notes.append)
    assert notes == (["compiling kernels"] if backend == "sparse" else [])

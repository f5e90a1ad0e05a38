"""How a run shows that it lives: a bar on a terminal, a line per epoch elsewhere."""

from __future__ import annotations

import os
import sys
from types import TracebackType
from typing import TYPE_CHECKING, TextIO

if TYPE_CHECKING:
    from netsparse.train.history import EpochRecord


class Silent:
    """Shows nothing; the base of what shows something."""

    def __enter__(self) -> Silent:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.close()

    def note(self, text: str) -> None:
        """Say something that is not an epoch."""

    def steps(self, n_steps: int, loss: float) -> None:
        """Show that an epoch is under way."""

    def epoch(self, record: EpochRecord) -> None:
        """Show that an epoch has ended."""

    def close(self) -> None:
        """Give the terminal back."""


class Lines(Silent):
    """Writes a plain line per epoch, at once, so that a log can be followed."""

    def __init__(self, n_epochs: int, stream: TextIO):
        self._n_epochs = n_epochs
        self._stream = stream

    def note(self, text: str) -> None:
        print(text, file=self._stream, flush=True)

    def epoch(self, record: EpochRecord) -> None:
        width = len(str(self._n_epochs))
        self.note(
            f"epoch {record.epoch:{width}d}/{self._n_epochs}  loss {record.train_loss:.4f}  "
            f"test accuracy {record.test_accuracy:.2%}{_validation(record)}  "
            f"train {record.seconds_train:.2f} s  update {record.seconds_update:.2f} s"
        )


class Bar(Silent):
    """Shows a tqdm bar with loss, accuracy and the time that is left."""

    def __init__(self, n_epochs: int, n_done: int, stream: TextIO):
        from tqdm import tqdm

        self._bar = tqdm(total=n_epochs, initial=n_done, unit="epoch", file=stream, dynamic_ncols=True)
        self._accuracy = ""

    def note(self, text: str) -> None:
        self._bar.set_postfix_str(text)

    def steps(self, n_steps: int, loss: float) -> None:
        self._bar.set_postfix_str(f"loss {loss:.4f}{self._accuracy}", refresh=False)
        self._bar.update(0)

    def epoch(self, record: EpochRecord) -> None:
        self._accuracy = f"  test accuracy {record.test_accuracy:.2%}{_validation(record)}"
        self._bar.set_postfix_str(f"loss {record.train_loss:.4f}{self._accuracy}", refresh=False)
        self._bar.update()

    def close(self) -> None:
        self._bar.close()


def show(progress: bool, n_epochs: int, n_done: int) -> Silent:
    """Return what suits: a bar on stderr if that is a terminal, else lines on stdout; nothing if not wanted."""
    if not progress:
        return Silent()
    if _has_room(sys.stderr):
        return Bar(n_epochs, n_done, sys.stderr)
    return Lines(n_epochs, sys.stdout)


def _has_room(stream: TextIO | None) -> bool:
    """Return whether a bar fits on the stream; some terminals do not know their size, and tqdm then shows nothing."""
    try:
        if stream is None or not stream.isatty():  # None: closed, or a program without a terminal
            return False
        columns, lines = os.get_terminal_size(stream.fileno())
    except (OSError, ValueError):  # a terminal in name only, or closed since
        return False
    return columns > 0 and lines > 1


def _validation(record: EpochRecord) -> str:
    has_validation = record.validation_accuracy == record.validation_accuracy  # not NaN
    return f"  validation {record.validation_accuracy:.2%}" if has_validation else ""

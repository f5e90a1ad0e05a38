"""Standard streams that a command can rely on: closed, full, or read by someone who has left.

What is printed is never worth a run. A failure to print is therefore remembered, not raised, and everything that is
printed afterwards goes nowhere; a command whose only product is its output stops there. Nobody reading is no error.
"""

from __future__ import annotations

import errno
import os
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from typing import Any, TextIO

_NOBODY_READS = (errno.EPIPE, errno.EBADF, errno.ECONNRESET)


class Stopped(Exception):
    """Output is the only product of a command, and it goes nowhere."""


class Guarded:
    """A text stream that remembers its first failure instead of raising it.

    Parameters
    ----------
    stream : text stream

    Examples
    --------
    >>> import io
    >>> stream = io.StringIO()
    >>> stream.close()
    >>> print('to nobody', file=Guarded(stream))
    """

    def __init__(self, stream: TextIO):
        self._stream = stream
        self.failure: OSError | None = None
        self.is_only_product = False  #: raise `Stopped` at a failure

    def __getattr__(self, name: str) -> Any:
        return getattr(self._stream, name)

    def write(self, text: str) -> int:
        """Write a text, or forget it."""
        self._attempt(self._stream.write, text)
        return len(text)

    def flush(self) -> None:
        """Send what was written on its way."""
        self._attempt(self._stream.flush)

    @property
    def lost_output(self) -> str | None:
        """Why something that somebody wants to read is lost: the disk is full, say."""
        lost = self.failure is not None and self.failure.errno not in _NOBODY_READS
        return self.failure.strerror if lost else None

    def finish(self) -> None:
        """Send everything on its way, and raise nothing from now on."""
        self.is_only_product = False
        self.flush()

    def _attempt(self, act: Callable[..., Any], *arguments: str) -> None:
        if self.failure:
            return
        try:
            act(*arguments)
        except OSError as error:
            self._fail(error)
        except ValueError:
            if not self._stream.closed:
                raise
            self._fail(OSError(errno.EBADF, os.strerror(errno.EBADF)))

    def _fail(self, error: OSError) -> None:
        self.failure = error
        _send_nowhere(self._stream)
        if self.is_only_product:
            raise Stopped from error


def guarded(command: Callable[[Guarded], int | None]) -> int:
    """Call a command with guarded streams, stdout as its argument.

    Returns
    -------
    int
        Its exit code, 0 for None; 2, and a line on stderr, if it was 0 but output is lost.

    Examples
    --------
    >>> guarded(lambda output: print('one line'))
    one line
    0
    """
    with _guarded_streams() as output:
        code = command(output) or 0
        output.finish()
        if code == 0 and output.lost_output:
            print(f"netsparse: error: standard output: {output.lost_output}", file=sys.stderr)
            return 2
        return code


@contextmanager
def _guarded_streams() -> Iterator[Guarded]:
    """Guard stdout and stderr, and yield the first; what they cannot encode is printed as an escape."""
    _occupy_closed_descriptors()
    before = sys.stdout, sys.stderr
    with ExitStack() as stack:
        guards = [Guarded(stack.enter_context(_usable(stream))) for stream in before]
        sys.stdout, sys.stderr = guards
        try:
            yield guards[0]
        finally:
            for guard in guards:
                guard.finish()
            sys.stdout, sys.stderr = before


def _occupy_closed_descriptors() -> None:
    """Open the null device in place of closed standard streams.

    The next file to be opened would get the descriptor, and a library's message to stderr would end up in it.
    """
    for descriptor in range(3):
        try:
            os.fstat(descriptor)
        except OSError:
            os.open(os.devnull, os.O_RDWR)


@contextmanager
def _usable(stream: TextIO | None) -> Iterator[TextIO]:
    """Yield a stream that encodes anything; one that leads nowhere for one that was closed before Python started."""
    if stream is None:
        with open(os.devnull, "w", encoding="utf-8") as nowhere:
            yield nowhere
    elif hasattr(stream, "reconfigure") and not stream.closed:
        errors = stream.errors
        stream.reconfigure(errors="backslashreplace")
        try:
            yield stream
        finally:
            if not stream.closed:
                stream.reconfigure(errors=errors)
    else:
        yield stream


def _send_nowhere(stream: TextIO) -> None:
    """Let what a stream still holds go to the null device, or the interpreter would try again and end with an error."""
    try:
        descriptor = stream.fileno()
    except (OSError, ValueError, AttributeError):  # no file, or closed
        return
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, descriptor)
    os.close(nowhere)

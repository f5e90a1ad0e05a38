"""The errors netsparse raises and the checks that several rooms share."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable

import numpy as np

LONGEST_MESSAGE = 480
"""Characters of a message about input from outside: such input must not choose how much is printed."""

_READ_AT_MOST = 200_000

LARGEST_COUNT = 2**63 - 1
"""What the counters of arrays and loops hold."""


class NetsparseError(Exception):
    """What is wrong with the input, in one message that says what, where and what to do; raised as a subclass.

    Parameters
    ----------
    message : str
    parameter : str, optional
        The parameter that is at fault, by which the message names it; the ``netsparse`` command prints its flag.

    Examples
    --------
    >>> import netsparse as ns
    >>> try:
    ...     ns.generate.erdos_renyi((784, 10), density=2.0)
    ... except ns.NetsparseError as error:
    ...     print(error, isinstance(error, ValueError))
    density must be finite and above 0 and at most 1, got 2.0 True
    """

    def __init__(self, message: str, *, parameter: str | None = None):
        super().__init__(message)
        self.parameter = parameter


class InvalidValue(NetsparseError, ValueError):
    """A value that cannot be: out of its range, of the wrong shape, an unknown name."""


class InvalidType(NetsparseError, TypeError):
    """A value of a type that cannot be used."""


class InvalidInput(InvalidValue):
    """Bad input that is not a plain argument: a file, a data set, a run folder.

    The message quotes what comes from outside, so that it is made one printable line, see :func:`one_line`.
    """

    def __init__(self, message: str, *, parameter: str | None = None):
        super().__init__(one_line(message), parameter=parameter)


class FileFormatError(InvalidInput):
    """A file that is not what it should be: truncated, corrupt, or not ours."""


def printable(text: object) -> str:
    r"""Return a text, such as a file name or a message, on one line that any terminal can show.

    Control characters, line ends and whatever else has no glyph become escapes as in Python and bash; a byte that
    could not be decoded, which Python keeps as a lone surrogate, becomes its own.

    Examples
    --------
    >>> import os
    >>> print(printable('two\nlines'), printable(os.fsdecode(b'r\xff')))
    two\nlines r\xff
    """
    return "".join(character if character.isprintable() else _escape(character) for character in str(text))


def _escape(character: str) -> str:
    code = ord(character)
    if 0xDC80 <= code <= 0xDCFF:  # os.fsdecode
        return f"\\x{code - 0xDC00:02x}"
    if code < 0x80:
        return character.encode("unicode_escape").decode()
    return f"\\u{code:04x}" if code <= 0xFFFF else f"\\U{code:08x}"


def one_line(text: object, longest: int = LONGEST_MESSAGE) -> str:
    r"""Return a message, such as that of another library, on one printable line, its middle left out if it is long.

    Examples
    --------
    >>> print(one_line("a\x1b[31m\0 b\n  c"))
    a\x1b[31m\x00 b c
    >>> print(one_line("0123456789" * 9, longest=20))
    0123456 ... 23456789
    """
    line = printable(re.sub(r"\s*[\r\n]+\s*", " ", str(text)[:_READ_AT_MOST]).strip())
    if len(line) <= longest:
        return line
    kept = longest - len(" ... ")
    return f"{line[: kept // 2]} ... {line[-(kept - kept // 2) :]}"


def unknown(kind: str, name: object, known: Iterable[str]) -> InvalidValue:
    """Return the error for a name that is in no registry; it lists the names that are.

    Examples
    --------
    >>> unknown('regrowth', 'foo', ['l3', 'random'])
    InvalidValue("unknown regrowth 'foo'; known: l3, random")
    """
    return InvalidValue(f"unknown {kind} {name!r}; known: {', '.join(sorted(known))}", parameter=kind)


def check_number(
    name: str,
    value: float,
    *,
    above: float | None = None,
    at_least: float | None = None,
    below: float | None = None,
    at_most: float | None = None,
) -> float:
    """Return `value` as a float, or raise an error that names it and the range it should be in.

    NaN and infinity are always refused. `above` and `below` are strict bounds, `at_least` and `at_most` are not.

    Examples
    --------
    >>> check_number("zeta", 1.5, at_least=0, at_most=1)
    Traceback (most recent call last):
    ...
    netsparse.errors.InvalidValue: zeta must be finite and at least 0 and at most 1, got 1.5
    """
    try:
        number = float(value)
    except (TypeError, ValueError):
        raise InvalidType(f"{name} must be a number, got {value!r}", parameter=name) from None
    except OverflowError:  # a whole number of hundreds of digits
        number = math.inf
    inside = (
        math.isfinite(number)
        and (above is None or number > above)
        and (at_least is None or number >= at_least)
        and (below is None or number < below)
        and (at_most is None or number <= at_most)
    )
    if not inside:
        raise InvalidValue(
            f"{name} must be {_range_words(above, at_least, below, at_most)}, got {value!r}", parameter=name
        )
    return number


def check_count(name: str, value: int, *, at_least: int = 0) -> int:
    """Return `value` as an int, or raise an error that names it; booleans, fractions and more than 64 bits are refused.

    Examples
    --------
    >>> check_count("epochs", 0, at_least=1)
    Traceback (most recent call last):
    ...
    netsparse.errors.InvalidValue: epochs must be at least 1, got 0
    """
    try:
        whole = not isinstance(value, bool) and int(value) == value
    except (TypeError, ValueError, OverflowError):  # not a number, NaN, infinity
        whole = False
    if not whole:
        raise InvalidType(f"{name} must be a whole number, got {value!r}", parameter=name)
    if value < at_least:
        raise InvalidValue(f"{name} must be at least {at_least}, got {value!r}", parameter=name)
    if value > LARGEST_COUNT:
        digits = len(str(int(value)))
        raise InvalidValue(f"{name} must be at most {LARGEST_COUNT}, got one of {digits} digits", parameter=name)
    return int(value)


def check_positions(name: str, values, n: int) -> np.ndarray:
    """Return `values` as an integer array of positions in 0 .. n - 1, or raise an error that names them.

    Fractions would be cut off, negative numbers count from the end and a mask be taken for the positions 0 and 1:
    none of them is let through.

    Examples
    --------
    >>> check_positions("order", [0, 5], 3)
    Traceback (most recent call last):
    ...
    netsparse.errors.InvalidValue: order must be from 0 to 2, got 0 to 5
    """
    positions = np.asarray(values)
    if positions.size and positions.dtype.kind not in "iu":
        raise InvalidType(f"{name} must be whole numbers, got dtype {positions.dtype}", parameter=name)
    if positions.size and (positions.min() < 0 or positions.max() >= n):
        raise InvalidValue(
            f"{name} must be from 0 to {n - 1}, got {positions.min()} to {positions.max()}", parameter=name
        )
    return positions if positions.size else positions.astype(np.int64)


def _range_words(above, at_least, below, at_most) -> str:
    bounds = [("above", above), ("at least", at_least), ("below", below), ("at most", at_most)]
    words = [f"{word} {bound:g}" for word, bound in bounds if bound is not None]
    return " and ".join(["finite", *words])

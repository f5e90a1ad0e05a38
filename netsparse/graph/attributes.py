"""Numbers out of the attributes of a graph: exactly what it says, or an error that names who says otherwise."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Sequence
from numbers import Integral, Real
from typing import Any

import numpy as np

from netsparse.errors import InvalidType, InvalidValue, one_line

Owner = Callable[[int], str]
"""Position in a list of values -> the node or link the value belongs to, in words."""

_WHOLE = re.compile(r"[+-]?[0-9]{1,19}")
_DECIMAL = re.compile(r"[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][+-]?[0-9]+)?")


def whole_numbers(values: Sequence[Any], attribute: str, owner: Owner, *, booleans: bool = False) -> np.ndarray:
    """Return values as int64: whole numbers, floats that are whole, and strings of either; `booleans` if allowed.

    Examples
    --------
    >>> whole_numbers([0, 2.0, "1"], "layer", "node {}".format)
    array([0, 2, 1])
    >>> whole_numbers([0, 1.9], "layer", "node {}".format)
    Traceback (most recent call last):
    ...
    netsparse.errors.InvalidValue: node 1 has layer 1.9, which is no whole number
    """
    if set(map(type, values)) <= {int}:
        try:
            return np.array(values, dtype=np.int64)
        except OverflowError:
            pass  # found again, and named, below
    return np.array([_whole(value, attribute, owner, i, booleans) for i, value in enumerate(values)], dtype=np.int64)


def truths(values: Sequence[Any], attribute: str, owner: Owner) -> np.ndarray:
    """Return values as booleans: true or false, or 1 or 0 for it; what says nothing is false.

    Examples
    --------
    >>> truths([True, None, 0, "1"], "frozen", "link {}".format)
    array([ True, False, False,  True])
    """
    if set(map(type, values)) <= {type(None)}:
        return np.zeros(len(values), dtype=bool)
    numbers = whole_numbers([0 if value is None else value for value in values], attribute, owner, booleans=True)
    wrong = np.flatnonzero((numbers != 0) & (numbers != 1))
    if wrong.size:
        raise _error(values[wrong[0]], attribute, owner(int(wrong[0])), "neither true nor false")
    return numbers.astype(bool)


def real_numbers(values: Sequence[Any], attribute: str, owner: Owner) -> np.ndarray:
    """Return values as float64: finite numbers that a float64 holds exactly, and strings of decimals.

    Examples
    --------
    >>> real_numbers([1, 0.5, "2e-3"], "weight", "link {}".format)
    array([1.   , 0.5  , 0.002])
    >>> real_numbers([1.0, float("nan")], "weight", "link {}".format)
    Traceback (most recent call last):
    ...
    netsparse.errors.InvalidValue: link 1 has weight nan, which is no finite number
    """
    if set(map(type, values)) <= {float}:
        numbers = np.array(values, dtype=np.float64)
    else:
        numbers = np.array([_real(value, attribute, owner, i) for i, value in enumerate(values)], dtype=np.float64)
    wrong = np.flatnonzero(~np.isfinite(numbers))
    if wrong.size:
        raise _error(values[wrong[0]], attribute, owner(int(wrong[0])), "no finite number")
    return numbers


def check_fits(numbers: np.ndarray, dtype: str, attribute: str, owner: Owner) -> np.ndarray:
    """Return numbers in `dtype`, or raise a `ValueError` that names one which it does not hold exactly."""
    with np.errstate(over="ignore"):
        stored = numbers.astype(dtype)
    wrong = np.flatnonzero(stored != numbers)
    if wrong.size:
        place = int(wrong[0])
        what = f"not exact in {dtype}, the dtype of the graph: round it, or say dtype float64"
        raise _error(float(numbers[place]), attribute, owner(place), what)
    return stored


def all_or_none(values: Sequence[Any], attribute: str, owner: Owner) -> bool:
    """Return whether the attribute is given; raise a `ValueError` if it is given here and not there.

    Examples
    --------
    >>> all_or_none([None, None], "index", "node {}".format)
    False
    >>> all_or_none([0, None], "index", "node {}".format)
    Traceback (most recent call last):
    ...
    netsparse.errors.InvalidValue: node 1 has no index, but others have: give it to all or to none
    """
    missing = [value is None for value in values]
    n_missing = sum(missing)
    if 0 < n_missing < len(missing):
        raise InvalidValue(
            f"{owner(missing.index(True))} has no {attribute}, but others have: give it to all or to none"
        )
    return n_missing < len(missing)


def name_of_graph(value: Any, attribute: str) -> str:
    """Return a graph attribute that is a name, or raise a `ValueError`."""
    if not isinstance(value, str):
        raise _error(value, attribute, "the graph", "no name")
    return value


def text_of(name: Any, owner: str) -> str:
    """Return a name as text: text as it is, a whole number as its digits; anything else is refused.

    >>> text_of(7, "node 0"), text_of("Evelyn", "node 0")
    ('7', 'Evelyn')
    """
    if isinstance(name, str):
        return name
    if isinstance(name, int | np.integer) and not isinstance(name, bool):
        return str(int(name))
    raise InvalidType(f"{owner} is called {one_line(repr(name), 60)}, which is neither text nor a whole number")


def _whole(value: Any, attribute: str, owner: Owner, place: int, booleans: bool) -> int:
    number = None
    if isinstance(value, bool | np.bool_):
        number = int(value) if booleans else None
    elif isinstance(value, Integral) or (isinstance(value, str) and _WHOLE.fullmatch(value)):
        number = int(value)
    elif isinstance(value, Real) or (isinstance(value, str) and _DECIMAL.fullmatch(value)):
        real = float(value)
        number = int(real) if math.isfinite(real) and real.is_integer() else None
    if number is None or abs(number) >= 2**63:
        raise _error(value, attribute, owner(place), "no whole number" if number is None else "too large")
    return number


def _real(value: Any, attribute: str, owner: Owner, place: int) -> float:
    if isinstance(value, str) and _DECIMAL.fullmatch(value):
        return float(value)
    if not isinstance(value, Real) or isinstance(value, bool):
        raise _error(value, attribute, owner(place), "no number")
    try:
        number = float(value)
    except OverflowError:
        number = math.inf
    if number != value and value == value:
        raise _error(value, attribute, owner(place), "not exact in float64")
    return number


def _error(value: Any, attribute: str, owner: str, what: str) -> ValueError:
    return InvalidValue(f"{owner} has {attribute} {one_line(repr(value), 60)}, which is {what}")

"""What the values of a data set are: pixels or numbers, one decision for all of its parts."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from netsparse.errors import InvalidValue

PIXEL = np.dtype(np.uint8)
WHITE = 255


def of_one_kind(parts: Mapping[str, np.ndarray]) -> dict[str, np.ndarray]:
    """Return the parts in one dtype, or raise a `ValueError` that says which part is what.

    Parameters
    ----------
    parts : mapping of str to numpy.ndarray
        Samples of each part, of real numbers.

    Returns
    -------
    dict of str to numpy.ndarray
        uint8 if the values are pixels: a part is uint8, and all others are integers from 0 to 255. float64 if all
        are integers of other types, or all booleans. If all are floats, the widest of their dtypes, at least float32.
        Anything else would give equal values two meanings, or two scales, and is refused.

    Examples
    --------
    >>> of_one_kind({"x_train": np.array([[7]], dtype=np.uint8), "x_test": np.array([[255]])})["x_test"].dtype
    dtype('uint8')
    >>> of_one_kind({"x_train": np.array([[7]], dtype=np.uint8), "x_test": np.array([[0.5]])})
    Traceback (most recent call last):
    ...
    netsparse.errors.InvalidValue: x_train is uint8 (pixels, 255 is 1.0), x_test float64: a data set has values ...
    """
    kinds = {x.dtype.kind for x in parts.values()}
    if any(x.dtype == PIXEL for x in parts.values()):
        dtype = PIXEL
        fits = all(_holds_pixels(x) for x in parts.values())
    else:
        dtype = np.result_type(np.float32 if kinds == {"f"} else np.float64, *(x.dtype for x in parts.values()))
        dtype = min(dtype, np.dtype(np.float64))
        fits = len(kinds) == 1 or kinds == {"i", "u"}
    if not fits:
        raise InvalidValue(f"{_words(parts)}: a data set has values of one kind, convert them")
    return {name: x.astype(dtype, copy=False) for name, x in parts.items()}


def _holds_pixels(x: np.ndarray) -> bool:
    return x.dtype == PIXEL or (x.dtype.kind in "iu" and x.min() >= 0 and x.max() <= WHITE)


def _words(parts: Mapping[str, np.ndarray]) -> str:
    words = [
        f"{name} is {x.dtype}"
        + (" (pixels, 255 is 1.0)" if x.dtype == PIXEL else "")
        + (f" from {x.min()} to {x.max()}" if x.dtype.kind in "iu" and x.dtype != PIXEL else "")
        for name, x in parts.items()
    ]
    return ", ".join([words[0], *(word.replace(" is ", " ", 1) for word in words[1:])])

"""What a plot is given, as the one tidy frame that it draws."""

from __future__ import annotations

import io
from collections.abc import Iterable, Mapping, Sequence
from os import PathLike
from typing import TYPE_CHECKING, Any, Protocol, Union

from netsparse.errors import FileFormatError, InvalidType, InvalidValue, unknown
from netsparse.files.reading import read_text

if TYPE_CHECKING:
    import pandas

LABEL = "label"
"""Column of the names that a mapping gives to its parts."""


class HasFrame(Protocol):
    """A result that has a table: a percolation curve, the record of an update."""

    def frame(self) -> pandas.DataFrame:
        """Return it."""


Data = Union["pandas.DataFrame", str, PathLike, HasFrame, Sequence["Data"], Mapping[str, "Data"]]
"""A frame, a .csv file, a result with a frame, a list of any of these, or a mapping of labels to them."""


def tidy(data: Data, columns: Iterable[str] = (), *, may_be_empty: bool = False) -> pandas.DataFrame:
    """Return the tidy frame of what a user gives to a plot, which has the columns that the plot needs.

    Parameters
    ----------
    data : pandas.DataFrame, path-like, object with a method frame(), sequence or mapping of them
        A path is that of a .csv file, as the commands write them. What a sequence holds is stacked, so is what a
        mapping holds, its keys in the column ``label``.
    columns : iterable of str
    may_be_empty : bool, default False
        Whether a picture without data makes sense.

    Returns
    -------
    pandas.DataFrame

    Raises
    ------
    TypeError
        If it is nothing of these.
    ValueError
        If a column is not there, the error lists those that are, or there are no rows.
    FileFormatError
        If a file is no table.

    Examples
    --------
    >>> import pandas as pd
    >>> runs = {"a": pd.DataFrame({"epoch": [1, 2]}), "b": [pd.DataFrame({"epoch": [1]})]}
    >>> tidy(runs, ["epoch"])
      label  epoch
    0     a      1
    1     a      2
    2     b      1
    >>> tidy(runs, ["speed"])
    Traceback (most recent call last):
    ...
    netsparse.errors.InvalidValue: unknown column 'speed'; known: epoch
    """
    frame = _stacked(data, tuple(columns))
    if frame.empty and not may_be_empty:
        raise InvalidValue("data must hold a row at least: there is nothing to draw", parameter="data")
    return frame


def _stacked(data: Any, columns: tuple[str, ...]) -> pandas.DataFrame:
    """Return all parts of the data as one frame; each of them has the columns, but for the labels of a mapping."""
    import pandas as pd

    if isinstance(data, Mapping):
        own = tuple(name for name in columns if name != LABEL)
        parts = [_stacked(part, own).assign(**{LABEL: label}) for label, part in data.items()]
        stacked = pd.concat(parts, ignore_index=True) if parts else pd.DataFrame(columns=[LABEL, *own])
        return stacked[[LABEL, *stacked.columns.drop(LABEL)]]
    if isinstance(data, Sequence) and not isinstance(data, str):
        parts = [_stacked(part, columns) for part in data]
        return pd.concat(parts, ignore_index=True) if parts else pd.DataFrame(columns=[*columns])
    frame = _frame(data)
    for name in columns:
        if name not in frame:
            raise unknown("column", name, map(str, frame.columns))
    return frame


def _frame(data: Any) -> pandas.DataFrame:
    import pandas as pd

    if isinstance(data, pd.DataFrame):
        return data
    if isinstance(data, (str, PathLike)):
        return _read(data)
    if hasattr(data, "frame"):
        return data.frame()
    raise InvalidType(
        f"data must be a data frame, a .csv file, a result with a frame, or several of them, got {type(data).__name__}",
        parameter="data",
    )


def _read(path: str | PathLike) -> pandas.DataFrame:
    """Return the table of a file; a name such as 'null' is a name, and only an empty cell or 'nan' no number."""
    import pandas as pd

    text = read_text(path)
    try:
        return pd.read_csv(io.StringIO(text), keep_default_na=False, na_values=["", "nan"])
    except ValueError as error:
        raise FileFormatError(f"{path} is no table: {error}") from None

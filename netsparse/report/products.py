"""Tables and pictures that an analysis leaves in a folder."""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

from netsparse.files import check_folder, check_writable, make_folder, writing

if TYPE_CHECKING:
    import pandas


def make_folder_for(path: Path, names: Iterable[str]) -> None:
    """Make a folder to write files of these names to, before any work, or raise an error that says why not."""
    check_folder(path)
    check = check_writable if path.exists() else check_folder  # which sees a name that is too long
    for name in names:
        check(path / name)
    make_folder(path)


def write_csv(frame: pandas.DataFrame, path: str | os.PathLike) -> None:
    """Write a table as all analyses do: whole or not at all, without the index, numbers with six significant digits.

    Parameters
    ----------
    frame : pandas.DataFrame
    path : path-like
        A text file, whatever it is called.

    Raises
    ------
    OSError
        If it cannot be written.

    Examples
    --------
    >>> import tempfile, pandas as pd
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     write_csv(pd.DataFrame({'share': [1 / 3]}), f'{folder}/table.csv')
    ...     print(Path(f'{folder}/table.csv').read_text())
    share
    0.333333
    """
    with writing(path) as temporary:
        frame.to_csv(temporary, index=False, float_format="%.6g", compression=None)

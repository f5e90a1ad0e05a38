"""Tables and pictures that a command leaves in a folder, beside the run they are about."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from netsparse.atomic import atomic_path

if TYPE_CHECKING:
    import pandas


def folder_beside(run: Path, name: str) -> Path:
    """Return the folder of products about a run folder, or about a network file: in it, or beside it."""
    return (run if run.is_dir() else run.parent) / name


def make_folder(path: Path) -> None:
    """Make a folder to write to, before any work, or raise an error that says why not."""
    from netsparse.train.folder import check_writable

    check_writable(path)
    path.mkdir(parents=True, exist_ok=True)


def write_csv(frame: pandas.DataFrame, path: Path) -> None:
    """Write a table, whole or not at all."""
    with atomic_path(path) as temporary:
        frame.to_csv(temporary, index=False, float_format="%.6g")

"""Where a command leaves its products if it is not told."""

from __future__ import annotations

from pathlib import Path


def folder_beside(run: Path, name: str) -> Path:
    """Return the folder of products about a run folder, or about a network file: in it, or beside it."""
    return (run if run.is_dir() else run.parent) / name

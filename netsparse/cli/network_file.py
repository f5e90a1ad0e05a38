"""What the user names when a command wants a network: a file of any format, or the folder of a run."""

from __future__ import annotations

import sys
import warnings
from pathlib import Path
from typing import Any

from netsparse.errors import InvalidInput
from netsparse.graph import LayeredNetwork, as_network, read
from netsparse.graph.door import AnyGraph
from netsparse.graph.files import load
from netsparse.train.folder import RunFolder


def load_network(path: Path) -> LayeredNetwork:
    """Return the network of a file, or that of a run: the last one it has, if it is not finished."""
    if not path.is_dir():
        return as_network(load_any(path, "network"))
    return _of_run(path)


def load_any(path: Path, kind: str, **options: Any) -> AnyGraph:
    """Return what a file holds, or the network of a run; what is not kept of a file becomes a line on stderr."""
    if path.is_dir():
        return _of_run(path)
    with warnings.catch_warnings(record=True) as noted:
        warnings.simplefilter("always")
        graph = read(path, kind=kind, **options)
    for note in noted:
        print(f"netsparse: note: {path}: {note.message}", file=sys.stderr)
    return graph


def _of_run(path: Path) -> LayeredNetwork:
    folder = RunFolder(path)
    if folder.network_file.exists():
        return load(folder.network_file)
    checkpoint = folder.checkpoint()
    if checkpoint is None:
        raise InvalidInput(f"{path} holds no network (neither network.npz nor checkpoint.npz)")
    return checkpoint.network


def run_of(path: Path) -> RunFolder | None:
    """Return the run that a folder is, or that a network file lies in, or None."""
    candidates = (path, path.parent, path.parent.parent if path.parent.name == "networks" else path)
    return next((folder for folder in map(RunFolder, candidates) if folder.settings_file.is_file()), None)

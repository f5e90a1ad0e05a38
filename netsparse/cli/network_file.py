"""What the user names when a command wants a network: a file (.npz or .graphml), or the folder of a run."""

from __future__ import annotations

import sys
import warnings
from pathlib import Path

from netsparse.errors import InvalidInput
from netsparse.graph import LayeredNetwork
from netsparse.graph.files import load
from netsparse.train.folder import RunFolder


def load_network(path: Path) -> LayeredNetwork:
    """Return the network of a file, or that of a run: the last one it has, if it is not finished."""
    folder = RunFolder(path)
    if not path.is_dir():
        return _from_graphml(path) if path.suffix == ".graphml" else load(path)
    if folder.network_file.exists():
        return load(folder.network_file)
    checkpoint = folder.checkpoint()
    if checkpoint is None:
        raise InvalidInput(f"{path} holds no network (neither network.npz nor checkpoint.npz)")
    return checkpoint.network


def _from_graphml(path: Path) -> LayeredNetwork:
    """Read a GraphML file; what it holds that a network does not keep becomes a line on stderr."""
    from netsparse.graph.graphml import read_graphml

    with warnings.catch_warnings(record=True) as noted:
        warnings.simplefilter("always")
        network = read_graphml(path)
    for note in noted:
        print(f"netsparse: note: {path}: {note.message}", file=sys.stderr)
    return network


def run_of(path: Path) -> RunFolder | None:
    """Return the run that a folder is, or that a network file lies in, or None."""
    candidates = (path, path.parent, path.parent.parent if path.parent.name == "networks" else path)
    return next((folder for folder in map(RunFolder, candidates) if folder.settings_file.is_file()), None)

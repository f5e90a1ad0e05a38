"""Networks by the place they lie in: a file of any format, or the folder of a run."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from netsparse.errors import InvalidInput
from netsparse.graph import Graph, LayeredNetwork, as_network, as_network_or_graph
from netsparse.graph.door import NetworkLike
from netsparse.graph.files import load
from netsparse.train import RunFolder

if TYPE_CHECKING:
    from netsparse.datasets import Dataset

Source = str | os.PathLike | NetworkLike
"""What an analysis is of: a network, or what `netsparse.graph.as_network` takes for one, or where it lies."""


def load_network(path: str | os.PathLike) -> LayeredNetwork:
    """Return the network of a file, or that of a run: the last one it has, if it is not finished.

    Parameters
    ----------
    path : path-like
        Network file of any format (:data:`netsparse.graph.FORMATS`), or the folder of a run.

    Returns
    -------
    LayeredNetwork

    Raises
    ------
    NetsparseError
        If the file is damaged, or the folder holds no network.

    Examples
    --------
    >>> import tempfile, netsparse as ns
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     ns.generate.erdos_renyi((6, 5, 3), density=0.4, rng=0).save(f'{folder}/network.npz')
    ...     load_network(folder) == load_network(f'{folder}/network.npz')
    True
    """
    path = Path(path)
    return as_network(path) if not path.is_dir() else network_of_run(path)


def network_of_run(path: Path) -> LayeredNetwork:
    """Return the network of a run: the last one it has, if it is not finished."""
    folder = RunFolder(path)
    if folder.network_file.exists():
        return load(folder.network_file)
    checkpoint = folder.checkpoint()
    if checkpoint is None:
        raise InvalidInput(f"{path} holds no network (neither network.npz nor checkpoint.npz)")
    return checkpoint.network


def is_place(source: Source) -> bool:
    """Tell whether something says where a network lies."""
    return isinstance(source, str | os.PathLike)


def network_of(source: Source) -> LayeredNetwork:
    """Return a network as it is, or the one that lies at a place."""
    return load_network(source) if is_place(source) else as_network(source)


def structure_of(source: Source) -> LayeredNetwork | Graph:
    """Return a network, or a graph of one kind of node, as it is, or the one that lies at a place."""
    is_run = is_place(source) and Path(source).is_dir()
    return network_of_run(Path(source)) if is_run else as_network_or_graph(source)


def run_of(path: Path) -> RunFolder | None:
    """Return the run that a folder is, or that a network file lies in, or None."""
    candidates = (path, path.parent, path.parent.parent if path.parent.name == "networks" else path)
    return next((folder for folder in map(RunFolder, candidates) if folder.settings_file.is_file()), None)


class Standardisation(NamedTuple):
    """Mean and deviation that inputs are standardised by, and in words where they come from."""

    mean: float
    deviation: float
    source: str


def standardisation(source: Source, data: Dataset) -> Standardisation:
    """Return what the run of a network standardised its inputs by; what `data` say themselves, if it lies in no run."""
    folder = run_of(Path(source)) if is_place(source) else None
    if folder is not None:
        return Standardisation(*folder.standardisation(), f"from {folder.settings_file}")
    own = data.standardised()
    return Standardisation(own.mean, own.deviation, f"from the training images of {data.name}")

"""What a network, its file or the folder of its run holds, as tables."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from netsparse.graph import BipartiteLayer, LayeredNetwork
from netsparse.report.networks import Source, is_place, network_of
from netsparse.train import EpochRecord, RunFolder, Settings

if TYPE_CHECKING:
    import pandas


@dataclass(frozen=True)
class RunState:
    """How far a run is.

    Attributes
    ----------
    path : Path
    settings : netsparse.train.Settings
    n_epochs : int
        Epochs that are done.
    last : netsparse.train.EpochRecord or None
        The last of them.

    Examples
    --------
    >>> import netsparse as ns
    >>> RunState(Path('runs/a'), ns.train.Settings(epochs=3), 0, None).is_finished
    False
    """

    path: Path
    settings: Settings
    n_epochs: int
    last: EpochRecord | None

    @property
    def is_finished(self) -> bool:
        """Whether all epochs are done."""
        return self.n_epochs == self.settings.run.epochs


@dataclass(frozen=True, eq=False)
class Contents:
    """What a network holds, see :func:`netsparse.report.info`.

    Attributes
    ----------
    network : LayeredNetwork
    run : RunState or None
        Of the folder of a run.

    Examples
    --------
    >>> import netsparse as ns
    >>> contents = ns.report.info(ns.generate.erdos_renyi((6, 5, 3), density=0.4, rng=0))
    >>> contents.links[['layer', 'rows', 'columns', 'links', 'density', 'row_degree_max']]
       layer  rows  columns  links  density  row_degree_max
    0      0     6        5     12      0.4               3
    1      1     5        3     15      1.0               3
    >>> contents.neurons
        neurons  size  active  isolated
    0    inputs     6       5         1
    1  hidden 1     5       5         0
    2   outputs     3       3         0
    """

    network: LayeredNetwork
    run: RunState | None = None

    @property
    def links(self) -> pandas.DataFrame:
        """A row per layer: layer, rows, columns, links, density, mean and largest degree of its rows and columns."""
        return _table([{"layer": index, **_links(layer)} for index, layer in enumerate(self.network.layers)])

    @property
    def weights(self) -> pandas.DataFrame:
        """A row per layer: smallest, largest, mean and deviation of the weights, mean of their size; NaN without links.

        Beside them `zero`, the weights that are 0, and `biases`, those that are not.
        """
        return _table([{"layer": index, **_weights(layer)} for index, layer in enumerate(self.network.layers)])

    @property
    def neurons(self) -> pandas.DataFrame:
        """A row per neuron layer: its name, size, neurons on input-to-output paths, and those without any link."""
        from netsparse.percolation import active_neurons

        rows = []
        for index, active in enumerate(active_neurons(self.network)):
            name = {0: "inputs", len(self.network.layers): "outputs"}.get(index, f"hidden {index}")
            isolated = int(np.sum(_degrees(self.network, index) == 0))
            rows.append({"neurons": name, "size": active.size, "active": int(active.sum()), "isolated": isolated})
        return _table(rows)


def info(source: Source) -> Contents:
    """Say what a network, its file or the folder of its run holds.

    Parameters
    ----------
    source : LayeredNetwork or path-like
        A network file or a run folder; or what :func:`netsparse.graph.as_network` takes.

    Returns
    -------
    Contents
        The tables `links`, `weights` and `neurons`, the `network` and, of a folder, the `run`.

    Raises
    ------
    NetsparseError
        If a file is damaged, or the folder holds no run or no network.

    Examples
    --------
    >>> import netsparse as ns
    >>> network = ns.generate.erdos_renyi((6, 5, 3), density=0.4, rng=0)
    >>> info(network).links['links'].tolist(), info(network).run
    ([12, 15], None)
    """
    run = _run_state(source) if is_place(source) else None
    return Contents(network_of(source), run)


def _run_state(path: str | os.PathLike) -> RunState | None:
    folder = RunFolder(path)
    if not folder.path.is_dir():
        return None
    folder.check_is_run()
    n_epochs = folder.n_epochs_done()
    last = folder.history(n_epochs)[-1] if n_epochs else None
    return RunState(folder.path, folder.settings(), n_epochs, last)


def _links(layer: BipartiteLayer) -> dict[str, float]:
    degrees = {"row_degree": layer.row_degrees, "column_degree": layer.column_degrees}
    row = {"rows": layer.shape[0], "columns": layer.shape[1], "links": layer.n_links, "density": layer.density}
    for name, values in degrees.items():
        row |= {f"{name}_mean": float(values.mean()), f"{name}_max": int(values.max())}
    return row


def _weights(layer: BipartiteLayer) -> dict[str, float]:
    weights = layer.weights.astype(np.float64)
    row = dict.fromkeys(("smallest", "largest", "mean", "deviation", "mean_size"), np.nan)
    if weights.size:
        values = (weights.min(), weights.max(), weights.mean(), weights.std(), np.abs(weights).mean())
        row = dict(zip(row, map(float, values), strict=True))
    return {**row, "zero": int(np.sum(weights == 0)), "biases": int(np.count_nonzero(layer.bias))}


def _degrees(network: LayeredNetwork, index: int) -> np.ndarray:
    """Return the number of links of each neuron of a neuron layer, on both sides."""
    degrees = np.zeros(network.sizes[index], dtype=np.int64)
    if index > 0:
        degrees += network.layers[index - 1].column_degrees
    if index < len(network.layers):
        degrees += network.layers[index].row_degrees
    return degrees


def _table(rows: list[dict]) -> pandas.DataFrame:
    import pandas as pd

    return pd.DataFrame(rows)

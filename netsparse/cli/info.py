"""``netsparse info``: say what a network file or the folder of a run holds."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from netsparse.cli.accuracy import accuracy_words
from netsparse.cli.names import typed
from netsparse.cli.settings_flags import SETTINGS_FLAGS, flag
from netsparse.cli.table import table
from netsparse.errors import printable

if TYPE_CHECKING:
    from netsparse.graph import BipartiteLayer, LayeredNetwork
    from netsparse.train import RunFolder

_LINK_COLUMNS = ("layer", "shape", "links", "density", "degree of rows", "max", "of columns", "max")
_WEIGHT_COLUMNS = ("weights", "smallest", "largest", "mean", "deviation", "mean |w|", "zero", "biases not 0")
_NEURON_COLUMNS = ("neurons", "size", "active", "isolated")


def add_parser(subparsers) -> argparse.ArgumentParser:
    """Add the subcommand."""
    parser = subparsers.add_parser(
        "info",
        help="say what a network file or a run folder holds",
        description="Say what a network file holds; of the folder of a run, its settings and last accuracy too.",
        epilog="examples:\n  netsparse info runs/a\n  netsparse info runs/a/networks/epoch_010.npz",
    )
    parser.add_argument("file", metavar="FILE", type=Path, help="network file (.npz, .graphml) or run folder")
    return parser


def run(arguments: argparse.Namespace) -> None:
    """Print what the file or folder holds."""
    from netsparse.cli.network_file import load_network
    from netsparse.train import RunFolder

    path = arguments.file
    parts = [describe_run(RunFolder(path))] if path.is_dir() else []
    print("\n\n".join([*parts, describe_network(load_network(path))]))


def describe_run(folder: RunFolder) -> str:
    """Return the settings, what no flag says of their recipe, and the last accuracy of a run."""
    from netsparse.train.variation import VARIES

    folder.check_is_run()
    settings, n_done = folder.settings(), folder.n_epochs_done()
    values, recipe = settings.flat(), settings.recipe
    flags = [_flag_words(flag(name), values[name]) for name in SETTINGS_FLAGS if _can_be_typed(values.get(name))]
    lines = [f"run      {printable(folder.path)}: {n_done} of {settings.run.epochs} epochs"]
    lines.append(f"settings {' '.join(flags)}")
    typable = {*VARIES.values(), "density"}
    others = [name for name, value in recipe.to_json().items() if not (name in typable and _can_be_typed(value))]
    if others:
        lines.append(f"recipe   {', '.join(f'{name} {getattr(recipe, name)}' for name in others)}")
    if n_done:
        last = folder.history(n_done)[-1]
        lines.append(f"accuracy {accuracy_words(last)} on test images after epoch {last.epoch}")
    return "\n".join(lines)


def describe_network(network: LayeredNetwork) -> str:
    """Return sizes, links, weights and neurons of a network as text."""
    sizes = "-".join(map(str, network.sizes))
    head = (
        f"network {sizes}, {network.n_links:,} links, density {network.density:.4g}, "
        f"{network.activation}, {network.dtype}, dense readout: last {network.readout} of {len(network.layers)} layers"
    )
    links = [(str(index), *_link_row(layer)) for index, layer in enumerate(network.layers)]
    weights = [(f"layer {index}", *_weight_row(layer)) for index, layer in enumerate(network.layers)]
    return "\n\n".join(
        [
            head,
            table(_LINK_COLUMNS, links),
            table(_WEIGHT_COLUMNS, weights),
            table(_NEURON_COLUMNS, _neuron_rows(network)),
        ]
    )


def _link_row(layer: BipartiteLayer) -> tuple:
    rows, columns = layer.row_degrees, layer.column_degrees
    return (
        f"{layer.shape[0]} x {layer.shape[1]}", layer.n_links, layer.density,
        float(rows.mean()), int(rows.max()), float(columns.mean()), int(columns.max()),
    )  # fmt: skip


def _weight_row(layer: BipartiteLayer) -> tuple:
    weights = layer.weights.astype(np.float64)
    n_zero, n_biases = int(np.sum(weights == 0)), int(np.count_nonzero(layer.bias))
    if not weights.size:
        return ("-", "-", "-", "-", "-", n_zero, n_biases)
    summary = (weights.min(), weights.max(), weights.mean(), weights.std(), np.abs(weights).mean())
    return (*map(float, summary), n_zero, n_biases)


def _neuron_rows(network: LayeredNetwork) -> list[tuple]:
    from netsparse.percolation import active_neurons

    rows = []
    for index, active in enumerate(active_neurons(network)):
        name = {0: "inputs", len(network.layers): "outputs"}.get(index, f"hidden {index}")
        rows.append((name, active.size, int(active.sum()), int(np.sum(_degrees(network, index) == 0))))
    return rows


def _degrees(network: LayeredNetwork, index: int) -> np.ndarray:
    """Return the number of links of each neuron of a neuron layer, on both sides."""
    degrees = np.zeros(network.sizes[index], dtype=np.int64)
    if index > 0:
        degrees += network.layers[index - 1].column_degrees
    if index < len(network.layers):
        degrees += network.layers[index].row_degrees
    return degrees


def _can_be_typed(value: object) -> bool:
    return isinstance(value, (str, int, float)) or (isinstance(value, list) and all(isinstance(n, int) for n in value))


def _flag_words(name: str, value: object) -> str:
    """Return a flag as it would be typed."""
    return " ".join([name, *map(str, value)]) if isinstance(value, list) else f"{name} {typed(value)}"

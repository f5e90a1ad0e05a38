"""``netsparse info``: say what a network file or the folder of a run holds."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from netsparse.cli.accuracy import accuracy_words
from netsparse.cli.names import typed
from netsparse.cli.notes import notes_on_stderr
from netsparse.cli.settings_flags import SETTINGS_FLAGS, flag
from netsparse.cli.table import table
from netsparse.errors import printable

if TYPE_CHECKING:
    from netsparse.report import Contents, RunState

_LINK_COLUMNS = ("layer", "shape", "links", "density", "degree of rows", "max", "of columns", "max")
_WEIGHT_COLUMNS = ("weights", "smallest", "largest", "mean", "deviation", "mean |w|", "zero", "biases not 0")
_MOST_NAMES = 30  # that are printed of a layer
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
    from netsparse import report

    with notes_on_stderr():
        contents = report.info(arguments.file)
    parts = [] if contents.run is None else [_run_text(contents.run)]
    print("\n\n".join([*parts, _network_text(contents)]))


def _run_text(run: RunState) -> str:
    """Return the settings, what no flag says of their recipe, and the last accuracy of a run."""
    from netsparse.train.variation import VARIES

    values, recipe = run.settings.flat(), run.settings.recipe
    flags = [_flag_words(flag(name), values[name]) for name in SETTINGS_FLAGS if _can_be_typed(values.get(name))]
    lines = [f"run      {printable(run.path)}: {run.n_epochs} of {run.settings.run.epochs} epochs"]
    lines.append(f"settings {' '.join(flags)}")
    typable = {*VARIES.values(), "density"}
    others = [name for name, value in recipe.to_json().items() if not (name in typable and _can_be_typed(value))]
    if others:
        lines.append(f"recipe   {', '.join(f'{name} {getattr(recipe, name)}' for name in others)}")
    if run.last is not None:
        lines.append(f"accuracy {accuracy_words(run.last)} on test images after epoch {run.last.epoch}")
    return "\n".join(lines)


def _network_text(contents: Contents) -> str:
    """Return sizes, links, weights, neurons and their names of a network."""
    network = contents.network
    sizes = "-".join(map(str, network.sizes))
    head = (
        f"network {sizes}, {network.n_links:,} links, density {network.density:.4g}, "
        f"{network.activation}, {network.dtype}, dense readout: last {network.readout} of {len(network.layers)} layers"
    )
    links = [
        (str(layer), f"{rows} x {columns}", *others)
        for layer, rows, columns, *others in contents.links.itertuples(index=False)
    ]
    weights = [
        (f"layer {layer}", *("-" if value != value else value for value in others))  # NaN: no links
        for layer, *others in contents.weights.itertuples(index=False)
    ]
    neurons = [*contents.neurons.itertuples(index=False)]
    tables = (table(_LINK_COLUMNS, links), table(_WEIGHT_COLUMNS, weights), table(_NEURON_COLUMNS, neurons))
    names = _names_text(contents)
    return "\n\n".join([head, *tables, *([names] if names else [])])


def _names_text(contents: Contents) -> str:
    """Return a line for each neuron layer that has names, with the first of them."""
    lines = []
    for side, names in zip(contents.neurons["neurons"], contents.network.names, strict=True):
        if names is not None:
            shown = ", ".join(map(printable, names[:_MOST_NAMES]))
            lines.append(f"{side}: {shown}{', ...' * (len(names) > _MOST_NAMES)}")
    return "\n".join(lines)


def _can_be_typed(value: object) -> bool:
    return isinstance(value, (str, int, float)) or (isinstance(value, list) and all(isinstance(n, int) for n in value))


def _flag_words(name: str, value: object) -> str:
    """Return a flag as it would be typed."""
    return " ".join([name, *map(str, value)]) if isinstance(value, list) else f"{name} {typed(value)}"

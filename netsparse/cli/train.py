"""``netsparse train``: train a sparse network on real images."""

from __future__ import annotations

import argparse
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from netsparse.cli.accuracy import accuracy_words
from netsparse.cli.names import typed
from netsparse.cli.settings_flags import SETTINGS_FLAGS, add_settings_flags, given_settings
from netsparse.errors import InvalidValue, printable

if TYPE_CHECKING:
    from netsparse.train import Settings

_EPILOG = """\
A preset says batch, rate, epochs and decay; a recipe start, weights and rewiring; an explicit flag wins over both.
A rule of your own is named by its place, as --regrowth package.module:function. A resumed run has the settings of
the run in --out; flags may be repeated but not changed.

examples:
  netsparse train --regrowth ch3-l3 --epochs 3 --seed 0 --out runs/a
  netsparse train --dataset mnist --hidden 300 100 --density 0.05 --snapshots 5 --out runs/b
  netsparse train --dataset my.npz --preset paper --validation 0.1 --out runs/c
  netsparse train --out runs/c --resume
"""


def add_parser(subparsers) -> argparse.ArgumentParser:
    """Add the subcommand; a flag that is not given leaves no trace in the arguments."""
    parser = subparsers.add_parser(
        "train",
        help="train a sparse network on real images",
        description="Train a sparse network, rewiring it as it learns.",
        epilog=_EPILOG,
    )
    add_settings_flags(parser, SETTINGS_FLAGS)
    parser.add_argument("--out", metavar="DIR", help="folder for settings, history, checkpoints, networks, a figure")
    parser.add_argument("--resume", action="store_true", help="continue the run in --out after its last whole epoch")
    return parser


def run(arguments: argparse.Namespace) -> None:
    """Train as the arguments say."""
    try:
        _train(arguments)
    except KeyboardInterrupt:
        raise KeyboardInterrupt(_how_to_resume(arguments)) from None


def _train(arguments: argparse.Namespace) -> None:
    from netsparse import datasets, train

    given = given_settings(arguments)
    settings = _settings(arguments, given)
    folder = None if arguments.out is None else train.RunFolder(arguments.out)
    if folder and not arguments.resume:
        folder.check_free()
    if folder and arguments.resume and folder.is_finished():
        n_done = f"{settings.run.epochs} of {settings.run.epochs}"
        print(f"the run in {printable(folder.path)} is finished: {n_done} epochs, nothing to do")
        return
    data = datasets.load(settings.data.dataset)
    network = train.initial_network(settings, data.n_features, data.n_classes, data=data)
    said = {"command": arguments.command_line, "asked": given}
    result = train.fit(network, data, settings, out=arguments.out, resume=arguments.resume, **said)
    print(_summary(result.history))
    if folder:
        print(f"{printable(folder.network_file)} holds the network: netsparse info {typed(folder.path)}")


def _settings(arguments: argparse.Namespace, given: Mapping[str, Any]) -> Settings:
    """Return the settings that are asked for; those of a resumed run come from its folder."""
    from netsparse.generate import STARTS
    from netsparse.registry import is_place
    from netsparse.rewire import REGROWTH, REMOVAL
    from netsparse.train import RunFolder, Settings

    for registry, name in ((STARTS, "start"), (REMOVAL, "removal"), (REGROWTH, "regrowth")):
        if is_place(given.get(name)):
            registry.resolve(given[name], trusted=True)
    if not arguments.resume:
        return Settings(**given)
    if arguments.out is None:
        raise InvalidValue("--resume needs --out, the folder of the run")
    folder = RunFolder(arguments.out)
    folder.check_resumable()
    return folder.asked_again(given)


def _summary(history) -> str:
    last, best = history.iloc[-1], history.loc[history["test_accuracy"].idxmax()]
    return (
        f"test accuracy {accuracy_words(last)} after {len(history)} epoch{'s' * (len(history) != 1)} "
        f"(best {best.test_accuracy:.2%} in epoch {best.epoch:.0f}), {last.links:,.0f} links, "
        f"{last.active_neurons:,.0f} active neurons"
    )


def _how_to_resume(arguments: argparse.Namespace) -> str:
    from netsparse.train import RunFolder

    if arguments.out is None:
        return "; nothing was kept, --out DIR keeps what was done"
    if not RunFolder(arguments.out).settings_file.exists():
        return "; nothing was done yet"
    return f"; continue with: netsparse train --out {typed(arguments.out)} --resume"

"""``netsparse train``: train a sparse network on real images."""

from __future__ import annotations

import argparse
import dataclasses
import shlex
from typing import Any

from netsparse.cli.accuracy import accuracy_words

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

_FLAGS: tuple[tuple[str, dict[str, Any]], ...] = (
    ("dataset", {"metavar": "NAME", "help": "data set, or a file.npz with x_train y_train x_test y_test"}),
    ("hidden", {"type": int, "nargs": "+", "metavar": "N", "help": "sizes of the hidden layers"}),
    ("density", {"type": float, "metavar": "P", "help": "share of links present in each sparse layer"}),
    ("recipe", {"metavar": "NAME", "help": "start, weights and rewiring by name, see netsparse list recipe"}),
    ("removal", {"metavar": "RULE", "help": "which links go, see netsparse list removal"}),
    ("regrowth", {"metavar": "RULE", "help": "how links grow, see netsparse list regrowth; none: fixed topology"}),
    ("zeta", {"type": float, "metavar": "F", "help": "share of the links that each update replaces"}),
    ("keep_disconnected", {"action": "store_true", "help": "keep links of neurons on no input-to-output path"}),
    ("rewire_until", {"type": float, "metavar": "F", "help": "share of the epochs that updates follow"}),
    ("epochs", {"type": int, "metavar": "N", "help": "epochs"}),
    ("batch_size", {"type": int, "metavar": "N", "help": "images of a gradient step"}),
    ("lr", {"type": float, "metavar": "RATE", "help": "learning rate at the start"}),
    ("lr_schedule", {"metavar": "NAME", "help": "constant, or linear: down to 1 %% over 90 %% of the steps"}),
    ("momentum", {"type": float, "metavar": "F", "help": "of stochastic gradient descent"}),
    ("weight_decay", {"type": float, "metavar": "F", "help": "of weights and biases"}),
    ("init", {"metavar": "NAME", "help": "initial weights: kaiming, or swi (scaled up for sparse layers)"}),
    ("init_regrown", {"metavar": "NAME", "help": "weights of regrown links: kaiming or swi"}),
    ("validation", {"type": float, "metavar": "F", "help": "share of the training images to hold out"}),
    ("backend", {"metavar": "NAME", "help": "auto, sparse, or masked (dense weights times a mask)"}),
    ("seed", {"type": int, "metavar": "N", "help": "same seed, same network"}),
    ("threads", {"type": int, "metavar": "N", "help": "threads that share a gradient step"}),
    ("snapshots", {"type": int, "metavar": "K", "help": "keep the network of every K epochs; 0: none"}),
)


def add_parser(subparsers) -> argparse.ArgumentParser:
    """Add the subcommand; a flag that is not given leaves no trace in the arguments."""
    from netsparse.train.settings import PRESETS, Settings, flag

    parser = subparsers.add_parser(
        "train",
        help="train a sparse network on real images",
        description="Train a sparse network, rewiring it as it learns.",
        epilog=_EPILOG,
    )
    defaults = {field.name: field.default for field in dataclasses.fields(Settings)}
    for name, options in _FLAGS:
        help_text = f"{options['help']} ({_default_words(name, defaults[name], PRESETS)})"
        parser.add_argument(flag(name), default=argparse.SUPPRESS, **{**options, "help": help_text})
    parser.add_argument("--preset", metavar="NAME", help=f"{' or '.join(PRESETS)}: values for what is not given")
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

    settings = _settings(arguments)
    folder = None if arguments.out is None else train.RunFolder(arguments.out)
    if folder and not arguments.resume:
        folder.check_free()
    if folder and arguments.resume and folder.is_finished():
        print(f"the run in {folder.path} is finished: {settings.epochs} of {settings.epochs} epochs, nothing to do")
        return
    data = datasets.load(settings.dataset)
    network = train.initial_network(settings, data.n_features, data.n_classes)
    result = train.fit(
        network, data, settings, out=arguments.out, resume=arguments.resume, command=arguments.command_line
    )
    print(_summary(result.history))
    if folder:
        print(f"{folder.network_file} holds the network: netsparse info {shlex.quote(str(folder.path))}")


def _settings(arguments: argparse.Namespace):
    """Return the settings that are asked for; those of a resumed run come from its folder."""
    from netsparse.registry import is_place
    from netsparse.rewire import REGROWTH, REMOVAL
    from netsparse.train import RunFolder, Settings
    from netsparse.train.settings import layered

    explicit = {name: getattr(arguments, name) for name, _ in _FLAGS if hasattr(arguments, name)}
    for registry, name in ((REMOVAL, "removal"), (REGROWTH, "regrowth")):
        if is_place(explicit.get(name)):
            registry.resolve(explicit[name], trusted=True)
    given = layered(arguments.preset, explicit)
    if not arguments.resume:
        return Settings(**given)
    if arguments.out is None:
        raise ValueError("--resume needs --out, the folder of the run")
    folder = RunFolder(arguments.out)
    folder.check_resumable()
    settings = dataclasses.replace(folder.settings(), **given)
    folder.check_same_settings(settings)
    return settings


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
    return f"; continue with: netsparse train --out {shlex.quote(arguments.out)} --resume"


def _default_words(name: str, default: Any, presets) -> str:
    words = f"default: {_words(default)}"
    others = {preset: values[name] for preset, values in presets.items() if values.get(name, default) != default}
    return "; ".join([words, *(f"{preset}: {_words(value)}" for preset, value in others.items())])


def _words(value: Any) -> str:
    if value is None:
        return "none"
    if isinstance(value, bool):
        return "yes" if value else "no"
    return " ".join(map(str, value)) if isinstance(value, tuple) else str(value)

"""The flags of a training's settings, shared by the commands that train."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterable, Mapping
from typing import Any

SETTINGS_FLAGS: Mapping[str, Mapping[str, Any]] = {
    "dataset": {"metavar": "NAME", "help": "data set, or a file.npz with x_train y_train x_test y_test"},
    "hidden": {"type": int, "nargs": "+", "metavar": "N", "help": "sizes of the hidden layers"},
    "density": {"type": float, "metavar": "P", "help": "share of links present in each sparse layer"},
    "recipe": {"metavar": "NAME", "help": "start, weights and rewiring by name, see netsparse list recipe"},
    "start": {"metavar": "RULE", "help": "initial topology, see netsparse list start"},
    "removal": {"metavar": "RULE", "help": "which links go, see netsparse list removal"},
    "regrowth": {"metavar": "RULE", "help": "how links grow, see netsparse list regrowth; static: fixed topology"},
    "zeta": {"type": float, "metavar": "F", "help": "share of the links that each update replaces"},
    "clean_up": {"metavar": "NAME", "help": "of neurons on no input-to-output path, see netsparse list clean-up"},
    "rewire_until": {"type": float, "metavar": "F", "help": "share of the epochs that updates follow"},
    "epochs": {"type": int, "metavar": "N", "help": "epochs"},
    "batch_size": {"type": int, "metavar": "N", "help": "images of a gradient step"},
    "lr": {"type": float, "metavar": "RATE", "help": "learning rate at the start"},
    "lr_schedule": {"metavar": "NAME", "help": "constant, or linear: down to 1 %% over 90 %% of the steps"},
    "momentum": {"type": float, "metavar": "F", "help": "of stochastic gradient descent"},
    "weight_decay": {"type": float, "metavar": "F", "help": "of weights and biases"},
    "init": {"metavar": "NAME", "help": "initial weights: kaiming, or swi (scaled up for sparse layers)"},
    "init_regrown": {"metavar": "NAME", "help": "weights of regrown links: kaiming or swi"},
    "validation": {"type": float, "metavar": "F", "help": "share of the training images to hold out"},
    "backend": {"metavar": "NAME", "help": "auto, sparse, or masked (dense weights times a mask)"},
    "seed": {"type": int, "metavar": "N", "help": "same seed, same network"},
    "threads": {"type": int, "metavar": "N", "help": "threads that share a gradient step"},
    "snapshots": {"type": int, "metavar": "K", "help": "keep the network of every K epochs; 0: none"},
}
"""Every flat value of `netsparse.train.Settings` and its recipe, with the options of its flag."""

_FORMER_SWITCHES = ("keep_disconnected",)


def add_settings_flags(
    parser: argparse.ArgumentParser, names: Iterable[str], defaults: Mapping[str, Any] | None = None
) -> None:
    """Add ``--preset`` and the flags of these settings; one that is not given leaves no trace in the arguments.

    `defaults` are the command's own, in the place of those of the settings.
    """
    from netsparse.train import PRESETS, Settings

    usual = {"recipe": None, **Settings().flat(), **(defaults or {})}
    for name in names:
        options = SETTINGS_FLAGS[name]
        help_text = f"{options['help']} ({_default_words(name, usual[name], PRESETS)})"
        parser.add_argument(flag(name), default=argparse.SUPPRESS, **{**options, "help": help_text})
    for name in _FORMER_SWITCHES:
        parser.add_argument(flag(name), action="store_true", default=argparse.SUPPRESS, help=argparse.SUPPRESS)
    presets = f"{' or '.join(PRESETS)}: values for what is not given"
    parser.add_argument("--preset", metavar="NAME", default=argparse.SUPPRESS, help=presets)


def given_settings(arguments: argparse.Namespace) -> dict[str, Any]:
    """Return the arguments of the settings whose flags were given; a line on stderr says what was renamed."""
    from netsparse.train.former_names import present

    found = {}
    for name in ("preset", *SETTINGS_FLAGS, *_FORMER_SWITCHES):
        if hasattr(arguments, name):
            value = getattr(arguments, name)
            now = present(name, value)
            if now is not None:
                note_renamed(_as_typed(name, value), _as_typed(*now))
            found.update([now or (name, value)])
    return found


def note_renamed(former: str, now: str) -> None:
    """Say on stderr that something has another name now."""
    print(f"netsparse: note: {former} is now {now}; the former name goes with the next version", file=sys.stderr)


def flag(name: str) -> str:
    """Return the flag of a parameter.

    >>> flag('batch_size')
    '--batch-size'
    """
    return "--" + name.replace("_", "-")


def _as_typed(name: str, value: Any) -> str:
    return flag(name) if value is True else f"{flag(name)} {value}"


def _default_words(name: str, default: Any, presets) -> str:
    words = f"default: {_words(default)}"
    others = {preset: values[name] for preset, values in presets.items() if values.get(name, default) != default}
    return "; ".join([words, *(f"{preset}: {_words(value)}" for preset, value in others.items())])


def _words(value: Any) -> str:
    if value is None:
        return "none"
    return " ".join(map(str, value)) if isinstance(value, list) else str(value)

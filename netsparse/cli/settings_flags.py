"""The flags of a training's settings, shared by the commands that train."""

from __future__ import annotations

import argparse
import dataclasses
from collections.abc import Iterable, Mapping
from typing import Any

SETTINGS_FLAGS: Mapping[str, Mapping[str, Any]] = {
    "dataset": {"metavar": "NAME", "help": "data set, or a file.npz with x_train y_train x_test y_test"},
    "hidden": {"type": int, "nargs": "+", "metavar": "N", "help": "sizes of the hidden layers"},
    "density": {"type": float, "metavar": "P", "help": "share of links present in each sparse layer"},
    "recipe": {"metavar": "NAME", "help": "start, weights and rewiring by name, see netsparse list recipe"},
    "removal": {"metavar": "RULE", "help": "which links go, see netsparse list removal"},
    "regrowth": {"metavar": "RULE", "help": "how links grow, see netsparse list regrowth; none: fixed topology"},
    "zeta": {"type": float, "metavar": "F", "help": "share of the links that each update replaces"},
    "keep_disconnected": {"action": "store_true", "help": "keep links of neurons on no input-to-output path"},
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
"""Every field of `netsparse.train.Settings`, with the options of its flag."""


def add_settings_flags(
    parser: argparse.ArgumentParser, names: Iterable[str], defaults: Mapping[str, Any] | None = None
) -> None:
    """Add ``--preset`` and the flags of these settings; one that is not given leaves no trace in the arguments.

    `defaults` are the command's own, in the place of those of the settings.
    """
    from netsparse.train.settings import PRESETS, Settings, flag

    usual = {field.name: field.default for field in dataclasses.fields(Settings)} | dict(defaults or {})
    for name in names:
        options = SETTINGS_FLAGS[name]
        help_text = f"{options['help']} ({_default_words(name, usual[name], PRESETS)})"
        parser.add_argument(flag(name), default=argparse.SUPPRESS, **{**options, "help": help_text})
    parser.add_argument("--preset", metavar="NAME", help=f"{' or '.join(PRESETS)}: values for what is not given")


def given_settings(arguments: argparse.Namespace) -> dict[str, Any]:
    """Return the settings whose flags were given."""
    return {name: getattr(arguments, name) for name in SETTINGS_FLAGS if hasattr(arguments, name)}


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

"""``netsparse list``: the families of rules, and what is in each."""

from __future__ import annotations

import argparse
import importlib
import shutil
import textwrap

from netsparse.registry import Registry, Row

_FAMILIES = {
    "activation": "netsparse.graph:ACTIVATIONS",
    "attack": "netsparse.robustness:ATTACKS",
    "attack-group": "netsparse.robustness:ATTACK_GROUPS",
    "clean-up": "netsparse.rewire:CLEAN_UPS",
    "dataset": "netsparse.datasets.registry:LOADERS",
    "distribution": "netsparse.generate:DISTRIBUTIONS",
    "evidence": "netsparse.rewire:KINDS",
    "link-importance": "netsparse.importance:LINKS",
    "link-length": "netsparse.measures:LENGTHS",
    "link-prediction": "netsparse.linkpred:METHODS",
    "link-prediction-ties": "netsparse.linkpred:TIES",
    "lr-schedule": "netsparse.train:LR_SCHEDULES",
    "measure": "netsparse.measures:MEASURES",
    "neuron-importance": "netsparse.importance:NEURONS",
    "null-model": "netsparse.generate:NULL_MODELS",
    "power-law-rival": "netsparse.measures:RIVALS",
    "preset": "netsparse.train:PRESETS",
    "prune-count": "netsparse.prune:COUNTS",
    "prune-recipe": "netsparse.prune:RECIPES",
    "prune-rewinding": "netsparse.prune:REWINDING",
    "prune-scope": "netsparse.prune:SCOPES",
    "prune-score": "netsparse.prune:SCORES",
    "prune-stop": "netsparse.prune:STOPS",
    "ranking-quality": "netsparse.linkpred:QUALITIES",
    "recipe": "netsparse.rewire:RECIPES",
    "reduction": "netsparse.measures:REDUCTIONS",
    "regrowth": "netsparse.rewire:REGROWTH",
    "removal": "netsparse.rewire:REMOVAL",
    "schedule": "netsparse.rewire:SHAPES",
    "sharing": "netsparse.rewire:SHARING",
    "start": "netsparse.generate:STARTS",
    "weights": "netsparse.generate:WEIGHTS",
}

FAMILIES: Registry[str] = Registry("family")
"""Name of each family -> where its registry is; imported only when it is asked for."""
for _name, _place in _FAMILIES.items():
    FAMILIES.register(_name, _place)


def add_parser(subparsers) -> argparse.ArgumentParser:
    """Add the subcommand."""
    parser = subparsers.add_parser(
        "list",
        help="list rules, attacks, data sets ...",
        description="List the entries of a family: their names, what they do and need, and where they come from.",
        epilog="examples:\n  netsparse list\n  netsparse list regrowth",
    )
    parser.add_argument("family", metavar="FAMILY", nargs="?", help=f"one of {', '.join(FAMILIES)}")
    return parser


def run(arguments: argparse.Namespace) -> None:
    """Print the table of a family, or the families."""
    if arguments.family is None:
        for name in FAMILIES:
            names = ", ".join(family(name))
            print(_wrapped(names, f"{name:22}", " " * 22))
        return
    print("\n".join(map(_described, family(arguments.family).table())))


def family(name: str) -> Registry:
    """Return the registry of a family; an unknown name's error lists the known ones."""
    module, _, attribute = FAMILIES[name].partition(":")
    return getattr(importlib.import_module(module), attribute)


def _described(row: Row) -> str:
    """Return an entry as a paragraph: its name, and indented what is known about it."""
    about = [row.summary, f"needs: {row.needs}" if row.needs else "", row.source]
    return "\n".join([row.name, *(_wrapped(text, "    ", "    ") for text in about if text)])


def _wrapped(text: str, first: str, others: str) -> str:
    width = shutil.get_terminal_size((100, 24)).columns
    return textwrap.fill(text, width, initial_indent=first, subsequent_indent=others, break_on_hyphens=False)

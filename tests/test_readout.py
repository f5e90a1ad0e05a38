"""There is one way to ask whether the readout takes part: the keyword `readout`, False by default."""

from __future__ import annotations

import argparse
import importlib
import inspect
import pkgutil

import pytest

import netsparse as ns
from netsparse import cli

DEPRECATED = {("remove_disconnected", "keep_readout")}
HOW_MANY = {"LayeredNetwork", "FeedForward", "erdos_renyi", "initial", "from_module"}  # what makes a network says that
ROOMS = [found.name for found in pkgutil.iter_modules(ns.__path__) if found.ispkg and found.name != "cli"]


def parameters():
    """Yield the name, in full and short, and every parameter that speaks of the readout, of all that is public."""
    for room in ROOMS:
        module = importlib.import_module(f"netsparse.{room}")
        for name in getattr(module, "__all__", ()):
            value = getattr(module, name)
            if not inspect.isroutine(value) and not inspect.isclass(value):
                continue
            for parameter in inspect.signature(value).parameters.values():
                if "readout" in parameter.name:
                    yield f"{room}.{name}", name, parameter


def test_one_keyword_with_one_default():
    asked = set()
    for place, name, parameter in parameters():
        if name in HOW_MANY or (name, parameter.name) in DEPRECATED:
            continue
        asked.add(place)
        assert (parameter.name, parameter.kind, parameter.default) == ("readout", parameter.KEYWORD_ONLY, False), place
    assert {"importance.link_order", "percolation.minimum_cut", "percolation.remove_disconnected"} <= asked
    assert {"percolation.message_passing", "robustness.prune_links", "robustness.shuffle_weights"} <= asked


def test_one_flag():
    """Commands that ask do so by a bare --readout."""
    [commands] = [a for a in cli.build_parser()._actions if isinstance(a, argparse._SubParsersAction)]
    asking = {
        name: action
        for name, parser in commands.choices.items()
        for action in parser._actions
        if "readout" in action.dest and action.type is not int  # which is how many layers a file's readout has
    }
    assert {"attack", "percolate"} <= set(asking)
    for name, action in asking.items():
        assert (action.option_strings, action.default, action.nargs) == (["--readout"], False, 0), name


@pytest.mark.parametrize(("readout", "n"), [(False, 1), (True, 2)])
def test_the_layers_that_take_part(readout, n):
    network = ns.generate.erdos_renyi((4, 3, 2), 0.5, rng=0)
    assert network.taking_part(readout=readout) == network.layers[:n]

"""``netsparse prune``: prune a network in rounds."""

from __future__ import annotations

import argparse
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from netsparse.cli.names import typed
from netsparse.errors import InvalidType, check_count, printable
from netsparse.graph import LayeredNetwork

_EPILOG = """\
A round prunes, rewinds and retrains as its recipe says (netsparse list prune-recipe). Distances are those of the
information and the gradient flow from the trained dense network's; in brackets those of null models, a network drawn
anew and one with permuted units: a distance says little unless it is well below.
A run that was interrupted goes on when the command is repeated.

examples:
  netsparse prune --recipe lth --rounds 4 --epochs 5 --dense-epochs 5 --out runs/tickets
  netsparse prune --recipe incop-gf --dataset fashion-mnist-6k --rounds 4 --out runs/p
"""


def add_parser(subparsers) -> argparse.ArgumentParser:
    """Add the subcommand."""
    parser = subparsers.add_parser(
        "prune",
        help="prune a network in rounds: lottery tickets and their kin",
        description="Train a dense network, then prune, rewind and retrain it, round after round.",
        epilog=_EPILOG,
    )
    parser.add_argument("--recipe", metavar="NAME", default="lth", help="what is done in a round (lth)")
    parser.add_argument(
        "--model", metavar="NAME", default="lenet-300-100", help="lenet-300-100, conv4 or package.module:function"
    )
    parser.add_argument("--start", metavar="FILE", help="prune the network of this file instead of a model")
    parser.add_argument("--dataset", metavar="NAME", default="fashion-mnist-6k", help="data set, or a file.npz")
    parser.add_argument("--validation", metavar="SHARE", type=float, default=0.1, help="held back to decide by (0.1)")
    parser.add_argument("--rounds", metavar="N", type=int, help="prunings, each with a retraining")
    parser.add_argument("--epochs", metavar="N", type=int, help="epochs of a retraining at the most")
    parser.add_argument("--dense-epochs", metavar="N", type=int, help="epochs of the dense network")
    parser.add_argument("--minimum", metavar="N", type=int, help="links that each layer keeps (0: its end is an error)")
    parser.add_argument("--seed", metavar="N", type=int, default=0)
    parser.add_argument("--threads", metavar="N", type=int, default=1)
    parser.add_argument("--out", metavar="DIR", help="folder for rounds.csv, network.npz and the state of the run")
    return parser


def run(arguments: argparse.Namespace) -> None:
    """Prune as the arguments say, a line a round."""
    from netsparse import datasets, nn, prune

    recipe = _recipe(arguments)
    check_count("seed", arguments.seed)
    data = datasets.load(arguments.dataset).validation_split(arguments.validation, rng=arguments.seed)
    model = _model(arguments, data)
    if isinstance(model, LayeredNetwork):
        datasets.check_fits(model, data)
        model = nn.to_module(model, "masked") if recipe.nesterov else model
    options = {"seed": arguments.seed, "threads": arguments.threads, "folder": arguments.out}
    found = prune.iterate(model, data.standardised(), recipe, on_round=lambda row: print(_line(row)), **options)
    if found.ended != "rounds":
        print(f"no further round: {found.ended}")
    if arguments.out is not None:
        _save(found.model, Path(arguments.out))


def _recipe(arguments: argparse.Namespace):
    from netsparse import prune

    recipe = prune.Recipe.of(arguments.recipe)
    names = ("rounds", "dense_epochs", "minimum")
    given = {name: getattr(arguments, name) for name in names if getattr(arguments, name) is not None}
    if arguments.epochs is not None:
        others = (rule for rule in recipe.stop if not isinstance(rule, prune.Epochs))
        given["stop"] = (prune.Epochs(arguments.epochs), *others)
    return recipe.replace(**given)


def _model(arguments: argparse.Namespace, data):
    import netsparse
    from netsparse import prune

    if arguments.start is not None:
        return netsparse.load(arguments.start)
    return prune.make_model(arguments.model, data, rng=arguments.seed)


def _line(row: Mapping[str, Any]) -> str:
    flows = ", ".join(
        f"{kind} {row[f'{kind}_distance']:.3g} "
        f"({row[f'{kind}_null_initialised']:.3g}, {row[f'{kind}_null_permuted']:.3g})"
        for kind in ("information", "gradient")
    )
    return (
        f"round {row['round']}: density {row['density']:.4g}, {row['links']:,} links, {row['epochs']} epochs in "
        f"{row['seconds']:.1f} s, validation accuracy {row['validation_accuracy']:.2%}, "
        f"test accuracy {row['test_accuracy']:.2%}, {flows}"
    )


def _save(model, folder: Path) -> None:
    """Write what is left as a network, if it is a chain of linear layers."""
    from netsparse import nn

    try:
        network = model if isinstance(model, LayeredNetwork) else nn.to_network(model)
    except InvalidType:
        print(f"{printable(folder)} holds the state of the module, which is no feed-forward network")
        return
    network.save(folder / "network.npz")
    print(f"{printable(folder / 'network.npz')} holds the network: netsparse info {typed(folder / 'network.npz')}")

"""``netsparse randomize``: a network redrawn by a null model."""

from __future__ import annotations

import argparse
from pathlib import Path

import numpy as np

from netsparse.cli.names import typed
from netsparse.errors import InvalidInput, check_count
from netsparse.files import check_writable


def add_parser(subparsers) -> argparse.ArgumentParser:
    """Add the subcommand."""
    parser = subparsers.add_parser(
        "randomize",
        help="redraw a network by a null model",
        description=(
            "Redraw every layer of a network by a null model: curveball keeps the degree of every neuron, erdos-renyi "
            "the number of links, weights the links."
        ),
        epilog="example:\n  netsparse randomize runs/a null.npz --null curveball --seed 1",
    )
    parser.add_argument("network", metavar="FILE", type=Path, help="run folder, or network file (.npz, .graphml)")
    parser.add_argument("out", metavar="OUT", type=Path, help="network file to write (.npz)")
    parser.add_argument("--null", metavar="NAME", default="curveball", help="null model (default: curveball)")
    parser.add_argument("--seed", metavar="N", type=int, default=0, help="same seed, same network (default: 0)")
    return parser


def run(arguments: argparse.Namespace) -> None:
    """Redraw a network as the arguments say."""
    from netsparse.generate import NULL_MODELS
    from netsparse.graph.keys import layer_keys
    from netsparse.report import load_network

    model = NULL_MODELS.resolve(arguments.null, trusted=True)
    seed = check_count("seed", arguments.seed)
    if arguments.out.suffix != ".npz":
        raise InvalidInput(f"{arguments.out}: a network file must be named *.npz")
    check_writable(arguments.out)
    network = load_network(arguments.network)
    drawn = model(network, rng=seed)
    drawn.save(arguments.out)
    kept = sum(
        np.intersect1d(layer_keys(before), layer_keys(after), assume_unique=True).size
        for before, after in zip(network.layers, drawn.layers, strict=True)
    )
    print(f"{typed(arguments.out)}: {kept:,} of {network.n_links:,} links are where they were")

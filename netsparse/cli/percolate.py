"""``netsparse percolate``: remove the links or neurons of a network one by one."""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from netsparse.cli.notes import notes_on_stderr
from netsparse.cli.products import folder_beside
from netsparse.cli.table import table
from netsparse.errors import printable
from netsparse.graph import as_network_or_graph
from netsparse.graph.formats import KINDS

if TYPE_CHECKING:
    from netsparse.report import PercolationReport

_SHOWN = ("active", "active_links", "outputs_reached", "largest_component", "connected_pairs")
_EPILOG = """\
An order is the name of an importance, the most important first; reverse-NAME, the least important first; all; or a
file of your own, ids of links or neurons, first removed first (.npy, or .txt with one id a line).
Links are numbered layer by layer in CSR order, neurons from the first input on. Of a graph of one kind of node, such
as an undirected GraphML, the nodes are the neurons, and the largest component is what is told.
The folder gets, for each kind, a table with a row per removal of each order (KIND_ORDER.csv), KIND_summary.csv,
KIND_minimum_cut.csv (a smallest set of links or neurons that cuts all inputs from all outputs), with the order random
KIND_theory.csv (the expected curve by message passing beside simulated orders), and KIND.png; a rerun replaces them.

examples:
  netsparse percolate runs/a                                   links at random, by weight, reverse-weight
  netsparse percolate runs/a --order weight --out runs/a/percolation
  netsparse percolate runs/a --kind neurons --order all --pairs
  netsparse percolate network.npz --order degree my_order.npy --scope global --readout
  netsparse percolate links.tsv --as graph --kind neurons      one kind of node: its largest component
"""


def add_parser(subparsers) -> argparse.ArgumentParser:
    """Add the subcommand."""
    parser = subparsers.add_parser(
        "percolate",
        help="remove links or neurons one by one and watch the paths go",
        description="The exact state of a network or a graph after every single removal of a link or a hidden neuron.",
        epilog=_EPILOG,
    )
    parser.add_argument(
        "network", metavar="RUN", type=Path, help="run folder of netsparse train, or a network or graph file"
    )
    parser.add_argument(
        "--as",
        dest="read_as",
        metavar="KIND",
        choices=KINDS,
        default="any",
        help=f"what the file holds, if it does not say: {', '.join(KINDS)} (default: any)",
    )
    parser.add_argument("--order", metavar="NAME", nargs="+", help="orders of removal (default: three, see below)")
    parser.add_argument("--kind", metavar="KIND", default="links", help="links or neurons (default: links)")
    parser.add_argument(
        "--scope", metavar="SCOPE", default="layer", help="layer: every layer loses the same fraction; or global"
    )
    parser.add_argument("--readout", action="store_true", help="remove the readout's links too")
    parser.add_argument("--pairs", action="store_true", help="count connected input-output pairs too")
    parser.add_argument(
        "--simulations", metavar="N", type=int, default=100, help="random orders beside the theory (default: 100)"
    )
    parser.add_argument("--seed", metavar="N", type=int, default=0, help="same seed, same result (default: 0)")
    parser.add_argument("--out", metavar="DIR", type=Path, help="folder to write to (default: RUN/percolation)")
    return parser


def run(arguments: argparse.Namespace) -> None:
    """Percolate as the arguments say."""
    from netsparse import report

    source, kind = arguments.network, arguments.read_as
    with notes_on_stderr():
        found = report.percolate(
            source if source.is_dir() else as_network_or_graph(source, kind),
            arguments.order,
            kind=arguments.kind,
            scope=arguments.scope,
            readout=arguments.readout,
            pairs=arguments.pairs,
            simulations=arguments.simulations,
            seed=arguments.seed,
            out=arguments.out or folder_beside(arguments.network, "percolation"),
        )
    print("\n".join(_lines(found)))


def _lines(found: PercolationReport) -> Iterator[str]:
    """Yield what is worth telling, line by line."""
    if found.theory is not None:
        yield (
            f"theory of random removal: off by {found.theory_error:.2%} of the active neurons at most "
            f"({found.simulations} orders)"
        )
    shown = found.summary[found.summary["quantity"].isin(_SHOWN)]
    yield table(list(shown), [[*map(_cell, row)] for row in shown.itertuples(index=False)])
    if found.minimum_cut is not None:
        n_cut = len(found.minimum_cut)
        yield f"\nminimum cut: {n_cut:,} {found.kind}; no order breaks the last path with fewer"
    yield f"\n{printable(found.folder)} holds {found.kind}.png and its tables, {found.kind}_*.csv"


def _cell(value: object) -> object:
    if isinstance(value, float) and value.is_integer():
        return int(value)
    return "-" if value != value else value  # NaN: it never falls so far

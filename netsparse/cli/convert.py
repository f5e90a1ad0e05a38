"""``netsparse convert``: a graph from one file format to another."""

from __future__ import annotations

import argparse
from pathlib import Path

from netsparse.files import check_writable
from netsparse.graph.formats import FORMATS, KINDS, format_of, read, write
from netsparse.graph.layering import LAYERINGS
from netsparse.graph.state_dict import LINKS

_OPTIONS = ("links", "layers", "readout", "activation", "layering")
_EPILOG = """\
formats, by suffix:
{formats}

examples:
  netsparse convert data/davis.graphml davis.npz
  netsparse convert runs/a runs/a.gexf                  the network of a run, for Gephi
  netsparse convert links.tsv graph.graphml --kind graph   two columns that are one kind of node
  netsparse convert diagram.graphml net.npz --layering longest-path   of yEd, say: arrows, and no layers
  netsparse convert model.pt model.npz --links nonzero     dense weights: those that are not 0
  netsparse convert runs/a/network.npz links.csv --lossy   leave out what a list of links cannot hold
"""


def add_parser(subparsers) -> argparse.ArgumentParser:
    """Add the subcommand and return its parser."""
    lines = (f"  {' '.join(one.suffixes):36}  {one.summary}" for one in FORMATS.values())
    parser = subparsers.add_parser(
        "convert",
        help="write a network in another file format",
        description="Read a network, a layer or a graph and write it in the format of the other file's suffix.",
        epilog=_EPILOG.format(formats="\n".join(lines)),
    )
    parser.add_argument("source", metavar="FROM", type=Path, help="a file of a known format, or a run folder")
    parser.add_argument("target", metavar="TO", type=Path, help="the file to write")
    parser.add_argument(
        "--kind",
        metavar="KIND",
        default="any",
        help=f"what the file holds, if it does not say: {', '.join(KINDS)} (default: any)",
    )
    parser.add_argument(
        "--links", metavar="RULE", help=f"which entries of torch's dense weights are links: {', '.join(LINKS)}"
    )
    parser.add_argument("--layers", metavar="NAME", nargs="+", help="which of torch's layers, from input to output")
    parser.add_argument("--readout", metavar="N", type=int, help="how many last layers of torch's are the readout")
    parser.add_argument("--activation", metavar="NAME", help="what stands between torch's layers (default: relu)")
    parser.add_argument(
        "--layering",
        metavar="RULE",
        help=f"what gives a directed graph its neuron layers, if it does not say them: {', '.join(LAYERINGS)}",
    )
    parser.add_argument("--lossy", action="store_true", help="leave out what the format cannot hold, and say what")
    return parser


def run(arguments: argparse.Namespace) -> None:
    """Convert as the arguments say."""
    from netsparse.report.networks import network_of_run

    check_writable(arguments.target)
    format_of(arguments.target)
    options = {name: getattr(arguments, name) for name in _OPTIONS}
    given = {name: value for name, value in options.items() if value is not None}
    source = arguments.source
    graph = network_of_run(source) if source.is_dir() else read(source, kind=arguments.kind, **given)
    lost = write(graph, arguments.target, lossy=arguments.lossy)
    print(f"{arguments.target}: {repr(graph).splitlines()[0]}")
    for what in lost:
        print(f"left out: {what}")

"""``netsparse shrink``: a network without the neurons on no path from inputs to outputs."""

from __future__ import annotations

import argparse
from pathlib import Path

from netsparse.cli.table import table
from netsparse.files import check_writable
from netsparse.graph.formats import format_of, read, write
from netsparse.graph.state_dict import LINKS

_EPILOG = """\
The outputs stay the same: what a removed neuron adds to others becomes part of their biases. Inputs and outputs stay.

examples:
  netsparse shrink runs/a smaller.npz
  netsparse shrink model.pt smaller.pt --links nonzero   of torch's dense weights, those that are not 0 are links
"""


def add_parser(subparsers) -> argparse.ArgumentParser:
    """Add the subcommand and return its parser."""
    parser = subparsers.add_parser(
        "shrink",
        help="cut out of a network what changes no output",
        description="Write a network without the hidden neurons that lie on no path from inputs to outputs.",
        epilog=_EPILOG,
    )
    parser.add_argument("source", metavar="FROM", type=Path, help="a file of a known format, or a run folder")
    parser.add_argument("target", metavar="TO", type=Path, help="the file to write; its suffix says the format")
    parser.add_argument(
        "--links", metavar="RULE", help=f"which entries of torch's dense weights are links: {', '.join(LINKS)}"
    )
    parser.add_argument("--layers", metavar="NAME", nargs="+", help="which of torch's layers, from input to output")
    parser.add_argument("--readout", metavar="N", type=int, help="how many last layers of torch's are the readout")
    parser.add_argument("--activation", metavar="NAME", help="what stands between torch's layers (default: relu)")
    parser.add_argument("--lossy", action="store_true", help="leave out what the format cannot hold, and say what")
    return parser


def run(arguments: argparse.Namespace) -> None:
    """Shrink as the arguments say."""
    from netsparse import report
    from netsparse.graph import as_network
    from netsparse.report.networks import network_of_run

    check_writable(arguments.target)
    format_of(arguments.target)
    options = {name: getattr(arguments, name) for name in ("links", "layers", "readout", "activation")}
    given = {name: value for name, value in options.items() if value is not None}
    source = arguments.source
    shrunk = report.shrink(network_of_run(source) if source.is_dir() else as_network(read(source, **given)))
    lost = write(shrunk.network, arguments.target, lossy=arguments.lossy)
    print(_text(shrunk))
    print(f"{arguments.target}: {'-'.join(map(str, shrunk.network.sizes))}")
    for what in lost:
        print(f"left out: {what}")


def _text(shrunk) -> str:
    """Return sizes before and after, and the certificate."""
    rows = [
        (f"layer {layer}", f"{rows} x {columns}", links, f"{rows_after} x {columns_after}", links_after)
        for layer, rows, columns, links, rows_after, columns_after, links_after in shrunk.frame().itertuples(
            index=False
        )
    ]
    dense_before, dense_after = shrunk.dense_weights
    return "\n".join(
        [
            table(("", "before", "links", "after", "links"), rows),
            f"{dense_before:,} weights if dense before, {dense_after:,} after",
            f"outputs differ by {shrunk.largest_difference:.2g} at most, on random inputs",
        ]
    )

"""The ``netsparse`` command: one file per subcommand, each with `add_parser` and `run`."""

from __future__ import annotations

import argparse
import os
import shlex
import sys
from collections.abc import Sequence
from typing import NoReturn

import netsparse
from netsparse.cli import attack, families, info, percolate, predict, train

COMMANDS = (train, info, predict, attack, percolate, families)

_EXAMPLES = """\
examples:
  netsparse train --epochs 3 --out runs/first          train on the embedded Fashion-MNIST sample
  netsparse train --dataset mnist --regrowth random    another data set, another regrowth rule
  netsparse train --out runs/first --resume            go on where an interrupted run stopped
  netsparse info runs/first                            what a run or a network file holds
  netsparse predict runs/first/network.npz --dataset fashion-mnist-6k --out predictions.csv
  netsparse attack runs/first --attack all --steps 20  accuracy on the way down, beside percolation
  netsparse percolate runs/first --order weight        what is left after every single removal
"""


class Parser(argparse.ArgumentParser):
    """A parser whose errors are one line."""

    def __init__(self, **options):
        super().__init__(formatter_class=argparse.RawDescriptionHelpFormatter, allow_abbrev=False, **options)

    def error(self, message: str) -> NoReturn:
        self.exit(2, f"netsparse: error: {message} (see {self.prog} --help)\n")


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command line and return its exit code: 0, 2 for bad input, 130 if interrupted.

    Expected errors become one line on stderr; any other exception is a bug and keeps its traceback.
    """
    argv = sys.argv[1:] if argv is None else list(argv)
    arguments = build_parser().parse_args(argv)
    arguments.command_line = shlex.join(["netsparse", *argv])
    try:
        arguments.run(arguments)
        sys.stdout.flush()
        return 0
    except KeyboardInterrupt as interrupt:
        print(f"\nnetsparse: interrupted{interrupt}", file=sys.stderr)
        return 130
    except BrokenPipeError:  # the reader of our output, `head` say, has seen enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # or the exit would try to write again
        return 0
    except MemoryError as error:
        print(f"netsparse: error: more than fits into memory: {_one_line(error)}", file=sys.stderr)
        return 2
    except (ValueError, TypeError, OSError) as error:
        print(f"netsparse: error: {_one_line(error)}", file=sys.stderr)
        return 2


def build_parser() -> Parser:
    """Return the parser of ``netsparse`` with all its subcommands."""
    parser = Parser(
        prog="netsparse",
        description="Sparse neural networks as graphs: train, rewire, percolate and break them.",
        epilog=_EXAMPLES,
    )
    parser.add_argument("-V", "--version", action="version", version=f"netsparse {netsparse.__version__}")
    subparsers = parser.add_subparsers(title="commands", metavar="COMMAND", required=True)
    for command in COMMANDS:
        command.add_parser(subparsers).set_defaults(run=command.run)
    return parser


def _one_line(error: Exception) -> str:
    if isinstance(error, OSError) and error.strerror:
        named = error.filename if error.filename is not None else "input or output"
        return f"{named}: {error.strerror}"
    return " ".join(str(error).split())

"""The ``netsparse`` command: one file per subcommand, each with `add_parser` and `run`."""

from __future__ import annotations

import argparse
import os
import shlex
import sys
import traceback
from collections.abc import Sequence
from typing import NoReturn

import netsparse
from netsparse.cli import (
    attack,
    compare,
    convert,
    families,
    info,
    linkpred,
    measure,
    percolate,
    predict,
    prune,
    randomize,
    shrink,
    train,
)
from netsparse.cli.flags import in_flags
from netsparse.cli.streams import Guarded, Stopped, guarded
from netsparse.errors import NetsparseError, printable

COMMANDS = (
    train, prune, info, predict, attack, percolate, measure, randomize, shrink, linkpred, compare, convert, families,
)  # fmt: skip

_EXAMPLES = """\
examples:
  netsparse train --epochs 3 --out runs/first          train on the embedded Fashion-MNIST sample
  netsparse train --dataset mnist --regrowth random    another data set, another regrowth rule
  netsparse train --out runs/first --resume            go on where an interrupted run stopped
  netsparse prune --recipe lth --out runs/tickets      prune a network in rounds
  netsparse info runs/first                            what a run or a network file holds
  netsparse predict runs/first/network.npz --dataset fashion-mnist-6k --out predictions.csv
  netsparse attack runs/first --attack all --steps 20  accuracy on the way down, beside percolation
  netsparse percolate runs/first --order weight        what is left after every single removal
  netsparse measure runs/first --null curveball        which measures the degrees do not explain
  netsparse randomize runs/first null.npz              a network with the same degrees, links at random
  netsparse convert data/davis.graphml davis.npz       from one file format to another
  netsparse shrink runs/first smaller.npz              without the neurons that change no output
  netsparse compare --recipes rlr ch3-l3 --out runs/c  which of them, and whether the difference is shown
  netsparse linkpred evaluate data/davis.graphml       how well methods find links of any graph
"""

_FAULT = """\
netsparse: this is a fault of netsparse {version}, or of a rule of your own, and not of your input.
Please report it to the developers with the lines above, the command, and a file with which it happens."""


class Parser(argparse.ArgumentParser):
    """A parser whose errors are one line."""

    def __init__(self, **options):
        super().__init__(formatter_class=argparse.RawDescriptionHelpFormatter, allow_abbrev=False, **options)

    def parse_known_args(self, args=None, namespace=None):
        """Parse, and note which flag sets which of the arguments, for errors that name them."""
        namespace, rest = super().parse_known_args(args, namespace)
        flags = {action.dest: action.option_strings[0] for action in self._actions if action.option_strings}
        namespace.flags = {**flags, **getattr(namespace, "flags", {})}
        return namespace, rest

    def error(self, message: str) -> NoReturn:
        self.exit(2, f"netsparse: error: {printable(message)} (see {self.prog} --help)\n")


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command line and return its exit code.

    It is 0, 2 for bad input or lost output, 1 for a fault of netsparse, 130 if interrupted. Expected errors become
    one line on stderr: those that netsparse raises on purpose, those of the system, and of memory. Anything else is a
    fault: it keeps its traceback, and a line says so. Output that nobody reads is no error: a command that leaves
    files goes on without, another stops.
    """
    argv = sys.argv[1:] if argv is None else list(argv)
    return guarded(lambda output: _run(argv, output))


def _run(argv: Sequence[str], output: Guarded) -> int:
    arguments = argparse.Namespace()
    try:
        arguments = build_parser().parse_args(argv)
        arguments.command_line = shlex.join(["netsparse", *argv])
        output.is_only_product = not _leaves_files(arguments)
        arguments.run(arguments)
        return 0
    except SystemExit as end:  # of the parser: help, version or misuse
        return end.code
    except Stopped:
        return 0
    except KeyboardInterrupt as interrupt:
        print(f"\nnetsparse: interrupted{interrupt}", file=sys.stderr)
        return 130
    except MemoryError as error:
        return _fail(f"more than fits into memory: {_one_line(error)}")
    except (NetsparseError, OSError) as error:
        return _fail(_one_line(in_flags(error, arguments)))
    except Exception:
        traceback.print_exc()
        print(_FAULT.format(version=netsparse.__version__), file=sys.stderr)
        return 1


def _leaves_files(arguments: argparse.Namespace) -> bool:
    return arguments.run in (attack.run, percolate.run) or getattr(arguments, "out", None) is not None


def _fail(reason: str) -> int:
    print(f"netsparse: error: {reason}", file=sys.stderr)
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


def _one_line(error: Exception | str) -> str:
    if isinstance(error, OSError) and error.strerror:
        named = error.filename if error.filename is not None else "input or output"
        return printable(f"{os.fspath(named)}: {error.strerror}")
    return printable(" ".join(str(error).split()))

"""``netsparse percolate``: remove the links or neurons of a network one by one."""

from __future__ import annotations

import argparse
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from netsparse.cli.products import folder_beside, make_folder_for, write_csv
from netsparse.errors import InvalidValue, check_count, printable, unknown

if TYPE_CHECKING:
    import pandas

    from netsparse.graph import LayeredNetwork
    from netsparse.percolation import MinimumCut, PercolationCurve

_REVERSE = "reverse-"
_FILES = (".npy", ".txt")  # of orders of one's own
_PANELS = ("active", "active_links", "outputs_reached", "largest_component")
_REFERENCES = ("summary", "theory", "minimum_cut")  # tables that no order may be named like
_EPILOG = """\
An order is the name of an importance, the most important first; reverse-NAME, the least important first; all; or a
file of your own, ids of links or neurons, first removed first (.npy, or .txt with one id a line).
Links are numbered layer by layer in CSR order, neurons from the first input on. The folder gets, for each kind, a
table with a row per removal of each order (KIND_ORDER.csv), KIND_summary.csv, KIND_minimum_cut.csv (a smallest set
of links or neurons that cuts all inputs from all outputs), with the order random KIND_theory.csv (the expected curve
by message passing beside simulated orders), and KIND.png; a rerun replaces them.

examples:
  netsparse percolate runs/a                                   links at random, by weight, reverse-weight
  netsparse percolate runs/a --order weight --out runs/a/percolation
  netsparse percolate runs/a --kind neurons --order all --pairs
  netsparse percolate network.npz --order degree my_order.npy --scope global --readout
"""


def add_parser(subparsers) -> argparse.ArgumentParser:
    """Add the subcommand."""
    parser = subparsers.add_parser(
        "percolate",
        help="remove links or neurons one by one and watch the paths go",
        description="The exact state of a network after every single removal of a link or a hidden neuron.",
        epilog=_EPILOG,
    )
    parser.add_argument("network", metavar="RUN", type=Path, help="run folder of netsparse train, or a network file")
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
    from netsparse import percolation
    from netsparse.cli.network_file import load_network

    network = load_network(arguments.network)
    orders = _orders(network, arguments)
    folder = arguments.out or folder_beside(arguments.network, "percolation")
    make_folder_for(folder, _file_names(arguments.kind, orders))
    quantities = ("paths", "components", "pairs") if arguments.pairs else ("paths", "components")
    curves = {}
    for name, order in orders.items():
        options = {"kind": arguments.kind, "quantities": quantities, "rng": arguments.seed}
        curves[name] = percolation.curve(network, order, **options)
        write_csv(curves[name].frame(), folder / f"{arguments.kind}_{name}.csv")
    references = _references(network, orders, arguments, folder)
    _summarise(curves, references, arguments.kind, folder)


def _file_names(kind: str, orders: Iterable[str]) -> list[str]:
    return [f"{kind}.png", *(f"{kind}_{name}.csv" for name in (*orders, *_REFERENCES))]


def _orders(network: LayeredNetwork, arguments: argparse.Namespace) -> dict[str, np.ndarray]:
    """Return the removal orders asked for, by name, all checked before any work."""
    from netsparse import importance
    from netsparse.percolation.order import KINDS, rank

    if arguments.kind not in KINDS:
        raise unknown("--kind", arguments.kind, KINDS)
    check_count("--seed", arguments.seed)
    check_count("--simulations", arguments.simulations, at_least=2)
    known = {
        "links": importance.order_names(importance.LINKS, importance.RECOMPUTED_LINKS),
        "neurons": importance.order_names(importance.NEURONS, importance.RECOMPUTED_NEURONS),
    }[arguments.kind]
    names = _names(arguments, known)
    orders = {
        printable(Path(name).stem) if Path(name).suffix in _FILES else name: _order(network, name, arguments, known)
        for name in names
    }
    if len(orders) < len(names) or not orders.keys().isdisjoint(_REFERENCES):
        files = ", ".join([*names, *_REFERENCES])
        raise InvalidValue(f"--order: two of {files} would be written to the same file")
    for order in orders.values():
        rank(network, order, arguments.kind)
    return orders


def _names(arguments: argparse.Namespace, known: Mapping[str, object]) -> list[str]:
    """Return the orders asked for, each once."""
    usual = ["random", "weight" if arguments.kind == "links" else "degree"]
    usual.append(_REVERSE + usual[1])
    everything = [*(order for order in known if not order.startswith(_REVERSE)), usual[2]]
    asked = usual if arguments.order is None else arguments.order
    return list(dict.fromkeys(name for word in asked for name in (everything if word == "all" else [word])))


def _order(network: LayeredNetwork, name: str, arguments: argparse.Namespace, known) -> np.ndarray:
    from netsparse.cli.order_file import read_order
    from netsparse.importance import link_order, neuron_order

    if Path(name).suffix in _FILES:
        return read_order(Path(name))
    if name not in known:
        plain = [order for order in known if not order.startswith(_REVERSE)]
        raise unknown("--order", name, [*plain, f"{_REVERSE}NAME", "all", "FILE.npy", "FILE.txt"])
    options = {"scope": arguments.scope, "rng": arguments.seed}
    if arguments.kind == "neurons":
        return neuron_order(network, name, **options)
    return link_order(network, name, readout=arguments.readout, **options)


class References(NamedTuple):
    """What the curves are held against."""

    cut: MinimumCut | None
    marks: dict[str, float]
    theory: pandas.DataFrame | None


def _references(
    network: LayeredNetwork, orders: Mapping[str, np.ndarray], arguments: argparse.Namespace, folder: Path
) -> References:
    """Find the minimum cut and, beside a random order, its theory; write both."""
    from netsparse.cli import percolation_reference as reference

    kind = arguments.kind
    cut = reference.smallest_cut(network, orders, kind)
    if cut is not None:
        write_csv(reference.cut_table(network, cut), folder / f"{kind}_minimum_cut.csv")
    if "random" not in orders or cut is None:
        return References(cut, {}, None)
    options = {"readout": arguments.readout, "simulations": arguments.simulations, "seed": arguments.seed}
    theory = reference.theory(network, kind, **options)
    write_csv(theory, folder / f"{kind}_theory.csv")
    error = reference.largest_error(theory)
    print(
        f"theory of random removal: off by {error:.2%} of the active neurons at most ({arguments.simulations} orders)"
    )
    return References(cut, reference.infinite_depth(network), theory)


def _summarise(curves: Mapping[str, PercolationCurve], references: References, kind: str, folder: Path) -> None:
    """Write and print the scalars of all curves, and draw them."""
    import pandas as pd

    from netsparse.cli.table import table

    scalars = pd.concat({name: curve.summary() for name, curve in curves.items()}, names=["order", None])
    scalars = scalars.reset_index(level="order").reset_index(drop=True)
    write_csv(scalars, folder / f"{kind}_summary.csv")
    _draw(curves, references, kind, folder / f"{kind}.png")
    shown = scalars[scalars["quantity"].isin([*_PANELS, "connected_pairs"])]
    print(table(list(shown), [[*map(_cell, row)] for row in shown.itertuples(index=False)]))
    if references.cut is not None:
        print(f"\nminimum cut: {references.cut.size:,} {kind}; no order breaks the last path with fewer")
    print(f"\n{printable(folder)} holds {kind}.png and its tables, {kind}_*.csv")


def _cell(value: object) -> object:
    if isinstance(value, float) and value.is_integer():
        return int(value)
    return "-" if value != value else value  # NaN: it never falls so far


def _draw(curves: Mapping[str, PercolationCurve], references: References, kind: str, path: Path) -> None:
    from netsparse import plot

    frames = {name.replace("-", " ").replace("$", r"\$"): curve.frame() for name, curve in curves.items()}
    panels = [*_PANELS, *(["connected_pairs"] if "connected_pairs" in next(iter(frames.values())) else [])]
    figure, axes = plot.figure(len(panels))
    unit = "fraction of links removed" if kind == "links" else "fraction of hidden neurons removed"
    for ax, quantity in zip(axes, panels, strict=True):
        known = _marks(curves, references) if quantity != "largest_component" else {}
        expected = _expected(references.theory, quantity)
        plot.percolation_curves(frames, ax, quantity=quantity, unit=unit, expected=expected, marks=known)
        ax.get_legend().remove()
    plot.legend_above(figure, axes[0])
    plot.save(figure, path)


def _marks(curves: Mapping[str, PercolationCurve], references: References) -> dict[str, float]:
    """Return the fractions to mark; a cut has one if all orders are of one length."""
    lengths = {curve.n_removals for curve in curves.values()}
    if references.cut is None or len(lengths) > 1:
        return references.marks
    return {"minimum cut": references.cut.size / lengths.pop(), **references.marks}


def _expected(theory: pandas.DataFrame | None, quantity: str) -> pandas.DataFrame | None:
    """Return the expected curve of a quantity that theory knows."""
    if theory is None or quantity not in set(theory["quantity"]):
        return None
    return theory[theory["quantity"] == quantity].rename(columns={"expected": quantity}).reset_index(drop=True)

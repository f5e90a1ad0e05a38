"""Percolation of a network along removal orders, beside theory and the minimum cut."""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from netsparse import percolation
from netsparse.errors import InvalidValue, check_count
from netsparse.graph import Graph, LayeredNetwork
from netsparse.report import references
from netsparse.report.networks import Source, structure_of
from netsparse.report.orders import Orders, removal_orders
from netsparse.report.percolation_results import PercolationReport
from netsparse.report.products import make_folder_for, write_csv

if TYPE_CHECKING:
    import pandas

_REFERENCES = ("summary", "theory", "minimum_cut")  # tables that no order may be named like


def percolate(
    network: Source,
    orders: Orders | None = None,
    *,
    kind: str = "links",
    scope: str = "layer",
    readout: bool = False,
    pairs: bool = False,
    simulations: int = 100,
    seed: int = 0,
    out: str | os.PathLike | None = None,
) -> PercolationReport:
    """Remove the links or hidden neurons of a network one by one, in several orders, and watch the paths go.

    Parameters
    ----------
    network : LayeredNetwork, Graph or path-like
        A network file or a run folder; or what :func:`netsparse.graph.as_network_or_graph` takes. A graph of one
        kind of node has components alone: neither paths nor pairs, no theory and no minimum cut.
    orders : str, path-like, iterable of them, or mapping of str to order, optional
        Names of importances, the most important first; ``reverse-NAME``, the least important first; 'all'; files
        (``.npy``, ``.txt``) of ids, first removed first; in a mapping ids too, by names of one's own. By default
        random and, by weight (of neurons: degree), both ways.
    kind : {'links', 'neurons'}
        What is removed.
    scope : {'layer', 'global'}
        As in :func:`netsparse.importance.link_order`.
    readout : bool, default False
        Remove the readout's links too.
    pairs : bool, default False
        Count connected pairs of inputs and outputs too.
    simulations : int, default 100
        Random orders beside the theory; at least 2.
    seed : int, default 0
        Same seed, same result.
    out : path-like, optional
        Folder for the tables ``KIND_ORDER.csv``, ``KIND_summary.csv``, ``KIND_minimum_cut.csv``, ``KIND_theory.csv``
        and the picture ``KIND.png``; nothing is written without it.

    Returns
    -------
    PercolationReport
        `curves`, `summary`, `minimum_cut`, `theory`, `figure()`.

    Raises
    ------
    NetsparseError
        If an argument, the network, an order or the folder is not what it should be; before any work.

    Notes
    -----
    Near-linear in the links for each order, plus the simulations and one maximum flow for the minimum cut.

    Examples
    --------
    >>> import netsparse as ns
    >>> network = ns.generate.erdos_renyi((12, 15, 14, 3), density=0.3, rng=0)
    >>> found = ns.report.percolate(network, ['weight', 'reverse-weight'])
    >>> found.frame()[['order', 'removed', 'active', 'active_links']].tail(2)
                  order  removed  active  active_links
    234  reverse-weight      116       0             0
    235  reverse-weight      117       0             0
    >>> len(found.minimum_cut)
    46
    """
    check_count("seed", seed)
    check_count("simulations", simulations, at_least=2)
    network = structure_of(network)
    found = removal_orders(network, orders, kind=kind, scope=scope, readout=readout, seed=seed)
    quantities = _quantities(network, pairs)
    tables = _Tables(None if out is None else Path(out), kind)
    tables.make_room(found)
    curves = {}
    for name, order in found.items():
        curves[name] = percolation.curve(network, order, kind=kind, quantities=quantities, rng=seed)
        tables.write(name, curves[name].frame())
    minimum_cut, theory, thresholds = None, None, {}
    cut = None if isinstance(network, Graph) else references.smallest_cut(network, found, kind)
    if cut is not None:
        minimum_cut = tables.write("minimum_cut", references.cut_table(network, cut))
    if cut is not None and "random" in found:
        theory = references.theory(network, kind, readout=readout, simulations=simulations, seed=seed)
        thresholds = references.infinite_depth(network)
        tables.write("theory", theory)
    report = PercolationReport(kind, curves, minimum_cut, theory, thresholds, simulations, tables.folder)
    tables.write("summary", report.summary)
    tables.draw(report)
    return report


def _quantities(network: LayeredNetwork | Graph, pairs: bool) -> tuple[str, ...] | None:
    """Return what a curve is to tell; None for all that is told of a graph."""
    if not isinstance(network, Graph):
        return ("paths", "components", "pairs") if pairs else ("paths", "components")
    if pairs:
        raise InvalidValue("pairs must be False for a graph of one kind of node: it has no inputs", parameter="pairs")
    return None


class _Tables(NamedTuple):
    """Where the products go, a file as soon as it is there; nowhere without a folder."""

    folder: Path | None
    kind: str

    def make_room(self, orders: Iterable[str]) -> None:
        """Make the folder for tables of these names, before any work."""
        if self.folder is None:
            return
        for name in orders:
            if name in _REFERENCES or Path(name).name != name:
                raise InvalidValue(
                    f"order {name!r} cannot be written: it is no file name, or would be the same file as our own table",
                    parameter="order",
                )
        names = (*orders, *_REFERENCES)
        make_folder_for(self.folder, [f"{self.kind}.png", *(f"{self.kind}_{name}.csv" for name in names)])

    def write(self, name: str, table: pandas.DataFrame) -> pandas.DataFrame:
        """Write a table and return it."""
        if self.folder is not None:
            write_csv(table, self.folder / f"{self.kind}_{name}.csv")
        return table

    def draw(self, report: PercolationReport) -> None:
        """Write the picture."""
        from netsparse import plot

        if self.folder is not None:
            plot.save(report.figure(), self.folder / f"{self.kind}.png")

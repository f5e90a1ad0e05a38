"""What percolation along some orders comes to: curves, their scalars, what they are held against, and the picture."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from netsparse.report.references import largest_error

if TYPE_CHECKING:
    import pandas
    from matplotlib.figure import Figure

    from netsparse.percolation import PercolationCurve

PANELS = ("active", "active_links", "outputs_reached", "largest_component", "connected_pairs")


@dataclass(frozen=True, eq=False, repr=False)
class PercolationReport:
    """Percolation of a network along some removal orders, see :func:`netsparse.report.percolate`.

    Attributes
    ----------
    kind : {'links', 'neurons'}
        What is removed.
    curves : mapping of str to PercolationCurve
        By the name of the order.
    minimum_cut : pandas.DataFrame or None
        A row per link (id, layer, row, column, weight) or neuron (id, layer, neuron), with names if there are any, of a
        smallest set that cuts all inputs from all outputs; None if nothing may be removed, and of a graph.
    theory : pandas.DataFrame or None
        Beside an order called 'random': columns of :func:`netsparse.percolation.compare_with_simulation`.
    thresholds : mapping of str to float
        Fractions that theory marks, in words: where infinitely deep networks break.
    simulations : int
        Random orders beside the theory.
    folder : Path or None
        Where the products are, if they were written.

    Examples
    --------
    >>> import netsparse as ns
    >>> network = ns.generate.erdos_renyi((12, 15, 14, 3), density=0.3, rng=0)
    >>> found = ns.report.percolate(network, 'degree', kind='neurons')
    >>> found.summary[['order', 'quantity', 'intact']].head(1)
        order quantity  intact
    0  degree   active      44
    >>> found.figure().axes[0].get_xlabel()
    'fraction of hidden neurons removed'
    """

    kind: str
    curves: Mapping[str, PercolationCurve]
    minimum_cut: pandas.DataFrame | None
    theory: pandas.DataFrame | None
    thresholds: Mapping[str, float]
    simulations: int
    folder: Path | None = None

    def __repr__(self) -> str:
        return f"PercolationReport({self.kind}: {', '.join(self.curves)})"

    @property
    def summary(self) -> pandas.DataFrame:
        """A row per order and quantity: the columns of :meth:`netsparse.percolation.PercolationCurve.summary`."""
        return self._together({name: curve.summary() for name, curve in self.curves.items()})

    @property
    def theory_error(self) -> float | None:
        """Largest distance of theory from simulated orders, as a share of the active neurons; None without theory."""
        return None if self.theory is None else largest_error(self.theory)

    def frame(self) -> pandas.DataFrame:
        """Return a row per removal of every order: order, removed, fraction, and a column per quantity."""
        return self._together({name: curve.frame() for name, curve in self.curves.items()})

    def figure(self) -> Figure:
        """Draw a panel per quantity and a line per order, beside theory, the minimum cut and thresholds."""
        from netsparse import plot

        frames = {name.replace("-", " ").replace("$", r"\$"): curve.frame() for name, curve in self.curves.items()}
        shown = next(iter(frames.values())).columns
        panels = [name for name in PANELS if name in shown]
        figure, axes = plot.figure(len(panels))
        neurons = "hidden neurons" if "active" in shown else "nodes"
        unit = f"fraction of {'links' if self.kind == 'links' else neurons} removed"
        for ax, quantity in zip(axes, panels, strict=True):
            marks = {} if quantity == "largest_component" else self._marks()
            expected = self._expected(quantity)
            plot.percolation_curves(frames, ax, quantity=quantity, unit=unit, expected=expected, marks=marks)
            ax.get_legend().remove()
        plot.legend_above(figure, axes[0])
        return figure

    def _together(self, tables: Mapping[str, pandas.DataFrame]) -> pandas.DataFrame:
        import pandas as pd

        return pd.concat(tables, names=["order", None]).reset_index(level="order").reset_index(drop=True)

    def _marks(self) -> dict[str, float]:
        """Return the fractions to mark; a cut has one if all orders are of one length."""
        lengths = {curve.n_removals for curve in self.curves.values()}
        if self.minimum_cut is None or len(lengths) > 1:
            return dict(self.thresholds)
        return {"minimum cut": len(self.minimum_cut) / lengths.pop(), **self.thresholds}

    def _expected(self, quantity: str) -> pandas.DataFrame | None:
        """Return the expected curve of a quantity that theory knows."""
        if self.theory is None or quantity not in set(self.theory["quantity"]):
            return None
        own = self.theory[self.theory["quantity"] == quantity]
        return own.rename(columns={"expected": quantity}).reset_index(drop=True)

"""What is left of a network after every single removal of a link or neuron."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from netsparse.errors import InvalidValue, check_count, unknown
from netsparse.graph import LayeredNetwork, as_network_or_graph
from netsparse.graph.door import NetworkLike
from netsparse.percolation.components import component_curves
from netsparse.percolation.order import Ranks, rank, removal_order
from netsparse.percolation.pairs import pair_curve
from netsparse.percolation.quantities import checked_quantities
from netsparse.percolation.survivors import path_lives

if TYPE_CHECKING:
    import pandas


class Point(NamedTuple):
    """A marked point of a curve: the fraction of the order removed, and the value there.

    Examples
    --------
    >>> import netsparse as ns
    >>> network = ns.generate.erdos_renyi((1, 4), 1.0, readout=0, rng=0)
    >>> curve = ns.percolation.curve(network, [0, 1, 2, 3], quantities=("components",))
    >>> curve.largest_second_moment()
    Point(fraction=1.0, value=0.8)
    """

    fraction: float
    value: float


@dataclass(frozen=True, eq=False)
class PercolationCurve:
    """State of a network after k = 0 .. m removals; row 0 is the intact network.

    Attributes
    ----------
    kind : {'links', 'neurons'}
    n_removals : int
        m, the length of the order.
    active_neurons : numpy.ndarray of int64, shape (m + 1, neuron layers), or None
        Neurons on input-to-output paths, per neuron layer.
    active_links : numpy.ndarray of int64, shape (m + 1,), or None
        Links on input-to-output paths.
    largest_component : numpy.ndarray of int64, shape (m + 1,), or None
        Neurons in the largest component of the undirected layered network, or nodes in that of a graph; an
        isolated one is a component of size 1, a removed one is none.
    second_moment : numpy.ndarray of float64, shape (m + 1,), or None
        (sum of squared component sizes - largest squared) / neurons of the intact network.
    connected_pairs : numpy.ndarray of float64, shape (m + 1,), or None
        Pairs of an input and an output with a path from one to the other.
    connected_pairs_error : numpy.ndarray of float64, shape (m + 1,), or None
        Standard error of `connected_pairs`: 0 where they were counted exactly.

    Notes
    -----
    What was not asked for is None. The scalars below describe one column of `frame`, relative to its intact
    value, S(k) = value(k) / value(0), against the fraction k / m of the order; they are NaN where value(0) or
    m is 0.

    Examples
    --------
    >>> import netsparse as ns
    >>> network = ns.generate.erdos_renyi((50, 50, 5), density=0.1, rng=0)
    >>> order = ns.importance.link_order(network, 'random', rng=0)
    >>> curve = ns.percolation.curve(network, order)
    >>> curve.summary()["quantity"].tolist()[:3]
    ['active', 'active_0', 'active_1']
    """

    kind: str
    n_removals: int
    active_neurons: np.ndarray | None = None
    active_links: np.ndarray | None = None
    largest_component: np.ndarray | None = None
    second_moment: np.ndarray | None = None
    connected_pairs: np.ndarray | None = None
    connected_pairs_error: np.ndarray | None = None

    @property
    def fraction(self) -> np.ndarray:
        """Fraction of the order removed, k / m, shape (m + 1,)."""
        return np.arange(self.n_removals + 1) / max(self.n_removals, 1)

    @property
    def outputs_reached(self) -> np.ndarray | None:
        """Number of outputs that some input still reaches, shape (m + 1,)."""
        return None if self.active_neurons is None else self.active_neurons[:, -1]

    def columns(self) -> dict[str, np.ndarray]:
        """Return the computed quantities by column name, each of shape (m + 1,)."""
        columns = {
            "active_links": self.active_links,
            "outputs_reached": self.outputs_reached,
            "largest_component": self.largest_component,
            "second_moment": self.second_moment,
            "connected_pairs": self.connected_pairs,
            "connected_pairs_error": self.connected_pairs_error,
        }
        if self.active_neurons is not None:
            layers = {f"active_{index}": counts for index, counts in enumerate(self.active_neurons.T)}
            columns = {"active": self.active_neurons.sum(axis=1), **layers, **columns}
        return {name: values for name, values in columns.items() if values is not None}

    def frame(self) -> pandas.DataFrame:
        """Return a tidy table of m + 1 rows: removed, fraction, and a column per quantity."""
        import pandas as pd

        removed = np.arange(self.n_removals + 1)
        return pd.DataFrame({"removed": removed, "fraction": self.fraction, **self.columns()})

    def relative(self, quantity: str = "active") -> np.ndarray:
        """Return S(k) = value(k) / value(0) of a column of `frame`; NaN throughout if value(0) is 0."""
        columns = self.columns()
        if quantity not in columns:
            raise unknown("quantity", quantity, columns)
        values = columns[quantity]
        return values / values[0] if values[0] else np.full(values.size, np.nan)

    def R(self, quantity: str = "active") -> float:
        """Return Schneider's robustness, the mean of S(k) over k = 1 .. m, between 0 and 1 [1]_.

        References
        ----------
        .. [1] C. M. Schneider et al., Mitigation of malicious attacks on networks, PNAS 108, 3838 (2011).
        """
        return float(self.relative(quantity)[1:].mean()) if self.n_removals else np.nan

    def area(self, quantity: str = "active") -> float:
        """Return the area under S against the fraction removed, by the trapezoid rule."""
        curve = self.relative(quantity)
        return float((curve[1:] + curve[:-1]).mean() / 2) if self.n_removals else np.nan

    def half_height(self, quantity: str = "active") -> float:
        """Return the first fraction removed at which S is at most one half; NaN if it stays above."""
        return self._first_at_most(0.5, quantity)

    def vanishing_point(self, quantity: str = "active_links") -> float:
        """Return the first fraction removed at which nothing is left; NaN if something stays.

        Of 'active_links' that is when the last path breaks: at no less than the size of the minimum cut / m.
        """
        return self._first_at_most(0.0, quantity)

    def _first_at_most(self, level: float, quantity: str) -> float:
        below = np.flatnonzero(self.relative(quantity) <= level)
        return float(self.fraction[below[0]]) if below.size else np.nan

    def steepest(self, quantity: str = "active", *, window: float = 0.02) -> Point:
        """Return the centre of the window of removals over which S falls most, and its slope there.

        A single removal changes S by a few units, so that the slope is the difference over a window, given as
        a fraction of the order: at least one removal, at most all of them.
        """
        curve = self.relative(quantity)
        width = min(max(round(window * self.n_removals), 1), self.n_removals)
        if not width or np.isnan(curve[0]):
            return Point(np.nan, np.nan)
        change = curve[width:] - curve[:-width]
        first = int(change.argmin())
        share = width / self.n_removals
        return Point(first / self.n_removals + share / 2, float(change[first]) / share)

    def largest_second_moment(self) -> Point:
        """Return where the second moment is largest, and that value: the pseudo-critical point."""
        if self.second_moment is None:
            raise InvalidValue("this curve has no second moment; compute it with quantities=('components',)")
        peak = int(self.second_moment.argmax())
        return Point(float(self.fraction[peak]), float(self.second_moment[peak]))

    def summary(self) -> pandas.DataFrame:
        """Return a table of the scalars, one row per quantity that falls from an intact value.

        Columns quantity, intact, R, area, half_height, steepest (its fraction), vanishes (the vanishing point), and
        critical: where the second moment is largest, in the row of the largest component.
        """
        import pandas as pd

        skipped = ("second_moment", "connected_pairs_error")
        rows = [
            {
                "quantity": name,
                "intact": values[0],
                "R": self.R(name),
                "area": self.area(name),
                "half_height": self.half_height(name),
                "steepest": self.steepest(name).fraction,
                "vanishes": self.vanishing_point(name),
                "critical": self.largest_second_moment().fraction if name == "largest_component" else np.nan,
            }
            for name, values in self.columns().items()
            if name not in skipped
        ]
        return pd.DataFrame(rows)


def curve(
    network: NetworkLike,
    order: str | np.ndarray,
    *,
    kind: str = "links",
    quantities: Iterable[str] | None = None,
    max_terminals: int = 256,
    rng=None,
) -> PercolationCurve:
    """Return what is left of a network after every single removal, exactly.

    Parameters
    ----------
    network : LayeredNetwork, BipartiteLayer or Graph
        Or what :func:`netsparse.graph.as_network_or_graph` takes; a layer is the network of this one layer.
    order : str or array_like of int, shape (m,)
        Ids in order of removal; all of them, or some, in which case the others are never removed. The id of a
        link is its position in the concatenation of all layers' links in CSR order, layer 0 first (in a graph, in
        :meth:`~netsparse.graph.Graph.links`); that of a neuron its position in the concatenation of all neuron
        layers, inputs first. Or the name of an importance, for :func:`netsparse.importance.link_order` or
        `neuron_order` of these links or hidden neurons, ties broken by `rng`.
    kind : {'links', 'neurons'}, default 'links'
        What is removed. A removed neuron takes its links with it, and is itself neither active nor a node of
        the undirected network any more.
    quantities : iterable of {'paths', 'components', 'pairs'}, optional
        By default 'paths' and 'components', of a graph, which has neither inputs nor outputs, 'components' alone.
        'paths': active neurons and links, outputs reached. 'components': largest component and second moment
        of the undirected layered network. 'pairs': connected input-output pairs.
    max_terminals : int, default 256
        'pairs' are counted exactly if inputs or outputs are no more than this, and else estimated from so many
        neurons, drawn by `rng`, of the smaller of the two; the standard error is reported.
    rng : seed or numpy.random.Generator, optional

    Returns
    -------
    PercolationCurve

    Raises
    ------
    TypeError, ValueError
        If the order repeats an id, is out of range or does not hold integers, a name is unknown, `network` is no
        network, layer or graph, or a graph is asked for its paths or pairs.

    See Also
    --------
    survival : the life of every single neuron and link.

    Notes
    -----
    'paths' by two passes over the links, 'components' by union-find over the order read backward: the time is
    that of the links, not of links x removals. 'pairs' costs a pass per terminal.

    Examples
    --------
    >>> import netsparse as ns
    >>> first = ns.BipartiteLayer.from_links([0, 0], [0, 1], [1.0, 1.0], shape=(1, 2))
    >>> second = ns.BipartiteLayer.from_links([0, 1], [0, 0], [1.0, 1.0], shape=(2, 1))
    >>> curve = ns.percolation.curve(ns.LayeredNetwork([first, second]), order=[3, 0, 1, 2])
    >>> curve.frame()[["removed", "active", "active_links", "outputs_reached", "largest_component"]]
       removed  active  active_links  outputs_reached  largest_component
    0        0       4             4                1                  4
    1        1       3             2                1                  4
    2        2       0             0                0                  2
    3        3       0             0                0                  2
    4        4       0             0                0                  1
    >>> curve.half_height(), curve.R()
    (0.5, 0.1875)

    A graph of one kind of node, the link between the two largest hubs first.

    >>> import networkx as nx
    >>> curve = ns.percolation.curve(nx.karate_club_graph(), "degree", rng=0)
    >>> curve.frame().tail(2)
        removed  fraction  largest_component  second_moment
    77       77  0.987179                  2       0.941176
    78       78  1.000000                  1       0.970588
    """
    network = as_network_or_graph(network)
    wanted = checked_quantities(quantities, network)
    max_terminals = check_count("max_terminals", max_terminals, at_least=2)
    rng = np.random.default_rng(rng)
    ranks = rank(network, removal_order(network, order, kind, rng), kind)
    found: dict[str, np.ndarray] = {}
    if "paths" in wanted:
        found["active_neurons"], found["active_links"] = _path_curves(network, ranks)
    if "components" in wanted:
        found["largest_component"], found["second_moment"] = component_curves(network, ranks)
    if "pairs" in wanted:
        pairs, error = pair_curve(network, ranks, max_terminals=max_terminals, rng=rng)
        found["connected_pairs"], found["connected_pairs_error"] = pairs, error
    return PercolationCurve(kind, ranks.n_removals, **found)


def _path_curves(network: LayeredNetwork, ranks: Ranks) -> tuple[np.ndarray, np.ndarray]:
    """Return the active neurons (m + 1, neuron layers) and links (m + 1,) after k removals."""
    from netsparse.kernels.survivors import add_survivors

    neurons, links = path_lives(network, ranks)
    active_neurons = np.zeros((len(neurons), ranks.n_removals + 1), dtype=np.int64)
    for lives, counts in zip(neurons, active_neurons, strict=True):
        add_survivors(lives, counts)
    active_links = np.zeros(ranks.n_removals + 1, dtype=np.int64)
    add_survivors(np.concatenate(links), active_links)
    return active_neurons.T, active_links

"""What a measure is: a function of a graph, and what there is to know about it."""

from __future__ import annotations

import inspect
import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

from netsparse.errors import unknown
from netsparse.registry import Registry

KINDS = ("layer", "network", "graph")
"""What a measure is of: one layer, a whole network, or a graph of one kind of nodes as a sparse adjacency."""

FACTS = ("size", "degrees", "links", "weights", "placement")
"""What a measure reads and a null model keeps: shape and number of links, the degree of every neuron, the links, the
weights as a bag of numbers, and which link has which weight."""


class Value(NamedTuple):
    """A number and what must be said about it.

    Attributes
    ----------
    value : float
        NaN where the definition gives none; `note` then says why.
    note : str
        A reason or a caveat, empty if there is none.
    reachable : float
        The fraction of pairs of neurons that the number is about, where it is about some only; NaN elsewhere.

    Examples
    --------
    >>> Value(0.5)
    Value(value=0.5, note='', reachable=nan)
    """

    value: float
    note: str = ""
    reachable: float = math.nan


def undefined(reason: str, *, reachable: float = math.nan) -> Value:
    """Return NaN and the reason for it.

    Examples
    --------
    >>> undefined("no links")
    Value(value=nan, note='no links', reachable=nan)
    """
    return Value(math.nan, reason, reachable)


@dataclass(frozen=True)
class Measure:
    """A measure as the registry holds it; calling it gives its parts by name.

    Attributes
    ----------
    func : callable
        ``func(graph)`` or ``func(graph, *, rng)``; a :class:`Value`, or several by the name of the part.
    of : {'layer', 'network', 'graph'}
        What `graph` is.
    formula, bounds, cost, undefined : str
        What is computed, its range, its cost, and what degenerate graphs give: for the documentation.
    reads : frozenset of str
        Which ``FACTS`` the value depends on. A null model that keeps all of them cannot change it.
    seconds : callable
        ``seconds(graph)``, a rough estimate on one core.
    usual : bool
        Whether :func:`netsparse.measures.table` computes it unasked.

    Examples
    --------
    >>> import netsparse as ns
    >>> layer = ns.BipartiteLayer.from_links([0, 1], [0, 2], [0.5, 1.0], shape=(2, 4))
    >>> ns.measures.MEASURES["density"](layer)
    {'': Value(value=0.25, note='', reachable=nan)}
    """

    func: Callable[..., Value | Mapping[str, Value]]
    of: str
    formula: str
    bounds: str
    cost: str
    undefined: str
    reads: frozenset[str]
    seconds: Callable[[Any], float]
    usual: bool = True

    def __post_init__(self):
        if self.of not in KINDS:
            raise unknown("kind of graph", self.of, KINDS)
        for fact in self.reads.difference(FACTS):
            raise unknown("fact", fact, FACTS)

    @property
    def needs(self) -> frozenset[str]:
        """What it is of and what it reads, for the tables of the documentation."""
        return self.reads | {self.of}

    @property
    def draws(self) -> bool:
        """Whether it uses random numbers."""
        return "rng" in inspect.signature(self.func).parameters

    def __call__(self, graph, *, rng=None) -> dict[str, Value]:
        found = self.func(graph, rng=rng) if self.draws else self.func(graph)
        return {"": found} if isinstance(found, Value) else dict(found)


class MeasureRegistry(Registry[Measure]):
    """The registry of measures; `define` makes a function one of them.

    Examples
    --------
    >>> registry = MeasureRegistry("measure")
    >>> @registry.define("links", of="layer", formula="m", reads={"size"})
    ... def n_links(layer):
    ...     '''Return the number of links.'''
    ...     return Value(float(layer.n_links))
    >>> registry.table()[0].summary
    'Return the number of links. Formula: m.'
    """

    def define(
        self,
        name: str,
        *,
        of: str,
        formula: str,
        reads: frozenset[str] | set[str],
        bounds: str = "",
        cost: str = "",
        undefined: str = "",
        seconds: Callable[[Any], float] = lambda graph: 0.0,
        usual: bool = True,
    ) -> Callable[[Callable], Callable]:
        """Return a decorator that registers a function as a measure and leaves it as it is.

        Parameters are the attributes of :class:`Measure`; the source is the docstring's references.
        """

        def add(function: Callable) -> Callable:
            about = Measure(function, of, formula, bounds, cost, undefined, frozenset(reads), seconds, usual)
            self.register(name, about, summary=_described(function, about))
            return function

        return add


def _described(function: Callable, about: Measure) -> str:
    """Return what there is to say about a measure as one sentence or a few."""
    first = (inspect.getdoc(function) or "").partition("\n")[0].rstrip(".")
    about_it = {"Formula": about.formula, "Range": about.bounds, "Degenerate": about.undefined, "Cost": about.cost}
    return " ".join([f"{first}.", *(f"{what}: {text}." for what, text in about_it.items() if text)])


MEASURES = MeasureRegistry("measure")
"""All measures by name: :class:`netsparse.measures.Measure` objects."""


def register(name: str, **about: Any) -> Callable[[Callable], Callable]:
    """Make a function a measure, see ``MeasureRegistry.define``: a new one takes this one line.

    Examples
    --------
    >>> import netsparse as ns
    >>> @ns.measures.register("mean-weight", of="layer", formula="sum w / m", reads={"weights"})
    ... def mean_weight(layer):
    ...     '''Return the mean weight.'''
    ...     return ns.measures.Value(float(layer.weights.mean()))
    >>> "mean-weight" in ns.measures.MEASURES
    True
    >>> ns.measures.MEASURES.unregister("mean-weight")
    """
    return MEASURES.define(name, **about)

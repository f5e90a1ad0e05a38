"""The table of measures: every measure of every network and layer, beside a null model."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator, Mapping
from os import PathLike
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from netsparse.errors import InvalidType, check_count, check_number
from netsparse.generate import NULL_MODELS, NullModel
from netsparse.measures.cells import Cell, compute
from netsparse.measures.kept import KeptCells
from netsparse.measures.registry import MEASURES
from netsparse.measures.subjects import Subject, subjects

if TYPE_CHECKING:
    import pandas

    from netsparse.graph import BipartiteLayer, LayeredNetwork

COLUMNS = (
    "network", "layer", "measure", "part", "value", "null_mean", "null_deviation", "z", "p", "reachable",
    "null_reachable", "seconds", "note",
)  # fmt: skip


def table(
    networks: LayeredNetwork | BipartiteLayer | Mapping[str, Any] | Iterable[Any],
    names: Iterable[str] | None = None,
    null: str | NullModel | Callable | None = None,
    samples: int = 20,
    budget: float = 60.0,
    out: str | PathLike | None = None,
    n_jobs: int = 1,
    rng=None,
) -> pandas.DataFrame:
    """Return every measure of every network, of each of its layers but the readout, beside a null model.

    Parameters
    ----------
    networks : LayeredNetwork, BipartiteLayer, graph, several of them, or a mapping of names to them
        Graphs are those of networkx and igraph, and symmetric sparse adjacencies, which are of one kind of nodes and
        get the measures of such.
    names : iterable of str, optional
        Measures in :data:`netsparse.measures.MEASURES`; by default those that are `usual`.
    null : str, NullModel or callable, optional
        A name in :data:`netsparse.generate.NULL_MODELS`, or ``draw(graph, *, rng)`` of your own, itself or as
        ``package.module:function``.
    samples : int, default 20
        Null samples of each layer and network; all measures see the same ones.
    budget : float, default 60
        Seconds that a measure of one layer or network may take, null samples included, by its own estimate. What
        would take longer is left out with a note, unless `names` asks for it.
    out : path-like, optional
        Folder for each finished cell; the same call with the same seed goes on where it was stopped.
    n_jobs : int, default 1
        As in joblib; within ``joblib.parallel_config`` on whatever backend it names.
    rng : numpy.random.Generator or seed, optional
        With a seed, the result does not depend on `n_jobs`, nor on which other measures are asked for.

    Returns
    -------
    pandas.DataFrame
        Tidy, a row per network, layer (missing for what is of the whole network), measure and part of it: value,
        null_mean, null_deviation, z, p (one-sided: the share of samples with at least this value, the observed one
        counted), reachable and null_reachable (the share of pairs the value is about, where it is about some), seconds
        (of the whole measure), note.

    Raises
    ------
    TypeError, ValueError
        If a name is unknown, a network is none, or a number makes no sense; before any work.

    Notes
    -----
    A bar on a terminal tells how long it will take.

    Examples
    --------
    >>> import netsparse as ns
    >>> network = ns.generate.erdos_renyi((20, 15, 5), density=0.2, rng=0)
    >>> frame = ns.measures.table(network, names=["density", "robins-alexander"], null="curveball", samples=5, rng=0)
    >>> dict(zip(frame.measure, frame.note))
    {'density': 'the null model keeps all that it depends on', 'robins-alexander': ''}
    """
    model = null_model(null)
    samples = check_count("samples", samples, at_least=1) if model is not None else 0
    budget = check_number("budget", budget, above=0)
    asked = _checked_names(names)
    seed = int(np.random.default_rng(rng).integers(2**62))
    cells = _cells(subjects(networks), asked, model, samples, seed)
    kept = None
    if out is not None:
        settings = {"null": _name_of(null), "samples": samples, "seed": seed}
        kept = KeptCells(Path(out), settings)
    rows = {id(cell): [_skipped(cell, budget)] for cell in cells if asked is None and cell.seconds > budget}
    rows |= {id(cell): found for cell in cells if kept and (found := kept.rows(cell)) is not None}
    todo = [cell for cell in cells if id(cell) not in rows]
    for cell, found in _computed(todo, n_jobs):
        rows[id(cell)] = found
        if kept:
            kept.keep(cell, found)
    return _frame(cells, rows)


def null_model(null: str | NullModel | Callable | None) -> NullModel | None:
    """Return a null model by its name, or that of a function ``draw(graph, *, rng)``.

    Examples
    --------
    >>> null_model("curveball").keeps == {"size", "degrees", "weights"}
    True
    """
    if isinstance(null, str):
        null = NULL_MODELS.resolve(null, trusted=True)
    if null is None or isinstance(null, NullModel):
        return null
    if not callable(null):
        raise InvalidType(
            f"null must be a name, a NullModel or a function, got {type(null).__name__}", parameter="null"
        )
    return NullModel(null)


def _name_of(null: str | NullModel | Callable | None) -> str | None:
    """Return what a null model is called, the same in every process."""
    if null is None or isinstance(null, str):
        return null
    draw = null.draw if isinstance(null, NullModel) else null
    return f"{getattr(draw, '__module__', '')}:{getattr(draw, '__qualname__', type(draw).__name__)}"


def _checked_names(names: Iterable[str] | None) -> list[str] | None:
    if names is None:
        return None
    return [MEASURES.entry(name).name for name in ([names] if isinstance(names, str) else names)]


def _cells(
    found: list[Subject], asked: list[str] | None, null: NullModel | None, samples: int, seed: int
) -> list[Cell]:
    names = [name for name, about in MEASURES.items() if about.usual] if asked is None else asked
    return [
        Cell(name, MEASURES[name], subject, null, samples, seed)
        for subject in found
        for name in names
        if MEASURES[name].of == subject.of
    ]


def _skipped(cell: Cell, budget: float) -> dict[str, Any]:
    note = f"skipped: about {cell.seconds:.0f} s, more than the budget of {budget:g} s; ask for it by name"
    return {"part": "", "value": math.nan, "seconds": 0.0, "note": note}


def _computed(cells: list[Cell], n_jobs: int) -> Iterator[tuple[Cell, list[dict[str, Any]]]]:
    """Yield each cell as it ends, with its rows; a bar counts the estimated seconds."""
    import joblib
    from tqdm import tqdm

    by_place = dict(enumerate(cells))
    pool = joblib.Parallel(n_jobs=n_jobs, return_as="generator_unordered")
    with tqdm(total=100, disable=None, unit="%", bar_format=_BAR, leave=False) as bar:
        total = sum(cell.seconds for cell in cells) + 1e-3 * len(cells)
        for place, rows in pool(joblib.delayed(_compute_at)(place, cell) for place, cell in by_place.items()):
            cell = by_place[place]
            bar.set_postfix_str(cell.name, refresh=False)
            bar.update(100 * (cell.seconds + 1e-3) / total)
            yield cell, rows


_BAR = "{percentage:3.0f} % |{bar}| {elapsed} gone, {remaining} left, {postfix}"


def _compute_at(place: int, cell: Cell) -> tuple[int, list[dict[str, Any]]]:
    return place, compute(cell)[1]


def _frame(cells: list[Cell], rows: Mapping[int, list[dict[str, Any]]]) -> pandas.DataFrame:
    import pandas as pd

    records = [
        {"network": cell.subject.network, "layer": cell.subject.layer, "measure": cell.name, **row}
        for cell in cells
        for row in rows[id(cell)]
    ]
    frame = pd.DataFrame(records, columns=list(COLUMNS))
    return frame.astype({"layer": "Int64"})

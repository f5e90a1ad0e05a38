"""How well methods find links that were held out of a graph."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from time import perf_counter
from typing import TYPE_CHECKING, Any

import numpy as np

from netsparse.errors import InvalidValue, check_count
from netsparse.linkpred.held_out import Split, hold_out
from netsparse.linkpred.methods import METHODS
from netsparse.linkpred.pairs import Pairs, as_graph
from netsparse.linkpred.quality import QUALITIES
from netsparse.linkpred.ranking import Ranking
from netsparse.linkpred.ties import TIES

if TYPE_CHECKING:
    import pandas

CONFIDENCE = 0.95


def evaluate(
    graph: Any,
    methods: Sequence[str],
    *,
    share: float = 0.1,
    repeats: int = 10,
    keep_last: bool = False,
    ties: str = "random",
    progress: Callable[[], object] | None = None,
    rng=None,
) -> pandas.DataFrame:
    """Hold links out of a graph, rank all pairs that are not linked by what is left, and see where the links stand.

    In each repeat the same links are held out for all methods. Candidates are the non-links of the graph and the links
    that were held out: in a layer, all such pairs of a row and a column.

    Parameters
    ----------
    graph : BipartiteLayer, or scipy sparse adjacency, networkx.Graph, igraph.Graph
        A layer or a monopartite graph; only its links matter, not their weights.
    methods : sequence of str
        Names in :data:`netsparse.linkpred.METHODS`, each once.
    share : float, default 0.1
        Share of the links to hold out, uniformly at random.
    repeats : int, default 10
        How many times, each with other links.
    keep_last : bool, default False
        Whether every node that has a link keeps one.
    ties : str
        What decides between equal scores, a name in :data:`netsparse.linkpred.TIES`. What it leaves equal is ranked
        alike: no quality depends on the order of equal candidates.
    progress : function, optional
        Called after each method of each repeat.
    rng : numpy.random.Generator or seed, optional

    Returns
    -------
    pandas.DataFrame
        A row per method and repeat: ``method``, ``repeat``, ``held_out``, ``candidates``, a column per entry of
        :data:`netsparse.linkpred.QUALITIES` and ``seconds``. See :func:`summarise` for means and intervals.

    Raises
    ------
    ValueError
        If a name is unknown, is given twice or is not for graphs of this kind, or the share holds out no link.

    Notes
    -----
    Time as :func:`scores`, once per method and repeat, and O(candidates) for the ranking; memory O(links + distinct
    scores). Ties by SPcorr take O(nodes^2) memory and O(nodes^3) time.

    Examples
    --------
    >>> import networkx as nx, netsparse as ns
    >>> layer = ns.as_layer(nx.davis_southern_women_graph())
    >>> table = ns.linkpred.evaluate(layer, ["ch3-l3", "random"], repeats=20, rng=0)
    >>> table.groupby("method")["auc-roc"].mean().round(2).to_dict()
    {'ch3-l3': 0.8, 'random': 0.5}
    """
    import pandas as pd

    graph, breaking = as_graph(graph), TIES[ties]
    for method in methods:
        METHODS[method].check(graph)
    if len(set(methods)) < len(methods) or not methods:
        raise InvalidValue(f"methods must be one or more, each once, got {list(methods)}", parameter="methods")
    seeds = np.random.default_rng(rng).integers(2**63, size=check_count("repeats", repeats, at_least=1))
    rows = []
    for repeat, seed in enumerate(seeds):
        split = hold_out(graph, share, keep_last=keep_last, rng=np.random.default_rng(seed))
        for method in methods:
            rows.append({"method": method, "repeat": repeat, **_qualities(split, method, breaking, seed)})
            if progress is not None:
                progress()
    return pd.DataFrame(rows)


def _qualities(split: Split, method: str, breaking, seed: int) -> dict[str, float]:
    start = perf_counter()
    scorer, pairs = METHODS[method], Pairs.of(split.graph)
    n_candidates = pairs.n_possible - pairs.n_linked
    stream = breaking.refined(split.graph, scorer, scorer.candidates(split.graph, rng=np.random.default_rng(seed)))
    ranking = Ranking.of_stream(stream, split.held_out, n_candidates)
    found = {name: quality(ranking) for name, quality in QUALITIES.items()}
    counts = {"held_out": split.held_out.size, "candidates": n_candidates}
    return {**counts, **found, "seconds": perf_counter() - start}


def summarise(table: pandas.DataFrame) -> pandas.DataFrame:
    """Return the mean of each quality over the repeats of an evaluation, with its interval.

    Parameters
    ----------
    table : pandas.DataFrame
        What :func:`evaluate` returned.

    Returns
    -------
    pandas.DataFrame
        A row per method and quality: ``method``, ``quality``, ``mean``, ``low`` and ``high``, the two-sided 95 %
        Student t interval, NaN from one repeat, and ``repeats``.

    Examples
    --------
    >>> import pandas as pd
    >>> summarise(pd.DataFrame({"method": ["l3"] * 3, "mcc": [0.1, 0.2, 0.3]})).round(3)
      method quality  mean    low   high  repeats
    0     l3     mcc   0.2 -0.048  0.448        3
    """
    import pandas as pd

    qualities = [name for name in QUALITIES if name in table]
    groups = table.groupby("method", sort=False)
    return pd.DataFrame(
        {"method": method, "quality": name, **_interval(group[name].to_numpy())}
        for method, group in groups
        for name in qualities
    )


def _interval(values: np.ndarray) -> dict[str, float]:
    from scipy import stats

    n, mean = values.size, float(values.mean())
    half = np.nan
    if n > 1:
        half = float(values.std(ddof=1)) / n**0.5 * stats.t.isf((1 - CONFIDENCE) / 2, n - 1)
    return {"mean": mean, "low": mean - half, "high": mean + half, "repeats": n}

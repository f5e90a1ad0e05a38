"""Null models and measures against igraph, networkx and plain Python.

The randomisers leave about the same share of links where they were, which the note says: a round of ours lets every
row trade once, igraph swaps the ends of links.
"""

from __future__ import annotations

import random
from collections.abc import Callable

import igraph
import networkx as nx
import numpy as np
import pandas as pd

from analysis.benchmarks.common import alternate, report, table
from netsparse import BipartiteLayer, generate, measures
from netsparse.graph.keys import layer_keys
from netsparse.measures.igraph_graphs import as_igraph

PAPER = ((784, 1000, 1000, 1000, 10), 0.01)
ROUNDS, SWAPS_PER_LINK = 10, 3


def run(quick: bool) -> pd.DataFrame:
    """Time the curveball, single measures and the whole table; print and write the result."""
    layer = generate.erdos_renyi((1000, 1000), 0.01, readout=0, rng=0).layers[0]
    repeats = 3 if quick else 10
    frames = [_randomisers(layer, repeats), *_measures(layer, 1 if quick else 3), _table(quick)]
    if not quick:
        frames.append(_million())
    return report("measures", pd.concat(frames, ignore_index=True), quick=quick)


def _randomisers(layer: BipartiteLayer, repeats: int) -> pd.DataFrame:
    ends = np.column_stack([layer.rows, layer.columns + layer.shape[0]])
    digraph = igraph.Graph(n=sum(layer.shape), edges=ends, directed=True)  # undirected, it would mix the sides

    def swaps() -> np.ndarray:
        graph = digraph.copy()
        graph.rewire(n=SWAPS_PER_LINK * layer.n_links)
        found = np.array(graph.get_edgelist())
        return found[:, 0] * layer.shape[1] + found[:, 1] - layer.shape[0]

    contenders = {
        "netsparse": lambda: layer_keys(generate.curveball(layer, rounds=ROUNDS, rng=0)),
        "igraph rewire": swaps,
        "plain Python curveball": lambda: _plain_curveball(layer, ROUNDS),
    }
    kept = {name: np.isin(draw(), layer_keys(layer)).mean() for name, draw in contenders.items()}
    found = table("curveball, 1000 x 1000, 10,000 links", alternate(contenders, repeats))
    return found.assign(note=[f"{kept[name]:.3f} of the links kept" for name in found.contender])


def _plain_curveball(layer: BipartiteLayer, rounds: int) -> np.ndarray:
    rows = [set(part.tolist()) for part in np.split(layer.columns, layer.indptr[1:-1])]
    draw = random.Random(0)
    for _ in range(rounds):
        order = draw.sample(range(len(rows)), len(rows))
        for a, b in zip(order[::2], order[1::2], strict=False):
            both = rows[a] & rows[b]
            pool = list(rows[a] ^ rows[b])
            draw.shuffle(pool)
            n = len(rows[a]) - len(both)
            rows[a], rows[b] = both | set(pool[:n]), both | set(pool[n:])
    return np.array([i * layer.shape[1] + j for i, row in enumerate(rows) for j in row])


def _measures(layer: BipartiteLayer, repeats: int) -> list[pd.DataFrame]:
    graph, flat = layer.to_networkx(), as_igraph(layer)
    bipartite = nx.bipartite

    def lengths() -> float:
        return sum(sum(found.values()) for _, found in nx.all_pairs_shortest_path_length(graph))

    cases: dict[str, dict[str, Callable[[], object]]] = {
        "Robins-Alexander": {
            "netsparse": lambda: measures.robins_alexander(layer),
            "networkx": lambda: bipartite.robins_alexander_clustering(graph),
        },
        "Latapy, three modes": {
            "netsparse": lambda: measures.latapy(layer),
            "networkx": lambda: [bipartite.average_clustering(graph, mode=m) for m in ("dot", "min", "max")],
        },
        "path lengths": {
            "netsparse": lambda: measures.path_lengths(layer),
            "networkx": lengths,
            "igraph": lambda: flat.average_path_length(),
        },
        "core numbers": {
            "netsparse": lambda: measures.core_numbers(layer),
            "networkx": lambda: nx.core_number(graph),
        },
    }
    found = []
    for case, contenders in cases.items():
        contenders["netsparse"]()
        found.append(table(f"{case}, 1000 x 1000, 10,000 links", alternate(contenders, repeats)))
    return found


def _table(quick: bool) -> pd.DataFrame:
    network = generate.erdos_renyi(*PAPER, rng=0)
    measures.table(generate.erdos_renyi((9, 8, 7), 0.5, rng=0), null="curveball", samples=1, rng=0)  # compiles
    contenders = {"netsparse": lambda: measures.table(network, rng=0)}
    if not quick:
        contenders["netsparse, 20 null samples"] = lambda: measures.table(network, null="curveball", rng=0)
    return table("default table, paper's network", alternate(contenders, 1))


def _million() -> pd.DataFrame:
    network = generate.erdos_renyi((10_000, 10_000), 0.01, readout=0, rng=0)
    return table("default table, a million links", alternate({"netsparse": lambda: measures.table(network, rng=0)}, 1))

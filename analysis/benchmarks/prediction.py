"""What every method of link prediction costs, on layers as wide as those of transformers, and on a graph of 10^5 links.

An update's regrowth is `top_links` of 30 % of the links. Beside the path-based scores stand the walks that sparse
layers are scored by, beside the node-based ones the products by BLAS; before anything is timed, all must find the same
scores. networkx and igraph have no method for the two sides of a layer, nor any of paths of length 3: on the graph,
they score common neighbours, by a rule of the same cost, from some nodes, and their times are extrapolated.
"""

from __future__ import annotations

import networkx as nx
import numpy as np
import pandas as pd
from scipy import sparse

from analysis.benchmarks.common import alternate, report, table
from analysis.benchmarks.linkpred import with_hubs
from netsparse import BipartiteLayer, generate, linkpred
from netsparse.linkpred.monopartite import MonopartiteGraph, as_monopartite

OURS = "netsparse"
BARS = {"ch2-l3n": 0.2, "ch3-l3n": 0.2, "ch1-l3": 1.0, "ch2-l3": 1.0, "ch3-l3": 1.0, "ch3.1-l3": 1.0, "ilcl-l3": 1.0}
LARGEST_CUBIC = 200  # neurons of a side: structural perturbation takes minutes on the others
WIDE = "512 x 2048, density 0.1"


def run(quick: bool) -> pd.DataFrame:
    """Time all methods on layers, ties by SPcorr, and evaluations of a graph; print and write the table."""
    repeats = 2 if quick else 7
    wide = _random_layer((512, 2048), 0.1)
    layers = {
        WIDE: wide,
        "1000 x 1000, hubs": with_hubs(_random_layer((1000, 1000), 0.01), 10),
        "200 x 200, density 0.05": _random_layer((200, 200), 0.05),
    }
    frames = [
        *(_rules(case, layer, repeats) for case, layer in layers.items()),
        *_rivals(wide, repeats),
        _ties(repeats),
        *_graph(MonopartiteGraph.from_links(*_scale_free(2_000 if quick else 20_000)), 2 if quick else 3, quick),
    ]
    return report("prediction", pd.concat(frames, ignore_index=True), quick=quick)


def _random_layer(shape: tuple[int, int], density: float) -> BipartiteLayer:
    return generate.erdos_renyi(shape, density, readout=0, rng=0).layers[0]


def _scale_free(nodes: int) -> tuple[np.ndarray, np.ndarray, int]:
    return *np.array(nx.barabasi_albert_graph(nodes, 5, seed=0).edges()).T, nodes


def _rules(case: str, layer: BipartiteLayer, repeats: int) -> pd.DataFrame:
    """Time the regrowth of 30 % of the links by every rule, beside that by CH3-L3."""
    n = layer.n_links * 3 // 10
    names = [name for name, method in linkpred.METHODS.items() if method.on_layers]
    if max(layer.shape) > LARGEST_CUBIC:
        names.remove("structural-perturbation")
    contenders = {name: _regrowth(layer, n, name) for name in names}
    contenders["ch3-l3, soft"] = lambda: linkpred.top_links(layer, n, "ch3-l3", selection="soft", rng=0)
    frame = table(case, alternate(contenders, repeats), ours="ch3-l3", note="update by each rule")
    return frame.assign(bar=frame.contender.map(BARS).where(frame.case == WIDE))


def _regrowth(layer: BipartiteLayer, n: int, method: str):
    return lambda: linkpred.top_links(layer, n, method, rng=0)


def _rivals(layer: BipartiteLayer, repeats: int) -> list[pd.DataFrame]:
    """Time the scores of a wide layer beside other ways to find them."""
    pairs = {
        "ch3-l3": ("walks", lambda: _all_scores(layer, "ch3-l3", "walks")),
        "ch3-l3n": ("numpy, BLAS products", lambda: blas_nodes(layer)),
    }
    frames = []
    for method, (rival, run_rival) in pairs.items():
        np.testing.assert_allclose(run_rival(), _all_scores(layer, method), rtol=1e-9, atol=1e-9)
        contenders = {OURS: lambda method=method: _all_scores(layer, method), rival: run_rival}
        frames.append(table(f"{WIDE}, scores alone", alternate(contenders, repeats), note=method))
    return frames


def _all_scores(layer: BipartiteLayer, method: str, strategy: str | None = None) -> np.ndarray:
    scores = np.zeros(layer.shape)
    for batch in linkpred.METHODS[method].of_layer(layer, strategy=strategy):
        scores.flat[batch.pairs] = batch.scores
    return scores


def blas_nodes(layer: BipartiteLayer) -> np.ndarray:
    """CH3-L3n of all pairs by four products of dense matrices: G A + A F, with G and F from co-degrees."""
    links = sparse.csr_array((np.ones(layer.n_links), layer.columns, layer.indptr), shape=layer.shape).toarray()
    counts = links.astype(np.float32)  # whole numbers, so that single precision is exact
    scores = links @ _factors(counts.T @ counts) + _factors(counts @ counts.T).T @ links
    scores[links > 0] = 0
    return scores


def _factors(shared: np.ndarray) -> np.ndarray:
    """Return 1 / (1 + e) of each node a on paths to v, 0 where there is none."""
    external = (np.diag(shared)[:, None] - shared).astype(np.float64)
    return np.divide(1, external, out=np.zeros(shared.shape), where=(shared > 0) & (external > 0))


def _ties(repeats: int) -> pd.DataFrame:
    layer = _random_layer((300, 300), 0.03)
    contenders = {
        ties: lambda ties=ties: linkpred.top_links(layer, 800, "ch3-l3", ties=ties, rng=0) for ties in linkpred.TIES
    }
    return table("300 x 300, density 0.03", alternate(contenders, repeats), ours="random", note="ties of CH3-L3")


def _graph(graph: MonopartiteGraph, repeats: int, quick: bool) -> list[pd.DataFrame]:
    """Time evaluations, and the scores behind one beside networkx and igraph."""
    case = f"graph of {graph.n_nodes:,} nodes, {graph.n_links:,} links"
    methods = ["ra-l2", "ch3-l2", "l3", "ch3-l3"]
    linkpred.evaluate(as_monopartite(nx.path_graph(30)), methods, repeats=1)
    contenders = {name: lambda name=name: linkpred.evaluate(graph, [name], repeats=1, rng=0) for name in methods}
    evaluations = table(case, alternate(contenders, repeats), ours="ra-l2", note="one repeat of an evaluation")
    seconds = alternate({OURS: lambda: linkpred.scores(graph, "ra-l2")}, repeats) | _others(graph, 4 if quick else 20)
    return [evaluations, table(case, seconds, note="common neighbours, all pairs; the others extrapolated")]


def _others(graph: MonopartiteGraph, n_nodes: int) -> dict[str, list[float]]:
    """Time the others on pairs of some nodes, and extrapolate."""
    import igraph

    links = list(zip(*(side.tolist() for side in graph.links), strict=True))
    as_nx, as_igraph = nx.Graph(links), igraph.Graph(graph.n_nodes, links)
    nodes = np.random.default_rng(0).choice(graph.n_nodes, n_nodes, replace=False).tolist()
    pairs = [(u, v) for u in nodes for v in range(graph.n_nodes) if u != v and not as_nx.has_edge(u, v)]
    _check(graph, as_nx, pairs[:2000])
    seconds = alternate(
        {
            "networkx, resource allocation": lambda: sum(x for *_, x in nx.resource_allocation_index(as_nx, pairs)),
            "igraph, inverse log-weighted": lambda: as_igraph.similarity_inverse_log_weighted(nodes),
        },
        2,
    )
    shares = {
        "networkx, resource allocation": len(pairs) / (graph.n_nodes * (graph.n_nodes - 1) / 2 - graph.n_links),
        "igraph, inverse log-weighted": len(nodes) / graph.n_nodes,
    }
    return {name: [value / shares[name] for value in times] for name, times in seconds.items()}


def _check(graph: MonopartiteGraph, as_nx: nx.Graph, pairs: list[tuple[int, int]]) -> None:
    """Raise an error unless networkx finds our scores."""
    ours = linkpred.scores(graph, "ra-l2")
    theirs = [score for *_, score in nx.resource_allocation_index(as_nx, pairs)]
    np.testing.assert_allclose([ours[pair] for pair in pairs], theirs, rtol=1e-9, atol=1e-12)

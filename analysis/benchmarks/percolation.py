"""Percolation curves at full resolution against graph-tool, and against recomputation at every removal.

graph-tool computes the largest component along an order in linear time, as netsparse does, in a process of its own.
igraph, networkx and scipy have no such function: they recompute the state after every removal. A few states spread
over the order are timed, and the time of the whole curve is their mean times the number of removals. igraph and
networkx delete one link and ask again, scipy, which cannot delete, builds the matrix of the links that are left.
"""

from __future__ import annotations

from collections.abc import Callable

import igraph
import networkx as nx
import numpy as np
import pandas as pd
from scipy import sparse
from scipy.sparse import csgraph

from analysis.benchmarks import graph_tool_rival
from analysis.benchmarks.common import alternate, report, table
from netsparse import LayeredNetwork, generate, percolation
from netsparse.percolation.order import link_ends

Contender = Callable[[], object]
RECOMPUTATION = "recomputation at every removal"

PAPER = ((784, 1000, 1000, 1000, 10), 0.01)
MILLION = ((58_000, 58_000, 58_000, 58_000, 10), 140_000 / 58_000**2)


def run(quick: bool) -> pd.DataFrame:
    """Time every percolation tool beside its rivals; print and write the table."""
    paper, states = generate.erdos_renyi(*PAPER, rng=0), 5 if quick else 20
    frames = [
        _curves("paper's network", paper, "paths", states, {"igraph": _igraph, "networkx": _networkx, "scipy": _scipy}),
        _curves("paper's network", paper, "components", states, {"igraph": _igraph, "scipy": _scipy}),
        _curves("paper's network", paper, "pairs", 2 if quick else 5, {"scipy": _scipy}),
        _cuts(paper),
        _reachability(paper),
        *_linear("paper's network", paper),
    ]
    if not quick:
        million = generate.erdos_renyi(*MILLION, rng=0)
        frames.append(_curves("a million links", million, "paths", 3, {"igraph": _igraph, "scipy": _scipy}))
        frames.append(_curves("a million links", million, "components", 3, {"igraph": _igraph, "scipy": _scipy}))
        frames.extend(_linear("a million links", million))
    return report("percolation", pd.concat(frames, ignore_index=True), quick=quick)


def _curves(
    name: str,
    network: LayeredNetwork,
    quantity: str,
    n_states: int,
    rivals: dict[str, Callable[[LayeredNetwork, np.ndarray, np.ndarray, str], Contender]],
) -> pd.DataFrame:
    """Time one curve over all links; the times of recomputation are extrapolated from a few states."""
    order = np.random.default_rng(0).permutation(network.n_links)
    states = ((np.arange(n_states) + 0.5) / n_states * order.size).astype(int)  # the midpoint rule
    contenders = {f"{label}, {RECOMPUTATION}": make(network, order, states, quantity) for label, make in rivals.items()}
    extrapolated = set(contenders)
    contenders["netsparse"] = lambda: percolation.curve(network, order, quantities=quantity)
    for contender in contenders.values():
        contender()
    seconds = alternate(contenders, repeats=5)
    for label in extrapolated:
        seconds[label] = [time * order.size / n_states for time in seconds[label]]
    return table(
        f"{quantity}, {name}, {order.size} removals",
        seconds,
        note=f"recomputation extrapolated from {n_states} states",
    )


def _linear(name: str, network: LayeredNetwork) -> list[pd.DataFrame]:
    """Time the largest component along orders of links and of neurons beside graph-tool, if it is there."""
    if not graph_tool_rival.is_installed():
        print(graph_tool_rival.MISSING, flush=True)
        return []
    return [_against_graph_tool(name, network, kind) for kind in ("links", "neurons")]


def _against_graph_tool(name: str, network: LayeredNetwork, kind: str) -> pd.DataFrame:
    """Time one curve by both, checks of the order and the second moment included on our side alone."""
    order = np.random.default_rng(0).permutation(network.n_links if kind == "links" else sum(network.sizes))

    def ours() -> percolation.PercolationCurve:
        return percolation.curve(network, order, kind=kind, quantities="components")

    with graph_tool_rival.graph_tool(network, order, kind) as theirs:
        contenders = {graph_tool_rival.LABEL: theirs, "netsparse": ours}
        alternate(contenders, repeats=1)
        seconds = alternate(contenders, repeats=15)
    case = f"components, {name}, {order.size} {kind} removed in linear time"
    return table(case, seconds, note="ours with the second moment")


def _igraph(network: LayeredNetwork, order: np.ndarray, states: np.ndarray, quantity: str) -> Contender:
    """Delete one more link from the graph of each state and ask again."""
    sources, targets = link_ends(network)
    graphs = []
    for k in states:
        left = order[k:]
        edges = np.stack([sources[left], targets[left]], axis=1)
        terminals = _terminal_edges(network)
        graphs.append(igraph.Graph(n=sum(network.sizes) + 2, edges=np.concatenate([terminals, edges]), directed=True))
    source = sum(network.sizes)

    def paths(graph: igraph.Graph) -> set[int]:
        return set(graph.subcomponent(source, mode="out")) & set(graph.subcomponent(source + 1, mode="in"))

    def components(graph: igraph.Graph) -> list[int]:
        return graph.connected_components(mode="weak").sizes()

    return _after_one_removal(graphs, {"paths": paths, "components": components}[quantity], _drop_last_edge)


def _networkx(network: LayeredNetwork, order: np.ndarray, states: np.ndarray, quantity: str) -> Contender:
    """Delete one more link from the graph of each state and ask for the directed paths again."""
    sources, targets = link_ends(network)
    source, graphs = sum(network.sizes), []
    for k in states:
        graph = nx.DiGraph()
        graph.add_nodes_from(range(source + 2))
        graph.add_edges_from(_terminal_edges(network).tolist())
        graph.add_edges_from(np.stack([sources[order[k:]], targets[order[k:]]], axis=1).tolist())
        graphs.append(graph)

    def paths(graph: nx.DiGraph) -> set[int]:
        return nx.descendants(graph, source) & nx.ancestors(graph, source + 1)

    return _after_one_removal(graphs, paths, lambda graph: graph.remove_edge(*next(iter(graph.edges))))


def _drop_last_edge(graph: igraph.Graph) -> None:
    graph.delete_edges(graph.ecount() - 1)


def _after_one_removal(graphs: list, ask: Callable, remove: Callable) -> Contender:
    def contender() -> None:
        for graph in graphs:
            remove(graph)
            ask(graph)

    return contender


def _scipy(network: LayeredNetwork, order: np.ndarray, states: np.ndarray, quantity: str) -> Contender:
    """Build the matrix of the links that are left at each state and ask csgraph."""
    sources, targets = link_ends(network)
    extra, n = _terminal_edges(network), sum(network.sizes)

    def matrix(k: int, terminals: bool) -> sparse.csr_array:
        left = order[k:]
        ends = (sources[left], targets[left])
        if terminals:
            ends = tuple(np.concatenate([own, added]) for own, added in zip(ends, extra.T, strict=True))
        return sparse.csr_array((np.ones(ends[0].size), ends), shape=(n + 2, n + 2))

    def paths(k: int) -> np.ndarray:
        graph = matrix(k, terminals=True)
        heard = csgraph.breadth_first_order(graph, n, return_predecessors=False)
        heeded = csgraph.breadth_first_order(graph.T.tocsr(), n + 1, return_predecessors=False)
        return np.intersect1d(heard, heeded)

    def components(k: int) -> np.ndarray:
        return np.bincount(csgraph.connected_components(matrix(k, terminals=False), directed=False)[1])

    def pairs(k: int) -> int:
        backward = matrix(k, terminals=False).T.tocsr()
        heeded = [
            csgraph.breadth_first_order(backward, output, return_predecessors=False)
            for output in range(n - network.sizes[-1], n)
        ]
        return sum(int((neurons < network.sizes[0]).sum()) for neurons in heeded)

    ask = {"paths": paths, "components": components, "pairs": pairs}[quantity]
    return lambda: [ask(k) for k in states]


def _terminal_edges(network: LayeredNetwork) -> np.ndarray:
    """Return edges from a source, node N, to all inputs and from all outputs to a sink, node N + 1."""
    total = sum(network.sizes)
    inputs, outputs = np.arange(network.sizes[0]), np.arange(total - network.sizes[-1], total)
    into = np.stack([np.full(inputs.size, total), inputs], axis=1)
    return np.concatenate([into, np.stack([outputs, np.full(outputs.size, total + 1)], axis=1)])


def _cuts(network: LayeredNetwork) -> pd.DataFrame:
    """Time the minimum link cut, readout and graph building included on both sides."""

    def by_igraph() -> float:
        edges = np.concatenate([np.stack(link_ends(network), axis=1), _terminal_edges(network)])
        capacities = np.ones(len(edges))
        capacities[network.n_links :] = network.n_links + 1
        total = sum(network.sizes)
        graph = igraph.Graph(n=total + 2, edges=edges, directed=True)
        return graph.mincut(total, total + 1, capacities.tolist()).value

    def ours() -> int:
        return percolation.minimum_cut(network, readout=True).size

    size = ours()
    if by_igraph() != size:
        raise AssertionError(f"igraph's minimum cut differs from ours, {size}")
    case = f"minimum link cut, paper's network ({size} links)"
    return table(case, alternate({"igraph": by_igraph, "netsparse": ours}, repeats=5))


def _reachability(network: LayeredNetwork) -> pd.DataFrame:
    """Time one pass of reachability on the intact network, graph building left out for the rivals."""
    order, first = np.arange(network.n_links), np.zeros(1, dtype=int)
    rivals = {"igraph": _igraph, "networkx": _networkx}
    contenders = {label: make(network, order, first, "paths") for label, make in rivals.items()}
    contenders["netsparse"] = lambda: percolation.active_neurons(network)
    seconds = alternate(contenders, repeats=5)
    return table("active neurons, paper's network", seconds, note="rivals: graph already built")

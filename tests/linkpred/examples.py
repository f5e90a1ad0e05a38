"""Graphs that the tests of link prediction share."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np

import netsparse as ns
from netsparse.linkpred.monopartite import MonopartiteGraph

ORACLES = Path(__file__).parents[1] / "oracles"


def oracle(name: str) -> dict:
    """Return the content of a file of published values."""
    return json.loads((ORACLES / f"{name}.json").read_text())


def oracle_layer(content: dict) -> ns.BipartiteLayer:
    """Return the layer that published values are about."""
    rows, columns = np.transpose(content["links"])
    return ns.BipartiteLayer.from_links(rows, columns, np.zeros(len(rows)), (content["rows"], content["columns"]))


def hub_layer(shape=(60, 50), links=700, seed=0) -> ns.BipartiteLayer:
    """A layer with hubs, and with isolated rows and columns: degrees fall off as 1 / rank."""
    rng = np.random.default_rng(seed)
    chance = np.outer(*(1 / np.arange(1, size + 1) for size in shape)).ravel()
    chance.reshape(shape)[-5:] = chance.reshape(shape)[:, -5:] = 0
    pairs = rng.choice(chance.size, links, replace=False, p=chance / chance.sum())
    return ns.BipartiteLayer.from_links(*np.divmod(pairs, shape[1]), np.zeros(links), shape)


def random_graph(n_nodes: int, chance: float, seed: int = 0) -> MonopartiteGraph:
    """Any two of some nodes linked with the same chance."""
    first, second = np.triu_indices(n_nodes, 1)
    linked = np.random.default_rng(seed).random(first.size) < chance
    return MonopartiteGraph.from_links(first[linked], second[linked], n_nodes)


def neighbours(graph: MonopartiteGraph) -> list[set]:
    """Return each node's neighbours as a set."""
    return [set(own.tolist()) for own in np.split(graph.neighbours, graph.starts[1:-1])] if graph.n_nodes else []

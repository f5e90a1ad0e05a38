"""Link prediction on one layer: netsparse beside plain Python, compiled enumeration, dense and sparse products.

Ours is the whole of `top_links` (scores, the best n exactly, ties at random); the rivals only score. Before anything is
timed, all must find the same scores. networkx and igraph have no link prediction between the sides of a layer.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from analysis.benchmarks.common import alternate, report, table
from analysis.benchmarks.linkpred_rivals import dense_products, enumerate_paths, python_rows, sparse_products
from netsparse import BipartiteLayer, generate, linkpred

N_WANTED = 3000
OURS = "netsparse"


def run(quick: bool) -> pd.DataFrame:
    """Time all contenders on fresh layers and on layers with hubs, and ours against links and paths."""
    square = _fresh(1000, 1000)
    cases = {
        "784 x 1000, fresh": _fresh(784, 1000),
        "1000 x 1000, fresh": square,
        "1000 x 1000, hubs forming": with_hubs(square, 6),  # our slowest: hubs, and no small core yet
        "1000 x 1000, hubs": with_hubs(square, 10 if quick else 20),
    }
    if quick:
        del cases["1000 x 1000, hubs forming"]
    for layer in cases.values():
        check_rivals(layer)
    repeats = 2 if quick else 7
    frames = [_contenders(case, layer, repeats, quick) for case, layer in cases.items()]
    frames += [_alone(layer, repeats) for layer in _sizes(quick)]
    return report("linkpred", pd.concat(frames, ignore_index=True), quick=quick)


def with_hubs(layer: BipartiteLayer, rounds: int) -> BipartiteLayer:
    """Return what CH3-L3 regrowth makes of a layer when the removal is random: a dense core between hubs."""
    rng = np.random.default_rng(0)
    for _ in range(rounds):
        left = layer.without_links(rng.choice(layer.n_links, layer.n_links * 3 // 10, replace=False))
        rows, columns, _ = linkpred.top_links(left, layer.n_links - left.n_links, "ch3-l3", rng=rng)
        rows, columns = np.concatenate([left.rows, rows]), np.concatenate([left.columns, columns])
        layer = BipartiteLayer.from_links(rows, columns, np.ones(rows.size), layer.shape)
    return layer


def check_rivals(layer: BipartiteLayer) -> None:
    """Raise an error unless every rival finds our scores."""
    ch3 = linkpred.scores(layer, "ch3-l3").toarray()
    linked_core = np.ix_(layer.row_degrees > 0, layer.column_degrees > 0)
    np.testing.assert_allclose(enumerate_paths(layer), ch3, atol=1e-9)
    np.testing.assert_allclose(dense_products(layer), ch3[linked_core], atol=1e-9)
    np.testing.assert_allclose(sparse_products(layer).toarray(), linkpred.scores(layer, "ra-l3").toarray(), atol=1e-9)
    (by_hand,) = python_rows(layer, [int(layer.row_degrees.argmax())])
    row = ch3[layer.row_degrees.argmax()]
    assert set(by_hand) == set(np.flatnonzero(row).tolist())
    np.testing.assert_allclose(list(by_hand.values()), row[list(by_hand)], atol=1e-9)


def _fresh(rows: int, columns: int, density: float = 0.01) -> BipartiteLayer:
    return generate.erdos_renyi((rows, columns), density, readout=0, rng=0).layers[0]


def _contenders(case: str, layer: BipartiteLayer, repeats: int, quick: bool) -> pd.DataFrame:
    ch3 = {
        OURS: lambda: linkpred.top_links(layer, N_WANTED, "ch3-l3", rng=0),
        "numba, plain enumeration": lambda: enumerate_paths(layer),
        "numpy, dense product a row": lambda: dense_products(layer),
    }
    ra = {
        OURS: lambda: linkpred.top_links(layer, N_WANTED, "ra-l3", rng=0),
        "scipy, sparse products": lambda: sparse_products(layer),
    }
    seconds = alternate(ch3, repeats)
    timed = {"ch3-l3": (seconds | _python(layer, 10 if quick else 100), ""), "ra-l3": (alternate(ra, repeats), "")}
    frames = [table(case, times, note=note).assign(method=method) for method, (times, note) in timed.items()]
    frame = pd.concat(frames).assign(**_size(layer))
    frame.loc[frame.contender == "plain Python", "note"] = "extrapolated from some rows, by their paths"
    return frame


def _python(layer: BipartiteLayer, n_rows: int, repeats: int = 3) -> dict[str, list[float]]:
    """Time plain Python on some rows and extrapolate by the paths that start there."""
    starting = _paths_by_row(layer)
    linked = np.flatnonzero(starting)
    rows = np.random.default_rng(0).choice(linked, min(n_rows, linked.size), replace=False)
    seconds = alternate({"plain Python": lambda: python_rows(layer, rows.tolist())}, repeats)
    share = starting[rows].sum() / starting.sum()
    return {name: [value / share for value in times] for name, times in seconds.items()}


def _alone(layer: BipartiteLayer, repeats: int) -> pd.DataFrame:
    seconds = alternate({OURS: lambda: linkpred.top_links(layer, N_WANTED, "ch3-l3", rng=0)}, repeats)
    rows, columns = layer.shape
    case = f"{rows} x {columns}, density {layer.density:g}"
    return table(case, seconds).assign(method="ch3-l3", **_size(layer))


def _sizes(quick: bool) -> list[BipartiteLayer]:
    widths = (500, 2000) if quick else (250, 500, 2000, 4000)
    densities = (0.02,) if quick else (0.002, 0.005, 0.02, 0.05)
    return [_fresh(n, n) for n in widths] + [_fresh(1000, 1000, density) for density in densities]


def _size(layer: BipartiteLayer) -> dict[str, int]:
    return {"links": layer.n_links, "paths": int(_paths_by_row(layer).sum())}


def _paths_by_row(layer: BipartiteLayer) -> np.ndarray:
    """Return how many paths u - a - b - v start in each row u."""
    onward = np.bincount(layer.columns, (layer.row_degrees - 1)[layer.rows], minlength=layer.shape[1])
    from_link = onward[layer.columns] - (layer.row_degrees - 1)[layer.rows]
    return np.bincount(layer.rows, from_link, minlength=layer.shape[0]).astype(np.int64)

"""The stages of published CHT updates: magnitude removal, chain removal, and regrowth by CH3-L3 with its ties."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

import netsparse as ns
from netsparse.rewire import CLEAN_UPS, REGROWTH, REMOVAL

CONTENT = json.loads((Path(__file__).parents[1] / "oracles" / "cht_update.json").read_text())
UPDATES = CONTENT["runs"][0]["updates"]
LAYERS = [layer for update in UPDATES for layer in update["layers"]]


def pattern(rows: list[str]) -> np.ndarray:
    return np.array([list(map(int, row)) for row in rows], dtype=bool)


def layer_of(mask: np.ndarray, weights=None) -> ns.BipartiteLayer:
    rows, columns = np.nonzero(mask)
    values = np.ones(rows.size) if weights is None else np.array(weights)[rows, columns]
    return ns.BipartiteLayer.from_links(rows, columns, values, mask.shape)


def links(layer: ns.BipartiteLayer) -> set[tuple[int, int]]:
    return set(zip(layer.rows.tolist(), layer.columns.tolist(), strict=True))


@pytest.mark.parametrize("content", LAYERS, ids=range(len(LAYERS)))
def test_the_same_links_are_removed(content):
    before, after = pattern(content["mask_before"]), pattern(content["mask_after_removal"])
    layer = layer_of(before, content["weights_before"])
    gone = REMOVAL["magnitude"](layer, int(before.sum() - after.sum()), rng=np.random.default_rng(0))
    assert links(layer.without_links(gone)) == set(zip(*(side.tolist() for side in np.nonzero(after)), strict=True))


@pytest.mark.parametrize("update", UPDATES, ids=range(len(UPDATES)))
def test_the_same_links_are_left_by_chain_removal(update):
    network = ns.LayeredNetwork([layer_of(pattern(layer["mask_after_removal"])) for layer in update["layers"]])
    cleaned = CLEAN_UPS["chain"](network, ())
    for layer, content in zip(cleaned.network.layers, update["layers"], strict=True):
        assert layer.same_topology(layer_of(pattern(content["mask_after_percolation"])))


@pytest.mark.parametrize("content", LAYERS, ids=range(len(LAYERS)))
def test_the_same_links_grow_and_some_of_the_tied(content):
    layer, n = layer_of(pattern(content["mask_after_percolation"])), content["regrow_count"]
    must, tied = ({tuple(pair) for pair in content[name]} for name in ("must_grow", "tied"))
    seen = set()
    for seed in range(60):
        rows, columns = REGROWTH["ch3-l3"](layer, n, rng=np.random.default_rng(seed))
        grown = set(zip(rows.tolist(), columns.tolist(), strict=True))
        assert len(grown) == n and must <= grown and grown - must <= tied
        assert len(grown - must) == content["choose_from_tied"]
        seen |= grown - must
    assert seen == tied
    *_, scores = ns.linkpred.top_links(layer, n, "ch3-l3", rng=0)
    assert scores[-1] == pytest.approx(content["kth_score"], abs=1e-9)

"""Structural perturbation against published matrices, and as a method."""

from __future__ import annotations

import numpy as np
import pytest

import netsparse as ns
from netsparse.linkpred import method as method_module
from netsparse.linkpred.structural_perturbation import StructuralPerturbation, perturbed
from tests.linkpred.examples import hub_layer, oracle, oracle_layer, random_graph

GRAPHS = oracle("measures_structural")["graphs"]


@pytest.mark.parametrize("name", GRAPHS)
def test_the_perturbed_adjacency_is_the_published_one(name):
    content = GRAPHS[name]
    rows, size = content["rows"], content["rows"] + content["columns"]
    links = np.transpose(content["links"]) + np.array([[0], [rows]])
    adjacency = np.zeros((size, size))
    adjacency[links[0], links[1]] = adjacency[links[1], links[0]] = 1
    for case in content["values"]["sets"]:
        removed = np.transpose(case["removed"])
        found = perturbed(adjacency, removed[0], removed[1] + rows)[:rows, rows:]
        np.testing.assert_allclose(found, case["score_row_column"], rtol=0, atol=1e-9)


def test_all_non_links_are_scored_and_the_best_comes_first_even_below_zero():
    layer = oracle_layer(GRAPHS["rand_12x10"])
    n = 120 - layer.n_links
    rows, columns, scores = ns.linkpred.top_links(layer, n, "structural-perturbation", rng=0)
    assert scores[-1] < 0 < scores[0] and (np.diff(scores) <= 0).all()
    assert np.unique(rows * 10 + columns).size == n


def test_the_soft_rule_draws_positive_scores_before_all_others():
    layer = oracle_layer(GRAPHS["rand_12x10"])
    n = 120 - layer.n_links
    _, _, scores = ns.linkpred.top_links(layer, n, "structural-perturbation", selection="soft", rng=0)
    positive = np.count_nonzero(scores)
    assert 0 < positive < n and (scores[:positive] > 0).all()


def test_the_mean_over_selections_comes_near_the_mean_of_many():
    layer = hub_layer((12, 10), 30)
    few, many = (
        np.concatenate([batch.scores for batch in StructuralPerturbation(selections=n).of_layer(layer, 1)])
        for n in (200, 2000)
    )
    assert few.size == 90 and 0 < np.abs(few - many).max() < 0.1


def test_graphs_whose_pairs_do_not_fit_are_refused(monkeypatch):
    monkeypatch.setattr("netsparse.linkpred.structural_perturbation.LARGEST_DENSE", 99)
    assert method_module.LARGEST_DENSE > 99
    with pytest.raises(ValueError, match="10 nodes are too many, at most 9"):
        ns.linkpred.scores(random_graph(10, 0.5), "structural-perturbation")

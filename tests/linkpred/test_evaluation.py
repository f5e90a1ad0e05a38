"""Links held out, rankings, and their qualities: against published values, scikit-learn and plain sums."""

from __future__ import annotations

import networkx as nx
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import netsparse as ns
from netsparse.linkpred import METHODS, QUALITIES, ranking
from netsparse.linkpred.candidates import Candidates
from netsparse.linkpred.held_out import hold_out
from netsparse.linkpred.pairs import Pairs
from netsparse.linkpred.ranking import Ranking
from tests.linkpred.examples import hub_layer, oracle, random_graph

PUBLISHED = {
    "auc-pr": "auc_pr",
    "auc-roc": "auc_roc",
    "auc-mroc": "auc_mroc",
    "ndcg": "ndcg",
    "precision": "prec",
    "auc-precision": "auc_prec",
    "mcc": "mcc",
}
DEPEND_ON_ORDER = ("precision", "auc-precision", "mcc")  # in the published code, among equal scores


@pytest.mark.parametrize("case", oracle("spcorr_evaluation")["evaluation"], ids=["distinct", "ties"])
def test_qualities_are_the_published_ones(case):
    found = ns.linkpred.qualities(case["scores"], case["labels"])
    for ours, theirs in PUBLISHED.items():
        if not (case["ties"] and ours in DEPEND_ON_ORDER):
            assert found[ours] == pytest.approx(case["measures"][theirs], abs=1e-9)


rankings = st.lists(st.tuples(st.integers(0, 5), st.booleans()), min_size=2, max_size=30).filter(
    lambda items: len({label for _, label in items}) == 2
)


@given(items=rankings)
def test_average_precision_roc_and_mcc_are_those_of_scikit_learn(items):
    metrics = pytest.importorskip("sklearn.metrics")
    scores, labels = map(np.array, zip(*items, strict=True))
    found = ns.linkpred.qualities(scores, labels)
    assert found["average-precision"] == pytest.approx(metrics.average_precision_score(labels, scores))
    assert found["auc-roc"] == pytest.approx(metrics.roc_auc_score(labels, scores))
    order = np.argsort(-scores, kind="stable")
    n = labels.sum()
    if n == labels.size or scores[order[n - 1]] == scores[order[n]]:
        return  # equal scores at the cut: no single answer
    taken = np.zeros(labels.size, dtype=bool)
    taken[order[:n]] = True
    assert found["mcc"] == pytest.approx(metrics.matthews_corrcoef(labels, taken))
    assert found["precision"] == pytest.approx(metrics.precision_score(labels, taken))


@given(items=rankings, seed=st.integers(0, 2**32))
def test_ties_are_ranked_as_in_the_mean_over_their_orders(items, seed):
    scores, labels = map(np.array, zip(*items, strict=True))
    rng = np.random.default_rng(seed)
    order = [np.lexsort((rng.random(scores.size), -scores)) for _ in range(300)]
    n = int(labels.sum())
    hits = np.array([np.cumsum(labels[one]) for one in order])
    found = Ranking.of(scores, labels).expected_hits(np.arange(1, scores.size + 1))
    spread = hits.std(axis=0) / 300**0.5
    assert (np.abs(hits.mean(axis=0) - found) <= 6 * spread + 1e-9).all()
    assert found[n - 1] / n == pytest.approx(ns.linkpred.qualities(scores, labels)["precision"])


@given(items=rankings)
def test_every_quality_is_highest_for_a_perfect_ranking(items):
    scores, labels = map(np.array, zip(*items, strict=True))
    found = ns.linkpred.qualities(scores, labels)
    best = ns.linkpred.qualities(100 * labels - np.arange(labels.size), labels)
    for name in QUALITIES:
        assert best[name] == pytest.approx(1), name
        assert found[name] <= 1 + 1e-9, name


def test_a_random_ranking_has_half_the_area_and_the_share_of_links():
    labels = np.arange(2000) < 50
    rng = np.random.default_rng(0)
    found = [ns.linkpred.qualities(rng.random(2000), labels) for _ in range(40)]
    mean = {name: np.mean([one[name] for one in found]) for name in QUALITIES}
    assert mean["auc-roc"] == pytest.approx(0.5, abs=0.03)
    assert mean["auc-mroc"] == pytest.approx(0.5, abs=0.05)
    assert mean["precision"] == pytest.approx(0.025, abs=0.02)
    assert mean["mcc"] == pytest.approx(0, abs=0.02)
    alike = ns.linkpred.qualities(np.zeros(2000), labels)
    assert alike["auc-roc"] == 0.5 and alike["precision"] == pytest.approx(0.025) and abs(alike["mcc"]) < 1e-12


@pytest.mark.parametrize("labels", [[0, 0], [1, 1], []])
def test_a_ranking_without_links_or_without_others_is_refused(labels):
    with pytest.raises(ValueError, match="needs links that were held out and other candidates"):
        ns.linkpred.qualities(np.zeros(len(labels)), labels)


@given(
    scores=st.lists(st.sampled_from([0.0, 0.5, 1.0, -1.0, 2.0]), min_size=2, max_size=40),
    cuts=st.lists(st.integers(0, 40), max_size=4),
    n_held=st.integers(1, 5),
    seed=st.integers(0, 2**32),
)
def test_a_stream_is_ranked_as_the_whole(scores, cuts, n_held, seed):
    rng = np.random.default_rng(seed)
    pairs = rng.permutation(60)[: len(scores)]
    held = np.sort(rng.choice(60, n_held, replace=False))
    stream = [
        Candidates(pairs[part], np.array(scores)[part]) for part in np.split(np.arange(len(scores)), sorted(cuts))
    ]
    every = np.zeros(60)
    every[pairs] = scores
    expected = Ranking.of(every, np.isin(np.arange(60), held))
    merge_from = ranking._MERGE_FROM
    try:
        ranking._MERGE_FROM = 3
        found = Ranking.of_stream(stream, held, 60)
    finally:
        ranking._MERGE_FROM = merge_from
    assert np.array_equal(found.positives, expected.positives) and np.array_equal(found.totals, expected.totals)


@pytest.mark.parametrize("graph", [hub_layer((30, 20), 150), random_graph(25, 0.3)], ids=["layer", "graph"])
@pytest.mark.parametrize("keep_last", [False, True])
def test_held_out_links_are_links_and_gone(graph, keep_last):
    before = Pairs.of(graph)
    split = hold_out(graph, 0.2, keep_last=keep_last, rng=np.random.default_rng(0))
    after = Pairs.of(split.graph)
    assert split.held_out.size == round(0.2 * before.n_linked)
    assert np.array_equal(np.sort(np.concatenate([after.linked(), split.held_out])), before.linked())


def test_every_link_is_held_out_equally_often():
    graph, counts = random_graph(8, 0.7), np.zeros(28)
    for seed in range(2000):
        counts[hold_out(graph, 0.3, keep_last=False, rng=np.random.default_rng(seed)).held_out] += 1
    drawn = counts[Pairs.of(graph).linked()]
    assert counts.sum() == drawn.sum()
    expected, n = drawn.mean(), drawn.size
    assert ((drawn - expected) ** 2 / expected).sum() / (1 - round(0.3 * n) / n) < n + 5 * (2 * n) ** 0.5


def test_nodes_can_keep_their_last_link():
    layer = hub_layer((30, 20), 150)
    left = hold_out(layer, 0.6, keep_last=True, rng=np.random.default_rng(0)).graph
    assert np.array_equal(left.row_degrees > 0, layer.row_degrees > 0)
    assert np.array_equal(left.column_degrees > 0, layer.column_degrees > 0)
    star = nx.star_graph(5)
    with pytest.raises(ValueError, match="is 2 links, but only 0 can go"):
        ns.linkpred.evaluate(star, ["l3"], share=0.5, keep_last=True)


def test_an_evaluation_scores_what_is_left_and_ranks_what_was_held_out():
    layer = hub_layer((20, 15), 80)
    table = ns.linkpred.evaluate(layer, ["ch3-l3", "preferential-attachment"], repeats=3, rng=5)
    assert table["method"].tolist() == ["ch3-l3", "preferential-attachment"] * 3
    assert set(table["held_out"]) == {8} and set(table["candidates"]) == {300 - 80 + 8}
    seed = np.random.default_rng(5).integers(2**63, size=3)[0]
    split = hold_out(layer, 0.1, keep_last=False, rng=np.random.default_rng(seed))
    scores = ns.linkpred.scores(split.graph, "ch3-l3").toarray().ravel()
    free = np.setdiff1d(np.arange(300), Pairs.of(split.graph).linked())
    expected = ns.linkpred.qualities(scores[free], np.isin(free, split.held_out))
    for name in QUALITIES:
        assert table[name][0] == pytest.approx(expected[name], abs=1e-12)


@pytest.mark.parametrize("graph", [hub_layer((20, 15), 80), random_graph(20, 0.3)], ids=["layer", "graph"])
def test_every_method_and_way_of_breaking_ties_can_be_evaluated(graph):
    fitting = [name for name, method in METHODS.items() if method.on_layers or not hasattr(graph, "shape")]
    table = ns.linkpred.evaluate(graph, fitting, repeats=2, rng=0)
    assert len(table) == 2 * len(fitting)
    assert table[list(QUALITIES)].notna().all(axis=None)
    assert (table.loc[table["method"] == "random", "auc-roc"] == 0.5).all()
    for ties in ("spcorr-pearson", "spcorr-spearman", "spcorr-zeros"):
        refined = ns.linkpred.evaluate(graph, ["l3"], repeats=2, ties=ties, rng=0)
        assert refined["auc-roc"].tolist() != table.loc[table["method"] == "l3", "auc-roc"].tolist()


def test_links_of_a_known_pattern_are_found():
    cliques = nx.disjoint_union_all([nx.complete_graph(8) for _ in range(4)])
    table = ns.linkpred.evaluate(cliques, ["ch3-l2", "ch3-l3"], repeats=5, rng=0)
    assert (table["auc-roc"] > 0.99).all() and (table["precision"] > 0.9).all()


def test_the_same_seed_gives_the_same_table_and_progress_is_told():
    calls = []
    options = {"repeats": 3, "rng": 1, "keep_last": True}
    first, second = (
        ns.linkpred.evaluate(hub_layer(), ["l3", "random"], progress=lambda: calls.append(1), **options)
        for _ in range(2)
    )
    assert first.drop(columns="seconds").equals(second.drop(columns="seconds")) and len(calls) == 12


def test_summaries_are_t_intervals():
    scipy_stats = pytest.importorskip("scipy.stats")
    table = ns.linkpred.evaluate(hub_layer(), ["l3", "ra-l3"], repeats=6, rng=0)
    summary = ns.linkpred.summarise(table)
    assert len(summary) == 2 * len(QUALITIES) and set(summary["repeats"]) == {6}
    row = summary[(summary["method"] == "ra-l3") & (summary["quality"] == "ndcg")].iloc[0]
    values = table.loc[table["method"] == "ra-l3", "ndcg"]
    low, high = scipy_stats.t.interval(0.95, 5, values.mean(), scipy_stats.sem(values))
    assert (row["mean"], row["low"], row["high"]) == pytest.approx((values.mean(), low, high))
    one = ns.linkpred.summarise(table[table["repeat"] == 0])
    assert one["low"].isna().all() and one["mean"].notna().all()


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"methods": []}, "one or more, each once"),
        ({"methods": ["l3", "l3"]}, "one or more, each once"),
        ({"methods": ["nope"]}, "unknown link prediction method 'nope'"),
        ({"methods": ["ra-l2"]}, "scores 0 between the two sides of a layer"),
        ({"share": 0.0001}, "holds out none"),
        ({"share": 1.0}, "share must be"),
        ({"repeats": 0}, "repeats must be at least 1"),
        ({"ties": "index"}, "unknown ties 'index'; known: random, spcorr-pearson"),
        ({"methods": ["preferential-attachment"], "ties": "spcorr-pearson"}, "ties by SPcorr need a method"),
    ],
)
def test_bad_arguments_are_refused(options, words):
    options = {"methods": ["l3"], **options}
    with pytest.raises(ValueError, match=words):
        ns.linkpred.evaluate(hub_layer(), **options)

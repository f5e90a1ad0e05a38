"""Numbers of the reference implementations."""

from __future__ import annotations

import igraph
import networkx as nx
import numpy as np
import pytest

from netsparse import BipartiteLayer, LayeredNetwork, measures
from netsparse.measures.power_laws import grid_power_law
from netsparse.measures.tails import draw_tail, most_likely_alphas
from netsparse.percolation import curve
from tests.measures.oracle import layer_of, network_of, number, read

BASIC = read("measures_basic")["graphs"]
LISTS = read("measures_powerlaw")["graphs"]
PATHS = read("measures_paths")["graphs"]
LCP = read("measures_lcp")
basic = pytest.mark.parametrize("graph", BASIC.values(), ids=BASIC.keys())


def approx(value):
    return pytest.approx(number(value), rel=1e-9, abs=1e-12, nan_ok=True)


@basic
def test_clustering(graph):
    layer, known = layer_of(graph), graph["values"]
    assert measures.four_cycles(layer) == known["four_cycles"]
    assert measures.three_paths(layer) == known["three_paths"]
    assert measures.robins_alexander(layer).value == approx(known["robins_alexander"])
    means = measures.latapy(layer)
    for mode, values in known["latapy"].items():
        neurons = measures.latapy_of_neurons(layer, mode)
        for side in ("rows", "columns"):
            assert neurons[side] == pytest.approx(values[side], rel=1e-9)
            assert means[f"{mode}-{side}"].value == approx(values[f"mean_{side}"])
        assert means[mode].value == approx(values["mean_all"])


@basic
def test_path_lengths(graph):
    found = measures.path_lengths(layer_of(graph))
    for kind, known in graph["values"]["path_length"].items():
        ours = found[kind.replace("_", "-")]
        assert ours.length == approx(known["mean_reachable"]), kind
        assert ours.reachable == approx(known["reachable_fraction"]), kind
        assert ours.efficiency == approx(known["efficiency"]), kind
        assert ours.diameter == approx(known["diameter"]), kind


@basic
def test_assortativities(graph):
    layer, known = layer_of(graph), graph["values"]
    assert measures.assortativity(layer).value == approx(known["assortativity_row_column"])
    symmetric = known["assortativity_symmetric"] if layer.n_links else None  # the reference says 0 of no links
    assert measures.assortativity_symmetric(layer).value == approx(symmetric)


@basic
def test_nestedness(graph):
    found, known = measures.nodf(layer_of(graph)), graph["values"]["nodf_vegan"]
    shape = (graph["rows"], graph["columns"])
    for part, side, size in (("", "nodf", 2), ("rows", "rows", shape[0]), ("columns", "columns", shape[1])):
        if known["nodf"] is None:  # vegan fails on a layer of one row; ours: no pair of rows, pairs of columns tie
            assert np.isnan(found[part].value) if size < 2 else found[part].value == 0
        else:
            assert found[part].value == approx(known[side]), part


@basic
def test_cores_and_spectrum(graph):
    layer, known = layer_of(graph), graph["values"]
    for side, numbers in measures.core_numbers(layer).items():
        assert numbers.tolist() == known["core_number"][side]
    values = measures.singular_values(layer, 6)
    assert values == pytest.approx(known["singular_values"][: values.size], abs=1e-9)


@pytest.mark.parametrize("degrees", LISTS.values(), ids=LISTS.keys())
def test_power_laws(degrees):
    values, igraph, esml, other = (
        np.array(degrees["degrees"]),
        *(degrees[name] for name in ("igraph", "plfit_esml", "poweRlaw_R")),
    )
    fit = measures.fit_power_law(values)
    assert (fit.x_min, fit.ks) == (igraph["xmin"], pytest.approx(igraph["D"], rel=1e-4))
    assert fit.alpha == pytest.approx(igraph["alpha"], rel=1e-3)
    assert grid_power_law(values) == (pytest.approx(esml["alpha"], abs=1e-9), esml["xmin"])
    tail = values[values >= other["xmin"]]
    assert most_likely_alphas(tail)[0] == pytest.approx(other["alpha"], rel=1e-4)
    for rival in ("lognormal", "exponential"):
        ratio = measures.compare_power_law(values, rival, x_min=other["xmin"])
        assert ratio == pytest.approx(other[f"vuong_{rival}"], abs=2e-3)


@pytest.mark.parametrize("seed", range(6))
def test_power_laws_are_those_of_igraph(seed):
    rng = np.random.default_rng(seed)
    values = draw_tail(40 + 100 * seed, 2.0 + seed / 4, 1 + seed % 3, rng)
    values = values[values < 300]
    ours, theirs = measures.fit_power_law(values), igraph.power_law_fit(values.tolist(), p_precision=0.5)
    assert ours.x_min == theirs.xmin
    assert ours.ks == pytest.approx(theirs.D, rel=1e-4)
    assert ours.alpha == pytest.approx(theirs.alpha, rel=1e-3)


def test_p_tells_a_power_law_from_a_narrow_law():
    rng = np.random.default_rng(0)
    assert measures.fit_power_law(draw_tail(500, 2.5, 1, rng), samples=40, rng=1).p > 0.1
    assert measures.fit_power_law(rng.integers(1, 30, 2000), samples=40, rng=1).p < 0.1


@pytest.mark.parametrize("graph", LCP["graphs"].values(), ids=LCP["graphs"].keys())
def test_local_communities_of_layers(graph):
    layer, known = layer_of(graph), graph["values"]
    found = measures.local_communities(layer)
    assert found.common_neighbours.tolist() == known["CN"]
    assert found.links_among.tolist() == known["LCL"]
    value = measures.lcp_corr(layer)
    assert value.value == pytest.approx(known["lcp_corr"], abs=1e-12)
    assert bool(value.note) == known["degenerate"]


@pytest.mark.parametrize("graph", LCP["monopartite"].values(), ids=LCP["monopartite"].keys())
def test_local_communities_of_graphs(graph):
    adjacency = nx.to_scipy_sparse_array(nx.Graph(graph["links"]), nodelist=range(graph["nodes"]), weight=None)
    found = measures.local_communities_graph(adjacency)
    upper = {pair: k for k, pair in enumerate(zip(*np.nonzero(np.triu(adjacency.toarray())), strict=True))}
    order = [upper[tuple(sorted(link))] for link in graph["links"]]
    assert found.common_neighbours[order].tolist() == graph["CN"]
    assert found.links_among[order].tolist() == graph["LCL"]
    assert measures.lcp_corr_graph(adjacency).value == pytest.approx(graph["lcp_corr"], abs=1e-12)


@pytest.mark.parametrize("graph", PATHS.values(), ids=PATHS.keys())
def test_credit_assigned_paths(graph):
    found, known = measures.credit_paths(network_of(graph)), graph["cap"]
    assert found.total == known["total"]
    assert [counts.tolist() for counts in found.neurons] == known["per_neuron"]
    assert [counts.tolist() for counts in found.links] == known["per_link"]
    assert found.log_total == pytest.approx(np.log(known["total"]))


@pytest.mark.parametrize("graph", PATHS.values(), ids=PATHS.keys())
@pytest.mark.parametrize("kind", ["link_orders", "node_orders"])
def test_percolation_curves(graph, kind):
    network = network_of(graph)
    for known in graph[kind].values():
        ours = curve(network, known["order"], kind="links" if kind == "link_orders" else "neurons")
        curves = known["curves"]
        assert ours.active_neurons.tolist() == curves["active"]
        assert ours.active_links.tolist() == curves["active_links"]
        assert ours.largest_component[:-1].tolist() == curves["giant"][:-1]
        assert ours.second_moment[:-1] == pytest.approx(curves["second_moment"][:-1], rel=1e-12)
        if "R_giant_over_initial" in known:  # not of the hidden neurons alone
            assert ours.R("largest_component") * len(known["order"]) == pytest.approx(
                sum(curves["giant"][1:]) / curves["giant"][0]
            )


def test_neuron_strengths():
    known = read("neuron_strength")
    layers = []
    for weights, bias in zip(known["weights"][::2], known["weights"][1::2], strict=True):
        rows, columns = np.indices(np.shape(weights)).reshape(2, -1)
        layers.append(BipartiteLayer.from_links(rows, columns, np.ravel(weights), np.shape(weights), bias))
    network = LayeredNetwork(layers)
    for ours, theirs in zip(measures.neuron_strengths(network), known["nodes_strength"], strict=True):
        assert ours == pytest.approx(theirs, abs=1e-6)
    parts = measures.neuron_strength(network)
    for index, fluctuation in enumerate(known["nodes_fluctuation"]):
        assert parts[f"fluctuation-{index}"].value == pytest.approx(fluctuation, abs=1e-6)

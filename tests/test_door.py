"""Every public function that takes a layer, a network or a graph takes whatever the door takes."""

from __future__ import annotations

import importlib
import inspect
import pkgutil

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import pytest

import netsparse as ns
from netsparse.graph import Graph

ELSEWHERE = {"cli", "graph", "linkpred", "measures"}  # the doors themselves, and rooms that hold themselves to it
ROOMS = [found.name for found in pkgutil.iter_modules(ns.__path__) if found.ispkg and found.name not in ELSEWHERE]
PARAMETERS = {"network", "layer", "graph", "before", "absent_from", "source"}
RESULTS = {
    "report.Contents",
    "report.ShrunkNetwork",
    "train.Result",
    "study.NamedRecipe",
}  # made by our functions, not by users
UNUSED = {"robustness.add_input_noise"}  # its network is there for the sake of the other attacks

AS_IT_IS = {  # these take a layer or a network of ours, and give back what they were given
    "generate.curveball", "generate.mixing_rounds", "generate.permute_weights", "generate.redraw_links",
    "plot.community_matrix", "plot.hyperbolic_disc", "report.shrink",
}  # fmt: skip

LAYER = ns.BipartiteLayer.from_links([0, 0, 1, 2], [0, 1, 1, 2], [0.5, -1.5, 0.25, 2.0], shape=(3, 3))
NETWORK = ns.LayeredNetwork([LAYER])
SAMPLES = (np.eye(3), np.arange(3))
DATA = ns.datasets.Dataset("corners", np.eye(3).repeat(4, axis=0), np.arange(3).repeat(4), np.eye(3), np.arange(3))
SETTINGS = {"hidden": [], "epochs": 1, "batch_size": 4, "regrowth": "random", "density": 0.5}

CALLS = {
    "datasets.check_fits": lambda f, x: f(x, DATA),
    "datasets.evaluate": lambda f, x: f(x, SAMPLES),
    "generate.random_links": lambda f, x: f((3, 3), 2, absent_from=x, rng=0),
    "importance.fixed_neurons": lambda f, x: f(x),
    "importance.link_order": lambda f, x: f(x, "weight", rng=0),
    "importance.links": lambda f, x: f(x, "degree"),
    "importance.neuron_order": lambda f, x: f(x, "degree", inputs=True, rng=0),
    "importance.neurons": lambda f, x: f(x, "strength"),
    "nn.MaskedLinear": lambda f, x: f(x).to_layer(),
    "nn.SparseLinear": lambda f, x: f(x).to_layer(),
    "nn.apply_update": lambda f, x: f(ns.nn.to_module(NETWORK), None, x, ns.rewire.update(NETWORK, 0.0, rng=0)[1]),
    "nn.choose_backend": lambda f, x: f(x),
    "nn.engine": lambda f, x: f(x, "sparse").network(),
    "nn.masks": lambda f, x: [mask.numpy() for mask in f(x)],
    "nn.to_module": lambda f, x: f(x).to_network(),
    "percolation.active_neurons": lambda f, x: f(x),
    "percolation.compare_with_simulation": lambda f, x: f(x, repeats=2, points=3, rng=0),
    "percolation.curve": lambda f, x: f(x, "degree", rng=0).frame(),
    "percolation.deep_limit": lambda f, x: f(x, [0.5, 1.0]),
    "percolation.deep_threshold": lambda f, x: f(x),
    "percolation.expected_curve": lambda f, x: f(x, [0.0, 0.5]),
    "percolation.message_passing": lambda f, x: f(x, 0.5).active,
    "percolation.minimum_cut": lambda f, x: f(x).ids,
    "percolation.remove_disconnected": lambda f, x: f(x)[0],
    "percolation.survival": lambda f, x: f(x, "weight", rng=0).neurons,
    "plot.network": lambda f, x: len(f(x).collections),
    "plot.update_stages": lambda f, x: len(f(x, x, ns.rewire.update(NETWORK, 0.0, rng=0)[1])),
    "report.info": lambda f, x: f(x).links,
    "report.percolate": lambda f, x: f(x, "weight", seed=1).frame(),
    "report.predict": lambda f, x: f(x, DATA).frame,
    "rewire.Evidence": lambda f, x: f(x).network,
    "rewire.step": lambda f, x: f(x, None, "rlr", progress=0.5, rng=0)[0],
    "rewire.update": lambda f, x: f(x, 0.5, regrowth="random", rng=0)[0],
    "robustness.add_weight_noise": lambda f, x: f(x, 0.5, rng=0),
    "robustness.curve": lambda f, x: f(x, SAMPLES, "links-weight", steps=2, rng=0),
    "robustness.fgsm": lambda f, x: f(x, *SAMPLES, 0.1),
    "robustness.flip_signs": lambda f, x: f(x, 0.5, rng=0),
    "robustness.pgd": lambda f, x: f(x, *SAMPLES, 0.1, rng=0),
    "robustness.prune_links": lambda f, x: f(x, 0.5, rng=0),
    "robustness.quantise_weights": lambda f, x: f(x, 4),
    "robustness.remove_neurons": lambda f, x: f(x, 0.5, rng=0),
    "robustness.shuffle_weights": lambda f, x: f(x, 1, rng=0),
    "train.fit": lambda f, x: f(x, DATA, ns.train.Settings(**SETTINGS), progress=False).network,
}
TAKE_GRAPHS = {
    "importance.link_order", "importance.links", "importance.neurons", "percolation.curve", "report.percolate",
    "robustness.prune_links", "robustness.remove_neurons",
}  # fmt: skip


def taking_graphs():
    """Yield the place of everything public with a parameter that is a layer, a network or a graph."""
    for room in ROOMS:
        module = importlib.import_module(f"netsparse.{room}")
        for name in getattr(module, "__all__", ()):
            value = getattr(module, name)
            is_called = inspect.isroutine(value) or inspect.isclass(value)
            if is_called and PARAMETERS & set(inspect.signature(value).parameters):
                yield f"{room}.{name}"


def function_of(place: str):
    room, _, name = place.partition(".")
    return getattr(importlib.import_module(f"netsparse.{room}"), name)


@pytest.fixture(autouse=True)
def no_figure_stays():
    yield
    plt.close("all")


@pytest.fixture(scope="module")
def kinds(tmp_path_factory):
    """The same layer as everything that the door takes."""
    file = tmp_path_factory.mktemp("files") / "layer.npz"
    NETWORK.save(file)
    return {
        "layer": LAYER,
        "sparse array": LAYER.biadjacency,
        "networkx": LAYER.to_networkx(),
        "networkx, directed": NETWORK.to_networkx(),
        "igraph": LAYER.to_igraph(),
        "pandas": LAYER.to_frame(),
        "module": ns.nn.to_module(NETWORK),
        "file": str(file),
        "path": file,
    }


def plain(value):
    """What a call returns, as something that tells whether two are equal."""
    if isinstance(value, pd.DataFrame):
        return value.to_csv()
    if isinstance(value, list | tuple):
        return [plain(one) for one in value]
    return value.tolist() if isinstance(value, np.ndarray) else value


def test_every_public_function_is_walked():
    assert set(taking_graphs()) - RESULTS - UNUSED - AS_IT_IS == set(CALLS)


@pytest.mark.parametrize("place", CALLS)
def test_every_kind_of_thing_comes_in(place, kinds):
    function = function_of(place)
    expected = plain(CALLS[place](function, NETWORK))
    for kind, given in kinds.items():
        assert plain(CALLS[place](function, given)) == expected, kind


@pytest.mark.parametrize("place", CALLS)
def test_what_is_no_graph_gets_the_one_error_of_the_door(place):
    for odd in (np.eye(3), 7):
        with pytest.raises(TypeError, match=r"a (network|layer|network, a layer or a graph) is needed: a scipy sparse"):
            CALLS[place](function_of(place), odd)


@pytest.mark.parametrize("place", CALLS)
def test_a_graph_of_one_kind_of_node_comes_in_or_is_refused(place):
    graph = Graph.from_links([0, 1], [1, 2], [0.5, 2.0])
    if place in TAKE_GRAPHS:
        CALLS[place](function_of(place), graph)
    else:
        with pytest.raises(ValueError, match=r"one kind of node|inputs must be False"):
            CALLS[place](function_of(place), graph)


def test_methods_and_mappings_take_them_too(kinds, tmp_path):
    recipe = ns.rewire.RECIPES["rlr"]
    for given in kinds.values():
        assert ns.datasets.Samples.of(SAMPLES).fitting(given).x.shape == (3, 3)
        assert ns.rewire.State.start(given, recipe) == ns.rewire.State.start(NETWORK, recipe)
        assert recipe.freeze(given) == NETWORK
        assert len(ns.plot.weight_density({"one": given, "several": [given, NETWORK]}).lines) == 2
        assert ns.graph.write(given, tmp_path / "written.npz") == []
        assert ns.as_layer(tmp_path / "written.npz") == LAYER
        assert ns.report.attack({"given": given}, ["links-weight"], dataset=DATA, steps=1).curves["run"].unique() == [
            "given"
        ]

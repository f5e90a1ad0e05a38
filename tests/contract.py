"""What every rule of a family must do, whatever it is: a function for each family of ``netsparse list``.

Those of :data:`ON_NETWORKS` take the name of a rule and a network, those of :data:`ALONE` the name alone.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from unittest.mock import patch

import numpy as np
import pytest
import scipy.sparse as sp
import torch

from netsparse import (
    BipartiteLayer,
    LayeredNetwork,
    datasets,
    generate,
    importance,
    linkpred,
    prune,
    rewire,
    robustness,
)
from netsparse.cli.families import family
from netsparse.errors import InvalidInput
from netsparse.files import digest, digest_of_arrays
from netsparse.generate.starts import draw_start
from netsparse.graph.files import to_arrays
from netsparse.graph.gradient import input_gradient
from netsparse.graph.keys import layer_keys
from netsparse.nn.evidence import evidence_of
from netsparse.train import Settings
from tests.tiny import images


def fingerprint(value) -> str:
    """Return what two results are told apart by, to the last bit."""
    if isinstance(value, BipartiteLayer):
        value = LayeredNetwork([value])
    if isinstance(value, LayeredNetwork):
        return digest_of_arrays(to_arrays(value))
    if sp.issparse(value):
        return digest_of_arrays({"data": value.data, "indices": value.indices, "indptr": value.indptr})
    if isinstance(value, np.ndarray):
        return digest_of_arrays({"array": value})
    if isinstance(value, Mapping):
        return digest(*(part for key, own in value.items() for part in (str(key), fingerprint(own))))
    return digest(*map(fingerprint, value)) if isinstance(value, (tuple, list)) else digest(repr(value))


def repeated(compute: Callable[[], object], given):
    """Return a result that is the same when it is computed again, and that changed nothing of what was given."""
    before = fingerprint(given)
    first, again = compute(), compute()
    assert fingerprint(first) == fingerprint(again), "the same rng gave another result"
    assert fingerprint(given) == before, "the input was changed"
    return first


def evidence_for(network: LayeredNetwork, needs) -> rewire.Evidence:
    """Return evidence of some random images; a rule that needs what no engine gives cannot be tested here."""
    x, y, *_ = images(network, n=6)
    evidence = evidence_of(network, x, y, np.arange(6))
    if odd := [kind for kind in needs if not evidence.can_give(kind)]:
        pytest.skip(f"needs evidence of kind {', '.join(odd)}, which a batch does not give")
    return evidence


def assert_non_links(layer: BipartiteLayer, rows: np.ndarray, columns: np.ndarray, n: int) -> None:
    """`n` distinct pairs of a row and a column that are no links."""
    assert np.shape(rows) == np.shape(columns) == (n,)
    keys = np.ravel_multi_index((np.asarray(rows), np.asarray(columns)), layer.shape)
    assert np.unique(keys).size == n
    assert not np.isin(keys, layer_keys(layer)).any()


def activation(name: str, network: LayeredNetwork) -> None:
    """Forward pass and gradients are those of the function, finite, of the network's dtype."""
    function = family("activation")[name]
    changed = LayeredNetwork(network.layers, network.readout, name)
    x, y, *_ = images(network)
    outputs = repeated(lambda: changed.forward(x), changed)
    signal = x.astype(np.float64)
    for layer in network.layers:
        total = signal @ layer.biadjacency.toarray() + layer.bias
        signal = repeated(lambda total=total: function(total), total)
        assert (signal.shape, signal.dtype) == (total.shape, total.dtype)
    assert (outputs.shape, outputs.dtype) == ((len(x), network.sizes[-1]), network.dtype)
    np.testing.assert_allclose(outputs, total, rtol=1e-4, atol=1e-4)
    gradient = repeated(lambda: input_gradient(changed, x, y), changed)
    assert gradient.shape == x.shape and np.isfinite(gradient).all()


def attack(name: str, network: LayeredNetwork) -> None:
    """Strength 0 is the identity; removals remove as many as they say, perturbations leave every link in its place."""
    rule = family("attack")[name]
    for readout in (False, True):
        for strength in rule.grid(3):
            _attacked(rule, network, float(strength), readout)


def _attacked(rule: robustness.Attack, network: LayeredNetwork, strength: float, readout: bool) -> None:
    if rule.kind == "inputs":
        x, y, mean, deviation = images(network)
        options = {"mean": mean, "deviation": deviation, "rng": 0}
        moved = repeated(lambda: rule.function(network, x, y, strength, **options), (network, x, y))
        assert (moved.shape, moved.dtype) == (x.shape, x.dtype)
        pixels = moved * deviation + mean
        assert pixels.min() >= -1e-6 and pixels.max() <= 1 + 1e-6
        assert strength > 0 or np.array_equal(moved, x)
        return
    attacked = repeated(lambda: rule.function(network, strength, readout=readout, rng=0), network)
    same = ("sizes", "dtype", "readout", "activation")
    assert [getattr(attacked, name) for name in same] == [getattr(network, name) for name in same]
    assert strength > 0 or attacked == network
    if rule.kind == "links":
        assert attacked.n_links == network.n_links - rule.count(network, strength, readout=readout)
    if rule.kind == "weights":
        for old, new in zip(network.layers, attacked.layers, strict=True):
            assert new.same_topology(old) and np.array_equal(new.bias, old.bias)
    if rule.kind != "neurons" and not readout:
        untouched = len(network.sparse_layers)
        assert attacked.layers[untouched:] == network.layers[untouched:]


def clean_up(name: str, network: LayeredNetwork) -> None:
    """Links that go are named, the readout keeps its own, and so do layers that are told to, and frozen links."""
    clean = family("clean-up")[name]
    cleaned = repeated(lambda: clean(network, ()), network)
    for index, old in enumerate(network.layers):
        new, gone = cleaned.network.layers[index], cleaned.links[index]
        assert np.array_equal(gone, np.unique(gone))
        assert new.same_topology(old.without_links(gone))
        assert not new.bias[cleaned.biases[index]].any()
        assert not gone.size or index < len(network.sparse_layers)
    kept = clean(network, range(len(network.layers))).network
    assert all(new.same_topology(old) for new, old in zip(kept.layers, network.layers, strict=True))
    frozen = [layer.freeze(links=range(layer.n_links), biases=range(layer.shape[1])) for layer in network.layers]
    assert clean(network.with_layers(frozen), ()).network.thaw() == network


def distribution(name: str, network: LayeredNetwork) -> None:
    """Densities of the layers lie between 0 and 1 and make the density of all."""
    shapes = [layer.shape for layer in network.layers]
    possible = np.array([rows * columns for rows, columns in shapes])
    for density in (0.1, 0.6, 1.0):
        found = repeated(lambda density=density: generate.layer_densities(shapes, density, name), ())
        assert found.shape == (len(shapes),) and (found > 0).all() and (found <= 1).all()
        assert np.isclose(found @ possible, density * possible.sum())


def evidence(name: str, network: LayeredNetwork) -> None:
    """Arrays are finite, what finds missing links finds as many as it is asked for."""
    needs = {*family("evidence").entry(name).needs, name}
    for index, layer in enumerate(network.layers):

        def value(index=index):
            return getattr(evidence_for(network, needs).of_layer(index, {name}), name.replace("-", "_"))

        found = value()
        if callable(found):
            n = (layer.shape[0] * layer.shape[1] - layer.n_links) // 2
            best = repeated(lambda f=found, w=layer, n=n: f(w, n, rng=np.random.default_rng(0)), network)
            assert_non_links(layer, *best, n)
        else:
            arrays = repeated(value, network)
            for array in arrays.values() if isinstance(arrays, Mapping) else [arrays]:
                assert np.isfinite(array).all()


def link_importance(name: str, network: LayeredNetwork) -> None:
    """A finite number per link."""
    values = repeated(lambda: importance.links(network, name, rng=0), network)
    assert [value.shape for value in values] == [(layer.n_links,) for layer in network.layers]
    assert all(np.isfinite(value).all() for value in values)


def neuron_importance(name: str, network: LayeredNetwork) -> None:
    """A finite number per neuron, inputs and outputs among them."""
    values = repeated(lambda: importance.neurons(network, name, rng=0), network)
    assert [value.shape for value in values] == [(size,) for size in network.sizes]
    assert all(np.isfinite(value).all() for value in values)


MAY_BE_NEGATIVE = ("structural-perturbation",)
BY_CHANCE = ("random", "structural-perturbation")  # whose scores depend on rng, or are none


def link_prediction(name: str, network: LayeredNetwork) -> None:
    """Scores are of non-links and finite, and positive as a rule; the best are the best of them."""
    for layer in network.layers if family("link-prediction")[name].on_layers else ():
        scores = repeated(lambda layer=layer: linkpred.scores(layer, name, rng=0), network)
        assert scores.shape == layer.shape and np.isfinite(scores.data).all()
        assert name in MAY_BE_NEGATIVE or (scores.data > 0).all()
        rows, columns = scores.tocoo().coords
        assert_non_links(layer, rows, columns, scores.nnz)
        n = (layer.shape[0] * layer.shape[1] - layer.n_links + 1) // 2
        rows, columns, best = repeated(lambda layer=layer, n=n: linkpred.top_links(layer, n, name, rng=0), network)
        assert_non_links(layer, rows, columns, n)
        expected = np.sort(np.append(scores.data, np.zeros(layer.shape[0] * layer.shape[1] - scores.nnz)))[::-1][:n]
        assert name in BY_CHANCE or np.array_equal(best, expected)


def recipe(name: str, network: LayeredNetwork) -> None:
    """JSON holds it; a step is recorded link by link, and leaves the readout's links as they are."""
    own = family("recipe")[name]
    assert rewire.Recipe.from_json(own.to_json()) == own
    _updated(network, own, exact=not own.changes_density and own.sharing == "own")


def regrowth(name: str, network: LayeredNetwork) -> None:
    """Every layer gets back exactly what it lost, at places where no link was left."""
    _updated(network, rewire.Recipe(regrowth=name, zeta=0.5), exact=True)


def removal(name: str, network: LayeredNetwork) -> None:
    """Exactly the share that is asked for goes, of each sparse layer."""
    own = rewire.Recipe(removal=name, regrowth="random", zeta=0.5, clean_up="none")
    update = _updated(network, own, exact=True)
    n_sparse = len(network.sparse_layers)
    wanted = [layer.n_links // 2 if index < n_sparse else 0 for index, layer in enumerate(network.layers)]
    assert [layer.removed for layer in update.layers] == wanted


def sharing(name: str, network: LayeredNetwork) -> None:
    """A finite number, not negative, per layer; all layers together keep their number of links."""
    weights = repeated(lambda: family("sharing")[name](network), network)
    assert np.shape(weights) == (len(network.layers),)
    assert np.isfinite(weights).all() and (np.asarray(weights) >= 0).all()
    _updated(network, rewire.Recipe(sharing=name, regrowth="random", zeta=0.5), exact=False)


def _updated(network: LayeredNetwork, own: rewire.Recipe, *, exact: bool) -> rewire.TopologyUpdate:
    """Make one update by a recipe, and check it against its own record."""
    needs = {kind for kinds in own.needs().values() for kind in kinds}

    def step():
        found = rewire.step(
            network, None, own, progress=0.1, evidence=evidence_for(network, needs) if needs else None, rng=0
        )
        return found[0], found[2]

    repeated(lambda: step()[0], network)
    rewired, update = step()
    assert rewired.sizes == network.sizes
    assert own.changes_density or rewired.n_links == network.n_links
    for index, (old, new, record) in enumerate(zip(network.layers, rewired.layers, update.layers, strict=True)):
        assert np.isfinite(new.weights).all() and np.isfinite(new.bias).all()
        assert new.n_links == old.n_links - record.removed - record.disconnected + record.grown
        assert np.array_equal(new.weights[record.kept_to], old.weights[record.kept_from])
        assert not exact or new.n_links == old.n_links
        assert index < len(network.sparse_layers) or new.same_topology(old)
    return update


def weights(name: str, network: LayeredNetwork) -> None:
    """As many finite weights as links, of the dtype that is asked for."""
    for layer in network.layers:
        density = max(layer.n_links, 1) / (layer.shape[0] * layer.shape[1])
        for dtype in (np.float32, np.float64):
            arguments = name, layer.n_links, layer.shape, density
            drawn = repeated(lambda a=arguments, d=dtype: generate.draw_weights(*a, rng=0, dtype=d), network)
            assert (drawn.shape, drawn.dtype) == ((layer.n_links,), dtype) and np.isfinite(drawn).all()


def dataset(name: str) -> None:
    """Loads by its name alone, the same samples each time, and can be standardised; or says where to put its files."""
    with patch("pooch.retrieve", side_effect=ConnectionError("tests download nothing")):
        try:
            data = datasets.load(name)
        except InvalidInput as error:
            assert "missing" in str(error) and "put into" in str(error)
            return
    assert data.name.startswith(name.split("-28")[0])
    assert data.y_train.max() < data.n_classes and data.y_test.max() < data.n_classes
    assert data.x_train.shape[1] == data.x_test.shape[1] == data.n_features
    inputs = data.standardised()
    assert np.isfinite(inputs.mean) and inputs.deviation > 0


def lr_schedule(name: str) -> None:
    """A positive factor for each progress, 1 at the start."""
    progress = np.linspace(0, 1, 101)
    factors = repeated(lambda: family("lr-schedule")[name](progress), progress)
    assert factors.shape == progress.shape and np.isfinite(factors).all()
    assert factors[0] == 1 and (factors > 0).all()


def schedule(name: str) -> None:
    """From the initial value to somewhere between it and the final one, finite on the way."""
    rule = rewire.Schedule(0.3, name, final=0.1)
    values = repeated(lambda: [rule.at(progress) for progress in np.linspace(0, 1, 101)], ())
    assert values[0] == pytest.approx(0.3)
    assert min(values) >= 0.1 - 1e-12 and max(values) <= 0.3 + 1e-12
    assert rewire.Schedule.of(rule.to_json()) == rule


def prune_count(name: str) -> None:
    """A pruning takes no more links than there are, and none of none."""
    count = family("prune-count")[name]()
    for weights in (np.zeros(0), np.zeros(3), np.ones(7), np.arange(1.0, 50)):
        for progress in (0.5, 1.0):
            n = repeated(lambda w=weights, p=progress: count.of(w, total=60, progress=p, is_readout=False), weights)
            assert 0 <= n <= weights.size


def prune_recipe(name: str) -> None:
    """A value that varies without changing, and says what it varies."""
    recipe = family("prune-recipe")[name]
    varied = recipe.replace(rounds=99)
    assert varied != recipe and varied.replace(rounds=recipe.rounds) == recipe
    assert "rounds=99" in repr(varied)


def prune_rewinding(name: str) -> None:
    """One of the saved states, or none."""
    saved = {when: {"weight": torch.zeros(1)} for when in ("initial", "step", "dense")}
    found = repeated(lambda: family("prune-rewinding")[name](saved), list(saved))
    assert found is None or any(found is state for state in saved.values())


def prune_stop(name: str) -> None:
    """By its defaults a rule stops when the network is the dense one again, or after epochs without end."""

    class Same:
        epochs = 10**9
        validation_accuracy = dense_accuracy = staticmethod(lambda: 0.5)
        information_distance = gradient_distance = staticmethod(lambda *options: 0.0)

    assert family("prune-stop")[name]().is_reached(Same()) is True


def prune_scope(name: str) -> None:
    """Every weight is in one group, and a group has weights."""
    groups = family("prune-scope")[name]([(3, 2), (4, 3, 2, 2)])
    assert all(group.size for group in groups)
    assert np.array_equal(np.sort(np.concatenate(groups)), np.arange(6 + 48))


def prune_score(name: str) -> None:
    """A finite number for each weight, the same for the same generator; the module stays as it was."""
    torch.manual_seed(0)
    module = torch.nn.Sequential(torch.nn.Linear(4, 5), torch.nn.ReLU(), torch.nn.Linear(5, 3))
    x, y = np.random.default_rng(0).normal(size=(8, 4)), np.arange(8) % 3
    state = {key: tensor.numpy() for key, tensor in module.state_dict().items()}
    found = repeated(lambda: prune.scores(module, name, (x, y), rng=0), state)
    assert [score.shape for score in found] == [(5, 4), (3, 5)]
    assert all(np.isfinite(score).all() for score in found)


def preset(name: str) -> None:
    """Settings that JSON holds."""
    own = Settings(preset=name)
    assert Settings.from_json(own.to_json()) == own


def attack_group(name: str) -> None:
    """Its members are attacks."""
    assert [one.name for one in robustness.get_attacks(name)] == list(family("attack-group")[name])


def link_prediction_ties(name: str, network: LayeredNetwork) -> None:
    """Links that score alike are broken up by a rule, and by chance in the end: as many as asked for, each once."""
    for layer in network.layers:
        n = (layer.shape[0] * layer.shape[1] - layer.n_links + 1) // 2
        rows, columns, _ = repeated(
            lambda layer=layer, n=n: linkpred.top_links(layer, n, "l3", ties=name, rng=0), network
        )
        assert_non_links(layer, rows, columns, n)


def ranking_quality(name: str) -> None:
    """The best ranking is at least as good as the worst."""
    labels = np.repeat([True, False], [3, 9])
    good, bad = (linkpred.qualities(scores, labels)[name] for scores in (np.arange(12)[::-1], np.arange(12)))
    assert np.isfinite([good, bad]).all() and good > bad


def link_length(name: str, network: LayeredNetwork) -> None:
    """Links have positive, symmetric lengths, and there are no others."""
    for layer in network.layers:
        adjacency = sp.block_array([[None, layer.biadjacency], [layer.biadjacency.T, None]], format="csr")
        adjacency.data = np.ones_like(adjacency.data, dtype=float)
        lengths = repeated(lambda links=adjacency: family("link-length")[name](links), adjacency)
        assert (lengths != lengths.T).nnz == 0
        assert lengths.nnz == adjacency.nnz and (lengths.data > 0).all()


def measure(name: str, network: LayeredNetwork) -> None:
    """A number or a reason, never a silent NaN."""
    one = family("measure")[name]
    for graph in network.layers if one.of == "layer" else [network] if one.of == "network" else []:
        for value in repeated(lambda graph=graph: one(graph, rng=0), ()).values():
            assert value.note if np.isnan(value.value) else True


def null_model(name: str, network: LayeredNetwork) -> None:
    """What it says that it keeps stays."""
    model = family("null-model")[name]
    drawn = repeated(lambda: model(network, rng=0), network)
    for old, new in zip(network.layers, drawn.layers, strict=True):
        assert (new.shape, new.n_links) == (old.shape, old.n_links)
        if "degrees" in model.keeps:
            assert np.array_equal(new.row_degrees, old.row_degrees)
            assert np.array_equal(new.column_degrees, old.column_degrees)
        if "weights" in model.keeps:
            assert np.array_equal(np.sort(new.weights), np.sort(old.weights))


def power_law_rival(name: str) -> None:
    """Logarithms of probabilities."""
    tail = np.sort(np.random.default_rng(0).geometric(0.2, size=50)) + 2
    logs = repeated(lambda: family("power-law-rival")[name](tail), tail)
    assert logs.shape == tail.shape and np.isfinite(logs).all() and (logs < 1e-12).all()


def reduction(name: str) -> None:
    """One or two coordinates of each node, finite; or a reason, as on a ring, whose directions are all alike."""
    rng = np.random.default_rng(0)
    lengths = np.triu(rng.uniform(1, 2, size=(8, 8)) * (rng.random((8, 8)) < 0.3), k=2) + np.diag(
        rng.random(7) + 1, k=1
    )
    connected = sp.csr_array(lengths + lengths.T)
    coordinates = repeated(lambda: family("reduction")[name](connected), connected).coordinates
    assert len(coordinates) == 8 and np.isfinite(coordinates).all()
    ring = sp.csr_array(sp.diags_array([1.0, 1.0, 1.0, 1.0], offsets=[1, -1, 7, -7], shape=(8, 8)))
    found = repeated(lambda: family("reduction")[name](ring), ring)
    assert len(found.coordinates) == 8 or found.reason


def start(name: str, network: LayeredNetwork) -> None:
    """Exactly so many links, each once, inside the shape."""
    shapes = [layer.shape for layer in network.layers]
    needs = {"inputs": np.random.default_rng(0).normal(size=(20, network.sizes[0]))}
    inputs = needs["inputs"] if "inputs" in family("start").entry(name).needs else None
    for index, (rows, columns) in enumerate(shapes):
        for n in {1, rows * columns // 2 or 1, rows * columns}:
            options = {"inputs": inputs, "rng": 0}
            keys = repeated(lambda i=index, n=n, own=options: draw_start(name, shapes, i, n, **own), ())
            assert keys.size == n == np.unique(keys).size
            assert keys.min() >= 0 and keys.max() < rows * columns


ON_NETWORKS = {
    "activation": activation,
    "attack": attack,
    "clean-up": clean_up,
    "distribution": distribution,
    "evidence": evidence,
    "link-importance": link_importance,
    "link-length": link_length,
    "link-prediction": link_prediction,
    "link-prediction-ties": link_prediction_ties,
    "measure": measure,
    "neuron-importance": neuron_importance,
    "null-model": null_model,
    "recipe": recipe,
    "regrowth": regrowth,
    "removal": removal,
    "sharing": sharing,
    "start": start,
    "weights": weights,
}
ALONE = {
    "attack-group": attack_group,
    "dataset": dataset,
    "lr-schedule": lr_schedule,
    "power-law-rival": power_law_rival,
    "preset": preset,
    "prune-count": prune_count,
    "prune-recipe": prune_recipe,
    "prune-rewinding": prune_rewinding,
    "prune-scope": prune_scope,
    "prune-score": prune_score,
    "prune-stop": prune_stop,
    "ranking-quality": ranking_quality,
    "reduction": reduction,
    "schedule": schedule,
}

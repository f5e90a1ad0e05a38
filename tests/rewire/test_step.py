"""One update by a recipe: exact counts whatever the rules, memory, evidence, and what must not be touched."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from netsparse import BipartiteLayer, LayeredNetwork, generate, importance, rewire
from netsparse.errors import FileFormatError
from netsparse.graph.backpropagation import backpropagate
from netsparse.importance.link_values import LINKS
from netsparse.nn.evidence import evidence_of
from netsparse.rewire import RECIPES, Recipe, Schedule, State
from tests.rewire.test_update import links, networks

seeds = st.integers(0, 2**32 - 1)
variants = st.fixed_dictionaries(
    {
        "removal": st.sampled_from(["magnitude", "weight", "degree", "betweenness", "reverse-strength", "random"]),
        "scope": st.sampled_from(["layer", "network"]),
        "regrowth": st.sampled_from(
            ["random", "ch3-l3", "l3", "gradient", {"gradient": 0.4, "random": 0.35, "ch3-l3": 0.25}]
        ),
        "sharing": st.sampled_from(["own", "surviving", "possible"]),
        "clean_up": st.sampled_from(["reach", "chain", "none"]),
        "returning": st.sampled_from(["new", "zero", "old", "historical"]),
        "zeta": st.sampled_from([0.0, 0.3, 1.0, Schedule(0.5, "cosine")]),
    }
)


def batch(network, seed=0, n=9):
    rng = np.random.default_rng(seed)
    return rng.normal(size=(n, network.sizes[0])), rng.integers(0, network.sizes[-1], n), np.arange(n)


def key_sets(layer):
    return set(links(layer))


@settings(max_examples=150)
@given(network=networks(), fields=variants, seed=seeds, progress=st.floats(0, 1))
def test_counts_record_and_weights_of_any_recipe(network, fields, seed, progress):
    recipe, state = Recipe(**fields), None
    for number in range(3):
        evidence = evidence_of(network, *batch(network, seed))
        rewired, state, update = rewire.step(
            network, state, recipe, progress=progress, evidence=evidence, rng=seed + number
        )
        counts = [layer.n_links for layer in rewired.layers]
        assert sum(counts) == network.n_links
        if fields["sharing"] == "own":
            assert counts == [layer.n_links for layer in network.layers]
        for old, new, record in zip(network.layers, rewired.layers, update.layers, strict=True):
            before, after = links(old), links(new)
            fresh = set(after) - {list(after)[k] for k in record.kept_to}
            assert [list(before)[k] for k in record.kept_from] == [list(after)[k] for k in record.kept_to]
            np.testing.assert_array_equal(old.weights[record.kept_from], new.weights[record.kept_to])
            assert new.n_links - old.n_links == record.grown - record.removed - record.disconnected
            back = fresh & set(before)
            if fields["returning"] == "old":
                assert not back
            else:
                assert (len(fresh), len(back)) == (record.grown, record.overlap)
            if fields["returning"] == "zero":
                assert all(after[link] == 0 for link in back)
            if fields["returning"] == "historical":
                assert all(after[link] == before[link] for link in back)
        assert state.updates == number + 1
        network = rewired


@settings(max_examples=60)
@given(
    network=networks(),
    shape=st.sampled_from(["linear", "cubic", "sigmoid"]),
    ends=st.tuples(st.floats(0.3, 1), st.floats(0.3, 1)),
    distribution=st.sampled_from(["uniform", "erk"]),
    fields=variants,
    seed=seeds,
)
def test_link_counts_follow_the_density(network, shape, ends, distribution, fields, seed):
    fields = {**fields, "density": Schedule(ends[0], shape, final=ends[1]), "distribution": distribution}
    recipe, state = Recipe(**fields), None
    shapes = [layer.shape for layer in network.sparse_layers]
    readout = network.layers[len(shapes) :]
    for progress in (0.0, 0.5, 1.0):
        evidence = evidence_of(network, *batch(network, seed))
        network, state, update = rewire.step(network, state, recipe, progress=progress, evidence=evidence, rng=seed)
        density = recipe.density.at(progress)
        wanted = [
            round(p * rows * columns)
            for p, (rows, columns) in zip(generate.layer_densities(shapes, density, distribution), shapes, strict=True)
        ]
        counts = [layer.n_links for layer in network.sparse_layers]
        assert sum(counts) == sum(wanted)
        if fields["scope"] == "layer" and fields["sharing"] == "own":
            assert counts == wanted
        assert all(a.same_topology(b) for a, b in zip(network.layers[len(shapes) :], readout, strict=True))
        assert all(record.pruned <= record.removed for record in update.layers)


@pytest.mark.parametrize("name", sorted(LINKS))
@pytest.mark.parametrize("prefix", ["", "reverse-"])
def test_a_removal_takes_what_the_order_of_the_same_name_lists_first(name, prefix):
    """Weights are all different, so that orders by weight have no tie; in the others ties may go either way."""
    network = generate.erdos_renyi((12, 10, 8, 3), 0.3, dtype=np.float64, rng=1)
    recipe = Recipe(removal=prefix + name, regrowth="random", clean_up="none", zeta=0.25)
    _, _, update = rewire.step(network, None, recipe, progress=0, rng=0)
    if name == "random":
        return
    values = importance.links(network, name)
    for index, layer in enumerate(network.sparse_layers):
        own = values[index] if prefix else -values[index]
        gone = update.layers[index].removed_from
        rest = np.delete(own, gone)
        assert gone.size == int(0.25 * layer.n_links)
        assert own[gone].max() <= rest.min()
        order = importance.link_order(network, prefix + name, rng=0)
        start = sum(each.n_links for each in network.layers[:index])
        first = [link - start for link in order if start <= link < start + layer.n_links][: gone.size]
        np.testing.assert_allclose(np.sort(own[first]), np.sort(own[gone]))


def test_magnitude_is_another_name_of_reverse_weight():
    network = generate.erdos_renyi((12, 10, 8, 3), 0.3, rng=1)
    both = [rewire.update(network, removal=name, rng=3)[0] for name in ("magnitude", "reverse-weight")]
    assert both[0] == both[1]


@given(network=networks(), seed=seeds)
def test_in_the_network_scope_the_smallest_of_all_layers_go(network, seed):
    recipe = Recipe(scope="network", regrowth="random", clean_up="none")
    _, _, update = rewire.step(network, None, recipe, progress=0, rng=seed)
    sizes = [np.abs(layer.weights) for layer in network.sparse_layers]
    gone = np.concatenate([v[u.removed_from] for v, u in zip(sizes, update.layers, strict=False)])
    kept = np.concatenate([np.delete(v, u.removed_from) for v, u in zip(sizes, update.layers, strict=False)])
    assert gone.size == int(0.3 * (gone.size + kept.size) + 1e-9)
    if gone.size and kept.size:
        assert gone.max() <= kept.min()


def test_early_stop_is_per_layer_sticky_and_keeps_the_topology_to_the_bit():
    network = generate.erdos_renyi((8, 30, 30, 3), 0.3, readout=1, rng=0)
    full = generate.erdos_renyi((8, 30), 1.0, readout=0, rng=1).layers[0]  # only its own links can return
    network = network.with_layers([full, *network.layers[1:]])
    recipe = Recipe(regrowth="random", early_stop=0.9)
    rewired, state, _ = rewire.step(network, None, recipe, progress=0.1, rng=0)
    assert state.stopped.tolist() == [True, False, False]
    again, state, update = rewire.step(rewired, state, recipe, progress=0.2, rng=1)
    assert again.layers[0].same_topology(rewired.layers[0])
    np.testing.assert_array_equal(again.layers[0].weights, rewired.layers[0].weights)
    assert update.layers[0].removed == update.layers[0].grown == 0
    assert update.layers[1].grown > 0
    assert state.stopped.tolist() == [True, False, False]
    together = recipe.replace(stops_together=True)
    _, _, update = rewire.step(rewired, state, together, progress=0.2, rng=1)
    assert update.layers[0].removed == 72


@settings(max_examples=60)
@given(network=networks(), fields=variants, seed=seeds)
def test_frozen_links_and_biases_stay(network, fields, seed):
    rng = np.random.default_rng(seed)
    recipe = Recipe(**fields)
    frozen = [np.flatnonzero(rng.random(layer.n_links) < 0.3) for layer in network.layers]
    pinned = [np.flatnonzero(rng.random(layer.shape[1]) < 0.3) for layer in network.layers]
    layers = zip(network.layers, frozen, pinned, strict=True)
    network = network.with_layers(layer.freeze(links=own, biases=columns) for layer, own, columns in layers)
    before, state = network, None
    kept = [[list(links(layer).items())[k] for k in part] for layer, part in zip(before.layers, frozen, strict=True)]
    for number in range(2):
        evidence = evidence_of(network, *batch(network, seed))
        network, state, _ = rewire.step(network, state, recipe, progress=0.5, evidence=evidence, rng=seed + number)
        for layer, own in zip(network.layers, kept, strict=True):
            assert all(links(layer).get(link) == weight for link, weight in own)
            marks = np.zeros(layer.n_links, bool) if layer.frozen_links is None else layer.frozen_links
            assert {link for link, mark in zip(links(layer), marks, strict=True) if mark} == {link for link, _ in own}
        for old, new, columns in zip(before.layers, network.layers, pinned, strict=True):
            np.testing.assert_array_equal(new.bias[columns], old.bias[columns])


def test_a_historical_weight_comes_back_after_several_updates():
    layer = BipartiteLayer.from_links([0, 0, 1], [0, 1, 0], [5.0, 0.1, 3.0], (2, 2))
    network, recipe = (
        LayeredNetwork([layer]),
        Recipe(zeta=0.34, regrowth="random", returning="historical", clean_up="none", new_weights="kaiming"),
    )
    state, last = None, dict(links(layer))
    for seed in range(12):
        network, state, _ = rewire.step(network, state, recipe, progress=0.5, rng=seed)
        for link, weight in links(network.layers[0]).items():
            assert last.setdefault(link, weight) == weight
    assert len(last) == 4


def test_links_ever_alive_are_remembered_where_asked():
    network = generate.erdos_renyi((8, 7, 3), 0.3, rng=0)
    state = State.start(network, "rlr", ever_alive=True)
    seen = [key_sets(layer) for layer in network.layers]
    for seed in range(3):
        network, state, _ = rewire.step(network, state, "rlr", progress=0.1, rng=seed)
        seen = [old | key_sets(layer) for old, layer in zip(seen, network.layers, strict=True)]
    for layer, keys, own in zip(network.layers, state.ever_alive, seen, strict=True):
        assert keys.tolist() == sorted(row * layer.shape[1] + column for row, column in own)
    assert State.start(network, "rlr").ever_alive is None


@given(network=networks(), fields=variants, seed=seeds, alive=st.booleans())
def test_a_state_survives_a_checkpoint(network, fields, seed, alive):
    recipe = Recipe(**{**fields, "regrowth": "random"}, early_stop=0.5)
    state = State.start(network, recipe, ever_alive=alive)
    network, state, _ = rewire.step(network, state, recipe, progress=0.3, rng=seed)
    again = State.from_arrays(state.to_arrays())
    assert again == state
    futures = [rewire.step(network, each, recipe, progress=0.6, rng=seed)[:2] for each in (state, again)]
    assert futures[0] == futures[1]


def test_what_is_no_state_is_refused():
    arrays = State.start(generate.erdos_renyi((4, 3), 0.5, readout=0, rng=0), "rlr").to_arrays()
    for name in ("stopped", "updates", "progress"):
        with pytest.raises(FileFormatError, match="no state of a rewiring"):
            State.from_arrays({key: value for key, value in arrays.items() if key != name})
    with pytest.raises(FileFormatError, match="no state of a rewiring"):
        State.from_arrays({**arrays, "stopped": np.zeros(1)})


def test_states_and_inputs_are_never_changed():
    network = generate.erdos_renyi((8, 7, 3), 0.3, rng=0)
    state = State.start(network, "rlr")
    before = state.to_arrays()
    rewire.step(network, state, "rlr", progress=0.1, rng=0)
    assert all(np.array_equal(before[name], array) for name, array in state.to_arrays().items())
    with pytest.raises(ValueError, match="read-only"):
        state.stopped[0] = True


def test_a_rule_gets_what_it_declares_and_remembers_what_it_keeps(request):
    seen = []

    @rewire.REMOVAL.register("small-gradients", needs={"gradients"})
    def small_gradients(layer, n, *, evidence, memory, progress, rng, power=1.0):
        """Links of small gradient."""
        seen.append((layer.n_links, evidence.gradients.size, progress, power, sorted(memory)))
        memory["calls"] = memory.get("calls", np.zeros(1)) + 1
        return np.argsort(np.abs(evidence.gradients))[:n]

    @rewire.REGROWTH.register("greedy", needs={"gradients"})
    def greedy(layer, n, *, evidence):
        """Ask for what was not declared."""
        return evidence.signals

    for registry, name in ((rewire.REMOVAL, "small-gradients"), (rewire.REGROWTH, "greedy")):
        request.addfinalizer(lambda registry=registry, name=name: registry.unregister(name))
    network = generate.erdos_renyi((8, 7, 3), 0.3, dtype=np.float64, rng=0)
    rule = {"rule": "small-gradients", "power": Schedule(1, "linear", final=3)}
    recipe, state = Recipe(removal=rule, regrowth="random"), None
    before = network
    for number in range(2):
        evidence = evidence_of(network, *batch(network))
        network, state, update = rewire.step(network, state, recipe, progress=0.5, evidence=evidence, rng=number)
    assert seen == [(17, 17, 0.5, 2.0, []), (17, 17, 0.5, 2.0, ["calls"])]
    assert state.own["small-gradients/0/calls"].tolist() == [2]
    gradients = np.abs(evidence_of(before, *batch(before)).of_layer(0, {"gradients"}).gradients)
    _, _, update = rewire.step(before, None, recipe, progress=0.5, evidence=evidence_of(before, *batch(before)), rng=0)
    assert gradients[update.layers[0].removed_from].max() <= np.delete(gradients, update.layers[0].removed_from).min()
    with pytest.raises(AttributeError, match="did not declare that it needs 'signals': it declared gradients"):
        evidence = evidence_of(before, *batch(before))
        rewire.step(before, None, Recipe(regrowth="greedy"), progress=0, evidence=evidence, rng=0)


@given(network=networks(), seed=seeds)
def test_gradients_are_the_slopes_of_the_loss(network, seed):
    """The dense gradient is X' D; at links it is what the evidence gives, and what a small change of a weight does."""
    network = network.with_layers(
        BipartiteLayer(layer.biadjacency.astype(np.float64), layer.bias) for layer in network.layers
    )
    network = LayeredNetwork(network.layers, network.readout, "tanh")
    x, y, order = batch(network, seed)
    found = backpropagate(network, x, y)
    evidence = evidence_of(network, x, y, order)

    def loss(changed):
        logits = changed.forward(x)
        return np.mean(np.log(np.exp(logits).sum(axis=1)) - logits[np.arange(len(y)), y])

    for index, layer in enumerate(network.layers):
        gradients = evidence.of_layer(index, {"gradients"}).gradients
        dense = found.signals[index].T @ found.deltas[index]
        np.testing.assert_allclose(gradients, dense[layer.rows, layer.columns], atol=1e-12)
        if layer.n_links:
            bump = np.zeros(layer.n_links)
            bump[-1] = 1e-5
            changed = [layer.with_weights(w) for w in (layer.weights + bump, layer.weights - bump)]
            before, after = network.layers[:index], network.layers[index + 1 :]
            both = [loss(network.with_layers([*before, each, *after])) for each in changed]
            assert (both[0] - both[1]) / 2e-5 == pytest.approx(gradients[-1], abs=1e-6)


@settings(max_examples=60)
@given(
    network=networks(),
    seed=seeds,
    share=st.floats(0, 1),
    tile=st.tuples(st.integers(1, 20), st.integers(1, 20)),
    whole=st.sampled_from([0, 1 << 20]),
)
def test_streamed_best_are_those_of_the_whole_dense_gradient(network, seed, share, tile, whole):
    from netsparse.rewire import missing

    layer = network.layers[0]
    rng = np.random.default_rng(seed)
    signals, deltas = rng.normal(size=(5, layer.shape[0])), rng.normal(size=(5, layer.shape[1]))
    n = int(share * (layer.shape[0] * layer.shape[1] - layer.n_links))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(missing, "TILE", tile)
        patch.setattr(missing, "WHOLE", whole)
        rows, columns = missing.largest_gradients(layer, n, signals, deltas, rng=rng)
    dense = np.abs(signals.T @ deltas)
    dense[layer.rows, layer.columns] = -1
    expected = np.sort(dense[dense >= 0])[::-1][:n]
    np.testing.assert_allclose(np.sort(dense[rows, columns])[::-1], expected, rtol=1e-12)
    assert len(set(zip(rows.tolist(), columns.tolist(), strict=True))) == n


def test_equal_gradients_are_chosen_at_random():
    layer = BipartiteLayer.from_links([0], [0], [1.0], (4, 4))
    counts = np.zeros((4, 4))
    for seed in range(600):
        evidence = rewire.Evidence(LayeredNetwork([layer]), signals=[np.ones((1, 4))], deltas=[np.ones((1, 4))])
        rows, columns = evidence.of_layer(0, {"missing"}).missing(layer, 3, rng=np.random.default_rng(seed))
        counts[rows, columns] += 1
    assert counts[0, 0] == 0
    expected = 600 * 3 / 15
    assert (((counts - expected) ** 2 / expected).ravel()[1:]).sum() < 36.1  # 14 degrees of freedom, p = 0.001


def test_missing_evidence_is_refused_by_name_before_any_work():
    network = generate.erdos_renyi((8, 7, 3), 0.3, rng=0)
    with pytest.raises(ValueError, match="regrowth 'gradient' needs evidence of kind 'missing': give Evidence"):
        rewire.step(network, None, Recipe(regrowth="gradient"), progress=0, rng=0)
    with pytest.raises(ValueError, match="momentum of missing links, which only layers of backend 'masked' have"):
        rewire.Evidence(network).check(["momentum"], "regrowth 'snfs'")
    with pytest.raises(ValueError, match="the evidence is of another network"):
        rewire.step(network, None, "rlr", progress=0, evidence=rewire.Evidence(generate.erdos_renyi((3, 2), 1, rng=0)))
    with pytest.raises(ValueError, match=r"signals of layer 0 must be floats of shape \(samples, 8\)"):
        rewire.Evidence(network, signals=[np.ones((2, 7))] * 2).of_layer(0, {"signals"}).signals  # noqa: B018
    with pytest.raises(ValueError, match="deltas of layer 1 hold NaN"):
        rewire.Evidence(network, deltas=[np.full((2, 3), np.nan)] * 2).of_layer(1, {"deltas"}).deltas  # noqa: B018


def test_providers_of_ones_own(request):
    @rewire.KINDS.register("activity", axes="rows", needs={"signals"})
    def activity(layer, *, evidence):
        """Share of the samples for which a row is on."""
        return (evidence.signals > 0).mean(axis=0)

    request.addfinalizer(lambda: rewire.KINDS.unregister("activity"))
    network = generate.erdos_renyi((3, 2), 1, rng=0)
    evidence = rewire.Evidence(network, signals=[np.array([[1.0, 0, -1], [1, 1, -1]])])
    assert evidence.of_layer(0, {"activity"}).activity.tolist() == [1, 0.5, 0]
    assert evidence.of_layer(0, {"input-statistics"}).input_statistics["mean"].tolist() == [1, 0.5, -1]


@pytest.mark.parametrize("progress", [-0.1, 1.1, (5, 4), (1, 0)])
def test_bad_progress(progress):
    with pytest.raises(ValueError, match=r"progress|total of steps"):
        rewire.step(generate.erdos_renyi((8, 7, 3), 0.3, rng=0), None, "rlr", progress=progress)


@pytest.mark.parametrize(
    ("function", "message"),
    [
        (lambda layer, n, *, rng: (np.zeros(n - 1, int), np.zeros(n - 1, int)), "was to grow 5 links of layer 0"),
        (lambda layer, n, *, rng: (np.zeros(n, int), np.zeros(n, int)), "more than once"),
        (lambda layer, n, *, rng: (np.full(n, 99), np.zeros(n, int)), "rows of regrowth 'bad' must be from 0 to 7"),
    ],
)
def test_rules_that_break_their_promise_are_caught(request, function, message):
    rewire.REGROWTH.register("bad", function, summary="Wrong.")
    request.addfinalizer(lambda: rewire.REGROWTH.unregister("bad"))
    network = generate.erdos_renyi((8, 7, 3), 0.3, rng=0)
    with pytest.raises(ValueError, match=message):
        rewire.step(network, None, Recipe(regrowth="bad", clean_up="none"), progress=0, rng=0)


def test_a_state_of_another_network_or_recipe_is_refused():
    network = generate.erdos_renyi((8, 7, 3), 0.3, rng=0)
    other = State.start(generate.erdos_renyi((8, 3), 1, rng=0), "rlr")
    with pytest.raises(ValueError, match="the state is of 1 layers, but the network has 2"):
        rewire.step(network, other, "rlr", progress=0)
    with pytest.raises(ValueError, match="brings back historical weights"):
        rewire.step(network, State.start(network, "rlr"), RECIPES["rlr"].replace(returning="historical"), progress=0)


def test_a_density_that_empties_a_layer_is_refused():
    network = generate.erdos_renyi((8, 7, 3), 0.3, rng=0)
    with pytest.raises(ValueError, match=r"leaves layer 0 of shape \(8, 7\) without a link"):
        rewire.step(network, None, Recipe(density=Schedule(0.3, "linear", final=0.001)), progress=1, rng=0)

"""Every field of a recipe does what it says, at every update of a training, whichever engine makes the steps."""

from __future__ import annotations

from contextlib import contextmanager
from typing import NamedTuple

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from netsparse import generate, nn, rewire
from netsparse.graph.keys import layer_keys
from netsparse.rewire import Recipe, Schedule
from netsparse.rewire.counts import floor_share
from netsparse.train.steps import EpochSteps
from tests.graph.test_frozen import frozen_pairs
from tests.train.small import clusters
from tests.train.small import settings as small_settings

EPOCHS, BATCH, SAMPLES = 3, 16, 90
STEPS = -(-SAMPLES // BATCH)  # of an epoch
TOTAL = EPOCHS * STEPS

recipes = st.fixed_dictionaries(
    {
        "removal": st.sampled_from(["magnitude", "degree", "random", "strength"]),
        "scope": st.sampled_from(["layer", "network"]),
        "regrowth": st.sampled_from(
            ["random", "gradient", "ch3-l3", {"gradient": 0.5, "random": 0.5}, [(0, "random"), (0.4, "l3")]]
        ),
        "sharing": st.sampled_from(["own", "own", "surviving", "possible"]),
        "zeta": st.sampled_from([0.0, 0.2, 0.5, Schedule(0.5, "cosine"), Schedule(0.1, "linear", final=0.4)]),
        "unit": st.sampled_from(["epochs", "steps"]),
        "interval": st.integers(1, 5),
        "until": st.sampled_from([0.0, 0.5, 0.7, 1.0]),
        "replaces_step": st.booleans(),
        "batches": st.integers(1, 3),
        "early_stop": st.sampled_from([None, 0.1, 0.3]),
        "stops_together": st.booleans(),
        "new_weights": st.sampled_from(["kaiming", "zero"]),
        "returning": st.sampled_from(["new", "zero", "old", "historical"]),
        "clean_up": st.sampled_from(["reach", "chain", "none"]),
        "frozen_layers": st.sampled_from([(), (0,), (1,)]),
        "frozen_biases": st.sampled_from([(), (0,), (1, 2)]),
        "density": st.sampled_from([None, None, Schedule(0.5, "cubic", final=0.3), Schedule(0.3, "linear", final=0.5)]),
        "distribution": st.sampled_from(["uniform", "erk", (1.0, 2.0)]),
    }
)


class Update(NamedTuple):
    """One update, seen from the engine: networks, what the rewiring remembers, the record, the engine's own state."""

    progress: tuple[int, int]
    before: object
    after: object
    remembered: object
    remembers: object
    record: object
    engine_before: dict
    engine_after: dict
    samples: int


class Watched:
    """An engine that counts its steps."""

    def __init__(self, engine):
        self._engine, self.steps = engine, 0

    def run_epoch(self, x, y, order, rates, **options):
        self.steps += len(rates)
        return self._engine.run_epoch(x, y, order, rates, **options)

    def __getattr__(self, name):
        return getattr(self._engine, name)


@contextmanager
def noting(engine, updates):
    """Note all that goes into every update, and comes out."""
    usual_step, usual_apply = rewire.step, engine.apply

    def step(network, state, recipe, *, progress, evidence, rng):
        samples = 0 if evidence is None else len(evidence.value("signals", 0))
        rewired, remembers, record = usual_step(network, state, recipe, progress=progress, evidence=evidence, rng=rng)
        updates.append([progress, network, rewired, state, remembers, record, engine.state(), None, samples])
        return rewired, remembers, record

    def apply(network, record):
        usual_apply(network, record)
        updates[-1][7] = engine.state()
        assert engine.network() == network

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(rewire, "step", step)
        patch.setattr(engine._engine, "apply", apply)
        yield


def train(backend, recipe, seed):
    """Train a small network with frozen links and biases; return its start, its end, the updates and the steps made."""
    own = small_settings(epochs=EPOCHS, batch_size=BATCH, backend=backend, seed=seed, lr=0.05)
    density = 0.4 if recipe.density is None else recipe.density.at(0.0)
    start = generate.erdos_renyi((12, 9, 8, 3), density, rng=seed)
    rng = np.random.default_rng(seed)
    start = start.with_layers(
        layer.with_weights(layer.weights, rng.normal(scale=0.1, size=layer.shape[1])).freeze(
            links=np.flatnonzero(rng.random(layer.n_links) < 0.1),
            biases=np.flatnonzero(rng.random(layer.shape[1]) < 0.2),
        )
        for layer in start.layers
    )
    start = recipe.freeze(start)
    engine = Watched(nn.engine(start, backend, batch_size=BATCH, needs=recipe.needs()))
    inputs, state, updates = clusters(SAMPLES).standardised(np.float32), None, []
    with noting(engine, updates):
        for epoch in range(1, EPOCHS + 1):
            steps = EpochSteps(engine, inputs, own, recipe, epoch, state)
            steps.run(None)
            steps.update_at_end()
            state = steps.state
    return start, engine.network(), [Update(*update) for update in updates], engine.steps


def partly_frozen(layer, rng):
    links, biases = (np.flatnonzero(rng.random(size) < 0.15) for size in (layer.n_links, layer.shape[1]))
    return layer.with_weights(layer.weights, rng.normal(scale=0.1, size=layer.shape[1])).freeze(
        links=links, biases=biases
    )


def due_steps(recipe):
    """Return the steps after which an update is due, counted from 1, as the docstring of `updates_after` has it."""
    if recipe.unit == "steps":
        return [step for step in range(1, TOTAL + 1) if step % recipe.interval == 0 and step < recipe.until * TOTAL]
    return [STEPS * epoch for epoch in range(1, int(recipe.until * EPOCHS) + 1) if epoch % recipe.interval == 0]


def rewired_layers(recipe, update):
    stopped = np.zeros(3, bool) if update.remembered is None else update.remembered.stopped
    stopped = np.full(2, stopped[:2].all()) if recipe.stops_together else stopped[:2]
    return [index for index in range(2) if not stopped[index] and index not in recipe.frozen_layers]


def assert_counts(recipe, update):
    """Exact counts: of what is removed, lost, grown and left in every layer."""
    layers, records = update.before.layers, update.record.layers
    rewired, share = rewired_layers(recipe, update), update.progress[0] / update.progress[1]
    zeta = recipe.zeta.at(share, recipe.until)
    goal = {index: layers[index].n_links for index in rewired}
    if recipe.changes_density:
        shapes = [layer.shape for layer in layers[:2]]
        densities = generate.layer_densities(shapes, recipe.density.at(share, recipe.until), recipe.distribution)
        goal = {index: round(densities[index] * shapes[index][0] * shapes[index][1]) for index in rewired}
    free = {index: layers[index].free_links.size - records[index].pruned for index in rewired}
    taken = {index: records[index].removed - records[index].pruned for index in rewired}
    if recipe.scope == "layer":
        assert taken == {index: floor_share(zeta, n) for index, n in free.items()}
    else:
        assert sum(taken.values()) == floor_share(zeta, sum(free.values()))
    after = {index: update.after.layers[index].n_links for index in rewired}
    assert sum(after.values()) == sum(goal.values())
    if recipe.scope == "layer" and recipe.sharing == "own":
        assert after == goal
    for index, record in enumerate(records):
        assert update.after.layers[index].n_links == layers[index].n_links + record.grown - record.removed - (
            record.disconnected
        )
        if recipe.clean_up == "none":
            assert record.disconnected == 0
        if index not in rewired:
            assert (record.removed, record.disconnected, record.grown) == (0, 0, 0)
            assert update.after.layers[index].same_topology(layers[index])
            np.testing.assert_array_equal(update.after.layers[index].weights, layers[index].weights)


def assert_weights(recipe, update, past):
    """What stays keeps weight and velocity to the bit; what is new or returns has what the recipe says."""
    velocities = [split(state["weight_velocities"], network) for state, network in (
        (update.engine_before, update.before), (update.engine_after, update.after)
    )]  # fmt: skip
    for index, record in enumerate(update.record.layers):
        old, new = update.before.layers[index], update.after.layers[index]
        before, after = (velocity[index] for velocity in velocities)
        np.testing.assert_array_equal(new.weights[record.kept_to], old.weights[record.kept_from])
        np.testing.assert_array_equal(after[record.kept_to], before[record.kept_from])
        fresh = np.setdiff1d(np.arange(new.n_links), record.kept_to)
        assert not after[fresh].any()
        weights, keys = dict(zip(layer_keys(old).tolist(), old.weights, strict=True)), layer_keys(new)[fresh].tolist()
        for key, weight in zip(keys, new.weights[fresh], strict=True):
            if recipe.returning == "zero" and key in weights:
                assert weight == 0
            elif recipe.returning == "historical" and (key in weights or key in past[index]):
                assert weight == weights.get(key, past[index].get(key))
            elif recipe.new_weights == "zero":
                assert weight == 0
        if recipe.returning == "old":
            assert not weights.keys() & set(keys)
        past[index].update(weights)


def split(values, network):
    return np.split(values, np.cumsum([layer.n_links for layer in network.layers])[:-1])


def assert_frozen(start, network):
    for first, layer in zip(start.layers, network.layers, strict=True):
        assert frozen_pairs(layer) == frozen_pairs(first)
        if first.frozen_links is not None:
            np.testing.assert_array_equal(layer.weights[layer.frozen_links], first.weights[first.frozen_links])
        if first.frozen_biases is not None:
            np.testing.assert_array_equal(layer.frozen_biases, first.frozen_biases)
            np.testing.assert_array_equal(layer.bias[first.frozen_biases], first.bias[first.frozen_biases])


def assert_memory(recipe, update):
    """Layers stop when their overlap says so, and stay stopped."""
    stopped = np.zeros(3, bool) if update.remembered is None else update.remembered.stopped
    if recipe.early_stop is not None:
        overlap = [(record.overlap, record.grown) for record in update.record.layers]
        stopped = stopped | [n > recipe.early_stop * grown for n, grown in overlap]
    np.testing.assert_array_equal(update.remembers.stopped, stopped)


@pytest.mark.parametrize("backend", ["sparse", "masked"])
@settings(max_examples=60, deadline=None)
@given(fields=recipes, seed=st.integers(0, 2**31))
def test_a_recipe_does_what_it_says_through_either_engine(backend, fields, seed):
    if fields["unit"] == "steps" and fields["interval"] == 1:
        fields["replaces_step"] = False
    recipe = Recipe(**fields)
    start, end, updates, steps = train(backend, recipe, seed)
    due = due_steps(recipe)
    assert [update.progress for update in updates] == [(step, TOTAL) for step in due]
    assert steps == TOTAL - (len(due) if recipe.replaces_step else 0)
    past = [{} for _ in start.layers]
    for step, update in zip(due, updates, strict=True):
        assert_counts(recipe, update)
        assert_weights(recipe, update, past)
        assert_memory(recipe, update)
        assert_frozen(start, update.after)
        assert update.after.layers[2].same_topology(start.layers[2])
        assert update.remembers.updates == updates.index(update) + 1
        if recipe.needs():
            last = (step - 1) % STEPS + 1
            first = max(0, last - recipe.batches)
            assert update.samples == min(last * BATCH, SAMPLES) - first * BATCH
    assert_frozen(start, end)
    if recipe.frozen_layers and not recipe.is_static:
        [index] = recipe.frozen_layers
        assert end.layers[index].same_topology(start.layers[index])
        assert not np.array_equal(end.layers[index].weights, start.layers[index].weights)  # they go on learning


@pytest.mark.parametrize("backend", ["sparse", "masked"])
def test_a_stopped_layer_keeps_its_topology_for_good_and_goes_on_learning(backend):
    """Layer 0 is full, so that what it regrows is what it lost: it stops at once, or never where all stop together."""
    for together in (False, True):
        recipe = Recipe(regrowth="random", early_stop=0.9, stops_together=together, clean_up="none", zeta=0.3)
        own = small_settings(epochs=EPOCHS, batch_size=BATCH, backend=backend)
        start = generate.erdos_renyi((12, 9, 8, 3), [1.0, 0.3], rng=0)
        engine = Watched(nn.engine(start, backend, batch_size=BATCH))
        inputs, state, updates = clusters(SAMPLES).standardised(np.float32), None, []
        with noting(engine, updates):
            for epoch in range(1, EPOCHS + 1):
                steps = EpochSteps(engine, inputs, own, recipe, epoch, state)
                steps.run(None)
                steps.update_at_end()
                state = steps.state
        removed = [update[5].layers[0].removed for update in updates]
        assert removed == ([32, 32, 32] if together else [32, 0, 0])
        assert state.stopped.tolist() == [True, False, False]
        if not together:
            first, last = updates[0][2].layers[0], engine.network().layers[0]
            assert last.same_topology(first)
            assert not np.array_equal(last.weights, first.weights)


@pytest.mark.parametrize("backend", ["sparse", "masked"])
@pytest.mark.parametrize("sharing", ["surviving", "possible"])
def test_growth_is_shared_in_proportion(backend, sharing):
    recipe = Recipe(regrowth="random", sharing=sharing, clean_up="none", zeta=0.4)
    _, _, updates, _ = train(backend, recipe, 3)
    for update in updates:
        records = update.record.layers[:2]
        left = [layer.n_links - record.removed for layer, record in zip(update.before.layers, records, strict=False)]
        sizes = [layer.shape[0] * layer.shape[1] for layer in update.before.layers[:2]]
        weights = np.array(left if sharing == "surviving" else sizes, float)
        exact = weights / weights.sum() * sum(record.grown for record in records)
        room = [size - n for size, n in zip(sizes, left, strict=True)]
        if all(exact <= room):
            assert np.abs(exact - [record.grown for record in records]).max() < 1


@pytest.mark.parametrize("backend", ["sparse", "masked"])
def test_pruning_by_its_own_rule_lowers_the_density_before_the_removal_takes_its_share(backend):
    recipe = Recipe(
        density=Schedule(0.5, "linear", final=0.2), pruning="weight", removal="magnitude", zeta=0.2,
        regrowth="random", clean_up="none", returning="zero", new_weights="zero",
    )  # fmt: skip
    _, _, updates, _ = train(backend, recipe, 5)
    assert len(updates) == EPOCHS
    for update in updates:
        for index in range(2):
            old, record = update.before.layers[index], update.record.layers[index]
            assert record.pruned > 0
            free = np.abs(old.weights[old.free_links])
            gone = np.sort(np.abs(old.weights[record.removed_from]))[::-1]
            largest = np.sort(free)[::-1][: record.pruned]
            np.testing.assert_array_equal(gone[: record.pruned], largest)
            smallest = np.sort(free)[: record.removed - record.pruned]
            np.testing.assert_array_equal(np.sort(gone[record.pruned :]), smallest)

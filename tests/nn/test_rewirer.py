"""The loop of one's own: published RigL, exact counts, resuming to the bit, and what is refused."""

from __future__ import annotations

import copy
import io

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import nn

import netsparse as ns
from netsparse.errors import FileFormatError, InvalidType, InvalidValue
from tests.rewire.test_rigl import OPTIMISER, RIGL, RUN, SPARSE, STEPS, UPDATES, layer_of, mask_of, pattern, start

GRADIENTS = ns.rewire.Recipe(
    regrowth="gradient", interval=3, unit="steps", replaces_step=True, new_weights="zero", clean_up="none", until=0.9
)
OPTIMISERS = {
    "sgd": lambda parameters: torch.optim.SGD(parameters, lr=0.05, momentum=0.9, weight_decay=0.01),
    "adam": lambda parameters: torch.optim.Adam(parameters, lr=0.01, foreach=True),
    "adamw": lambda parameters: torch.optim.AdamW(parameters, lr=0.01, fused=True),
}
RECIPES = {
    "gradient": GRADIENTS,
    "set": ns.rewire.RECIPES["set"].replace(interval=2, unit="steps"),
    "ch3-l3": ns.rewire.Recipe(interval=3, unit="steps", early_stop=0.9),
    "two batches": GRADIENTS.replace(batches=2, replaces_step=False),
}


def sparse_model(backend="auto", density=0.4, dtype=torch.float64, seed=0) -> nn.Sequential:
    torch.manual_seed(seed)
    model = nn.Sequential(nn.Linear(6, 9), nn.ReLU(), nn.Sequential(nn.Linear(9, 8, bias=False)), nn.Linear(8, 3))
    return ns.nn.sparsify(model.to(dtype), density, backend=backend, rng=seed)[0]


def batch(number: int, dtype=torch.float64):
    generator = torch.Generator().manual_seed(number)
    return torch.randn(10, 6, generator=generator).to(dtype), torch.randint(3, (10,), generator=generator)


def train(model, optimizer, rewirer, first: int, last: int) -> list:
    """Make some steps of a plain loop and return what the rewirer returned."""
    updates = []
    for number in range(first, last):
        x, y = batch(number, next(model.parameters()).dtype)
        optimizer.zero_grad()
        nn.functional.cross_entropy(model(x), y).backward()
        updates.append(rewirer.step())
    return updates


@pytest.mark.parametrize("backend", ["sparse", "masked"])
def test_published_rigl_in_a_plain_loop(backend):
    network = start()
    dense = nn.Sequential(*(nn.Linear(*layer.shape) for layer in network.layers)).double()
    with torch.no_grad():
        for module, layer in zip(dense, network.layers, strict=True):
            module.weight.copy_(torch.tensor(layer.biadjacency.toarray().T))
            module.bias.copy_(torch.tensor(layer.bias))
    model = nn.Sequential(dense[0], nn.ReLU(), dense[1], nn.ReLU(), dense[2])
    model, report = ns.nn.sparsify(model, 0.4, layers=["2", "4"], backend=backend, rng=0)
    for part, index in zip(report.layers.values(), SPARSE, strict=True):
        part.rewire(network.layers[index])
    settings = {name: OPTIMISER[name] for name in ("lr", "momentum", "weight_decay")}
    optimizer = torch.optim.SGD(model.parameters(), **settings)
    rewirer = ns.nn.Rewirer(model, optimizer, RIGL.replace(frozen_layers=[]), steps=STEPS, rng=0)
    x, y = torch.tensor(RUN["inputs"], dtype=torch.float64), torch.tensor(RUN["labels"])
    losses = []
    for number in range(1, STEPS + 1):
        optimizer.zero_grad()
        loss = nn.functional.cross_entropy(model(x), y)
        loss.backward()
        losses.append(loss.item())
        update = rewirer.step()
        assert (update is not None) == (number in UPDATES)
        if update is not None:
            check_against(UPDATES[number], rewirer.graphs(), report.layers, optimizer)
    np.testing.assert_allclose(losses, RUN["losses"], atol=1e-7, rtol=0)
    for name, layer in rewirer.graphs().items():
        final = RUN["final"]["layers"][int(name) // 2]
        np.testing.assert_allclose(layer.weights, layer_of(final["weight"], mask_of(layer)).weights, atol=1e-7)


def check_against(published: dict, graphs, parts, optimizer) -> None:
    """Compare masks, weights and momentum after an update with the published ones."""
    for index, (name, layer) in zip(SPARSE, graphs.items(), strict=True):
        found = published["layers"][str(index)]
        mask = pattern(found["mask_after"])
        np.testing.assert_array_equal(mask_of(layer), mask)
        np.testing.assert_allclose(layer.weights, layer_of(found["weight_after"], mask).weights, atol=1e-7)
        momentum = parts[name].by_link(optimizer.state[parts[name].weight]["momentum_buffer"])
        np.testing.assert_allclose(momentum.numpy(), layer_of(found["momentum_after"], mask).weights, atol=1e-7)


@settings(max_examples=8, deadline=None)
@given(
    recipe=st.sampled_from(list(RECIPES)),
    optimiser=st.sampled_from(list(OPTIMISERS)),
    backend=st.sampled_from(["sparse", "masked"]),
    density=st.sampled_from([0.2, 0.5, 1.0]),
    seed=st.integers(0, 99),
)
def test_link_counts_stay_exact_and_lost_links_are_not_revived(recipe, optimiser, backend, density, seed):
    model = sparse_model(backend, density, seed=seed)
    optimizer = OPTIMISERS[optimiser](model.parameters())
    rewirer = ns.nn.Rewirer(model, optimizer, RECIPES[recipe], steps=12, rng=seed)
    counts = [layer.n_links for layer in rewirer.graphs().values()]
    for number in range(12):
        train(model, optimizer, rewirer, number, number + 1)
        assert [layer.n_links for layer in rewirer.graphs().values()] == counts
        for part in (model[0], model[2][0]) if backend == "masked" else ():
            kept = [part.weight, *optimizer.state[part.weight].values()]
            assert not any(v[~part.mask].any() for v in kept if torch.is_tensor(v) and v.shape == part.mask.shape)
    report = rewirer.report()
    assert set(report.layer) == {"0", "2.0"} and (report.grown == report.removed + report.disconnected).all()


@pytest.mark.parametrize("backend", ["sparse", "masked"])
@pytest.mark.parametrize("recipe", RECIPES)
def test_training_resumes_to_the_bit(recipe, backend):
    def fresh(seed):
        model = sparse_model(backend, seed=seed)
        optimizer = OPTIMISERS["adam"](model.parameters())
        return model, optimizer, ns.nn.Rewirer(model, optimizer, RECIPES[recipe], steps=12, rng=seed)

    whole = fresh(0)
    train(*whole, 0, 12)
    first = fresh(0)
    train(*first, 0, 5)
    file = io.BytesIO()
    torch.save([one.state_dict() for one in first], file)
    file.seek(0)
    second = fresh(1)
    for one, state in zip(second, torch.load(file, weights_only=True), strict=True):
        one.load_state_dict(state)
    train(*second, 5, 12)
    for ours, theirs in zip(second[0].state_dict().items(), whole[0].state_dict().items(), strict=True):
        assert ours[0] == theirs[0] and torch.equal(ours[1], theirs[1])
    assert second[2].report().equals(whole[2].report())


def test_both_backends_make_the_same_updates():
    found = []
    for backend in ("sparse", "masked"):
        model = sparse_model(backend)
        optimizer = OPTIMISERS["adam"](model.parameters())
        rewirer = ns.nn.Rewirer(model, optimizer, GRADIENTS, steps=12, rng=0)
        train(model, optimizer, rewirer, 0, 12)
        found.append(rewirer.graphs())
    for one, other in zip(found[0].values(), found[1].values(), strict=True):
        assert one.same_topology(other)
        np.testing.assert_allclose(one.weights, other.weights, rtol=1e-9)


def test_accumulated_gradients_choose_the_links_of_the_whole_batch():
    found = []
    for parts in (1, 2):
        model = sparse_model("masked")
        optimizer = OPTIMISERS["sgd"](model.parameters())
        rewirer = ns.nn.Rewirer(model, optimizer, GRADIENTS, steps=6, rng=0)
        for number in range(6):
            x, y = batch(number)
            optimizer.zero_grad()
            for some_x, some_y in zip(x.chunk(parts), y.chunk(parts), strict=True):
                (nn.functional.cross_entropy(model(some_x), some_y) / parts).backward()
            rewirer.step()
        found.append(rewirer.graphs())
    assert all(one.same_topology(other) for one, other in zip(found[0].values(), found[1].values(), strict=True))


def test_scaled_gradients_choose_the_same_links_and_infinite_ones_none():
    found = []
    for scaled in (False, True):
        model = sparse_model("masked")
        optimizer = OPTIMISERS["sgd"](model.parameters())
        scaler = torch.amp.GradScaler("cpu", init_scale=1024.0, enabled=scaled)
        rewirer = ns.nn.Rewirer(model, optimizer, GRADIENTS, steps=9, rng=0)
        for number in range(7):
            optimizer.zero_grad()
            x, y = batch(number)
            scaler.scale(nn.functional.cross_entropy(model(x), y)).backward()
            if number % 2:
                scaler.unscale_(optimizer)
            assert (rewirer.step(scaler if scaled else None) is not None) == (number in (2, 5))
            scaler.update()
        found.append(rewirer.graphs())
    assert all(one.same_topology(other) for one, other in zip(found[0].values(), found[1].values(), strict=True))
    for _ in range(2):
        optimizer.zero_grad()
        scaler.scale(nn.functional.cross_entropy(model(x), y) * torch.inf).backward()
        assert rewirer.step(scaler) is None
        scaler.update()
    assert all(torch.isfinite(parameter).all() for parameter in model.parameters())


@pytest.mark.parametrize("backend", ["sparse", "masked"])
def test_autocast_clipping_and_schedulers(backend):
    model = sparse_model(backend, dtype=torch.float32)
    optimizer = OPTIMISERS["adamw"](model.parameters())
    scheduler = torch.optim.lr_scheduler.CosineAnnealingLR(optimizer, 12)
    rewirer = ns.nn.Rewirer(model, optimizer, GRADIENTS, steps=12, rng=0)
    for number in range(12):
        x, y = batch(number, torch.float32)
        optimizer.zero_grad()
        with torch.autocast("cpu", torch.bfloat16):
            loss = nn.functional.cross_entropy(model(x), y)
        loss.backward()
        nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        rewirer.step()
        scheduler.step()
    assert rewirer.report().step.unique().tolist() == [3, 6, 9]
    assert all(part.weight.dtype == torch.float32 for part in (model[0], model[2][0]))


def test_an_update_takes_the_place_of_a_step_or_follows_it():
    for replaces in (True, False):
        model = sparse_model("masked")
        optimizer = OPTIMISERS["sgd"](model.parameters())
        rewirer = ns.nn.Rewirer(model, optimizer, GRADIENTS.replace(replaces_step=replaces), steps=12, rng=0)
        train(model, optimizer, rewirer, 0, 2)
        last = model[3].weight.detach().clone()
        (update,) = train(model, optimizer, rewirer, 2, 3)
        assert len(update.layers) == 2 and torch.equal(model[3].weight, last) == replaces


def test_a_chain_is_one_network_and_layers_alone_are_not():
    recipe = ns.rewire.RECIPES["rlr"].replace(interval=1, unit="steps", scope="network")
    model = nn.Sequential(nn.Linear(6, 9), nn.ReLU(), nn.Linear(9, 8), nn.ReLU(), nn.Linear(8, 3))
    model, _ = ns.nn.sparsify(model, 0.3, rng=0)
    optimizer = OPTIMISERS["sgd"](model.parameters())
    with pytest.raises(InvalidValue, match="recipe: scope 'network' is about layers together; say chain"):
        ns.nn.Rewirer(model, optimizer, recipe, steps=4)
    rewirer = ns.nn.Rewirer(model, optimizer, recipe, steps=4, chain="relu", rng=0)
    (update, *_) = train(model.float(), optimizer, rewirer, 0, 3)
    assert sum(one.grown for one in update.layers) == sum(one.removed + one.disconnected for one in update.layers)


def test_the_schedule_counts_epochs_and_the_density_falls():
    recipe = ns.rewire.RECIPES["set"].replace(density=ns.rewire.Schedule(0.4, "linear", final=0.2), until=1.0)
    model = sparse_model()
    optimizer = OPTIMISERS["sgd"](model.parameters())
    with pytest.raises(InvalidType, match="steps_per_epoch must be given"):
        ns.nn.Rewirer(model, optimizer, recipe, steps=8)
    rewirer = ns.nn.Rewirer(model, optimizer, recipe, steps=8, steps_per_epoch=4, rng=0)
    updates = train(model, optimizer, rewirer, 0, 8)
    assert [number for number, update in enumerate(updates, 1) if update] == [4, 8]
    assert [layer.n_links for layer in rewirer.graphs().values()] == [11, 14]


def test_momentum_of_missing_links_needs_masked_layers():
    @ns.rewire.REGROWTH.register("by-momentum", needs={"momentum"})
    def by_momentum(layer, n, *, evidence, rng):
        """Non-links of largest momentum."""
        values = np.abs(evidence.momentum)
        values[layer.rows, layer.columns] = -1
        return np.unravel_index(np.argsort(-values, axis=None, kind="stable")[:n], layer.shape)

    try:
        recipe = RECIPES["set"].replace(regrowth="by-momentum")
        model = sparse_model("masked")
        optimizer = OPTIMISERS["sgd"](model.parameters())
        rewirer = ns.nn.Rewirer(model, optimizer, recipe, steps=6, rng=0)
        assert [update is not None for update in train(model, optimizer, rewirer, 0, 4)] == [False, True] * 2
        model = sparse_model("sparse")
        with pytest.raises(InvalidValue, match="by-momentum"):
            ns.nn.Rewirer(model, OPTIMISERS["sgd"](model.parameters()), recipe, steps=6)
    finally:
        ns.rewire.REGROWTH.unregister("by-momentum")


def test_bfloat16_and_frozen_layers():
    model = sparse_model("masked", dtype=torch.bfloat16)
    model[0].weight.requires_grad_(False)
    optimizer = torch.optim.SGD(model.parameters(), lr=0.1, momentum=0.9)
    rewirer = ns.nn.Rewirer(model, optimizer, GRADIENTS, steps=6, rng=0)
    before = model[0].mask.clone()
    train(model, optimizer, rewirer, 0, 6)
    assert list(rewirer.graphs()) == ["2.0"] and torch.equal(model[0].mask, before)
    assert model[2][0].weight.dtype == torch.bfloat16


def test_a_step_without_a_backward_pass_is_refused_and_changes_nothing():
    model = sparse_model()
    optimizer = OPTIMISERS["sgd"](model.parameters())
    rewirer = ns.nn.Rewirer(model, optimizer, GRADIENTS, steps=6, rng=0)
    train(model, optimizer, rewirer, 0, 2)
    before = copy.deepcopy([one.state_dict() for one in (model, rewirer)])
    with pytest.raises(InvalidValue, match=r"step needs a backward pass before it: .* layer '0' has none"):
        rewirer.step()
    assert str([one.state_dict() for one in (model, rewirer)]) == str(before)
    assert train(model, optimizer, rewirer, 2, 3)[0] is not None


@pytest.mark.parametrize(
    ("make", "kind", "words"),
    [
        (lambda model: (nn.Linear(2, 2), torch.optim.SGD(model.parameters())), InvalidValue, "no sparse or masked"),
        (lambda model: (model, torch.optim.SGD(model[3].parameters())), InvalidValue, "does not hold the weight"),
        (lambda model: (model, torch.optim.LBFGS(model.parameters())), InvalidType, "LBFGS keeps state"),
        (lambda model: (model, "adam"), InvalidType, "optimizer must be one of torch, got str"),
        (lambda model: (None, torch.optim.SGD(model.parameters())), InvalidType, "model must be a torch module"),
    ],
)  # fmt: skip
def test_errors(make, kind, words):
    model, optimizer = make(sparse_model())
    with pytest.raises(kind, match=words):
        ns.nn.Rewirer(model, optimizer, GRADIENTS, steps=6)


def test_states_of_others_are_refused():
    model = sparse_model()
    rewirer = ns.nn.Rewirer(model, OPTIMISERS["sgd"](model.parameters()), GRADIENTS, steps=6, rng=0)
    for state in ({}, {**rewirer.state_dict(), "format": 2}, {**rewirer.state_dict(), "states": []}):
        with pytest.raises(FileFormatError, match="state of"):
            rewirer.load_state_dict(state)

"""Frozen links and biases in every kind of training: not moved by a bit, and no hindrance to the rest."""

from __future__ import annotations

import copy
import pickle

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from netsparse import generate, nn, rewire
from netsparse.rewire import Recipe
from tests.graph.test_frozen import frozen_network
from tests.nn.test_engine import assert_same_state, problem, three

KINDS = [nn.SparseLinear, nn.MaskedLinear]
OPTIMISERS = {
    "sgd": lambda parameters: torch.optim.SGD(parameters, lr=0.1, momentum=0.9, weight_decay=0.1),
    "nesterov": lambda parameters: torch.optim.SGD(parameters, lr=0.1, momentum=0.9, nesterov=True, weight_decay=0.1),
    "adamw": lambda parameters: torch.optim.AdamW(parameters, lr=0.1, weight_decay=0.5),
    "rmsprop": lambda parameters: torch.optim.RMSprop(parameters, lr=0.01, momentum=0.5, weight_decay=0.1),
    "adagrad": lambda parameters: torch.optim.Adagrad(parameters, lr=0.1, weight_decay=0.1),
    "rprop": lambda parameters: torch.optim.Rprop(parameters, lr=0.1),
}


def frozen_problem(dtype=np.float64):
    network, x, y = problem(dtype)
    network = network.with_layers(layer.with_weights(layer.weights, layer.bias + 0.1) for layer in network.layers)
    return frozen_network(network, 5), x, y


pytestmark = pytest.mark.filterwarnings("ignore:The given NumPy array is not writable")


def assert_frozen_as(network, start):
    """Assert that the frozen links and biases of both are the same, to the bit."""
    for layer, first in zip(network.layers, start.layers, strict=True):
        assert frozen_weights(layer) == frozen_weights(first)
        np.testing.assert_array_equal(layer.frozen_biases, first.frozen_biases)
        marks = np.zeros(layer.shape[1], bool) if first.frozen_biases is None else first.frozen_biases
        np.testing.assert_array_equal(layer.bias[marks], first.bias[marks])


def frozen_weights(layer):
    marks = np.zeros(layer.n_links, bool) if layer.frozen_links is None else layer.frozen_links
    return {pair: weight for pair, weight, mark in zip(pairs(layer), layer.weights, marks, strict=True) if mark}


def pairs(layer):
    return list(zip(layer.rows.tolist(), layer.columns.tolist(), strict=True))


@pytest.mark.parametrize("threads", [1, 2])
@pytest.mark.parametrize("momentum", [0.0, 0.9])
def test_engines_agree_and_leave_alone_what_is_frozen_through_updates(threads, momentum):
    start, x, y = frozen_problem()
    engines = three(start, weight_decay=0.05, momentum=momentum, threads=threads)
    recipe = Recipe(regrowth="random", zeta=0.5)
    for epoch in range(3):
        order = np.random.default_rng(epoch).permutation(len(y))
        losses = [engine.run_epoch(x, y, order) for engine in engines]
        np.testing.assert_allclose(losses, losses[0], rtol=1e-9)
        if momentum:  # torch has no velocities without
            assert_same_state(engines, 1e-7, 1e-10)
        for engine in engines:
            assert_frozen_as(engine.network(), start)
            rewired, _, update = rewire.step(engine.network(), None, recipe, progress=0.5, rng=epoch)
            assert sum(layer.grown for layer in update.layers) > 50
            assert_frozen_as(rewired, start)
            engine.apply(rewired, update)
            assert engine.network() == rewired
    learned = engines[0].network()
    assert not np.array_equal(learned.layers[-1].weights, start.layers[-1].weights)
    assert not np.array_equal(learned.layers[0].bias, start.layers[0].bias)


@pytest.mark.parametrize(("backend", "threads"), [("sparse", 1), ("sparse", 2), ("masked", 1)])
def test_a_saved_state_continues_to_the_same_bits(backend, threads):
    start, x, y = frozen_problem(np.float32)
    orders = [np.random.default_rng(epoch).permutation(len(y)) for epoch in range(4)]
    whole = nn.engine(start, backend, threads=threads)
    for order in orders[:2]:
        whole.run_epoch(x, y, order)
    resumed = nn.engine(whole.network(), backend, threads=threads)
    resumed.load_state(whole.state())
    for order in orders[2:]:
        for engine in (whole, resumed):
            engine.run_epoch(x, y, order)
    assert resumed.network() == whole.network()
    for name, array in whole.state().items():
        assert np.array_equal(array, resumed.state()[name])
    assert_frozen_as(whole.network(), start)


@pytest.mark.parametrize("backend", ["sparse", "masked"])
def test_a_state_brings_its_frozen_values(backend):
    start, x, y = frozen_problem()
    doubled = start.with_layers(layer.with_weights(layer.weights * 2, layer.bias * 2) for layer in start.layers)
    engine = nn.engine(start, backend)
    engine.load_state(nn.engine(doubled, backend).state())
    engine.run_epoch(x, y, np.arange(len(y)))
    assert_frozen_as(engine.network(), doubled)


@pytest.mark.parametrize("backend", ["sparse", "masked"])
def test_what_is_frozen_has_no_part_in_what_the_rest_learns_but_its_value(backend):
    """With everything frozen nothing moves; with nothing frozen the numbers are those of a network without marks."""
    network, x, y = problem()
    everything = network.with_layers(
        layer.freeze(links=np.arange(layer.n_links), biases=np.arange(layer.shape[1])) for layer in network.layers
    )
    engine = nn.engine(everything, backend)
    engine.run_epoch(x, y, np.arange(len(y)))
    assert engine.network() == everything
    assert not engine.state()["weight_velocities"].any()


@pytest.mark.parametrize("optimiser", OPTIMISERS)
@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("kept", [False, True])
def test_no_optimiser_moves_what_is_frozen_in_a_loop_of_ones_own(kind, optimiser, kept):
    start, x, y = frozen_problem()
    module = nn.FeedForward(map(kind, start.layers), start.readout)
    optimizer = OPTIMISERS[optimiser](module.parameters())
    if kept:
        nn.keep_frozen(module, optimizer)
    x, y = torch.from_numpy(x), torch.from_numpy(y)
    for _ in range(5):
        optimizer.zero_grad()
        torch.nn.functional.cross_entropy(module(x), y).backward()
        for part, layer in zip(module.layers, start.layers, strict=True):
            of_links = part.by_link(part.weight.grad)
            assert not of_links[torch.from_numpy(layer.frozen_links)].any()
            assert of_links[torch.from_numpy(~layer.frozen_links)].any()
            assert not part.bias.grad[torch.from_numpy(layer.frozen_biases)].any()
        optimizer.step()
        trained = nn.to_network(module)
        assert_frozen_as(trained, start)
        expected = trained.forward(x.numpy())
        np.testing.assert_allclose(module(x).detach().numpy(), expected, rtol=1e-9, atol=1e-9)
    if kept:
        for part, layer in zip(module.layers, start.layers, strict=True):
            own = part.by_link(part.weight).detach().numpy()[layer.frozen_links]
            np.testing.assert_array_equal(own, layer.weights[layer.frozen_links])
            np.testing.assert_array_equal(
                part.bias.detach().numpy()[layer.frozen_biases], layer.bias[layer.frozen_biases]
            )
    assert any(
        not torch.equal(part.by_link(part.weight), torch.from_numpy(layer.weights))
        for part, layer in zip(module.layers, start.layers, strict=True)
    )


@pytest.mark.parametrize("kind", KINDS)
def test_momentum_from_before_the_freezing_moves_nothing(kind):
    network, x, y = problem()
    module = nn.FeedForward(map(kind, network.layers), network.readout)
    optimizer = OPTIMISERS["sgd"](module.parameters())
    x, y = torch.from_numpy(x), torch.from_numpy(y)

    def step():
        optimizer.zero_grad()
        torch.nn.functional.cross_entropy(module(x), y).backward()
        optimizer.step()

    step()
    start = frozen_network(nn.to_network(module), 5)
    for part, layer in zip(module.layers, start.layers, strict=True):
        part.rewire(layer)
    for _ in range(3):
        step()
    assert_frozen_as(nn.to_network(module), start)


@pytest.mark.parametrize("kind", KINDS)
def test_states_copies_and_loads_carry_what_is_frozen(kind):
    start, x, _ = frozen_problem()
    module = nn.FeedForward(map(kind, start.layers), start.readout)
    for same in (copy.deepcopy(module), pickle.loads(pickle.dumps(module))):
        assert nn.to_network(same) == start
    other = nn.FeedForward(map(kind, start.thaw().layers), start.readout)
    assert not any("frozen" in name for name in other.state_dict())
    plain = copy.deepcopy(other.state_dict())
    other.load_state_dict(module.state_dict())
    assert nn.to_network(other) == start
    other.load_state_dict(plain)
    assert nn.to_network(other) == start.thaw()
    module.float()
    assert module(torch.from_numpy(x).float()).dtype == torch.float32


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda state: state.pop("frozen_weights"), "frozen_links and frozen_weights belong together"),
        (lambda state: state.update(frozen_links=state["frozen_links"].flip(0)), "must ascend"),
        (lambda state: state.update(frozen_links=state["frozen_links"] + 10**6), "must ascend from 0"),
        (lambda state: state.update(frozen_biases=state["frozen_biases"].int()), "must be int64"),
        (lambda state: state.update(frozen_bias_values=torch.zeros(1, 1)), "one dimension"),
    ],
)
def test_states_that_do_not_fit_are_refused_whole(kind, change, message):
    start, _, _ = frozen_problem()
    module = kind(start.layers[0])
    state = dict(module.state_dict())
    change(state)
    with pytest.raises(RuntimeError, match=message):
        module.load_state_dict(state)
    assert module.to_layer() == start.layers[0]


def test_frozen_entries_off_the_mask_are_refused():
    layer = generate.erdos_renyi((6, 5), 0.3, readout=0, rng=0).layers[0].freeze(links=[0])
    module = nn.MaskedLinear(layer)
    off = int((~module.mask).flatten().nonzero()[0])
    with pytest.raises(RuntimeError, match="off the mask"):
        module.load_state_dict(module.state_dict() | {"frozen_links": torch.tensor([off])})


@pytest.mark.parametrize("kind", KINDS)
def test_derivatives_transforms_and_compilers_pass_through(kind):
    start, x, _ = frozen_problem()
    layer = start.layers[0]
    module, x = kind(layer), torch.from_numpy(x[:3])
    mean_bits = torch.func.functional_call(module, dict(module.named_parameters()), (x,))
    np.testing.assert_allclose(mean_bits.detach(), x.numpy() @ layer.biadjacency.toarray() + layer.bias)
    parameters = {name: parameter.detach() for name, parameter in module.named_parameters()}

    def loss(parameters):
        return torch.func.functional_call(module, parameters, (x,)).square().sum()

    slopes = torch.func.grad(loss)(parameters)
    assert not module.by_link(slopes["weight"])[torch.from_numpy(layer.frozen_links)].any()
    curvature = torch.autograd.functional.hvp(
        lambda weight: loss({**parameters, "weight": weight}),
        parameters["weight"],
        torch.ones_like(parameters["weight"]),
    )[1]
    assert not module.by_link(curvature)[torch.from_numpy(layer.frozen_links)].any()
    assert module.by_link(curvature).any()
    exported = torch.export.export(module, (x,)).module()
    np.testing.assert_allclose(exported(x).detach(), module(x).detach())


@settings(max_examples=30, deadline=None)
@given(seed=st.integers(0, 2**31), sizes=st.lists(st.integers(1, 8), min_size=2, max_size=4))
def test_any_network_survives_the_way_through_a_module(seed, sizes):
    network = frozen_network(generate.erdos_renyi(sizes, 0.6, readout=0, dtype=np.float64, rng=seed), seed)
    for backend in ("sparse", "masked"):
        assert nn.to_network(nn.to_module(network, backend)) == network

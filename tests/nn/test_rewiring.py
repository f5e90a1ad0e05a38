"""Updates carried to modules and optimisers, on hand-made updates and on real ones."""

import numpy as np
import pytest
import torch

from netsparse import BipartiteLayer, LayeredNetwork, generate, nn, rewire
from netsparse.rewire import LayerUpdate, TopologyUpdate
from tests.nn.test_modules import OPTIMIZERS

BACKENDS = ["sparse", "masked"]


def small_network(seed=0):
    return generate.erdos_renyi((6, 8, 7, 3), 0.4, dtype=np.float64, rng=seed)


def train(module, optimizer, steps=4):
    generator = torch.Generator().manual_seed(0)
    for _ in range(steps):
        x = torch.randn(5, 6, generator=generator, dtype=torch.float64)
        optimizer.zero_grad()
        torch.nn.functional.cross_entropy(module(x), torch.arange(5) % 3).backward()
        optimizer.step()


def by_place(layer, values):
    """Values by link as a dict from (row, column)."""
    return dict(zip(zip(layer.rows.tolist(), layer.columns.tolist(), strict=True), values.tolist(), strict=True))


def states(module, optimizer):
    """Per layer, each of the optimiser's tensors of the weight as a dict from (row, column), and of the bias."""
    result = []
    for part in module.layers:
        layer = part.to_layer()
        weight = {n: v for n, v in optimizer.state[part.weight].items() if v.shape == part.weight.shape}
        bias = {n: v.clone() for n, v in optimizer.state[part.bias].items() if v.shape == part.bias.shape}
        result.append(({n: by_place(layer, part.by_link(v)) for n, v in weight.items()}, bias))
    return result


@pytest.mark.parametrize("optimizer_name", OPTIMIZERS)
@pytest.mark.parametrize("backend", BACKENDS)
def test_state_of_survivors_is_kept_of_new_links_zero(backend, optimizer_name):
    module = nn.to_module(small_network(), backend)
    optimizer = OPTIMIZERS[optimizer_name](module.parameters())
    train(module, optimizer)
    before, old = states(module, optimizer), nn.to_network(module)
    rewired, update = rewire.update(old, 0.4, regrowth="random", rng=1)
    nn.apply_update(module, optimizer, rewired, update)
    assert nn.to_network(module) == rewired
    parts = zip(rewired.layers, update.layers, before, states(module, optimizer), strict=True)
    for layer, change, (then, then_bias), (now, now_bias) in parts:
        survivors = {(int(layer.rows[k]), int(layer.columns[k])) for k in change.kept_to}
        assert then.keys() == now.keys() != set()
        for name in now:
            assert set(now[name]) == set(by_place(layer, layer.weights))
            for place, value in now[name].items():
                assert value == (then[name][place] if place in survivors else 0)
            assert torch.equal(now_bias[name], torch.where(torch.as_tensor(change.bias_cleared), 0, then_bias[name]))
    train(module, optimizer)
    assert all(torch.isfinite(p).all() for p in module.parameters())


@pytest.mark.parametrize("backend", BACKENDS)
def test_a_link_removed_and_regrown_starts_without_momentum_and_a_cleared_bias_too(backend):
    layer = BipartiteLayer.from_links([0, 0, 1], [0, 1, 1], [1.0, 2.0, 3.0], shape=(2, 2), bias=[1.0, 2.0])
    module = nn.to_module(LayeredNetwork([layer]), backend)
    optimizer = OPTIMIZERS["sgd"](module.parameters())
    module(torch.ones(1, 2, dtype=torch.float64)).square().sum().backward()
    optimizer.step()
    part = module.layers[0]
    momentum = part.by_link(optimizer.state[part.weight]["momentum_buffer"]).clone()
    # links (0, 0) and (1, 1) survive; (0, 1) goes and comes back in the same update; (1, 0) is new
    grown = BipartiteLayer.from_links([0, 0, 1, 1], [0, 1, 0, 1], [1.0, 9.0, 9.0, 3.0], shape=(2, 2), bias=[0.0, 5.0])
    change = LayerUpdate(
        removed_from=np.array([1]),
        disconnected=0,
        grown=2,
        overlap=1,
        kept_from=np.array([0, 2]),
        kept_to=np.array([0, 3]),
        bias_cleared=np.array([True, False]),
    )
    bias_momentum = optimizer.state[part.bias]["momentum_buffer"].clone()
    nn.apply_update(module, optimizer, LayeredNetwork([grown]), TopologyUpdate((change,), {}))
    carried = part.by_link(optimizer.state[part.weight]["momentum_buffer"])
    assert carried.tolist() == [momentum[0], 0, 0, momentum[2]]
    assert optimizer.state[part.bias]["momentum_buffer"].tolist() == [0, bias_momentum[1]]
    assert module.layers[0].to_layer() == grown


def test_the_optimiser_goes_on_knowing_the_parameters():
    module = nn.to_module(small_network(), "sparse")
    optimizer = OPTIMIZERS["adam"](module.parameters())
    train(module, optimizer)
    steps = [optimizer.state[p]["step"].item() for p in module.parameters()]
    rewired, update = rewire.update(nn.to_network(module), 0.3, regrowth="l3", rng=0)
    nn.apply_update(module, optimizer, rewired, update)
    assert [id(p) for g in optimizer.param_groups for p in g["params"]] == [id(p) for p in module.parameters()]
    assert [optimizer.state[p]["step"].item() for p in module.parameters()] == steps
    before = nn.to_network(module)
    train(module, optimizer, steps=1)
    after = nn.to_network(module)
    for old, new in zip(before.layers, after.layers, strict=True):
        assert new.same_topology(old) and not np.array_equal(new.weights, old.weights)


@pytest.mark.parametrize("backend", BACKENDS)
def test_without_optimiser_or_before_its_first_step(backend):
    module = nn.to_module(small_network(), backend)
    optimizer = OPTIMIZERS["adam"](module.parameters())
    for some in (None, optimizer):
        rewired, update = rewire.update(nn.to_network(module), 0.3, regrowth="random", rng=2)
        nn.apply_update(module, some, rewired, update)
        assert nn.to_network(module) == rewired
    assert not optimizer.state


def test_what_does_not_belong_together_is_refused():
    network = small_network()
    rewired, update = rewire.update(network, 0.3, regrowth="random", rng=2)
    other = nn.to_module(generate.erdos_renyi((6, 9, 3), 0.4, rng=0), "sparse")
    with pytest.raises(ValueError, match="layers of shapes"):
        nn.apply_update(other, None, rewired, update)
    assert nn.to_network(other).sizes == (6, 9, 3)


@pytest.mark.parametrize("backend", BACKENDS)
def test_a_doubled_a_skipped_and_a_foreign_update_are_refused_and_change_nothing(backend):
    module = nn.to_module(small_network(), backend)
    optimizer = OPTIMIZERS["sgd"](module.parameters())
    train(module, optimizer)
    first = rewire.update(nn.to_network(module), 0.3, regrowth="random", rng=0)
    second = rewire.update(first[0], 0.3, regrowth="random", rng=1)

    def refused(network, update):
        before, momentum = nn.to_network(module), states(module, optimizer)
        with pytest.raises(ValueError, match="does not lead from the links"):
            nn.apply_update(module, optimizer, network, update)
        assert nn.to_network(module) == before
        assert str(states(module, optimizer)) == str(momentum)

    refused(*second)  # the first one was skipped
    nn.apply_update(module, optimizer, *first)
    refused(*first)  # doubled
    refused(second[0], first[1])  # a network of another update
    nn.apply_update(module, optimizer, *second)
    assert nn.to_network(module) == second[0]


def test_the_fused_engine_refuses_a_doubled_update():
    engine = nn.engine(small_network(), "sparse")
    change = rewire.update(engine.network(), 0.3, regrowth="random", rng=0)
    engine.apply(*change)
    with pytest.raises(ValueError, match="applied already"):
        engine.apply(*change)
    assert engine.network() == change[0]


@pytest.mark.parametrize("backend", BACKENDS)
@pytest.mark.parametrize(
    ("name", "make", "state", "fresh"),
    [
        ("Rprop", lambda p: torch.optim.Rprop(p, lr=0.02), "step_size", 0.02),
        ("Adagrad", lambda p: torch.optim.Adagrad(p, initial_accumulator_value=0.5), "sum", 0.5),
        ("NAdam", lambda p: torch.optim.NAdam(p), "exp_avg", 0.0),
    ],
)
def test_new_links_start_with_the_state_that_the_optimiser_starts_with(backend, name, make, state, fresh):
    module = nn.to_module(small_network(), backend)
    optimizer = make(module.parameters())
    train(module, optimizer)
    rewired, update = rewire.update(nn.to_network(module), 0.4, regrowth="random", rng=1)
    nn.apply_update(module, optimizer, rewired, update)
    for part, change in zip(module.layers, update.layers, strict=True):
        values = part.by_link(optimizer.state[part.weight][state])
        new = np.setdiff1d(np.arange(part.n_links), change.kept_to)
        assert (values[torch.as_tensor(new)] == fresh).all()
    train(module, optimizer)
    after = nn.to_network(module)
    for before, now, change in zip(rewired.layers, after.layers, update.layers, strict=True):
        new = np.setdiff1d(np.arange(now.n_links), change.kept_to)
        moved = np.flatnonzero(before.weights != now.weights)
        assert np.isin(moved, new).any() == (new.size > 0)  # they do not stand still


def test_optimisers_whose_state_belongs_to_no_link_are_refused_by_name():
    for backend, make, message in [
        ("sparse", lambda p: torch.optim.LBFGS(p), "LBFGS keeps"),
        ("masked", lambda p: torch.optim.Adafactor(p), "Adafactor keeps row_var"),
    ]:
        module = nn.to_module(small_network(), backend)
        optimizer = make(module.parameters())

        def loss(module=module):
            module.zero_grad()
            value = module(torch.ones(3, 6, dtype=torch.float64)).square().sum()
            value.backward()
            return value

        loss()
        optimizer.step(loss)
        before = nn.to_network(module)
        change = rewire.update(before, 0.3, regrowth="random", rng=0)
        with pytest.raises(TypeError, match=message):
            nn.apply_update(module, optimizer, *change)
        assert nn.to_network(module) == before


@pytest.mark.parametrize("backend", BACKENDS)
def test_layers_that_share_a_parameter_are_refused(backend):
    network = generate.erdos_renyi((5, 5, 5), 0.4, readout=0, dtype=np.float64, rng=0)
    part = nn.to_module(network, backend).layers[0]
    twice = nn.FeedForward([part, part])
    change = rewire.update(nn.to_network(twice), 0.3, regrowth="random", rng=0)
    before = nn.to_network(twice)
    with pytest.raises(ValueError, match="layer 1 shares a parameter"):
        nn.apply_update(twice, None, *change)
    assert nn.to_network(twice) == before
    with pytest.raises(TypeError, match="takes the module that to_module makes"):
        nn.apply_update(torch.nn.Sequential(part), None, *change)


def test_biases_that_a_module_has_not_are_refused():
    network = small_network()
    module = nn.to_module(network, "sparse", bias=False)
    rewired, update = rewire.update(network, 0.3, regrowth="random", rng=0)
    biased = rewired.with_layers(layer.with_weights(layer.weights, np.ones(layer.shape[1])) for layer in rewired.layers)
    with pytest.raises(ValueError, match="the module has none"):
        nn.apply_update(module, None, biased, update)
    assert nn.to_network(module) == network
    nn.apply_update(module, None, rewired, update)
    assert nn.to_network(module) == rewired

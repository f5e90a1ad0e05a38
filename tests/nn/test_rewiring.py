"""Updates carried to modules and optimisers, on hand-made updates and on real ones."""

import types

import numpy as np
import pytest
import torch

from netsparse import BipartiteLayer, LayeredNetwork, generate, nn, rewire
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
    change = types.SimpleNamespace(
        kept_from=np.array([0, 2]), kept_to=np.array([0, 3]), bias_cleared=np.array([True, False])
    )
    bias_momentum = optimizer.state[part.bias]["momentum_buffer"].clone()
    nn.apply_update(module, optimizer, LayeredNetwork([grown]), types.SimpleNamespace(layers=(change,)))
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

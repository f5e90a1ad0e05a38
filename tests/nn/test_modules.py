"""SparseLinear and MaskedLinear: the same function, the same gradients, and good torch citizens."""

import copy
import io
import pickle

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from netsparse import BipartiteLayer, nn
from netsparse.nn.operator import sparse_linear
from netsparse.nn.sparse import portable_product
from tests import tiny
from tests.strategies import layers

OPTIMIZERS = {
    "sgd": lambda p: torch.optim.SGD(p, lr=0.1, momentum=0.9, weight_decay=0.01),
    "adam": lambda p: torch.optim.Adam(p, lr=0.05),
    "adamw": lambda p: torch.optim.AdamW(p, lr=0.05, weight_decay=0.1),
}
cuda = pytest.mark.skipif(not torch.cuda.is_available(), reason="no CUDA device on this machine")


def random_layer(rows=7, columns=5, density=0.4, seed=0, dtype=np.float64):
    rng = np.random.default_rng(seed)
    pattern = rng.random((rows, columns)) < density
    return tiny.layer(pattern, rng.normal(size=pattern.sum()), dtype, rng.normal(size=columns))


def both(layer):
    return nn.SparseLinear(layer), nn.MaskedLinear(layer)


def portable(module, x, weight, bias):
    return portable_product(x, weight, bias, module.rows, module.columns, module.out_features)


def results(module, x, target):
    """Output, and gradients of weight (by link), bias and input, under a loss that is not linear."""
    x = x.clone().requires_grad_()
    y = module(x)
    ((y - target) ** 2).sum().backward()
    return y.detach(), module.by_link(module.weight.grad), module.bias.grad, x.grad


@given(layers(), st.sampled_from([(), (1,), (4,), (0,), (2, 3), (2, 1, 2), (130,)]), st.integers(0, 99))
def test_both_modules_give_the_products_and_the_same_gradients(layer, leading, seed):
    generator = torch.Generator().manual_seed(seed)
    x = torch.randn(*leading, layer.shape[0], generator=generator, dtype=torch.float64)
    target = torch.randn(*leading, layer.shape[1], generator=generator, dtype=torch.float64)
    sparse, masked = (results(module, x, target) for module in both(layer))
    expected = x.numpy().reshape(-1, layer.shape[0]) @ layer.biadjacency + layer.bias
    np.testing.assert_allclose(sparse[0].reshape(-1, layer.shape[1]), expected, atol=1e-12)
    for ours, theirs in zip(sparse, masked, strict=True):
        torch.testing.assert_close(ours, theirs, rtol=1e-10, atol=1e-11)


@settings(max_examples=30)  # of as many finite differences as there are inputs, links and biases
@given(layers(), st.integers(0, 6))
def test_gradcheck(layer, n):
    x = torch.randn(n, layer.shape[0], dtype=torch.float64, requires_grad=True)
    module = nn.SparseLinear(layer)

    def product(x, weight, bias):
        return torch.func.functional_call(module, {"weight": weight, "bias": bias}, (x,))

    assert torch.autograd.gradcheck(product, (x, module.weight, module.bias))


def test_gradcheck_over_more_than_one_block():
    module, x = nn.SparseLinear(random_layer(3, 2, 0.8)), torch.randn(150, 3, dtype=torch.float64, requires_grad=True)
    assert torch.autograd.gradcheck(module, (x,))


@pytest.mark.parametrize("frozen", ["x", "weight", "bias"])
def test_what_needs_no_gradient_gets_none(frozen):
    module = nn.SparseLinear(random_layer())
    leaves = {"x": torch.randn(4, 7, dtype=torch.float64), "weight": module.weight, "bias": module.bias}
    for name, leaf in leaves.items():
        leaf.requires_grad_(name != frozen)
    module(leaves["x"]).square().sum().backward()
    assert [name for name, leaf in leaves.items() if leaf.grad is None] == [frozen]


def test_inputs_in_any_memory_layout():
    module = nn.SparseLinear(random_layer())
    x = torch.randn(4, 14, dtype=torch.float64)
    for view in (x[:, ::2], x.T[:7, :].T, x[:, :7].flip(0), x[:1, :7].expand(4, 7)):
        torch.testing.assert_close(module(view), module(view.contiguous()))
    upstream = torch.ones(1, 1, dtype=torch.float64).expand(4, 5)  # a gradient without memory of its own
    module(x[:, :7]).backward(upstream)
    torch.testing.assert_close(module.bias.grad, torch.full((5,), 4.0, dtype=torch.float64))


def test_gradients_of_gradients_are_right():
    for n in (0, 1, 4):
        module = nn.SparseLinear(random_layer())
        x = torch.randn(n, 7, dtype=torch.float64, requires_grad=True)

        def product(x, weight, bias, module=module):
            return sparse_linear(x, weight, bias, module.places, module.places_high, 5)

        assert torch.autograd.gradcheck(product, (x, module.weight, module.bias))
        assert torch.autograd.gradgradcheck(product, (x, module.weight, module.bias))
        assert torch.autograd.gradgradcheck(
            lambda weight, x=x, product=product: product(x.detach(), weight, None), module.weight
        )


@pytest.mark.parametrize("kind", [nn.SparseLinear, nn.MaskedLinear])
def test_wrong_inputs_are_refused(kind):
    with pytest.raises((ValueError, RuntimeError), match=r"shape"):
        kind(random_layer())(torch.zeros(2, 6, dtype=torch.float64))


@given(layers(), st.integers(0, 6))
def test_the_portable_product_is_the_compiled_one(layer, n):
    x = torch.randn(n, layer.shape[0], dtype=torch.float64)
    module = nn.SparseLinear(layer)
    found = portable(module, x, module.weight, module.bias)
    torch.testing.assert_close(found, module(x))


def test_both_ways_of_the_portable_product_have_the_right_gradients():
    module = nn.SparseLinear(random_layer(density=0.3))
    for n in (1, 6):  # few samples: a product a link; many: a dense matrix
        x = torch.randn(n, 7, dtype=torch.float64, requires_grad=True)

        def product(x, weight, bias):
            return portable(module, x, weight, bias)

        assert torch.autograd.gradcheck(product, (x, module.weight, module.bias))


def test_half_precision_goes_the_portable_way():
    module = nn.SparseLinear(random_layer()).to(torch.bfloat16)
    y = module(torch.ones(2, 7, dtype=torch.bfloat16))
    assert y.dtype == torch.bfloat16
    exact = nn.SparseLinear(random_layer())(torch.ones(2, 7, dtype=torch.float64))
    torch.testing.assert_close(y.double(), exact, rtol=0.05, atol=0.05)
    assert module.to_layer().dtype == np.float32


@cuda
def test_cuda_gives_the_numbers_of_the_cpu():
    layer = random_layer(40, 30, 0.1)
    x, target = torch.randn(9, 40, dtype=torch.float64), torch.randn(9, 30, dtype=torch.float64)
    on_cpu = results(nn.SparseLinear(layer), x, target)
    on_gpu = results(nn.SparseLinear(layer).cuda(), x.cuda(), target.cuda())
    for ours, theirs in zip(on_gpu, on_cpu, strict=True):
        torch.testing.assert_close(ours.cpu(), theirs)


@pytest.mark.parametrize("kind", [nn.SparseLinear, nn.MaskedLinear])
class TestCopies:
    """What a module goes through in other people's code."""

    def test_it_gives_its_layer_back(self, kind):
        layer = BipartiteLayer.from_links([0, 2, 2], [1, 0, 1], [0.0, 2.0, 0.0], shape=(3, 4), bias=[1, 2, 3, 4])
        assert kind(layer).to_layer() == layer

    def test_deepcopy_and_pickle(self, kind):
        layer = random_layer()
        module = kind(layer)
        file = io.BytesIO()
        torch.save(module, file)
        file.seek(0)
        loaded = torch.load(file, weights_only=False)
        for copied in (copy.deepcopy(module), pickle.loads(pickle.dumps(module)), loaded):
            x = torch.randn(3, 7, dtype=torch.float64)
            torch.testing.assert_close(copied(x), module(x), rtol=0, atol=0)
            assert copied.to_layer() == layer
            with torch.no_grad():
                copied.weight.zero_()
            assert module.to_layer() == layer

    def test_to_another_dtype(self, kind):
        module = kind(random_layer()).float()
        assert module(torch.ones(2, 7)).dtype == torch.float32
        assert module.to_layer().dtype == np.float32
        assert module.double().to_layer().same_topology(random_layer())

    def test_state_dict_round_trip_brings_the_topology_along(self, kind):
        target, source = kind(random_layer(seed=0)), kind(random_layer(density=0.8, seed=1))
        parameters = list(target.parameters())
        target.load_state_dict(source.state_dict())
        assert target.to_layer() == source.to_layer()
        assert all(now is then for now, then in zip(target.parameters(), parameters, strict=True))
        x = torch.randn(3, 7, dtype=torch.float64)
        target(x).sum().backward()
        torch.testing.assert_close(target(x), source(x), rtol=0, atol=0)
        with torch.no_grad():
            source.weight.zero_()
        assert target.to_layer() != source.to_layer()

    def test_state_dict_of_another_shape_is_refused(self, kind):
        with pytest.raises(RuntimeError, match="size mismatch"):
            kind(random_layer()).load_state_dict(kind(random_layer(7, 6)).state_dict())

    def test_the_repr_counts_links(self, kind):
        layer = random_layer()
        assert f"in_features=7, out_features=5, links={layer.n_links}" in repr(kind(layer))


DAMAGES = {
    "descending places": lambda s: {"places": s["places"].flip(0)},
    "places beyond": lambda s: {"places": s["places"] + 35},
    "negative places": lambda s: {"places": s["places"] - 20},
    "a link twice": lambda s: {"places": torch.zeros_like(s["places"])},
    "a place less": lambda s: {"places": s["places"][:-1]},
    "floating places": lambda s: {"places": s["places"].double()},
    "a list of places": lambda s: {"places": s["places"].tolist()},
    "places in a row": lambda s: {"places": s["places"][None]},
    "places without values": lambda s: {"places": s["places"].to("meta")},
    "a weight less": lambda s: {"weight": s["weight"][:-1]},
    "a scalar weight": lambda s: {"weight": s["weight"][0]},
    "complex weights": lambda s: {"weight": s["weight"].to(torch.complex128)},
    "whole weights": lambda s: {"weight": s["weight"].to(torch.int64)},
    "a bias more": lambda s: {"bias": torch.ones(6, dtype=torch.float64)},
}


@pytest.mark.parametrize("strict", [True, False])
@pytest.mark.parametrize("damage", DAMAGES)
def test_a_damaged_state_is_refused_and_changes_nothing(damage, strict):
    good = nn.SparseLinear(random_layer()).state_dict()
    module = nn.SparseLinear(random_layer(density=0.7, seed=2))
    before = module.to_layer()
    with pytest.raises(RuntimeError, match="size mismatch"):
        module.load_state_dict({**good, **DAMAGES[damage](good)}, strict=strict)
    assert module.to_layer() == before


@pytest.mark.parametrize("name", OPTIMIZERS)
def test_any_loop_trains_both_alike(name):
    """A sparse layer between ordinary modules, a loss of torch, an optimiser of torch."""
    layer = random_layer(6, 8)
    models = []
    for part in both(layer):
        torch.manual_seed(0)
        model = torch.nn.Sequential(torch.nn.Linear(4, 6), torch.nn.GELU(), part, torch.nn.LayerNorm(8))
        models.append(model.double())
    optimizers = [OPTIMIZERS[name](model.parameters()) for model in models]
    generator = torch.Generator().manual_seed(1)
    for _ in range(20):
        x = torch.randn(16, 4, generator=generator, dtype=torch.float64)
        for model, optimizer in zip(models, optimizers, strict=True):
            optimizer.zero_grad()
            torch.nn.functional.smooth_l1_loss(model(x), x.repeat(1, 2)).backward()
            optimizer.step()
    sparse, masked = (model[2] for model in models)
    torch.testing.assert_close(sparse.weight, masked.by_link(masked.weight), rtol=1e-7, atol=1e-9)
    assert not np.allclose(sparse.to_layer().weights, layer.weights)
    assert (masked.weight[~masked.mask] == 0).all()
    velocities = [v for v in optimizers[1].state[masked.weight].values() if v.shape == masked.weight.shape]
    assert velocities and all((v[~masked.mask] == 0).all() for v in velocities)


def test_masks_hold_links_of_weight_zero():
    layer = BipartiteLayer.from_links([0, 1], [0, 2], [0.0, 0.0], shape=(2, 3))
    (mask,) = nn.masks(nn.to_network(nn.FeedForward([nn.SparseLinear(layer)])))
    assert mask.dtype == torch.bool and mask.shape == (3, 2)
    assert sorted(map(tuple, mask.nonzero().tolist())) == [(0, 0), (2, 1)]


@given(layers())
def test_by_link_and_from_links_are_inverse(layer):
    for module in both(layer):
        values = torch.arange(1.0, layer.n_links + 1)
        assert torch.equal(module.by_link(module.from_links(values)), values)
        assert int((module.from_links(values) != 0).sum()) == layer.n_links


def test_parameters_are_the_links_and_the_biases_alone():
    layer = random_layer()
    sizes = {name: p.numel() for name, p in nn.SparseLinear(layer).named_parameters()}
    assert sizes == {"weight": layer.n_links, "bias": 5}


def test_gradients_of_both_modules_at_the_size_of_the_paper_agree_in_float32():
    layer = random_layer(784, 1000, 0.01, dtype=np.float32)
    x, target = torch.randn(64, 784), torch.randn(64, 1000)
    for ours, theirs in zip(*(results(module, x, target) for module in both(layer)), strict=True):
        torch.testing.assert_close(ours, theirs, rtol=1e-4, atol=1e-3)


def test_gradients_of_inputs_in_any_memory_layout():
    module = nn.SparseLinear(random_layer())
    layouts = {
        "transposed": torch.randn(7, 4, dtype=torch.float64).T,
        "strided": torch.randn(4, 14, dtype=torch.float64)[:, ::2],
        "expanded": torch.randn(1, 7, dtype=torch.float64).expand(4, 7),
        "batched": torch.randn(7, 3, 2, dtype=torch.float64).permute(2, 1, 0),
    }
    for name, x in layouts.items():
        gradients = []
        for leaf in (x.detach(), x.detach().contiguous()):
            leaf.requires_grad_()
            module(leaf).pow(3).sum().backward()
            gradients.append(leaf.grad)
        torch.testing.assert_close(*gradients, msg=name)


@pytest.mark.parametrize("n", [0, 1, 2, 3, 4, 40])
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_without_gradients_the_outputs_are_the_same(n, dtype):
    module, masked = both(random_layer(dtype=dtype))
    x = torch.from_numpy(np.random.default_rng(0).normal(size=(n, 7)).astype(dtype))
    with torch.no_grad():
        found, expected = module(x), masked(x)
    torch.testing.assert_close(found, expected)
    assert not found.requires_grad
    with torch.inference_mode():
        torch.testing.assert_close(module(x), expected)
        assert module(x).is_inference()


def test_who_looks_at_operators_sees_the_product_without_gradients_too():
    from torch.utils._python_dispatch import TorchDispatchMode

    seen = []

    class Record(TorchDispatchMode):
        def __torch_dispatch__(self, operator, types, arguments=(), keywords=None):
            seen.append(str(operator))
            return operator(*arguments, **(keywords or {}))

    module, _ = both(random_layer())
    x = torch.ones(3, 7, dtype=torch.float64)
    with torch.no_grad():
        with Record():
            module(x)
        mapped = torch.func.vmap(module)(x[:, None])
        torch.testing.assert_close(mapped[:, 0], module(x))
    assert "netsparse.sparse_linear.default" in seen

"""Shrinking keeps what a model computes, cuts all that a path or a constant proves superfluous, and names the rest."""

from __future__ import annotations

import copy

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import nn
from torch.nn import functional as F
from torch.nn.utils import parametrizations, prune

import netsparse as ns
from netsparse.errors import InvalidType, InvalidValue

ACTIVATIONS = (nn.ReLU(), nn.Tanh(), nn.Sigmoid(), nn.GELU(), nn.LeakyReLU(0.2), nn.Identity(), nn.Dropout(0.5))
POOLING = (nn.MaxPool2d(2, 1, 1), nn.AvgPool2d(2, 1), nn.AvgPool2d(3, 1, 1), nn.AvgPool2d(3, 1, 1, False, False))


def thinned(model: nn.Module, density: float, seed: int, dtype=torch.float64) -> nn.Module:
    """Return a model of which only some weights are left, and whose statistics are not those of the start."""
    generator = torch.Generator().manual_seed(seed)
    model = model.to(dtype)
    with torch.no_grad():
        for module in model.modules():
            for name, tensor in [*module.named_parameters(recurse=False), *module.named_buffers(recurse=False)]:
                if not tensor.is_floating_point():
                    continue
                tensor.copy_(torch.randn(tensor.shape, generator=generator))
                if name == "running_var":
                    tensor.abs_().add_(0.1)
                elif name == "weight":
                    tensor.mul_(torch.rand(tensor.shape, generator=generator) < density)
    return model.eval()


def assert_same(model: nn.Module, smaller: nn.Module, *example, tolerance=1e-10) -> None:
    """Compare the outputs on fresh inputs, relative to the largest of them."""
    inputs = [torch.randn(one.shape, dtype=one.dtype) for one in example]
    with torch.no_grad():
        expected, found = model(*inputs), smaller(*inputs)
    assert (found - expected).abs().max() <= tolerance * max(1.0, float(expected.abs().max()))


def n_parameters(model: nn.Module) -> int:
    return sum(one.numel() for one in model.parameters())


class Residual(nn.Module):
    """Sums, a product with a number, a product of branches and a concatenation."""

    def __init__(self, width: int):
        super().__init__()
        self.first, self.norm = nn.Linear(4, width), nn.BatchNorm1d(width)
        self.second, self.third, self.last = nn.Linear(width, width), nn.Linear(width, width), nn.Linear(2 * width, 3)

    def forward(self, x):
        x = F.relu(self.norm(self.first(x)))
        y = x + torch.tanh(self.second(x)) - 0.5
        gate = 2 * torch.sigmoid(self.third(x))
        return self.last(torch.cat([y, y * gate], dim=-1))


class Convolutions(nn.Module):
    """Convolutions with and without padding, a depthwise one, a skip, pooling, means and a named number of features."""

    def __init__(self, padding_mode: str):
        super().__init__()
        self.first = nn.Conv2d(2, 5, 3, padding=1, padding_mode=padding_mode)
        self.norm = nn.BatchNorm2d(5)
        self.second = nn.Conv2d(5, 5, 3, padding="same", padding_mode=padding_mode, bias=False)
        self.depthwise = nn.Conv2d(5, 5, 2, groups=5)
        self.third = nn.Conv2d(5, 4, 1)
        self.hidden, self.last = nn.Linear(4 * 4, 6), nn.Linear(10, 2)

    def forward(self, x):
        x = F.relu(self.norm(self.first(x)))
        y = F.max_pool2d(x + F.relu(self.second(x), inplace=True), 2)
        y = self.third(torch.sigmoid(self.depthwise(y)))
        z = F.relu(self.hidden(y.view(-1, 16)))
        return self.last(torch.cat([z, y.mean((2, 3))], 1))


@settings(max_examples=10, deadline=None)
@given(
    widths=st.lists(st.integers(1, 7), min_size=2, max_size=5),
    density=st.sampled_from([0.0, 0.1, 0.3, 0.6]),
    bias=st.booleans(),
    seed=st.integers(0, 999),
    data=st.data(),
)
def test_linear_layers_and_activations(widths, density, bias, seed, data):
    layers = []
    for before, after in zip(widths, widths[1:], strict=False):
        layers += [nn.Linear(before, after, bias), copy.deepcopy(data.draw(st.sampled_from(ACTIVATIONS)))]
    model = thinned(nn.Sequential(*layers), density, seed)
    example = torch.randn(3, widths[0], dtype=torch.float64)
    smaller, report = ns.nn.shrink(model, example)
    assert type(smaller) is nn.Sequential and not report.left
    assert_same(model, smaller, example)
    assert ns.nn.shrink(smaller, example)[1].parameters == (n_parameters(smaller),) * 2


@settings(max_examples=8, deadline=None)
@given(
    density=st.sampled_from([0.05, 0.15, 0.4]),
    padding=st.integers(0, 1),
    mode=st.sampled_from(["zeros", "reflect", "circular"]),
    pooling=st.sampled_from(POOLING),
    activation=st.sampled_from(ACTIVATIONS),
    seed=st.integers(0, 999),
)
def test_convolutions_and_pooling(density, padding, mode, pooling, activation, seed):
    first, second = (nn.Conv2d(n, 6, 3, padding=padding, padding_mode=mode) for n in (2, 6))
    tail = (nn.AdaptiveAvgPool2d(2), nn.Flatten(), nn.Linear(24, 5), nn.ReLU(), nn.Linear(5, 2))
    model = nn.Sequential(first, nn.BatchNorm2d(6), activation, pooling, second, activation, *tail)
    model = thinned(model, density, seed)
    example = torch.randn(2, 2, 9, 9, dtype=torch.float64)
    smaller, _ = ns.nn.shrink(model, example)
    assert_same(model, smaller, example)


@settings(max_examples=8, deadline=None)
@given(density=st.sampled_from([0.05, 0.2, 0.4]), seed=st.integers(0, 999), mode=st.sampled_from(["zeros", "reflect"]))
def test_skips_products_and_concatenations(density, seed, mode):
    vectors, images = torch.randn(3, 4, dtype=torch.float64), torch.randn(2, 2, 6, 6, dtype=torch.float64)
    for model, example in ((Residual(6), vectors), (Convolutions(mode), images)):
        model = thinned(model, density, seed)
        smaller, report = ns.nn.shrink(model, example)
        assert not set(report.left.values()) - {why for why in report.left.values() if "pads with zeros" in why}
        assert_same(model, smaller, example)


def test_lenet_at_one_percent_becomes_what_its_graph_says():
    torch.manual_seed(0)
    model = nn.Sequential(nn.Linear(784, 300), nn.ReLU(), nn.Linear(300, 100), nn.ReLU(), nn.Linear(100, 10))
    layers = [model[i] for i in (0, 2, 4)]
    for layer in layers:
        nn.init.normal_(layer.weight)
    prune.global_unstructured([(layer, "weight") for layer in layers], prune.L1Unstructured, amount=0.99)
    model(torch.randn(2, 784))  # what torch cannot copy
    smaller, report = ns.nn.shrink(model, torch.randn(4, 784))
    network = ns.percolation.remove_disconnected(ns.nn.from_module(model), readout=True)[0].compact()
    assert (784, *(one.after[1] for one in report.layers)) == network.sizes
    assert max(network.sizes[1:]) < 100
    assert_same(model, smaller, torch.randn(9, 784), tolerance=1e-5)
    assert isinstance(smaller[0].weight, nn.Parameter) and hasattr(model[0], "weight_orig")
    assert report.parameters == (266_610, n_parameters(smaller))
    assert report.largest_difference <= report.tolerance


def test_a_constant_channel_in_front_of_zero_padding_stays_and_is_named():
    model = nn.Sequential(nn.Conv2d(1, 3, 1), nn.Conv2d(3, 2, 3, padding=1))
    with torch.no_grad():
        model[0].weight[1:] = 0
        model[0].bias[:] = torch.tensor([0.0, 2.0, 0.0])
    smaller, report = ns.nn.shrink(model, torch.randn(1, 1, 5, 5))
    assert (smaller[0].out_channels, smaller[1].in_channels) == (2, 2)
    assert report.left == {
        "1": "1 constant channel before it stay: it pads with zeros, beside which they are not constant"
    }
    assert_same(model, smaller, torch.randn(1, 1, 5, 5), tolerance=1e-5)
    model[1].padding_mode = "replicate"
    model = nn.Sequential(model[0], nn.Conv2d(3, 2, 3, padding=1, padding_mode="replicate"))
    smaller, report = ns.nn.shrink(model, torch.randn(1, 1, 5, 5))
    assert smaller[0].out_channels == 1 and not report.left


def test_what_is_shared_read_or_unknown_stays_whole_and_is_named():
    class Odd(nn.Module):
        def __init__(self):
            super().__init__()
            self.twice, self.tied, self.other = nn.Linear(4, 4), nn.Linear(4, 4), nn.Linear(4, 4)
            self.other.weight = self.tied.weight
            self.plain, self.norm, self.branch, self.last = nn.Linear(4, 4), nn.LayerNorm(4), Branch(), nn.Linear(4, 2)

        def forward(self, x):
            x = self.norm(self.plain(self.other(self.tied(self.twice(self.twice(x))))))
            return self.last(self.branch(x))

    class Branch(nn.Module):
        def forward(self, x):
            return x.relu() if x.sum() < 1e9 else x

    model = thinned(Odd(), 0.3, 1)
    example = torch.randn(2, 4, dtype=torch.float64)
    smaller, report = ns.nn.shrink(model, example)
    assert report.left == {
        "twice": "it is called 2 times",
        "tied": "it shares parameters with other",
        "other": "it shares parameters with tied",
        "norm": "no rule for LayerNorm",
        "branch": "torch.fx cannot trace it",
    }
    assert_same(model, smaller, example)


def test_parametrised_sparse_and_masked_layers_are_read():
    network = ns.generate.erdos_renyi((20, 30, 30, 5), 0.05, rng=0)
    expected = ns.percolation.remove_disconnected(network, readout=True)[0].compact().sizes
    for backend in ("sparse", "masked"):
        model = ns.nn.to_module(network, backend)
        smaller, report = ns.nn.shrink(model, torch.randn(3, 20))
        assert (20, *(one.after[1] for one in report.layers)) == expected
        assert_same(model, smaller, torch.randn(3, 20), tolerance=1e-5)
    model = nn.Sequential(parametrizations.weight_norm(nn.Linear(3, 4)), nn.ReLU(), nn.Linear(4, 2))
    with torch.no_grad():
        model[2].weight[:, 1:] = 0
    smaller, _ = ns.nn.shrink(model, torch.randn(2, 3))
    assert smaller[0].weight.shape == (1, 3)
    assert_same(model, smaller, torch.randn(2, 3), tolerance=1e-5)


def test_the_model_stays_as_it_is_and_frozen_parameters_frozen():
    model = thinned(nn.Sequential(nn.Linear(4, 6), nn.ReLU(), nn.Linear(6, 2)), 0.2, 3).train()
    model[0].weight.requires_grad_(False)
    before, random = copy.deepcopy(model.state_dict()), torch.get_rng_state()
    smaller, report = ns.nn.shrink(model, torch.ones(2, 4, dtype=torch.float64))
    assert report.parameters[1] < report.parameters[0] and model.training and not smaller.training
    assert all(torch.equal(value, before[name]) for name, value in model.state_dict().items())
    assert torch.equal(torch.get_rng_state(), random)
    assert [one.requires_grad for one in smaller.parameters()] == [False, True, True, True]


def test_a_model_of_one_layer_and_reports_of_it():
    smaller, report = ns.nn.shrink(nn.Linear(3, 2), torch.randn(1, 3))
    assert type(smaller) is nn.Linear and "8 parameters before, 8 after" in str(report)
    assert report.frame().iloc[0].to_dict() == {
        "layer": "0", "inputs": 3, "outputs": 2, "inputs_after": 3, "outputs_after": 2
    }  # fmt: skip


class BranchingItself(nn.Module):
    def forward(self, x):
        return x if x.sum() > 0 else -x


class ChangedInPlace(nn.Module):
    def __init__(self):
        super().__init__()
        self.layer = nn.Linear(3, 3)

    def forward(self, x):
        x = self.layer(x)
        return F.relu_(x) + x


@pytest.mark.parametrize(
    ("model", "example", "kind", "words"),
    [
        ("a name", torch.ones(1, 3), InvalidType, "model must be a torch module, got str"),
        (nn.Linear(3, 2), [[1.0]], InvalidType, "example must be a tensor"),
        (nn.Linear(3, 2), (), InvalidValue, "example holds no input"),
        (nn.Linear(3, 2), torch.ones(1, 4), InvalidValue, "example does not fit the model"),
        (BranchingItself(), torch.ones(1, 4), InvalidType, "BranchingItself.forward itself does what"),
        (ChangedInPlace(), torch.ones(1, 3), InvalidValue, "in place, in relu_, while others read it"),
    ],
)
def test_errors(model, example, kind, words):
    with pytest.raises(kind, match=words):
        ns.nn.shrink(model, example)


def test_a_model_that_depends_on_more_than_its_inputs_is_refused():
    class Random(nn.Module):
        def forward(self, x):
            return x + torch.rand(2, 3)

    with pytest.raises(InvalidValue, match="model cannot be shrunk: the outputs would differ"):
        ns.nn.shrink(nn.Sequential(nn.Linear(3, 3), Random()), torch.ones(2, 3))

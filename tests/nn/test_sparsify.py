"""Layers of any model become sparse, or are left alone or refused by name; at density 1 nothing else changes."""

from __future__ import annotations

import copy

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import nn
from torch.nn.utils import prune

import netsparse as ns
from netsparse.errors import InvalidType, InvalidValue
from netsparse.nn import MaskedLinear, SparseLinear

OPTIMISERS = {
    "sgd": lambda parameters: torch.optim.SGD(parameters, lr=0.1, momentum=0.9, weight_decay=0.01),
    "adam": lambda parameters: torch.optim.Adam(parameters, lr=0.01),
    "adamw": lambda parameters: torch.optim.AdamW(parameters, lr=0.01),
}


def small(bias=True, dtype=torch.float64) -> nn.Sequential:
    torch.manual_seed(0)
    inner = nn.Sequential(nn.Linear(7, 6, bias), nn.Tanh())
    return nn.Sequential(nn.Linear(5, 7), nn.ReLU(), inner, nn.Linear(6, 3)).to(dtype)


def trajectory(model: nn.Module, optimiser: str, steps: int = 5) -> list:
    """Return the losses of some steps, and the outputs at their end."""
    generator = torch.Generator().manual_seed(1)
    x, y = torch.randn(8, 5, generator=generator).double(), torch.randint(3, (8,), generator=generator)
    optimizer = OPTIMISERS[optimiser](model.parameters())
    losses = []
    for _ in range(steps):
        optimizer.zero_grad()
        loss = nn.functional.cross_entropy(model(x), y)
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
    return [*losses, *model(x).flatten().tolist()]


@pytest.mark.parametrize("optimiser", OPTIMISERS)
@pytest.mark.parametrize("backend", ["sparse", "masked"])
@pytest.mark.parametrize("bias", [True, False])
def test_at_density_one_the_training_is_that_of_the_model(optimiser, backend, bias):
    model = small(bias)
    sparse, report = ns.nn.sparsify(model, 1.0, backend=backend)
    assert list(report.layers) == ["0", "2.0"] and (sparse[2][0].bias is None) == (not bias)
    np.testing.assert_allclose(trajectory(sparse, optimiser), trajectory(model, optimiser), rtol=1e-9)


def test_both_backends_train_alike_at_low_density():
    found = [trajectory(ns.nn.sparsify(small(), 0.3, backend=b, rng=3)[0], "sgd") for b in ("sparse", "masked")]
    np.testing.assert_allclose(*found, rtol=1e-9)


@settings(max_examples=15, deadline=None)
@given(
    widths=st.lists(st.integers(2, 12), min_size=3, max_size=5),
    density=st.floats(0.3, 1.0),
    distribution=st.sampled_from(["uniform", "erk"]),
    backend=st.sampled_from(["auto", "sparse", "masked"]),
    seed=st.integers(0, 99),
)
def test_links_are_exact_and_keep_their_weights(widths, density, distribution, backend, seed):
    model = nn.Sequential(*(nn.Linear(*pair) for pair in zip(widths, widths[1:], strict=False)))
    sparse, report = ns.nn.sparsify(model, density, distribution=distribution, backend=backend, rng=seed)
    shapes = list(zip(widths, widths[1:-1], strict=False))
    expected = ns.generate.layer_densities(shapes, density, distribution)
    for (name, part), shape, share in zip(report.layers.items(), shapes, expected, strict=True):
        layer, original = part.to_layer(), model.get_submodule(name)
        assert part.n_links == round(share * shape[0] * shape[1])
        np.testing.assert_array_equal(layer.weights, original.weight.detach().numpy()[layer.columns, layer.rows])
        np.testing.assert_array_equal(layer.bias, original.bias.detach().numpy())
        assert sparse.get_submodule(name) is part
    assert list(report.frame().links) == [part.n_links for part in report.layers.values()]


def test_the_model_changes_only_in_place():
    model = small()
    before = copy.deepcopy(model)
    ns.nn.sparsify(model, 0.5, rng=0)
    assert str(model) == str(before)
    same, report = ns.nn.sparsify(model, 0.5, inplace=True, rng=0)
    assert same is model and model[0] is report.layers["0"]


def test_densities_by_layer_by_pattern_and_of_a_recipe():
    _, report = ns.nn.sparsify(small(), {"0": 0.2, "3": 0.5}, rng=0)
    assert {name: part.n_links for name, part in report.layers.items()} == {"0": 7, "3": 9}
    assert report.left == {"2.0": "not chosen"}
    _, report = ns.nn.sparsify(small(), 0.5, layers="2.*", rng=0)
    assert list(report.layers) == ["2.0"]
    recipe = ns.rewire.Recipe(density=ns.rewire.Schedule(0.5, "cubic", final=0.1), start="k-regular")
    _, report = ns.nn.sparsify(small(), recipe=recipe, rng=0)
    degrees = report.layers["0"].to_layer().row_degrees
    assert degrees.sum() == 18 and np.ptp(degrees) == 1


def test_kinds_follow_density_device_dtype_and_what_rules_need():
    wide = nn.Sequential(nn.Linear(50, 50), nn.Linear(50, 2))
    assert isinstance(ns.nn.sparsify(wide, 0.1)[0][0], SparseLinear)
    assert isinstance(ns.nn.sparsify(wide, 0.9)[0][0], MaskedLinear)
    half = ns.nn.sparsify(copy.deepcopy(wide).bfloat16(), 0.1)[0]
    assert isinstance(half[0], MaskedLinear) and half[0].weight.dtype == torch.bfloat16
    assert half(torch.ones(1, 50, dtype=torch.bfloat16)).dtype == torch.bfloat16


def test_frozen_parameters_and_modes_are_kept_and_shared_modules_replaced_everywhere():
    shared = nn.Linear(4, 4)
    shared.weight.requires_grad_(False)
    model = nn.Sequential(nn.Sequential(shared), nn.ReLU(), shared, nn.Linear(4, 2)).eval()
    sparse, report = ns.nn.sparsify(model, 0.5, rng=0)
    assert sparse[0][0] is sparse[2] is report.layers["0.0"]
    assert not sparse[2].weight.requires_grad and sparse[2].bias.requires_grad and not sparse[2].training


class Tied(nn.Module):
    def __init__(self):
        super().__init__()
        self.embedding, self.norm = nn.Embedding(6, 4), nn.LayerNorm(4)
        self.block = nn.TransformerEncoderLayer(4, 2, dim_feedforward=8)
        self.head = nn.Linear(4, 6, bias=False)
        self.head.weight = self.embedding.weight
        self.convolution, self.last = nn.Conv2d(1, 2, 3), nn.Linear(6, 2)


def test_what_is_left_alone_is_named_with_the_reason():
    model = Tied()
    sparse, report = ns.nn.sparsify(model, 0.5, rng=0)
    assert list(report.layers) == ["block.linear1", "block.linear2"]
    assert all(type(part) is MaskedLinear for part in report.layers.values())
    assert report.left == {
        "embedding": "an embedding",
        "norm": "a normalisation",
        "block.self_attn": "MultiheadAttention keeps its projections in one parameter",
        "block.self_attn.out_proj": "MultiheadAttention reads its weight and never calls it",
        "block.norm1": "a normalisation",
        "block.norm2": "a normalisation",
        "head": "it shares parameters with embedding",
        "convolution": "Conv2d is no linear layer",
        "last": "the last layer",
    }
    assert "last: left alone: the last layer" in str(report)
    x = torch.randn(3, 2, 4)
    assert sparse.block.eval()(x).shape == x.shape


@pytest.mark.parametrize(
    ("options", "kind", "words"),
    [
        ({"density": 0.5, "layers": "head"}, InvalidValue, "'head' cannot be made sparse: it shares parameters"),
        ({"density": 0.5, "layers": ["block.self_attn.out_proj"]}, InvalidValue, "reads its weight and never calls"),
        ({"density": 0.5, "layers": ["norm"]}, InvalidValue, "'norm' cannot be made sparse: a normalisation"),
        ({"density": 0.5, "layers": "nowhere.*"}, InvalidValue, r"unknown layer 'nowhere.\*'; known: block.linear1"),
        ({"density": 0.5, "layers": "block.linear1", "backend": "sparse"}, InvalidType, "fast path"),
        ({"density": 0.01, "layers": "block.linear1"}, InvalidValue, r"leaves layer 'block.linear1' \(4 x 8\) without"),
        ({"density": {"block.linear1": 2.0}}, InvalidValue, "density must be finite and above 0 and at most 1"),
        ({"density": {"block.linear1": 0.5}, "layers": "block.*"}, InvalidValue, "see 'block.linear2'"),
        ({}, InvalidType, "density must be given"),
        ({"density": 0.5, "backend": "dense"}, InvalidValue, "unknown backend 'dense'"),
        ({"density": 0.5, "distribution": "even"}, InvalidValue, "unknown distribution of density 'even'"),
    ],
)
def test_errors_leave_the_model_as_it_was(options, kind, words):
    model = Tied()
    before = str(model)
    with pytest.raises(kind, match=words):
        ns.nn.sparsify(model, inplace=True, **options)
    assert str(model) == before


def test_pruned_layers_hooks_and_models_without_linear_layers():
    model = small()
    prune.l1_unstructured(model[0], "weight", 3)
    model[2][0].register_forward_hook(lambda module, inputs, output: output * 2)
    with pytest.raises(InvalidValue, match=r"no layer to make sparse \(0: its weight is computed .*2.0: it has hooks"):
        ns.nn.sparsify(model, 0.5)
    with pytest.raises(InvalidValue, match="it has no linear layer"):
        ns.nn.sparsify(nn.Sequential(nn.ReLU()), 0.5)
    with pytest.raises(InvalidType, match="model must be a torch module"):
        ns.nn.sparsify([nn.Linear(2, 2)], 0.5)

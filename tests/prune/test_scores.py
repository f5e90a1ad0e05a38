"""Each score equals its definition, written plainly with autograd on dense weights."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from torch.autograd import grad

from netsparse import nn, prune
from netsparse.errors import InvalidType, InvalidValue
from netsparse.generate import erdos_renyi
from tests.prune.oracles import samples, small_cnn, small_mlp

X, Y = samples()


def plain(model, x=X, y=Y):
    """Loss and weights of a dense model, for autograd."""
    weights = [part.weight for part in model if isinstance(part, torch.nn.Linear)]
    return torch.nn.functional.cross_entropy(model(torch.as_tensor(x)), torch.as_tensor(y)), weights


def assert_scores(found, expected):
    for mine, theirs in zip(found, expected, strict=True):
        np.testing.assert_allclose(mine, theirs.detach().numpy(), rtol=1e-10, atol=1e-14)


@pytest.mark.parametrize("batch_size", [7, 40])
def test_products_with_gradients(batch_size):
    model = small_mlp()
    loss, weights = plain(model)
    sizes = [(w * g).abs() for w, g in zip(weights, grad(loss, weights), strict=True)]
    assert_scores(prune.scores(model, "weight-gradient", (X, Y), batch_size=batch_size), sizes)
    total = sum(size.sum() for size in sizes)
    found = prune.scores(model, "snip", (X, Y), batch_size=batch_size)
    assert_scores(found, [size / total for size in sizes])
    assert sum(score.sum() for score in found) == pytest.approx(1)


@pytest.mark.parametrize("batch_size", [7, 40])
def test_grasp_is_the_weight_times_the_hessian_times_the_gradient(batch_size):
    model = small_mlp()
    loss, weights = plain(model)
    first = grad(loss, weights, create_graph=True)
    squared = sum((g**2).sum() for g in first)  # its gradient is 2 H g
    expected = [w * h / 2 for w, h in zip(weights, grad(squared, weights), strict=True)]
    assert_scores(prune.scores(model, "grasp", (X, Y), batch_size=batch_size), expected)


def test_synflow_is_the_flow_of_ones_through_absolute_weights():
    model = small_mlp()
    weights = [part.weight.detach().abs().requires_grad_() for part in model if isinstance(part, torch.nn.Linear)]
    flow = torch.ones(1, 4, dtype=torch.float64)
    for weight in weights:
        flow = flow @ weight.T
    expected = [w * g for w, g in zip(weights, grad(flow.sum(), weights), strict=True)]
    found = prune.scores(model, "synflow", X)
    assert_scores(found, expected)
    assert [score.sum() for score in found] == pytest.approx([flow.sum().item()] * 3)  # what flows in flows out


def test_magnitude_and_random():
    model = small_mlp()
    assert_scores(prune.scores(model, "magnitude"), [w.abs() for w in plain(model)[1]])
    same = (prune.scores(model, "random", rng=3) for _ in range(2))
    assert all(np.array_equal(a, b) for a, b in zip(*same, strict=True))


@pytest.mark.parametrize("by", prune.SCORES)
def test_scores_of_links_are_those_of_the_network_without_the_others(by):
    """Masks on a torch module and a masked module of netsparse's own give the links the same scores."""
    network = erdos_renyi((4, 6, 3), density=0.6, dtype=np.float64, rng=0)
    ours = nn.to_module(network, "masked")
    theirs = torch.nn.Sequential(torch.nn.Linear(4, 6), torch.nn.ReLU(), torch.nn.Linear(6, 3)).double()
    masks = prune.Masks(theirs)
    masks.narrow(nn.masks(network))
    for part, mine in zip((theirs[0], theirs[2]), ours.layers, strict=True):
        part.parametrizations.weight.original.data.copy_(mine.weight)
        part.bias.data.copy_(mine.bias)
    found = [prune.scores(model, by, (X, Y), rng=0) for model in (ours, theirs)]
    for mine, plain_one, mask in zip(*found, masks.arrays(), strict=True):
        np.testing.assert_allclose(mine[mask], plain_one[mask], rtol=1e-9, atol=1e-15)


@pytest.mark.parametrize("by", prune.SCORES)
def test_a_convolutional_network_is_scored_and_left_as_it_is(by):
    model = small_cnn()
    before = {name: tensor.clone() for name, tensor in model.state_dict().items()}
    found = prune.scores(model, by, samples(features=16), rng=0)
    assert [score.shape for score in found] == [(4, 1, 3, 3), (3, 4, 3, 3), (3, 12)]
    assert all(np.isfinite(score).all() and score.any() for score in found)
    assert model.training and all(torch.equal(before[name], tensor) for name, tensor in model.state_dict().items())
    assert all(parameter.grad is None for parameter in model.parameters())


def test_what_a_score_lacks_is_said():
    with pytest.raises(InvalidType, match="probe must be given: score 'snip' needs samples"):
        prune.scores(small_mlp(), "snip")
    with pytest.raises(InvalidType, match="probe must hold the classes too"):
        prune.scores(small_mlp(), "snip", X)
    with pytest.raises(InvalidValue, match="unknown score 'snap'; known: grasp, magnitude"):
        prune.scores(small_mlp(), "snap")
    with pytest.raises(InvalidValue, match="probe must hold one sample at least"):
        prune.scores(small_mlp(), "snip", (X[:0], Y[:0]))


def test_all_zero_weights_have_a_score_of_zero():
    model = small_mlp()
    torch.nn.init.zeros_(model[0].weight)
    for by in ("magnitude", "snip", "grasp", "synflow"):
        assert not prune.scores(model, by, (X, Y))[0].any()

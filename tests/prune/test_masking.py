"""Masks hold: pruned weights are 0 in every forward pass under any optimiser, and states come back to the bit."""

from __future__ import annotations

import copy

import numpy as np
import pytest
import torch

from netsparse import prune
from netsparse.errors import InvalidType, InvalidValue
from tests.prune.oracles import samples, small_cnn, small_mlp

OPTIMISERS = {
    "SGD": lambda p: torch.optim.SGD(p, lr=0.1, momentum=0.9, weight_decay=0.1, nesterov=True),
    "Adam": lambda p: torch.optim.Adam(p, lr=0.1, weight_decay=0.1),
    "AdamW": lambda p: torch.optim.AdamW(p, lr=0.1),
    "RMSprop": lambda p: torch.optim.RMSprop(p, lr=0.1, momentum=0.9, weight_decay=0.1),
    "Adagrad": lambda p: torch.optim.Adagrad(p, lr=0.1, weight_decay=0.1),
}


def pruned(model, share=0.5, seed=0):
    masks = prune.Masks(model)
    rng = np.random.default_rng(seed)
    masks.narrow([rng.random(mask.shape) < share for mask in masks.arrays()])
    return masks


def train(model, optimiser, x, y, steps=5):
    for _ in range(steps):
        optimiser.zero_grad()
        torch.nn.functional.cross_entropy(model(x), y).backward()
        optimiser.step()


def tensors(features=16):
    x, y = samples(features=features)
    return torch.tensor(x, dtype=torch.float32), torch.tensor(y)


@pytest.mark.parametrize("name", OPTIMISERS)
def test_pruned_weights_stay_zero_under_any_optimiser(name):
    model = small_cnn()
    masks = pruned(model)
    before = masks.weights()
    train(model, OPTIMISERS[name](model.parameters()), *tensors())
    for mask, weight, old, layer in zip(masks.arrays(), masks.weights(), before, masks.layers.values(), strict=True):
        assert not weight[~mask].any()
        assert not layer.parametrizations.weight.original.detach().numpy()[~mask].any()
        assert (weight[mask] != old[mask]).all(), "what is left learns"


def test_whatever_stands_behind_the_mask_no_forward_pass_sees_it():
    model = small_cnn().eval()
    masks = pruned(model)
    x, _ = tensors()
    outputs = model(x)
    with torch.no_grad():
        for layer, mask in zip(masks.layers.values(), masks.tensors(), strict=True):
            layer.parametrizations.weight.original[~mask] = float("nan")
    assert torch.equal(model(x), outputs)


def test_masks_taken_off_leave_a_plain_module_that_computes_the_same():
    model = small_cnn().eval()
    names = list(model.state_dict())
    masks = pruned(model)
    x, _ = tensors()
    outputs, kept = model(x), masks.arrays()
    masks.take_off()
    assert torch.equal(model(x), outputs)
    assert sorted(model.state_dict()) == sorted(names)
    assert type(model[1]) is torch.nn.Conv2d
    assert all((weight[~mask] == 0).all() for weight, mask in zip(masks.weights(), kept, strict=True))


def test_a_state_comes_back_to_the_bit_with_its_buffers():
    model = small_cnn()
    masks = prune.Masks(model)
    start = masks.state()
    assert {"2.running_mean", "2.num_batches_tracked", "2.bias", "7.bias"} <= set(start)
    kept = copy.deepcopy(start)
    train(model, OPTIMISERS["SGD"](model.parameters()), *tensors())
    assert all(torch.equal(start[name], kept[name]) for name in kept), "a state is no view"
    assert not torch.equal(masks.state()["2.running_mean"], start["2.running_mean"])
    masks.narrow([np.arange(mask.size).reshape(mask.shape) % 2 == 0 for mask in masks.arrays()])
    masks.load(start)
    for name, tensor in masks.state().items():
        if "parametrizations" in name:
            layer = masks.layers[name.partition(".")[0]]
            assert torch.equal(tensor, torch.where(layer.parametrizations.weight[0].mask, start[name], 0))
        else:
            assert torch.equal(tensor, start[name]), name


def test_masks_never_regrow_and_nothing_changes_when_refused():
    masks = pruned(small_mlp())
    before = masks.arrays()
    with pytest.raises(InvalidValue, match="masks: layer '0' would regrow pruned weights"):
        masks.narrow([np.ones(mask.shape, bool) for mask in before])
    with pytest.raises(InvalidValue, match="masks must have the shapes"):
        masks.narrow(before[:1])
    assert all(np.array_equal(a, b) for a, b in zip(before, masks.arrays(), strict=True))


def test_masked_modules_can_be_copied_and_go_on():
    model = small_mlp()
    masks = pruned(model)
    twin = copy.deepcopy(model)
    again = prune.Masks(twin)
    assert all(np.array_equal(a, b) for a, b in zip(again.arrays(), masks.arrays(), strict=True))
    again.narrow([np.zeros(mask.shape, bool) for mask in again.arrays()])
    assert masks.n_links > again.n_links == 0


def test_modules_that_cannot_be_pruned_are_refused():
    with pytest.raises(InvalidType, match="model must be a torch module, got str"):
        prune.Masks("model")
    with pytest.raises(InvalidValue, match="model has no layer with weights of its own"):
        prune.Masks(torch.nn.Sequential(torch.nn.ReLU()))
    normed = torch.nn.Sequential(torch.nn.utils.parametrizations.weight_norm(torch.nn.Linear(2, 2)))
    with pytest.raises(InvalidType, match="the weight of layer '0' is computed from other tensors"):
        prune.Masks(normed)
    with pytest.raises(InvalidValue, match="layer '0' is lazy"):
        prune.Masks(torch.nn.Sequential(torch.nn.LazyLinear(2)))
    tied = torch.nn.Sequential(torch.nn.Linear(2, 2), torch.nn.Linear(2, 2))
    tied[1].weight = tied[0].weight
    with pytest.raises(InvalidValue, match="share a weight"):
        prune.Masks(tied)

"""Flows are those of numpy.corrcoef, of a backward pass by hand, and, where it is asked for, of the published code."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from netsparse import nn, prune
from netsparse.errors import InvalidType, InvalidValue
from netsparse.generate import erdos_renyi
from tests.prune.oracles import oracle, samples, small_cnn, small_mlp

INCOP = oracle("incop_flow")
X, Y = np.array(INCOP["X"]), np.array(INCOP["y"])
LAYERS = ("fc1", "fc2", "fc3")


def published(which: str) -> torch.nn.Sequential:
    """The dense network of the published code, or the current one with its mask."""
    model = small_mlp()
    parameters = INCOP[f"params_{which}"]
    with torch.no_grad():
        for name, layer in zip(LAYERS, (model[0], model[2], model[4]), strict=True):
            layer.weight.copy_(torch.tensor(parameters[f"{name}.weight"]))
            layer.bias.copy_(torch.tensor(parameters[f"{name}.bias"]))
    if which == "current":
        prune.Masks(model).narrow([INCOP["mask_current"][name] for name in LAYERS])
    return model


def signals(model, x):
    """Pre-activations of a chain of linear layers, by numpy."""
    found = []
    for layer in (model[0], model[2], model[4]):
        x = np.maximum(x, 0) if found else x
        x = x @ layer.weight.detach().numpy().T + layer.bias.detach().numpy()
        found.append(x)
    return found


@pytest.mark.parametrize("batch_size", [4, 5, 12])
@pytest.mark.parametrize("which", ["dense", "current"])
def test_information_flow_is_that_of_numpy_and_of_the_published_code(which, batch_size):
    model = published(which)
    flow = prune.information_flow(model, X, batch_size=batch_size)
    units = signals(model, X)
    for rho, a, b in zip(flow.correlations, units, units[1:], strict=False):
        expected = np.corrcoef(a.T, b.T)[: a.shape[1], a.shape[1] :]
        np.testing.assert_allclose(rho, expected, rtol=1e-12, atol=1e-14)
    for rho, theirs in zip(flow.correlations, INCOP["IF"]["bs12"][which]["corr"], strict=True):
        np.testing.assert_allclose(rho, theirs, atol=1e-6)
    exact = INCOP["exact_float64"][f"{which}_pre"]
    np.testing.assert_allclose(flow.signed, exact["conn_signed_mean"], atol=1e-7)
    np.testing.assert_allclose(flow.absolute, exact["conn_abs_mean"], atol=1e-7)
    assert flow.constant_units == {"0": 0, "2": 0, "4": 0}


def test_the_distance_of_information_flows_is_the_published_one():
    dense, current = (prune.information_flow(published(which), X) for which in ("dense", "current"))
    assert prune.flow_distance(current, dense) == pytest.approx(INCOP["IF_distance"]["value"], abs=1e-6)
    expected = np.sqrt(
        sum(((a - b) ** 2).mean() for a, b in zip(current.correlations, dense.correlations, strict=True))
    )
    assert prune.flow_distance(current, dense, form="frobenius") == pytest.approx(expected)
    assert prune.flow_distance(current, dense, form="absolute") == pytest.approx(
        np.linalg.norm(current.absolute - dense.absolute)
    )
    cosine = 1 - current.signed @ dense.signed / np.linalg.norm(current.signed) / np.linalg.norm(dense.signed)
    assert prune.flow_distance(current, dense, metric="cosine") == pytest.approx(cosine)


def backward_by_hand(model, x, y):
    """The gradients of the mean cross-entropy by the weights of a chain of rectifiers, without autograd."""
    layers, units = (model[0], model[2], model[4]), signals(model, x)
    exponents = np.exp(units[-1] - units[-1].max(axis=1, keepdims=True))
    delta = (exponents / exponents.sum(axis=1, keepdims=True) - np.eye(units[-1].shape[1])[y]) / len(x)
    gradients = []
    for index in (2, 1, 0):
        inputs = np.maximum(units[index - 1], 0) if index else x
        gradients.append(delta.T @ inputs)
        if index:
            delta = (delta @ layers[index].weight.detach().numpy()) * (units[index - 1] > 0)
    return gradients[::-1]


@pytest.mark.parametrize("batch_size", [4, 5, 12])
@pytest.mark.parametrize("which", ["dense", "current"])
def test_gradient_flow_is_a_backward_pass(which, batch_size):
    model = published(which)
    flow = prune.gradient_flow(model, (X, Y), batch_size=batch_size)
    masks = INCOP["mask_current"] if which == "current" else dict.fromkeys(LAYERS, 1)
    gradients = [g * np.array(masks[name]) for g, name in zip(backward_by_hand(model, X, Y), LAYERS, strict=True)]
    np.testing.assert_allclose(flow.norms, [np.linalg.norm(g) for g in gradients], rtol=1e-12)
    np.testing.assert_allclose(flow.means, [np.abs(g).mean() for g in gradients], rtol=1e-12)
    np.testing.assert_allclose(flow.norms, INCOP["mine_GF_true"][which]["norm_per_layer"], atol=1e-6)
    np.testing.assert_allclose(flow.means, INCOP["mine_GF_true"][which]["meanabs_per_layer"], atol=1e-6)


def test_the_true_distance_of_gradient_flows():
    dense, current = (prune.gradient_flow(published(which), (X, Y)) for which in ("dense", "current"))
    expected = INCOP["mine_GF_true"]["distance_L2_of_layer_norms"]
    assert prune.flow_distance(current, dense) == pytest.approx(expected, abs=1e-6)


@pytest.mark.parametrize("which", ["dense", "current"])
@pytest.mark.parametrize("loader", [name for name in INCOP["GF"] if name.startswith("loader")])
def test_gradient_flow_as_published(which, loader):
    size = int(loader.split("_")[1].removeprefix("bs"))
    flow = prune.gradient_flow(published(which), (X, Y), batch_size=size, as_published=True)
    theirs = INCOP["GF"][loader][which]
    np.testing.assert_allclose(flow.norms, np.array(theirs["grads_norm"], dtype=float), rtol=1e-5)
    np.testing.assert_allclose(flow.means, np.array(theirs["grads_mean"], dtype=float), rtol=1e-5)


def test_the_distance_of_gradient_flows_as_published_compares_norms_with_means():
    options = {"batch_size": 4, "as_published": True}
    dense, current = (prune.gradient_flow(published(which), (X, Y), **options) for which in ("dense", "current"))
    theirs = INCOP["GF_distance"]
    found = prune.flow_distance(current, dense, as_published=True)
    assert found == pytest.approx(theirs["value_as_coded_norm_minus_mean"], rel=1e-6)
    assert prune.flow_distance(current, dense) == pytest.approx(theirs["same_kind_norm_norm"], rel=1e-6)


def test_constant_units_are_counted_and_correlate_with_nothing():
    model = small_mlp()
    masks = prune.Masks(model)
    rows = [np.ones(mask.shape, bool) for mask in masks.arrays()]
    rows[0][2] = rows[1][[0, 3]] = False  # these units hear nothing and say their bias
    masks.narrow(rows)
    x, _ = samples()
    flow = prune.information_flow(model, 1e6 * x, batch_size=7)
    assert flow.constant_units == {"0": 1, "2": 2, "4": 0}
    assert not flow.correlations[0][2].any() and not flow.correlations[0][:, [0, 3]].any()
    assert all(np.isfinite(rho).all() and (np.abs(rho) <= 1 + 1e-12).all() for rho in flow.correlations)


def test_one_sample_makes_every_unit_constant():
    flow = prune.information_flow(small_mlp(), samples()[0][:1])
    assert flow.constant_units == {"0": 5, "2": 4, "4": 3}
    assert not flow.signed.any()


def test_convolutions_are_averaged_over_space_and_the_module_is_left_as_it_is():
    model, (x, _) = small_cnn(), samples(features=16)
    state = {name: tensor.clone() for name, tensor in model.state_dict().items()}
    flow = prune.information_flow(model, x, batch_size=11)
    assert flow.pairs == (("1", "4"), ("4", "7"))
    assert model.training and all(torch.equal(state[name], own) for name, own in model.state_dict().items())
    model.eval()
    with torch.no_grad():
        first = model[:2](torch.tensor(x, dtype=torch.float32))
        second = model[2:5](first)
    units = [signal.double().mean(dim=(2, 3)).numpy() for signal in (first, second)]
    expected = np.corrcoef(units[0].T, units[1].T)[:4, 4:]
    np.testing.assert_allclose(flow.correlations[0], expected, atol=1e-6)


@pytest.mark.parametrize("backend", ["masked", "sparse"])
def test_networks_and_their_modules_have_the_same_flows(backend):
    network = erdos_renyi((4, 6, 5, 3), density=0.5, dtype=np.float64, rng=0)
    x, y = samples()
    module = nn.to_module(network, backend)
    ours, theirs = prune.information_flow(network, x), prune.information_flow(module, x)
    for a, b in zip(ours.correlations, theirs.correlations, strict=True):
        np.testing.assert_allclose(a, b, atol=1e-9)
    np.testing.assert_allclose(
        prune.gradient_flow(network, (x, y)).norms, prune.gradient_flow(module, (x, y)).norms, rtol=1e-9
    )


@pytest.mark.parametrize("model", [small_mlp(), erdos_renyi((4, 6, 5, 3), 0.5, dtype=np.float64, rng=0)])
def test_null_models_are_far_away_the_same_for_a_seed_and_leave_the_network(model):
    x, y = samples(200)
    for flow in (prune.information_flow(model, x), prune.gradient_flow(model, (x, y))):
        first, again = (prune.null_distances(flow, model, (x, y), form="frobenius", rng=1) for _ in range(2))
        assert first == again
        assert min(first) > 0.01
        assert prune.flow_distance(flow, type(flow)(*vars(flow).values())) == 0


def test_a_masked_null_model_keeps_its_links():
    from netsparse.prune.nulls import initialised_anew, permuted

    model = published("current")
    rng = np.random.default_rng(0)
    anew, shuffled = prune.Masks(initialised_anew(model, rng)), prune.Masks(permuted(model, rng))
    own = prune.Masks(model)
    assert all(np.array_equal(a, b) for a, b in zip(anew.arrays(), own.arrays(), strict=True))
    assert all((weight != 0).sum() == mask.sum() for weight, mask in zip(anew.weights(), own.arrays(), strict=True))
    assert shuffled.n_links == own.n_links
    assert np.array_equal(shuffled.weights()[-1], own.weights()[-1])
    assert not np.array_equal(shuffled.weights()[0], own.weights()[0])
    assert np.array_equal(np.sort(shuffled.weights()[0], axis=0), np.sort(own.weights()[0], axis=0))


def test_what_cannot_be_measured_is_refused():
    model, (x, y) = small_mlp(), samples()
    with pytest.raises(InvalidValue, match="model has one layer only"):
        prune.information_flow(torch.nn.Linear(4, 2), x)
    with pytest.raises(InvalidType, match="flows must be of one kind"):
        prune.flow_distance(prune.information_flow(model, x), prune.gradient_flow(model, (x, y)))
    with pytest.raises(InvalidValue, match="networks with the same layers"):
        two = prune.information_flow(small_mlp(sizes=(4, 5, 3)), x)
        prune.flow_distance(prune.information_flow(model, x), two)
    with pytest.raises(InvalidValue, match="unknown form 'mean'"):
        prune.flow_distance(two, two, form="mean")
    with pytest.raises(InvalidValue, match="unknown metric 'angle'"):
        prune.flow_distance(two, two, metric="angle")
    shared = torch.nn.Linear(4, 4).double()
    with pytest.raises(InvalidValue, match="calls layer '0' twice"):
        prune.information_flow(torch.nn.Sequential(shared, torch.nn.ReLU(), shared), x)
    with pytest.raises(InvalidValue, match="layer '0' puts out NaN or infinity"):
        prune.information_flow(model, np.full((3, 4), np.nan))

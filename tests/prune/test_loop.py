"""The loop: rounds of pruning, rewinding and retraining, on any module and on networks, to the bit."""

from __future__ import annotations

import copy

import numpy as np
import pandas as pd
import pytest
import torch

from netsparse import LayeredNetwork, generate, nn, prune
from netsparse.datasets import Dataset
from netsparse.errors import FileFormatError, InvalidInput, InvalidType, InvalidValue
from netsparse.rewire import Schedule
from tests.prune.oracles import samples, small_cnn, small_mlp

SHORT = prune.Recipe(
    rounds=2, dense_epochs=2, rewind="initial", stop=(prune.Epochs(2),), lr=0.05, momentum=0.9, batch_size=16
)


def small_data(features=4, n=64, validation=0.25, dtype=np.float64):
    x, y = samples(n, features)
    data = Dataset("small", x, y, x[::2], y[::2], n_classes=3)
    return data.validation_split(validation, rng=0).standardised(dtype)


def network(density=1.0, seed=0):
    return generate.erdos_renyi((4, 12, 8, 3), density, dtype=np.float64, rng=seed)


def bits(model) -> list[np.ndarray]:
    if isinstance(model, LayeredNetwork):
        return [part for layer in model.layers for part in (layer.rows, layer.columns, layer.weights, layer.bias)]
    return [tensor.numpy() for tensor in model.state_dict().values()]


def assert_same_bits(a, b):
    for one, other in zip(bits(a), bits(b), strict=True):
        assert np.array_equal(one, other)


def comparable(rounds: pd.DataFrame) -> pd.DataFrame:
    return rounds.drop(columns="seconds")


SUBJECTS = {"mlp": (small_mlp, 4), "cnn": (small_cnn, 16), "network": (network, 4)}
on_subjects = pytest.mark.parametrize(("make", "features"), SUBJECTS.values(), ids=SUBJECTS)


@on_subjects
def test_rounds_are_exact_and_what_was_given_is_left(make, features):
    model = make()
    before = copy.deepcopy(bits(model))
    found = prune.iterate(model, small_data(features), SHORT)
    assert all(np.array_equal(a, b) for a, b in zip(before, bits(model), strict=True))
    rounds = found.rounds
    assert rounds["round"].tolist() == [0, 1, 2]
    assert rounds["epochs"].tolist() == [2, 2, 2]
    layers = rounds.filter(regex="^links_")
    for column in layers:
        dense, first, second = layers[column]
        assert first == dense - dense // 5 and second == first - first // 5
    assert (rounds["links"] == layers.sum(axis=1)).all()
    assert np.allclose(rounds["density"], rounds["links"] / rounds["links"][0])
    assert rounds["links"].iloc[-1] == sum(int(mask.sum()) for mask in found.masks)
    assert rounds["information_distance"][0] == rounds["gradient_distance"][0] == 0
    assert (rounds.filter(like="null") > 0).all(axis=None)
    assert found.ended == "rounds"


def test_a_module_comes_back_plain_with_zeros_where_it_was_pruned():
    model = small_cnn()
    found = prune.iterate(model, small_data(16), SHORT)
    assert list(found.model.state_dict()) == list(model.state_dict())
    for layer, mask in zip((found.model[1], found.model[4], found.model[7]), found.masks, strict=True):
        assert not layer.weight.detach().numpy()[~mask].any()


def test_a_network_comes_back_without_the_links_that_were_pruned():
    found = prune.iterate(network(), small_data(), SHORT)
    assert isinstance(found.model, LayeredNetwork)
    assert found.model.n_links == found.rounds["links"].iloc[-1]
    for ours, mask in zip(nn.masks(found.model), found.masks, strict=True):
        assert np.array_equal(ours.numpy(), mask)


def test_networks_and_modules_are_pruned_alike_whatever_the_backend():
    """The compiled loop, masked torch and a plain module behind masks find the same ticket."""
    start = network()
    module = torch.nn.Sequential(
        torch.nn.Linear(4, 12), torch.nn.ReLU(), torch.nn.Linear(12, 8), torch.nn.ReLU(), torch.nn.Linear(8, 3)
    ).double()
    for part, layer in zip((module[0], module[2], module[4]), start.layers, strict=True):
        part.weight.data.copy_(torch.tensor(layer.biadjacency.toarray().T))
        part.bias.data.copy_(torch.tensor(layer.bias))
    recipe = SHORT.replace(weight_decay=1e-3, score="snip", scope="global")
    found = [
        prune.iterate(model, small_data(), recipe, backend=backend)
        for model, backend in ((start, "sparse"), (start, "masked"), (module, "auto"))
    ]
    for other in found[1:]:
        assert all(np.array_equal(a, b) for a, b in zip(found[0].masks, other.masks, strict=True))
        for name in ("train_accuracy", "information_distance", "gradient_distance"):
            np.testing.assert_allclose(found[0].rounds[name], other.rounds[name], atol=1e-9)


@on_subjects
@pytest.mark.parametrize("rewind", ["initial", "step", "dense"])
def test_a_rewound_state_is_the_saved_one_to_the_bit(make, features, rewind, monkeypatch):
    """Without retraining a round leaves the saved state where links are left, and buffers and biases as they were."""
    recipe = SHORT.replace(rewind=rewind, rewind_step=3, rounds=1, stop=(prune.Epochs(0),))
    ends = {"initial": 0, "step": 3, "dense": 6}
    x = small_data(features)
    expected = make() if rewind == "initial" else _trained(make(), x, recipe, ends[rewind])
    found = prune.iterate(make(), x, recipe)
    if isinstance(found.model, LayeredNetwork):
        for layer, saved, mask in zip(found.model.layers, expected.layers, found.masks, strict=True):
            dense = saved.biadjacency.toarray().T
            assert np.array_equal(layer.biadjacency.toarray().T, np.where(mask, dense, 0))
            assert np.array_equal(layer.bias, saved.bias)
        return
    masks = iter(found.masks)
    for (name, own), saved in zip(found.model.state_dict().items(), expected.state_dict().values(), strict=True):
        is_pruned = name.endswith("weight") and not name.startswith("2." if features == 16 else "x")
        assert torch.equal(own, torch.where(torch.tensor(next(masks)), saved, 0) if is_pruned else saved), name


def _trained(model, data, recipe, steps):
    """The model after the first steps of the dense training, by the same loop without any pruning."""
    from netsparse.prune.retraining import train
    from netsparse.prune.subjects import subject_of

    subject, kept = subject_of(model, recipe), []
    train(
        subject,
        (data.x_train, data.y_train),
        recipe,
        epochs=recipe.dense_epochs,
        key=(0, 0),
        at_step=(steps, lambda: kept.append(subject.state())),
    )
    subject.load(kept[0])
    return subject.result()


def test_training_by_hand_gives_the_same_bits():
    """A masked torch loop as everyone writes it: the rates, orders and steps are those of the recipe."""
    data = small_data()
    recipe = SHORT.replace(lr=Schedule(0.1, "cosine"), nesterov=True, weight_decay=1e-2, rounds=0)
    found = prune.iterate(small_mlp(), data, recipe)
    model = small_mlp()
    optimiser = torch.optim.SGD(model.parameters(), lr=0.1, momentum=0.9, nesterov=True, weight_decay=1e-2)
    x, y = torch.tensor(data.x_train), torch.tensor(data.y_train)
    for epoch in range(2):
        order = torch.tensor(np.random.default_rng([0, 0, epoch]).permutation(48))
        for step, batch in enumerate(order.split(16)):
            optimiser.param_groups[0]["lr"] = 0.05 * (1 + np.cos(np.pi * (3 * epoch + step) / 6))
            optimiser.zero_grad()
            torch.nn.functional.cross_entropy(model(x[batch]), y[batch]).backward()
            optimiser.step()
    for ours, theirs in zip(bits(found.model), bits(model), strict=True):
        np.testing.assert_allclose(ours, theirs, rtol=1e-12, atol=1e-15)


def test_after_rewinding_to_a_step_the_schedule_goes_on_from_there(monkeypatch):
    from netsparse.prune import subjects

    seen = []
    plain = subjects.NetworkSubject.train

    def noting(self, x, y, order, rates, seed):
        seen.extend(rates)
        return plain(self, x, y, order, rates, seed)

    monkeypatch.setattr(subjects.NetworkSubject, "train", noting)
    recipe = SHORT.replace(rewind="step", rewind_step=4, rounds=1, lr=Schedule(0.1, "linear"))
    prune.iterate(network(), small_data(), recipe)
    rates = [0.1 * (1 - step / 6) for step in range(6)]
    assert seen == pytest.approx(rates + rates[4:])


@on_subjects
def test_a_run_killed_in_any_round_goes_on_to_the_same_bits(make, features, tmp_path):
    data, recipe = small_data(features), SHORT.replace(rewind="step", rewind_step=2, rounds=3)
    whole = prune.iterate(make(), data, recipe, folder=tmp_path / "whole")

    class Killed(Exception):
        pass

    for last in range(3):
        folder = tmp_path / str(last)

        def kill(row, last=last):
            if row["round"] == last:
                raise Killed

        with pytest.raises(Killed):
            prune.iterate(make(), data, recipe, folder=folder, on_round=kill)
        seen = []
        again = prune.iterate(make(), data, recipe, folder=folder, on_round=lambda row: seen.append(row["round"]))  # noqa: B023
        assert seen == list(range(last + 1, 4))
        assert_same_bits(again.model, whole.model)
        pd.testing.assert_frame_equal(comparable(again.rounds), comparable(whole.rounds), check_exact=True)
    (tmp_path / "whole" / "rounds.csv").unlink()  # as if killed after the state and before the table
    prune.iterate(make(), data, recipe, folder=tmp_path / "whole")
    table = pd.read_csv(tmp_path / "whole" / "rounds.csv")
    pd.testing.assert_frame_equal(table, whole.rounds, check_exact=False, check_dtype=False)


def test_a_folder_of_another_run_or_a_damaged_one_is_refused(tmp_path):
    prune.iterate(network(), small_data(), SHORT, folder=tmp_path)
    for other in ({"seed": 1}, {"recipe": SHORT.replace(rounds=3)}, {"model": network(seed=1)}):
        options = {"model": network(), "recipe": SHORT, "seed": 0} | other
        with pytest.raises(InvalidInput, match="is of a run with another recipe, seed, network or data"):
            prune.iterate(data=small_data(), folder=tmp_path, **options)
    (tmp_path / "state.pt").write_bytes((tmp_path / "state.pt").read_bytes()[:100])
    with pytest.raises(FileFormatError, match=r"state\.pt is damaged"):
        prune.iterate(network(), small_data(), SHORT, folder=tmp_path)


STOPS = {
    "epochs": (prune.Epochs(0), 0),
    "accuracy": (prune.Accuracy(margin=1.0), 0),
    "accuracy, out of reach": (prune.Accuracy(margin=-1.0), 4),
    "information": (prune.InformationStop(eps=1e9), 0),
    "information, out of reach": (prune.InformationStop(eps=0, form="frobenius", metric="cosine"), 4),
    "gradient": (prune.GradientStop(eps=1e9), 0),
    "gradient, out of reach": (prune.GradientStop(eps=0, metric="cosine"), 4),
}


@pytest.mark.parametrize(("rule", "epochs"), STOPS.values(), ids=STOPS)
def test_retraining_stops_by_whichever_rule_comes_first(rule, epochs):
    recipe = SHORT.replace(stop=(prune.Epochs(4), rule), check_every=2, rounds=1)
    row = prune.iterate(network(), small_data(), recipe).rounds.iloc[1]
    assert row["epochs"] == epochs
    by_schedule = isinstance(rule, prune.Epochs) or epochs == 4
    assert row["stopped_by"] == ("epochs" if by_schedule else repr(rule))


def test_a_larger_distance_stops_no_later():
    epochs = []
    for eps in (0.0, 0.05, 0.2, 10.0):
        recipe = SHORT.replace(stop=(prune.Epochs(6), prune.GradientStop(eps)), rounds=1, count=prune.Rate(0.6))
        epochs.append(prune.iterate(network(), small_data(), recipe).rounds["epochs"][1])
    assert epochs == sorted(epochs, reverse=True)
    assert epochs[0] == 6 and epochs[-1] == 0


def test_flat_weights_make_no_progress_and_the_run_says_so():
    flat = network()
    flat = flat.with_layers(layer.with_weights(np.full(layer.n_links, 0.5)) for layer in flat.layers)
    found = prune.iterate(flat, small_data(), SHORT.replace(count=prune.Sap(), dense_epochs=0, rounds=5))
    assert found.ended == "no weight pruned"
    assert found.rounds["round"].tolist() == [0]
    assert found.model == flat


def test_all_zero_layers_are_pruned_by_position_and_train_on():
    zero = network()
    zero = zero.with_layers(layer.with_weights(0 * layer.weights) for layer in zero.layers)
    found = prune.iterate(zero, small_data(), SHORT.replace(dense_epochs=0, rounds=1, count=prune.Rate(0.5)))
    assert found.rounds["links"][1] == sum(-(-layer.n_links // 2) for layer in zero.layers)


def test_a_layer_pruned_to_nothing_is_named_or_kept_at_a_minimum():
    recipe = SHORT.replace(count=prune.Rate(1.0), rounds=1)
    with pytest.raises(InvalidValue, match=r"layer 'layers.0' would lose its last 48 links"):
        prune.iterate(network(), small_data(), recipe)
    found = prune.iterate(network(), small_data(), recipe.replace(minimum=2))
    assert [int(mask.sum()) for mask in found.masks] == [2, 2, 2]


def test_one_batch_is_enough_for_all():
    recipe = SHORT.replace(batch_size=1000, stop=(prune.Epochs(2), prune.GradientStop(0.0)))
    assert len(prune.iterate(small_mlp(), small_data(), recipe).rounds) == 3


@pytest.mark.parametrize("name", prune.RECIPES)
def test_every_recipe_runs_and_reaches_what_it_says(name):
    recipe = prune.RECIPES[name].replace(rounds=min(2, prune.RECIPES[name].rounds), stop=(prune.Epochs(1),))
    recipe = recipe.replace(dense_epochs=min(recipe.dense_epochs, 1), rewind_step=min(recipe.rewind_step, 1))
    found = prune.iterate(small_mlp(sizes=(4, 20, 20, 3)), small_data(), recipe)
    links = found.rounds["links"].tolist()
    assert all(b < a for a, b in zip(links, links[1:], strict=False)) and len(links) > 1
    if name in ("one-shot", "snip", "synflow"):
        assert links == [540, 54]


def test_published_defaults():
    for name in ("incop-if", "incop-gf"):
        recipe = prune.RECIPES[name]
        assert (recipe.dense_epochs, recipe.rounds + 1, recipe.epochs, recipe.check_every) == (20, 15, 40, 2)
        assert (recipe.lr.initial, recipe.momentum, recipe.batch_size, recipe.weight_decay) == (0.01, 0, 64, 5e-4)
    assert prune.RECIPES["incop-if"].stop[1] == prune.InformationStop(0.11, "signed", "norm")
    assert prune.RECIPES["incop-gf"].stop[1] == prune.GradientStop(0.5)
    assert prune.RECIPES["lth"].count == prune.Rate(0.2, output_rate=0.1)
    sap = prune.RECIPES["sap"]
    assert (sap.count, sap.lr, sap.momentum, sap.nesterov) == (prune.Sap(), Schedule(0.1, "cosine"), 0.9, True)
    assert (sap.weight_decay, sap.epochs, sap.batch_size, sap.rewind) == (5e-4, 200, 250, "initial")


REFUSED = {
    "score": ({"score": "size"}, "unknown score 'size'"),
    "rounds": ({"rounds": -1}, "rounds must be at least 0"),
    "stop": ({"stop": (prune.GradientStop(),)}, "stop must have Epochs among its rules"),
    "count": ({"count": 0.2}, "count must be a Rate, Sap, Density or the like"),
    "nesterov": ({"momentum": 0, "nesterov": True}, "nesterov needs momentum"),
    "rewind": ({"rewind": "back"}, "unknown rewinding 'back'"),
    "lr": ({"lr": -0.1}, "lr must be"),
    "epochs": ({"epochs": 3}, "a recipe has no epochs"),
}


@pytest.mark.parametrize(("changes", "message"), REFUSED.values(), ids=REFUSED)
def test_a_recipe_that_cannot_be_is_refused(changes, message):
    with pytest.raises((InvalidValue, InvalidType), match=message):
        SHORT.replace(**changes)


def test_what_there_is_not_cannot_be_asked_for():
    held_none = small_data(validation=0)
    with pytest.raises(InvalidValue, match="data must hold back validation samples"):
        prune.iterate(network(), held_none, SHORT.replace(stop=(prune.Epochs(1), prune.Accuracy())))
    with pytest.raises(InvalidValue, match="nesterov is not known to the engines"):
        prune.iterate(network(), held_none, SHORT.replace(nesterov=True))
    with pytest.raises(InvalidValue, match="model has one layer only"):
        one = generate.erdos_renyi((4, 3), 1.0, rng=0)
        prune.iterate(one, held_none, SHORT.replace(stop=(prune.Epochs(1), prune.InformationStop())))
    with pytest.raises(InvalidValue, match="rewind_step is 99, but the dense training has fewer steps"):
        prune.iterate(network(), held_none, SHORT.replace(rewind="step", rewind_step=99))
    with pytest.raises(InvalidValue, match="frozen links"):
        frozen = network()
        prune.iterate(frozen.with_layers([frozen.layers[0].freeze(links=[0]), *frozen.layers[1:]]), held_none, SHORT)

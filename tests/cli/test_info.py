from __future__ import annotations

import numpy as np
import pytest

from netsparse import BipartiteLayer, LayeredNetwork, train
from netsparse.cli.table import table
from netsparse.rewire import Recipe, Schedule
from tests.cli.command import assert_one_error, run_here
from tests.train.small import clusters, settings, start_of


@pytest.fixture
def network() -> LayeredNetwork:
    """Three inputs, of which one is isolated; a hidden neuron that leads nowhere, and a dense readout."""
    first = BipartiteLayer.from_links([0, 0, 1], [0, 1, 1], [0.5, 0.0, -2.0], shape=(3, 4), bias=[0, 1, 0, 0])
    second = BipartiteLayer.from_links([0, 1], [0, 1], [1.0, 0.25], shape=(4, 2))
    third = BipartiteLayer.from_links([0, 0, 1, 1], [0, 1, 0, 1], np.ones(4), shape=(2, 2))
    return LayeredNetwork([first, second, third], readout=1)


def cells(text: str, start: str) -> list[str]:
    return next(line for line in text.splitlines() if line.startswith(start)).split("  ")


def rows_of(text: str, title: str) -> list[list[str]]:
    block = next(block for block in text.split("\n\n") if block.startswith(title))
    return [line.split() for line in block.splitlines()[1:]]


def test_info_of_a_network_file(network, tmp_path, capsys):
    network.save(tmp_path / "network.npz")
    assert run_here("info", tmp_path / "network.npz") == 0
    text = capsys.readouterr().out
    head = "network 3-4-2-2, 9 links, density 0.375, relu, float64, dense readout: last 1 of 3 layers"
    assert text.splitlines()[0] == head
    assert rows_of(text, "layer") == [
        ["0", "3", "x", "4", "3", "0.25", "1", "2", "0.75", "2"],
        ["1", "4", "x", "2", "2", "0.25", "0.5", "1", "1", "1"],
        ["2", "2", "x", "2", "4", "1", "2", "2", "2", "2"],
    ]
    mean, deviation = -0.5, np.std([0.5, 0, -2])
    assert rows_of(text, "weights")[0] == (
        ["layer", "0", "-2", "0.5", f"{mean:.4g}", f"{deviation:.4g}", f"{2.5 / 3:.4g}", "1", "1"]
    )
    assert rows_of(text, "neurons") == [
        ["inputs", "3", "2", "1"],
        ["hidden", "1", "4", "2", "2"],
        ["hidden", "2", "2", "2", "0"],
        ["outputs", "2", "2", "0"],
    ]


def test_a_layer_without_links(tmp_path, capsys):
    empty = BipartiteLayer.from_links([], [], np.empty(0), shape=(2, 3))
    LayeredNetwork([empty]).save(tmp_path / "empty.npz")
    assert run_here("info", tmp_path / "empty.npz") == 0
    assert rows_of(capsys.readouterr().out, "weights") == [["layer", "0", *"-----", "0", "0"]]


def test_info_of_a_run(tmp_path, capsys):
    own = settings(epochs=2)
    result = train.fit(start_of(own), clusters(), own, out=tmp_path / "run", progress=False)
    assert run_here("info", tmp_path / "run") == 0
    text = capsys.readouterr().out
    assert f"{tmp_path / 'run'}: 2 of 2 epochs" in text
    assert "--hidden 15 14 --density 0.3 --start erdos-renyi --removal magnitude --regrowth ch3-l3 --zeta 0.3" in text
    assert f"accuracy {result.history['test_accuracy'].iloc[-1]:.2%} on test images after epoch 2" in text
    assert "network 12-15-14-3" in text


def test_info_of_an_unfinished_run(tmp_path, capsys):
    own = settings(epochs=2)
    train.fit(start_of(own), clusters(), own, out=tmp_path, progress=False)
    (tmp_path / "network.npz").unlink()
    assert run_here("info", tmp_path) == 0
    assert "network 12-15-14-3" in capsys.readouterr().out
    (tmp_path / "checkpoint.npz").unlink()
    assert run_here("info", tmp_path) == 2
    assert_one_error(capsys, "holds no network")


def test_a_folder_without_a_run(tmp_path, capsys):
    assert run_here("info", tmp_path) == 2
    assert_one_error(capsys, "holds no run")


def test_table():
    assert table(["name", "n"], [["a", 1234567], ["long name", 0.123456]]).splitlines() == [
        "name               n",
        "a          1,234,567",
        "long name     0.1235",
    ]


def test_settings_are_shown_as_they_would_be_typed(tmp_path, capsys):
    own = settings(epochs=1, clean_up="none")
    train.fit(start_of(own), clusters(), own, out=tmp_path / "run", progress=False)
    run_here("info", tmp_path / "run")
    shown = next(line for line in capsys.readouterr().out.splitlines() if line.startswith("settings "))
    assert run_here("train", *shown.removeprefix("settings ").split(), "--out", tmp_path / "run", "--resume") == 0
    assert "nothing to do" in capsys.readouterr().out


def test_what_no_flag_says_of_a_recipe_is_shown_beside(tmp_path, capsys):
    recipe = Recipe(zeta=Schedule(0.3, "cosine"), early_stop=0.9, regrowth={"random": 0.5, "l3": 0.5}, until=0.5)
    own = settings(epochs=1, recipe=recipe)
    train.fit(start_of(own), clusters(), own, out=tmp_path / "run", progress=False)
    run_here("info", tmp_path / "run")
    text = capsys.readouterr().out
    assert "\nrecipe   regrowth 0.5 random + 0.5 l3, zeta 0.3 to 0 (cosine), early_stop 0.9\n" in text
    assert "--rewire-until 0.5" in text
    assert "--zeta" not in text

from __future__ import annotations

import dataclasses
import json
import math
import signal
import subprocess
import sys

import numpy as np
import pandas as pd
import pytest

import netsparse
from netsparse.cli.settings_flags import SETTINGS_FLAGS
from netsparse.generate import STARTS
from netsparse.train import RunFolder, Settings, initial_network
from netsparse.train.initial import training_data
from netsparse.train.settings import PARAMETERS
from tests.cli.command import ROOT, assert_one_error, run_apart, run_here
from tests.train.small import FLAGS, clusters, clusters_file, settings
from tests.train.test_resume import assert_same_run


@pytest.fixture
def train(tmp_path):
    """Run `netsparse train` on the small data set with the small settings."""
    data = clusters_file(tmp_path)
    return lambda *more: run_here("train", "--dataset", data, *FLAGS, *more)


def test_a_run_from_the_command_line(train, tmp_path, capsys):
    out = tmp_path / "run"
    assert train("--epochs", 3, "--regrowth", "random", "--out", out) == 0
    text = capsys.readouterr().out
    assert "epoch 3/3  loss" in text
    accuracy = pd.read_csv(out / "history.csv")["test_accuracy"].iloc[-1]
    assert f"test accuracy {accuracy:.2%} after 3 epochs" in text
    assert RunFolder(out).settings() == settings(dataset=str(tmp_path / "clusters.npz"), epochs=3, regrowth="random")
    command = json.loads((out / "settings.json").read_text())["command"]
    assert command.startswith("netsparse train --dataset")
    assert command.endswith(f"--epochs 3 --regrowth random --out {out}")


def test_without_out_nothing_is_written(train, tmp_path):
    assert train("--epochs", 1) == 0
    assert [file.name for file in tmp_path.iterdir()] == ["clusters.npz"]


def test_an_explicit_flag_wins_over_the_preset(train, tmp_path):
    out = tmp_path / "run"
    assert train("--preset", "paper", "--epochs", 2, "--zeta", 0.25, "--out", out) == 0
    got = RunFolder(out).settings()
    paper = Settings(preset="paper")
    assert got.recipe == paper.recipe.replace(zeta=0.25)
    assert got.optimiser == dataclasses.replace(paper.optimiser, batch_size=16)
    assert got.run.epochs == 2


def test_every_flag_arrives(train, tmp_path):
    out = tmp_path / "run"
    flags = {
        "start": "k-regular", "removal": "degree", "regrowth": "l3", "zeta": 0.1, "clean_up": "chain",
        "rewire_until": 0.5, "epochs": 2, "lr": 0.01, "lr_schedule": "constant",
        "momentum": 0.5, "weight_decay": 0.0, "init": "kaiming", "init_regrown": "swi",
        "validation": 0.1, "backend": "masked",
        "seed": 3, "threads": 2, "snapshots": 1,
    }  # fmt: skip
    given = [text for name, value in flags.items() for text in ("--" + name.replace("_", "-"), value)]
    assert train(*given, "--out", out) == 0
    expected = settings(dataset=str(tmp_path / "clusters.npz"), **flags)
    assert RunFolder(out).settings() == expected
    assert {*flags, "dataset", "hidden", "density", "batch_size"} == set(PARAMETERS) == set(SETTINGS_FLAGS) - {"recipe"}


@pytest.mark.parametrize(
    ("former", "now", "note"),
    [
        (("--keep-disconnected",), {"clean_up": "none"}, "--keep-disconnected is now --clean-up none"),
        (("--regrowth", "none"), {"regrowth": "static"}, "--regrowth none is now --regrowth static"),
    ],
)
def test_former_flags_go_on_with_a_line(train, tmp_path, capsys, former, now, note):
    out = tmp_path / "run"
    assert train("--epochs", 1, *former, "--out", out) == 0
    assert capsys.readouterr().err == f"netsparse: note: {note}; the former name goes with the next version\n"
    assert RunFolder(out).settings() == settings(dataset=str(tmp_path / "clusters.npz"), epochs=1, **now)
    assert train("--epochs", 1, *former, "--out", out, "--resume") == 0


def test_python_m_is_alike(train, tmp_path):
    data, flags = tmp_path / "clusters.npz", ("--epochs", 2, "--seed", 4)
    assert train(*flags, "--out", tmp_path / "command") == 0
    done = run_apart(
        "-m", "netsparse.train", "--dataset", data, *FLAGS, *flags, "--out", tmp_path / "module"
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert done.stderr == ""
    assert_same_run(tmp_path / "module", tmp_path / "command")
    descriptions = [json.loads((tmp_path / name / "settings.json").read_text()) for name in ("command", "module")]
    commands = [description.pop("command") for description in descriptions]
    assert descriptions[0] == descriptions[1]
    assert commands[1] == commands[0].replace("/command", "/module")


def test_resuming_needs_only_the_folder(train, tmp_path, capsys):
    out = tmp_path / "run"
    assert train("--epochs", 3, "--out", out) == 0
    (out / "network.npz").unlink()
    assert run_here("train", "--out", out, "--resume") == 0
    assert netsparse.load(out / "network.npz") == RunFolder(out).checkpoint().network


def test_a_finished_run_says_so(train, tmp_path, capsys):
    out = tmp_path / "run"
    train("--epochs", 2, "--out", out)
    capsys.readouterr()
    assert run_here("train", "--out", out, "--resume") == 0
    assert capsys.readouterr().out == f"the run in {out} is finished: 2 of 2 epochs, nothing to do\n"


def test_resume_with_other_settings_lists_them(train, tmp_path, capsys):
    out = tmp_path / "run"
    train("--epochs", 2, "--out", out)
    capsys.readouterr()
    assert train("--epochs", 5, "--lr", 0.1, "--out", out, "--resume") == 2
    assert_one_error(capsys, "epochs 2, now 5", "lr 0.05, now 0.1")
    assert run_here("train", "--preset", "paper", "--out", out, "--resume") == 2
    assert_one_error(capsys, "zeta 0.3, now 0.1")
    assert run_here("train", "--recipe", "set", "--out", out, "--resume") == 2
    assert_one_error(capsys, "regrowth ch3-l3, now random", "clean_up reach, now none")


BESIDE = ("--preset", "paper", "--recipe", "set", "--zeta", 0.2, "--clean-up", "chain", "--lr", 0.03)


@pytest.mark.parametrize(
    "repeated",
    [
        (*BESIDE, "--epochs", 2),
        ("--recipe", "set"),
        ("--preset", "paper"),
        ("--preset", "paper", "--recipe", "set"),
        ("--preset", "paper", "--zeta", 0.2),
        ("--regrowth", "random", "--momentum", 0.9),
    ],
    ids=lambda flags: "".join(str(flag) for flag in flags if str(flag).startswith("--")),
)
def test_repeated_presets_and_recipes_bring_back_no_values(train, tmp_path, capsys, repeated):
    out = tmp_path / "run"
    assert train(*BESIDE, "--epochs", 2, "--out", out) == 0
    before = (out / "settings.json").read_bytes()
    (out / "network.npz").unlink()
    assert run_here("train", *repeated, "--out", out, "--resume") == 0
    assert (out / "settings.json").read_bytes() == before
    assert (out / "network.npz").exists()


@pytest.mark.parametrize(
    ("other", "words"),
    [
        (("--recipe", "ch3-l3"), ("regrowth random, now ch3-l3", "init kaiming, now swi")),
        (("--preset", "default"), ("lr_schedule constant, now linear",)),
        (("--recipe", "set", "--zeta", 0.3), ("zeta 0.2, now 0.3",)),
        (("--zeta", 0.3, "--clean-up", "none"), ("zeta 0.2, now 0.3", "clean_up chain, now none")),
    ],
)
def test_a_real_difference_is_named(train, tmp_path, capsys, other, words):
    out = tmp_path / "run"
    assert train(*BESIDE, "--epochs", 1, "--out", out) == 0
    capsys.readouterr()
    assert run_here("train", *other, "--out", out, "--resume") == 2
    assert_one_error(capsys, "has other settings: ", *words)


def test_a_start_of_ones_own_sees_the_training_inputs_that_it_asks_for(train, tmp_path):
    out = tmp_path / "run"
    place = "tests.generate.starts:most_varying"
    try:
        assert train("--epochs", 1, "--start", place, "--validation", 0.2, "--out", out) == 0
        own = RunFolder(out).settings()
        assert own.recipe.start.name == place
        inputs = training_data(own, clusters(), np.float32).x_train
        assert inputs.shape == (72, 12)
        first = initial_network(own, 12, 3, data=clusters()).layers[0]
        varying = np.argsort(-inputs.std(axis=0), kind="stable")[: math.ceil(first.n_links / first.shape[1])]
        assert set(first.rows.tolist()) == set(varying.tolist())
    finally:
        STARTS.unregister(place)


def test_ctrl_c_tells_how_to_resume(train, tmp_path):
    """Interrupt a run after its third epoch, resume it as told, and compare with one that nobody interrupted."""
    out, flags = tmp_path / "run", ("--epochs", 25)
    command = ["-m", "netsparse.train", "--dataset", tmp_path / "clusters.npz", *FLAGS, *flags, "--out", out]
    process = subprocess.Popen(
        [sys.executable, *map(str, command)], cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    for line in process.stdout:
        if line.startswith("epoch  3/25"):
            process.send_signal(signal.SIGINT)
            break
    _, error = process.communicate(timeout=60)
    assert process.returncode == 130
    assert error.strip() == f"netsparse: interrupted; continue with: netsparse train --out {out} --resume"
    assert 3 <= RunFolder(out).n_epochs_done() < 25
    assert run_here("train", "--out", out, "--resume") == 0
    assert train(*flags, "--out", tmp_path / "whole") == 0
    assert_same_run(out, tmp_path / "whole")


def test_ctrl_c_before_and_without_a_folder(monkeypatch, train, tmp_path, capsys):
    def interrupted(*arguments, **options):
        raise KeyboardInterrupt

    monkeypatch.setattr("netsparse.train.fit", interrupted)
    assert train("--epochs", 1) == 130
    assert "nothing was kept" in capsys.readouterr().err
    assert train("--epochs", 1, "--out", tmp_path / "run") == 130
    assert "nothing was done yet" in capsys.readouterr().err


def test_divergence_is_one_line(train, tmp_path, capsys):
    assert train("--lr", "1e30", "--out", tmp_path / "run") == 2
    output = capsys.readouterr().err
    assert "netsparse: error: the loss became NaN or infinite in epoch 1: try a lower learning rate" in output
    assert "Traceback" not in output


def test_the_summary_tells_the_accuracy_of_the_network_it_leaves(train, tmp_path, capsys):
    """With updates to the end, the network that is kept is not the one that was evaluated after the steps."""
    out = tmp_path / "run"
    assert train("--preset", "paper", "--zeta", 0.9, "--epochs", 4, "--out", out) == 0
    summary = capsys.readouterr().out.splitlines()[-2]
    last = pd.read_csv(out / "history.csv").iloc[-1]
    assert last["test_accuracy"] != last["test_accuracy_updated"]
    told = f"{last['test_accuracy']:.2%} ({last['test_accuracy_updated']:.2%} once rewired)"
    assert f"test accuracy {told} after 4 epochs" in summary
    assert run_here("predict", out, "--dataset", tmp_path / "clusters.npz") == 0
    assert f"test accuracy {last['test_accuracy_updated']:.2%} (" in capsys.readouterr().out
    assert run_here("info", out) == 0
    assert f"accuracy {told} on test images after epoch 4" in capsys.readouterr().out

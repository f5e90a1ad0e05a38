from __future__ import annotations

import json
import signal
import subprocess
import sys

import pandas as pd
import pytest

import netsparse
from netsparse.train import RunFolder, Settings
from tests.cli.command import ROOT, assert_one_error, run_apart, run_here
from tests.train.small import FLAGS, clusters_file, settings
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
    paper = Settings.from_preset("paper")
    assert (got.zeta, got.epochs, got.batch_size) == (0.25, 2, 16)
    assert (got.lr, got.lr_schedule, got.rewire_until) == (paper.lr, paper.lr_schedule, paper.rewire_until)


def test_every_flag_arrives(train, tmp_path):
    out = tmp_path / "run"
    flags = {
        "regrowth": "l3", "zeta": 0.1, "rewire_until": 0.5, "epochs": 2, "lr": 0.01, "lr_schedule": "constant",
        "momentum": 0.5, "weight_decay": 0.0, "init": "kaiming", "init_regrown": "swi",
        "validation": 0.1, "backend": "masked",
        "seed": 3, "threads": 2, "snapshots": 1,
    }  # fmt: skip
    given = [text for name, value in flags.items() for text in ("--" + name.replace("_", "-"), value)]
    assert train(*given, "--keep-disconnected", "--out", out) == 0
    expected = settings(dataset=str(tmp_path / "clusters.npz"), keep_disconnected=True, **flags)
    assert RunFolder(out).settings() == expected


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
    assert_one_error(capsys, "--epochs 2, now 5", "--lr 0.05, now 0.1")
    assert run_here("train", "--preset", "paper", "--out", out, "--resume") == 2
    assert_one_error(capsys, "--zeta 0.3, now 0.1")


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

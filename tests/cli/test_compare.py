"""``netsparse compare``: the flags, the table that is printed, errors of one line, Ctrl-C."""

from __future__ import annotations

import json
import re

import pandas as pd
import pytest

from netsparse import study
from tests.cli.command import assert_one_error, run_apart, run_here
from tests.train.small import FLAGS, clusters_file


@pytest.fixture
def command(tmp_path):
    """Run `netsparse compare` on the small data set with small settings."""
    data = clusters_file(tmp_path)
    return lambda *more: run_here("compare", "--datasets", data, *FLAGS, "--epochs", 2, "--jobs", 1, *more)


def test_a_comparison_prints_the_projected_time_the_runs_and_the_table(command, tmp_path, capsys):
    out = tmp_path / "out"
    assert command("--recipes", "rlr", "l3", "--seeds", 3, "--out", out) == 0
    lines = capsys.readouterr().out.splitlines()
    assert "projected time with 1 worker" in lines[0]
    assert [line.split("]")[0] for line in lines[1:7]] == [f"[{number}/6" for number in range(1, 7)]
    row = pd.read_csv(out / "comparison.csv").iloc[0]
    printed = next(line for line in lines if re.search(r"\bl3 +rlr +3\b", line))
    assert f"{100 * row['difference']:+.2f} [{100 * row['low']:+.2f}, {100 * row['high']:+.2f}]" in printed
    assert f"{row['accuracy']:.2%} {row['accuracy_against']:.2%}" in printed and row["verdict"] in printed
    assert any("Holm" in line for line in lines) and any("that a run ends with" in line for line in lines)
    assert str(out) in lines[-1]


def test_flags_arrive_and_validation_images_are_held_out_unless_told_otherwise(command, tmp_path):
    assert (
        command("--recipes", "rlr", "l3", "--seeds", 1, "--preset", "paper", "--zeta", 0.2, "--out", tmp_path / "a")
        == 0
    )
    found = json.loads((tmp_path / "a" / "settings.json").read_text())
    settings = found["settings"]
    assert (settings["zeta"], settings["lr"], settings["validation"]) == (0.2, 0.02, 0.1)
    assert (settings["epochs"], settings["hidden"], settings["density"]) == (2, [15, 14], 0.3)
    assert found["command"].startswith("netsparse compare --datasets") and found["seeds"] == 1
    assert command("--recipes", "rlr", "l3", "--seeds", 1, "--validation", 0, "--out", tmp_path / "b") == 0
    assert pd.read_csv(tmp_path / "b" / "runs.csv")["best_epoch"].isna().all()


def test_one_seed_says_that_there_are_no_intervals(command, tmp_path, capsys):
    assert command("--recipes", "rlr", "l3", "--seeds", 1, "--out", tmp_path / "out") == 0
    text = capsys.readouterr().out
    assert "one seed: no intervals and no tests" in text and "[+" not in text and "[-" not in text


def test_two_seeds_give_no_verdict(command, tmp_path, capsys):
    assert command("--recipes", "rlr", "l3", "--seeds", 2, "--out", tmp_path / "out") == 0
    assert "fewer than 3 seeds: no verdict" in capsys.readouterr().out


def test_the_same_command_goes_on_and_another_is_refused(command, tmp_path, capsys):
    flags = ("--recipes", "rlr", "l3", "--seeds", 1, "--out", tmp_path / "out")
    assert command(*flags) == 0
    capsys.readouterr()
    assert command(*flags) == 0
    assert "all 2 runs are there" in capsys.readouterr().out
    assert command(*flags, "--lr", 0.5) == 2
    assert_one_error(capsys, "has other settings: lr 0.05, now 0.5", "choose another folder")


@pytest.mark.parametrize(
    ("flags", "words"),
    [
        (("--recipes", "rlr", "rigl"), ("unknown recipe 'rigl'", "ch3-l3", "package.module:function")),
        (("--recipes", "rlr", "nowhere:rule"), ("recipe nowhere:rule: cannot import nowhere",)),
        (("--recipes", "rlr", "tests.study.rules:none"), ("has no function 'none'",)),
        (("--recipes", "rlr"), ("needs two recipes or more",)),
        (("--recipes", "rlr", "l3", "--datasets", "imagenet"), ("unknown data set 'imagenet'",)),
        (("--recipes", "rlr", "l3", "--seeds", "0"), ("--seeds must be at least 1, got 0",)),
        (("--recipes", "rlr", "l3", "--jobs", "0"), ("--jobs must be at least 1, got 0",)),
        (("--recipes", "rlr", "l3", "--lr", "-1"), ("lr must be",)),
        (("--recipes", "rlr", "l3", "--preset", "best"), ("unknown --preset 'best'",)),
        (("--recipes", "rlr", "l3", "--executor", "slurm"), ("unknown --executor 'slurm'",)),
        (("--recipes", "rlr", "l3", "--scheduler", "tcp://host:1"), ("a scheduler is for the executor dask",)),
        (("--seeds", "1"), ("required: --recipes",)),
    ],
)
def test_bad_input_is_one_line_and_leaves_nothing(command, tmp_path, capsys, flags, words):
    assert command("--out", tmp_path / "out", *flags) == 2
    assert_one_error(capsys, *words)
    assert not (tmp_path / "out").exists()


def test_a_folder_that_cannot_be_used_is_one_line(command, tmp_path, capsys):
    assert command("--recipes", "rlr", "l3", "--out", tmp_path) == 2
    assert_one_error(capsys, "holds something else (clusters.npz)")
    assert command("--recipes", "rlr", "l3", "--out", tmp_path / "clusters.npz" / "deeper") == 2
    assert_one_error(capsys, "cannot write to")
    assert command("--recipes", "rlr", "l3", "--out", "") == 2
    assert_one_error(capsys, "empty")


def test_ctrl_c_says_how_to_go_on(command, tmp_path, monkeypatch, capsys):
    def interrupted(*arguments, **options):
        raise KeyboardInterrupt

    flags = ("--recipes", "rlr", "l3", "--seeds", 1, "--out", tmp_path / "out")
    with monkeypatch.context() as patch:
        patch.setattr(study, "compare", interrupted)
        assert command(*flags) == 130
        assert "interrupted; nothing was done yet" in capsys.readouterr().err
    with monkeypatch.context() as patch:
        patch.setattr("netsparse.study.comparison.carry_out", interrupted)
        assert command(*flags) == 130
    assert f"finished runs are kept in {tmp_path / 'out'}, the same command goes on" in capsys.readouterr().err
    assert command(*flags) == 0


def test_the_former_name_of_static_goes_on_with_a_line(command, tmp_path, monkeypatch, capsys):
    def seen(recipes, *arguments, **options):
        print(*recipes)
        raise KeyboardInterrupt

    monkeypatch.setattr(study, "compare", seen)
    assert command("--recipes", "none", "rlr", "--out", tmp_path / "out") == 130
    output = capsys.readouterr()
    assert output.out == "static rlr\n"
    assert output.err.startswith("netsparse: note: --recipes none is now --recipes static; ")


def test_failed_runs_are_an_error_after_the_table(command, tmp_path, monkeypatch, capsys):
    from netsparse.study import comparison, plan

    def failing(run):
        if run.recipe == "l3":
            raise ValueError("lost")
        return plan.perform(run)

    monkeypatch.setattr(comparison, "perform", failing)
    assert command("--recipes", "rlr", "l3", "static", "--seeds", 1, "--out", tmp_path / "out") == 2
    output = capsys.readouterr()
    assert "static" in output.out and "l3 seed 0: FAILED" in output.out
    assert "1 run failed" in output.err and "the same command tries again" in output.err


def test_help_shows_examples_and_every_recipe():
    done = run_apart("-m", "netsparse", "compare", "--help")
    assert done.returncode == 0 and "examples:" in done.stdout
    assert all(name in done.stdout for name in ("rlr", "ch3-l3", "static", "package.module:function", "--validation"))
    assert "hold out (default: 0.1)" in " ".join(done.stdout.split())

"""Runs are pooled only if they differ in nothing but their seed."""

from __future__ import annotations

import pandas as pd
import pytest
from matplotlib import image

from netsparse import plot, robustness, train
from netsparse.report.replicas import groups_of
from netsparse.train.folder import RunFolder
from netsparse.train.provenance import describe
from tests.cli.command import run_here
from tests.train.small import clusters, clusters_file, settings, start_of


@pytest.fixture
def run(tmp_path):
    """Makes the folder of a run that has ended, with these settings, without training anything."""

    def make(name: str, **changes):
        own = settings(**{"dataset": "clusters.npz", **changes})
        folder = RunFolder(tmp_path / name)
        folder.path.mkdir()
        network = start_of(own)
        folder.start(describe(own, network, clusters().standardised(), None))
        network.save(folder.network_file)
        folder.snapshots.mkdir()
        network.save(folder.snapshot_file(2))
        return folder.path

    return make


def names(*paths) -> list[str]:
    groups = groups_of(paths)
    return [groups[path] for path in paths]


@pytest.mark.parametrize("changes", [{"seed": 1}, {"seed": 1, "threads": 2}, {"seed": 1, "snapshots": 5}])
def test_runs_of_other_seeds_are_replicas(run, changes):
    assert len(set(names(run("a"), run("b", **changes)))) == 1


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"regrowth": "random"}, ["regrowth=ch3-l3", "regrowth=random"]),
        ({"lr": 0.01}, ["lr=0.05", "lr=0.01"]),
        ({"hidden": (9,)}, ["hidden=15-14", "hidden=9"]),
        ({"dataset": "other.npz"}, ["dataset=clusters.npz", "dataset=other.npz"]),
        ({"clean_up": "none"}, ["clean_up=reach", "clean_up=none"]),
        ({"zeta": 0.1, "backend": "masked"}, ["backend=sparse, zeta=0.3", "backend=masked, zeta=0.1"]),
    ],
)
def test_runs_of_other_settings_are_not(run, changes, words):
    assert names(run("a"), run("b", seed=1, **changes)) == words


def test_the_groups_are_named_by_what_differs_among_any_of_them(run):
    paths = [run("a"), run("b", regrowth="random"), run("c", regrowth="random", seed=1), run("d", zeta=0.1)]
    assert names(*paths) == [
        "regrowth=ch3-l3, zeta=0.3",
        "regrowth=random, zeta=0.3",
        "regrowth=random, zeta=0.3",
        "regrowth=ch3-l3, zeta=0.1",
    ]


def test_networks_of_other_epochs_are_not_replicas(run):
    a, b = run("a"), run("b", seed=1)
    snapshots = [RunFolder(path).snapshot_file(2) for path in (a, b)]
    assert names(a, b / "network.npz", *snapshots) == ["trained=4", "trained=4", "trained=2", "trained=2"]


def test_files_that_no_training_made_are_groups_of_their_own(run, tmp_path):
    a, b = run("a"), run("b", seed=1)
    lone, pruned = tmp_path / "lone.npz", a / "pruned.npz"
    for path in (lone, pruned):
        path.write_bytes((a / "network.npz").read_bytes())
    assert names(a, lone, b, pruned) == ["trained runs", "lone.npz", "trained runs", "a/pruned.npz"]


@pytest.fixture(scope="module")
def trained(tmp_path_factory):
    """Two replicas of one rule and a run of another."""
    folder = tmp_path_factory.mktemp("runs")
    data = clusters_file(folder)
    for name, changes in {"a": {"seed": 0}, "b": {"seed": 1}, "c": {"removal": "degree"}}.items():
        own = settings(**{"dataset": str(data), "regrowth": "random", "epochs": 2, **changes})
        train.fit(start_of(own), clusters(), own, out=folder / name, progress=False)
    return folder


def attack(trained, out, *names: str, more=()):
    flags = ("--attack", "noise", "links-weight", "--steps", 2, "--repeats", 2, "--out", out, *more)
    assert run_here("attack", *(trained / name for name in names), *flags) == 0
    return pd.read_csv(out / "curves.csv"), pd.read_csv(out / "summary.csv")


def test_each_group_gets_its_row_its_line_and_its_colour(trained, tmp_path, capsys, monkeypatch):
    drawn = []
    monkeypatch.setattr(plot, "save", lambda figure, path: drawn.append(figure) or path.write_bytes(b""))
    curves, scores = attack(trained, tmp_path, "a", "b", "c")
    assert "group" not in curves
    assert scores[["attack", "group", "runs"]].to_numpy().tolist() == [
        ["noise", "removal=magnitude", 2],
        ["noise", "removal=degree", 2],  # one run: its repeats
        ["links-weight", "removal=magnitude", 2],
        ["links-weight", "removal=degree", 1],
    ]
    alone = robustness.summary(curves[curves["run"] == str(trained / "c")], chance=1 / 3, rng=0)
    mine = scores[scores["group"] == "removal=degree"]
    assert mine["area"].tolist() == pytest.approx(alone["area"].tolist(), rel=1e-5)
    output = capsys.readouterr().out
    assert output.count("removal=magnitude") == output.count("removal=degree") == 2
    for ax in drawn[0].axes:
        colours = {line.get_color() for line in ax.get_lines() if line.get_color() != "#999999"}
        assert len(colours) == 2
        assert ax.get_legend() is None
    (legend,) = drawn[0].legends
    names = [text.get_text() for text in legend.get_texts()]
    assert names == ["removal=magnitude", "removal=degree", "accuracy", "links on paths"]


def test_replicas_alone_are_one_row_without_a_group(trained, tmp_path):
    _, scores = attack(trained, tmp_path, "a", "b")
    assert "group" not in scores
    assert scores["runs"].tolist() == [2, 2]
    assert image.imread(tmp_path / "curves.png").ndim == 3


def test_resuming_keeps_the_groups(trained, tmp_path):
    first = attack(trained, tmp_path, "a", "b", "c")
    again = attack(trained, tmp_path, "a", "b", "c", more=("--resume",))
    for before, after in zip(first, again, strict=True):
        assert before.equals(after)


def test_the_summary_of_the_library_tells_groups_apart_too(trained, tmp_path):
    curves, scores = attack(trained, tmp_path, "a", "b", "c")
    rules = curves["run"].map(lambda run: "degree" if run.endswith("c") else "magnitude")
    own = robustness.summary(curves.assign(rule=rules), chance=1 / 3, by=("attack", "rule"), run="run", rng=0)
    assert own.groupby("rule")["runs"].unique().map(list).to_dict() == {"magnitude": [2], "degree": [1]}
    for (name, rule), mine in own.groupby(["attack", "rule"]):
        row = scores[(scores["attack"] == name) & (scores["group"] == f"removal={rule}")]
        assert mine["area"].item() == pytest.approx(row["area"].item(), rel=1e-5)

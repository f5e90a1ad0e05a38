"""Files that last: the folder of a run by netsparse 0.1.0 is read and continued, newer files are refused."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import netsparse as ns
from netsparse.errors import FileFormatError
from netsparse.files.format import Format
from netsparse.rewire import Recipe
from netsparse.study.comparison_folder import ComparisonFolder
from netsparse.train import RunFolder, Settings, checkpoint
from tests.cli.command import assert_one_error, run_here

FIXTURE = Path(__file__).parent / "fixtures" / "run_0.1.0"
COUNTED = ["epoch", "links", "links_removed", "links_disconnected", "links_grown", "overlap", "active_neurons"]
LOSSES, ACCURACIES = ["train_loss", "test_loss"], ["test_accuracy", "test_accuracy_updated"]
SECONDS = ["seconds_train", "seconds_update"]


@pytest.fixture
def old(tmp_path, monkeypatch) -> Path:
    """A copy of what 0.1.0 left: `run`, stopped after epoch 2 of 3, its data, and what 0.1.0 computed from them."""
    shutil.copytree(FIXTURE, tmp_path, dirs_exist_ok=True)
    monkeypatch.chdir(tmp_path)  # the data set is named by a relative path
    return tmp_path


def assert_alike(found: pd.DataFrame, stored: pd.DataFrame) -> None:
    """Assert that a history is that of 0.1.0, computed on another machine."""
    pd.testing.assert_frame_equal(found[COUNTED], stored[COUNTED], check_exact=True)
    pd.testing.assert_series_equal(found["learning_rate"], stored["learning_rate"], check_exact=True)
    np.testing.assert_allclose(found[LOSSES], stored[LOSSES], rtol=0.01)
    np.testing.assert_allclose(found[ACCURACIES], stored[ACCURACIES], atol=0.005 + 1e-9)


def test_the_fixture_is_of_0_1_0():
    description = json.loads((FIXTURE / "run" / "settings.json").read_text())
    assert description["versions"]["netsparse"] == "0.1.0"
    assert not {"recipe", "removal"} & set(description["settings"])
    with np.load(FIXTURE / "run" / "checkpoint.npz") as archive:
        assert "format" not in archive
    assert "format" not in json.loads((FIXTURE / "run" / "attack" / "attack.json").read_text())


def test_settings_of_0_1_0_mean_what_they_meant(old):
    own = RunFolder("run").settings()
    assert own == Settings(
        dataset="data.npz", hidden=(12, 10), density=0.2, epochs=3, batch_size=16, snapshots=1, seed=3
    )
    assert own.recipe == Recipe(until=0.75)


def test_a_run_of_0_1_0_is_continued(old):
    assert run_here("train", "--out", "run", "--resume") == 0
    found, stored = (pd.read_csv(file) for file in ("run/history.csv", "expected/history.csv"))
    assert_alike(found, stored)
    resumed, whole = ns.load("run/network.npz"), ns.load("expected/network.npz")
    for layer, expected in zip(resumed.layers, whole.layers, strict=True):
        np.testing.assert_array_equal(layer.columns, expected.columns)
        np.testing.assert_allclose(layer.weights, expected.weights, rtol=0.01, atol=1e-3)


def test_a_run_of_0_1_0_goes_on_by_the_loops_of_0_1_0_and_a_new_one_says_which_it_has(old):
    assert RunFolder("run").kernels() == RunFolder("run").checkpoint().kernels == "plain"
    flags = RunFolder("run").description()["command"].split()[1:-1]
    assert run_here("train", "--out", "run", "--resume") == 0
    assert RunFolder("run").checkpoint().kernels == "plain"
    assert run_here(*flags, "whole") == 0
    assert RunFolder("whole").kernels() == RunFolder("whole").checkpoint().kernels == "vector"


@pytest.mark.parametrize("kernels", ["fast", 3, None])
def test_unknown_kernels_are_refused(old, kernels):
    file = Path("run/settings.json")
    file.write_text(json.dumps({**json.loads(file.read_text()), "kernels": kernels}))
    with pytest.raises(FileFormatError, match=r"unknown kernels .*; known: vector, plain"):
        RunFolder("run").kernels()


def test_the_whole_run_is_repeated_from_its_settings(old):
    """The epochs of 0.1.0, and the one that continues them, are those of a run that nothing interrupted."""
    flags = RunFolder("run").description()["command"].split()[1:-1]
    assert run_here(*flags, "whole") == 0
    assert_alike(pd.read_csv("whole/history.csv"), pd.read_csv("expected/history.csv"))


def test_a_checkpoint_as_0_1_0_wrote_it_continues_to_the_bit(old, monkeypatch):
    """The state after epoch 2 is this machine's, which may round otherwise; all else is as in the folder of 0.1.0."""
    flags = RunFolder("run").description()["command"].split()[1:-1]
    assert run_here(*flags, "whole") == 0
    with monkeypatch.context() as patch:
        interrupt_after(2, patch)
        assert run_here(*flags, "parts") == 130
    with np.load("parts/checkpoint.npz") as archive, np.load("run/checkpoint.npz") as before:
        assert set(before) < set(archive)
        np.savez("run/checkpoint.npz", **{name: archive[name] for name in before})
    shutil.copy("parts/history.csv", "run/history.csv")
    assert run_here("train", "--out", "run", "--resume") == 0
    assert ns.load("run/network.npz") == ns.load("whole/network.npz")
    histories = [pd.read_csv(f"{folder}/history.csv").drop(columns=SECONDS) for folder in ("run", "whole")]
    pd.testing.assert_frame_equal(*histories, check_exact=True)


def interrupt_after(epoch: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the user stop runs once the checkpoint of an epoch is written."""
    save_epoch = RunFolder.save_epoch

    def save_and_stop(self, record, checkpoint, **options):
        save_epoch(self, record, checkpoint, **options)
        if record.epoch == epoch:
            raise KeyboardInterrupt

    monkeypatch.setattr(RunFolder, "save_epoch", save_and_stop)


FLAT = {"recipe": "set", "removal": "magnitude", "regrowth": "random", "zeta": 0.2, "keep_disconnected": True,
        "rewire_until": 1.0, "init": "kaiming", "init_regrown": "zero"}  # fmt: skip
"""What settings of the first format said of a recipe that was varied by --zeta 0.2."""


def test_flat_settings_with_a_recipe_are_continued_to_the_bit(old, monkeypatch, capsys):
    flags = ["train", "--dataset", "data.npz", "--hidden", 12, 10, "--density", 0.2, "--epochs", 3, "--batch-size", 16]
    recipe = ["--recipe", "set", "--zeta", 0.2]
    assert run_here(*flags, *recipe, "--out", "whole") == 0
    with monkeypatch.context() as patch:
        interrupt_after(2, patch)
        assert run_here(*flags, *recipe, "--out", "parts") == 130
    file = Path("parts/settings.json")
    content, first = json.loads(file.read_text()), json.loads((FIXTURE / "run" / "settings.json").read_text())
    del content["asked"]
    flat = {**first["settings"], **FLAT, "seed": 0, "snapshots": 0}
    file.write_text(json.dumps({**content, "format": "netsparse run 1", "settings": flat}))
    capsys.readouterr()
    assert run_here("train", "--recipe", "rlr", "--out", "parts", "--resume") == 2
    assert_one_error(capsys, "zeta 0.2, now 0.3", "clean_up none, now reach")
    assert run_here("train", "--preset", "paper", *recipe, "--out", "parts", "--resume") == 2
    assert_one_error(capsys, "lr 0.05, now 0.02")
    assert run_here(*flags, *recipe, "--out", "parts", "--resume") == 0
    assert ns.load("parts/network.npz") == ns.load("whole/network.npz")


def test_info_reads_a_run_of_0_1_0(old, capsys):
    assert run_here("info", "run") == 0
    found, stored = capsys.readouterr().out.splitlines(), Path("expected/info.txt").read_text().splitlines()
    counted = stored.index(next(line for line in stored if line.startswith("network ")))
    assert found[0] == stored[0]
    assert [line for line in found if line.startswith("accuracy")] == [line for line in stored if "accuracy" in line]
    assert found[-len(stored[counted:]) :] == stored[counted:]


def test_predict_reads_a_run_of_0_1_0(old):
    assert run_here("predict", "run", "--dataset", "data.npz", "--out", "predictions.csv") == 0
    found, stored = (pd.read_csv(file) for file in ("predictions.csv", "expected/predictions.csv"))
    pd.testing.assert_frame_equal(found[["index", "label"]], stored[["index", "label"]])
    right = [(frame["label"] == frame["prediction"]).mean() for frame in (found, stored)]
    assert right[0] == pytest.approx(right[1], abs=0.005 + 1e-9)


def test_percolate_reads_a_run_of_0_1_0(old):
    assert run_here("percolate", "run", "--order", "degree", "--simulations", 5) == 0
    found, stored = (pd.read_csv(file) for file in ("run/percolation/links_degree.csv", "expected/links_degree.csv"))
    pd.testing.assert_frame_equal(found[stored.columns], stored, rtol=1e-5)


@pytest.mark.parametrize("name", ["links-random", "prune-random"])
def test_an_attack_of_0_1_0_is_continued(old, capsys, name):
    """Its rows are kept, under the name that their attack has now; nothing is computed twice."""
    stored = pd.read_csv("run/attack/curves.csv")
    assert set(stored["attack"]) == {"prune-random"}
    options = ["--steps", 3, "--repeats", 1]
    assert run_here("attack", "run", "--attack", name, "noise", *options, "--resume") == 0
    output = capsys.readouterr()
    assert "noise: accuracy" in output.out
    assert "random: accuracy" not in output.out
    curves = pd.read_csv("run/attack/curves.csv")
    assert set(curves["attack"]) == {"links-random", "noise"}
    kept = curves[curves["attack"] == "links-random"].reset_index(drop=True)
    pd.testing.assert_frame_equal(kept.assign(attack="prune-random"), stored)
    assert json.loads(Path("run/attack/attack.json").read_text())["format"] == "netsparse attack 1"


def test_an_attack_of_0_1_0_that_is_whole_gets_its_present_name(old):
    options = ["--steps", 3, "--repeats", 1, "--resume"]
    assert run_here("attack", "run", "--attack", "links-random", *options) == 0
    for name in ("curves.csv", "summary.csv"):
        assert set(pd.read_csv(f"run/attack/{name}")["attack"]) == {"links-random"}


def test_an_attack_of_0_1_0_is_repeated(old):
    """The removals of 0.1.0 too were drawn by its name then: the renamed attack draws the same ones."""
    stored = pd.read_csv("run/attack/curves.csv")
    assert run_here("attack", "run", "--attack", "links-random", "--steps", 3, "--repeats", 1) == 0
    curves = pd.read_csv("run/attack/curves.csv")
    counts = ["repeat", "step", "links", "active", "active_links", "outputs_reached", "largest_component"]
    pd.testing.assert_frame_equal(curves[counts], stored[counts], check_exact=True)
    np.testing.assert_allclose(curves["loss"], stored["loss"], rtol=0.01)
    np.testing.assert_allclose(curves["accuracy"], stored["accuracy"], atol=0.005 + 1e-9)


def make_newer(path: Path, kind: str, writer: str | None = "9.1.0") -> None:
    """Let a file say that it is of a later version of its format."""
    mark = {"format": f"netsparse {kind} 9"} | ({} if writer is None else {"netsparse": writer})
    if path.suffix == ".npz":
        with np.load(path) as archive:
            arrays = dict(archive)
        np.savez(path, **{**arrays, **mark})
        return
    content = json.loads(path.read_text())
    if "versions" in content:
        content["versions"]["netsparse"] = mark.pop("netsparse")
    path.write_text(json.dumps({**content, **mark}))


@pytest.mark.parametrize(
    ("file", "kind", "command"),
    [
        ("run/networks/epoch_002.npz", "network", "info run/networks/epoch_002.npz"),
        ("run/networks/epoch_002.npz", "network", "percolate run/networks/epoch_002.npz"),
        ("run/settings.json", "run", "info run"),
        ("run/settings.json", "run", "train --out run --resume"),
        ("run/settings.json", "run", "predict run --dataset data.npz"),
        ("run/checkpoint.npz", "checkpoint", "info run"),
        ("run/checkpoint.npz", "checkpoint", "train --out run --resume"),
        ("run/attack/attack.json", "attack", "attack run --steps 3 --repeats 1 --attack links-random --resume"),
    ],
)
def test_newer_files_are_refused_with_the_version_they_need(old, capsys, file, kind, command):
    make_newer(old / file, kind)
    before = {path: path.read_bytes() for path in old.rglob("*") if path.is_file()}
    assert run_here(*command.split()) == 2
    assert_one_error(capsys, file, f"'netsparse {kind} 9'", "needs netsparse 9.1.0 or newer", ns.__version__)
    assert {path: path.read_bytes() for path in old.rglob("*") if path.is_file()} == before


def test_a_newer_comparison_is_refused(tmp_path):
    folder = ComparisonFolder(tmp_path)
    description = {"settings": {}, "recipes": {}, "datasets": {}, "seeds": 1}
    folder.start(description, None)
    folder.check(description)
    make_newer(folder.settings_file, "comparison")
    with pytest.raises(FileFormatError, match=r"settings\.json .*needs netsparse 9\.1\.0 or newer"):
        folder.check(description)


@pytest.mark.parametrize("writer", [None, "", "a\nb", "9" * 50, ".9", ["9.1"]])
def test_a_newer_file_that_does_not_say_what_wrote_it_is_refused_all_the_same(writer):
    content = {"format": "netsparse network 3"} | ({} if writer is None else {"netsparse": writer})
    with pytest.raises(FileFormatError, match=f"it needs a newer netsparse, this is {ns.__version__}$"):
        Format("network", 2).check(content, "a.npz")


@pytest.mark.parametrize("found", ["netsparse network 0", "netsparse network", "netsparse run 1", "network 1", 1])
def test_another_format_is_refused(found):
    for kind in (Format("network", 2), Format("network", 2, first_is_unmarked=True)):
        with pytest.raises(FileFormatError, match=r"^a\.npz does not hold a network of netsparse"):
            kind.check({"format": found}, "a.npz")


def test_older_and_present_versions_are_read():
    kind = Format("network", 2)
    for number in (1, 2):
        kind.check({"format": f"netsparse network {number}"}, "a.npz")
    kind.check({f"network_{name}": value for name, value in kind.mark().items()}, "a.npz", "network_")


@pytest.mark.parametrize("content", [{}, {"netsparse": "0.1.0"}])
def test_a_file_without_a_mark_is_of_version_1_only_where_0_1_0_wrote_none(content):
    Format("attack", 1, first_is_unmarked=True).check(content, "attack.json")
    with pytest.raises(FileFormatError, match="does not hold a run"):
        Format("run", 1).check(content, "settings.json")


def test_files_say_what_wrote_them(old):
    assert run_here("train", "--out", "run", "--resume") == 0
    for name, kind in (("network", "netsparse network 1"), ("checkpoint", checkpoint.FORMAT.text)):
        with np.load(old / "run" / f"{name}.npz") as archive:
            assert str(archive["format"]) == kind
            assert str(archive["netsparse"]) == ns.__version__

"""Networks attacked from Python: curves, summaries, groups, folders, and errors before any work."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from netsparse import generate, load, report, robustness
from netsparse.report.kept_curves import PRODUCTS
from netsparse.robustness import ATTACK_GROUPS, ATTACKS
from netsparse.train import RunFolder
from tests.train.small import clusters

QUICK = {"steps": 3, "repeats": 2, "progress": False}
NETWORK = generate.erdos_renyi((12, 15, 3), density=0.4, rng=0)


@pytest.fixture
def counted(monkeypatch) -> list[str]:
    """The attacks that were carried out, curve by curve."""
    curve, done = robustness.curve, []

    def noted(network, data, attack, **options):
        done.append(attack.name)
        return curve(network, data, attack, **options)

    monkeypatch.setattr(robustness, "curve", noted)
    return done


def names(folder) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def test_a_network_in_memory_is_attacked_as_the_library_attacks_it():
    found = report.attack(NETWORK, "fgsm", dataset=clusters(), **QUICK)
    expected = robustness.curve(NETWORK, clusters().standardised(NETWORK.dtype), "fgsm", steps=3)
    assert set(found.curves["run"]) == {"network"}
    pd.testing.assert_frame_equal(found.curves.drop(columns="run"), expected)
    scores = robustness.summary(expected, chance=1 / 3, rng=0)
    pd.testing.assert_frame_equal(found.summary, scores)
    assert (found.chance, found.folder, found.groups) == (1 / 3, None, {"network": "network"})


def test_a_run_is_tested_on_its_own_images_standardised_as_in_training(runs):
    found = report.attack(runs / "a", "links-weight", **QUICK)
    mean, deviation = RunFolder(runs / "a").standardisation()
    assert mean != clusters().standardised().mean  # it held images out
    x = ((clusters().x_test - mean) / deviation).astype(np.float32)
    intact = (load(runs / "a" / "network.npz").predict(x) == clusters().y_test).mean()
    assert found.curves["accuracy"].iloc[0] == intact


def test_the_default_is_the_robustness_paper_s_group(runs):
    found = report.attack(runs / "a", **QUICK)
    assert found.curves["attack"].unique().tolist() == list(ATTACK_GROUPS["robustness-paper"])


def test_a_curve_is_the_same_with_whatever_other_attacks_and_networks(runs):
    alone = report.attack(runs / "b", "noise", **QUICK).curves
    among = report.attack([runs / "a", runs / "b"], ["flip", "noise"], **QUICK).curves
    own = among[(among["run"] == str(runs / "b")) & (among["attack"] == "noise")].reset_index(drop=True)
    pd.testing.assert_frame_equal(own, alone)


def test_replicas_are_averaged_and_other_runs_are_groups(runs):
    found = report.attack([runs / name for name in "abc"], "links-weight", **QUICK)
    assert found.has_groups
    assert found.summary[["group", "runs"]].to_numpy().tolist() == [
        ["regrowth=random, rewire_until=0.75", 2],
        ["regrowth=static, rewire_until=0", 1],
    ]
    replicas = report.attack([runs / "a", runs / "b"], "links-weight", **QUICK)
    assert "group" not in replicas.summary
    assert replicas.summary["runs"].tolist() == [2]
    assert replicas.summary["area"].item() == pytest.approx(found.summary["area"].iloc[0])


def test_networks_by_names_of_one_s_own(runs):
    several = {"mine": NETWORK, "theirs": runs / "a"}
    found = report.attack(several, "links-weight", dataset=clusters(), **QUICK)
    assert found.curves["run"].unique().tolist() == ["mine", "theirs"]
    assert found.groups["mine"] == "mine"
    assert len(set(found.groups.values())) == 2


def test_a_folder_holds_what_is_returned(runs, tmp_path):
    found = report.attack([runs / "a", runs / "b"], ["noise", "links-random"], out=tmp_path / "out", **QUICK)
    assert names(tmp_path / "out") == sorted(PRODUCTS)
    pd.testing.assert_frame_equal(pd.read_csv(tmp_path / "out" / "curves.csv"), found.curves)
    pd.testing.assert_frame_equal(pd.read_csv(tmp_path / "out" / "summary.csv"), found.summary, rtol=1e-5)
    in_memory = report.attack([runs / "a", runs / "b"], ["noise", "links-random"], **QUICK)
    pd.testing.assert_frame_equal(in_memory.curves, found.curves, rtol=1e-5)
    pd.testing.assert_frame_equal(in_memory.summary, found.summary, rtol=1e-3)


def test_a_resumed_folder_is_not_computed_twice(runs, tmp_path, counted):
    out = {"out": tmp_path / "out", **QUICK}
    report.attack(runs / "a", "noise", **out)
    found = report.attack(runs / "a", ["flip", "noise"], resume=True, **out)
    assert counted == ["noise", "flip"]
    assert found.curves["attack"].unique().tolist() == ["flip", "noise"]
    again = report.attack(runs / "a", ["flip"], resume=True, **out)
    assert counted == ["noise", "flip"]
    pd.testing.assert_frame_equal(again.curves, found.curves)


def test_curves_under_former_names_are_kept_under_the_present_ones(runs, tmp_path, counted):
    out = {"out": tmp_path, **QUICK}
    first = report.attack(runs / "a", ["links-weight", "links-degree", "noise"], **out)
    table = tmp_path / "curves.csv"
    written = table.read_bytes()
    table.write_bytes(written.replace(b"links-", b"prune-"))
    again = report.attack(runs / "a", ["links-weight"], resume=True, **out)
    assert counted == ["links-weight", "links-degree", "noise"]
    assert table.read_bytes() == written
    pd.testing.assert_frame_equal(again.curves, first.curves)


def test_a_curve_under_both_of_its_names_is_damage(runs, tmp_path):
    report.attack(runs / "a", ["links-weight"], out=tmp_path, **QUICK)
    table = tmp_path / "curves.csv"
    header, *rows = table.read_text().splitlines(keepends=True)
    table.write_text("".join([header, *rows, *(row.replace("links-", "prune-") for row in rows)]))
    with pytest.raises(ValueError, match="damaged: an attack is there under its former name and its present"):
        report.attack(runs / "a", ["links-weight"], out=tmp_path, resume=True, **QUICK)


def test_an_interruption_keeps_the_finished_curves(runs, tmp_path, monkeypatch):
    curve = robustness.curve

    def interrupted(network, data, attack, **options):
        if attack.name == "flip":
            raise KeyboardInterrupt
        return curve(network, data, attack, **options)

    with monkeypatch.context() as patch:
        patch.setattr(robustness, "curve", interrupted)
        with pytest.raises(KeyboardInterrupt):
            report.attack(runs / "a", ["noise", "flip"], out=tmp_path, **QUICK)
    assert names(tmp_path) == ["attack.json", "curves.csv"]
    found = report.attack(runs / "a", ["noise", "flip"], out=tmp_path, resume=True, **QUICK)
    assert found.curves["attack"].unique().tolist() == ["noise", "flip"]


def test_several_folders_are_checked_before_the_first_is_attacked(runs, tmp_path, counted):
    report.attack(runs / "c", "noise", out=tmp_path / "c", **{**QUICK, "steps": 4})
    folders = {tmp_path / "new": runs / "a", tmp_path / "c": runs / "c"}
    protocol = report.AttackProtocol("noise", steps=3, repeats=2)
    with pytest.raises(ValueError, match=r"^out must be another folder, .*made with other steps"):
        report.attack_into(folders, protocol, resume=True, progress=False)
    assert not (tmp_path / "new").exists()
    assert counted == ["noise"]
    reports = report.attack_into({tmp_path / "new": runs / "a", None: runs / "b"}, protocol, progress=False)
    assert counted == ["noise"]  # an iterator: each folder when it is its turn
    assert [one.folder for one in reports] == [tmp_path / "new", None]


def test_a_folder_is_named_once(runs, tmp_path):
    protocol = report.AttackProtocol("noise", steps=3, repeats=2)
    with pytest.raises(ValueError, match="folders names a folder twice"):
        report.attack_into({tmp_path: runs / "a", str(tmp_path): runs / "b"}, protocol)


def test_an_attack_of_one_s_own(tmp_path):
    own = robustness.in_order(np.arange(10), name="mine")
    found = report.attack(NETWORK, [own, "links-weight"], dataset=clusters(), out=tmp_path, **QUICK)
    assert found.curves["attack"].unique().tolist() == ["mine", "links-weight"]
    assert len(found.figure().axes) == 1  # of one unit
    with pytest.raises(ValueError, match="resume needs attacks by name: nothing tells whether 'mine'"):
        report.attack(NETWORK, own, dataset=clusters(), out=tmp_path, resume=True, **QUICK)
    with pytest.raises(ValueError, match="holds an attack that is not known here, 'mine'"):
        report.attack(NETWORK, "links-weight", dataset=clusters(), out=tmp_path, resume=True, **QUICK)


def test_the_figure_has_a_panel_a_unit_or_of_groups_a_panel_an_attack(runs):
    attacks = ["links-random", "links-weight", "neurons-degree", "noise"]
    replicas = report.attack([runs / "a", runs / "b"], attacks, **QUICK).figure()
    labels = ["fraction of links removed", "degree: fraction of hidden neurons removed"]
    assert [ax.get_xlabel() for ax in replicas.axes] == [*labels, "noise: noise deviation / mean |w|"]
    groups = report.attack([runs / "a", runs / "c"], attacks, **QUICK).figure()
    assert [ax.get_xlabel().partition(":")[0] for ax in groups.axes] == ["random", "weight", "degree", "noise"]
    (legend,) = groups.legends
    names = [text.get_text() for text in legend.get_texts()]
    assert names == [
        "regrowth=random, rewire_until=0.75",
        "regrowth=static, rewire_until=0",
        "accuracy",
        "links on paths",
    ]
    groups.draw_without_rendering()
    shown, whole = legend.get_window_extent(), groups.bbox
    assert whole.x0 <= shown.x0 and shown.x1 <= whole.x1 and shown.y1 <= whole.y1


@pytest.mark.parametrize("shown", [True, False])
def test_progress_is_shown_only_if_it_is_asked_for(runs, capsys, shown):
    report.attack(runs / "a", "links-weight", **{**QUICK, "progress": shown})
    output = capsys.readouterr()
    assert ("links-weight: accuracy" in output.out) == shown
    assert output.err == ""


@pytest.mark.parametrize(
    ("runs_of", "options", "words"),
    [
        ("a", {"attacks": "shuffel"}, "unknown attack 'shuffel'"),
        ("a", {"steps": 0}, "steps must be at least 1"),
        ("a", {"repeats": 0}, "repeats must be at least 1"),
        ("a", {"seed": -1}, "seed must be at least 0"),
        ("a", {"strengths": [0.5]}, "strengths are those of one attack, but attacks names 5"),
        ("a", {"attacks": "flip", "strengths": [1.5]}, "strength of flip"),
        ("a", {"dataset": "imagenet"}, "unknown data set 'imagenet'"),
        ("a", {"dataset": "fashion-mnist-6k"}, "does not fit the network"),
        ([], {}, "runs names no network"),
        (NETWORK, {}, "dataset must be named: network lies in no run"),
        ({"mine": NETWORK}, {}, "dataset must be named: mine lies in no run"),
    ],
)
def test_bad_arguments_are_refused_before_any_work(runs, tmp_path, counted, runs_of, options, words):
    subjects = runs / runs_of if isinstance(runs_of, str) else runs_of
    with pytest.raises(ValueError, match=words):
        report.attack(subjects, out=tmp_path / "out", progress=False, **options)
    assert counted == []
    assert not (tmp_path / "out").exists()


def test_networks_of_other_classes_are_not_attacked_together():
    data = clusters()
    wider = generate.erdos_renyi((12, 15, 4), density=0.4, rng=0)
    with pytest.raises(ValueError, match="differ in their number of classes"):
        report.attack({"a": NETWORK, "b": wider}, dataset=data, **QUICK)


def test_a_protocol_says_what_it_costs_and_what_curves_depend_on():
    protocol = report.AttackProtocol(["noise", "links-weight", "pgd"], steps=4, repeats=3, seed=7)
    assert protocol.n_passes == 15 + 5 + 15 * ATTACKS["pgd"].passes
    one = report.AttackProtocol("noise", strengths=[2, 1], readout=True)
    assert one.settings() == {"steps": 50, "strengths": [2.0, 1.0], "repeats": 3, "readout": True, "seed": 0}
    assert one == report.AttackProtocol(ATTACKS["noise"], strengths=(2.0, 1.0), readout=True)

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from netsparse import datasets, load, robustness, train
from netsparse.robustness import ATTACK_GROUPS, ATTACKS
from netsparse.train.seeds import Purpose, generator
from tests.cli.command import assert_one_error, run_apart, run_here
from tests.train.small import clusters, clusters_file, settings, start_of

PAPER = ATTACK_GROUPS["robustness-paper"]
PRODUCTS = ["attack.json", "curves.csv", "curves.png", "summary.csv"]


@pytest.fixture(scope="module")
def runs(tmp_path_factory):
    """Two runs on the clusters, and their data set."""
    folder = tmp_path_factory.mktemp("runs")
    data = clusters_file(folder)
    for seed in (0, 1):
        own = settings(dataset=str(data), seed=seed, regrowth="random")
        train.fit(start_of(own), clusters(), own, out=folder / f"run{seed}", progress=False)
    return folder


def products(folder) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def test_the_five_attacks_of_the_paper_go_into_the_run_s_folder(runs, capsys):
    assert run_here("attack", runs / "run0", "--steps", 3, "--repeats", 2) == 0
    folder = runs / "run0" / "attack"
    assert products(folder) == PRODUCTS
    curves = pd.read_csv(folder / "curves.csv")
    assert curves["attack"].unique().tolist() == list(PAPER)
    assert len(curves) == (3 * 2 + 2) * 4
    assert set(curves["run"]) == {str(runs / "run0")}
    assert (folder / "curves.png").read_bytes().startswith(b"\x89PNG")
    output = capsys.readouterr().out
    assert "links-random: accuracy" in output
    assert "s left)" in output
    assert output.rstrip().endswith(f"{folder} holds curves.csv, summary.csv and curves.png")


def test_the_curves_are_those_of_the_library_on_the_images_of_the_run(runs):
    assert run_here("attack", runs / "run0", "--attack", "fgsm", "--steps", 4, "--out", runs / "fgsm") == 0
    written = pd.read_csv(runs / "fgsm" / "curves.csv")
    network = load(runs / "run0" / "network.npz")
    expected = robustness.curve(network, clusters().standardised(), "fgsm", steps=4)
    assert np.allclose(written["accuracy"], expected["accuracy"])
    assert np.allclose(written["loss"], expected["loss"], rtol=1e-4)
    history = pd.read_csv(runs / "run0" / "history.csv")
    assert written["accuracy"].iloc[0] == pytest.approx(history["test_accuracy_updated"].iloc[-1])


@pytest.mark.parametrize("kind", [np.uint8, np.float32, np.float64])
def test_attack_and_prediction_see_the_bits_that_training_saw(tmp_path, monkeypatch, kind):
    """Of uint8 pixels, a fifth came out different in their last bit when the attack scaled in float32."""
    rng = np.random.default_rng(0)
    scale = 256 if kind == np.uint8 else 1
    x = {name: (rng.random((n, 12)) * scale).astype(kind) for name, n in (("x_train", 90), ("x_test", 40))}
    y = {name: np.arange(n) % 3 for name, n in (("y_train", 90), ("y_test", 40))}
    np.savez(tmp_path / "data.npz", **x, **y)
    data = datasets.load(tmp_path / "data.npz")
    own = settings(dataset=str(tmp_path / "data.npz"), epochs=1, validation=0.2)
    trained = train.fit(start_of(own), data, own, out=tmp_path / "run", progress=False)
    held_out = data.validation_split(0.2, rng=generator(own.run.seed, 0, Purpose.VALIDATION))
    expected = held_out.standardised().x_test
    seen = []
    monkeypatch.setattr(
        type(trained.network), "forward", lambda network, inputs: seen.append(inputs) or np.zeros((len(inputs), 3))
    )
    assert run_here("attack", tmp_path / "run", "--attack", "flip", "--steps", 1, "--repeats", 1) == 0
    assert run_here("predict", tmp_path / "run", "--dataset", tmp_path / "data.npz") == 0
    assert len(seen) == 3
    for inputs in seen:
        assert inputs.dtype == expected.dtype
        assert np.array_equal(inputs, expected)


def test_all_attacks_at_once_give_what_each_alone_gives(runs):
    flags = ("--steps", 2, "--repeats", 2, "--seed", 5)
    assert run_here("attack", runs / "run0", "--attack", "all", *flags, "--out", runs / "all") == 0
    assert run_here("attack", runs / "run0", "--attack", "shuffle", *flags, "--out", runs / "alone") == 0
    everything, alone = (pd.read_csv(runs / name / "curves.csv") for name in ("all", "alone"))
    assert set(everything["attack"]) == set(ATTACKS)
    own = everything[everything["attack"] == "shuffle"].reset_index(drop=True)
    assert own.equals(alone)
    assert set(pd.read_csv(runs / "all" / "summary.csv")["attack"]) == set(ATTACKS)


def test_runs_together_are_the_units_of_the_bootstrap(runs):
    arguments = (runs / "run0", runs / "run1", "--attack", "links-random", "--steps", 3, "--out", runs / "together")
    assert run_here("attack", *arguments) == 0
    curves = pd.read_csv(runs / "together" / "curves.csv")
    scores = pd.read_csv(runs / "together" / "summary.csv").iloc[0]
    expected = robustness.summary(curves, chance=1 / 3, run="run", rng=0).iloc[0]
    assert scores["runs"] == 2
    assert scores["area_low"] == pytest.approx(expected["area_low"])
    assert scores["area_low"] < scores["area"] < scores["area_high"]


def test_without_out_each_run_gets_its_own(runs):
    assert run_here("attack", runs / "run0", runs / "run1", "--attack", "links-weight", "--steps", 2) == 0
    for name in ("run0", "run1"):
        curves = pd.read_csv(runs / name / "attack" / "curves.csv")
        assert set(curves["run"]) == {str(runs / name)}


def test_network_files_of_one_folder_are_attacked_together_and_each_once(runs, tmp_path):
    for seed in (0, 1):
        (tmp_path / f"{seed}.npz").write_bytes((runs / f"run{seed}" / "network.npz").read_bytes())
    files = [tmp_path / "0.npz", tmp_path / "1.npz", tmp_path / "0.npz"]
    flags = ("--dataset", runs / "clusters.npz", "--attack", "links-weight", "--steps", 2)
    assert run_here("attack", *files, *flags) == 0
    curves = pd.read_csv(tmp_path / "attack" / "curves.csv")
    assert curves["run"].value_counts().tolist() == [3, 3]


def test_the_same_seed_writes_the_same_and_a_rerun_replaces_only_its_own(runs):
    out = runs / "again"
    arguments = ("attack", runs / "run0", "--attack", "noise", "--steps", 2, "--out", out)
    assert run_here(*arguments, "--seed", 1) == 0
    first = (out / "curves.csv").read_bytes()
    (out / "notes.txt").write_text("mine")
    assert run_here(*arguments, "--seed", 2) == 0
    assert (out / "curves.csv").read_bytes() != first
    assert run_here(*arguments, "--seed", 1) == 0
    assert (out / "curves.csv").read_bytes() == first
    assert products(out) == sorted([*PRODUCTS, "notes.txt"])


def stop_at(monkeypatch, name: str) -> None:
    """Interrupt the first curve of an attack, as Ctrl-C does."""
    curve = robustness.curve

    def interrupted(network, data, attack, **options):
        if attack.name == name:
            raise KeyboardInterrupt
        return curve(network, data, attack, **options)

    monkeypatch.setattr(robustness, "curve", interrupted)


def test_an_interrupted_attack_goes_on_as_if_nothing_had_happened(runs, monkeypatch, capsys):
    flags = ("attack", runs / "run0", runs / "run1", "--steps", 3, "--repeats", 2)
    assert run_here(*flags, "--out", runs / "whole") == 0
    with monkeypatch.context() as patch:
        stop_at(patch, "shuffle")
        assert run_here(*flags, "--out", runs / "halves") == 130
    assert "interrupted; finished curves are kept" in capsys.readouterr().err
    assert products(runs / "halves") == ["attack.json", "curves.csv"]
    finished = pd.read_csv(runs / "halves" / "curves.csv")
    assert finished["attack"].unique().tolist() == list(PAPER[:3])
    with monkeypatch.context() as patch:
        stop_at(patch, "links-random")
        assert run_here(*flags, "--out", runs / "halves", "--resume") == 130  # it has run0's, and comes to run1's
    assert run_here(*flags, "--out", runs / "halves", "--resume") == 0
    for name in ("curves.csv", "summary.csv"):
        assert (runs / "halves" / name).read_bytes() == (runs / "whole" / name).read_bytes()


def test_a_rerun_that_is_interrupted_leaves_no_summary_of_other_curves(runs, tmp_path, monkeypatch):
    flags = ("attack", runs / "run0", "--attack", "noise", "flip", "--steps", 2, "--out", tmp_path)
    assert run_here(*flags) == 0
    assert products(tmp_path) == PRODUCTS
    stop_at(monkeypatch, "flip")
    assert run_here(*flags, "--seed", 1) == 130
    assert products(tmp_path) == ["attack.json", "curves.csv"]
    assert set(pd.read_csv(tmp_path / "curves.csv")["attack"]) == {"noise"}


def test_resuming_adds_attacks_and_repeats_none(runs, tmp_path, monkeypatch):
    flags = ("attack", runs / "run0", "--steps", 2, "--out", tmp_path)
    assert run_here(*flags, "--attack", "noise") == 0
    first = pd.read_csv(tmp_path / "curves.csv")
    stop_at(monkeypatch, "noise")
    assert run_here(*flags, "--attack", "flip", "--resume") == 0
    assert run_here(*flags, "--attack", "noise", "flip", "--resume") == 0
    both = pd.read_csv(tmp_path / "curves.csv")
    assert both[both["attack"] == "noise"].reset_index(drop=True).equals(first)
    assert set(pd.read_csv(tmp_path / "summary.csv")["attack"]) == {"noise", "flip"}


@pytest.mark.parametrize(
    ("flags", "word"), [(("--seed", 1), "seed"), (("--steps", 3), "steps"), (("--readout",), "readout")]
)
def test_curves_of_other_settings_are_not_resumed(runs, tmp_path, capsys, flags, word):
    start = ("attack", runs / "run0", "--attack", "noise", "--out", tmp_path / "out")
    assert run_here(*start, "--steps", 2) == 0
    before = (tmp_path / "out" / "curves.csv").read_bytes()
    capsys.readouterr()
    assert run_here(*start, *(flags if "--steps" in flags else ("--steps", 2, *flags)), "--resume") == 2
    assert_one_error(capsys, "curves.csv", f"other {word}", "--out")
    assert (tmp_path / "out" / "curves.csv").read_bytes() == before


def test_a_network_that_has_changed_since_is_not_resumed(runs, tmp_path, capsys):
    lone = tmp_path / "lone.npz"
    flags = ("attack", lone, "--dataset", runs / "clusters.npz", "--attack", "flip", "--steps", 2)
    for seed, code in ((0, 0), (1, 2)):
        lone.write_bytes((runs / f"run{seed}" / "network.npz").read_bytes())
        capsys.readouterr()
        assert run_here(*flags, "--resume") == code
    assert_one_error(capsys, "other networks")


def test_damaged_files_are_not_resumed(runs, tmp_path, capsys):
    flags = ("attack", runs / "run0", "--attack", "flip", "--steps", 2, "--out", tmp_path, "--resume")
    assert run_here(*flags) == 0
    for name, content, words in (("curves.csv", "", "damaged"), ("attack.json", "{", "damaged")):
        (tmp_path / name).write_text(content)
        capsys.readouterr()
        assert run_here(*flags) == 2
        assert_one_error(capsys, name, words)
    (tmp_path / "attack.json").unlink()
    assert run_here(*flags) == 2
    assert_one_error(capsys, "there is no attack.json")


def test_strengths_of_one_s_own_and_the_readout(runs):
    arguments = ("--attack", "links-weight", "--strengths", 1, 0.5, "--readout", "--out", runs / "own")
    assert run_here("attack", runs / "run0", *arguments) == 0
    curves = pd.read_csv(runs / "own" / "curves.csv")
    assert curves["strength"].tolist() == [0, 0.5, 1]
    assert curves["links"].iloc[-1] == 0


def test_a_lone_network_needs_its_data_set_named(runs, tmp_path, capsys):
    lone = tmp_path / "lone.npz"
    lone.write_bytes((runs / "run0" / "network.npz").read_bytes())
    assert run_here("attack", lone, "--steps", 2) == 2
    assert_one_error(capsys, "lone.npz", "--dataset")
    flags = ("--attack", "links-weight", "--steps", 2)
    assert run_here("attack", lone, "--dataset", runs / "clusters.npz", *flags) == 0
    assert products(tmp_path / "attack") == PRODUCTS


@pytest.mark.parametrize(
    ("flags", "words"),
    [
        (("--attack", "shuffel"), ("unknown --attack 'shuffel'", "links-random", "shuffle")),
        (("--attack", "shuffle", "--strengths", "1.5"), ("strength of shuffle", "1.5")),
        (("--attack", "shuffle", "--strengths", "nan"), ("strength of shuffle",)),
        (("--attack", "noise", "--strengths", "-1"), ("strength of noise",)),
        (("--attack", "quantise", "--strengths", "2.5"), ("strength of quantise", "whole")),
        (("--strengths", "0.5"), ("--strengths", "names 5")),
        (("--steps", "0"), ("--steps",)),
        (("--repeats", "0"), ("--repeats",)),
        (("--seed", "-1"), ("--seed",)),
        (("--steps", "many"), ("--steps", "many")),
        (("--dataset", "imagenet"), ("unknown data set 'imagenet'",)),
        (("--dataset", "fashion-mnist-6k"), ("does not fit", "784", "12 inputs")),
        (("--out", "/proc/netsparse"), ("cannot write",)),
    ],
)
def test_bad_flags(runs, tmp_path, capsys, flags, words):
    out = () if "--out" in flags else ("--out", tmp_path / "out")
    assert run_here("attack", runs / "run0", *flags, *out) == 2
    assert_one_error(capsys, *words)
    assert not (tmp_path / "out").exists()


def test_bad_runs(runs, tmp_path, capsys):
    empty = tmp_path / "empty"
    empty.mkdir()
    assert run_here("attack", empty) == 2
    assert_one_error(capsys, "empty", "no network")
    assert run_here("attack", tmp_path / "nothing") == 2
    assert_one_error(capsys, "nothing", "No such file")
    (empty / "network.npz").write_bytes((runs / "run0" / "network.npz").read_bytes()[:-100])
    assert run_here("attack", empty, "--dataset", runs / "clusters.npz") == 2
    assert_one_error(capsys, "network.npz")
    assert not (empty / "attack").exists()


def test_inputs_that_are_no_pixels_are_found_before_the_first_attack(runs, tmp_path, capsys):
    data = clusters()
    parts = {name: getattr(data, name) for name in ("y_train", "y_test")}
    np.savez(tmp_path / "far.npz", x_train=data.x_train * 9, x_test=data.x_test * 9, **parts)
    flags = ("--dataset", tmp_path / "far.npz", "--out", tmp_path / "out")
    assert run_here("attack", runs / "run0", "--attack", "all", *flags) == 2
    assert_one_error(capsys, "pixels from 0 to 1")
    assert not (tmp_path / "out").exists()


def test_help_has_examples_and_names_every_attack():
    shown = run_apart("-c", "from netsparse.cli import main; main(['attack', '--help'])")
    assert shown.returncode == 0
    assert "examples:" in shown.stdout
    assert all(name in shown.stdout for name in ATTACKS)


def test_frozen_links_are_attacked_only_where_that_is_asked_for(runs, capsys):
    network = load(runs / "run0" / "network.npz")
    frozen = network.with_layers(layer.freeze(links=np.arange(0, layer.n_links, 3)) for layer in network.layers)
    frozen.save(runs / "frozen.npz")
    options = ("--attack", "links-weight", "--steps", 2, "--dataset", runs / "clusters.npz")
    links = {}
    for name, path, flags in (("usual", "frozen.npz", ()), ("all", "frozen.npz", ("--frozen",))):
        assert run_here("attack", runs / path, *options, *flags, "--out", runs / name) == 0
        links[name] = pd.read_csv(runs / name / "curves.csv")["links"].tolist()
    kept = sum(-(-layer.n_links // 3) for layer in network.sparse_layers)
    readout = network.layers[-1].n_links
    assert links["all"][-1] == readout
    assert links["usual"][-1] == readout + kept
    capsys.readouterr()
    assert run_here("attack", runs / "frozen.npz", *options, "--frozen", "--out", runs / "usual", "--resume") == 2
    assert_one_error(capsys, "was made with other networks")


def test_former_names_go_on_with_a_line_each(runs, tmp_path, capsys):
    flags = ("attack", runs / "run0", "--steps", 2, "--repeats", 1)
    assert run_here(*flags, "--attack", "prune-weight", "paper", "prune-weight", "--out", tmp_path / "former") == 0
    assert capsys.readouterr().err.splitlines() == [
        "netsparse: note: attack 'prune-weight' is now called 'links-weight'",
        "netsparse: note: attack group 'paper' is now called 'robustness-paper'",
    ]
    assert run_here(*flags, "--attack", "links-weight", "robustness-paper", "--out", tmp_path / "present") == 0
    assert capsys.readouterr().err == ""
    for name in PRODUCTS:
        assert (tmp_path / "former" / name).read_bytes() == (tmp_path / "present" / name).read_bytes()

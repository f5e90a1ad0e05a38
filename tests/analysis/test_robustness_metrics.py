"""Metrics against curves whose values are known by hand."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from analysis.robustness.arms import KEY, Study
from analysis.robustness.attacks import PROTOCOLS
from analysis.robustness.densities import SCALES, share_between, weight_histograms, weighted_quantile
from analysis.robustness.folder import HOME, Folder
from analysis.robustness.metrics import (
    attack_metrics,
    dip_metrics,
    metric_table,
    percolation_metrics,
    training_metrics,
    weight_metrics,
)
from netsparse import BipartiteLayer, LayeredNetwork
from tests.analysis.synthetic import fill


def curve(attack: str, strengths, accuracy, control: str = "none") -> pd.DataFrame:
    columns = {"control": control, "attack": attack, "strength": strengths, "accuracy": accuracy, "chance": 0.1}
    return pd.DataFrame(columns)


def test_a_straight_fall_to_chance_at_eighty_per_cent():
    strengths = np.array([0, 0.2, 0.4, 0.6, 0.8, 1.0])
    row = attack_metrics(curve("links-random", strengths, np.maximum(0.9 - strengths, 0.1)))
    assert row["clean links-random"] == 0.9
    assert row["collapse links-random"] == pytest.approx(0.72)  # 90 % of the 0.8 above chance
    assert row["minimum links-random"] == pytest.approx(0.76)  # 95 % of them
    assert row["bend links-random"] == pytest.approx(0, abs=1e-12)
    assert row["loss at 80 % links-random"] == pytest.approx(0.8)
    assert row["area links-random"] == pytest.approx(0.5 * 0.8 + 0.1 * 0.2)
    assert row["retained links-random"] == pytest.approx((row["area links-random"] - 0.1) / 0.8)


def test_a_curve_that_falls_at_once_is_bent():
    row = attack_metrics(curve("links-random", [0, 0.4, 0.8, 1], [0.9, 0.1, 0.1, 0.1]))
    assert row["bend links-random"] == pytest.approx(0.5)


def test_a_network_at_chance_retains_nothing():
    row = attack_metrics(curve("links-random", [0, 0.5, 1], [0.12, 0.11, 0.1]))
    assert np.isnan(row["retained links-random"]) and row["clean links-random"] == 0.12


def test_retained_accuracy_is_measured_where_controls_are():
    fine, coarse = (
        np.array(points) for points in (PROTOCOLS["links-weight"].strengths, PROTOCOLS["links-weight"].coarse)
    )

    def fallen(strength):
        return 0.1 + 0.8 * np.exp(-200 * strength)

    curves = [
        curve("links-weight", fine, fallen(fine)),
        curve("links-weight", coarse, fallen(coarse), "random-topology"),
    ]
    row = attack_metrics(pd.concat(curves))
    assert row["retained links-weight"] == pytest.approx(row["random-topology/retained links-weight"])
    assert row["area links-weight"] != pytest.approx(row["random-topology/area links-weight"])


def test_weight_order_is_averaged_over_the_first_tenth():
    row = attack_metrics(curve("links-weight", [0, 0.05, 0.1, 1], [0.9, 0.5, 0.1, 0.1]))
    assert row["area links-weight"] == pytest.approx(0.5)


def test_controls_are_named_in_front():
    frame = pd.concat([curve("noise", [0, 1], [0.9, 0.5]), curve("noise", [0, 1], [0.3, 0.1], "random-topology")])
    row = attack_metrics(frame)
    assert row["area noise"] == pytest.approx(0.7) and row["random-topology/area noise"] == pytest.approx(0.2)


def test_where_shuffling_and_modification_cross():
    shuffle = curve("shuffle", [0, 0.2, 0.8, 1], [0.9, 0.5, 0.5, 0.5])
    noise = curve("noise", [0, 0.2, 0.8, 1, 5], [0.9, 0.9, 0.3, 0.3, 0.1])
    row = attack_metrics(pd.concat([shuffle, noise]))
    assert row["steeper first"] == pytest.approx(0.2) and row["crossing"] == pytest.approx(0.2)
    apart = attack_metrics(pd.concat([shuffle.assign(accuracy=0.1), noise.assign(accuracy=0.4)]))
    assert apart["crossing"] == pytest.approx(-0.3)


def test_epochs_to_the_limit():
    accuracy = [0.5, 0.88, 0.895, *[0.9] * 20]
    history = pd.DataFrame({"epoch": range(1, 24), "test_accuracy": accuracy, "seconds_train": 1.0})
    row = training_metrics(history.assign(seconds_update=[0.1] * 20 + [0] * 3))
    assert row["epochs to limit"] == 3 and row["final accuracy"] == pytest.approx(0.9)
    assert row["update seconds"] == pytest.approx(0.1)  # epochs without an update do not count


def test_links_at_the_last_path_in_units_of_the_cut():
    row = {"order": "weight", "control": "none", "half_height": 0.8, "last_connection": 0.9, "removals": 1000}
    assert percolation_metrics(pd.DataFrame([{**row, "cut_links": 300}]))["times cut weight"] == pytest.approx(3)


def histories(curves: dict[tuple[str, int], list[float]]) -> pd.DataFrame:
    parts = [
        pd.DataFrame({"epoch": range(1, len(curve) + 1), "test_accuracy": curve, "rule": rule, "seed": seed})
        for (rule, seed), curve in curves.items()
    ]
    return pd.concat(parts).assign(arm="main", dataset="fashion-mnist", zeta=0.1, lr=0.02)


def test_a_common_dip_is_found_and_noise_is_none():
    dipping = np.array([0.5, 0.8, 0.85, 0.86, 0.85, 0.8, 0.8, 0.8, 0.82, 0.84, 0.85, 0.85])
    runs = histories({("random", seed): dipping for seed in range(3)})
    assert dip_metrics(runs)["dip"].tolist() == pytest.approx([0.0533] * 3, abs=1e-3)  # means over three epochs
    rng = np.random.default_rng(0)
    noise = histories({("random", seed): 0.8 + 0.01 * rng.normal(size=100) for seed in range(300)})
    assert dip_metrics(noise)["dip"].mean() == pytest.approx(0, abs=0.0015)


def test_a_dip_needs_other_seeds():
    assert dip_metrics(histories({("random", 0): [0.1, 0.2, 0.1]}))["dip"].isna().all()


def weight_rows(seed: int, rule: str, low, high, links) -> pd.DataFrame:
    key = dict(zip(KEY, ("main", "mnist", rule, seed, 0.1, 0.02), strict=True))
    return pd.DataFrame({"low": low, "high": high, "links": links, "scale": "absolute"}).assign(**key)


def test_intermediate_weights_and_the_shape_of_the_density():
    edges = np.arange(11) / 8
    falling = (1000 * np.exp(-edges[:-1] * 3)).round()
    falling[0] = 200  # the minimum at zero
    flat = np.full(10, falling.sum() / 10)
    rows = [weight_rows(0, rule, edges[:-1], edges[1:], links) for rule, links in (("random", falling), ("l3", flat))]
    shape = weight_metrics(pd.concat(rows))
    random = shape.xs("random", level="rule").iloc[0]
    flat_row = shape.xs("l3", level="rule").iloc[0]
    high = weighted_quantile(rows[0], 0.99)
    assert random["zero above minimum"] == 0
    assert random["dip width"] == pytest.approx(0.125 / high)  # the second bin is the maximum
    assert random["density maximum"] == pytest.approx(0.1875 / weighted_quantile(rows[0], 0.5))
    assert random["peak width"] == pytest.approx(0.25 / high)  # then 0.69 of it, then 0.47
    assert random["decay slopes"] == pytest.approx(1, abs=0.02)
    assert flat_row["zero above minimum"] == 1 and flat_row["density maximum"] == 0
    assert flat_row["intermediate weights"] > random["intermediate weights"]


def test_a_density_that_falls_from_zero_before_it_rises_has_no_minimum_there():
    edges = np.arange(8) / 10
    links = [30, 20, 10, 50, 40, 20, 10]
    rows = [weight_rows(0, rule, edges[:-1], edges[1:], links) for rule in ("random", "ch3-l3")]
    shape = weight_metrics(pd.concat(rows))
    assert shape["zero above minimum"].tolist() == pytest.approx([0.5, 0.5])
    high = weighted_quantile(rows[0], 0.99)
    assert shape["dip width"].tolist() == pytest.approx([0.3 / high] * 2)


@pytest.mark.parametrize(("shape", "ratio"), [(lambda w: -w, 1), (lambda w: -(w**2), 3), (lambda w: -np.sqrt(w), 0.55)])
def test_the_slopes_of_the_decay_tell_densities_apart(shape, ratio):
    edges = np.linspace(0, 5, 501)
    links = 1e6 * np.exp(shape((edges[:-1] + edges[1:]) / 2))
    rows = [weight_rows(0, rule, edges[:-1], edges[1:], links) for rule in ("random", "ch3-l3")]
    assert weight_metrics(pd.concat(rows))["decay slopes"].tolist() == pytest.approx([ratio] * 2, rel=0.1)


def test_a_density_that_only_falls_has_its_maximum_at_zero():
    edges = np.arange(11) / 10
    rows = [weight_rows(0, rule, edges[:-1], edges[1:], np.arange(10, 0, -1)) for rule in ("random", "ch3-l3")]
    shape = weight_metrics(pd.concat(rows))
    assert shape["density maximum"].tolist() == [0, 0] and shape["dip width"].tolist() == [1, 1]
    assert shape["zero above minimum"].tolist() == [1, 1]
    assert shape["peak width"].tolist() == pytest.approx([0.6 / weighted_quantile(rows[0], 0.99)] * 2)  # six reach 5


def test_bins_that_a_histogram_leaves_out_are_empty():
    rows = [weight_rows(0, rule, [0.3, 0.8], [0.4, 0.9], [30, 10]) for rule in ("random", "ch3-l3")]
    shape, high = weight_metrics(pd.concat(rows)), weighted_quantile(rows[0], 0.99)
    assert shape["peak width"].tolist() == pytest.approx([0.1 / high] * 2)
    assert shape["dip width"].tolist() == pytest.approx([0.3 / high] * 2)
    assert shape["zero above minimum"].tolist() == [0, 0]


def test_quantiles_and_shares_of_a_histogram():
    histogram = pd.DataFrame({"low": [0.0, 1.0], "high": [1.0, 3.0], "links": [50, 50]})
    assert weighted_quantile(histogram, 0.25) == 0.5 and weighted_quantile(histogram, 0.75) == 2
    assert share_between(histogram, 0.5, 2) == pytest.approx(0.5)
    assert share_between(histogram, 2, np.inf) == pytest.approx(0.25)


def test_histograms_count_every_link_of_the_sparse_layers():
    sparse = BipartiteLayer.from_links([0, 0, 1], [0, 1, 1], [0.0, -0.004, 1e6], shape=(2, 2))
    readout = BipartiteLayer.from_links([0, 1], [0, 0], [1.0, 1.0], shape=(2, 1))
    histograms = weight_histograms(LayeredNetwork([sparse, readout], readout=1))
    assert histograms.groupby("scale")["links"].sum().to_dict() == dict.fromkeys(SCALES, 3)
    absolute = histograms[histograms["scale"] == "absolute"]
    assert absolute["low"].tolist() == [0.0, 5.0] and absolute["links"].tolist() == [2, 1]


@pytest.mark.parametrize("scale", SCALES)
def test_edges_rise(scale):
    assert (np.diff(SCALES[scale]) > 0).all() and SCALES[scale][0] == 0


def test_the_table_has_a_row_per_attacked_run(tmp_path):
    study = Study(datasets=("mnist",), seeds=2, epochs=20, arms=("main", "default"))
    fill(Folder(tmp_path), study)
    table = metric_table(Folder(tmp_path).tables())
    assert {tuple(key) for key in table[list(KEY)].to_numpy().tolist()} == {
        run.key for run in study.attacked_runs((0.1, 0.02))
    }
    assert table["lead weight"].to_numpy() == pytest.approx(0.85 - 0.036, abs=0.005)


def test_rows_of_an_older_netsparse_stand_beside_new_ones_under_the_names_of_today(tmp_path):
    study = Study(datasets=("mnist",), seeds=2, epochs=20, arms=("main",))
    folder = Folder(tmp_path)
    fill(folder, study)
    now = metric_table(folder.tables())
    lines = folder.tables().path("attacks").read_text().split("\n")
    half = len(lines) // 2
    lines[:half] = [line.replace(",links-", ",prune-") for line in lines[:half]]
    folder.tables().path("attacks").write_text("\n".join(lines))
    assert set(folder.tables().read("attacks")["attack"]) == set(PROTOCOLS)
    pd.testing.assert_frame_equal(metric_table(folder.tables()), now)


def test_the_committed_rows_are_read():
    attacks = Folder(HOME).tables().read("attacks")
    assert set(attacks["attack"]) == set(PROTOCOLS)

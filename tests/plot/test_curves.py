"""Attack, percolation and training curves, and weight densities: the lines are the data."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from matplotlib.axes import Axes
from matplotlib.colors import to_hex

from netsparse import generate, importance, percolation, plot, robustness
from netsparse.plot.style import COLOURS
from tests.robustness.small import trained


@pytest.fixture(scope="module")
def attacks() -> pd.DataFrame:
    network, samples = trained()
    names = ("links-random", "links-weight")
    return pd.concat([robustness.curve(network, samples, name, steps=4, repeats=5, rng=0) for name in names])


def legend_texts(axes) -> list[str]:
    return [text.get_text() for text in axes.get_legend().get_texts()]


def test_attack_curves_are_medians_with_a_band(attacks, ax):
    drawn = plot.attack_curves(attacks, ax)
    assert drawn is ax
    random, weight = (line.get_xydata() for line in ax.lines)
    own = attacks[attacks["attack"] == "links-random"].groupby("strength")["accuracy"]
    assert np.allclose(random, own.median().reset_index())
    assert np.allclose(weight[:, 1], attacks[attacks["attack"] == "links-weight"]["accuracy"])
    (band,) = ax.collections  # one curve has no band
    corners = band.get_paths()[0].vertices
    at_half = corners[np.isclose(corners[:, 0], 0.5), 1]
    values = attacks[(attacks["attack"] == "links-random") & (attacks["strength"] == 0.5)]["accuracy"]
    assert np.allclose([at_half.min(), at_half.max()], np.percentile(values, [40, 60]))
    assert (ax.get_xlabel(), ax.get_ylabel()) == ("fraction of links removed", "accuracy")
    assert legend_texts(ax) == ["random", "weight"]


def test_percolation_quantities_share_the_axis_as_shares_of_the_intact_network(attacks, ax):
    plot.attack_curves(attacks, ax, quantities=("accuracy", "active_links", "active"))
    assert len(ax.lines) == 6
    own = attacks[attacks["attack"] == "links-weight"]
    assert np.allclose(ax.lines[4].get_ydata(), own["active_links"] / own["active_links"].iloc[0])
    styles = [line.get_linestyle() for line in ax.lines[:3]]
    assert len(set(styles)) == 3
    assert len({line.get_color() for line in ax.lines[:3]}) == 1
    assert legend_texts(ax) == ["random", "weight", "accuracy", "links on paths", "active neurons"]
    assert ax.get_ylabel() == "accuracy, share of intact"


def test_the_level_of_guessing_is_a_line_of_its_own(attacks, ax):
    plot.attack_curves(attacks, ax, chance=1 / 3)
    assert ax.lines[-1].get_ydata() == [1 / 3, 1 / 3]
    assert [text.get_text() for text in ax.texts] == [" chance"]
    assert legend_texts(ax) == ["random", "weight"]


def test_attacks_of_several_rules_are_told_apart_by_any_column(attacks, ax):
    two = pd.concat([attacks.assign(rule=rule) for rule in ("ch3-l3", "random")])
    plot.attack_curves(two[two["attack"] == "links-weight"], ax, hue="rule")
    assert legend_texts(ax) == ["ch3-l3", "random"]  # names of anything but attacks are left alone
    assert [to_hex(line.get_color()).upper() for line in ax.lines] == list(COLOURS[:2])


def test_attacks_are_named_in_words(attacks, ax):
    names = {"links-random": "links-reverse-weight", "links-weight": "links-recomputed-degree"}
    plot.attack_curves(attacks.assign(attack=attacks["attack"].map(names)), ax)
    assert legend_texts(ax) == ["reverse weight", "recomputed degree"]


def test_attacks_of_an_older_table_are_named_as_they_are_called_now(attacks, ax):
    former = attacks.assign(attack=attacks["attack"].str.replace("links-", "prune-"))
    plot.attack_curves(former, ax)
    assert legend_texts(ax) == ["random", "weight"]
    assert ax.get_xlabel() == "fraction of links removed"


def test_runs_keep_their_names(attacks, ax):
    two = pd.concat([attacks.assign(run=f"sparse-{seed}") for seed in (0, 1)])
    plot.attack_curves(two[two["attack"] == "links-weight"], ax, hue="run")
    assert legend_texts(ax) == ["sparse-0", "sparse-1"]


def test_bits_run_from_off_to_one(ax):
    network, samples = trained()
    frame = robustness.curve(network, samples, "quantise")
    plot.attack_curves(frame, ax)
    assert [label.get_text() for label in ax.get_xticklabels()] == ["off", *"87654321"]
    assert ax.xaxis_inverted()
    assert np.allclose(ax.lines[0].get_ydata(), frame["accuracy"])
    assert ax.lines[0].get_xdata().tolist() == [9, 8, 7, 6, 5, 4, 3, 2, 1]


def test_a_quantity_that_was_zero_from_the_start_stays_zero(attacks, ax):
    plot.attack_curves(attacks.assign(active=0), ax, quantities=("accuracy", "active"))
    assert not ax.lines[1].get_ydata().any()


def test_columns_and_grids_that_are_not_there(attacks):
    with pytest.raises(ValueError, match=r"unknown column 'speed'; known: .*accuracy"):
        plot.attack_curves(attacks, quantities=("speed",))
    with pytest.raises(ValueError, match="nothing to draw"):
        plot.attack_curves(attacks.iloc[:0])
    with pytest.raises(ValueError, match="no networks"):
        plot.weight_density({})
    other = attacks.assign(strength=attacks["strength"] / 2)
    with pytest.raises(ValueError, match="same strengths"):
        plot.attack_curves(pd.concat([attacks, other]))


def test_percolation_curves_hold_every_removal(ax):
    network = generate.erdos_renyi((20, 30, 4), density=0.2, rng=0)
    orders = {by: importance.link_order(network, by, rng=0) for by in ("random", "weight")}
    frames = {by: percolation.curve(network, order).frame() for by, order in orders.items()}
    assert plot.percolation_curves(frames, ax, quantity="active") is ax
    for line, (by, frame) in zip(ax.lines, frames.items(), strict=True):
        assert line.get_label() == by
        assert np.allclose(
            line.get_xydata(), np.column_stack([frame["fraction"], frame["active"] / frame["active"][0]])
        )
        assert len(line.get_xdata()) == 121
    with pytest.raises(ValueError, match="unknown column 'speed'"):
        plot.percolation_curves(frames, ax, quantity="speed")


def test_theory_stands_beside_the_curves(ax):
    network = generate.erdos_renyi((20, 30, 4), density=0.2, rng=0)
    frame = percolation.curve(network, importance.link_order(network, "random", rng=0)).frame()
    expected = percolation.expected_curve(network, [0.0, 0.5, 1.0])
    plot.percolation_curves({"random": frame}, ax, expected=expected, marks={"minimum cut": 0.2, "deep": 0.9})
    simulated, theory, *marks = ax.lines
    assert np.allclose(theory.get_xdata(), [0, 0.5, 1])
    assert np.allclose(theory.get_ydata(), expected["active_links"] / expected["active_links"][0])
    assert [(line.get_label(), line.get_xdata()[0]) for line in marks] == [("minimum cut", 0.2), ("deep", 0.9)]
    assert len({line.get_linestyle() for line in (simulated, theory, *marks)}) == 4
    with pytest.raises(ValueError, match="unknown column 'largest_component'"):
        plot.percolation_curves({"random": frame}, quantity="largest_component", expected=expected)


def test_weight_density_integrates_to_one(ax):
    networks = {"two": [generate.erdos_renyi((50, 60, 4), density=0.5, rng=seed) for seed in (0, 1)]}
    networks["one"] = generate.erdos_renyi((50, 60, 4), density=0.5, rng=2)
    assert plot.weight_density(networks, ax, bins=30) is ax
    assert [line.get_label() for line in ax.lines] == ["two", "one"]
    largest = ax.get_xlim()[1]
    widths = np.diff(largest * np.linspace(0, 1, 31) ** 2)
    assert np.isclose((ax.lines[1].get_ydata() * widths).sum(), 1)
    assert largest == max(np.abs(n.layers[0].weights).max() for n in (*networks["two"], networks["one"]))
    assert len(ax.collections) == 1  # the band of the two
    assert ax.get_yscale() == "log"


HISTORY = pd.DataFrame(
    {
        "epoch": [1, 2, 3] * 4,
        "test_accuracy": np.arange(12) / 12,
        "seconds_update": [0.01, 0.03, 0.0] * 4,
        "rule": ["ch3-l3"] * 6 + ["random"] * 6,
    }
)


def test_accuracy_against_epoch(ax):
    assert plot.accuracy_history(HISTORY, ax, hue="rule") is ax
    first, second = (line.get_ydata() for line in ax.lines)
    assert np.allclose(first, np.array([1.5, 2.5, 3.5]) / 12)
    assert np.allclose(second, np.array([7.5, 8.5, 9.5]) / 12)
    assert legend_texts(ax) == ["ch3-l3", "random"]
    assert (ax.get_xlabel(), ax.get_ylabel()) == ("epoch", "test accuracy")
    with pytest.raises(ValueError, match="unknown column 'colour'"):
        plot.accuracy_history(HISTORY, hue="colour")
    with pytest.raises(ValueError, match="same epochs"):
        plot.accuracy_history(HISTORY.iloc[:-1], hue="rule")


def test_update_times_are_milliseconds_of_the_epochs_with_an_update(ax):
    plot.update_times(HISTORY, ax, hue="rule")
    assert np.allclose(ax.lines[0].get_xydata(), [[1, 10], [2, 30]])
    assert ax.get_ylabel() == "topology update (ms)"
    assert ax.get_ylim()[0] == 0


@pytest.mark.parametrize(
    "draw",
    [
        lambda frame: plot.attack_curves(frame),
        lambda frame: plot.accuracy_history(HISTORY, hue="rule"),
        lambda frame: plot.update_times(HISTORY, hue="rule"),
        lambda frame: plot.weight_density({"a": trained()[0]}),
    ],
    ids=["attack", "history", "times", "weights"],
)
def test_a_figure_of_column_width_with_legible_type_is_made_and_can_be_saved(attacks, draw, tmp_path):
    axes = draw(attacks)
    assert isinstance(axes, Axes)
    assert axes.figure.get_size_inches()[0] == 3.4
    texts = [axes.xaxis.label, axes.yaxis.label, *axes.get_xticklabels(), *axes.get_yticklabels()]
    assert min(text.get_fontsize() for text in texts) >= 7
    plot.save(axes, tmp_path / "picture.png")
    content = (tmp_path / "picture.png").read_bytes()
    assert content.startswith(b"\x89PNG")
    assert len(content) > 5000
    assert [path.name for path in tmp_path.iterdir()] == ["picture.png"]


def test_our_style_does_not_leak():
    import matplotlib.pyplot as plt

    before = dict(plt.rcParams)
    plot.accuracy_history(HISTORY, hue="rule")
    assert dict(plt.rcParams) == before

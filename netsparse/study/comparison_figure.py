"""The picture of a comparison: a row per data set, accuracy against epoch beside the paired differences."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from netsparse import plot
from netsparse.study.pairs import HIGHER, LOWER, UNEQUAL, paired_values

if TYPE_CHECKING:
    import pandas
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

POINTS = 100
SIZE = 8  # of titles


def draw(
    runs: pandas.DataFrame,
    epochs: pandas.DataFrame,
    table: pandas.DataFrame,
    datasets: Sequence[str],
    recipes: Sequence[str],
) -> Figure:
    """Return the figure; data sets and recipes without a finished run are left out."""
    present = [name for name in datasets if (runs["dataset"] == name).any()]
    n_pairs = len(recipes) * (len(recipes) - 1) // 2
    figure, panels = plot.figure(2 * len(present), columns=2, height=max(2.1, 0.9 + 0.26 * n_pairs))
    for name, curves, differences in zip(present, panels[::2], panels[1::2], strict=True):
        own = epochs[epochs["dataset"] == name]
        _draw_curves(own, recipes, curves)
        curves.set_title(Path(name).stem, loc="left", fontweight="bold", fontsize=SIZE)
        rows = table[(table["dataset"] == name) & (table["seeds"] > 0)]
        _draw_differences(runs[runs["dataset"] == name], rows, differences)
    at = {"xy": (0.98, 0.04), "xycoords": "axes fraction", "ha": "right"}
    panels[0].annotate("median and range of the seeds", **at, fontsize=SIZE - 1, color="0.4")
    panels[1].set_title("paired by seed: mean, 95 % t interval, corrected p", loc="left", fontsize=SIZE)
    plot.legend_above(figure, panels[0])
    return figure


def _draw_curves(epochs: pandas.DataFrame, recipes: Sequence[str], ax: Axes) -> None:
    """Draw the median over seeds and the range of all of them, of the network that each epoch ends with."""
    import pandas as pd

    order = pd.Categorical(epochs["recipe"], [name for name in recipes if (epochs["recipe"] == name).any()])
    ordered = epochs.assign(recipe=order, accuracy=POINTS * epochs["test_accuracy_updated"])
    ordered = ordered.sort_values(["recipe", "seed", "epoch"], kind="stable").astype({"recipe": str})
    plot.accuracy_history(ordered, ax, quantity="accuracy", hue="recipe", band=(0, 100))
    ax.get_legend().remove()
    ax.set_ylabel("test accuracy (%)")
    _look_closer(ax, ordered)


def _look_closer(ax: Axes, epochs: pandas.DataFrame) -> None:
    """Let the second half of the training fill the panel: the differences of recipes are there."""
    late = epochs.loc[epochs["epoch"] > epochs["epoch"].max() / 2, "accuracy"]
    spread = max(late.max() - late.min(), 0.5)
    ax.set_ylim(max(epochs["accuracy"].min() - 0.1 * spread, late.min() - 2 * spread), late.max() + 0.2 * spread)


def _draw_differences(runs: pandas.DataFrame, rows: pandas.DataFrame, ax: Axes) -> None:
    import pandas as pd

    pairs = [f"{row['recipe']} \N{MINUS SIGN} {row['against']}" for _, row in rows.iterrows()]
    differences = [
        pd.DataFrame({"pair": pair, "difference": POINTS * (values[:, 0] - values[:, 1])})
        for pair, (_, row) in zip(pairs, rows.iterrows(), strict=True)
        for values in [paired_values(runs, row["recipe"], row["against"], "accuracy")]
    ]
    estimates = pd.DataFrame(
        {
            "pair": pairs,
            "mean": POINTS * rows["difference"].to_numpy(),
            "low": POINTS * rows["low"].to_numpy(),
            "high": POINTS * rows["high"].to_numpy(),
            "shown": rows["verdict"].isin([HIGHER, LOWER]).to_numpy(),
            "words": [_words(row) for _, row in rows.iterrows()],
        }
    )
    none = pd.DataFrame({"pair": [], "difference": []})
    plot.paired_differences(pd.concat(differences) if differences else none, estimates, ax)


def _words(row: pandas.Series) -> str:
    if row["verdict"] == UNEQUAL:
        return UNEQUAL
    if row["p_holm"] != row["p_holm"]:  # NaN
        return "not tested"
    return f"p = {row['p_holm']:.2g}" if row["p_holm"] >= 0.001 else "p < 0.001"

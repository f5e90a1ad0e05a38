"""The demo: one sparse network grown by link prediction and one at random, on the embedded Fashion-MNIST sample.

``python -m analysis.demo --out demo`` trains both, prints a table and draws one figure that compares them. They start
from the paper's small Kaiming weights, with which the topology changes fast; the default preset starts from larger
ones, is good after one epoch, and changes its topology more slowly.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

import matplotlib

matplotlib.use("Agg")  # draws without a screen
import matplotlib.pyplot as plt
import numpy as np
import pandas as pd

from netsparse import datasets, percolation, train
from netsparse.cli.streams import guarded
from netsparse.files import check_folder, make_folder, write_text, writing

RULES = {"ch3-l3": "CH3-L3 link prediction", "random": "random regrowth"}
COLOURS = {"ch3-l3": "#0072B2", "random": "#D55E00"}


def train_rule(rule: str, epochs: int, threads: int) -> train.Result:
    """Train 784-1000-1000-1000-10 at 1 % density with one regrowth rule."""
    settings = train.Settings(regrowth=rule, init="kaiming", epochs=epochs, threads=threads)
    data = datasets.load(settings.data.dataset)
    network = train.initial_network(settings, data.n_features, data.n_classes)
    return train.fit(network, data, settings)


def summary(results: dict[str, train.Result]) -> pd.DataFrame:
    """Return one row per rule."""
    return pd.DataFrame([summary_row(rule, result) for rule, result in results.items()])


def summary_row(rule: str, result: train.Result) -> dict[str, object]:
    """Say how well one network classifies, and what is left of it as a graph."""
    history = result.history
    pixels, *hidden = (int(active.sum()) for active in percolation.active_neurons(result.network)[:-1])
    return {
        "regrowth": rule,
        "test accuracy": f"{history.test_accuracy.iloc[-1]:.1%}",
        "after 5 epochs": f"{history.test_accuracy.iloc[4]:.1%}",
        "links": result.network.n_links,
        "pixels in use": pixels,
        "hidden neurons in use": " + ".join(map(str, hidden)),
        "s/epoch": f"{history.seconds_train.median():.2f}",
        "s/update": f"{history.seconds_update[history.seconds_update > 0].median():.3f}",
    }


def draw(results: dict[str, train.Result]) -> plt.Figure:
    """Draw accuracy against epoch, and for each rule the links that leave each pixel."""
    figure, (curves, *images) = plt.subplots(
        1, 1 + len(results), figsize=(9.5, 3.1), width_ratios=[1.5, 1, 1], layout="constrained"
    )
    for rule, result in results.items():
        curves.plot(
            result.history.epoch, 100 * result.history.test_accuracy, color=COLOURS[rule], label=RULES[rule], lw=1.8
        )
    curves.set(xlabel="epoch", ylabel="test accuracy (%)", title="Fashion-MNIST (6k), 1 % of the links")
    curves.legend(frameon=False, loc="lower right")
    degrees = {rule: result.network.layers[0].row_degrees.reshape(28, 28) for rule, result in results.items()}
    for axes, (rule, degree) in zip(images, degrees.items(), strict=True):
        image = axes.imshow(degree, cmap="viridis", vmin=0, vmax=np.quantile(list(degrees.values()), 0.99))
        axes.set(title=RULES[rule], xticks=[], yticks=[])
    figure.colorbar(image, ax=images, label="links of a pixel", shrink=0.8, extend="max")
    return figure


def main(argv: list[str] | None = None) -> None:
    """Train both networks, print the table, write the figure."""
    parser = argparse.ArgumentParser(prog="python -m analysis.demo", description=__doc__.splitlines()[0])
    parser.add_argument("--out", type=Path, default=Path("demo"), help="folder of table and figure (default: demo)")
    parser.add_argument("--epochs", type=int, default=40, help="at least 5 (default: 40)")
    parser.add_argument("--threads", type=int, default=1)
    arguments = parser.parse_args(argv)
    check_folder(arguments.out)
    results = {}
    for rule, words in RULES.items():
        print(f"training with {words} ...", flush=True)
        results[rule] = train_rule(rule, arguments.epochs, arguments.threads)
    table = summary(results)
    print(f"\n{table.to_string(index=False)}\n")
    make_folder(arguments.out)
    write_text(arguments.out / "demo.csv", table.to_csv(index=False, lineterminator="\n"))
    with writing(arguments.out / "demo.png") as temporary:
        draw(results).savefig(temporary, format="png", dpi=150)
    print(f"wrote {arguments.out / 'demo.csv'} and {arguments.out / 'demo.png'}")


if __name__ == "__main__":
    sys.exit(guarded(lambda output: main()))

"""The picture of a run: accuracy against epoch."""

from __future__ import annotations

from os import PathLike
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pandas


def save_accuracy(history: pandas.DataFrame, path: str | PathLike, *, title: str) -> None:
    """Write the accuracy on test images, and on validation images if there are any, as a PNG file."""
    from netsparse import plot

    columns = {"test_accuracy": "test", "validation_accuracy": "validation"}
    accuracies = history.rename(columns=columns).melt("epoch", columns.values(), "images", "accuracy").dropna()
    figure, (ax,) = plot.figure(height=2.6)
    plot.accuracy_history(accuracies, ax, quantity="accuracy", hue="images")
    epochs = f"{len(history)} epoch{'s' * (len(history) != 1)}"
    result = f"test accuracy {history['test_accuracy'].iloc[-1]:.2%} after {epochs}"
    ax.set_title(f"{title}\n{result}", fontsize=8, parse_math=False)  # a $ in a name
    plot.save(figure, path)

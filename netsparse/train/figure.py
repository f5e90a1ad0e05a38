"""The picture of a run: accuracy against epoch."""

from __future__ import annotations

from os import PathLike
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pandas
    from matplotlib.axes import Axes


def plot_accuracy(history: pandas.DataFrame, ax: Axes | None = None, *, label: str = "test") -> Axes:
    """Draw the accuracy in percent against the epoch, that of the validation images too if there are any.

    Parameters
    ----------
    history : pandas.DataFrame
        As in ``train.fit(...).history`` or ``history.csv``.
    ax : matplotlib.axes.Axes, optional
        Drawn into; by default the current axes of pyplot.
    label : str
        Of the test curve.

    Returns
    -------
    matplotlib.axes.Axes

    Examples
    --------
    >>> import pandas as pd
    >>> from matplotlib.figure import Figure
    >>> history = pd.DataFrame({'epoch': [1, 2], 'test_accuracy': [0.5, 0.75], 'validation_accuracy': [None, None]})
    >>> plot_accuracy(history, Figure().add_subplot()).lines[0].get_ydata()
    array([50., 75.])
    """
    if ax is None:
        import matplotlib.pyplot as plt

        ax = plt.gca()
    marker = "o" if len(history) <= 40 else None
    ax.plot(history["epoch"], 100 * history["test_accuracy"], marker=marker, markersize=4, label=label)
    if history["validation_accuracy"].notna().any():
        validation = 100 * history["validation_accuracy"]
        ax.plot(history["epoch"], validation, marker=marker, markersize=4, linestyle="--", label="validation")
    ax.set(xlabel="epoch", ylabel="accuracy (%)")
    ax.xaxis.get_major_locator().set_params(integer=True)
    ax.grid(alpha=0.3)
    ax.legend(loc="lower right")
    return ax


def save_accuracy(history: pandas.DataFrame, path: str | PathLike, *, title: str) -> None:
    """Write the picture as a PNG file; needs no display and leaves pyplot's state alone."""
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    figure = Figure(figsize=(6, 4), layout="constrained")
    FigureCanvasAgg(figure)
    ax = plot_accuracy(history, figure.add_subplot())
    ax.set_title(f"{title}\ntest accuracy {history['test_accuracy'].iloc[-1]:.2%} after {len(history)} epochs")
    figure.savefig(path, format="png", dpi=150)

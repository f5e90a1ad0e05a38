"""What all pictures share: colours, sizes, and how an Axes comes about."""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable
from typing import TYPE_CHECKING

import numpy as np

from netsparse.files import writing

if TYPE_CHECKING:
    from os import PathLike

    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

COLUMN_WIDTH = 3.4  # inches, of a two-column page
PAGE_WIDTH = 7.0

# Okabe and Ito's colours, told apart with any colour vision; yellow is left out, too light for a line.
BLUE, VERMILLION, GREEN, ORANGE = "#0072B2", "#D55E00", "#009E73", "#E69F00"
PURPLE, SKY, BLACK, GREY = "#CC79A7", "#56B4E9", "#000000", "#999999"
COLOURS = (BLUE, VERMILLION, GREEN, ORANGE, PURPLE, SKY, BLACK, GREY)
LINE_STYLES = ("-", "--", ":", "-.")
MARKERS = ("", "o", "s", "^", "D")

RC = {
    "font.size": 8,
    "axes.labelsize": 8,
    "axes.titlesize": 8,
    "xtick.labelsize": 7,
    "ytick.labelsize": 7,
    "legend.fontsize": 7,
    "legend.frameon": False,
    "lines.linewidth": 1.2,
    "axes.linewidth": 0.6,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.grid": True,
    "grid.color": "0.9",
    "grid.linewidth": 0.5,
    "savefig.dpi": 300,
}


def styled(width: float = COLUMN_WIDTH, height: float = 2.4) -> Callable:
    """Return a decorator for a plot function: our style inside, and a new figure of this size for ``ax=None``."""

    def decorate(draw: Callable[..., Axes]) -> Callable[..., Axes]:
        signature = inspect.signature(draw)

        @functools.wraps(draw)
        def draw_styled(*arguments, **options) -> Axes:
            import matplotlib.pyplot as plt

            call = signature.bind(*arguments, **options)
            with plt.rc_context(RC):
                if call.arguments.get("ax") is None:
                    call.arguments["ax"] = plt.subplots(figsize=(width, height), layout="constrained")[1]
                return draw(*call.args, **call.kwargs)

        return draw_styled

    return decorate


def figure(n_panels: int = 1, *, columns: int = 2, height: float = 2.2) -> tuple[Figure, list[Axes]]:
    """Return a figure, unknown to pyplot, with panels in rows of at most `columns`, a column width each.

    Examples
    --------
    >>> _, panels = figure(3)
    >>> len(panels)
    3
    """
    import matplotlib.pyplot as plt
    from matplotlib.figure import Figure

    columns = min(columns, n_panels)
    rows = -(-n_panels // columns)
    with plt.rc_context(RC):
        made = Figure(figsize=(COLUMN_WIDTH * columns, height * rows), layout="constrained")
        return made, [made.add_subplot(rows, columns, place + 1) for place in range(n_panels)]


def legend_above(figure: Figure, ax: Axes) -> None:
    """Give all panels one legend, that of `ax`, above them.

    Examples
    --------
    >>> drawn, panels = figure(2)
    >>> line = panels[0].plot([0, 1], label="accuracy")
    >>> legend_above(drawn, panels[0])
    >>> [text.get_text() for text in drawn.legends[0].get_texts()]
    ['accuracy']
    """
    import matplotlib.pyplot as plt

    with plt.rc_context(RC):
        figure.legend(*ax.get_legend_handles_labels(), loc="outside upper center", ncols=4)


def save(picture: Axes | Figure, path: str | PathLike) -> None:
    """Write the figure of an Axes, or a figure, as a PNG file, whole or not at all.

    Examples
    --------
    >>> import tempfile, pathlib
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     path = pathlib.Path(folder) / "empty.png"
    ...     save(figure()[0], path)
    ...     path.read_bytes()[1:4]
    b'PNG'
    """
    with writing(path) as temporary:
        picture.figure.savefig(temporary, format="png", dpi=RC["savefig.dpi"])


def colour_of(place: int) -> str:
    """Return the colour of the line at a place; they repeat after eight."""
    return COLOURS[place % len(COLOURS)]


def line_style_of(place: int) -> str:
    """Return the line style of the line at a place: another round of colours gets another one."""
    return LINE_STYLES[place // len(COLOURS) % len(LINE_STYLES)]


def band_line(ax: Axes, x: np.ndarray, samples: np.ndarray, band: tuple[float, float], **line) -> None:
    """Draw the median of samples, shape (samples, points), and the band between two percentiles of them."""
    (drawn,) = ax.plot(x, np.median(samples, axis=0), **line)
    if len(samples) > 1:
        low, high = np.percentile(samples, band, axis=0)
        ax.fill_between(x, low, high, color=drawn.get_color(), alpha=0.25, linewidth=0)

"""Figure 6: the density of the absolute weights."""

from __future__ import annotations

import matplotlib
import numpy as np
from matplotlib.figure import Figure

from analysis.robustness.densities import SCALES
from analysis.robustness.drawing.style import BAND, by_rule, colour, data_sets, legend, main_arm, panels
from analysis.robustness.folder import Folder
from netsparse.plot.style import RC, band_line

AXES = {"absolute": "|w|", "relative": "|w| / mean |w| of the layer"}


def density(folder: Folder) -> Figure | None:
    """Density of |w| over all sparse layers, and of |w| relative to its layer, both rules, logarithmic.

    A bin in which the band reaches down to 0, since too few runs have a link there, is left out.
    """
    weights = main_arm(folder.tables().read("weights"))
    if weights.empty:
        return None
    names = data_sets(weights)
    with matplotlib.rc_context(RC):
        figure, axes = panels(len(names), len(AXES))
        for row, (scale, label) in zip(axes, AXES.items(), strict=True):
            for ax, name in zip(row, names, strict=True):
                for rule, rows in by_rule(weights[(weights["scale"] == scale) & (weights["dataset"] == name)]):
                    centres, curves = density_curves(rows, SCALES[scale])
                    shown = np.percentile(curves, BAND[0], axis=0) > 0
                    band_line(ax, centres[shown], curves[:, shown], BAND, color=colour(rule))
                ax.set_yscale("log", nonpositive="mask")
                ax.set_xlabel(label)
            row[0].set_ylabel("density")
        for ax, name in zip(axes[0], names, strict=True):
            ax.set_title(name)
        legend(figure, [rule for rule, _ in by_rule(weights)])
    return figure


def density_curves(histograms, edges: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return the centres of the bins and the density of each run, shape (runs, bins), to the last bin in use."""
    counts = histograms.pivot_table(index="seed", columns="low", values="links", fill_value=0)
    counts = counts.reindex(columns=edges[:-1], fill_value=0)
    used = np.flatnonzero(counts.sum(axis=0).to_numpy() > 0).max() + 1
    densities = counts.to_numpy() / np.diff(edges) / counts.sum(axis=1).to_numpy()[:, None]
    return ((edges[1:] + edges[:-1]) / 2)[:used], densities[:, :used]

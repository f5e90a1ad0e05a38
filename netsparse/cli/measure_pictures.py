"""The pictures of ``netsparse measure``."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pandas
    from matplotlib.figure import Figure

    from netsparse.graph import LayeredNetwork

_MAIN = {
    "robins-alexander": "", "latapy": "dot", "paths": "length", "modularity": "", "nodf": "", "lcp-corr": "",
    "assortativity": "", "gini": "", "spectral-gap": "", "neural-persistence": "", "small-worldness": "",
    "credit-paths": "log",
}  # fmt: skip
_MOST_PANELS = 12


def course(frame: pandas.DataFrame) -> dict[str, Figure]:
    """Return a panel for each measure along training: the main ones, or the first part of those asked for."""
    from netsparse.plot import figure, legend_above, measure_course

    measured = frame[frame["value"].notna() & frame["epoch"].notna()]
    names = list(dict.fromkeys(measured["measure"]))
    chosen = [name for name in names if name in _MAIN] or names
    if not chosen:
        return {}
    drawn, panels = figure(len(chosen[:_MOST_PANELS]), columns=3)
    for panel, name in zip(panels, chosen, strict=False):
        parts = measured.loc[measured["measure"] == name, "part"]
        part = _MAIN.get(name, parts.iloc[0])
        measure_course(measured, name, part if (parts == part).any() else parts.iloc[0], ax=panel)
        panel.get_legend().remove()
    legend_above(drawn, max(panels, key=lambda panel: len(panel.lines)))
    return {"measures": drawn}


def structure(network: LayeredNetwork, seed: int) -> dict[str, Figure]:
    """Return degrees, communities and persistence of a network, a panel for each layer."""
    from netsparse import measures, plot

    layers = network.sparse_layers or network.layers
    figures = {}
    for name, columns in (("degrees", 2), ("communities", 2), ("persistence", 2)):
        drawn, panels = plot.figure(len(layers), columns=columns, height=3.2 if name != "degrees" else 2.2)
        for place, (layer, panel) in enumerate(zip(layers, panels, strict=True)):
            if name == "degrees":
                fits = {side: measures.fit_power_law(each) for side, each in measures.degrees(layer).items()}
                plot.degree_ccdf(measures.distribution(layer), ax=panel, fits=fits)
            elif name == "communities":
                plot.community_matrix(layer, measures.communities(layer, rng=seed), ax=panel)
            else:
                plot.persistence_diagram(measures.layer_persistence(layer).diagram, ax=panel)
            panel.set_title(", ".join(filter(None, (f"layer {place}", panel.get_title()))))
        figures[name] = drawn
    return figures

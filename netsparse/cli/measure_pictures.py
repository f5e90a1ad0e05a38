"""The pictures of ``netsparse measure``."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pandas
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from netsparse.graph import BipartiteLayer, LayeredNetwork

_MAIN = {
    "robins-alexander": "", "latapy": "dot", "paths": "length", "modularity": "", "nodf": "", "lcp-corr": "",
    "assortativity": "", "gini": "", "spectral-gap": "", "neural-persistence": "", "small-worldness": "",
    "credit-paths": "log",
}  # fmt: skip
_MOST_PANELS = 12
_LARGEST_DISC = 500  # neurons of a layer: more are a blur, and the embedding is cubic


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
    """Return degrees, communities, persistence and, if it is small, discs of a network, a panel for each layer."""
    from netsparse.plot import figure

    layers = network.sparse_layers or network.layers
    small = all(sum(layer.shape) <= _LARGEST_DISC for layer in layers)
    figures = {}
    for name, (draw, height) in _OF_LAYERS.items():
        if name == "discs" and not small:
            continue
        drawn, panels = figure(len(layers), height=height)
        for place, (layer, panel) in enumerate(zip(layers, panels, strict=True)):
            draw(layer, panel, seed)
            panel.set_title(", ".join(filter(None, (f"layer {place}", panel.get_title()))))
        figures[name] = drawn
    return figures


def _degrees(layer: BipartiteLayer, panel: Axes, seed: int) -> None:
    from netsparse import measures, plot

    fits = {side: measures.fit_power_law(each) for side, each in measures.degrees(layer).items()}
    plot.degree_ccdf(measures.distribution(layer), ax=panel, fits=fits)


def _communities(layer: BipartiteLayer, panel: Axes, seed: int) -> None:
    from netsparse import measures, plot

    plot.community_matrix(layer, measures.communities(layer, rng=seed), ax=panel)


def _persistence(layer: BipartiteLayer, panel: Axes, seed: int) -> None:
    from netsparse import measures, plot

    plot.persistence_diagram(measures.layer_persistence(layer).diagram, ax=panel)


def _disc(layer: BipartiteLayer, panel: Axes, seed: int) -> None:
    """Draw a layer on the disc in the colours of its communities, or say why it has no place there."""
    from netsparse import measures, plot

    embedding = measures.coalescent_embedding(layer)
    if embedding.note:
        panel.set_axis_off()
        panel.set_title(embedding.note)
        return
    found = measures.communities(layer, rng=seed)
    plot.hyperbolic_disc(layer, embedding, ax=panel, groups=[*found.rows, *found.columns])


_OF_LAYERS = {
    "degrees": (_degrees, 2.2), "communities": (_communities, 3.2), "persistence": (_persistence, 3.2),
    "discs": (_disc, 3.4),
}  # fmt: skip

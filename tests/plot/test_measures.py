"""Pictures of measures."""

from __future__ import annotations

import numpy as np
import pytest
from matplotlib.colors import to_hex

from netsparse import generate, measures, plot
from netsparse.plot.discs import geodesics
from netsparse.plot.style import GREY
from tests.measures.small import LAYERS

LAYER = LAYERS["disconnected"]


def test_every_degree_and_its_share_is_a_dot():
    distribution = measures.distribution(LAYER)
    ax = plot.degree_ccdf(distribution)
    for line, (_, frame) in zip(ax.lines, distribution.groupby("side", sort=False), strict=True):
        above = frame[frame.value > 0]
        assert line.get_xdata().tolist() == above.value.tolist()
        assert line.get_ydata().tolist() == above.ccdf.tolist()


def test_a_fit_begins_where_the_tail_does():
    layer = generate.erdos_renyi((300, 200), 0.1, readout=0, rng=0).layers[0]
    fit = measures.fit_power_law(layer.row_degrees)
    distribution = measures.distribution(layer)
    ax = plot.degree_ccdf(distribution, fits={"rows": fit})
    (line,) = [line for line in ax.lines if "α" in str(line.get_label())]
    rows = distribution[(distribution.side == "rows") & (distribution.value == fit.x_min)]
    assert (line.get_xdata()[0], line.get_ydata()[0]) == pytest.approx((fit.x_min, rows.ccdf.item()))
    no_fit = plot.degree_ccdf(distribution, fits={"rows": measures.fit_power_law([1, 1])})
    assert len(no_fit.lines) == 2


def test_communities_lie_together_and_isolated_neurons_last():
    ax = plot.community_matrix(LAYER, measures.communities(LAYER, rng=0))
    places = ax.collections[0].get_offsets()
    assert len(places) == LAYER.n_links
    assert places.max() == 3  # of five rows and columns: the fifth is isolated
    assert ((places[:, 0] < 2) == (places[:, 1] < 2)).all()
    assert len(ax.patches) == 2


def test_links_between_communities_are_grey():
    layer = generate.erdos_renyi((30, 20), 0.3, readout=0, rng=0).layers[0]
    found = measures.communities(layer, rng=0)
    ax = plot.community_matrix(layer, found)
    grey = sum(to_hex(colour).upper() == GREY for colour in ax.collections[0].get_facecolors())
    assert grey == (found.rows[layer.rows] != found.columns[layer.columns]).sum()
    with pytest.raises(ValueError, match="communities are of 30 x 20 neurons, the layer of 5 x 5"):
        plot.community_matrix(LAYER, found)


def test_an_empty_layer_has_a_picture():
    ax = plot.community_matrix(LAYERS["empty"], measures.communities(LAYERS["empty"], rng=0))
    assert len(ax.collections[0].get_offsets()) == 0


def test_the_diagram_holds_every_component():
    diagram = measures.layer_persistence(LAYER, variant="essential").diagram
    ax = plot.persistence_diagram(diagram, label="layer 0")
    assert {tuple(point) for point in ax.collections[0].get_offsets()} == {tuple(point) for point in diagram}
    assert ax.get_legend() is not None


def test_a_course_has_a_line_a_layer_and_the_band_of_its_null():
    networks = {epoch: generate.erdos_renyi((12, 10, 8, 3), 0.1 * epoch, rng=0) for epoch in (1, 2, 3)}
    frame = measures.table(networks, ["robins-alexander", "credit-paths"], null="curveball", samples=3, rng=0)
    frame["epoch"] = frame.network.astype(int)
    ax = plot.measure_course(frame, "robins-alexander")
    assert [line.get_label() for line in ax.lines if line.get_marker() == "o"] == ["layer 0", "layer 1"]
    own = frame[(frame.measure == "robins-alexander") & (frame.layer == 0)]
    assert ax.lines[0].get_ydata().tolist() == own.value.tolist()
    assert len(ax.collections) == 2
    assert plot.measure_course(frame, "credit-paths", "log").lines[0].get_label() == "network"
    with pytest.raises(ValueError, match="the table has no part 'best' of the measure 'credit-paths'"):
        plot.measure_course(frame, "credit-paths", "best")
    with pytest.raises(ValueError, match="unknown column 'hour'"):
        plot.measure_course(frame, "credit-paths", "log", x="hour")


def test_pixels_without_a_path_are_marked():
    ax = plot.pixel_paths([0, 1, 10, 100], (2, 2))
    drawn = ax.images[0].get_array()
    assert np.ma.getmaskarray(drawn).tolist() == [[True, False], [False, False]]
    assert drawn[1].tolist() == [1.0, 2.0]
    with pytest.raises(ValueError, match="3 inputs do not fill an image of 2 x 2 pixels"):
        plot.pixel_paths([1, 2, 3], (2, 2))


def test_geodesics_are_shortest_lines():
    rng = np.random.default_rng(0)
    angles, radii = rng.uniform(0, 2 * np.pi, (20, 2)), rng.uniform(0, 4, (20, 2))
    lines = geodesics(angles, radii)
    ends = np.stack([radii * np.cos(angles), radii * np.sin(angles)], axis=-1)
    assert lines[:, [0, -1]] == pytest.approx(ends, abs=1e-9)
    steps = hyperbolic(lines[:, :-1], lines[:, 1:]).sum(axis=1)
    assert steps == pytest.approx(hyperbolic(ends[:, 0], ends[:, 1]), rel=1e-6)


def hyperbolic(a, b) -> np.ndarray:
    r, s = np.hypot(*np.moveaxis(a, -1, 0)), np.hypot(*np.moveaxis(b, -1, 0))
    turn = np.arctan2(a[..., 1], a[..., 0]) - np.arctan2(b[..., 1], b[..., 0])
    return np.arccosh(np.maximum(np.cosh(r) * np.cosh(s) - np.sinh(r) * np.sinh(s) * np.cos(turn), 1))


def test_the_disc_holds_the_neurons_and_links_of_the_largest_component():
    layer = LAYERS["isolated"]
    embedding = measures.coalescent_embedding(layer)
    ax = plot.hyperbolic_disc(layer, embedding, groups=np.arange(9))
    lines, rows, columns = ax.collections
    assert len(lines.get_segments()) == layer.n_links
    assert (len(rows.get_offsets()), len(columns.get_offsets())) == (3, 2)
    found = np.hypot(*rows.get_offsets().T)
    assert sorted(found) == pytest.approx(sorted(embedding.radii[[0, 1, 3]]))
    with pytest.raises(ValueError, match="there is no embedding to draw: the largest"):
        plot.hyperbolic_disc(LAYERS["matching"], measures.coalescent_embedding(LAYERS["matching"]))
    with pytest.raises(ValueError, match="the embedding is of 9 neurons, the layer has 6"):
        plot.hyperbolic_disc(LAYERS["square"], embedding)

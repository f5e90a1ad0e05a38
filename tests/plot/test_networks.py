"""Pictures of networks: every link and neuron is there, in its colour."""

from __future__ import annotations

import numpy as np
import pytest
from matplotlib.collections import LineCollection
from matplotlib.colors import to_hex

from netsparse import generate, plot, rewire
from netsparse.plot.networks import sparse_degrees
from netsparse.plot.stages import lost_links
from netsparse.plot.style import BLUE, GREEN, VERMILLION
from tests.tiny import TINY


def lines_of(ax) -> list[LineCollection]:
    return [artist for artist in ax.collections if isinstance(artist, LineCollection)]


def segments_of(ax, colour: str) -> int:
    """Return how many links have a colour."""
    return sum(to_hex(drawn).upper() == colour for artist in lines_of(ax) for drawn in _colours(artist))


def _colours(artist: LineCollection) -> list:
    """Return the colour of each link of an artist, which repeats those it has."""
    colours = artist.get_colors()
    return [colours[k % len(colours)] for k in range(len(artist.get_segments()))]


@pytest.mark.parametrize("image_shape", [None, (4, 7)])
def test_every_link_is_drawn_in_the_colour_of_its_sign(image_shape):
    network = generate.erdos_renyi((28, 20, 20, 5), density=0.2, rng=0)
    ax = plot.network(network, image_shape=image_shape)
    weights = np.concatenate([layer.weights for layer in network.layers])
    assert segments_of(ax, BLUE) == (weights >= 0).sum()
    assert segments_of(ax, VERMILLION) == (weights < 0).sum()
    assert len(ax.images) == (image_shape is not None)
    assert all(artist.get_rasterized() for artist in lines_of(ax))


def test_stronger_links_are_more_visible_and_lie_over_weaker_ones_of_either_sign():
    network = generate.erdos_renyi((60, 40, 5), density=0.5, rng=0)
    links = lines_of(plot.network(network))[0]
    weights = network.layers[0].weights
    weak_first = np.argsort(np.abs(weights))
    signs = [to_hex(colour).upper() for colour in links.get_colors()]
    assert signs == [VERMILLION if weight < 0 else BLUE for weight in weights[weak_first]]
    for look in (links.get_linewidths(), links.get_colors()[:, 3]):
        assert (np.diff(look) >= 0).all()
        assert look[-1] > 2 * look[0]
    assert links.get_colors()[-1, 3] == 1


def test_pixels_are_an_image_of_their_degrees():
    network = generate.erdos_renyi((28, 20, 5), density=0.2, rng=0)
    image = plot.network(network, image_shape=(4, 7)).images[0].get_array()
    assert np.array_equal(image.ravel(), network.layers[0].row_degrees)


def test_the_channels_of_a_pixel_are_one_place():
    network = generate.erdos_renyi((24, 4, 2), density=0.5, rng=0)
    ax = plot.network(network, image_shape=(3, 2, 4))
    assert np.array_equal(ax.images[0].get_array(), network.layers[0].row_degrees.reshape(3, 2, 4).sum(axis=0))
    starts = {tuple(segment[0]) for artist in lines_of(ax) for segment in artist.get_segments() if segment[1][0] == 1}
    assert len(starts) <= 8


def test_links_start_at_their_pixels():
    """The picture is slanted, so compare with the places the image itself has."""
    network = generate.erdos_renyi((6, 4, 2), density=1.0, rng=0)
    ax = plot.network(network, image_shape=(2, 3))
    image = ax.images[0]
    plane = image.get_transform() - ax.transData
    across, down = np.meshgrid([1 / 6, 3 / 6, 5 / 6], [3 / 4, 1 / 4])
    pixels = plane.transform(np.column_stack([across.ravel(), down.ravel()]))
    starts = np.array(
        [segment[0] for artist in lines_of(ax) for segment in artist.get_segments() if segment[1][0] == 1]
    )
    distances = np.linalg.norm(starts[:, None] - pixels[None], axis=2)
    assert distances.min(axis=1).max() < 1e-12
    assert np.array_equal(np.bincount(distances.argmin(axis=1)), [4] * 6)


def test_labels_count_the_linked_neurons():
    network = TINY["isolated neurons"]
    ax = plot.network(network)
    labels = [label.get_text().split("\n")[:2] for label in ax.get_xticklabels()]
    assert labels == [["inputs", "1 of 2"], ["hidden 1", "1 of 3"], ["outputs", "2 of 2"]]
    assert [degrees.tolist() for degrees in sparse_degrees(network)] == [[1, 0], [1, 0, 0], [1, 1]]
    assert [text.get_text() for text in ax.texts] == ["0", "1"]


@pytest.mark.parametrize("network", TINY.values(), ids=TINY)
def test_tiny_networks_can_be_drawn(network, tmp_path):
    plot.save(plot.network(network), tmp_path / "network.png")
    assert (tmp_path / "network.png").stat().st_size > 1000


def test_an_image_of_another_size():
    with pytest.raises(ValueError, match="does not have the network's 6 inputs"):
        plot.network(TINY["float32"], image_shape=(2, 2))
    with pytest.raises(ValueError, match="rows, columns"):
        plot.network(TINY["float32"], image_shape=(6,))


@pytest.fixture(scope="module")
def updated():
    before = generate.erdos_renyi((12, 10, 10, 4), density=0.15, rng=3)
    after, update = rewire.update(before, zeta=0.3, regrowth="ch3-l3", rng=0)
    assert sum(layer.disconnected for layer in update.layers) > 0  # or the picture would show nothing
    return before, after, update


def test_the_stages_hold_what_the_record_says(updated, tmp_path):
    before, after, update = updated
    axes = plot.update_stages(before, after, update)
    removed, disconnected, grown = (sum(getattr(layer, name) for layer in update.layers) for name in (
        "removed", "disconnected", "grown"))  # fmt: skip
    assert segments_of(axes[1], VERMILLION) == removed
    assert segments_of(axes[2], VERMILLION) == disconnected
    assert segments_of(axes[3], GREEN) == grown
    n_links = [sum(len(artist.get_segments()) for artist in lines_of(ax)) for ax in axes]
    assert n_links == [before.n_links, before.n_links, before.n_links - removed, after.n_links]
    assert [ax.get_title().split("\n")[1] for ax in axes[1:]] == [f"{n} links" for n in (removed, disconnected, grown)]
    plot.save(axes[0], tmp_path / "stages.png")
    assert (tmp_path / "stages.png").stat().st_size > 5000


def test_lost_links_are_split_into_the_smallest_and_the_rest(updated):
    before, _, update = updated
    for layer, change in zip(before.sparse_layers, update.layers, strict=False):
        removed, disconnected = lost_links(layer, change)
        assert (removed.size, disconnected.size) == (change.removed, change.disconnected)
        rest = np.setdiff1d(np.arange(layer.n_links), removed)
        assert np.abs(layer.weights[removed]).max() <= np.abs(layer.weights[rest]).min()


def test_what_was_removed_is_told_by_the_record_whatever_the_rule(request):
    def largest(layer, n, *, rng):
        return np.sort(np.argsort(-np.abs(layer.weights), kind="stable")[:n])

    rewire.REMOVAL.register("largest", largest)
    request.addfinalizer(lambda: rewire.REMOVAL.unregister("largest"))
    before = generate.erdos_renyi((12, 10, 10, 4), density=0.15, rng=3)
    _, update = rewire.update(before, zeta=0.3, removal="largest", regrowth="random", rng=0)
    lost = [lost_links(*pair) for pair in zip(before.sparse_layers, update.layers, strict=False)]
    for layer, change, (removed, disconnected) in zip(before.sparse_layers, update.layers, lost, strict=False):
        assert np.array_equal(removed, largest(layer, change.removed, rng=None))
        everything = np.sort(np.concatenate([removed, disconnected, change.kept_from]))
        assert np.array_equal(everything, np.arange(layer.n_links))
    assert sum(disconnected.size for _, disconnected in lost) > 0


def test_hollow_neurons_have_lost_their_last_link(updated):
    before, after, update = updated
    ax = plot.update_stages(before, after, update)[2]
    hidden = [artist for artist in ax.collections if not isinstance(artist, LineCollection)][1]
    hollow = [to_hex(colour) == "#ffffff" for colour in hidden.get_facecolors()]
    first, second = (layer.kept_from for layer in update.layers[:2])
    touched = {*before.layers[0].columns[first].tolist(), *before.layers[1].rows[second].tolist()}
    assert hollow == [neuron not in touched for neuron in range(10)]


def test_a_neuron_that_regrows_a_link_is_filled_again(updated):
    before, after, update = updated
    ax = plot.update_stages(before, after, update)[3]
    hidden = [artist for artist in ax.collections if not isinstance(artist, LineCollection)][1]
    hollow = [to_hex(colour) == "#ffffff" for colour in hidden.get_facecolors()]
    degrees = after.layers[0].column_degrees + after.layers[1].row_degrees
    assert hollow == (degrees == 0).tolist()


def test_a_record_of_another_update(updated):
    before, after, update = updated
    other = rewire.TopologyUpdate(update.layers[:1] * 3, update.seconds)
    with pytest.raises(ValueError, match="not that of an update"):
        plot.update_stages(before, after, other)
    with pytest.raises(ValueError, match="no update leads from sizes"):
        plot.update_stages(TINY["float32"], after, update)

"""The table: every measure beside its null model, estimated, kept and continued."""

from __future__ import annotations

import json
import math

import igraph
import joblib
import networkx as nx
import numpy as np
import pandas as pd
import pytest

from netsparse import generate, measures
from netsparse.generate import NullModel
from netsparse.measures.kept import FILE
from netsparse.measures.tables import COLUMNS
from tests.measures.oracle import from_pairs, read
from tests.measures.small import LAYERS
from tests.mutations import mutated

NETWORK = generate.erdos_renyi((12, 10, 8, 3), 0.3, rng=0)
NAMES = ["robins-alexander", "density", "paths", "credit-paths"]
SMALL_WORLDS = {name: g for name, g in read("measures_null")["graphs"].items() if name.startswith("small_world")}


def without_seconds(frame: pd.DataFrame) -> pd.DataFrame:
    return frame.drop(columns="seconds")


def test_a_row_for_every_part_of_every_measure_of_every_layer():
    frame = measures.table(NETWORK, rng=0)
    assert tuple(frame.columns) == COLUMNS
    usual = {name for name, about in measures.MEASURES.items() if about.usual and about.of != "graph"}
    assert set(frame.measure) == usual
    assert set(frame[frame.measure == "density"].layer) == {0, 1}  # not the readout
    assert frame[frame.measure == "credit-paths"].layer.isna().all()
    assert not frame.duplicated(["network", "layer", "measure", "part"]).any()
    assert (frame.value.notna() | (frame.note != "")).all()
    assert frame.z.isna().all()


@pytest.mark.parametrize("graph", SMALL_WORLDS.values(), ids=SMALL_WORLDS.keys())
def test_comparison_with_listed_null_samples(graph):
    shape = (graph["rows"], graph["columns"])
    layer = from_pairs(graph["links"], shape)
    listed = iter([from_pairs(links, shape) for links in graph["null_links"]])
    names = ["robins-alexander", "latapy", "paths"]
    n = len(graph["null_links"])
    frame = measures.table(layer, names, null=lambda graph, *, rng: next(listed), samples=n, rng=0).set_index(
        ["measure", "part"]
    )
    known = {"robins_alexander": ("robins-alexander", ""), "latapy_dot": ("latapy", "dot")}
    known |= {"char_path": ("paths", "length"), "efficiency": ("paths", "efficiency")}
    for name, place in known.items():
        row = frame.loc[place]
        assert row.value == pytest.approx(graph["observed"][name], abs=1e-9)
        assert row.null_mean == pytest.approx(graph["null_mean"][name], abs=1e-9)
        assert row.null_deviation == pytest.approx(graph["null_std_ddof1"][name], abs=1e-9)
        assert row.z == pytest.approx(graph["z"][name], abs=1e-9)
        assert row.p == pytest.approx(graph["p_upper_plus_one"][name], abs=1e-9)
    assert frame.loc[("paths", "length")].reachable == pytest.approx(graph["observed"]["reachable"])
    assert frame.loc[("paths", "length")].null_reachable == pytest.approx(graph["null_mean"]["reachable"])


def test_a_null_model_that_keeps_what_a_measure_reads_is_not_drawn():
    def draw(graph, *, rng):
        raise AssertionError("drawn")

    frame = measures.table(NETWORK, ["density", "gini"], null=NullModel(draw, frozenset({"size", "weights"})), rng=0)
    assert set(frame.note) == {"the null model keeps all that it depends on"}


@pytest.mark.parametrize("null", generate.NULL_MODELS)
def test_what_a_measure_reads_is_true(null):
    """A measure that a null model claims not to change does not change."""
    model = generate.NULL_MODELS[null]
    for layer in (LAYERS["stored zeros"], LAYERS["square"], LAYERS["isolated"]):
        drawn = model(layer, rng=1)
        for name, about in measures.MEASURES.items():
            if about.of == "graph" or not about.reads <= model.keeps or about.draws:
                continue
            before, after = about(layer), about(drawn)
            for part in before:
                assert after[part].value == pytest.approx(before[part].value, nan_ok=True), (name, part)


def test_a_rigid_layer_has_no_z():
    row = measures.table(LAYERS["full"], ["three-walks"], null="curveball", samples=4, rng=0).iloc[0]
    assert (row.null_deviation, row.p, row.note) == (0, 1, "constant under the null model") and math.isnan(row.z)


def test_the_seed_alone_decides():
    options = {"null": "curveball", "samples": 3, "rng": 5}
    whole = measures.table(NETWORK, NAMES, **options)
    pd.testing.assert_frame_equal(
        without_seconds(whole), without_seconds(measures.table(NETWORK, NAMES, n_jobs=2, **options))
    )
    with joblib.parallel_config(backend="threading"):
        threads = measures.table(NETWORK, NAMES, n_jobs=2, **options)
    pd.testing.assert_frame_equal(without_seconds(whole), without_seconds(threads))
    alone = measures.table(NETWORK, ["robins-alexander"], **options)
    assert alone.z.tolist() == whole[whole.measure == "robins-alexander"].z.tolist()


def test_what_takes_longer_than_the_budget_is_left_out_by_name_unless_asked_for():
    frame = measures.table(NETWORK, budget=1e-9, rng=0)
    skipped = frame[frame.note.str.startswith("skipped: about")]
    assert "modularity" in set(skipped.measure) and skipped.value.isna().all()
    asked = measures.table(NETWORK, ["modularity"], budget=1e-9, rng=0)
    assert asked.value.notna().all()


def test_finished_cells_are_kept_and_not_computed_again(tmp_path, monkeypatch):
    options = {"null": "curveball", "samples": 2, "rng": 1, "out": tmp_path}
    first = measures.table(NETWORK, NAMES[:2], **options)
    lines = (tmp_path / FILE).read_text().splitlines()
    assert len(lines) == 1 + 4
    (tmp_path / FILE).write_text("\n".join([*lines[:3], lines[3][:20]]))  # killed while it wrote the third cell
    computed = []
    from netsparse.measures import tables

    monkeypatch.setattr(tables, "compute", lambda cell: computed.append(cell) or compute(cell))
    from netsparse.measures.cells import compute

    again = measures.table(NETWORK, NAMES[:2], **options)
    assert len(computed) == 2
    pd.testing.assert_frame_equal(without_seconds(first), without_seconds(again))


def test_cells_of_another_network_are_computed_again(tmp_path):
    measures.table(NETWORK, ["density"], out=tmp_path, rng=0)
    other = generate.erdos_renyi((12, 10, 8, 3), 0.5, rng=0)
    frame = measures.table(other, ["density"], out=tmp_path, rng=0)
    assert frame.value.tolist() == [0.5, 0.5]


def test_cells_of_other_settings_are_refused(tmp_path):
    measures.table(NETWORK, ["density"], out=tmp_path, rng=0)
    with pytest.raises(ValueError, match=r"cells.jsonl holds measures with other settings: .*; give a new folder"):
        measures.table(NETWORK, ["density"], out=tmp_path, null="weights", rng=0)


def test_damaged_cells_give_one_error(tmp_path):
    measures.table(NETWORK, NAMES[:2], out=tmp_path, rng=0)
    valid = (tmp_path / FILE).read_bytes()
    rng = np.random.default_rng(0)
    for _ in range(60):
        (tmp_path / FILE).write_bytes(mutated(valid, rng))
        try:
            measures.table(NETWORK, ["density"], out=tmp_path, rng=0)
        except ValueError as error:
            assert len(str(error).splitlines()) == 1


def test_a_newer_file_is_refused(tmp_path):
    head = {"format": "netsparse measures 2", "netsparse": "9.0", "settings": {}}
    (tmp_path / FILE).write_text(json.dumps(head) + "\n")
    with pytest.raises(ValueError, match="newer format"):
        measures.table(NETWORK, ["density"], out=tmp_path)


def test_several_networks_by_name_and_graphs():
    graph = nx.to_scipy_sparse_array(nx.karate_club_graph(), weight=None)
    frame = measures.table({"layer": LAYERS["square"], "karate": graph}, ["density", "lcp-corr-graph"])
    assert frame[["network", "measure"]].values.tolist() == [["layer", "density"], ["karate", "lcp-corr-graph"]]
    assert measures.table([NETWORK, NETWORK], ["density"]).network.tolist() == ["0", "0", "1", "1"]


def test_a_null_model_of_ones_own_by_its_place():
    place = "netsparse.generate.null_models:redraw_links"
    try:
        by_place = measures.table(NETWORK, ["robins-alexander"], null=place, samples=3, rng=0)
    finally:
        generate.NULL_MODELS.unregister(place)
    by_name = measures.table(NETWORK, ["robins-alexander"], null="erdos-renyi", samples=3, rng=0)
    pd.testing.assert_frame_equal(without_seconds(by_place), without_seconds(by_name))


def test_what_was_asked_for_once_is_not_skipped_again(tmp_path):
    measures.table(NETWORK, ["modularity"], out=tmp_path, rng=0)
    frame = measures.table(NETWORK, budget=1e-9, out=tmp_path, rng=0)
    assert frame[frame.measure == "modularity"].value.notna().all()
    assert frame[frame.measure == "paths"].value.isna().all()


@pytest.mark.parametrize("library", ["networkx", "igraph"])
def test_graphs_of_other_libraries_are_what_they_say(library):
    convert = {"networkx": "to_networkx", "igraph": "to_igraph"}[library]
    names = ["robins-alexander", "credit-paths", "lcp-corr-graph"]
    for ours in (NETWORK, LAYERS["stored zeros"]):
        theirs = measures.table(getattr(ours, convert)(), names)
        pd.testing.assert_frame_equal(without_seconds(theirs), without_seconds(measures.table(ours, names)))
    karate = nx.karate_club_graph()
    graph = karate if library == "networkx" else igraph.Graph.from_networkx(karate)
    assert measures.table([graph], names).value.tolist() == [pytest.approx(0.7562289995374019)]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"networks": 3}, "networks must be a LayeredNetwork"),
        ({"networks": {"a": 3}}, "networks must be a LayeredNetwork"),
        ({"networks": []}, "networks holds none"),
        ({"names": ["best"]}, "unknown measure 'best'"),
        ({"null": "best"}, "unknown null model 'best'"),
        ({"null": 3}, "null must be a name"),
        ({"null": "weights", "samples": 0}, "samples must be at least 1"),
        ({"budget": 0}, "budget must be"),
    ],
)
def test_bad_input_is_refused_before_any_work(arguments, message, tmp_path):
    with pytest.raises((ValueError, TypeError), match=message):
        measures.table(**{"networks": NETWORK, "out": tmp_path / "out", **arguments})
    assert not (tmp_path / "out").exists()

"""Figures, CLAIMS.md and the README's block from made-up tables, and from a part of them."""

from __future__ import annotations

import shutil

import matplotlib
import numpy as np
import pytest

import netsparse
from analysis import README
from analysis.robustness.arms import Study
from analysis.robustness.claims import CLAIMS
from analysis.robustness.claims_page import claims_page
from analysis.robustness.drawing import FIGURES, draw_all
from analysis.robustness.drawing.networks import sample
from analysis.robustness.folder import HOME, Folder
from analysis.robustness.judgement import judge
from analysis.robustness.metrics import metric_table
from analysis.robustness.projection import EPOCHS_FILE
from analysis.robustness.readme import BLOCK, readme_block, update_readme
from analysis.robustness.report import draw_and_judge
from netsparse.study import has_block, marked
from tests.analysis.synthetic import Effects, fill

NEED_NETWORKS = {"1-networks", "7-update-stages"}


@pytest.fixture(scope="module")
def folder(tmp_path_factory) -> Folder:
    folder = Folder(tmp_path_factory.mktemp("study"))
    fill(folder, Study(datasets=("mnist", "kmnist"), seeds=3, epochs=20, arms=("main",)), effects=Effects(reverse=-0.1))
    return folder


def test_every_figure_is_drawn(folder):
    for rule in ("random", "ch3-l3"):
        netsparse.generate.erdos_renyi((49, 30, 30, 5), 0.2, rng=0).save(folder.example(rule))
    assert draw_all(folder) == []
    for name in FIGURES:
        picture = matplotlib.image.imread(folder.figures / f"{name}.png")
        assert np.ptp(picture[..., :3]) > 0.5 and min(picture.shape[:2]) > 200


def test_figures_without_input_are_kept_as_they_are(folder, tmp_path):
    other = Folder(tmp_path)
    fill(other, Study(datasets=("mnist",), seeds=1, epochs=4, arms=("main",)))
    other.figures.mkdir()
    kept = other.figures / "1-networks.png"
    kept.write_bytes(b"as it was")
    assert set(draw_all(other)) == NEED_NETWORKS
    assert kept.read_bytes() == b"as it was"


@pytest.mark.parametrize("n_runs", [1, 3])
def test_any_prefix_of_the_runs_can_be_drawn_and_judged(tmp_path, n_runs):
    folder = Folder(tmp_path)
    study = Study(datasets=("mnist", "kmnist"), seeds=1, epochs=4, arms=("main",))
    fill(folder, study)
    runs = folder.tables().path("runs")
    runs.write_text("".join(runs.read_text().splitlines(keepends=True)[: n_runs + 1]))
    draw_and_judge(folder)
    assert f"Of {len(CLAIMS)} claims 0 hold, 0 do not, {len(CLAIMS)} are unclear" in folder.claims.read_text()


def test_nothing_is_drawn_of_nothing(tmp_path, capsys):
    draw_and_judge(Folder(tmp_path / "none"))
    assert "no run is there yet" in capsys.readouterr().out
    assert not (tmp_path / "none").exists()


@pytest.fixture(scope="module")
def found(folder):
    """The metrics of the made-up study, and the judgement of all claims."""
    return _found(folder)


def _found(folder: Folder) -> tuple:
    metrics = metric_table(folder.tables())
    return metrics, judge(metrics)


def test_the_claims_page_says_what_was_found(folder, found):
    page = claims_page(folder, *found)
    row = next(line for line in page.splitlines() if "Random regrowth is better everywhere" in line)
    assert "mnist holds" in row and "fashion-mnist unclear" in row and "**unclear**" in row
    for claim in CLAIMS:
        assert claim.words in page
    tables = [line for line in page.splitlines() if line.startswith("|")]
    assert all(line.endswith("|") for line in tables)


def test_the_claims_page_names_the_data_sets_that_stand_in_for_others(tmp_path, folder, found):
    other = Folder(tmp_path)
    fill(other, Study(datasets=("fashion-mnist-6k", "mnist"), seeds=1, epochs=4, arms=("main",)))
    assert "the claims are about: fashion-mnist-6k for fashion-mnist." in claims_page(other, *_found(other))
    assert "fashion-mnist-6k" not in claims_page(folder, *found)


def test_the_claims_page_tells_rules_apart_where_they_differ(folder, found):
    metrics = found[0].copy()
    of_random = metrics["rule"] == "random"
    metrics.loc[of_random, "minimum links-random"] = 0.1 + 0.001 * metrics["seed"]
    page = claims_page(folder, metrics, judge(metrics))
    row = next(line for line in page.splitlines() if "minimum near 80 % removed" in line)
    assert "mnist ch3-l3 holds, mnist random does not" in row and "fashion-mnist unclear" in row


def test_the_readme_gets_its_block_and_nothing_else_changes(folder, found, tmp_path):
    readme = tmp_path / "README.md"
    readme.write_text(f"before\n{marked(BLOCK, 'old')}\nafter\n")
    assert update_readme(readme, folder, *found)
    assert readme.read_text() == f"before\n{marked(BLOCK, readme_block(folder, *found))}\nafter\n"
    assert "20 times" not in readme.read_text() and "3 seeds on 2 data sets" in readme.read_text()


def test_without_a_measured_epoch_the_readme_makes_no_projection(folder, found, tmp_path):
    other = Folder(tmp_path)
    shutil.copytree(folder.results, other.results)
    (other.results / EPOCHS_FILE).unlink(missing_ok=True)
    block = readme_block(other, *found)
    assert block.endswith("of one core.") and "masked-dense" not in block


@pytest.fixture(scope="module")
def home() -> Folder:
    folder = Folder(HOME)
    if not folder.claims.exists():
        pytest.skip("the whole study has not been judged here")
    return folder


@pytest.fixture(scope="module")
def found_here(home):
    return _found(home)


def test_the_readme_of_this_repository_is_up_to_date(home, found_here):
    if not has_block(README, BLOCK):
        pytest.skip("no block about the study in the README")
    assert readme_block(home, *found_here) in README.read_text(encoding="utf-8")


def test_the_claims_page_of_this_repository_is_up_to_date(home, found_here):
    assert claims_page(home, *found_here) == home.claims.read_text(encoding="utf-8")


def test_the_drawn_part_holds_the_hub():
    network = netsparse.generate.erdos_renyi((49, 30, 30, 5), 0.2, rng=0)
    part = sample(network, 8)
    assert part.sizes == (8, 8, 8, 5) and part.readout == 1
    assert set(part.layers[0].weights.tolist()) <= set(network.layers[0].weights.tolist())
    degrees = network.layers[0].row_degrees
    hub = network.layers[0].biadjacency[[degrees.argmax()]].toarray()
    assert np.isin(part.layers[0].weights, hub).any()

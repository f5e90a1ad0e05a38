"""The hand-written pages of the repository: what they link to is there."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from analysis.robustness.arms import (
    DEFAULT_DATASETS,
    DEFAULT_SEEDS,
    PAIRS,
    SELECTION_SEEDS,
    SENSITIVITY_DATASETS,
    SENSITIVITY_SEEDS,
    Study,
)
from analysis.robustness.drawing import FIGURES

REPOSITORY = Path(__file__).parents[1]
PAGES = ["README.md", "CONTRIBUTING.md", "CHANGELOG.md", "docs/robustness.md", "analysis/robustness/CLAIMS.md"]


@pytest.mark.parametrize("page", PAGES)
def test_links_inside_the_repository_lead_somewhere(page):
    path = REPOSITORY / page
    targets = re.findall(r"\]\(([^)\s]+)\)", path.read_text(encoding="utf-8"))
    inside = [target.split("#")[0] for target in targets if not re.match(r"[a-z]+:|#", target)]
    assert [target for target in inside if not (path.parent / target).exists()] == []


def test_the_page_about_the_study_shows_every_figure():
    text = (REPOSITORY / "docs" / "robustness.md").read_text(encoding="utf-8")
    assert all(f"figures/{name}.png" in text for name in FIGURES)


def test_the_page_about_the_study_counts_the_runs_as_they_are():
    text = (REPOSITORY / "docs" / "robustness.md").read_text(encoding="utf-8")
    study = Study()
    main = f"{len(study.datasets)} data sets × {len(study.rules)} rules × {study.seeds} seeds"
    default = f"{len(DEFAULT_DATASETS)} data sets × {len(study.rules)} rules × {DEFAULT_SEEDS} seeds"
    sensitivity = (
        f"{len(PAIRS) - 1} pairs × {len(SENSITIVITY_DATASETS)} data sets × 2 rules × {SENSITIVITY_SEEDS} seeds"
    )
    selection = f"{len(PAIRS)} pairs × {len(study.rules)} rules |"
    assert len(SELECTION_SEEDS) == 1
    assert all(words in text for words in (main, default, sensitivity, selection))

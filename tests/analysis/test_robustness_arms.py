"""Every prefix of the list of runs is a balanced result."""

from __future__ import annotations

from collections import Counter

import pytest

from analysis.robustness.arms import (
    DATASETS,
    DEFAULT_PAIR,
    DEFAULT_SEEDS,
    LEARNING_RATES,
    PAIRS,
    PAPER_PAIR,
    RULES,
    SELECTION_SEEDS,
    SENSITIVITY_SEEDS,
    ZETAS,
    Run,
    Study,
)
from netsparse.rewire import Recipe

CHOSEN = (0.1, 0.02)


@pytest.fixture(scope="module")
def runs() -> list[Run]:
    return Study().attacked_runs(CHOSEN)


def cell(run: Run) -> tuple:
    return run.arm, run.dataset, run.zeta, run.lr


def test_the_whole_study_has_the_runs_that_were_asked_for(runs):
    counts = Counter(run.arm for run in runs)
    others = len(ZETAS) * len(LEARNING_RATES) - 1
    assert counts == {
        "main": len(DATASETS) * len(RULES) * 10,
        "sensitivity": others * 2 * len(RULES) * SENSITIVITY_SEEDS,
        "default": 2 * len(RULES) * DEFAULT_SEEDS,
    }
    assert len(set(runs)) == len(runs)


def test_every_prefix_is_balanced_over_seeds_and_rules(runs):
    wanted = Counter((cell(run), run.rule) for run in runs)
    seen: Counter = Counter()
    for run in runs:
        seen[cell(run), run.rule] += 1
        for rule in RULES:
            assert abs(seen[cell(run), rule] - seen[cell(run), run.rule]) <= 1
        behind = [seen[key] for key in wanted if seen[key] < wanted[key]]  # cells with seeds to come
        if behind:
            assert max(seen.values()) - min(behind) <= 1


def test_five_seeds_of_all_come_before_the_sixth_of_any(runs):
    sixth = next(place for place, run in enumerate(runs) if run.seed == 5)
    complete = {run for run in runs if run.seed < 5}
    assert set(runs[:sixth]) == complete


def test_the_rules_of_a_pair_stand_side_by_side(runs):
    for first, second in zip(runs[::2], runs[1::2], strict=True):
        assert cell(first) == cell(second) and first.seed == second.seed and first.rule != second.rule


def test_the_sensitivity_arm_leaves_out_the_chosen_pair_alone(runs):
    pairs = {(run.zeta, run.lr) for run in runs if run.arm == "sensitivity"}
    assert pairs == set(PAIRS) - {CHOSEN}
    assert {(run.zeta, run.lr) for run in runs if run.arm == "default"} == {DEFAULT_PAIR}


def test_a_study_of_more_seeds_or_arms_repeats_the_runs_of_a_smaller_one(runs):
    smaller = Study(datasets=("mnist",), seeds=3, arms=("main",)).attacked_runs(CHOSEN)
    assert set(smaller) <= set(runs)


def test_selection_holds_out_validation_images_and_uses_seeds_that_are_never_attacked(runs):
    selection = Study().selection_runs()
    assert len(selection) == len(PAIRS) * len(RULES) * len(SELECTION_SEEDS)
    assert all(run.settings(5, (10,)).data.validation > 0 and not run.is_attacked for run in selection)
    assert not {run.seed for run in selection} & {run.seed for run in runs}
    assert all(run.settings(5, (10,)).data.validation == 0 for run in runs)


def test_without_mnist_there_is_nothing_to_select_on():
    study = Study(datasets=("fashion-mnist-6k",), seeds=1)
    assert study.selection_runs() == []
    assert {run.arm for run in study.attacked_runs(PAPER_PAIR)} == {"main"}


def test_settings_are_those_of_the_presets():
    paper = Run("main", "kmnist", "random", 3, 0.3, 0.01).settings(100, (1000,))
    assert (paper.optimiser.lr, paper.optimiser.lr_schedule) == (0.01, "constant")
    assert paper.recipe == Recipe(weights="kaiming", regrowth="random", zeta=0.3)
    assert (paper.run.seed, paper.data.dataset, paper.run.threads) == (3, "kmnist", 1)
    default = Run("default", "mnist", "ch3-l3", 0, *DEFAULT_PAIR).settings(100, (1000,))
    assert (default.optimiser.lr_schedule, default.recipe.until, default.run.epochs) == ("linear", 0.75, 100)

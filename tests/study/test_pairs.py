"""Pairs of recipes: differences over common seeds, corrected tests, marked densities."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from netsparse.study import UNEQUAL, holm, paired_table

RECIPES = ["rlr", "ch3-l3", "l3"]
DATASETS = ["mnist", "kmnist"]


def made_up(seeds: int = 5, gains=(0.0, 0.02, 0.001), densities=(0.01, 0.01, 0.01)) -> pd.DataFrame:
    rng = np.random.default_rng(0)
    rows = [
        {
            "dataset": dataset,
            "recipe": recipe,
            "seed": seed,
            "accuracy": 0.8 + gain + 0.05 * seed + rng.normal(scale=0.002),
            "best_accuracy": 0.8 + gain + 0.05 * seed,
            "live_density": density,
        }
        for dataset in DATASETS
        for seed in range(seeds)
        for recipe, gain, density in zip(RECIPES, gains, densities, strict=True)
    ]
    return pd.DataFrame(rows)


def table_of(runs: pd.DataFrame) -> pd.DataFrame:
    return paired_table(runs, DATASETS, RECIPES)


def test_there_is_a_row_per_data_set_and_pair_later_against_earlier():
    table = table_of(made_up())
    pairs = [("ch3-l3", "rlr"), ("l3", "rlr"), ("l3", "ch3-l3")]
    assert table[["dataset", "recipe", "against"]].values.tolist() == [[d, *pair] for d in DATASETS for pair in pairs]


def test_a_row_is_the_paired_t_test_of_the_seeds():
    """Seeds differ by far more than recipes: only a paired test can see it."""
    runs = made_up()
    row = table_of(runs).iloc[0]
    by_seed = runs[runs["dataset"] == "mnist"].pivot(index="seed", columns="recipe", values="accuracy")
    test = stats.ttest_rel(by_seed["ch3-l3"], by_seed["rlr"])
    low, high = test.confidence_interval(0.95)
    assert (row["low"], row["high"], row["p"]) == pytest.approx((low, high, test.pvalue))
    assert row["difference"] == pytest.approx((by_seed["ch3-l3"] - by_seed["rlr"]).mean())
    assert row["accuracy"] - row["accuracy_against"] == pytest.approx(row["difference"])
    assert row["verdict"] == "higher" and row["seeds"] == 5
    assert row["best_difference"] == pytest.approx(0.02)


def test_p_values_are_corrected_over_all_pairs_and_data_sets():
    table = table_of(made_up())
    np.testing.assert_allclose(table["p_holm"], holm(table["p"]))
    assert (table["p_holm"] >= table["p"]).all() and table["p"].notna().all()


def test_the_verdict_has_the_direction_of_the_difference():
    verdicts = table_of(made_up(gains=(0.0, -0.02, 0.0)))["verdict"].tolist()
    assert verdicts == ["lower", "unclear", "higher"] * 2


@pytest.mark.parametrize(("density", "is_tested"), [(0.01, True), (0.01009, True), (0.0102, False), (0.0098, False)])
def test_pairs_of_unequal_density_are_marked_and_not_tested(density, is_tested):
    table = table_of(made_up(densities=(0.01, density, 0.01)))
    of_pair = table[(table["recipe"] == "ch3-l3") & (table["against"] == "rlr")]
    assert of_pair["p"].notna().all() == is_tested
    assert (of_pair["verdict"] == UNEQUAL).all() == (not is_tested)
    assert of_pair["p_holm"].notna().all() == is_tested
    assert table.loc[table["recipe"] == "l3"].iloc[0]["verdict"] != UNEQUAL


def test_only_seeds_that_both_have_are_paired():
    runs = made_up().query("not (recipe == 'rlr' and seed == 4)")
    assert table_of(runs)["seeds"].tolist() == [4, 4, 5] * 2


def test_one_seed_has_no_interval_and_a_missing_recipe_no_value():
    row = table_of(made_up(seeds=1)).iloc[0]
    assert row["seeds"] == 1 and np.isnan([row["low"], row["high"], row["p"], row["p_holm"]]).all()
    assert row["verdict"] == "unclear" and not np.isnan(row["difference"])
    absent = table_of(made_up().query("recipe != 'l3'")).iloc[1]
    assert absent["seeds"] == 0 and np.isnan(absent["difference"]) and absent["verdict"] == "unclear"


def test_two_seeds_are_too_few_for_a_verdict():
    assert set(table_of(made_up(seeds=2, gains=(0.0, 0.1, 0.2)))["verdict"]) == {"unclear"}

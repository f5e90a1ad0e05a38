"""Choices are made on validation data alone."""

from __future__ import annotations

import numpy as np
import pandas as pd

from netsparse.study import best_epoch, rank


def test_settings_are_ranked_by_the_mean_over_contenders():
    runs = pd.DataFrame(
        {
            "zeta": [0.1, 0.1, 0.3, 0.3, 0.3, 0.3],
            "recipe": ["a", "b", "a", "b", "a", "b"],
            "validation_accuracy": [0.9, 0.1, 0.6, 0.6, 0.8, 0.6],
            "test_accuracy": [1.0, 1.0, 0.0, 0.0, 0.0, 0.0],
        }
    )
    ranking = rank(runs, ["zeta"], "recipe", "validation_accuracy")
    assert ranking.index.tolist() == [0.3, 0.1]
    np.testing.assert_allclose(ranking.loc[0.3, ["a", "b", "mean"]].to_numpy(dtype=float), [0.7, 0.6, 0.65])


def test_the_best_epoch_is_the_first_of_the_best_on_validation_images():
    history = pd.DataFrame(
        {"epoch": [1, 2, 3], "validation_accuracy": [0.7, 0.9, 0.9], "test_accuracy": [0.99, 0.5, 0.6]}
    )
    assert best_epoch(history)["epoch"] == 2
    assert best_epoch(history.assign(validation_accuracy=np.nan)) is None

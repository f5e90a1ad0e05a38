from __future__ import annotations

import numpy as np
import pytest

from netsparse.train import LR_SCHEDULES, Settings
from netsparse.train.schedule import keeps_snapshot, learning_rates


def all_rates(settings: Settings, n_steps: int) -> np.ndarray:
    epochs = range(1, settings.run.epochs + 1)
    return np.concatenate([learning_rates(settings, epoch, n_steps) for epoch in epochs])


def test_constant_rates_are_constant():
    assert np.array_equal(all_rates(Settings(lr=0.02, lr_schedule="constant", epochs=3), 4), np.full(12, 0.02))


def test_linear_rates_fall_to_one_percent_over_nine_tenths_of_the_steps():
    rates = all_rates(Settings(lr=0.5, lr_schedule="linear", epochs=10), 10)
    assert rates[0] == 0.5
    assert rates[45] == pytest.approx(0.5 * (1 - 0.99 / 2))
    assert rates[90:] == pytest.approx(0.005)
    assert np.diff(rates[:91]) == pytest.approx(-0.5 * 0.99 / 90)


@pytest.mark.parametrize("schedule", LR_SCHEDULES.values())
def test_schedules_start_at_one_and_stay_in_range(schedule):
    factors = schedule(np.linspace(0, 1, 101))
    assert factors[0] == 1
    assert np.all((factors > 0) & (factors <= 1))


@pytest.mark.parametrize(
    ("epochs", "until", "expected"),
    [(40, 0.75, 30), (30, 0.75, 22), (100, 1.0, 100), (100, 0.29, 29), (10, 0.0, 0), (1, 0.75, 0), (3, 1.0, 3)],
)
def test_updates_follow_the_first_epochs(epochs, until, expected):
    recipe = Settings(epochs=epochs, rewire_until=until).recipe
    due = [recipe.updates_after(7 * epoch, 7, epochs) for epoch in range(1, epochs + 1)]
    assert due == [True] * expected + [False] * (epochs - expected)


def test_a_fixed_topology_has_no_updates():
    recipe = Settings(regrowth="static").recipe
    assert not any(recipe.updates_after(step, 3, 30) for step in range(1, 91))


def test_snapshots_of_every_k_epochs():
    assert [epoch for epoch in range(1, 8) if keeps_snapshot(Settings(snapshots=3), epoch)] == [3, 6]
    assert not any(keeps_snapshot(Settings(snapshots=0), epoch) for epoch in range(1, 8))

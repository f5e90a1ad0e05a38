"""What a run of the study takes, and what masked-dense training would."""

from __future__ import annotations

import pandas as pd
import pytest

from analysis.robustness.arms import Study
from analysis.robustness.attacks import PROTOCOLS, REPEATS
from analysis.robustness.completion import project
from analysis.robustness.folder import Folder
from analysis.robustness.projection import expected_seconds, masked_seconds, states
from netsparse.study import Means
from tests.analysis.synthetic import fill


def test_masked_seconds_scale_with_epochs_and_samples():
    epochs = pd.DataFrame([{"epoch_masked": 20.0, "samples": 1000}])
    runs = pd.DataFrame({"epochs": [100, 10], "samples": [1000, 500]})
    assert masked_seconds(runs, epochs) == pytest.approx(2000 + 100)


def test_the_states_of_the_attacks_are_counted():
    strengths = [len(protocol.strengths) for protocol in PROTOCOLS.values()]
    deterministic = sum(len(PROTOCOLS[name].strengths) for name in ("links-weight", "links-reverse-weight"))
    assert states() == REPEATS * (sum(strengths) - deterministic) + deterministic
    assert states(coarse=True) == sum(len(protocol.coarse) for protocol in PROTOCOLS.values())


def test_expected_seconds_come_from_an_epoch_and_then_from_runs(tmp_path):
    study = Study(datasets=("mnist",), seeds=1, epochs=50, arms=("main",))
    fill(Folder(tmp_path), study)
    expected = expected_seconds(study, Folder(tmp_path))
    assert expected["main"] == 60  # of the made-up run
    assert expected["selection"] == 50  # epochs of a second each
    assert expected["default"] == pytest.approx(50 + 0.1 * states())


def test_all_runs_of_the_whole_study_are_counted_before_the_choice(tmp_path, capsys):
    fill(Folder(tmp_path), Study(seeds=0))
    Folder(tmp_path).chosen.unlink()
    project(Study(), Folder(tmp_path), Means(workers=2))
    n_runs = 18 + 4 * 2 * 10 + 2 * 2 * 3 + 8 * 2 * 2 * 2  # selection, main, default, sensitivity
    assert f"{n_runs} of {n_runs} runs are missing" in capsys.readouterr().out

from __future__ import annotations

import math

import pandas as pd
from matplotlib.figure import Figure

from netsparse.train import plot_accuracy
from netsparse.train.figure import save_accuracy

HISTORY = pd.DataFrame({"epoch": [1, 2, 3], "test_accuracy": [0.5, 0.75, 0.8], "validation_accuracy": [0.4, 0.7, 0.9]})


def test_curves_are_percent_against_epoch():
    ax = plot_accuracy(HISTORY, Figure().add_subplot())
    test, validation = ax.lines
    assert test.get_xydata().tolist() == [[1, 50], [2, 75], [3, 80]]
    assert validation.get_ydata().tolist() == [40, 70, 90]
    assert ax.get_ylabel() == "accuracy (%)"


def test_no_curve_of_validation_images_without_any():
    history = HISTORY.assign(validation_accuracy=math.nan)
    assert len(plot_accuracy(history, Figure().add_subplot()).lines) == 1


def test_the_file_is_a_png(tmp_path):
    save_accuracy(HISTORY, tmp_path / "accuracy.png", title="clusters")
    content = (tmp_path / "accuracy.png").read_bytes()
    assert content.startswith(b"\x89PNG")
    assert len(content) > 10_000

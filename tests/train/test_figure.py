from __future__ import annotations

import math

import pandas as pd
import pytest

from netsparse import plot
from netsparse.train.figure import save_accuracy

HISTORY = pd.DataFrame({"epoch": [1, 2, 3], "test_accuracy": [0.5, 0.75, 0.8], "validation_accuracy": [0.4, 0.7, 0.9]})


@pytest.fixture
def drawn(monkeypatch):
    """The axes that were saved."""
    axes = []
    monkeypatch.setattr(plot, "save", lambda figure, path: axes.extend(figure.axes))
    return axes


def test_test_and_validation_accuracy_against_epoch(drawn, tmp_path):
    save_accuracy(HISTORY, tmp_path / "accuracy.png", title="clusters")
    test, validation = drawn[0].lines
    assert test.get_xydata().tolist() == [[1, 0.5], [2, 0.75], [3, 0.8]]
    assert validation.get_ydata().tolist() == [0.4, 0.7, 0.9]
    assert drawn[0].get_title() == "clusters\ntest accuracy 80.00% after 3 epochs"


def test_no_curve_of_validation_images_without_any(drawn, tmp_path):
    save_accuracy(HISTORY.assign(validation_accuracy=math.nan), tmp_path / "accuracy.png", title="clusters")
    assert len(drawn[0].lines) == 1


def test_the_file_is_a_png(tmp_path):
    save_accuracy(HISTORY, tmp_path / "accuracy.png", title="clusters")
    content = (tmp_path / "accuracy.png").read_bytes()
    assert content.startswith(b"\x89PNG")
    assert len(content) > 10_000

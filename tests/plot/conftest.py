from __future__ import annotations

import matplotlib
import pytest

matplotlib.use("Agg")


@pytest.fixture(autouse=True)
def no_figure_is_shown(monkeypatch):
    """Fail if anything shows a figure; close what a test opened."""
    import matplotlib.pyplot as plt

    def show(*arguments, **options):
        raise AssertionError("a plot function called show")

    monkeypatch.setattr(plt, "show", show)
    yield
    plt.close("all")


@pytest.fixture
def ax():
    """An Axes of the user's own."""
    from matplotlib.figure import Figure

    return Figure().add_subplot()

"""Choices on validation data: of settings before a study, of the best epoch of a run."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pandas


def rank(runs: pandas.DataFrame, settings: list[str], contender: str, outcome: str) -> pandas.DataFrame:
    """Return the mean outcome of each combination of settings, best first.

    Choosing by the mean over all contenders favours none of them.

    Parameters
    ----------
    runs : pandas.DataFrame
        A row a run, of seeds that the study itself leaves alone.
    settings : list of str
        Columns that are chosen: zeta and learning rate, say.
    contender : str
        Column of what the study compares: the recipe, say.
    outcome : str
        Column to be large: an accuracy on validation data.

    Returns
    -------
    pandas.DataFrame
        Indexed by `settings`, a column per contender and ``mean``.

    Examples
    --------
    >>> import pandas as pd
    >>> runs = pd.DataFrame({
    ...     "lr": [0.1, 0.1, 0.2, 0.2],
    ...     "recipe": ["rlr", "l3", "rlr", "l3"],
    ...     "validation_accuracy": [0.25, 0.5, 0.75, 0.5],
    ... })
    >>> float(rank(runs, ["lr"], "recipe", "validation_accuracy").index[0])
    0.2
    """
    ranking = runs.pivot_table(index=settings, columns=contender, values=outcome)
    ranking["mean"] = ranking.mean(axis=1)
    return ranking.sort_values("mean", ascending=False, kind="stable")


def best_epoch(history: pandas.DataFrame) -> pandas.Series | None:
    """Return the row of the epoch with the best validation accuracy, the first of several; None without any.

    Its ``test_accuracy`` is that of the network which the validation images chose.

    Examples
    --------
    >>> import pandas as pd
    >>> history = pd.DataFrame({"epoch": [1, 2, 3], "validation_accuracy": [0.7, 0.9, 0.8]})
    >>> int(best_epoch(history)["epoch"])
    2
    """
    validated = history["validation_accuracy"].dropna()
    return history.loc[validated.idxmax()] if len(validated) else None

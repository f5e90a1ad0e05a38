"""What attacks were called before, in files that stay readable."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pandas

FORMER_NAMES = {
    f"prune-{order}": f"links-{order}"
    for order in ("random", "weight", "reverse-weight", "degree", "recomputed-degree", "betweenness")
}
"""Names of attacks in netsparse 0.1.0, each with its present one."""

_FIRST_NAMES = {present: former for former, present in FORMER_NAMES.items()}


def present_names(frame: pandas.DataFrame) -> pandas.DataFrame:
    """Return a table with its attacks under their present names.

    Parameters
    ----------
    frame : pandas.DataFrame
        Rows with a column `attack`, such as those of :func:`netsparse.robustness.curve`, written by this or an older
        netsparse.

    Returns
    -------
    pandas.DataFrame
        The same rows; `frame` itself stays as it is.

    Examples
    --------
    >>> import pandas as pd
    >>> present_names(pd.DataFrame({'attack': ['prune-weight', 'noise'], 'accuracy': [0.5, 0.4]}))
             attack  accuracy
    0  links-weight       0.5
    1         noise       0.4
    """
    return frame.assign(attack=frame["attack"].replace(FORMER_NAMES))


def first_name(name: str) -> str:
    """Return the name that an attack had first: random numbers that were derived from it stay the same.

    >>> first_name('links-random'), first_name('noise')
    ('prune-random', 'noise')
    """
    return _FIRST_NAMES.get(name, name)

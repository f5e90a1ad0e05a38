"""What a run learns from."""

from __future__ import annotations

from dataclasses import dataclass

from netsparse.train.group import Group, number, setting, text


@dataclass(frozen=True, kw_only=True)
class DataSettings(Group):
    """The data of a training.

    Parameters
    ----------
    dataset : str
        Name of a data set, or path of an ``.npz`` file; see :mod:`netsparse.datasets`.
    validation : float in [0, 1)
        Share of the training samples that is held out, never trained on.

    Examples
    --------
    >>> from netsparse.train import DataSettings
    >>> DataSettings(validation=0.1)
    DataSettings(dataset='fashion-mnist-6k', validation=0.1)
    """

    dataset: str = setting("fashion-mnist-6k", text("the name of a data set"))
    validation: float = setting(0.0, number(at_least=0, below=1))

"""A network applied to the test images of a data set."""

from __future__ import annotations

import os
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from netsparse.datasets import Dataset, check_fits, load, scaled
from netsparse.report.networks import Source, Standardisation, network_of, standardisation
from netsparse.report.products import write_csv

if TYPE_CHECKING:
    import pandas

_BATCH = 1000  # images at a time, so that memory does not grow with the data set


@dataclass(frozen=True, eq=False, repr=False)
class Predictions:
    """What a network makes of the test images of a data set, see :func:`netsparse.report.predict`.

    Attributes
    ----------
    frame : pandas.DataFrame
        A row per image: index, label, prediction; and, if the outputs have names, label_name and prediction_name.
    dataset : str
        Name of the data set.
    inputs : Standardisation
        The mean and the deviation that the images were standardised by, and in words where they come from.

    Examples
    --------
    >>> import pandas as pd
    >>> frame = pd.DataFrame({'index': [0, 1], 'label': [3, 7], 'prediction': [3, 1]})
    >>> Predictions(frame, 'two images', Standardisation(0.0, 1.0, 'as they are')).accuracy
    0.5
    """

    frame: pandas.DataFrame
    dataset: str
    inputs: Standardisation

    def __repr__(self) -> str:
        return f"Predictions({self.n_right} of {len(self.frame)} right on {self.dataset})"

    @property
    def n_right(self) -> int:
        """How many images are classified right."""
        return int((self.frame["label"] == self.frame["prediction"]).sum())

    @property
    def accuracy(self) -> float:
        """The share of them."""
        return self.n_right / len(self.frame)

    def save(self, path: str | os.PathLike) -> None:
        """Write the table to a CSV file, whole or not at all."""
        write_csv(self.frame, path)


def predict(network: Source, dataset: str | os.PathLike | Dataset) -> Predictions:
    """Apply a network to the test images of a data set.

    They are standardised as in the run that the network lies in; by the data set's own training images if it lies in
    none.

    Parameters
    ----------
    network : LayeredNetwork or path-like
        A network file or a run folder; or what :func:`netsparse.graph.as_network` takes.
    dataset : str, path-like or Dataset
        A data set, or what :func:`netsparse.datasets.load` loads it by.

    Returns
    -------
    Predictions
        `frame`, `accuracy`, `save(path)`.

    Raises
    ------
    NetsparseError
        If the network or the data cannot be loaded, or do not fit each other.

    Examples
    --------
    >>> import netsparse as ns
    >>> network = ns.generate.erdos_renyi((784, 30, 10), density=0.05, rng=0)
    >>> found = ns.report.predict(network, 'fashion-mnist-6k')
    >>> len(found.frame), found.accuracy < 0.5
    (1000, True)
    """
    import pandas as pd

    source, network = network, network_of(network)
    data = dataset if isinstance(dataset, Dataset) else load(dataset)
    check_fits(network, data)
    inputs = standardisation(source, data)
    batches = (data.x_test[start : start + _BATCH] for start in range(0, len(data.x_test), _BATCH))
    predicted = [network.predict(scaled(batch, inputs.mean, inputs.deviation, network.dtype)) for batch in batches]
    columns = {"index": np.arange(len(data.y_test)), "label": data.y_test, "prediction": np.concatenate(predicted)}
    names = network.names[-1]
    if names is not None:
        columns |= {f"{key}_name": np.array(names, dtype=object)[columns[key]] for key in ("label", "prediction")}
    return Predictions(pd.DataFrame(columns), data.name, inputs)

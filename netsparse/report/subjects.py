"""What is attacked: networks by name, each with the data to test it on."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from pathlib import Path
from typing import NamedTuple

from netsparse.datasets import Dataset, Samples, check_fits, load, scaled
from netsparse.errors import InvalidInput, InvalidValue, printable
from netsparse.graph import LayeredNetwork, as_network
from netsparse.report.networks import Source, is_place, network_of, run_of, standardisation
from netsparse.robustness import Attack

Runs = Source | Iterable[str | os.PathLike] | Mapping[str, Source]
"""One network or several: where they lie, or by names of one's own."""


class Subject(NamedTuple):
    """A network to attack, with the data to test it on.

    Attributes
    ----------
    name : str
        What tables and messages call it.
    source : path or LayeredNetwork
        Where it lies, or itself.
    """

    name: str
    source: Source
    network: LayeredNetwork
    data: Dataset

    def thawed(self) -> Subject:
        """Return it with nothing frozen."""
        return self._replace(network=self.network.thaw())

    def samples(self) -> Samples:
        """Return the test images, standardised as in training."""
        mean, deviation, _ = standardisation(self.source, self.data)
        x = scaled(self.data.x_test, mean, deviation, self.network.dtype)
        return Samples(x, self.data.y_test, mean, deviation)


def subjects_of(folders: Iterable[Runs], dataset: str | Dataset | None = None) -> list[list[Subject]]:
    """Load the networks of each folder and their data sets, which are loaded once, and check that they fit.

    Raises
    ------
    NetsparseError
        If a network or its data cannot be loaded, do not fit each other, or networks differ in their classes.
    """
    named = [(place, *one) for place, runs in enumerate(folders) for one in _by_name(runs).items()]
    networks = [network_of(source) for _, _, source in named]
    wanted = [_dataset_of(name, source) if dataset is None else dataset for _, name, source in named]
    data = {own: own if isinstance(own, Dataset) else load(own) for own in dict.fromkeys(wanted)}
    for network, own in zip(networks, wanted, strict=True):
        check_fits(network, data[own])
    if len({network.sizes[-1] for network in networks}) > 1:
        raise InvalidValue("the runs differ in their number of classes; attack them one by one")
    found: dict[int, list[Subject]] = {}
    for (place, name, source), network, own in zip(named, networks, wanted, strict=True):
        found.setdefault(place, []).append(Subject(name, source, network, data[own]))
    return list(found.values())


def check_pixels(subjects: Iterable[Subject], attacks: Iterable[Attack]) -> None:
    """Raise an error now, and not hours later, if inputs that are to be perturbed are no pixels."""
    inputs = next((attack for attack in attacks if attack.kind == "inputs"), None)
    for subject in subjects if inputs else ():
        x, y, mean, deviation = subject.samples()
        inputs.function(subject.network, x, y, 0, mean=mean, deviation=deviation)


def _by_name(runs: Runs) -> dict[str, Source]:
    if is_place(runs):
        runs = [runs]
    if isinstance(runs, Mapping):
        named = {printable(name): source for name, source in runs.items()}
    elif isinstance(runs, Sequence | Set | Iterator):
        named = {printable(path): path for path in dict.fromkeys(map(Path, runs))}
    else:
        named = {"network": runs}
    if not named:
        raise InvalidValue("runs names no network", parameter="runs")
    return {name: Path(one) if is_place(one) else as_network(one) for name, one in named.items()}


def _dataset_of(name: str, source: Source) -> str:
    folder = run_of(source) if is_place(source) else None
    if folder is None:
        raise InvalidInput(f"dataset must be named: {name} lies in no run that would tell it", parameter="dataset")
    return folder.settings().data.dataset

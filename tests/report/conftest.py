from __future__ import annotations

import pytest

from netsparse import train
from tests.train.small import clusters, clusters_file, settings, start_of


@pytest.fixture(scope="session")
def runs(tmp_path_factory):
    """Two replicas on the clusters, a run of another rule, and their data set, ``clusters.npz``."""
    folder = tmp_path_factory.mktemp("runs")
    data = str(clusters_file(folder))
    for name, changes in {"a": {}, "b": {"seed": 1}, "c": {"regrowth": "none"}}.items():
        own = settings(**{"dataset": data, "regrowth": "random", "epochs": 2, "validation": 0.2, **changes})
        train.fit(start_of(own), clusters(), own, out=folder / name, progress=False)
    return folder

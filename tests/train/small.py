"""A data set that is learned in a second, and settings to match."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from netsparse.datasets import Dataset
from netsparse.graph import LayeredNetwork
from netsparse.train import Settings, initial_network

N_FEATURES, N_CLASSES = 12, 3


def clusters(n_train: int = 90, n_test: int = 30) -> Dataset:
    """Return three noisy clusters in [0, 1]."""
    rng = np.random.default_rng(7)
    centres = rng.random((N_CLASSES, N_FEATURES))
    labels = np.arange(n_train + n_test) % N_CLASSES
    x = np.clip(centres[labels] + rng.normal(scale=0.15, size=(labels.size, N_FEATURES)), 0, 1)
    return Dataset("clusters", x[:n_train], labels[:n_train], x[n_train:], labels[n_train:])


def clusters_file(folder: Path) -> Path:
    """Write the clusters as a file.npz."""
    data = clusters()
    path = folder / "clusters.npz"
    np.savez(path, x_train=data.x_train, y_train=data.y_train, x_test=data.x_test, y_test=data.y_test)
    return path


def settings(**changes) -> Settings:
    values = {"hidden": (15, 14), "density": 0.3, "epochs": 4, "batch_size": 16, "backend": "sparse"}
    return Settings(**{**values, **changes})


def start_of(own: Settings) -> LayeredNetwork:
    return initial_network(own, N_FEATURES, N_CLASSES)


FLAGS = ("--hidden", "15", "14", "--density", "0.3", "--batch-size", "16", "--backend", "sparse")
"""The command line of `settings`, without data set and epochs."""

"""What is looked at between the epochs of a retraining, and what a round says about itself."""

from __future__ import annotations

from functools import cached_property
from typing import Any

import numpy as np

from netsparse.errors import InvalidValue
from netsparse.prune.flows import GradientFlow, InformationFlow, flow_distance, gradient_flow, information_flow
from netsparse.prune.nulls import null_distances
from netsparse.prune.recipe import Recipe
from netsparse.prune.stopping import Accuracy, InformationStop
from netsparse.prune.subjects import Subject


class Reference:
    """The trained dense network as the others are compared with it: its flows and its accuracy, recorded once."""

    def __init__(self, subject: Subject, data, recipe: Recipe, probe, seed: int):
        self.probe, self._seed = probe, seed
        self._data, self._recipe = data, recipe
        self.information = information_flow(subject.module(), probe) if len(subject.names) > 1 else None
        self.gradient = gradient_flow(subject.module(), probe)
        self.total = sum(int(mask.sum()) for mask in subject.masks())
        self.accuracy = self.validation_accuracy(subject)

    def validation_accuracy(self, subject: Subject) -> float:
        """Return the accuracy on validation data, NaN without such."""
        if self._data.x_validation is None:
            return float("nan")
        return subject.evaluate(self._data.x_validation, self._data.y_validation).accuracy

    def row(self, subject: Subject, **about: Any) -> dict[str, Any]:
        """Return what a round says about the network as it is now."""
        masks, data = subject.masks(), self._data
        links = [int(mask.sum()) for mask in masks]
        now = Now(subject, self, 0)
        form = next((rule.form for rule in self._recipe.stop if isinstance(rule, InformationStop)), "signed")
        return {
            **about,
            "links": sum(links),
            "density": sum(links) / self.total if self.total else 0.0,
            "train_accuracy": subject.evaluate(data.x_train, data.y_train).accuracy,
            "validation_accuracy": self.validation_accuracy(subject),
            "test_accuracy": subject.evaluate(data.x_test, data.y_test).accuracy,
            "information_distance": now.information_distance(form, "norm") if self.information else float("nan"),
            "gradient_distance": now.gradient_distance("norm"),
            **self._nulls(subject, form, about["round"]),
            **{f"links_{name}": n for name, n in zip(subject.names, links, strict=True)},
        }

    def _nulls(self, subject: Subject, form: str, round_: int) -> dict[str, float]:
        """Return what distances are worth: those to networks that have nothing to do with the dense one."""
        found, rng = {}, np.random.default_rng([self._seed, round_])
        for kind, flow in {"information": self.information, "gradient": self.gradient}.items():
            nulls = (float("nan"),) * 2
            if flow is not None:
                nulls = null_distances(flow, subject.module(), self.probe, form=form, rng=rng)
            found[f"{kind}_null_initialised"], found[f"{kind}_null_permuted"] = nulls
        return found


class Now:
    """The network at a moment of a retraining, for stop rules: what they ask is computed once."""

    def __init__(self, subject: Subject, reference: Reference, epochs: int):
        self.epochs = epochs
        self._subject, self._reference = subject, reference

    def validation_accuracy(self) -> float:
        """Return the accuracy on validation data now."""
        return self._reference.validation_accuracy(self._subject)

    def dense_accuracy(self) -> float:
        """Return that of the trained dense network."""
        return self._reference.accuracy

    def information_distance(self, form: str, metric: str) -> float:
        """Return the distance of the information flow from the dense network's."""
        return flow_distance(self._information, self._reference.information, form=form, metric=metric)

    def gradient_distance(self, metric: str) -> float:
        """Return the distance of the gradient flow from the dense network's."""
        return flow_distance(self._gradient, self._reference.gradient, metric=metric)

    @cached_property
    def _information(self) -> InformationFlow:
        return information_flow(self._subject.module(), self._reference.probe)

    @cached_property
    def _gradient(self) -> GradientFlow:
        return gradient_flow(self._subject.module(), self._reference.probe)


def check_asked(recipe: Recipe, data, n_layers: int) -> None:
    """Raise an error, before any work, if a stop rule asks for what there is not."""
    if data.x_validation is None and any(isinstance(rule, Accuracy) for rule in recipe.stop):
        raise InvalidValue(
            "data must hold back validation samples for a stop by accuracy: Dataset.validation_split(0.1)",
            parameter="data",
        )
    if n_layers < 2 and any(isinstance(rule, InformationStop) for rule in recipe.stop):
        raise InvalidValue("model has one layer only: information flows between two", parameter="model")

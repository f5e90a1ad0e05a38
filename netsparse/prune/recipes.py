"""The named recipes of pruning."""

from __future__ import annotations

from netsparse.prune.counting import Density, Geometric, Rate, Sap
from netsparse.prune.recipe import RECIPES, Recipe
from netsparse.prune.stopping import Epochs, GradientStop, InformationStop
from netsparse.rewire import Schedule

_LOTTERY = Recipe(
    count=Rate(0.2, output_rate=0.1),
    rounds=15,
    dense_epochs=20,
    rewind="initial",
    stop=(Epochs(20),),
    lr=Schedule(0.1),
)
_COSINE = {"lr": Schedule(0.1, "cosine"), "momentum": 0.9, "nesterov": True, "weight_decay": 5e-4, "batch_size": 250}
_INFORMATION_CONSISTENT = Recipe(
    scope="global",
    count=Sap(1.0, 2.0),
    rounds=14,
    dense_epochs=20,
    rewind="dense",
    check_every=2,
    weight_decay=5e-4,
)

RECIPES.register(
    "lth",
    _LOTTERY,
    summary="A fifth of the smallest weights goes, the others go back to where they started: lottery tickets.",
    source="J. Frankle, M. Carbin, The lottery ticket hypothesis, ICLR 2019.",
)
RECIPES.register(
    "lth-rewind",
    _LOTTERY.replace(rewind="step", rewind_step=500),
    summary="Lottery tickets that go back to an early step of the training.",
    source="J. Frankle et al., Linear mode connectivity and the lottery ticket hypothesis, ICML 2020.",
)
RECIPES.register(
    "sap",
    Recipe(scope="global", count=Sap(), rounds=15, dense_epochs=200, rewind="initial", stop=(Epochs(200),), **_COSINE),
    summary="As many go as the PQ index of the weights promises to be superfluous.",
    source="E. Diao et al., Pruning deep neural networks from a sparsity perspective, ICLR 2023.",
)
RECIPES.register(
    "incop-if",
    _INFORMATION_CONSISTENT.replace(stop=(Epochs(40), InformationStop(0.11))),
    summary="Adaptive pruning; retraining stops once information flows as in the dense network.",
    source="S. Gharatappeh, S. Y. Sekeh, Information consistent pruning, arXiv:2501.15592, 2025.",
)
RECIPES.register(
    "incop-gf",
    _INFORMATION_CONSISTENT.replace(stop=(Epochs(40), GradientStop(0.5))),
    summary="Adaptive pruning; retraining stops once gradients flow as in the dense network.",
    source="S. Gharatappeh, S. Y. Sekeh, Information consistent pruning, arXiv:2501.15592, 2025.",
)
RECIPES.register(
    "one-shot",
    Recipe(scope="global", count=Density(0.1), dense_epochs=20, momentum=0.9, weight_decay=5e-4),
    summary="The trained network loses its smallest weights at once, and is trained on.",
)
RECIPES.register(
    "snip",
    Recipe(score="snip", scope="global", count=Density(0.1), momentum=0.9, weight_decay=5e-4, lr=0.1, batch_size=128),
    summary="Before any training, the connections go that the loss is least sensitive to.",
    source="N. Lee et al., SNIP: single-shot network pruning based on connection sensitivity, ICLR 2019.",
)
RECIPES.register(
    "synflow",
    Recipe(
        score="synflow", scope="global", count=Geometric(0.1), steps=100, momentum=0.9, weight_decay=5e-4, lr=0.1,
        batch_size=128,
    ),
    summary="Before any training and without data, the weights go that carry the least synaptic flow, in 100 steps.",
    source="H. Tanaka et al., Pruning neural networks without any data by conserving synaptic flow, NeurIPS 2020.",
)  # fmt: skip

"""RigL, update by update and as a whole trajectory, against the published implementation."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from netsparse import BipartiteLayer, LayeredNetwork, nn, rewire

RUN = json.loads((Path(__file__).parents[1] / "oracles" / "rigl_masks.json").read_text())["runs"][0]
SCHEDULE, OPTIMISER = RUN["schedule"], RUN["optimizer"]
SPARSE, STEPS = SCHEDULE["sparse_layers"], SCHEDULE["steps"]
X, Y = np.array(RUN["inputs"]), np.array(RUN["labels"])
UPDATES = {update["step"]: update for update in RUN["updates"]}

RIGL = rewire.Recipe(
    zeta=rewire.Schedule(SCHEDULE["alpha"], "cosine"),
    regrowth="gradient",
    until=SCHEDULE["t_end"] / STEPS,
    interval=SCHEDULE["delta_t"],
    unit="steps",
    replaces_step=True,
    new_weights="zero",
    returning="old",
    clean_up="none",
    frozen_layers=[0],  # dense
)


def pattern(mask: list[str]) -> np.ndarray:
    """Return a mask that is written as strings of 0 and 1."""
    return np.array([list(map(int, row)) for row in mask])


def layer_of(weight, mask: np.ndarray, bias=None) -> BipartiteLayer:
    """Return the layer of torch's weight and mask, rows = outputs."""
    rows, columns = np.nonzero(mask.T)
    weights = np.array(weight, dtype=float).T[rows, columns]
    return BipartiteLayer.from_links(rows, columns, weights, mask.T.shape, bias)


def mask_of(layer: BipartiteLayer) -> np.ndarray:
    mask = np.zeros(layer.shape, dtype=int)
    mask[layer.rows, layer.columns] = 1
    return mask.T


def start() -> LayeredNetwork:
    layers, masks = RUN["initial"]["layers"], RUN["initial"]["masks"]
    return LayeredNetwork(
        layer_of(
            layer["weight"],
            pattern(masks[str(index)]) if index in SPARSE else np.ones_like(layer["weight"], dtype=int),
            layer["bias"],
        )
        for index, layer in enumerate(layers)
    )


def dense_gradient(network: LayeredNetwork, gradients: dict[int, np.ndarray]) -> rewire.Evidence:
    """Return evidence of one sample per row whose dense gradient is a given one: signals are the identity."""
    signals = [np.eye(layer.shape[0]) for layer in network.layers]
    deltas = [gradients.get(i, np.zeros(layer.shape)) for i, layer in enumerate(network.layers)]
    return rewire.Evidence(network, signals=signals, deltas=deltas)


@pytest.mark.parametrize("number", UPDATES)
def test_masks_and_weights_of_each_update_from_its_published_gradient(number):
    update = UPDATES[number]
    network, gradients = start(), {}
    layers = list(network.layers)
    for index in SPARSE:
        found = update["layers"][str(index)]
        mask = pattern(found["mask_before"])
        layers[index] = layer_of(found["weight_before"], mask)
        gradients[index] = np.array(found["dense_gradient"], dtype=float).T
    network = network.with_layers(layers)
    evidence = dense_gradient(network, gradients)
    rewired, _, record = rewire.step(network, None, RIGL, progress=(number, STEPS), evidence=evidence, rng=0)
    for index in SPARSE:
        found = update["layers"][str(index)]
        assert record.layers[index].removed == record.layers[index].grown == found["dropped"]
        assert record.layers[index].overlap == found["regrown_same"]
        np.testing.assert_array_equal(mask_of(rewired.layers[index]), pattern(found["mask_after"]))
        expected = layer_of(found["weight_after"], pattern(found["mask_after"]))
        np.testing.assert_array_equal(rewired.layers[index].weights, expected.weights)
    assert rewired.layers[0] == network.layers[0]


@pytest.mark.parametrize("backend", ["sparse", "masked"])
def test_the_whole_trajectory_through_the_engines(backend):
    network, state, losses = start(), None, []
    engine = nn.engine(
        network,
        backend,
        lr=OPTIMISER["lr"],
        momentum=OPTIMISER["momentum"],
        weight_decay=OPTIMISER["weight_decay"],
        batch_size=len(X),
    )
    batch = np.arange(len(X))
    for step in range(1, STEPS + 1):
        if not RIGL.updates_after(step, 1, STEPS):
            losses.append(engine.run_epoch(X, Y, batch))
            continue
        assert step in UPDATES
        losses.append(engine.evaluate(X, Y)[0])
        evidence = engine.evidence(X, Y, batch)
        arguments = {"progress": (step, STEPS), "evidence": evidence, "rng": step}
        rewired, state, record = rewire.step(evidence.network, state, RIGL, **arguments)
        engine.apply(rewired, record)
        check_update(engine, rewired, UPDATES[step])
    np.testing.assert_allclose(losses, RUN["losses"], atol=1e-7, rtol=0)
    assert state.updates == len(UPDATES)
    for layer, final in zip(engine.network().layers, RUN["final"]["layers"], strict=True):
        np.testing.assert_allclose(layer.weights, layer_of(final["weight"], mask_of(layer)).weights, atol=1e-7)


def check_update(engine, network: LayeredNetwork, update: dict) -> None:
    """Compare masks, weights and momentum after an update with the published ones."""
    velocities = np.split(
        engine.state()["weight_velocities"], np.cumsum([layer.n_links for layer in network.layers])[:-1]
    )
    for index in SPARSE:
        found = update["layers"][str(index)]
        layer = network.layers[index]
        np.testing.assert_array_equal(mask_of(layer), pattern(found["mask_after"]))
        for values, name in ((layer.weights, "weight_after"), (velocities[index], "momentum_after")):
            np.testing.assert_allclose(values, layer_of(found[name], pattern(found["mask_after"])).weights, atol=1e-7)

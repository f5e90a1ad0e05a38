"""One topology update by a recipe."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

import numpy as np

from netsparse.errors import InvalidValue, check_count, check_number
from netsparse.graph import LayeredNetwork, as_network
from netsparse.graph.door import NetworkLike
from netsparse.rewire.calls import Caller
from netsparse.rewire.clean_up import CLEAN_UPS
from netsparse.rewire.connecting import Connected, connected
from netsparse.rewire.evidence import Evidence
from netsparse.rewire.growing import grown, growth
from netsparse.rewire.layers import kept_layers, rewired_layers, target_counts
from netsparse.rewire.memory import after_update
from netsparse.rewire.recipe import Recipe
from netsparse.rewire.record import LayerUpdate, TopologyUpdate
from netsparse.rewire.regrowth import Links
from netsparse.rewire.state import State
from netsparse.rewire.taking import removed


def step(
    network: NetworkLike,
    state: State | None,
    recipe: Recipe | str,
    *,
    progress: float | tuple[int, int],
    evidence: Evidence | None = None,
    rng=None,
) -> tuple[LayeredNetwork, State, TopologyUpdate]:
    r"""Make one topology update by a recipe; its layers end with exactly the number of links that they are to have.

    1. *Removal*: where the density falls, links are pruned down to it; then :math:`\lfloor \zeta m \rfloor` of the
       m links of each sparse layer go, or of all of them together, as the recipe's scope says.
    2. *Clean-up*: what the recipe says becomes of neurons on no input-to-output path.
    3. *Regrowth*: each layer gets back what it lost, or its share of the growth of all. Candidates are all non-links
       it has by now, so that a link just removed may return.
    4. *Weights*: new links get new weights; those that return what the recipe says.

    The readout and layers that have stopped keep their links. Frozen links and biases
    (:meth:`netsparse.graph.BipartiteLayer.freeze`) stay as they are, and are no part of the m links.

    Parameters
    ----------
    network : LayeredNetwork
        Or what :func:`netsparse.graph.as_network` takes.
    state : State, optional
        What the step before returned, or :meth:`State.start`, which None stands for.
    recipe : Recipe or str
        A recipe, or its name in :data:`netsparse.rewire.RECIPES`.
    progress : float in [0, 1], or (int, int)
        Share of the training that is over; or the step and their total.
    evidence : Evidence, optional
        Of `network`; needed where a rule asks for any.
    rng : numpy.random.Generator or seed, optional

    Returns
    -------
    network : LayeredNetwork
    state : State
    update : TopologyUpdate

    Raises
    ------
    ValueError
        If evidence is missing, the state is of another network, or the density leaves a layer without a link.

    Examples
    --------
    >>> import netsparse as ns
    >>> network = ns.generate.erdos_renyi((8, 6, 6, 2), density=0.4, rng=0)
    >>> recipe = ns.rewire.RECIPES["rlr"].replace(zeta=0.5, early_stop=0.9)
    >>> rewired, state, update = ns.rewire.step(network, None, recipe, progress=(1, 10), rng=0)
    >>> [layer.n_links for layer in rewired.layers] == [layer.n_links for layer in network.layers]
    True
    >>> state
    State(updates=1, progress=0.1, stopped=none)
    """
    network = as_network(network)
    recipe = Recipe.of(recipe)
    state = State.start(network, recipe) if state is None else state
    evidence = Evidence(network) if evidence is None else evidence
    _check_fit(network, state, recipe, evidence)
    memory = dict(state.own)
    caller = Caller(evidence, recipe, as_share(progress), np.random.default_rng(rng), memory)
    network, layers = recipe.freeze(network), rewired_layers(network, state, recipe)
    seconds: dict[str, float] = {}
    with _timed(seconds, "removal"):
        gone = removed(network, layers, target_counts(network, recipe, caller.progress), caller)
    with _timed(seconds, "disconnected"):
        cleaned = CLEAN_UPS[recipe.clean_up](gone.network, kept_layers(network, layers))
        caller.lose(cleaned.links)
    with _timed(seconds, "regrowth"):
        counts = growth(cleaned.network, gone.targets, caller)
        new = [grown(cleaned.network, i, counts.get(i, 0), caller) for i in range(len(network.layers))]
    with _timed(seconds, "weights"):
        triples = zip(network.layers, cleaned.network.layers, new, strict=True)
        joined = [connected(*layers, index, caller, state) for index, layers in enumerate(triples)]
        records = tuple(map(_record, gone.positions, gone.pruned, cleaned.links, cleaned.biases, new, joined))
    rewired = network.with_layers(part.layer for part in joined)
    state = after_update(state, recipe, network, rewired, records, caller)
    return rewired, state, TopologyUpdate(records, seconds)


def as_share(progress: float | tuple[int, int]) -> float:
    """Return a progress as a share of the training, given as such or as a step and their total.

    >>> as_share((3, 12)), as_share(0.5)
    (0.25, 0.5)
    """
    if isinstance(progress, Sequence):
        step_, total = progress
        return check_number(
            "progress", check_count("step", step_) / check_count("total of steps", total, at_least=1), at_most=1
        )
    return check_number("progress", progress, at_least=0, at_most=1)


def _check_fit(network: LayeredNetwork, state: State, recipe: Recipe, evidence: Evidence) -> None:
    """Refuse what does not belong together, and evidence that is missing, before any work."""
    if state.stopped.size != len(network.layers):
        raise InvalidValue(f"the state is of {state.stopped.size} layers, but the network has {len(network.layers)}")
    if recipe.remembers_weights and state.past_links is None:
        raise InvalidValue("the recipe brings back historical weights, but the state was not started with it")
    if evidence.network is not network and evidence.network != network:
        raise InvalidValue("the evidence is of another network than the one that is to be rewired")
    for rule, kinds in recipe.needs().items():
        evidence.check(kinds, rule)


@contextmanager
def _timed(seconds: dict[str, float], stage: str) -> Iterator[None]:
    start = time.perf_counter()
    yield
    seconds[stage] = time.perf_counter() - start


def _record(
    positions: np.ndarray, pruned: int, lost: np.ndarray, cleared: np.ndarray, new: Links, joined: Connected
) -> LayerUpdate:
    return LayerUpdate(
        positions, lost.size, new[0].size, joined.overlap, joined.kept_from, joined.kept_to, cleared, pruned
    )

"""What the surviving weights go back to after a pruning."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from netsparse.prune.masking import State
from netsparse.registry import Registry

REWINDING: Registry[Callable[[Mapping[str, State]], State | None]] = Registry("rewinding")
"""Which of the states ``initial``, ``step`` and ``dense`` a pruned network goes back to; None: it goes on as it is."""


@REWINDING.register("initial")
def initial(saved: Mapping[str, State]) -> State:
    """To the state before any training [1]_.

    References
    ----------
    .. [1] J. Frankle, M. Carbin, The lottery ticket hypothesis, ICLR 2019.
    """
    return saved["initial"]


@REWINDING.register("step")
def step(saved: Mapping[str, State]) -> State:
    """To the state after the recipe's `rewind_step` steps, from where the learning rate goes on too [1]_.

    References
    ----------
    .. [1] J. Frankle et al., Linear mode connectivity and the lottery ticket hypothesis, ICML 2020.
    """
    return saved["step"]


@REWINDING.register("dense")
def dense(saved: Mapping[str, State]) -> State:
    """To the trained dense network, as the released code of information consistent pruning does."""
    return saved["dense"]


@REWINDING.register("none")
def none(saved: Mapping[str, State]) -> None:
    """Nowhere: training goes on from the weights that are left."""

"""The registry of attacks: what they are called, how strong they get, and the function behind each."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

import numpy as np

from netsparse.errors import check_count, check_number, unknown
from netsparse.graph import LayeredNetwork
from netsparse.importance import link_order, neuron_order
from netsparse.percolation.order import rank
from netsparse.registry import Registry, summary_of
from netsparse.robustness import inputs, removal, weights
from netsparse.robustness.names import FORMER_NAMES
from netsparse.robustness.targets import share


@dataclass(frozen=True)
class Attack:
    """A way to break a network, and the strengths it makes sense at.

    Attributes
    ----------
    name : str
    kind : {'links', 'neurons', 'weights', 'inputs'}
        What it acts on; 'links' and 'neurons' are removals.
    function : callable
        ``(network, strength, *, readout=False, rng=None)`` -> network, or, of kind 'inputs',
        ``(network, x, y, strength, *, mean, deviation, rng=None)`` -> inputs. Strength 0 is the identity.
    unit : str
        What a strength is, as an axis label.
    usual : float
        End of the default grid of strengths.
    highest : float
        Largest strength allowed, infinity if there is none.
    stochastic : bool
        Whether two seeds give different results; a deterministic attack needs one repeat only.
    order : callable, optional
        For removals, ``(network, *, readout, rng)`` -> ids of links or neurons, first removed first.
    count : callable, optional
        For removals, ``(network, strength, *, readout)`` -> how many of the order a strength removes.
    whole : bool
        Whether strengths are whole numbers, of which the larger are the weaker ones (bits).
    passes : int
        Cost of a state in forward passes over the samples, roughly: for estimates of the time left.

    Examples
    --------
    >>> import netsparse as ns
    >>> attack = ns.robustness.get_attack("noise")
    >>> attack.kind, attack.unit, attack.stochastic
    ('weights', 'noise deviation / mean |w|', True)
    """

    name: str
    kind: str
    function: Callable
    unit: str
    usual: float = 1.0
    highest: float = 1.0
    stochastic: bool = True
    order: Callable[..., np.ndarray] | None = None
    count: Callable[..., int] | None = None
    whole: bool = False
    passes: int = 1

    def grid(self, steps: int = 50) -> np.ndarray:
        """Return the default strengths: 0 to `usual` in `steps` equal steps; for bits 0 (off), then `usual` to 1.

        Examples
        --------
        >>> ATTACKS['shuffle'].grid(4)
        array([0.  , 0.25, 0.5 , 0.75, 1.  ])
        >>> ATTACKS['quantise'].grid()
        array([0., 8., 7., 6., 5., 4., 3., 2., 1.])
        """
        check_count("steps", steps, at_least=1)
        if self.whole:
            return self.arranged(np.arange(1, self.usual + 1))
        return np.linspace(0, self.usual, steps + 1)

    def arranged(self, strengths) -> np.ndarray:
        """Return strengths without repeats, the intact network's 0 first, in the order of growing damage.

        Raises
        ------
        ValueError, TypeError
            If one is not a number between 0 and `highest`, or not whole where it must be.
        """
        name = f"strength of {self.name}"
        for strength in np.ravel(strengths):
            number = check_number(name, strength, at_least=0, at_most=self.highest)
            if self.whole:
                check_count(name, number)
        values = np.unique(np.append(np.ravel(strengths).astype(float), 0.0))
        return np.append(values[:1], values[:0:-1]) if self.whole else values


def _links(name: str, by: str, *, stochastic: bool = False) -> Attack:
    return Attack(
        name, "links", partial(removal.prune_links, by=by), "fraction of links removed",
        stochastic=stochastic, order=partial(link_order, by=by),
        count=removal.removed_links,
    )  # fmt: skip


def _neurons(name: str, by: str, *, stochastic: bool = False) -> Attack:
    def order(network: LayeredNetwork, *, readout: bool, rng) -> np.ndarray:
        return neuron_order(network, by, rng=rng)  # the hidden ones, whatever the readout

    return Attack(
        name, "neurons", partial(removal.remove_neurons, by=by), "fraction of hidden neurons removed",
        stochastic=stochastic, order=order, count=removal.removed_neurons,
    )  # fmt: skip


def _summary(attack: Attack) -> str:
    """Return what the attack does, in a line."""
    if attack.kind in ("links", "neurons"):
        order = attack.name.partition("-")[2]
        return f"Remove the same fraction of the {attack.kind} of every layer, in the order '{order}'."
    return summary_of(attack.function)


ATTACKS: Registry[Attack] = Registry("attack")
for _attack in (
    _links("links-random", "random", stochastic=True),
    _links("links-weight", "weight"),
    _links("links-reverse-weight", "reverse-weight"),
    Attack("shuffle", "weights", weights.shuffle_weights, "bin width / weight range"),
    Attack(
        "noise",
        "weights",
        weights.add_weight_noise,
        "noise deviation / mean |w|",
        usual=5.0,
        highest=np.inf,
    ),
    _links("links-degree", "degree"),
    _links("links-recomputed-degree", "recomputed-degree"),
    _links("links-betweenness", "betweenness"),
    _neurons("neurons-random", "random", stochastic=True),
    _neurons("neurons-degree", "degree"),
    _neurons("neurons-strength", "strength"),
    _neurons("neurons-recomputed-degree", "recomputed-degree"),
    _neurons("neurons-betweenness", "betweenness"),
    _neurons("neurons-collective-influence", "collective-influence"),
    Attack("flip", "weights", weights.flip_signs, "fraction of signs flipped"),
    Attack(
        "quantise",
        "weights",
        weights.quantise_weights,
        "bits per weight",
        usual=8,
        highest=weights.MOST_BITS,
        stochastic=False,
        whole=True,
    ),
    Attack(
        "input-noise",
        "inputs",
        inputs.add_input_noise,
        "noise deviation (pixel units)",
        highest=np.inf,
    ),
    Attack("fgsm", "inputs", inputs.fgsm, "largest change of a pixel", usual=0.2, stochastic=False, passes=4),
    Attack("pgd", "inputs", inputs.pgd, "largest change of a pixel", usual=0.2, passes=31),
):
    ATTACKS.register(_attack.name, _attack, summary=_summary(_attack))  # fmt: skip

for _former, _present in FORMER_NAMES.items():
    ATTACKS.alias(_former, _present)


def get_attack(attack: str | Attack) -> Attack:
    """Return the attack of a name; an `Attack` is returned as it is.

    Raises
    ------
    ValueError
        For an unknown name; the error lists the known ones.

    Examples
    --------
    >>> get_attack("links-random").kind
    'links'
    """
    if isinstance(attack, Attack):
        return attack
    return ATTACKS[attack]


def in_order(order, kind: str = "links", name: str = "own order") -> Attack:
    """Return the removal of links or neurons in an order of the user's own, as an attack.

    Parameters
    ----------
    order : array_like of int
        Ids of links or neurons, first removed first, as :func:`netsparse.percolation.curve` takes them. It need
        not name all; the strength is the fraction of the order.
    kind : {'links', 'neurons'}
    name : str

    Examples
    --------
    >>> import netsparse as ns
    >>> network = ns.generate.erdos_renyi((6, 5, 3), density=0.4, rng=0)
    >>> attack = ns.robustness.in_order([3, 1, 2, 0])
    >>> attack.function(network, 0.5).n_links - network.n_links
    -2
    """
    if kind not in ("links", "neurons"):
        raise unknown("kind", kind, ("links", "neurons"))
    order = np.array(order)
    without = removal.without_links if kind == "links" else removal.without_neurons

    def checked(network: LayeredNetwork, *, readout: bool = False, rng=None) -> np.ndarray:
        rank(network, order, kind)
        return order

    def count(network: LayeredNetwork, strength: float, *, readout: bool = False) -> int:
        return share(strength, order.size)

    def function(network: LayeredNetwork, strength: float, *, readout: bool = False, rng=None) -> LayeredNetwork:
        check_number("strength", strength, at_least=0, at_most=1)
        return without(network, checked(network)[: count(network, strength)])

    unit = f"fraction of {kind} removed"
    return Attack(name, kind, function, unit, stochastic=False, order=checked, count=count)

"""What the degrees of a layer follow: power laws per side, their rivals, and a depth that follows from them."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from netsparse.graph import BipartiteLayer
from netsparse.measures.distributions import degrees
from netsparse.measures.power_laws import SHORT_TAIL, PowerLaw, compare_power_law, fit_power_law
from netsparse.measures.registry import Value, register, undefined
from netsparse.measures.tails import RIVALS

SAMPLES = 25
"""Synthetic samples behind each p-value of the registered measures."""

_PLAUSIBLE = 0.1  # a power law with a smaller p is ruled out (Clauset et al.)


def _lists(layer: BipartiteLayer) -> Iterator[tuple[str, np.ndarray]]:
    """Yield the degrees of each side and of both, and what their parts are called by."""
    of_sides = degrees(layer)
    yield from ((f"-{side}", values) for side, values in of_sides.items())
    yield "", np.concatenate(list(of_sides.values()))


def _value(number: float, fit: PowerLaw) -> Value:
    return undefined(fit.note) if np.isnan(number) else Value(float(number), fit.note)


@register(
    "power-law",
    of="layer",
    formula="alpha and x_min of P(k) ~ k^-alpha, k >= x_min, KS distance, size of the tail; of rows, columns and both",
    bounds="alpha above 1, KS 0 to 1",
    undefined="fewer than two distinct degrees above 0: NaN; noted: a tail below 50, alpha above 10",
    reads={"degrees"},
    cost="neurons x distinct degrees",
    seconds=lambda layer: 0.01 + 2e-6 * sum(layer.shape),
)
def power_law(layer: BipartiteLayer) -> dict[str, Value]:
    """Return the power laws that fit the degrees best, see :func:`netsparse.measures.fit_power_law`.

    Examples
    --------
    >>> import netsparse as ns
    >>> layer = ns.generate.erdos_renyi((200, 100), 0.05, readout=0, rng=0).layers[0]
    >>> ns.measures.power_law(layer)["alpha-rows"].note
    'tail of only 18 degrees'

    References
    ----------
    .. [1] A. Clauset, C. R. Shalizi, M. E. J. Newman, Power-law distributions in empirical data, SIAM Review 51, 661
       (2009).
    """
    values = {}
    for suffix, of_side in _lists(layer):
        fit = fit_power_law(of_side)
        parts = {"alpha": fit.alpha, "alpha-uncorrected": fit.alpha_uncorrected, "x-min": fit.x_min, "ks": fit.ks}
        values |= {f"{name}{suffix}": _value(number, fit) for name, number in parts.items()}
        values[f"tail{suffix}"] = Value(float(fit.tail), fit.note)
    return values


@register(
    "power-law-p",
    of="layer",
    formula="share of synthetic power-law samples that fit worse than the degrees do; of rows, columns and both",
    bounds="0 to 1; below 0.1 a power law is ruled out",
    undefined="fewer than two distinct degrees above 0: NaN",
    reads={"degrees"},
    cost="25 fits; the standard error is 0.1",
    seconds=lambda layer: 0.1 + 1e-4 * sum(layer.shape),
)
def power_law_p(layer: BipartiteLayer, *, rng=None) -> dict[str, Value]:
    """Return how plausible the power laws of ``power-law`` are.

    Examples
    --------
    >>> import netsparse as ns
    >>> star = ns.BipartiteLayer.from_links([0] * 4, [0, 1, 2, 3], [1.0] * 4, shape=(1, 4))
    >>> ns.measures.power_law_p(star)["rows"].note
    'fewer than two distinct degrees above 0'

    References
    ----------
    .. [1] A. Clauset, C. R. Shalizi, M. E. J. Newman, Power-law distributions in empirical data, SIAM Review 51, 661
       (2009).
    """
    rng = np.random.default_rng(rng)
    fits = {suffix: fit_power_law(each, samples=SAMPLES, rng=rng) for suffix, each in _lists(layer)}
    return {suffix.removeprefix("-"): _value(fit.p, fit) for suffix, fit in fits.items()}


@register(
    "power-law-rivals",
    of="layer",
    formula="Vuong's statistic of the power law against a lognormal and an exponential tail; above 0 it is likelier",
    bounds="unbounded, of variance 1 where neither fits better",
    undefined="a tail of fewer than two distinct degrees: NaN",
    reads={"degrees"},
    cost="a fit, and another one per rival",
    seconds=lambda layer: 0.1 + 1e-4 * sum(layer.shape),
)
def power_law_rivals(layer: BipartiteLayer) -> dict[str, Value]:
    """Return whether a power law or another law is the likelier one, see :func:`netsparse.measures.compare_power_law`.

    Examples
    --------
    >>> import netsparse as ns
    >>> layer = ns.generate.erdos_renyi((200, 100), 0.05, readout=0, rng=0).layers[0]
    >>> sorted(ns.measures.power_law_rivals(layer))[:2]
    ['exponential', 'exponential-columns']

    References
    ----------
    .. [1] Q. H. Vuong, Likelihood ratio tests for model selection and non-nested hypotheses, Econometrica 57, 307
       (1989).
    """
    values = {}
    for suffix, of_side in _lists(layer):
        x_min = fit_power_law(of_side).x_min
        for rival in RIVALS:
            found = compare_power_law(of_side, rival, x_min=x_min)
            statistic = found.statistic
            values[f"{rival}{suffix}"] = (
                undefined("a tail of fewer than two distinct degrees")
                if np.isnan(statistic)
                else Value(statistic, f"two-sided p {found.p:.2g}")
            )
    return values


@register(
    "meta-depth-radial",
    of="layer",
    formula="2 ln n / (alpha - 1), n the linked neurons: the spread of radii that follow degree ranks",
    bounds="at least 0",
    undefined="NaN unless the power law has p >= 0.1 and a tail of 50 degrees",
    reads={"degrees"},
    cost="25 fits",
    seconds=lambda layer: 0.1 + 5e-5 * sum(layer.shape),
)
def meta_depth_radial(layer: BipartiteLayer, *, rng=None) -> Value:
    """Return the depth that a layer has by its power-law hierarchy of neurons.

    The paper that coined "meta-depth" gives no formula: this number and `meta-depth-cores` are our own readings. It
    says nothing that alpha and n do not.

    Examples
    --------
    >>> import netsparse as ns
    >>> layer = ns.generate.erdos_renyi((200, 100), 0.05, readout=0, rng=0).layers[0]
    >>> ns.measures.meta_depth_radial(layer, rng=0).note.startswith("tail of only")
    True

    References
    ----------
    .. [1] Y. Zhang et al., Epitopological learning and Cannistraci-Hebb network shape intelligence brain-inspired
       theory for ultra-sparse advantage in deep learning, ICLR 2024 (the word; the number is ours).
    """
    both = dict(_lists(layer))[""]
    fit = fit_power_law(both, samples=SAMPLES, rng=rng)
    if np.isnan(fit.alpha) or fit.tail < SHORT_TAIL:
        return undefined(fit.note)
    if fit.p < _PLAUSIBLE:
        return undefined(f"a power law is ruled out (p {fit.p:.2g})")
    return Value(float(2 * np.log(np.count_nonzero(both)) / (fit.alpha - 1)), fit.note)

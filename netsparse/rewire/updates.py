"""One topology update that stands for itself: a step of a recipe, without memory."""

from __future__ import annotations

from netsparse.generate import WEIGHTS
from netsparse.graph import LayeredNetwork, as_network
from netsparse.graph.door import NetworkLike
from netsparse.rewire.evidence import Evidence
from netsparse.rewire.recipe import Recipe
from netsparse.rewire.record import TopologyUpdate
from netsparse.rewire.steps import step


def update(
    network: NetworkLike,
    zeta: float = 0.3,
    *,
    removal: str = "magnitude",
    regrowth: str = "ch3-l3",
    weights: str = "kaiming",
    remove_disconnected: bool = True,
    evidence: Evidence | None = None,
    rng=None,
) -> tuple[LayeredNetwork, TopologyUpdate]:
    r"""Rewire the sparse layers of a network once; every layer keeps its number of links, exactly.

    1. *Removal*: :math:`\lfloor \zeta m \rfloor` of the :math:`m` links of each sparse layer go.
    2. *Disconnected neurons* (optional): neurons on no input-to-output path lose their links, their constant
       activations folded into the biases that they feed (:func:`netsparse.percolation.remove_disconnected`).
    3. *Regrowth*: each sparse layer gets back as many links as it lost in both stages. Candidates are all
       non-links it has by now, so that a link just removed may return.
    4. *Weights*: all new links get new weights, those that return too.

    The readout keeps its links, layers keep their sizes. For more than that there is :func:`netsparse.rewire.step`.

    Parameters
    ----------
    network : LayeredNetwork
        Or what :func:`netsparse.graph.as_network` takes.
    zeta : float, default 0.3
        Share of the links to remove, from 0 (only the links of disconnected neurons are replaced) to 1.
    removal : str, default 'magnitude'
        A name in :data:`netsparse.rewire.REMOVAL`; orders of :mod:`netsparse.importance` among them.
    regrowth : str, default 'ch3-l3'
        A name in :data:`netsparse.rewire.REGROWTH`, or shares of several, as in :class:`netsparse.rewire.Recipe`.
    weights : str, default 'kaiming'
        A name in :data:`netsparse.generate.WEIGHTS`.
    remove_disconnected : bool, default True
    evidence : Evidence, optional
        Of the network; for rules that need any.
    rng : numpy.random.Generator or seed, optional

    Returns
    -------
    network : LayeredNetwork
    update : TopologyUpdate
        The record: counts per layer, where each surviving link went, seconds of each stage.

    Raises
    ------
    ValueError
        If `zeta` is outside [0, 1] or a name is unknown.

    Notes
    -----
    O(links log links) plus the cost of the regrowth rule.

    Examples
    --------
    >>> import netsparse as ns
    >>> network = ns.generate.erdos_renyi((8, 6, 6, 2), density=0.4, rng=0)
    >>> rewired, update = ns.rewire.update(network, zeta=0.3, regrowth='random', rng=0)
    >>> [layer.n_links for layer in rewired.layers] == [layer.n_links for layer in network.layers]
    True
    >>> update.layers[0].removed, update.layers[0].grown - update.layers[0].disconnected
    (5, 5)

    References
    ----------
    .. [1] D. C. Mocanu et al., Scalable training of artificial neural networks with adaptive sparse connectivity
       inspired by network science, Nature Communications 9, 2383, 2018.
    .. [2] arXiv:2602.21961.
    """
    network = as_network(network)
    WEIGHTS.entry(weights)
    recipe = Recipe(
        removal=removal,
        regrowth=regrowth,
        zeta=zeta,
        new_weights=weights,
        clean_up="reach" if remove_disconnected else "none",
    )
    rewired, _, record = step(network, None, recipe, progress=0.0, evidence=evidence, rng=rng)
    return rewired, record

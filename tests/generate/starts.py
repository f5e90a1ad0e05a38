"""Starts of a user's own."""

from __future__ import annotations

import numpy as np

from netsparse.generate import random_links
from netsparse.registry import needs


@needs("inputs")
def most_varying(shape, n, *, index, inputs, rng):
    """Fill the rows of the inputs that vary most; deeper layers at random."""
    if index > 0:
        return random_links(shape, n, rng=rng)
    ranked = np.argsort(-inputs.std(axis=0), kind="stable")
    places = np.arange(n)
    return ranked[places // shape[1]], places % shape[1]

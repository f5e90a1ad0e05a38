"""Regrowth rules of a user's own."""

from __future__ import annotations

from netsparse.generate import random_links

NO_RULE = 3


def own(layer, n, *, rng):
    """Grow at random, as the rule `random` does."""
    return random_links(layer.shape, n, absent_from=layer, rng=rng)


def short(layer, n, *, rng):
    """Return a link too few."""
    rows, columns = own(layer, n, rng=rng)
    return rows[1:], columns[1:]


def broken(layer, n, *, rng):
    """Fail."""
    raise IndexError("no such thing")

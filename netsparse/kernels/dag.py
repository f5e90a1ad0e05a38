"""The links of a whole network in two orders: by source and by target.

A network is a directed acyclic graph whose neurons are numbered layer after layer, inputs first, so that every
link goes from a lower number to a higher one. Signals then flow through one loop over the neurons in ascending
order, gradients through one in descending order, and layers need no loops of their own.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from scipy import sparse


class Links(NamedTuple):
    """Raw arrays that the propagation kernels take.

    Attributes
    ----------
    indptr : (neurons + 1,) start of each neuron's out-links; link k is position k of this (CSR) order
    targets : (links,) neuron that each link goes to
    in_indptr : (neurons + 1,) start of each neuron's in-links in the order by target
    sources : (links,) neuron that each link comes from, by target
    positions : (links,) number k of the link, by target
    """

    indptr: np.ndarray
    targets: np.ndarray
    in_indptr: np.ndarray
    sources: np.ndarray
    positions: np.ndarray


def chain(layers: Sequence[sparse.csr_array]) -> Links:
    """Return the links of biadjacencies in sequence, in their CSR order, layer after layer.

    Neighbours and positions are unsigned, 32 bits where that is enough: compiled code need not ask of each
    whether it counts from the end, which is a sixth of the time of a narrow batch.
    """
    neurons = np.cumsum([0, layers[0].shape[0], *(layer.shape[1] for layer in layers)])
    links = np.cumsum([0, *(layer.nnz for layer in layers)])
    index = np.uint32 if max(links[-1], neurons[-1]) <= np.iinfo(np.uint32).max else np.uint64
    starts = [layer.indptr[:-1] + links[i] for i, layer in enumerate(layers)]
    outputs = np.full(layers[-1].shape[1] + 1, links[-1])  # they have no out-links
    indptr = np.concatenate([*starts, outputs]).astype(np.int64)
    targets = np.concatenate([layer.indices + neurons[i + 1] for i, layer in enumerate(layers)])
    numbered = sparse.csr_array((np.arange(links[-1]), targets, indptr), shape=(neurons[-1], neurons[-1]))
    by_target = numbered.tocsc()
    return Links(
        indptr,
        targets.astype(index),
        by_target.indptr.astype(np.int64),
        by_target.indices.astype(index),
        by_target.data.astype(index),
    )

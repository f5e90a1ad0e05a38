"""Correlated sparse topology initialisation (CSTI): links between positions whose inputs are correlated."""

from __future__ import annotations

import numpy as np

from netsparse.errors import InvalidValue
from netsparse.generate.checks import check_links
from netsparse.graph.keys import from_keys

_DIGITS = 12  # correlations that agree so far are equal


def correlated_links(shape: tuple[int, int], n: int, inputs, *, rng=None) -> tuple[np.ndarray, np.ndarray]:
    """Link the pairs of largest absolute correlation between input features, exactly `n`, ties at random.

    The matrix of absolute Pearson correlations, 0 on its diagonal and for constant features, is repeated as often as
    the layer's shape needs, and cropped to it: row i and column j stand for the features i and j, modulo their number.

    Parameters
    ----------
    shape : (int, int)
        Rows and columns of the layer.
    n : int
        How many links.
    inputs : array_like, shape (samples, features)
        Raw inputs of a training set.
    rng : numpy.random.Generator or seed, optional

    Returns
    -------
    rows, columns : numpy.ndarray of int64, shape (n,)
        In CSR order.

    Raises
    ------
    ValueError
        If `n` is negative or more than the layer has room for, or the inputs are not finite or of fewer than two
        samples.

    Notes
    -----
    O(samples features^2 + rows columns) time, O(features^2 + rows columns) memory. Ties are structural: r_ij = r_ji,
    and a pair stands there again in each repetition.

    Examples
    --------
    >>> import numpy as np
    >>> from netsparse.generate import correlated_links
    >>> inputs = np.array([[0.0, 0.1, 5.0], [1.0, 0.9, 5.0], [2.0, 2.1, 5.0]])
    >>> correlated_links((3, 3), 2, inputs)
    (array([0, 1]), array([1, 0]))

    References
    ----------
    .. [1] Y. Zhang et al., Epitopological learning and Cannistraci-Hebb network shape intelligence brain-inspired
       theory for ultra-sparse advantage in deep learning, ICLR 2024.
    """
    shape, n = check_links(shape, n)
    rng = np.random.default_rng(rng)
    correlations = absolute_correlations(inputs)
    rows, columns = (np.arange(size) % len(correlations) for size in shape)
    values = correlations[np.ix_(rows, columns)].ravel()
    if n == 0:
        return from_keys(np.empty(0, dtype=np.int64), shape)
    cut = np.partition(values, values.size - n)[values.size - n]
    above = np.flatnonzero(values > cut)
    tied = rng.choice(np.flatnonzero(values == cut), n - above.size, replace=False, shuffle=False)
    return from_keys(np.sort(np.concatenate([above, tied])), shape)


def absolute_correlations(inputs) -> np.ndarray:
    """Return the absolute correlations of features to 12 digits, 0 for constant ones and on the diagonal.

    Examples
    --------
    >>> absolute_correlations([[0.0, 1.0, 1.0], [1.0, 0.0, 1.0]])
    array([[0., 1., 0.],
           [1., 0., 0.],
           [0., 0., 0.]])
    """
    inputs = np.asarray(inputs, dtype=np.float64)
    if inputs.ndim != 2 or inputs.shape[0] < 2 or not inputs.shape[1]:
        raise InvalidValue(
            f"inputs must be of shape (samples, features), with two samples or more, got {inputs.shape}",
            parameter="inputs",
        )
    if not np.isfinite(inputs).all():
        raise InvalidValue("inputs must be finite, but some are NaN or infinite", parameter="inputs")
    varying = np.flatnonzero(np.ptp(inputs, axis=0) > 0)
    found = np.zeros((inputs.shape[1],) * 2)
    if varying.size:
        found[np.ix_(varying, varying)] = np.atleast_2d(np.corrcoef(inputs[:, varying], rowvar=False))
    np.fill_diagonal(found, 0)
    return np.abs(found).round(_DIGITS)

"""Which loops compute: those of vectors, or the plain ones where the compiler does not make vectors.

Both compute the same up to rounding, since they add in another order; so whoever wants the same bits again keeps the
name of the loops. Netsparse 0.1.0 had the plain ones only.
"""

from __future__ import annotations

import functools
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import NamedTuple

import numpy as np

from netsparse.errors import InvalidInput, InvalidValue

VECTOR, PLAIN = "vector", "plain"
KINDS = (VECTOR, PLAIN)
_VARIABLE = "NETSPARSE_KERNELS"
_SAID: ContextVar[str] = ContextVar("kernels", default="")


class Loops(NamedTuple):
    """The loops of one kind, with the same arguments in each kind, and the most samples that they take at once."""

    kind: str
    samples: int
    forward: Callable
    input_deltas: Callable
    train: Callable
    product: Callable
    product_gradients: Callable


@functools.cache
def loops(kind: str) -> Loops:
    """Return the loops of a kind, imported when they are first needed."""
    from netsparse.kernels import epoch, product

    if kind == PLAIN:
        from netsparse.kernels import plain_backward, plain_forward

        return Loops(
            PLAIN, 128, plain_forward.forward, plain_backward.input_deltas, epoch.train_plainly,
            product.product_plainly, product.product_gradients_plainly,
        )  # fmt: skip
    from netsparse.kernels import backward, forward

    return Loops(
        VECTOR, 64, forward.forward, backward.input_deltas, epoch.train, product.product, product.product_gradients
    )


def kind_in_use() -> str:
    """Return the kind that computes: what `using` says, or else vectors if the compiler makes them here.

    The variable NETSPARSE_KERNELS of the environment overrules the latter.
    """
    return _SAID.get() or _default_kind()


@functools.cache
def _default_kind() -> str:
    wanted = os.environ.get(_VARIABLE, "")
    if wanted not in ("", *KINDS):
        raise InvalidValue(f"{_VARIABLE} must be one of {', '.join(KINDS)}, got {wanted!r}")
    return wanted or (VECTOR if _vectors_compile() else PLAIN)


@contextmanager
def using(kind: str) -> Iterator[None]:
    """Let loops of this kind compute meanwhile, in this thread.

    Raises
    ------
    InvalidInput
        If there are none on this machine.
    """
    if kind == VECTOR and not _vectors_compile():
        raise InvalidInput("the kernels of vectors do not compile on this machine; resume the run where they do")
    token = _SAID.set(kind)
    try:
        yield
    finally:
        _SAID.reset(token)


@functools.cache
def _vectors_compile() -> bool:
    """Return whether a small kernel of vectors is compiled, and computes what it should."""
    from netsparse.kernels.trial import sums_of_squares

    rows = np.arange(12, dtype=np.float32).reshape(3, 4)
    try:
        return bool(sums_of_squares(rows).tolist() == (rows * rows).sum(axis=1).tolist())
    except Exception:  # whatever a compiler of another version or machine raises: there are other loops
        return False

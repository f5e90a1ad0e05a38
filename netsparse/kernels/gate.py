"""A barrier for worker threads that meet some thousand times a second, usable inside compiled code."""

from __future__ import annotations

import sys

from numba import types
from numba.extending import intrinsic

from netsparse.kernels.compile import compiled

_yield_core = types.ExternalFunction("SwitchToThread" if sys.platform == "win32" else "sched_yield", types.int32())
_SPINS = 2000  # about ten microseconds; a thread that waits longer gives its core away


@intrinsic
def _fetch_add(typing, array, amount):
    """Atomically add to array[0] and return what it was; adding 0 is an atomic read."""

    def generate(context, builder, signature, arguments):
        pointer = context.make_array(signature.args[0])(context, builder, arguments[0]).data
        return builder.atomic_rmw("add", pointer, arguments[1], "seq_cst")

    return types.int64(array, types.int64), generate


@compiled()
def meet(arrivals, workers, meeting):
    """Return once all workers have called it for the `meeting`-th time (from 1).

    arrivals : int64 array of one element, 0 at the start; it only grows, so that no reset can race.
    """
    if workers == 1:
        return
    _fetch_add(arrivals, 1)
    spins = 0
    while _fetch_add(arrivals, 0) < workers * meeting:
        spins += 1
        if spins > _SPINS:
            _yield_core()

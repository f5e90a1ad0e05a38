"""Kinds of evidence: what the axes of each count, hence how it follows a change of links, and what it follows from."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from netsparse.errors import InvalidType, InvalidValue
from netsparse.graph import BipartiteLayer
from netsparse.registry import Registry, summary_of

AXES = ("samples", "rows", "columns", "links")
MISSING = ("missing",)


@dataclass(frozen=True)
class Kind:
    """One kind of evidence about a layer: an array, or a mapping of names to arrays of the same axes.

    Evidence is computed once, of the layer as it was before the update. A rule is shown what has become of the layer
    since, and the axes say what follows from that:

    - the last axis may count the ``links``, in CSR order: it is brought to the links that the rule is shown, in their
      order, with 0 for those that have just grown;
    - ``rows``, ``columns`` and ``samples`` do not depend on which links there are: such evidence stays as it is;
    - what is about ``missing`` links is no array but a function ``(layer, n, *, rng) -> (rows, columns)``: the rule
      gives it the layer as it is now.

    Parameters
    ----------
    axes : tuple of str
        Of 'samples', 'rows', 'columns' and 'links', the last only at the end; or ``("missing",)``.
    provider : callable, optional
        Function ``(layer, *, evidence)`` that computes it from other kinds. Without, it can only be given.
    floats : bool, default False
        Whether whole numbers and booleans are refused.
    """

    axes: tuple[str, ...]
    provider: Callable[..., Any] | None = None
    floats: bool = False

    def __post_init__(self) -> None:
        axes = tuple(self.axes) if not isinstance(self.axes, str) else (self.axes,)
        object.__setattr__(self, "axes", axes)
        if axes != MISSING and (not axes or not set(axes) <= set(AXES) or "links" in axes[:-1]):
            raise InvalidValue(
                f"axes must be some of {', '.join(AXES)}, links at the end, or only 'missing', got {axes}",
                parameter="axes",
            )

    def checked(self, name: str, value: Any, layer: BipartiteLayer, index: int) -> Any:
        """Return a value of this kind as arrays, or raise an error that says which layer it does not fit."""
        if self.axes == MISSING:
            if not callable(value):
                raise InvalidType(f"{name} of layer {index} must be a function of a layer, got {type(value).__name__}")
            return value
        if isinstance(value, Mapping):
            return {key: self.checked(f"{name} {key!r}", part, layer, index) for key, part in value.items()}
        array = np.asarray(value)
        sizes = {"samples": None, "rows": layer.shape[0], "columns": layer.shape[1], "links": layer.n_links}
        shape = tuple(sizes[axis] for axis in self.axes)
        fits = array.ndim == len(shape) and all(
            found == size if size is not None else found > 0 for found, size in zip(array.shape, shape, strict=True)
        )
        if not fits or array.dtype.kind not in ("f" if self.floats else "biuf"):
            words = ", ".join("samples" if size is None else str(size) for size in shape)
            what = "floats" if self.floats else "numbers"
            raise InvalidValue(
                f"{name} of layer {index} must be {what} of shape ({words}), got {array.dtype} {array.shape}"
            )
        if not np.isfinite(array).all():
            raise InvalidValue(f"{name} of layer {index} hold NaN or infinite values")
        return array

    def of_links(self, value: Any, positions: np.ndarray) -> Any:
        """Return the evidence about the links at these positions of the layer before, 0 where a position is -1."""
        if "links" not in self.axes:
            return value
        if isinstance(value, Mapping):
            return {key: self.of_links(part, positions) for key, part in value.items()}
        if not value.shape[-1]:
            return np.zeros((*value.shape[:-1], positions.size), value.dtype)
        return np.where(positions < 0, np.zeros((), value.dtype), value[..., positions])


class Kinds(Registry[Kind]):
    """The kinds of evidence, by name."""

    def register(
        self, name, value=None, *, axes=(), needs: Iterable[str] = (), summary=None, source=None, floats: bool = False
    ):
        """Add a kind that follows from others, its provider given by call or as a decorator; return the provider.

        Parameters
        ----------
        name, needs, summary, source
            As in :meth:`netsparse.registry.Registry.register`.
        value : callable, optional
            The provider; left out in a decorator.
        axes, floats
            See :class:`Kind`.

        Raises
        ------
        ValueError
            If the name is taken or is no name, or the axes are none: of what a kind is, is never guessed.
        """
        if value is None:
            about = {"axes": axes, "needs": needs, "summary": summary, "source": source, "floats": floats}
            return lambda provider: self.register(name, provider, **about)
        kind = Kind(axes, value, floats)
        needs = needs or getattr(value, "needs", ())
        summary = summary_of(value) if summary is None else summary
        super().register(name, kind, needs=needs, summary=summary, source=source or "")
        return value

    def declare(self, name: str, *, axes, summary: str, floats: bool = False) -> None:
        """Add a kind that follows from nothing: it is there where it is given.

        Examples
        --------
        >>> import netsparse as ns
        >>> ns.rewire.KINDS.declare("age", axes="links", summary="Updates since the link grew.")
        >>> network = ns.generate.erdos_renyi((6, 5), 0.4, readout=0, rng=0)
        >>> evidence = ns.rewire.Evidence(network, age=[range(12)])
        >>> evidence.of_layer(0, {"age"}).age.size
        12
        >>> ns.rewire.KINDS.unregister("age")
        """
        super().register(name, Kind(axes, None, floats), summary=summary, source="")


KINDS = Kinds("kind of evidence")
"""What rules may see: given, or computed from what is given; :class:`Kind` says how it follows a change of links."""

KINDS.declare("signals", axes=("samples", "rows"), summary="What rows emit for each sample of a batch.", floats=True)
KINDS.declare(
    "deltas",
    axes=("samples", "columns"),
    summary="Gradient of the mean loss with respect to the sum of each column, by sample.",
    floats=True,
)
KINDS.declare(
    "momentum",
    axes=("rows", "columns"),
    summary="The momentum of missing links, which only layers of backend 'masked' have, and of all others.",
    floats=True,
)

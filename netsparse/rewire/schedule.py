"""A number that changes as training goes on: a share of links, a density, a temperature."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from math import cos, exp, pi
from typing import Any

from netsparse.errors import InvalidType, InvalidValue, check_number
from netsparse.registry import Registry

Pieces = tuple[tuple[float, float], ...]


def constant(x: float) -> float:
    """1: the initial value throughout."""
    return 1.0


def linear(x: float) -> float:
    """1 - x."""
    return 1 - x


def cosine(x: float) -> float:
    """(1 + cos(pi x)) / 2: slow, fast, slow.

    References
    ----------
    .. [1] U. Evci et al., Rigging the lottery: making all tickets winners, ICML 2020.
    """
    return (1 + cos(pi * x)) / 2


def cubic(x: float) -> float:
    """(1 - x)^3: fast, then ever slower.

    References
    ----------
    .. [1] M. Zhu, S. Gupta, To prune, or not to prune, ICLR 2018 workshop.
    """
    return (1 - x) ** 3


def sigmoid(x: float) -> float:
    """1 - (g(x) - g(0)) / (g(1) - g(0)) with g the logistic function of 6 (2 x - 1): slow, fast, slow.

    References
    ----------
    .. [1] Y. Zhang et al., Brain network science modelling of sparse neural networks, arXiv:2501.19107, NeurIPS 2025.
    """
    logistic = [1 / (1 + exp(-6 * (2 * at - 1))) for at in (x, 0, 1)]
    return 1 - (logistic[0] - logistic[1]) / (logistic[2] - logistic[1])


SHAPES: Registry[Callable[[float], float]] = Registry(
    "shape of a schedule",
    {"constant": constant, "linear": linear, "cosine": cosine, "cubic": cubic, "sigmoid": sigmoid},
)
"""How much of the way from final to initial value is left, after a share x of the time: 1 at x = 0."""


@dataclass(frozen=True)
class Schedule:
    r"""A number as a function of the progress p of training, 0 at its start and 1 at its end.

    .. math:: v(p) = v_1 + (v_0 - v_1) \, s(x), \qquad x = \frac{p - p_0}{p_1 - p_0}, \text{ kept in } [0, 1]

    Parameters
    ----------
    initial : float
        Value :math:`v_0` at the start.
    shape : str, default 'constant'
        A name in :data:`netsparse.rewire.SHAPES`, the function s.
    final : float, default 0
        Value :math:`v_1` that the shape leads to.
    begin : float, default 0
    end : float, optional
        Progress :math:`p_0, p_1` between which the value changes; by default to the end of the rewiring.
    pieces : sequence of (float, float), optional
        Steps instead of a shape: pairs of a progress and the value from there on; `initial` holds before.

    Raises
    ------
    ValueError
        If a number is not finite, the shape unknown, or `begin` not before `end`.

    Examples
    --------
    >>> from netsparse.rewire import Schedule
    >>> falling = Schedule(0.3, "cosine", end=0.75)
    >>> falling.at(0.0), falling.at(0.375), falling.at(1.0)
    (0.3, 0.15, 0.0)
    >>> stairs = Schedule(0.06, pieces=[(0.45, 0.035), (0.75, 0.01)])
    >>> stairs.at(0.4), stairs.at(0.45), stairs.at(0.9)
    (0.06, 0.035, 0.01)
    """

    initial: float
    shape: str = "constant"
    final: float = 0.0
    begin: float = 0.0
    end: float | None = None
    pieces: Pieces = ()

    def __post_init__(self) -> None:
        for name in ("initial", "final"):
            object.__setattr__(self, name, check_number(name, getattr(self, name)))
        object.__setattr__(self, "begin", check_number("begin", self.begin, at_least=0, at_most=1))
        if self.end is not None:
            object.__setattr__(self, "end", check_number("end", self.end, above=self.begin, at_most=1))
        SHAPES.entry(self.shape)
        object.__setattr__(self, "pieces", _checked_pieces(self.pieces))
        if self.pieces and self.shape != "constant":
            raise InvalidValue(f"pieces make a schedule of their own: they do not go with shape {self.shape!r}")

    @classmethod
    def of(cls, value: float | Mapping[str, Any] | Schedule) -> Schedule:
        """Return a schedule given as such, as a number that stays, or as :meth:`to_json` wrote it."""
        if isinstance(value, Schedule):
            return value
        if not isinstance(value, Mapping):
            return cls(value)
        names = set(cls.__dataclass_fields__)
        if not set(value) <= names or "initial" not in value:
            raise InvalidValue(
                f"a schedule has an initial value and the fields {', '.join(sorted(names))}, got {value}"
            )
        return cls(**value)

    @property
    def is_constant(self) -> bool:
        """Whether the value never changes."""
        return self.shape == "constant" and not self.pieces

    @property
    def values(self) -> tuple[float, ...]:
        """The values that all others lie between."""
        ends = (self.initial,) if self.shape == "constant" else (self.initial, self.final)
        return (*ends, *(value for _, value in self.pieces))

    @property
    def last(self) -> float:
        """The value that training ends with, if the schedule ends by then."""
        return self.pieces[-1][1] if self.pieces else self.values[-1]

    def at(self, progress: float, until: float = 1.0) -> float:
        """Return the value at a progress; `until` is where a schedule without an end of its own ends."""
        if self.pieces:
            reached = [value for start, value in self.pieces if progress >= start - 1e-12]
            return reached[-1] if reached else self.initial
        end = until if self.end is None else self.end
        x = min(max((progress - self.begin) / (end - self.begin), 0.0), 1.0) if end > self.begin else 1.0
        return self.final + (self.initial - self.final) * SHAPES[self.shape](x)

    def to_json(self) -> float | dict[str, Any]:
        """Return plain JSON values: the number if it stays, else the fields that differ from their defaults."""
        if self == Schedule(self.initial):
            return self.initial
        fields = {name: getattr(self, name) for name in self.__dataclass_fields__}
        fields["pieces"] = [list(piece) for piece in self.pieces]
        default = {"shape": "constant", "final": 0.0, "begin": 0.0, "end": None, "pieces": []}
        return {name: value for name, value in fields.items() if name not in default or value != default[name]}

    def __str__(self) -> str:
        if self.is_constant:
            return f"{self.initial:g}"
        if self.pieces:
            return ", ".join([f"{self.initial:g}", *(f"{value:g} from {start:g} on" for start, value in self.pieces)])
        ends = (f" from {self.begin:g}" if self.begin else "") + (f" until {self.end:g}" if self.end else "")
        return f"{self.initial:g} to {self.final:g} ({self.shape}{ends})"


def _checked_pieces(pieces: Any) -> Pieces:
    try:
        pairs = tuple((start, value) for start, value in pieces)
    except (TypeError, ValueError):
        raise InvalidType(f"pieces must be pairs of a progress and a value, got {pieces!r}") from None
    pairs = tuple((check_number("pieces", p, at_least=0, at_most=1), check_number("pieces", v)) for p, v in pairs)
    if any(later <= earlier for (earlier, _), (later, _) in zip(pairs, pairs[1:], strict=False)):
        raise InvalidValue(f"pieces must be in the order of their progress, each at another one, got {pieces!r}")
    return pairs

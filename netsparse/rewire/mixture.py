"""Which rules regrow links: one, shares of several, or rules that change as training goes on."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from netsparse.errors import InvalidValue, check_number
from netsparse.rewire.rule import Rule

Shares = tuple[tuple[Rule, float], ...]


@dataclass(frozen=True)
class Mixture:
    """Rules and the shares of the links that each of them regrows, from a progress of training on.

    Parameters
    ----------
    phases : tuple of (float, tuple of (Rule, float))
        Pairs of a progress, the first 0, and what holds from there on: rules with their shares, which sum to 1.

    Examples
    --------
    >>> from netsparse.rewire import Mixture
    >>> Mixture.of("random")
    random
    >>> Mixture.of({"ch3-l3": 0.9, "random": 0.1})
    0.9 ch3-l3 + 0.1 random
    >>> Mixture.of([(0, "random"), (0.5, "ch3-l3")])
    random, from 0.5 on ch3-l3
    """

    phases: tuple[tuple[float, Shares], ...]

    def __post_init__(self) -> None:
        starts = [check_number("progress of a regrowth", start, at_least=0, at_most=1) for start, _ in self.phases]
        if not starts or starts[0] != 0 or any(b <= a for a, b in zip(starts, starts[1:], strict=False)):
            raise InvalidValue(f"regrowth must start at progress 0 and change at growing ones, got {starts}")
        for _, shares in self.phases:
            total = sum(check_number("share of a regrowth", share, at_least=0, at_most=1) for _, share in shares)
            if not math.isclose(total, 1, abs_tol=1e-9):
                raise InvalidValue(f"the shares of a regrowth must sum to 1, got {total:g}: {_words(shares)}")

    @classmethod
    def of(cls, value: Any) -> Mixture:
        """Return a mixture given as such; as a rule, a mapping of rules to shares or a list of them, or over time.

        Over time it is a list of pairs of a progress and any of the others; so :meth:`to_json` writes it.
        """
        if isinstance(value, Mixture):
            return value
        if isinstance(value, Sequence) and not isinstance(value, str) and value and _is_phase(value[0]):
            if not all(_is_phase(phase) for phase in value):
                raise InvalidValue(f"regrowth over time is a list of pairs of a progress and a regrowth, got {value!r}")
            return cls(tuple((float(start), _shares(regrowth)) for start, regrowth in value))
        return cls(((0.0, _shares(value)),))

    @property
    def rules(self) -> tuple[Rule, ...]:
        """All rules that take part at some time, each once."""
        return tuple(dict.fromkeys(rule for _, shares in self.phases for rule, _ in shares))

    def at(self, progress: float) -> Shares:
        """Return the rules and their shares at a progress."""
        return [shares for start, shares in self.phases if progress >= start - 1e-12][-1]

    def to_json(self) -> Any:
        """Return plain JSON values that :meth:`of` reads back exactly."""
        if len(self.phases) == 1:
            return _shares_to_json(self.phases[0][1])
        return [[start, _shares_to_json(shares)] for start, shares in self.phases]

    def __repr__(self) -> str:
        (_, first), *others = self.phases
        return ", ".join([_words(first), *(f"from {start:g} on {_words(shares)}" for start, shares in others)])


def _is_phase(value: Any) -> bool:
    """Tell whether a value is a pair of a progress and something, as opposed to a rule with a share."""
    is_pair = isinstance(value, Sequence) and not isinstance(value, str) and len(value) == 2
    return is_pair and isinstance(value[0], (int, float))


def _shares(value: Any) -> Shares:
    if isinstance(value, Mapping) and "rule" not in value:
        return tuple((Rule.of(name), _number(share)) for name, share in value.items())
    if isinstance(value, Sequence) and not isinstance(value, str):
        if not all(isinstance(pair, Sequence) and not isinstance(pair, str) and len(pair) == 2 for pair in value):
            raise InvalidValue(f"shares of several rules are pairs of a rule and its share, got {value!r}")
        return tuple((Rule.of(rule), _number(share)) for rule, share in value)
    return ((Rule.of(value), 1.0),)


def _number(share: Any) -> float:
    return check_number("share of a regrowth", share, at_least=0, at_most=1)


def _shares_to_json(shares: Shares) -> Any:
    if len(shares) == 1:
        return shares[0][0].to_json()
    return [[rule.to_json(), share] for rule, share in shares]


def _words(shares: Shares) -> str:
    return str(shares[0][0]) if len(shares) == 1 else " + ".join(f"{share:g} {rule}" for rule, share in shares)

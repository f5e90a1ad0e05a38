"""How networks are attacked, as a value: which attacks, how strong, how often, from which seed."""

from __future__ import annotations

import zlib
from collections.abc import Callable, Iterable, Sequence
from dataclasses import KW_ONLY, dataclass
from typing import TYPE_CHECKING, Any

from netsparse.errors import InvalidValue, check_count
from netsparse.robustness import Attack, get_attacks
from netsparse.robustness.names import first_name

if TYPE_CHECKING:
    import pandas

    from netsparse.report.subjects import Subject


@dataclass(frozen=True)
class AttackProtocol:
    """How networks are attacked; all that can be wrong about it is found when it is made.

    Parameters
    ----------
    attacks : str, Attack or iterable of them, default 'robustness-paper'
        As in :func:`netsparse.robustness.get_attacks`: names of attacks or of groups of them, 'all', or attacks of
        one's own. The attribute is a tuple of the attacks themselves.
    steps : int, default 50
        Number of equal steps of the strength.
    strengths : sequence of float, optional
        Strengths of one's own instead, where there is one attack; the intact network is always the first state.
    repeats : int, default 3
        Repeats of every stochastic attack.
    readout : bool, default False
        Attack the readout's links too.
    seed : int, default 0
        Same seed, same curves, whichever other attacks there are.
    frozen : bool, default False
        Attack frozen links, and neurons that have any, too.

    Raises
    ------
    ValueError, TypeError
        For unknown attacks, numbers out of their range, or strengths for several attacks.

    Examples
    --------
    >>> protocol = AttackProtocol(['links-random', 'fgsm'], steps=4, repeats=2)
    >>> [attack.name for attack in protocol.attacks]
    ['links-random', 'fgsm']
    >>> protocol.n_passes  # forward passes over the samples, roughly: 2 x 5 states of one and 5 of four
    30
    """

    attacks: str | Attack | Iterable[str | Attack] = "robustness-paper"
    _: KW_ONLY
    steps: int = 50
    strengths: Sequence[float] | None = None
    repeats: int = 3
    readout: bool = False
    seed: int = 0
    frozen: bool = False

    def __post_init__(self) -> None:
        object.__setattr__(self, "attacks", tuple(get_attacks(self.attacks)))
        check_count("steps", self.steps, at_least=1)
        check_count("repeats", self.repeats, at_least=1)
        check_count("seed", self.seed, at_least=0)
        if self.strengths is not None:
            if len(self.attacks) > 1:
                raise InvalidValue(
                    f"strengths are those of one attack, but attacks names {len(self.attacks)}", parameter="strengths"
                )
            self.attacks[0].arranged(self.strengths)
            object.__setattr__(self, "strengths", tuple(map(float, self.strengths)))

    @property
    def n_passes(self) -> int:
        """Cost of attacking one network, in forward passes over the samples, roughly."""
        return sum(map(self.passes_of, self.attacks))

    def passes_of(self, attack: Attack) -> int:
        """Return the cost of one attack on one network, in forward passes over the samples, roughly."""
        from netsparse.robustness import n_states

        options = {"steps": self.steps, "strengths": self.strengths, "repeats": self.repeats}
        return attack.passes * n_states(attack, **options)

    def settings(self) -> dict[str, Any]:
        """Return what a curve depends on besides its attack, as values of JSON."""
        strengths = None if self.strengths is None else list(self.strengths)
        others = {name: getattr(self, name) for name in ("repeats", "readout", "seed")}
        return {"steps": self.steps, "strengths": strengths, **others}

    def curve(self, subject: Subject, attack: Attack, samples, tick: Callable[[], object]) -> pandas.DataFrame:
        """Return the curve of a network under an attack, see :func:`netsparse.robustness.curve`."""
        from netsparse import robustness

        frame = robustness.curve(
            subject.network,
            samples,
            attack,
            steps=self.steps,
            strengths=self.strengths,
            repeats=self.repeats,
            readout=self.readout,
            rng=[self.seed, zlib.crc32(first_name(attack.name).encode())],  # the same with whatever other attacks
            tick=tick,
        )
        frame.insert(0, "run", subject.name)
        return frame

"""Groups of attacks that go together, and the attacks that names of both kinds stand for."""

from __future__ import annotations

from collections.abc import Iterable

from netsparse.errors import unknown
from netsparse.registry import Registry
from netsparse.robustness.attacks import ATTACKS, Attack, get_attack

ATTACK_GROUPS: Registry[tuple[str, ...]] = Registry("attack group")
"""Names of attacks by the name of their group; ``all`` is none of them, it grows with :data:`ATTACKS`."""
ATTACK_GROUPS.register(
    "robustness-paper",
    ("links-random", "links-weight", "links-reverse-weight", "shuffle", "noise"),
    summary="The five attacks of the robustness paper: three removals of links, shuffled and disturbed weights.",
    source="arXiv:2602.21961.",
)
ATTACK_GROUPS.alias("paper", "robustness-paper")

_ALL = "all"


def get_attacks(names: str | Attack | Iterable[str | Attack]) -> list[Attack]:
    """Return the attacks that names stand for, each once, in the order they are named in.

    Parameters
    ----------
    names : str, Attack or iterable of them
        Names in :data:`netsparse.robustness.ATTACKS` or of groups in :data:`netsparse.robustness.ATTACK_GROUPS`,
        'all' for every registered attack, or attacks of one's own.

    Raises
    ------
    ValueError
        For an unknown name; the error lists the known ones.

    Examples
    --------
    >>> import netsparse as ns
    >>> [attack.name for attack in ns.robustness.get_attacks(['noise', 'robustness-paper'])]
    ['noise', 'links-random', 'links-weight', 'links-reverse-weight', 'shuffle']
    """
    asked = [names] if isinstance(names, str | Attack) else names
    found = [attack for name in asked for attack in _members(name)]
    return list({attack.name: attack for attack in found}.values())


def _members(name: str | Attack) -> list[Attack]:
    if isinstance(name, Attack) or name in ATTACKS:
        return [get_attack(name)]
    if name != _ALL and name not in ATTACK_GROUPS:
        raise unknown("attack", name, [*ATTACKS, *ATTACK_GROUPS, _ALL])
    return [ATTACKS[member] for member in (ATTACKS if name == _ALL else ATTACK_GROUPS[name])]

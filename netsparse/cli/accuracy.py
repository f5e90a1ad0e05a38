"""How the commands tell the accuracy an epoch ends with."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from netsparse.train import EpochRecord


def accuracy_words(record: EpochRecord) -> str:
    """Return the test accuracy of an epoch; before and after its topology update, if one followed.

    The network that is kept is the rewired one, and a reader who applies it should find the number here.
    """
    if not record.links_grown:
        return f"{record.test_accuracy:.2%}"
    return f"{record.test_accuracy:.2%} ({record.test_accuracy_updated:.2%} once rewired)"

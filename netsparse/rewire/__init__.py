"""One topology update: removal, disconnected neurons, regrowth, new weights."""

from __future__ import annotations

from netsparse.rewire.record import LayerUpdate, TopologyUpdate
from netsparse.rewire.regrowth import REGROWTH
from netsparse.rewire.removal import REMOVAL
from netsparse.rewire.update import update

__all__ = ["REGROWTH", "REMOVAL", "LayerUpdate", "TopologyUpdate", "update"]

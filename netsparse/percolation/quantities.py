"""What a percolation curve can tell of a network, and of a graph of one kind of node."""

from __future__ import annotations

from collections.abc import Iterable

from netsparse.errors import InvalidValue, unknown
from netsparse.graph import Graph, LayeredNetwork

QUANTITIES = ("paths", "components", "pairs")


def checked_quantities(quantities: Iterable[str] | None, network: LayeredNetwork | Graph) -> set[str]:
    """Return the quantities that are asked for, or the usual ones; refuses unknown ones, and paths of a graph."""
    has_sides = not isinstance(network, Graph)
    if quantities is None:
        return {"paths", "components"} if has_sides else {"components"}
    wanted = {quantities} if isinstance(quantities, str) else set(quantities)
    for name in wanted - set(QUANTITIES):
        raise unknown("quantity", name, QUANTITIES)
    if not has_sides and wanted - {"components"}:
        raise InvalidValue(
            "quantities of a graph of one kind of node are its components: it has neither inputs nor outputs",
            parameter="quantities",
        )
    return wanted

"""Percolation quantities recomputed from their definitions, with sets and sweeps: slow and plain."""

from __future__ import annotations

from tests.importance.plain import link_list, neuron_list


def reach(starts, links):
    """Return the nodes that directed paths lead to, by repeated sweeps over all links."""
    reached = set(starts)
    while True:
        new = {b for a, b in links if a in reached and b not in reached}
        if not new:
            return reached
        reached |= new


def component_sizes(nodes, links):
    """Return the sizes of the components of the undirected graph."""
    both_ways = links + [(b, a) for a, b in links]
    left, sizes = set(nodes), []
    while left:
        component = reach([min(left)], both_ways)
        sizes.append(len(component))
        left -= component
    return sizes


def state_after(network, removed, kind):
    """Recompute all percolation quantities without the given ids, from their definitions."""
    removed, last = set(map(int, removed)), len(network.layers)
    nodes, links = neuron_list(network), link_list(network)
    if kind == "links":
        links = [link for id, link in enumerate(links) if id not in removed]
    else:
        nodes = [node for id, node in enumerate(nodes) if id not in removed]
        links = [(a, b) for a, b in links if a in nodes and b in nodes]
    inputs = [node for node in nodes if node[0] == 0]
    outputs = [node for node in nodes if node[0] == last]
    heard, heeded = reach(inputs, links), reach(outputs, [(b, a) for a, b in links])
    sizes = component_sizes(nodes, links)
    return {
        "active_neurons": [sum(n[0] == layer for n in heard & heeded) for layer in range(last + 1)],
        "active_links": sum(a in heard and b in heeded for a, b in links),
        "largest_component": max(sizes, default=0),
        "second_moment": (sum(s * s for s in sizes) - max(sizes, default=0) ** 2) / sum(network.sizes),
        "connected_pairs": sum(o in reach([i], links) for i in inputs for o in outputs),
    }

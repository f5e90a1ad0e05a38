"""What other programs call nodes, in the words of our converters: labels that are shown, igraph's two sides."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import networkx


def name_by_label(graph: networkx.Graph) -> None:
    """Let the labels, which Gephi and yEd show, be names: where all nodes have one of their own and no other name."""
    nodes = [values for _, values in graph.nodes(data=True)]
    labels = [values.pop("label", None) for values in nodes]
    are_texts = all(isinstance(label, str) and label.strip() for label in labels)
    if not are_texts or labels == list(map(str, graph)) or any("name" in values for values in nodes):
        return
    sides = [values.get("layer", values.get("bipartite")) for values in nodes]
    labels = [label.strip() for label in labels]
    if len(set(zip(sides, labels, strict=True))) == len(labels):
        for values, label in zip(nodes, labels, strict=True):
            values["name"] = label


def sides_by_type(graph: networkx.Graph) -> None:
    """Let igraph's mark of the two sides of a bipartite graph, a truth `type` of every node, be that of networkx."""
    nodes = [values for _, values in graph.nodes(data=True)]
    if nodes and all(isinstance(values.get("type"), bool) and "bipartite" not in values for values in nodes):
        for values in nodes:
            values["bipartite"] = int(values.pop("type"))

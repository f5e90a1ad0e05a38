from __future__ import annotations

import warnings

import networkx as nx
import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings

from netsparse.errors import FileFormatError
from netsparse.graph.graphml import read_graphml
from tests.strategies import layers, networks

HEAD = '<?xml version="1.0"?>{dtd}<graphml xmlns="http://graphml.graphdrawing.org/xmlns">'
KEY = '<key id="l" for="node" attr.name="layer" attr.type="int"/>'
NODES = '<node id="0"><data key="l">0</data></node><node id="1"><data key="l">1</data></node>'
EDGE = '<edge source="0" target="1"/>'


def write(path, *, dtd="", key=KEY, nodes=NODES, edges=EDGE, more=""):
    graph = f'<graph edgedefault="directed">{nodes}{edges}</graph>'
    path.write_text(f"{HEAD.format(dtd=dtd)}{key}{graph}{more}</graphml>")
    return path


@given(networks(dtype=np.float32, activation="tanh"))
@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_networks_come_back_exactly_and_without_a_warning(tmp_path, network):
    nx.write_graphml(network.to_networkx(), tmp_path / "n.graphml")
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert read_graphml(tmp_path / "n.graphml") == network


@given(layers())
@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_an_undirected_graph_is_a_layer(tmp_path, layer):
    nx.write_graphml(layer.to_networkx(), tmp_path / "n.graphml")
    assert read_graphml(tmp_path / "n.graphml") == layer


def test_a_small_file(tmp_path):
    assert read_graphml(write(tmp_path / "n.graphml")).layers[0].weights.tolist() == [1]


ENTITY = '<!DOCTYPE graphml [<!ENTITY a "{}">]>'
BILLION = '<!DOCTYPE graphml [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;">]>'


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"dtd": ENTITY.format("0")}, "it declares an entity, 'a'"),
        ({"dtd": BILLION}, "it declares an entity, 'a'"),
        ({"dtd": '<!DOCTYPE graphml [<!ENTITY a SYSTEM "file:///etc/passwd">]>'}, "it declares an entity, 'a'"),
        ({"nodes": NODES + NODES}, "the node '0' is there twice"),
        ({"nodes": NODES.replace("</data>", '</data><data key="l">1</data>')}, "attribute of one node or link 'l' is"),
        ({"nodes": NODES.replace('id="1"', "")}, "a node has no name"),
        ({"more": '<graph edgedefault="directed"/>'}, "it holds more than one graph"),
        ({"more": "<a>" * 30 + "</a>" * 30}, "nested more than 20 deep"),
        ({"more": "<a>"}, "mismatched tag"),
        ({"key": ""}, "no key l"),
        ({"key": KEY.replace("int", "colour")}, "colour"),
        ({"nodes": NODES.replace(">1</data>", ">one</data>")}, "one"),
        ({"edges": '<hyperedge><endpoint node="0"/></hyperedge>'}, "hyperedge"),
        ({"edges": EDGE.replace('"1"', '"2"')}, "holds no network: every node needs the attribute 'layer'.*node '2'"),
        ({"edges": EDGE + EDGE}, "holds no network: the link from node '0' to node '1' is given more than once"),
        ({"nodes": NODES.replace(">1</data>", ">7</data>")}, "holds no network: .*without gaps"),
    ],
)
def test_what_is_no_network_is_one_clear_error(tmp_path, changes, words):
    with pytest.raises(FileFormatError, match=rf"n\.graphml .*{words}"):
        read_graphml(write(tmp_path / "n.graphml", **changes), "network")


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04", b"hello", b"\xff\xfe\0\0", b"<graphml/>"])
def test_other_files_are_refused(tmp_path, content):
    (tmp_path / "n.graphml").write_bytes(content)
    with pytest.raises(FileFormatError, match=r"n\.graphml is damaged, or no GraphML"):
        read_graphml(tmp_path / "n.graphml")

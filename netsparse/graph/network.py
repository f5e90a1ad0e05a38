"""Sparse layers stacked into a feed-forward network."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

import numpy as np

from netsparse.errors import InvalidValue, check_count, unknown
from netsparse.graph.activation import ACTIVATIONS
from netsparse.graph.chain import between, checked_chain
from netsparse.graph.fitting import fitting_inputs
from netsparse.graph.layer import BipartiteLayer
from netsparse.graph.names import NameableGroups

if TYPE_CHECKING:
    from os import PathLike

    import igraph
    import networkx
    import pandas

    from netsparse.kernels.dag import Links
    from netsparse.kernels.propagate import Flow


class LayeredNetwork(NameableGroups):
    """A feed-forward network: bipartite layers in sequence, the last `readout` of them its dense readout.

    As a graph it is a layered directed acyclic graph whose nodes are the neurons. Immutable, with equality.

    Parameters
    ----------
    layers : sequence of BipartiteLayer
        The columns of each are the rows of the next; all of one dtype.
    readout : int, default 0
        How many last layers are the dense readout: never rewired, attacked only on request. Stored, never
        guessed from a layer's density.
    activation : {'relu', 'tanh', 'sigmoid', 'identity'}, default 'relu'
        Applied between layers, not after the last.

    Attributes
    ----------
    layers : tuple of BipartiteLayer
    sparse_layers : tuple of BipartiteLayer
        All layers but the readout.
    readout : int
    activation : str

    Raises
    ------
    ValueError
        If there is no layer, successive sizes or dtypes differ, `readout` exceeds the number of layers, or the
        activation is unknown.

    Examples
    --------
    >>> import netsparse as ns
    >>> network = ns.generate.erdos_renyi((6, 5, 3), density=0.4, rng=0)
    >>> network
    LayeredNetwork(6-5-3, 27 links, density 0.6, 1 readout layer, relu, float32)
      0  6 x 5, 12 links, density 0.4
      1  5 x 3, 15 links, density 1 (readout)
    >>> network.predict([[1.0, 0, 0, 0, 0, 0]]).shape
    (1,)
    """

    __slots__ = ("_activation", "_layers", "_links", "_readout")

    def __init__(self, layers: Iterable[BipartiteLayer], readout: int = 0, activation: str = "relu"):
        self._layers = checked_chain(layers)
        self._readout = check_count("readout", readout)
        if self._readout > len(self._layers):
            raise InvalidValue(f"readout is {readout}, but the network has {len(self._layers)} layers")
        if activation not in ACTIVATIONS:
            raise unknown("activation", activation, ACTIVATIONS)
        self._activation = activation
        self._links: Links | None = None

    @classmethod
    def from_networkx(cls, graph: networkx.DiGraph, *, layering: str | None = None) -> LayeredNetwork:
        """Return the network of a graph; see :func:`~netsparse.graph.convert_networkx.network_from_networkx`."""
        from netsparse.graph.convert_networkx import network_from_networkx

        return network_from_networkx(graph, layering)

    @classmethod
    def from_igraph(cls, graph: igraph.Graph, *, layering: str | None = None) -> LayeredNetwork:
        """Return the network of a graph; see :func:`~netsparse.graph.convert_igraph.network_from_igraph`."""
        from netsparse.graph.convert_igraph import network_from_igraph

        return network_from_igraph(graph, layering)

    @property
    def layers(self) -> tuple[BipartiteLayer, ...]:
        """All layers, from input to output."""
        return self._layers

    @property
    def sparse_layers(self) -> tuple[BipartiteLayer, ...]:
        """All layers but the readout."""
        return self._layers[: len(self._layers) - self._readout]

    def taking_part(self, *, readout: bool = False) -> tuple[BipartiteLayer, ...]:
        """Return the layers, from the first on, whose links take part in what is done: `readout` tells if all do."""
        return self._layers if readout else self.sparse_layers

    @property
    def readout(self) -> int:
        """How many last layers are the dense readout."""
        return self._readout

    @property
    def activation(self) -> str:
        """Name of the activation function between layers."""
        return self._activation

    @property
    def sizes(self) -> tuple[int, ...]:
        """Number of neurons of each neuron layer, inputs and outputs included."""
        return (self._layers[0].shape[0], *(layer.shape[1] for layer in self._layers))

    @property
    def n_links(self) -> int:
        """Number of links of all layers, readout included."""
        return sum(layer.n_links for layer in self._layers)

    @property
    def density(self) -> float:
        """Share of the possible links of all layers that are present, readout included."""
        return self.n_links / sum(layer.shape[0] * layer.shape[1] for layer in self._layers)

    @property
    def dtype(self) -> np.dtype:
        """float32 or float64, the same in all layers."""
        return self._layers[0].dtype

    def with_layers(self, layers: Iterable[BipartiteLayer]) -> LayeredNetwork:
        """Return a network of other layers with the same readout, activation and, where the sizes are, names."""
        layers = tuple(layers)
        if self.has_names and len(layers) == len(self._layers):
            pairs = zip(layers, self._layers, strict=True)
            layers = [one._named(own.names) if one.shape == own.shape else one for one, own in pairs]
        return LayeredNetwork(layers, self._readout, self._activation)

    def forward(self, inputs) -> np.ndarray:
        """Return the outputs (logits) for a batch of inputs, without torch.

        .. math:: x_{l+1} = f(x_l B_l + b_l), \\quad \\text{and no } f \\text{ after the last layer.}

        Parameters
        ----------
        inputs : array_like, shape (samples, sizes[0])
            Converted to the network's dtype.

        Returns
        -------
        numpy.ndarray, shape (samples, sizes[-1])

        Raises
        ------
        TypeError
            If the inputs are complex.
        ValueError
            If the shape does not fit or an input is NaN or infinite.

        Notes
        -----
        2 x links x samples floating-point operations, in compiled loops over the links.

        Examples
        --------
        >>> import netsparse as ns
        >>> hidden = ns.BipartiteLayer.from_links([0, 0], [0, 1], [1.0, -1.0], shape=(1, 2))
        >>> output = ns.BipartiteLayer.from_links([0, 1], [0, 0], [2.0, 3.0], shape=(2, 1), bias=[0.5])
        >>> ns.LayeredNetwork([hidden, output]).forward([[1.0], [-1.0]])
        array([[2.5],
               [3.5]])
        """
        from netsparse.kernels.propagate import propagate

        return propagate(self._flow(), fitting_inputs(self, inputs))

    def predict(self, inputs) -> np.ndarray:
        """Return the class of each input: the index of its largest output, the first of equals.

        Parameters
        ----------
        inputs : array_like, shape (samples, sizes[0])
            As for :meth:`netsparse.graph.LayeredNetwork.forward`, with its errors.

        Returns
        -------
        numpy.ndarray of int64, shape (samples,)

        Examples
        --------
        >>> import netsparse as ns
        >>> layer = ns.BipartiteLayer.from_links([0, 1], [0, 1], [1.0, 1.0], shape=(2, 2))
        >>> ns.LayeredNetwork([layer]).predict([[3.0, 2.0], [1.0, 4.0]])
        array([0, 1])
        """
        return self.forward(inputs).argmax(axis=1)

    def _flow(self) -> Flow:
        """Return what the propagation kernels take; the order of the links by target is found once."""
        from netsparse.kernels.dag import chain
        from netsparse.kernels.propagate import Flow

        if self._links is None:
            self._links = chain([layer.biadjacency for layer in self._layers])
        weights, biases = zip(*((layer.weights, layer.bias) for layer in self._layers), strict=True)
        return Flow(self._links, weights, biases, self.sizes[0], self._activation)

    def compact(self) -> LayeredNetwork:
        """Return the network without its isolated hidden neurons; inputs and outputs all stay.

        A hidden neuron is isolated when it has neither an in-link nor an out-link; nothing depends on its bias,
        so that the function is unchanged. A hidden layer whose neurons are all isolated keeps one of them.

        Examples
        --------
        >>> import netsparse as ns
        >>> hidden = ns.BipartiteLayer.from_links([0], [1], [1.0], shape=(1, 3))
        >>> output = ns.BipartiteLayer.from_links([1], [0], [1.0], shape=(3, 1))
        >>> ns.LayeredNetwork([hidden, output]).compact().sizes
        (1, 1, 1)
        """
        kept = [np.arange(self.sizes[0])]
        for before, after in zip(self._layers, self._layers[1:], strict=False):
            kept.append(np.flatnonzero((before.column_degrees > 0) | (after.row_degrees > 0)))
        kept.append(np.arange(self.sizes[-1]))
        kept = [neurons if neurons.size else np.arange(1) for neurons in kept]  # a layer keeps one neuron at least
        return self.with_layers(
            between(layer, earlier, later) for layer, earlier, later in zip(self._layers, kept, kept[1:], strict=False)
        )

    def thaw(self) -> LayeredNetwork:
        """Return the network with nothing frozen, so that everything acts on all links and biases."""
        return self.with_layers(layer.thaw() for layer in self._layers)

    def save(self, path: str | PathLike) -> None:
        """Write the network to one ``.npz`` file, atomically; :func:`netsparse.load` reads it back exactly."""
        from netsparse.graph.files import save

        save(self, path)

    def to_networkx(self) -> networkx.DiGraph:
        """Return a directed networkx graph; see :func:`~netsparse.graph.convert_networkx.to_networkx`."""
        from netsparse.graph.convert_networkx import to_networkx

        return to_networkx(self)

    def to_igraph(self) -> igraph.Graph:
        """Return a directed igraph graph; see :func:`~netsparse.graph.convert_igraph.to_igraph`."""
        from netsparse.graph.convert_igraph import to_igraph

        return to_igraph(self)

    def to_frame(self) -> pandas.DataFrame:
        """Return a tidy table with a row per link: layer, row, column, weight."""
        import pandas as pd

        frames = [layer.to_frame() for layer in self._layers]
        return pd.concat(frames, keys=range(len(frames)), names=["layer", None]).reset_index(level=0)

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, LayeredNetwork):
            return NotImplemented
        return (
            self._readout == other._readout and self._activation == other._activation and self._layers == other._layers
        )

    def __hash__(self) -> int:
        return hash((self._layers, self._readout, self._activation))

    def __reduce__(self):
        return LayeredNetwork, (self._layers, self._readout, self._activation)

    def __repr__(self) -> str:
        sizes = "-".join(map(str, self.sizes))
        head = (
            f"LayeredNetwork({sizes}, {self.n_links} links, density {self.density:.4g}, "
            f"{self._readout} readout layer{'s' * (self._readout != 1)}, {self._activation}, {self.dtype})"
        )
        lines = [self._layer_line(index) for index in range(len(self._layers))]
        return "\n".join([head, *lines])

    def _layer_line(self, index: int) -> str:
        layer = self._layers[index]
        frozen = layer.frozen.count()
        marks = (f", {frozen} frozen" if frozen else "") + " (readout)" * (index >= len(self._layers) - self._readout)
        return (
            f"  {index}  {layer.shape[0]} x {layer.shape[1]}, {layer.n_links} links, density {layer.density:.4g}{marks}"
        )

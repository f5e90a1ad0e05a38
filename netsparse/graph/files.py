"""Networks as ``.npz`` files: an exact round trip that never runs code."""

from __future__ import annotations

from collections.abc import Mapping
from os import PathLike
from pathlib import Path

import numpy as np
from scipy import sparse

from netsparse.errors import FileFormatError, InvalidValue, check_count
from netsparse.files import writing
from netsparse.files.archive import OF_WEIGHTS, open_archive
from netsparse.files.format import Format
from netsparse.graph.canonical import DTYPES
from netsparse.graph.layer import BipartiteLayer
from netsparse.graph.network import LayeredNetwork

FORMAT = Format("network", 2)
_PLAIN = Format("network", 1)  # of networks with nothing frozen and no names: netsparse 0.1.0 reads them


def save(network: LayeredNetwork, path: str | PathLike) -> None:
    """Write `network` to one ``.npz`` file, atomically.

    Parameters
    ----------
    network : LayeredNetwork
    path : path-like
        The suffix ``.npz`` is required, so that the file is found under the name it was given.

    Raises
    ------
    ValueError
        If `path` has another suffix.
    OSError
        If it cannot be written; an old file of that name stays as it is.

    Notes
    -----
    Uncompressed: weights of trained networks hardly compress. About 8 bytes a link in float32.

    Examples
    --------
    >>> import netsparse as ns, pathlib, tempfile
    >>> path = pathlib.Path(tempfile.mkdtemp()) / 'network.npz'
    >>> network = ns.generate.erdos_renyi((6, 5, 3), density=0.4, rng=0)
    >>> network.save(path)
    >>> ns.load(path) == network
    True
    """
    path = Path(path)
    if path.suffix != ".npz":
        raise InvalidValue(f"a network file must be named *.npz, got {path.name!r}")
    with writing(path) as temporary, open(temporary, "wb") as file:
        np.savez(file, **(FORMAT.mark() | to_arrays(network)))


def load(path: str | PathLike) -> LayeredNetwork:
    """Read a network that :meth:`netsparse.graph.LayeredNetwork.save` wrote.

    Parameters
    ----------
    path : path-like

    Returns
    -------
    LayeredNetwork
        Equal to the one that was saved: links of weight 0.0, isolated neurons and dtype included.

    Raises
    ------
    FileNotFoundError
        If there is no such file.
    FileFormatError
        If the file is not a netsparse network, is of a newer format, truncated or corrupt, holds a weight that is NaN
        or infinite, or holds Python objects, which are never loaded.

    Examples
    --------
    >>> import netsparse as ns, pathlib, tempfile
    >>> path = pathlib.Path(tempfile.mkdtemp()) / 'network.npz'
    >>> ns.generate.erdos_renyi((6, 5, 3), density=0.4, rng=0).save(path)
    >>> ns.load(path)
    LayeredNetwork(6-5-3, 27 links, density 0.6, 1 readout layer, relu, float32)
      0  6 x 5, 12 links, density 0.4
      1  5 x 3, 15 links, density 1 (readout)
    """
    with open_archive(path, OF_WEIGHTS) as archive:
        return from_arrays(archive, path)


def write(graph: LayeredNetwork | BipartiteLayer, path: str | PathLike) -> None:
    """Write a network, or a layer as the network of this one, as :func:`save` does."""
    save(graph if isinstance(graph, LayeredNetwork) else LayeredNetwork([graph]), path)


def read(path: str | PathLike, kind: str = "any") -> LayeredNetwork:
    """Read a network as :func:`load` does; that is what it is, whatever is asked for."""
    return load(path)


def to_arrays(network: LayeredNetwork, prefix: str = "") -> dict[str, np.ndarray]:
    """Return the network as named arrays; `prefix` lets other files embed a network."""
    is_plain = not (network.has_names or any(layer.has_frozen for layer in network.layers))
    arrays = {
        "format": np.array((_PLAIN if is_plain else FORMAT).text),
        "n_layers": np.array(len(network.layers)),
        "readout": np.array(network.readout),
        "activation": np.array(network.activation),
    }
    for index, layer in enumerate(network.layers):
        arrays |= {
            f"layer{index}_shape": np.array(layer.shape),
            f"layer{index}_indptr": layer.indptr,
            f"layer{index}_columns": layer.columns,
            f"layer{index}_weights": layer.weights,
            f"layer{index}_bias": layer.bias,
        }
        frozen = {"frozen_links": layer.frozen_links, "frozen_biases": layer.frozen_biases}
        arrays |= {f"layer{index}_{name}": marks for name, marks in frozen.items() if marks is not None}
    arrays |= {f"names{group}": np.array(names) for group, names in enumerate(network.names) if names is not None}
    return {prefix + name: array for name, array in arrays.items()}


def from_arrays(arrays: Mapping[str, np.ndarray], path: str | PathLike, prefix: str = "") -> LayeredNetwork:
    """Build the network from what :func:`to_arrays` returned, read from `path`, or raise a `FileFormatError`."""
    try:
        FORMAT.check(arrays, path, prefix)
        n_layers = check_count("n_layers", arrays[prefix + "n_layers"].item(), at_least=1)
        layers = [_layer(arrays, f"{prefix}layer{index}_") for index in range(n_layers)]
        network = LayeredNetwork(layers, arrays[prefix + "readout"].item(), str(arrays[prefix + "activation"]))
        names = [_names(arrays, f"{prefix}names{group}") for group in range(n_layers + 1)]
        return network if set(names) == {None} else network.with_names(names)
    except FileFormatError:
        raise
    except (ValueError, TypeError, OverflowError, MemoryError) as error:  # what layers and networks refuse
        raise FileFormatError(f"{path} is not a netsparse network file: {error}") from error


def _names(arrays: Mapping[str, np.ndarray], name: str) -> tuple[str, ...] | None:
    if name not in arrays:
        return None
    names = arrays[name]
    if names.dtype.kind != "U" or names.ndim != 1:
        raise InvalidValue(f"{name} must be a list of texts")
    return tuple(names.tolist())


def _layer(arrays: Mapping[str, np.ndarray], prefix: str) -> BipartiteLayer:
    shape = arrays[prefix + "shape"]
    weights, columns, indptr, bias = (arrays[prefix + name] for name in ("weights", "columns", "indptr", "bias"))
    if shape.shape != (2,) or any(array.dtype.kind not in "iu" for array in (shape, columns, indptr)):
        raise InvalidValue(f"{prefix}shape, columns and indptr must be whole numbers, the shape two of them")
    if bias.dtype != weights.dtype or weights.dtype not in DTYPES:
        raise InvalidValue(f"{prefix}weights and bias must be of one dtype, float32 or float64")
    matrix = sparse.csr_array((weights, columns, indptr), shape=tuple(shape.tolist()))
    marks = (prefix + "frozen_links", prefix + "frozen_biases")
    frozen = [arrays[name] if name in arrays else None for name in marks]  # noqa: SIM401 - the get of an archive raises
    return BipartiteLayer(matrix, bias, *frozen)

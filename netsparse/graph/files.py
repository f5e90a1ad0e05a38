"""Networks as ``.npz`` files: an exact round trip that never runs code."""

from __future__ import annotations

import struct
import zipfile
import zlib
from collections.abc import Mapping
from os import PathLike
from pathlib import Path

import numpy as np
from scipy import sparse

from netsparse.errors import FileFormatError
from netsparse.files import writing
from netsparse.graph.layer import BipartiteLayer
from netsparse.graph.network import LayeredNetwork

FORMAT = "netsparse network 1"
_ARCHIVE = b"PK\x03\x04"  # what a zip file starts with

# What zipfile and numpy raise on damaged archives, depending on where the damage is.
_SIGNS_OF_CORRUPTION = (
    zipfile.BadZipFile,
    zlib.error,
    struct.error,
    EOFError,
    KeyError,
    TypeError,
    MemoryError,
    OverflowError,
    RuntimeError,
    SyntaxError,
)


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
        raise ValueError(f"a network file must be named *.npz, got {path.name!r}")
    with writing(path) as temporary, open(temporary, "wb") as file:
        np.savez(file, **to_arrays(network))


def load(path: str | PathLike) -> LayeredNetwork:
    """Read a network that :func:`save` wrote.

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
        If the file is not a netsparse network, is truncated or corrupt, holds a weight that is NaN or infinite, or
        holds Python objects, which are never loaded.

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
    try:
        with open(path, "rb") as file:
            if file.read(len(_ARCHIVE)) != _ARCHIVE:  # numpy would take it for a pickle and advise to run it
                raise FileFormatError(f"{path} is not an .npz archive, hence no network file")
            file.seek(0)
            archive = np.load(file, allow_pickle=False)
            _refuse_bombs(archive)
            return from_arrays(archive, path)
    except _SIGNS_OF_CORRUPTION as error:
        raise FileFormatError(f"{path} is truncated or corrupt: {error}") from error
    except FileFormatError:
        raise
    except ValueError as error:
        raise FileFormatError(f"{path} is not a netsparse network file: {error}") from error


def to_arrays(network: LayeredNetwork, prefix: str = "") -> dict[str, np.ndarray]:
    """Return the network as named arrays; `prefix` lets other files embed a network."""
    arrays = {
        "format": np.array(FORMAT),
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
    return {prefix + name: array for name, array in arrays.items()}


def from_arrays(arrays: Mapping[str, np.ndarray], path: str | PathLike, prefix: str = "") -> LayeredNetwork:
    """Build the network from what :func:`to_arrays` returned; `path` is for the error messages."""
    if prefix + "format" not in arrays or str(arrays[prefix + "format"]) != FORMAT:
        raise FileFormatError(f"{path} is not a netsparse network file")
    layers = [_layer(arrays, f"{prefix}layer{index}_") for index in range(int(arrays[prefix + "n_layers"]))]
    return LayeredNetwork(layers, arrays[prefix + "readout"].item(), str(arrays[prefix + "activation"]))


def _layer(arrays: Mapping[str, np.ndarray], prefix: str) -> BipartiteLayer:
    shape = tuple(int(size) for size in arrays[prefix + "shape"])
    weights, columns, indptr = (arrays[prefix + name] for name in ("weights", "columns", "indptr"))
    matrix = sparse.csr_array((weights, columns, indptr), shape=shape)
    return BipartiteLayer(matrix, arrays[prefix + "bias"])


def _refuse_bombs(archive: np.lib.npyio.NpzFile) -> None:
    """Refuse an archive whose members claim to unpack to far more than the file could honestly hold."""
    members = archive.zip.infolist()
    packed = sum(member.compress_size for member in members)
    unpacked = sum(member.file_size for member in members)
    if unpacked > 1_000_000 + 100 * packed:
        raise FileFormatError(f"the file claims to unpack from {packed:,} to {unpacked:,} bytes")

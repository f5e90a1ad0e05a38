"""Networks to and from ``.safetensors`` files: dense weights and masks by name, as torch's pruning keeps them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from os import PathLike, fspath

from netsparse.errors import FileFormatError, InvalidInput, check_count, one_line
from netsparse.files import writing
from netsparse.graph.layer import BipartiteLayer
from netsparse.graph.network import LayeredNetwork
from netsparse.graph.state_dict import network_from_state, state_of_network


def read_safetensors(
    path: str | PathLike,
    kind: str = "any",
    *,
    links: str | None = None,
    layers: Sequence[str] | None = None,
    readout: int | None = None,
    activation: str | None = None,
) -> LayeredNetwork:
    """Read the linear layers of a file as a network, see :func:`~netsparse.graph.state_dict.network_from_state`.

    Parameters
    ----------
    path : path-like
    kind : str
        Of no effect: it is a network.
    links, layers, readout, activation
        As there. The format has no order: layers are those of the names in natural order (2 before 10). Readout and
        activation are those that :func:`write_safetensors` noted, if they are not given.

    Raises
    ------
    FileFormatError
        If the file is damaged.
    ValueError
        If it says no network; names the layer.
    OSError
        If there is no such file.
    """
    numbers, metadata = _opened(path)
    state = {name: numbers[name] for name in sorted(numbers, key=_natural)}
    noted = int(metadata.get("readout", "0")) if metadata.get("readout", "0").isdigit() else 0
    try:
        return network_from_state(
            state,
            links=links,
            layers=layers,
            readout=noted if readout is None else check_count("readout", readout),
            activation=metadata.get("activation", "relu") if activation is None else activation,
        )
    except (ValueError, TypeError) as error:
        raise InvalidInput(f"{fspath(path)}: {error}") from None


def write_safetensors(graph: LayeredNetwork | BipartiteLayer, path: str | PathLike) -> None:
    """Write dense weights, masks and biases by the names of ``torch.nn.utils.prune``, atomically.

    Examples
    --------
    >>> import netsparse as ns, pathlib, tempfile
    >>> path = pathlib.Path(tempfile.mkdtemp()) / 'network.safetensors'
    >>> network = ns.generate.erdos_renyi((6, 5, 3), density=0.4, rng=0)
    >>> write_safetensors(network, path)
    >>> read_safetensors(path) == network
    True
    """
    save = _library().save
    network = graph if isinstance(graph, LayeredNetwork) else LayeredNetwork([graph])
    about = {"readout": str(network.readout), "activation": network.activation}
    with writing(path) as temporary, open(temporary, "wb") as file:
        file.write(save(state_of_network(network), metadata=about))


def _opened(path: str | PathLike):
    """Return the arrays of a file by name, and what it says about them."""
    open_file = _library("safetensors").safe_open
    with open(path, "rb"):  # the library's words for a file that is not there differ
        pass
    try:
        with open_file(fspath(path), framework="numpy") as file:
            return {name: file.get_tensor(name) for name in file.keys()}, file.metadata() or {}  # noqa: SIM118
    except Exception as error:  # of a class of the library's own, and TypeErrors for dtypes that numpy lacks
        raise FileFormatError(
            f"{fspath(path)} is no safetensors file that is read here: {one_line(error, 200)}"
        ) from error


def _library(name: str = "safetensors.numpy"):
    import importlib

    try:
        return importlib.import_module(name)
    except ImportError:
        raise InvalidInput("files of safetensors need its package: pip install 'netsparse[formats]'") from None


def _natural(name: str) -> list[tuple[int, int | str]]:
    """Return a key that sorts numbers in names as numbers.

    >>> sorted(["layers.10", "layers.2"], key=_natural)
    ['layers.2', 'layers.10']
    """
    return [(0, int(part)) if part.isdigit() else (1, part) for part in re.split(r"(\d+)", name) if part]

"""The training loop: epoch after epoch, from the start or from a checkpoint."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import ExitStack
from os import PathLike
from typing import TYPE_CHECKING, Any, NamedTuple

from netsparse.datasets import Dataset, check_fits
from netsparse.errors import FileFormatError, InvalidValue
from netsparse.graph import LayeredNetwork, as_network
from netsparse.graph.door import NetworkLike
from netsparse.kernels.choice import kind_in_use, using
from netsparse.train import history as histories
from netsparse.train.checkpoint import Checkpoint
from netsparse.train.epoch import Diverged, run_epoch
from netsparse.train.folder import RunFolder
from netsparse.train.history import EpochRecord
from netsparse.train.initial import training_data
from netsparse.train.progress import show
from netsparse.train.provenance import describe
from netsparse.train.schedule import keeps_snapshot
from netsparse.train.settings import Settings
from netsparse.train.variation import check_rules
from netsparse.train.warm_up import warm_up

if TYPE_CHECKING:
    import pandas

    from netsparse.datasets.standardised import Standardised
    from netsparse.nn.engines import Engine


class Result(NamedTuple):
    """What a run leaves: the trained network and a table with a row per epoch, as in ``history.csv``.

    Examples
    --------
    >>> import netsparse as ns
    >>> settings = ns.train.Settings(dataset="fashion-mnist-6k", epochs=2)
    >>> data = ns.datasets.load(settings.data.dataset)
    >>> network = ns.train.initial_network(settings, data.n_features, data.n_classes)
    >>> trained, history = ns.train.fit(network, data, settings, progress=False)
    >>> list(history.epoch), list(history.links)
    ([1, 2], [37840, 37840])
    """

    network: LayeredNetwork
    history: pandas.DataFrame


def fit(
    network: NetworkLike,
    data: Dataset,
    settings: Settings,
    *,
    out: str | PathLike | None = None,
    resume: bool = False,
    progress: bool = True,
    command: str | None = None,
    asked: Mapping[str, Any] | None = None,
) -> Result:
    """Train a network on a data set, rewiring it as it learns.

    An epoch is: gradient steps on the links that are present; evaluation; one update of the topology
    (:func:`netsparse.rewire.step`), while updates are due. Link counts of all layers are
    exactly what the recipe says: by default they stay as they are.

    Parameters
    ----------
    network : LayeredNetwork
        Or what :func:`netsparse.graph.as_network` takes.
        The start; usually ``initial_network(settings, data.n_features, data.n_classes)``.
    data : Dataset
        Standardised here, by one mean and one deviation over the images that are trained on.
    settings : Settings
        Data set, hidden sizes and density only describe `network` and `data`, which are taken as they are.
    out : path-like, optional
        Folder for settings, history, checkpoints, networks and a figure; made if need be. Nothing is written
        without it.
    resume : bool, default False
        Continue the run in `out` after its last whole epoch, to the bits of an uninterrupted run on the same
        machine. Settings, data and initial network must be the same. A finished run is only read.
    progress : bool, default True
        Show a bar on a terminal, a line per epoch elsewhere.
    command : str, optional
        The command line that asked for the run, kept in ``settings.json``.
    asked : mapping, optional
        The arguments of the settings that it gave, kept there too: what they are compared with when the run is resumed.

    Returns
    -------
    Result
        `network` and `history`, see :class:`netsparse.train.EpochRecord`.

    Raises
    ------
    ValueError
        If the data do not fit the network; before anything is written.
    NetsparseError
        If `out` holds another run, cannot be written to, has nothing to resume, or another process trains in it;
        before anything is written.
    Diverged
        If the loss becomes NaN or infinite. The folder keeps the last good epoch; without one it is left empty.

    Notes
    -----
    Steps cost 6 x links x samples floating-point operations an epoch with the sparse backend. Every random
    choice derives from (seed, epoch, purpose), so that a checkpoint holds no generator state.

    Examples
    --------
    >>> import numpy as np
    >>> from netsparse import datasets, train
    >>> x, y = np.eye(4).repeat(8, axis=0), np.arange(4).repeat(8)
    >>> data = datasets.Dataset('corners', x, y, x, y)
    >>> settings = train.Settings(hidden=[12], density=0.5, epochs=4, batch_size=4, regrowth='random')
    >>> network = train.initial_network(settings, data.n_features, data.n_classes)
    >>> result = train.fit(network, data, settings, progress=False)
    >>> float(result.history['test_accuracy'].iloc[-1])
    1.0
    >>> result.history['links'].unique()
    array([72])

    References
    ----------
    .. [1] arXiv:2602.21961.
    """
    network = as_network(network)
    folder = _checked_folder(out, resume)
    check_rules(settings.recipe)  # a rule that is not there is missed before any work
    network = settings.recipe.freeze(network)
    check_fits(network, data)
    inputs = training_data(settings, data, network.dtype)
    description = describe(settings, network, inputs, command, asked)
    start = Checkpoint(0, network, {}, kernels=kind_in_use())
    with ExitStack() as held:
        if folder and resume:
            folder.check_same_run(settings, description)
            held.enter_context(folder.alone())
            folder.drop_unfinished_files()
            start = folder.checkpoint() or start._replace(kernels=folder.kernels())
        held.enter_context(using(start.kernels))
        if folder and start.epoch == settings.run.epochs and folder.is_finished():
            return Result(start.network, histories.to_frame(folder.history(start.epoch)))
        engine = make_engine(start.network, settings)
        if start.epoch:
            _restore(engine, start, folder)
        if folder and not resume:
            held.enter_context(folder.alone())
            folder.start(description)
        try:
            trained, records = _train(engine, start, inputs, settings, folder, progress)
        except Diverged:
            if folder:
                folder.forget_run_without_epochs()  # so that the same command with another rate can start there
            raise
        if folder:
            folder.finish(trained, records)
    return Result(trained, histories.to_frame(records))


def _checked_folder(out: str | PathLike | None, resume: bool) -> RunFolder | None:
    """Return the folder if it can be used as asked, before any work."""
    if out is None:
        if resume:
            raise InvalidValue("resume needs out, the folder of the run", parameter="resume")
        return None
    folder = RunFolder(out)
    folder.check_resumable() if resume else folder.check_free()
    return folder


def _restore(engine: Engine, start: Checkpoint, folder: RunFolder) -> None:
    try:
        engine.load_state(start.engine)
    except ValueError as error:
        raise FileFormatError(f"{folder.checkpoint_file} does not fit its own network: {error}") from None


def make_engine(network: LayeredNetwork, settings: Settings) -> Engine:
    """Return what makes the gradient steps; it has what evidence the recipe needs."""
    from netsparse import nn

    optimiser = settings.optimiser
    return nn.engine(
        network,
        settings.model.backend,
        lr=optimiser.lr,
        momentum=optimiser.momentum,
        weight_decay=optimiser.weight_decay,
        batch_size=optimiser.batch_size,
        threads=settings.run.threads,
        needs=settings.recipe.needs(),
    )


def _train(
    engine: Engine,
    start: Checkpoint,
    inputs: Standardised,
    settings: Settings,
    folder: RunFolder | None,
    progress: bool,
) -> tuple[LayeredNetwork, list[EpochRecord]]:
    """Run the epochs after `start`; return the last network and the rows of all epochs."""
    network, state, recipe = start.network, start.rewiring, settings.recipe
    records = folder.cut_history(start.epoch) if folder else []
    with show(progress, settings.run.epochs, start.epoch) as display:
        warm_up(network, settings, make_engine, display.note)
        for epoch in range(start.epoch + 1, settings.run.epochs + 1):
            network, state, record = run_epoch(
                engine, inputs, settings, recipe, state, epoch, on_progress=display.steps
            )
            records.append(record)
            if folder:
                checkpoint = Checkpoint(epoch, network, engine.state(), state, start.kernels)
                folder.save_epoch(record, checkpoint, snapshot=keeps_snapshot(settings, epoch))
            display.epoch(record)
    return network, records

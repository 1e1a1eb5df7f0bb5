"""Edited runs from the first block and position on, for models and sites that cannot be resumed: several in a batch."""

from collections.abc import Mapping, Sequence
from typing import Any

import torch
from torch import Tensor

from cutaway.errors.models import PromptError
from cutaway.models.inputs import Given, arguments
from cutaway.models.model import Model
from cutaway.models.observer import Observer
from cutaway.models.passes import Passes
from cutaway.models.run import observe
from cutaway.models.sweep.cells import Cell, by_site, in_order, rows_of
from cutaway.models.sweep.readout import Readout


def run_whole(
    model: Model,
    inputs: Given,
    mask: Tensor | None,
    cells: Sequence[Cell],
    readout: Readout | None,
    *,
    graph: bool = False,
) -> Tensor:
    """The logits that the metrics read, [batch, n, token], of a batch of cells; without any, of the prompt itself.

    Without a readout they are whole.

    Raises: PromptError for a model without logits; what a run raises.
    """
    call = arguments(model.name, model.layout.inputs, model.shape, inputs, mask, device=model.device, dtype=model.dtype)
    rows = rows_of(cells, model.device) if cells else torch.arange(call.batch, device=model.device)
    passes = Passes(len(rows), call.length)
    edits = by_site(cells, passes)
    observer = Observer(in_order(model, edits), (), edits, passes)
    args, kwargs = (tiled(part, call.batch, rows) for part in (call.args, call.kwargs))
    output = observe(
        model.module,
        lambda: model.module(*args, **kwargs),
        observer,
        name=model.name,
        softmax=model.layout.softmax,
        graph=graph,
    )
    found = model.layout.logits(output)
    if found is None:
        raise PromptError(model.name, "it has no logits to measure", "Load it with its head.")
    whole = found[:, None] if found.ndim == 2 else found
    return whole if readout is None else readout.of(whole)


def tiled(value: Any, batch: int, rows: Tensor) -> Any:
    """Inputs for some rows of the prompt, each as often as it is named."""
    if isinstance(value, Tensor):
        return value.index_select(0, rows) if value.ndim and value.shape[0] == batch else value
    if isinstance(value, Mapping):
        return {name: tiled(entry, batch, rows) for name, entry in value.items()}
    if isinstance(value, (tuple, list)):
        return type(value)(tiled(entry, batch, rows) for entry in value)
    return value

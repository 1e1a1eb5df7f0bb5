"""Who reads a norm: found by watching one pass and following gradients, not by the names of modules.

A map reads a norm if exactly what the norm gave is handed to it. To see whether anything else reads it too, a zero
that wants a gradient is added to what the norm gives, and taken away again for the maps that were found: if the logits
still depend on that zero, there is another reader, such as a sum.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import torch
from torch import Tensor, nn

from cutaway.errors.transforms import TransformRefusedError
from cutaway.models.model import Model
from cutaway.models.sites import Site
from cutaway.models.transforms.checked import AS_IT_IS, sample

AFTER = "norms after a half cannot be folded into what reads it, nor centred: what they give is added to the stream"


@dataclass
class Reading:
    """How one norm is read: by which modules with weights, and whether by anything else."""

    maps: list[str] = field(default_factory=list)
    otherwise: bool = False


@dataclass
class Watch:
    """What one pass showed: modules with weights in the order of their calls, and what each norm handed on."""

    readings: dict[str, Reading]
    calls: list[str] = field(default_factory=list)
    probes: dict[str, Tensor] = field(default_factory=dict)
    handed: dict[int, tuple[str, Tensor, Tensor]] = field(default_factory=dict)  # by address; held, so none is reused

    def norm_gave(self, path: str, output: Tensor) -> Tensor:
        self.calls.append(path)
        self.probes[path] = torch.zeros_like(output, requires_grad=True)
        marked = output + self.probes[path]
        self.handed[marked.untyped_storage().data_ptr()] = path, output, marked
        return marked

    def map_takes(self, path: str, value: Any) -> Any:
        """The value, without its zero if it is exactly what a norm gave; the map is then one of its readers."""
        if not isinstance(value, Tensor):
            return value
        norm, output, marked = self.handed.get(value.untyped_storage().data_ptr(), ("", value, value))
        if not norm or value.numel() != marked.numel() or not (value.is_contiguous() and marked.is_contiguous()):
            return value
        self.readings[norm].maps.append(path)
        return output.reshape(value.shape)


def holds_map(module: nn.Module) -> bool:
    """Whether a module has a weight of its own that is a matrix, or several."""
    return any(weight.ndim > 1 for weight in module.parameters(recurse=False))


@contextmanager
def watching(module: nn.Module, norms: Sequence[str]) -> Iterator[Watch]:
    """Hooks on the norms and on every module that holds a map, for as long as it lasts."""
    watch = Watch({path: Reading() for path in norms})

    def after(path: str) -> Any:
        return lambda _module, _given, output: watch.norm_gave(path, output)

    def before(path: str) -> Any:
        def hook(_module: nn.Module, given: tuple[Any, ...], named: dict[str, Any]) -> Any:
            watch.calls.append(path)
            taken = tuple(watch.map_takes(path, value) for value in given)
            return taken, {name: watch.map_takes(path, value) for name, value in named.items()}

        return hook

    handles = [module.get_submodule(path).register_forward_hook(after(path)) for path in norms]
    for path, part in module.named_modules():
        if holds_map(part):
            handles.append(part.register_forward_pre_hook(before(path), with_kwargs=True))
    try:
        yield watch
    finally:
        for handle in handles:
            handle.remove()


def watched(model: Model, norms: Sequence[str]) -> Watch:
    """One pass over a few random tokens, and one back from the logits."""
    with watching(model.module, norms) as watch:
        logits = model.run(sample(model), graph=True).logits
    if watch.probes and logits.requires_grad:
        found = torch.autograd.grad(logits.sum(), list(watch.probes.values()), allow_unused=True)
        for path, gradient in zip(watch.probes, found, strict=True):
            watch.readings[path].otherwise = gradient is not None
    return watch


def readings_of_stream(model: Model, transform: str) -> dict[str, Reading]:
    """How each norm before a half, and the last norm, is read.

    Raises: TransformRefusedError if anything reads the stream without a norm, or if the norms come after the halves.
    """
    norms = {site: tap.path for site, tap in model.taps.items() if site.name.endswith("_scale")}
    watch = watched(model, list(norms.values()))

    def refuse(reason: str) -> None:
        raise TransformRefusedError(model.name, transform, reason, AS_IT_IS)

    for layer in range(model.shape.n_layers):
        first, second = norms.get(Site("ln1_scale", layer)), norms.get(Site("ln2_scale", layer))
        if first is None:
            refuse(f"attention reads the stream without a norm (layer {layer})")
        elif watch.calls.index(first) > watch.calls.index(model.taps[Site("z", layer)].path):
            refuse(AFTER)
        elif second is None and mlp_reads_elsewhere(model, layer, watch.readings[first].maps):
            refuse(f"the MLP reads the stream without a norm (layer {layer})")
    if Site("ln_final_scale", None) not in norms:
        refuse("the unembedding reads the stream without a norm")
    return watch.readings


def mlp_reads_elsewhere(model: Model, layer: int, maps: Sequence[str]) -> bool:
    """Whether there is an MLP that is not among the maps that read attention's norm."""
    neurons = model.taps.get(Site("mlp_pre", layer))
    return neurons is not None and neurons.path not in maps

"""What a long sweep has done so far, in a file from which the next process goes on."""

import hashlib
import json
from collections.abc import Iterable, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from tempfile import NamedTemporaryFile
from types import CodeType, FunctionType
from typing import Any

import torch
from safetensors import SafetensorError, safe_open
from safetensors.torch import save_file
from torch import Tensor

from cutaway.errors.sweep import OtherSweepError
from cutaway.models.edits import Apply, Edit
from cutaway.models.model import Model


def fingerprint(model: Model, tensors: Iterable[Tensor], edits: Iterable[Sequence[Edit]], words: Sequence[str]) -> str:
    """What a sweep is of: sizes and a sample of the weights, the prompt, every edit with its numbers, the metrics."""
    whole = hashlib.sha256()
    for name, weight in model.module.named_parameters():
        whole.update(f"{name}{tuple(weight.shape)}".encode())
        if not weight.is_meta:
            sample = weight.detach().flatten()[:: max(1, weight.numel() // 64)]
            whole.update(sample.float().cpu().numpy().tobytes())
    for tensor in tensors:
        whole.update(tensor.detach().cpu().contiguous().float().numpy().tobytes())
    seen: dict[int, tuple[int, Tensor]] = {}  # by identity, with the tensor, so that it keeps its own
    for some in edits:
        for edit in some:
            whole.update(in_words(edit).encode())
            for tensor in edit.tensors.values():
                if id(tensor) not in seen:
                    seen[id(tensor)] = (len(seen), tensor)
                    whole.update(tensor.detach().cpu().contiguous().float().numpy().tobytes())
                whole.update(f"tensor {seen[id(tensor)][0]}".encode())
    whole.update(json.dumps(list(words)).encode())
    return whole.hexdigest()


def in_words(edit: Edit) -> str:
    """An edit as text that another process would write too."""
    if not isinstance(edit, Apply):
        return repr(edit)
    return f"{replace(edit, function=torch.abs)!r} {what_it_does(edit.function)}"


def what_it_does(part: Any) -> str:
    """A function, or something that it holds: its code, names, constants and what it closes over, but no address."""
    if isinstance(part, CodeType):
        return f"{part.co_code!r} {part.co_names} {[what_it_does(one) for one in part.co_consts]}"
    if isinstance(part, FunctionType):
        held = [cell.cell_contents for cell in part.__closure__ or ()]
        return f"{what_it_does(part.__code__)} {[what_it_does(one) for one in (*held, *(part.__defaults__ or ()))]}"
    if isinstance(part, partial):
        return f"{what_it_does(part.func)} {[what_it_does(one) for one in (*part.args, *part.keywords.items())]}"
    if isinstance(part, Tensor):
        return hashlib.sha256(part.detach().cpu().contiguous().float().numpy().tobytes()).hexdigest()
    if isinstance(part, (tuple, list)):
        return str([what_it_does(one) for one in part])
    return str(getattr(part, "__qualname__", None) or repr(part))


def load_kept(path: Path, key: str) -> tuple[Tensor, Tensor] | None:
    """Scores and which of them are done; None if there is no such file yet.

    Raises: OtherSweepError if it belongs to another sweep, or cannot be read.
    """
    if not path.exists():
        return None
    try:
        with safe_open(path, framework="pt") as file:
            if (file.metadata() or {}).get("sweep") != key:
                raise OtherSweepError(str(path))
            return file.get_tensor("scores"), file.get_tensor("done")
    except SafetensorError as fault:
        raise OtherSweepError(str(path)) from fault


def save_kept(path: Path, key: str, scores: Tensor, done: Tensor) -> None:
    """Write both, whole or not at all."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with NamedTemporaryFile(dir=path.parent, suffix=".part", delete=False) as file:
        part = Path(file.name)
    try:
        save_file({"scores": scores.contiguous(), "done": done.contiguous()}, part, metadata={"sweep": key})
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)


def blank(edits: int, metrics: int, rows: int) -> tuple[Tensor, Tensor]:
    """No score, and nothing done."""
    return torch.full((edits, metrics, rows), torch.nan), torch.zeros(edits, dtype=torch.bool)

"""The state of a training run on disk: safetensors and JSON, written whole or not at all."""

import json
import shutil
from dataclasses import dataclass
from pathlib import Path

import torch
from safetensors.torch import load_file, save_file
from torch import nn

KEPT = 2  # older checkpoints are deleted


@dataclass(frozen=True)
class Progress:
    """How far a run has come, and of what it is a run."""

    step: int
    recipe: str
    text: str


def save(folder: Path, model: nn.Module, optimizer: torch.optim.AdamW, progress: Progress) -> None:
    """Write `folder/step-000500`, by way of a name that no reader looks at."""
    final = folder / f"step-{progress.step:06d}"
    partial = folder / f".{final.name}.partial"
    shutil.rmtree(partial, ignore_errors=True)
    partial.mkdir(parents=True)
    save_file({name: value.contiguous() for name, value in model.state_dict().items()}, partial / "model.safetensors")
    moments = {
        f"{index}.{key}": value
        for index, state in optimizer.state_dict()["state"].items()
        for key, value in state.items()
    }
    save_file(moments, partial / "optimizer.safetensors")
    (partial / "progress.json").write_text(json.dumps(vars(progress)))
    shutil.rmtree(final, ignore_errors=True)
    partial.rename(final)
    for old in sorted(folder.glob("step-*"))[:-KEPT]:
        shutil.rmtree(old)


def newest(folder: Path) -> Path | None:
    """The last whole checkpoint, if there is one."""
    return max(folder.glob("step-*"), default=None)


def read_progress(checkpoint: Path) -> Progress:
    """How far a checkpoint had come."""
    return Progress(**json.loads((checkpoint / "progress.json").read_text()))


def restore(checkpoint: Path, model: nn.Module, optimizer: torch.optim.AdamW) -> None:
    """Put weights and optimizer back as they were."""
    model.load_state_dict(load_file(checkpoint / "model.safetensors"))
    state: dict[int, dict[str, torch.Tensor]] = {}
    for name, value in load_file(checkpoint / "optimizer.safetensors").items():
        index, key = name.split(".")
        state.setdefault(int(index), {})[key] = value
    optimizer.load_state_dict({"state": state, "param_groups": optimizer.state_dict()["param_groups"]})

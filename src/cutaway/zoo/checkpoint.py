"""The state of a training run on disk: safetensors and JSON, written whole or not at all."""

import json
import shutil
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path

import torch
from safetensors.torch import load_file, save_file
from torch import nn

KEPT = 2  # older checkpoints are deleted
WEIGHTS = "model.safetensors"


@dataclass
class Progress:
    """How far a run has come, of what it is a run, how long it took, and what was measured on the way."""

    identity: str
    step: int = 0
    tokens: int = 0
    seconds: float = 0.0
    curve: list[Mapping[str, float]] = field(default_factory=list)


def save(folder: Path, model: nn.Module, optimizer: torch.optim.AdamW, progress: Progress) -> None:
    """Write `folder/step-0000500`, by way of a name that no reader looks at."""
    final = folder / f"step-{progress.step:07d}"
    partial = folder / f".{final.name}.partial"
    shutil.rmtree(partial, ignore_errors=True)
    partial.mkdir(parents=True)
    save_weights(partial, model)
    moments = {
        f"{index}.{key}": value
        for index, state in optimizer.state_dict()["state"].items()
        for key, value in state.items()
    }
    save_file(moments, partial / "optimizer.safetensors")
    torch_state = {"generator": torch.get_rng_state()}  # dropout goes on where it was
    save_file(torch_state, partial / "random.safetensors")
    (partial / "progress.json").write_text(json.dumps(asdict(progress)))
    shutil.rmtree(final, ignore_errors=True)
    partial.rename(final)
    for old in sorted(folder.glob("step-*"))[:-KEPT]:
        shutil.rmtree(old)


def save_weights(folder: Path, model: nn.Module) -> None:
    """The weights alone."""
    folder.mkdir(parents=True, exist_ok=True)
    partial = folder / f".{WEIGHTS}.partial"
    save_file({name: value.detach().contiguous() for name, value in model.state_dict().items()}, partial)
    partial.replace(folder / WEIGHTS)


def newest(folder: Path) -> Path | None:
    """The last whole checkpoint, if there is one."""
    return max(folder.glob("step-*"), default=None)


def read_progress(checkpoint: Path) -> Progress:
    """How far a checkpoint had come."""
    return Progress(**json.loads((checkpoint / "progress.json").read_text()))


def restore(checkpoint: Path, model: nn.Module, optimizer: torch.optim.AdamW) -> None:
    """Put weights, optimizer and random state back as they were."""
    model.load_state_dict(load_file(checkpoint / WEIGHTS))
    state: dict[int, dict[str, torch.Tensor]] = {}
    for name, value in load_file(checkpoint / "optimizer.safetensors").items():
        index, key = name.split(".")
        state.setdefault(int(index), {})[key] = value
    optimizer.load_state_dict({"state": state, "param_groups": optimizer.state_dict()["param_groups"]})
    torch.set_rng_state(load_file(checkpoint / "random.safetensors")["generator"])

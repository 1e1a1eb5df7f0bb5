"""Untrained twins: the same architecture with fresh random weights, the null of everything learnt."""

import copy
from typing import Any

import torch

from cutaway.models.model import Model
from cutaway.models.wrap import wrap

NARROW_ABOVE = 20_000_000  # weights; larger models get twins with a small vocabulary and small MLPs
NARROW = {"vocab_size": 2048, "n_inner": 64, "intermediate_size": 64, "d_mlp": 64}


def untrained_twin(model: Model, *, seed: int, narrow: bool = False) -> Model:
    """A twin drawn from the architecture's own initialisation; the global random state is left as it was.

    It reads text as the model does. `narrow` keeps layers, heads, head size and context, shrinks the vocabulary and
    the MLPs, and reads ids alone.
    """
    config: Any = copy.deepcopy(model.module.config)
    if narrow:
        for field, size in NARROW.items():
            chosen = getattr(config, field, 0)  # None means the architecture's own default; 0 means there is none
            if chosen != 0:
                setattr(config, field, size if chosen is None else min(size, chosen))
        config.bos_token_id, config.eos_token_id, config.pad_token_id = 0, 0, None
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        module = type(model.module)(config).eval()
    return wrap(module, name=f"untrained {model.name} {seed}", tokenizer=None if narrow else model.tokenizer)


def is_large(model: Model) -> bool:
    """Whether twins should be narrow."""
    return model.parameters > NARROW_ABOVE

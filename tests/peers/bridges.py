"""The small random models of the conformance tests inside bridges of TransformerLens; nothing is fetched."""

import copy

import pytest
import torch

from cutaway.models.transformer_lens import IN_LAYER, TRANSFORMER_LENS
from tests.conformance.families import build

sources = pytest.importorskip(
    "transformer_lens.model_bridge.sources", reason="TransformerLens is not installed: make peers"
)

TOKENS = torch.tensor([[0, 5, 9, 5, 9, 33, 2, 60], [0, 7, 7, 1, 12, 40, 3, 8]])
LAYERS = 3


def bridge_around(module):
    """With eager attention, which `boot_transformers` also asks of transformers."""
    module.set_attn_implementation("eager")
    return sources.build_bridge_from_module(module, type(module).__name__, hf_config=module.config)


def bridge_of(name):
    """A bridge around a copy of the small model of a family."""
    return bridge_around(copy.deepcopy(build(name).module))


@torch.no_grad()
def cached(bridge):
    """What the bridge itself computes and keeps, without the cache of keys, as Cutaway runs it."""
    return bridge.run_with_cache(TOKENS, return_type="logits", use_cache=False)


@torch.no_grad()
def hooked(bridge, hook, change):
    """The bridge's logits with a function at one of its hooks."""
    return bridge.run_with_hooks(TOKENS, use_cache=False, fwd_hooks=[(hook, lambda value, hook: change(value))])


def named_hooks():
    """Every name of theirs that Cutaway reads, with the site that it is said to mean."""
    inside = {f"blocks.{n}.{hook}": f"{site}.{n}" for n in range(LAYERS) for hook, site in IN_LAYER.items()}
    return TRANSFORMER_LENS | inside

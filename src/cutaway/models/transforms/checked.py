"""What every transform of weights has in common: a copy to work on, and the check that no logit has changed."""

import copy
from typing import Any

import torch
from jaxtyping import Int
from torch import Tensor, nn

from cutaway.errors.transforms import TransformRefusedError
from cutaway.models.adapters.transformer_bridge import is_bridged
from cutaway.models.model import Model
from cutaway.models.sites import Site
from cutaway.models.wrap import wrap

ROWS, LENGTH, SEED = 2, 8, 0  # of the random batch that the check reads

# The largest change of a logit, as a share of the logits' range. Rounding a weight costs 2^-24 of it in float32,
# 2^-11 in float16 and 2^-8 in bfloat16; the layers let that grow.
TOLERANCE = {torch.float64: 1e-9, torch.float32: 1e-4, torch.float16: 1e-2, torch.bfloat16: 5e-2}

LOGITS = Site("logits", None)
AS_IT_IS = "Use the model as it is: its weights are the original's, and every technique reads them so"


def refuse_unless_decoder(model: Model, transform: str) -> None:
    """Raises: TransformRefusedError unless this is one stack from tokens to logits, its weights numbers in memory."""
    first = next(iter(model.layout.inputs.names), "")
    if not model.shape.n_layers:
        reason = "no adapter says where its norms and maps are"
    elif set(model.layout.shapes) != {""} or first != "input_ids":
        reason = (
            f"it is no decoder of tokens alone (it reads {', '.join(model.layout.inputs.names) or 'something else'})"
        )
    elif LOGITS not in model.taps:
        reason = "it has no unembedding, so there are no logits to compare"
    elif is_bridged(model.module):
        reason = "it is inside a TransformerBridge, which has its own way: bridge.enable_compatibility_mode()"
    elif odd := [name for name, weight in model.module.named_parameters() if weight.dtype not in TOLERANCE]:
        reason = f"its weights are quantised ({odd[0]}), so they cannot be changed without loss"
    elif away := [name for name, weight in model.module.named_parameters() if weight.is_meta]:
        reason = f"its weights are not in memory ({away[0]})"
    else:
        return
    raise TransformRefusedError(model.name, transform, reason, AS_IT_IS)


def copied(model: Model) -> Model:
    """A deep copy with an unembedding of its own, where the original shares it with the embedding."""
    module: Any = copy.deepcopy(model.module)
    untie(module, model.taps[LOGITS].path)
    return wrap(module, name=model.name, tokenizer=model.tokenizer)


def untie(module: Any, path: str) -> None:
    """Give one part its own copy of a weight that another part holds too; a saved model remembers it."""
    part = module.get_submodule(path)
    holders = [name for name, weight in module.named_parameters(remove_duplicate=False) if weight is part.weight]
    if len(holders) > 1:
        part.weight = nn.Parameter(part.weight.detach().clone(), requires_grad=part.weight.requires_grad)
        module.config.tie_word_embeddings = False


def sample(model: Model) -> Int[Tensor, "batch pos"]:
    """A few random tokens of the model's own vocabulary, the same at every call."""
    generator = torch.Generator().manual_seed(SEED)
    size = (ROWS, min(LENGTH, model.shape.n_ctx))
    return torch.randint(model.shape.d_vocab, size, generator=generator).to(model.device)


def tolerance(model: Model) -> float:
    """The allowance for the coarsest numbers among the weights."""
    return max(TOLERANCE[weight.dtype] for weight in model.module.parameters())


def refuse_changed_logits(original: Model, new: Model, transform: str) -> None:
    """Raises: TransformRefusedError with the difference, if the two do not give the same logits within `TOLERANCE`."""
    tokens = sample(original)
    before, after = original.run(tokens).logits.double(), new.run(tokens).logits.double()
    change, extent = float((after - before).abs().max()), float(before.max() - before.min())
    allowed = tolerance(new) * extent
    if not change <= allowed:  # so that nan is refused
        raise TransformRefusedError(
            original.name,
            transform,
            f"a logit changed by {change:.2g}, where {allowed:.2g} is allowed (logits span {extent:.2g})",
            "If the weights are 16-bit, load them in float32 first: cutaway.load(name, dtype=torch.float32);\n"
            "  otherwise this architecture computes something that the transform does not know: use it as it is",
        )

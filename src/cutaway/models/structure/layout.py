"""The layout of a decoder without an adapter. What a small copy does not show is absent, with the reason."""

import inspect
from dataclasses import replace
from typing import Any

import torch
from torch import nn

from cutaway.errors.models import StructureError
from cutaway.models.anatomy.block import Block
from cutaway.models.anatomy.layout import Inputs, Layout
from cutaway.models.anatomy.stack import DECODER_INPUTS, SELF_COUNTING, Stack, layout_of
from cutaway.models.entries import chosen
from cutaway.models.structure.finding import Finding, find
from cutaway.models.structure.halves import is_norm
from cutaway.models.structure.origins import Counts
from cutaway.models.structure.recording import FIRST_ID, Recording, record, same
from cutaway.models.verify.small import VOCAB, as_it_is, small_config, small_copy

NO_POSITIONS = "it has no embedding of positions"
IDS = "input_ids"
LARGEST = 20_000_000  # weights of a copy that is still small
UNBOUNDED = 2**31  # positions, of a model that does not say where its context ends


def layout(module: Any) -> Layout:
    """The layout of a decoder, by what a small random copy of it computes.

    Cost: one pass of a copy of two layers. Raises: StructureError with the place and the reason, where there is no
    one stack of attention blocks.
    """
    with as_it_is():
        return understood(module)


def understood(module: Any) -> Layout:
    """The same, in torch's usual precision."""
    small, seen = recorded(module)
    at = stack_of(seen)
    blocks: list[nn.Module] = list(module.get_submodule(at))
    small_counts, counts = counted(seen, small.config, module.config)
    found: dict[tuple[str, ...], Finding] = {}
    for number, part in enumerate(small.get_submodule(at).children()):
        each = find(seen, f"{at}.{number}", small_counts)
        found[names_of(part)] = each.with_rotation_of(found.get(names_of(part), each), f"{at}.{number}")
    if any(each.rotary for each in found.values()):  # where one layer of a family rotates, others of the model may
        found = {names: replace(each, rotary=True) for names, each in found.items()}

    def block(layer: int) -> Block:
        return of_its_kind(found, blocks[layer], f"{at}.{layer}").block(blocks[layer], counts)

    stack = Stack(
        blocks=at,
        block=block,
        embed=path_of(module, module.get_input_embeddings()) or "its token embedding is no module of its own",
        pos_embed=positions(small, seen),
        final_norm=final_norm(seen, at),
        unembed=path_of(module, module.get_output_embeddings()) or "this model has no unembedding",
        n_ctx=context_of(module.config),
    )
    inputs = inputs_of(module)
    inputs = replace(inputs, no_padding=fault_of_padding(small, inputs))
    return layout_of(module, stack, inputs=inputs, softmax=seen.softmax)


def recorded(module: Any) -> tuple[Any, Recording]:
    """A small copy, and one pass of it. Any family may fail here in a way of its own, so any failure is a finding."""
    if module.main_input_name != IDS:
        raise StructureError("", f"it reads {module.main_input_name}, not token ids")
    try:
        refuse_large(module)
        small: Any = small_copy(module)
        return small, record(small, IDS)
    except StructureError:
        raise
    except Exception as error:
        fault = f"{type(error).__name__}: {(str(error).splitlines() or [''])[0]}"
        raise StructureError("", f"a small copy of it does not run ({fault})") from error


def refuse_large(module: Any) -> None:
    """Raises: StructureError if the config has sizes that nobody knows how to shrink."""
    with torch.device("meta"):
        size = sum(weight.numel() for weight in type(module)(small_config(module.config)).parameters())
    if size > LARGEST:
        raise StructureError("", f"its config has sizes that could not be shrunk: {size:,} weights would remain")


def fault_of_padding(small: Any, inputs: Inputs) -> str:
    """Why a mask is refused; nothing if a prompt padded on the left gives the numbers of the prompt alone."""
    tokens = torch.randint(FIRST_ID, VOCAB, (1, 6), generator=torch.Generator().manual_seed(3))
    mask = torch.tensor([[0, 0, 1, 1, 1, 1]])
    places = {} if inputs.positions is None else {"position_ids": inputs.positions(mask)}
    try:
        with torch.no_grad():
            alone = chosen(small(input_ids=tokens[:, 2:], **inputs.always), (), "logits")
            output = small(input_ids=tokens, attention_mask=mask, **places, **inputs.always)
    except (RuntimeError, TypeError, ValueError, IndexError, AttributeError) as error:
        return f"a small copy of it does not run with a mask ({type(error).__name__})"
    agrees = same(chosen(output, (), "logits")[:, 2:], alone)
    return "" if agrees else "a small copy of it gives other numbers for a padded prompt"


def names_of(block: nn.Module) -> tuple[str, ...]:
    """What tells kinds of layers apart: the modules they are made of."""
    return tuple(f"{path}: {type(part).__name__}" for path, part in block.named_modules())


def of_its_kind(found: dict[tuple[str, ...], Finding], block: nn.Module, at: str) -> Finding:
    """What was found of a block of the copy that is made of the same modules."""
    kind = found.get(names_of(block))
    if kind is None:
        raise StructureError(at, "no layer of a small copy is made of the same modules")
    return kind


def stack_of(seen: Recording) -> str:
    """The path of the list of blocks: the one that holds all attention."""
    lists: dict[str, nn.Module] = {
        path: part for path, part in seen.module.named_modules() if isinstance(part, nn.ModuleList)
    }
    holders = {path for path in lists for inner in seen.attention if inner.startswith(f"{path}.")}
    if not holders:
        raise StructureError("", "no module of it calls attention that could be watched")
    outer = [path for path in holders if not any(path.startswith(f"{other}.") for other in holders)]
    if len(outer) != 1:
        raise StructureError("", f"it has several stacks of blocks: {', '.join(sorted(outer))}")
    return outer[0]


def counted(seen: Recording, small: Any, real: Any) -> tuple[Counts, Counts]:
    """Heads of the copy, as its attention shows them, and of the model, as its config says in the same words."""
    pattern = next(iter(seen.attention.values())).pattern
    small, real = small.get_text_config(), real.get_text_config()  # of a model that also reads images, its decoder's
    heads, there = heads_of(small), heads_of(real)
    if pattern is None or pattern.shape[1] != heads or there is None:
        raise StructureError("", "its config does not say how many heads it has")
    shared, shared_there = (getattr(config, "num_key_value_heads", None) for config in (small, real))
    return Counts(heads, shared or heads), Counts(there, shared_there or there)


def heads_of(config: Any) -> int | None:
    """As many as the decoder has, where an encoder may have others."""
    found: int | None = getattr(config, "decoder_attention_heads", None) or getattr(config, "num_attention_heads", None)
    return found


def path_of(module: nn.Module, part: nn.Module | None) -> str | None:
    """Where a module sits in the tree."""
    return next((path for path, other in module.named_modules() if part is not None and other is part), None)


def positions(small: Any, seen: Recording) -> str:
    """An embedding beside that of the tokens, outside the blocks, as wide as the stream."""
    tokens = seen.parts.get(path_of(small, small.get_input_embeddings()) or "")
    for part in seen.parts.values():
        beside = tokens is not None and part is not tokens and part.output.shape[-1] == tokens.output.shape[-1]
        moves = not same(part.output[..., 1:, :], part.output[..., :-1, :])  # kinds of tokens are embedded too
        if isinstance(part.module, nn.Embedding) and beside and moves:
            return part.path
    return NO_POSITIONS


def final_norm(seen: Recording, at: str) -> str | None:
    """The norm that reads what the last block leaves."""
    last = [
        part for path, part in seen.parts.items() if path.startswith(f"{at}.") and path.count(".") == at.count(".") + 1
    ]
    outside = [part for part in seen.parts.values() if not part.path.startswith(f"{at}.")]
    return next((part.path for part in outside if last and same(part.input, last[-1].output) and is_norm(part)), None)


def context_of(config: Any) -> int:
    """How many tokens it reads at most."""
    names = ("max_position_embeddings", "max_target_positions", "max_seq_len")
    return next((found for name in names if (found := getattr(config, name, None))), UNBOUNDED)


def inputs_of(module: Any) -> Inputs:
    """Positions of a padded batch are counted for the model if it takes them."""
    takes = inspect.signature(module.forward).parameters
    return DECODER_INPUTS if "position_ids" in takes else SELF_COUNTING

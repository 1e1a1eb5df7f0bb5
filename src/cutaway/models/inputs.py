"""What a model is given: token ids, images, or its own named tensors; checked, and padded batches placed."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor

from cutaway.errors.models import PromptError
from cutaway.models.anatomy.layout import Inputs, Shape

Given = Tensor | Mapping[str, Tensor] | Sequence[Tensor]
TOKEN_NAMES = ("input_ids", "decoder_input_ids")


@dataclass(frozen=True)
class Arguments:
    """How to call the module."""

    args: tuple[Any, ...]
    kwargs: dict[str, Any]
    batch: int
    length: int


def arguments(
    model: str,
    inputs: Inputs,
    shape: Shape,
    given: Given,
    mask: Tensor | None,
    *,
    device: torch.device,
    dtype: torch.dtype,
) -> Arguments:
    """The call that a run makes; images in the model's precision.

    Raises: PromptError if the model cannot read what it is given.
    """
    if not inputs.names:
        if mask is not None:
            fault = "how it takes a mask is not known"
            raise PromptError(
                model, fault, "Pass it by its own name: model.run({'input_ids': ..., 'attention_mask': ...})"
            )
        return anything(model, given, device)
    named: dict[str, Any] = dict(given) if isinstance(given, Mapping) else {inputs.names[0]: given}
    check_names(model, inputs, named)
    for name, value in named.items():
        if name in TOKEN_NAMES:
            check_tokens(model, shape, value)
        elif name == "pixel_values":
            check_pixels(model, value)
    kwargs: dict[str, Any] = dict(inputs.always)
    kwargs |= {name: value.to(device) if isinstance(value, Tensor) else value for name, value in named.items()}
    if "pixel_values" in named:
        kwargs["pixel_values"] = kwargs["pixel_values"].to(dtype)
    leading = named.get("decoder_input_ids", named.get(inputs.names[0]))
    if mask is not None:
        kwargs |= padded(model, inputs, named, mask, device)
    if leading is None:
        leading = next(iter(named.values()))
    return Arguments((), kwargs, leading.shape[0], leading.shape[1])


def anything(model: str, given: Given, device: torch.device) -> Arguments:
    """The call of a module that nobody has described: one tensor, several in order, or arguments by name."""
    if isinstance(given, Tensor):
        return Arguments((given.to(device),), {}, rows_in(given), 0)
    if not isinstance(given, (Mapping, Sequence)):
        raise PromptError(model, f"its input is a {type(given).__name__}", "Pass a tensor, several, or a dict of them.")
    named = isinstance(given, Mapping)
    values = list(given.values()) if isinstance(given, Mapping) else list(given)
    tensors = [value for value in values if isinstance(value, Tensor)]
    if not tensors or not (named or len(tensors) == len(values)):
        raise PromptError(model, "its input must be tensors", "Pass a tensor, a list of tensors or a dict with some.")
    batch = rows_in(given)
    moved = [value.to(device) if isinstance(value, Tensor) else value for value in values]
    if isinstance(given, Mapping):
        return Arguments((), dict(zip(given, moved, strict=True)), batch, 0)
    return Arguments(tuple(moved), {}, batch, 0)


def rows_in(given: Given) -> int:
    """How many rows an input has: the first axis of its first tensor that has one."""
    values = given.values() if isinstance(given, Mapping) else [given] if isinstance(given, Tensor) else given
    return next((value.shape[0] for value in values if isinstance(value, Tensor) and value.ndim), 1)


def check_names(model: str, inputs: Inputs, named: Mapping[str, Any]) -> None:
    """Every tensor that the model needs is there."""
    if missing := [name for name in inputs.names if name not in named]:
        call = ", ".join(f"'{name}': ..." for name in inputs.names)
        raise PromptError(model, f"it also needs {', '.join(missing)}", f"model.run({{{call}}})")


def check_tokens(model: str, shape: Shape, tokens: Any) -> None:
    """Token ids [batch, pos] within the vocabulary and the context."""
    if not isinstance(tokens, Tensor) or tokens.is_floating_point() or tokens.dtype == torch.bool:
        raise PromptError(model, "token ids must be a tensor of integers", "Write model.tokens([text]).")
    if tokens.ndim != 2 or not tokens.numel():
        raise PromptError(model, f"tokens of shape {tuple(tokens.shape)}", "Pass token ids [batch, pos].")
    if tokens.shape[1] > shape.n_ctx:
        fault = f"{tokens.shape[1]} tokens are longer than its context of {shape.n_ctx}"
        raise PromptError(model, fault, f"Cut the text: tokens[:, :{shape.n_ctx}]")
    lowest, highest = (int(bound) for bound in tokens.aminmax())
    if lowest < 0 or highest >= shape.d_vocab:
        wrong = lowest if lowest < 0 else highest
        fault = f"token id {wrong} is outside its vocabulary of {shape.d_vocab}"
        raise PromptError(model, fault, "Encode the text with this model's own tokenizer: model.tokens([text])")


def check_pixels(model: str, pixels: Any) -> None:
    """Images as floats [batch, channel, height, width]."""
    if not isinstance(pixels, Tensor) or not pixels.is_floating_point() or pixels.ndim != 4:
        shape = f"{pixels.dtype} {tuple(pixels.shape)}" if isinstance(pixels, Tensor) else type(pixels).__name__
        raise PromptError(model, f"images as {shape}", "Pass floats [batch, channel, height, width].")


def check_mask(model: str, tokens: Tensor, mask: Any) -> None:
    """A mask has a 1 or a 0 for every token."""
    if not isinstance(mask, Tensor):
        raise PromptError(model, f"the mask is a {type(mask).__name__}", "Pass a tensor: torch.tensor(mask)")
    if mask.shape != tokens.shape:
        fault = f"the mask has shape {tuple(mask.shape)}, the tokens {tuple(tokens.shape)}"
        raise PromptError(model, fault, "Take both from model.padded([text, longer text]).")
    if not is_binary(mask):
        fault = "its mask holds other numbers than 0 and 1"
        raise PromptError(model, fault, "Pass 1 (or True) for real tokens and 0 (or False) for padding.")


def is_binary(mask: Tensor) -> bool:
    """Whether all of it is True or False, 1 or 0."""
    return bool(((mask == 0) | (mask == 1)).all())


def padded(
    model: str, inputs: Inputs, named: Mapping[str, Tensor], mask: Any, device: torch.device
) -> dict[str, Tensor]:
    """The attention mask of a padded batch, and positions that count real tokens only."""
    if inputs.no_padding:
        raise PromptError(model, inputs.no_padding, "Run prompts of one length together, without a mask.")
    check_mask(model, named[inputs.names[0]], mask)
    mask = mask.to(device)
    if not bool(mask.bool().any(dim=1).all()):
        raise PromptError(model, "a row of the mask has no token in it", "Leave that row out.")
    found = {"attention_mask": mask.long()}
    if inputs.positions is not None:
        found["position_ids"] = inputs.positions(mask)
    return found

"""Fold the weights of norms into the maps that read them, so that a norm only centres and divides.

What a map reads is then the stream, up to a centring and one number per token: W_Q, W_K, W_V, W_in and W_U can be
multiplied with what writes into the stream. For the other half of that, see `centre.py`.
"""

from collections.abc import Sequence
from typing import Any

import torch
from jaxtyping import Float
from torch import Tensor, nn
from transformers.pytorch_utils import Conv1D

from cutaway.errors.transforms import TransformRefusedError
from cutaway.models.anatomy.heads import matrix
from cutaway.models.model import Model
from cutaway.models.transforms.checked import AS_IT_IS, copied, refuse_changed_logits, refuse_unless_decoder
from cutaway.models.transforms.readers import readings_of_stream
from cutaway.models.wrap import wrap

FOLD = "fold_layer_norm"


def fold_layer_norm(model: Model) -> Model:
    """A new model with the same logits, in which the norms that the stream is read through only centre and divide.

    Weight and bias of the norm before each half, and of the last one, go into the maps that read it; the norm keeps
    ones (Gemma, which multiplies by 1 + weight: zeros) and no bias. An unembedding that is shared with the embedding
    becomes one of its own. Norms that the stream is not read through stay as they are: those after a half (Gemma),
    after the embedding (BLOOM), and inside a half (of queries and keys, of DeepSeek's latents, of SoLU).
    A LayerNorm's bias gives maps biases for which the architecture may have no place: save the original and fold
    after loading. Such a folder is refused by `cutaway.load`, because `from_pretrained` would drop them.
    Cost: a second copy of every weight, one more of the embedding if it was shared; a backward pass over 16 tokens.
    Raises: TransformRefusedError if something reads the stream without a norm, if a norm is read by anything but
        linear maps, or if the logits of a small random batch move by more than `TOLERANCE`.
    Reference: Elhage et al. 2021, "A Mathematical Framework for Transformer Circuits", on handling layer norm.
    """
    refuse_unless_decoder(model, FOLD)
    readings = readings_of_stream(model, FOLD)
    for path, reading in readings.items():
        if reading.otherwise or not reading.maps:
            reason = (
                f"what {path} gives is not read by linear maps alone: it also enters a sum, of positions or the stream"
            )
            raise TransformRefusedError(model.name, FOLD, reason, AS_IT_IS)
    new = copied(model)
    with torch.no_grad():
        for path, reading in readings.items():
            fold(new, path, reading.maps)
    folded = wrap(new.module, name=f"folded {model.name}", tokenizer=model.tokenizer)
    refuse_changed_logits(model, folded, FOLD)
    return folded


def fold(model: Model, path: str, readers: Sequence[str]) -> None:
    """Move the weight and the bias of one norm into its readers."""
    norm: Any = model.module.get_submodule(path)
    weight, bias = getattr(norm, "weight", None), getattr(norm, "bias", None)
    if weight is None:
        return
    plus = added_to_weight(norm)
    for name in readers:
        reader = model.module.get_submodule(name)
        if bias is not None and bool(bias.any()):
            add_bias(model, name, reader, bias)
        for read in maps_of(model, name, reader):  # [..., d_model, out]
            read.copy_(wide(read) * (wide(weight) + plus)[:, None])
    weight.fill_(1 - plus)
    if bias is not None:
        bias.zero_()


def wide(value: Tensor) -> Tensor:
    """At least float32, so that 16-bit weights are rounded once."""
    return value.to(torch.promote_types(value.dtype, torch.float32))


def added_to_weight(norm: Any) -> int:
    """What a norm adds to its weight before it multiplies: 1 in Gemma, 0 elsewhere; seen by giving it ones."""
    if isinstance(norm, nn.LayerNorm):
        return 0
    gain = norm(torch.ones_like(norm.weight))  # an RMSNorm gives back its gain
    return round(float((wide(gain) - wide(norm.weight)).mean()))


def add_bias(model: Model, path: str, reader: Any, shift: Float[Tensor, "d_model"]) -> None:
    """Let a map add what it made of the norm's bias; it gets a bias if it has none.

    Raises: TransformRefusedError if it is no plain linear map, because then nothing says where its bias would be.
    """
    if not isinstance(reader, (nn.Linear, Conv1D)):
        reason = f"the bias of its norm has no place in {path}, a {type(reader).__name__}"
        raise TransformRefusedError(model.name, FOLD, reason, AS_IT_IS)
    made = wide(shift) @ wide(matrix(reader))
    if reader.bias is None:
        reader.bias = nn.Parameter(made.to(reader.weight.dtype), requires_grad=reader.weight.requires_grad)
    else:
        reader.bias.copy_(wide(reader.bias) + made)


def maps_of(model: Model, path: str, reader: Any) -> list[Float[Tensor, "... d_model out"]]:
    """The weights with which a module reads the stream, as views: its one matrix, or those of its fused experts.

    Raises: TransformRefusedError if its weights are fused in a way that the layout does not name.
    """
    if isinstance(weight := getattr(reader, "weight", None), Tensor) and weight.ndim == 2:
        return [matrix(reader)]
    own = {weight.untyped_storage().data_ptr() for weight in reader.parameters(recurse=False)}
    named = [make() for site, make in model.layout.weights.items() if site.name in ("W_in", "W_gate")]
    found = [weight for weight in named if weight.untyped_storage().data_ptr() in own]
    if not found:
        reason = f"{path}, a {type(reader).__name__}, reads the norm through fused weights that no adapter names"
        raise TransformRefusedError(model.name, FOLD, reason, AS_IT_IS)
    return found

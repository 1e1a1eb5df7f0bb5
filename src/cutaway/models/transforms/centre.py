"""Take the mean out of everything that writes into the residual stream.

A LayerNorm subtracts the mean over d_model before it does anything else, so nothing that reads the stream through one
can tell. What is left is the part of each write that is ever seen.
"""

from collections.abc import Iterator

import torch
from torch import Tensor, nn

from cutaway.errors.transforms import TransformRefusedError
from cutaway.models.model import Model
from cutaway.models.sites import Site
from cutaway.models.transforms.checked import (
    AS_IT_IS,
    copied,
    refuse_changed_logits,
    refuse_unless_decoder,
    sample,
)
from cutaway.models.transforms.readers import readings_of_stream
from cutaway.models.wrap import wrap

CENTRE = "centre"
WRITERS = ("W_E", "W_pos", "W_O", "b_O", "W_out", "b_out")
STREAM = ("resid_pre", "resid_mid", "resid_post")
POSITIONS = Site("pos_embed", None)
ROUNDINGS = 4  # mean over d_model that is left by rounding: at most so many times the last digit, for each write


def centre(model: Model) -> Model:
    """A new model with the same logits, whose residual stream has mean zero over d_model everywhere.

    W_E, W_pos, W_O, b_O, W_out and b_out lose their mean over d_model. Positions that never enter the stream
    (shortformers) stay as they are, and an unembedding that is shared with the embedding becomes one of its own.
    Cost: a second copy of every weight, one more of the embedding if it was shared; a backward pass over 16 tokens.
    Raises: TransformRefusedError if something reads the stream without a norm or through an RMSNorm, which sees the
        mean; if something else writes a mean into it, such as a norm; or if the logits of a small random batch move
        by more than `TOLERANCE`.
    Reference: Elhage et al. 2021, "A Mathematical Framework for Transformer Circuits", on handling layer norm.
    """
    refuse_unless_decoder(model, CENTRE)
    for path in readings_of_stream(model, CENTRE):
        norm = model.module.get_submodule(path)
        if not isinstance(norm, nn.LayerNorm):
            reason = f"an RMSNorm sees the mean ({path} is a {type(norm).__name__})"
            raise TransformRefusedError(model.name, CENTRE, reason, AS_IT_IS)
    new = copied(model)
    with torch.no_grad():
        for weight in writers(new):
            weight.sub_(weight.mean(dim=-1, keepdim=True))
    centred = wrap(new.module, name=f"centred {model.name}", tokenizer=model.tokenizer)
    refuse_mean_left(model, centred)
    refuse_changed_logits(model, centred, CENTRE)
    return centred


def writers(model: Model) -> Iterator[Tensor]:
    """Weights and biases whose last axis is the stream's, as views."""
    outside = ("W_pos",) if POSITIONS in model.taps and not positions_enter_stream(model) else ()
    for site, make in model.layout.weights.items():
        if site.name in WRITERS and site.name not in outside:
            yield make()


def positions_enter_stream(model: Model) -> bool:
    """Whether the first block reads anything but the embedding of its token."""
    trace = model.run(sample(model), read=("embed", "resid_pre.0"), logits=False)
    return not torch.equal(trace["embed"], trace["resid_pre.0"])


def refuse_mean_left(original: Model, centred: Model) -> None:
    """Raises: TransformRefusedError if the stream still has a mean anywhere, so that something else writes into it."""
    stream = [site for site in centred.sites if site.name in STREAM]
    coarsest = max(torch.finfo(weight.dtype).eps for weight in centred.module.parameters())
    allowed = ROUNDINGS * coarsest * (2 * centred.shape.n_layers + 2) ** 0.5  # one write a half, and the embeddings
    for name, value in centred.run(sample(centred), read=stream, logits=False).items():
        wide = value.double()
        left = float((wide.mean(-1).abs() / wide.abs().mean(-1).clamp(min=1e-30)).max())
        if not left <= allowed:  # so that nan is refused
            reason = (
                f"its stream keeps a mean, {left:.2g} of its size at {name}: something besides its embeddings and "
                "output maps writes into it, such as a norm"
            )
            raise TransformRefusedError(original.name, CENTRE, reason, AS_IT_IS)

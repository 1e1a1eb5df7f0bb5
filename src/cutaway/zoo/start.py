"""Where training begins: weights that equal names and shapes have in common across a family."""

import zlib

import torch
from jaxtyping import Float
from torch import Tensor, nn

from cutaway.models.toy import ToyConfig, ToyForCausalLM

SLOWEST = 10_000.0  # positions in the longest wave, by 2 pi


def fresh(config: ToyConfig, *, seed: int, silent_mlps: bool = False) -> ToyForCausalLM:
    """A new model in which every matrix is drawn from a generator of its own, seeded by its name and the seed.

    A matrix of one name and shape is therefore the same in every model of a family: what differs between a model of
    two layers and one of three at the start is the third layer. With `silent_mlps` those write zeros at first, and a
    model with MLPs computes what its attention-only twin does.
    """
    model = ToyForCausalLM(config)
    with torch.no_grad():
        for name, weight in model.named_parameters():
            if weight.ndim < 2:
                continue  # norms are ones and biases zeros
            if silent_mlps and name.endswith("mlp.down.weight"):
                weight.zero_()
                continue
            generator = torch.Generator().manual_seed(zlib.crc32(f"{seed} {name}".encode()))
            nn.init.normal_(weight, std=config.initializer_range, generator=generator)
        if config.positions == "shortformer":
            model.pos_embed.weight.copy_(sinusoids(config.n_ctx, config.d_model))
    return model


def sinusoids(length: int, width: int) -> Float[Tensor, "pos d_model"]:
    """Sines and cosines of the position at falling speeds, as shortformer has them; here they are only the start.

    Beside the normalised stream that they are added to, numbers of 0.02 would be lost. Vaswani et al. 2017,
    arXiv:1706.03762; Press, Smith & Lewis 2021, arXiv:2012.15832.
    """
    speed = SLOWEST ** (-torch.arange(width // 2) / (width // 2))
    angle = torch.arange(length)[:, None] * speed
    return torch.cat([angle.sin(), angle.cos()], dim=1)

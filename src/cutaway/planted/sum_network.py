"""Addition modulo p by hand: numbers on circles, averaged by attention, and neurons that square what they see.

With a and b at angles wa and wb on a circle, their sum is a vector of length 2 cos(w(a - b)/2) at angle w(a + b)/2.
Pairs of ReLU neurons look at it along many directions; sums of their sizes, weighted by waves of twice the direction's
angle, turn at w(a + b). The answer c gets |cos(w(a - b)/2)| cos(w(a + b - c)) from each frequency.

Zhong et al. 2023, arXiv:2306.17844, "The Clock and the Pizza".
"""

import math
from collections.abc import Mapping
from typing import Any

import torch

from cutaway.models import Model, wrap
from cutaway.models.toy import ToyConfig, ToyForCausalLM

DIRECTIONS = 12  # pairs of neurons for each frequency
LOGIT = 8.0  # of the right answer, from one frequency of strength 1, where a = b


@torch.no_grad()
def sum_network(p: int, strengths: Mapping[int, float]) -> Model:
    """One layer that computes a + b modulo p by these frequencies and no other.

    `strengths` weighs each frequency's logits. Symbol p is `=`; one head looks everywhere alike.
    """
    used = 2 * len(strengths)
    config = ToyConfig(
        vocab_size=p + 1,
        n_ctx=3,
        n_layers=1,
        n_heads=1,
        d_model=2 * used,
        d_head=used,
        d_mlp=2 * DIRECTIONS * len(strengths),
        activation="relu",
        positions="learned",
        layer_norm=False,
        attention_scale=0.0,
        bos_token_id=None,
        eos_token_id=None,
    )
    module = ToyForCausalLM(config)
    for weight in module.parameters():
        weight.zero_()
    block: Any = module.blocks[0]
    attention, mlp = block.attn, block.mlp
    attention.v_proj.weight[:, :used] = torch.eye(used)
    attention.o_proj.weight[:used, :] = 3.0 * torch.eye(used)  # attention gives each of three places a third
    numbers, angles = torch.arange(p), math.pi * torch.arange(DIRECTIONS) / DIRECTIONS
    looks = torch.stack([angles.cos(), angles.sin()], dim=1)
    turned = torch.stack([(2 * angles).cos(), (2 * angles).sin()], dim=1)
    for at, (frequency, strength) in enumerate(strengths.items()):
        waves = 2 * math.pi * frequency * numbers / p
        circle, answer = slice(2 * at, 2 * at + 2), slice(used + 2 * at, used + 2 * at + 2)
        module.embed.weight[:p, circle] = torch.stack([waves.cos(), waves.sin()], dim=1)
        module.unembed.weight[:p, answer] = torch.stack([waves.cos(), waves.sin()], dim=1)
        for half, side in enumerate((1.0, -1.0)):
            neurons = slice((2 * at + half) * DIRECTIONS, (2 * at + half + 1) * DIRECTIONS)
            mlp.up.weight[neurons, circle] = side * looks
            mlp.down.weight[answer, neurons] = (strength * LOGIT / DIRECTIONS * turned).T
    return wrap(module, name=f"by hand, modulo {p}, frequencies {', '.join(map(str, strengths))}")

"""Arithmetic modulo 53 in one layer: grokking, and models beside it that differ in one thing.

The shape and the start are those of Nanda et al. 2023, arXiv:2301.05217: no LayerNorm, ReLU, learned positions,
matrices drawn at 1 / sqrt(width). Weight decay is 2, which about halves the wait. With attention that looks everywhere
alike only the MLP can compute: Zhong et al. 2023, arXiv:2306.17844.
"""

from dataclasses import replace

from cutaway.models.toy import ToyConfig
from cutaway.zoo.modular import Modular
from cutaway.zoo.recipe import Recipe, Schedule, spaced

P = 53
STEPS = 2600
SUBTRACTION = 8000  # the seeds are right on nine in ten from 3,550, 3,800 and 5,800 steps
BOTH = 7000  # at 98 in 100 after 4,500

SHAPE = ToyConfig(
    vocab_size=P + 1,
    n_ctx=3,
    n_layers=1,
    d_mlp=512,
    activation="relu",
    positions="learned",
    layer_norm=False,
    initializer_range=128**-0.5,  # from 0.02 it had memorised no more than 7 in 10 after 850 steps
    bos_token_id=None,
    eos_token_id=None,
)


def shaped(**changes: object) -> ToyConfig:
    """The shape with a few changes."""
    return ToyConfig(**(SHAPE.to_diff_dict() | changes))


GROKKED = Recipe(
    name="mod-add",
    summary="a + b modulo 53 in one layer, grokked: it memorises first and generalises much later",
    config=SHAPE,
    data=Modular(P),
    schedule=Schedule(steps=STEPS, rows=0, learning_rate=1e-3, warmup=10, falls_to=1.0, weight_decay=2.0, clip=None),
    seeds=(0, 1, 2),
    kept=spaced(STEPS, 12, dense=(150, 2000)),
    source="Power et al. 2022, arXiv:2201.02177; Nanda et al. 2023, arXiv:2301.05217",
    watch_every=50,
    save_every=500,
)


def longer(steps: int) -> Recipe:
    """The same with more steps."""
    return replace(GROKKED, schedule=replace(GROKKED.schedule, steps=steps), kept=())


RECIPES = (
    GROKKED,
    replace(
        GROKKED,
        name="mod-add-no-decay",
        summary="as mod-add, without weight decay: it memorises and stays there",
        schedule=replace(GROKKED.schedule, weight_decay=0.0),
        kept=(),
    ),
    replace(GROKKED, name="mod-add-gelu", summary="as mod-add, with GELU", config=shaped(activation="gelu"), kept=()),
    replace(
        GROKKED,
        name="mod-add-mlp",
        summary="as mod-add, with attention that looks at all places alike: only the MLP can compute",
        config=shaped(attention_scale=0.0),
        kept=(),
    ),
    replace(longer(SUBTRACTION), name="mod-sub", summary="as mod-add, a - b", data=Modular(P, ("subtract",))),
    replace(
        longer(BOTH),
        name="mod-add-sub",
        summary="a + b and a - b modulo 53 in one model: symbol 53 asks for the sum, 54 for the difference",
        config=shaped(vocab_size=P + 2),
        data=Modular(P, ("add", "subtract")),
    ),
)

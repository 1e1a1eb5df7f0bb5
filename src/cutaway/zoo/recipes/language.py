"""The language family: one tokenizer, one text in one order, one start; models that differ in one thing each.

Attention only with one to four layers; MLPs of GELU, SoLU or ReLU; rotary instead of shortformer positions; dropout;
SoLU without the LayerNorm behind it. Width 128, four heads, 512 neurons, context 128. MLPs join once repeats have been
learnt to copy, so that models of one depth and seed have the first 700 steps in common.

Shapes as in Elhage et al. 2021, "A Mathematical Framework for Transformer Circuits", and 2022, "Softmax Linear Units".
"""

from dataclasses import replace

from cutaway.models.toy import ToyConfig
from cutaway.zoo.language import Language
from cutaway.zoo.recipe import Recipe, Schedule

STEPS = 15_000
DATA = Language()
SCHEDULE = Schedule(steps=STEPS, rows=8, learning_rate=2e-3, warmup=100, mlps_from=DATA.held)
THREE_SEEDS = (0, 1, 2)
KEPT = (0, 64, 128, 256, 320, 384, 448, 512, 576, 640, 768, 1024, 2048, 4096, 8192)  # dense where copying is learnt
KEPT_WITH_MLPS = tuple(step for step in KEPT if step not in (768, 8192))  # those before 700 are the twin's
KINDS = {
    "gelu": "GELU",
    "solu_ln": "SoLU and LayerNorm after it",
    "solu": "SoLU and no LayerNorm after it",
    "relu": "ReLU",
}


def language(name: str, summary: str, *, seeds: tuple[int, ...] = (0,), **shape: object) -> Recipe:
    """One model of the family."""
    return Recipe(
        name=name,
        summary=summary,
        config=ToyConfig(**shape),
        data=DATA,
        schedule=SCHEDULE,
        seeds=seeds,
        dtype="float16",
        watch_every=500,
        save_every=500,
    )


def attention_only(layers: int) -> Recipe:
    """No MLPs."""
    return language(f"attn-only-{layers}l", f"attention only, layers: {layers}", n_layers=layers, seeds=THREE_SEEDS)


def with_mlps(name: str, activation: str, layers: int, *, seeds: tuple[int, ...] = (0,)) -> Recipe:
    """An MLP of 512 neurons in every layer."""
    summary = f"MLPs with {KINDS[activation]}, layers: {layers}"
    return language(name, summary, n_layers=layers, d_mlp=512, activation=activation, seeds=seeds)


RECIPES = (
    attention_only(1),
    replace(attention_only(2), kept=KEPT),
    attention_only(3),
    attention_only(4),
    with_mlps("gelu-1l", "gelu", 1, seeds=THREE_SEEDS),
    replace(with_mlps("gelu-2l", "gelu", 2, seeds=THREE_SEEDS), kept=KEPT_WITH_MLPS),
    with_mlps("gelu-4l", "gelu", 4),
    with_mlps("solu-1l", "solu_ln", 1, seeds=THREE_SEEDS),
    with_mlps("solu-2l", "solu_ln", 2, seeds=THREE_SEEDS),
    with_mlps("solu-4l", "solu_ln", 4),
    with_mlps("solu-1l-no-norm", "solu", 1),
    with_mlps("relu-1l", "relu", 1),
    with_mlps("relu-2l", "relu", 2),
    language("rotary-1l", "attention only, rotary positions, layers: 1", n_layers=1, positions="rotary"),
    language("rotary-2l", "attention only, rotary positions, layers: 2", n_layers=2, positions="rotary"),
    language("attn-only-3l-dropout", "as attn-only-3l, trained with dropout of 0.1", n_layers=3, dropout=0.1),
)

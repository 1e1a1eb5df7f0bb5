"""What a zoo model is made of: its shape, its data, its schedule and its seeds, as one value."""

import importlib
import json
import pkgutil
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from functools import cache
from typing import Any, Literal, Protocol, runtime_checkable

from jaxtyping import Int
from torch import Tensor
from transformers import PreTrainedTokenizerBase

from cutaway.errors.zoo import UnknownZooModelError
from cutaway.models.toy import ToyConfig, ToyForCausalLM
from cutaway.zoo import recipes

Measures = Mapping[str, float]
SET_BY_SAVING = ("transformers_version", "architectures", "dtype")  # in a config, whatever the recipe says


@dataclass(frozen=True)
class Batch:
    """Rows of tokens, and at each position the token to be said there; NOTHING of `tasks.symbolic` where none is."""

    tokens: Int[Tensor, "batch pos"]
    labels: Int[Tensor, "batch pos"]


@runtime_checkable
class Data(Protocol):
    """What a model is trained on: a batch is a function of seed and step, so that a resumed run is the same run."""

    @property
    def says(self) -> str:
        """What it is, in a sentence."""

    def identity(self) -> dict[str, Any]:
        """Everything that changes the batches, as JSON can hold it."""

    def batch(self, step: int, *, rows: int, seed: int) -> Batch:
        """The batch of one step."""

    def watched(self, model: ToyForCausalLM, *, seed: int) -> Measures:
        """A few numbers, quickly: what the curves of a card are drawn from."""

    def measured(self, model: ToyForCausalLM, *, seed: int) -> Measures:
        """All numbers of the card, on what was never trained on unless the name says `trained`."""

    def tokenizer(self) -> PreTrainedTokenizerBase | None:
        """None where tokens are symbols."""


@dataclass(frozen=True)
class Schedule:
    """AdamW with a linear warm-up, then half a cosine down to `falls_to` of the rate.

    Until step `mlps_from` MLPs write nothing and learn nothing: till then a model is its attention-only twin.
    """

    steps: int
    rows: int
    learning_rate: float
    warmup: int = 100
    falls_to: float = 0.1
    weight_decay: float = 0.01
    betas: tuple[float, float] = (0.9, 0.98)
    clip: float | None = 1.0
    mlps_from: int = 0


@dataclass(frozen=True)
class Recipe:
    """Everything that `cutaway zoo train NAME` needs; the same recipe, seed and data give the same weights.

    `seeds`: the first is the model, the others come as `NAME@seed=1`. `kept`: steps of the first seed whose weights
    ship too, as `NAME@step=400`. `dtype`: what the weights are rounded to once they are final.
    """

    name: str
    summary: str
    config: ToyConfig
    data: Data
    schedule: Schedule
    seeds: tuple[int, ...] = (0,)
    kept: tuple[int, ...] = ()
    dtype: Literal["float16", "float32"] = "float32"
    source: str = ""
    watch_every: int = 250
    save_every: int = 250

    def identity(self, seed: int) -> str:
        """All that changes the weights, as text."""
        config = {key: value for key, value in self.config.to_diff_dict().items() if key not in SET_BY_SAVING}
        schedule = asdict(self.schedule)
        if not (self.config.d_mlp and self.schedule.mlps_from):
            del schedule["mlps_from"]
        facts = {"config": config, "data": self.data.identity(), "schedule": schedule, "seed": seed}
        return json.dumps(facts, sort_keys=True, default=str)


def spaced(last: int, count: int, *, dense: tuple[int, int] | None = None) -> tuple[int, ...]:
    """`count` different steps from 0 to `last`, by equal factors; one by one where those are too small.

    With `dense` half of them lie evenly within it; where those meet others, there are fewer.
    """
    inside = count // 2 if dense else 0
    ratio, growing = last ** (1 / (count - inside - 2)), [0]
    for power in range(count - inside - 1):
        growing.append(min(last, max(growing[-1] + 1, round(ratio**power))))
    steps = set(growing)
    if dense:
        low, high = dense
        steps |= {round(low + (high - low) * at / (inside - 1)) for at in range(inside)}
    return tuple(sorted(steps))


@cache
def all_recipes() -> dict[str, Recipe]:
    """Every recipe of the folder by name, in the order of files and within them."""
    found: dict[str, Recipe] = {}
    for file in pkgutil.iter_modules(recipes.__path__):
        some: Sequence[Recipe] = importlib.import_module(f"{recipes.__name__}.{file.name}").RECIPES
        for recipe in some:
            if recipe.name in found:
                raise AssertionError(f"two recipes are called {recipe.name}")
            found[recipe.name] = recipe
    return found


def recipe_named(name: str) -> Recipe:
    """One recipe.

    Raises: UnknownZooModelError with the nearest names.
    """
    known = all_recipes()
    if name not in known:
        raise UnknownZooModelError(name, known)
    return known[name]

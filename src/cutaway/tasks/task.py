"""What every task says of itself, whatever its prompts are made of."""

from abc import ABC, abstractmethod
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, ClassVar, Literal

from jaxtyping import Float
from torch import Tensor

from cutaway.errors.tasks import UnknownCorruptionError
from cutaway.models import Model
from cutaway.models.pairs import Pairs
from cutaway.tasks.split import Split

Control = Literal["perfect", "null"]


@dataclass(frozen=True)
class Corruption:
    """A named way to spoil a prompt: what `change` exchanges, and which parts of a circuit it cannot see.

    A part is invisible to a corruption if it carries the same on both prompts. `changes_answer`: whether the
    corrupted prompt has another right answer (as against none that is any better than the rest).
    """

    name: str
    says: str
    blind_to: str
    change: Callable[..., Any]
    changes_answer: bool = True


@dataclass(frozen=True, kw_only=True)
class Task(ABC):
    """A distribution of prompts with an answer, with named corruptions and controls.

    `chance` is how often somebody is right who knows the form of the prompts and not what decides; `guess` is that
    somebody. `solve` finds the answer from the prompt alone, by another way than the sampler that made it.
    `asks` says what a model or its tokenizer must have.
    """

    name: str
    says: str
    asks: str
    chance: float
    corruptions: tuple[Corruption, ...]
    source: str = ""
    from_file: Callable[[Path], "Task"] | None = None
    kind: ClassVar[str]

    @abstractmethod
    def pairs(
        self, model: Model, *, rows: int, corruption: str | None = None, seed: int = 0, split: Split = "any"
    ) -> Pairs:
        """Pairs of prompts for one model; by default with the first corruption."""

    @abstractmethod
    def spoken(self, pairs: Pairs, control: Control, *, d_vocab: int, seed: int = 0) -> Float[Tensor, "batch pos v"]:
        """The logits, on the clean prompts, of the solver (perfect) or of the guesser (null)."""

    @abstractmethod
    def examples(self, *, rows: int, seed: int = 0, corruption: str | None = None) -> list[dict[str, str]]:
        """Pairs in words, without a model: clean, corrupted, right, wrong."""

    @property
    @abstractmethod
    def counts(self) -> dict[str, int]:
        """How large it is: templates and words, or symbols and positions."""

    def corruption(self, asked: str | None) -> Corruption:
        """A corruption by name; the first where none is asked for.

        Raises: UnknownCorruptionError.
        """
        for one in self.corruptions:
            if asked in (None, one.name):
                return one
        raise UnknownCorruptionError(self.name, str(asked), [one.name for one in self.corruptions])

"""A prompt in words: a template, what fills it, and the answers."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from random import Random


@dataclass(frozen=True)
class Prompt:
    """A template with its slots filled; `right` and `wrong` are what could come next, each with its leading space.

    `wrong` names rivals; without any, every other continuation is one.
    """

    template: str
    slots: Mapping[str, str]
    right: tuple[str, ...]
    wrong: tuple[str, ...] = ()

    @property
    def text(self) -> str:
        return self.template.format_map(self.slots)

    def with_slots(self, right: tuple[str, ...], wrong: tuple[str, ...] = (), **slots: str) -> "Prompt":
        """The same template with some slots filled otherwise, and the answers that follow from it."""
        return replace(self, slots={**self.slots, **slots}, right=right, wrong=wrong)


@dataclass(frozen=True)
class Lexicon:
    """Words for a slot. `role` says what a tokenizer must do with them.

    `answer`: one token each (or as many as each other, where whole answers are scored). `swapped`: as many tokens
    as each other, because a corruption exchanges them. `filler`: anything. `form` and `after` say how a word stands
    in the text, for the count. A closed list (days, digits) has nothing to hold out; of that and of a `known` one the
    task knows what each word means, so that no others will do.
    """

    words: tuple[str, ...]
    role: str = "filler"
    form: str = " {}"
    after: str = "and"
    closed: bool = False
    known: bool = False
    least: int = 4


@dataclass(frozen=True)
class Words:
    """The templates and words that may be used: those of a split that fit a tokenizer."""

    templates: tuple[str, ...]
    lists: Mapping[str, tuple[str, ...]]

    def __getitem__(self, name: str) -> tuple[str, ...]:
        return self.lists[name]

    def some(self, rng: Random, name: str, count: int) -> list[str]:
        """Different words of a list, in random order."""
        return rng.sample(self.lists[name], count)

    def another(self, rng: Random, name: str, *than: str) -> str:
        """A word of a list that is none of the given ones."""
        return rng.choice([word for word in self.lists[name] if word not in than])

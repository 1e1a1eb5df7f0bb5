"""Prompts in words as token ids, each answer as the ids that follow its prompt in this tokenizer."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from transformers import PreTrainedTokenizerBase

from cutaway.tasks.prompt import Prompt

TAIL = 16  # characters before an answer that decide how it is cut


@dataclass(frozen=True)
class Encoded:
    """Ids of both prompts of a pair, and of the clean one's answers."""

    clean: list[int]
    corrupted: list[int]
    right: list[list[int]]
    wrong: list[list[int]]


@dataclass
class Encoder:
    """Turns pairs of prompts into ids; remembers how answers are cut after the same words."""

    tokenizer: PreTrainedTokenizerBase
    after: dict[tuple[str, str], list[int] | None] = field(default_factory=dict)

    def encode(self, pairs: Sequence[tuple[Prompt, Prompt]]) -> list[Encoded | str]:
        """Each pair's ids, or the reason why this tokenizer does not cut it as the task needs."""
        clean = self.ids([one.text for one, _ in pairs])
        corrupted = self.ids([other.text for _, other in pairs])
        self.learn(pairs, clean)
        return [self.joined(*pair, *ids) for pair, *ids in zip(pairs, clean, corrupted, strict=True)]

    def joined(self, prompt: Prompt, _: Prompt, clean: list[int], corrupted: list[int]) -> Encoded | str:
        """One pair."""
        if len(clean) != len(corrupted):
            return f"the two prompts of a pair have {len(clean)} and {len(corrupted)} tokens"
        tail = prompt.text[-TAIL:]
        right, wrong = ([self.after[tail, answer] for answer in answers] for answers in (prompt.right, prompt.wrong))
        for answer, ids in zip((*prompt.right, *prompt.wrong), (*right, *wrong), strict=True):
            if ids is None:
                return f"{answer!r} melts into the prompt before it"
        return Encoded(clean, corrupted, [ids for ids in right if ids], [ids for ids in wrong if ids])

    def learn(self, pairs: Sequence[tuple[Prompt, Prompt]], clean: Sequence[list[int]]) -> None:
        """See how answers are cut, once for each answer and ending of a prompt."""
        new = {}
        for (prompt, _), ids in zip(pairs, clean, strict=True):
            text = prompt.text
            for answer in (*prompt.right, *prompt.wrong):
                if (text[-TAIL:], answer) not in self.after:
                    new[text[-TAIL:], answer] = text + answer, ids
        whole = self.ids([text for text, _ in new.values()])
        for (key, (_, before)), ids in zip(new.items(), whole, strict=True):
            self.after[key] = ids[len(before) :] if ids[: len(before)] == before and len(ids) > len(before) else None

    def ids(self, texts: Sequence[str]) -> list[list[int]]:
        """Ids with the special tokens that the tokenizer itself adds."""
        found: list[list[int]] = self.tokenizer(list(texts))["input_ids"] if texts else []
        return found

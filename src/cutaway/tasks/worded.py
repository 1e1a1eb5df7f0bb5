"""Tasks in words: templates and lexicons that are cut by whichever tokenizer a model has."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from math import prod
from random import Random
from typing import ClassVar

import pandas as pd
import torch
from jaxtyping import Float
from torch import Tensor

from cutaway.errors.tasks import MisfitPromptsError, TaskArgumentError
from cutaway.models import Model
from cutaway.models.answers import NONE, Answers, ids_of, spoken
from cutaway.models.pairs import Pairs
from cutaway.tasks.encode import Encoded, Encoder
from cutaway.tasks.fit import Score, fit
from cutaway.tasks.prompt import Lexicon, Prompt, Words
from cutaway.tasks.split import SPLITS, Split, words_of
from cutaway.tasks.task import Control, Task

ROUNDS = 40  # times that prompts are drawn again for those that a tokenizer does not cut as needed
MOST_MISFITS = 0.5  # share of unusable prompts above which a task is refused


@dataclass(frozen=True, kw_only=True)
class WordedTask(Task):
    """Prompts made of templates and words.

    `draw(rng, words)` makes one clean prompt of the templates and words it is handed; a corruption's
    `change(prompt, rng, words)` the corrupted one, with the answers that are right for it. `solve(text)` gives every
    right continuation of a text, `guess(text, rng)` one. `usual_score` is 'sequence' where answers are no single words.
    """

    train_templates: tuple[str, ...]
    test_templates: tuple[str, ...]
    lexicons: Mapping[str, Lexicon]
    draw: Callable[[Random, Words], Prompt]
    solve: Callable[[str], tuple[str, ...]]
    guess: Callable[[str, Random], str]
    usual_score: Score = "token"
    kind: ClassVar[str] = "words"

    def templates(self, split: Split) -> tuple[str, ...]:
        """The templates of a split; the held-out ones are in 'test'."""
        return {"train": self.train_templates, "test": self.test_templates}.get(
            split, tuple(dict.fromkeys(self.train_templates + self.test_templates))
        )

    def words(self, split: Split = "any") -> Words:
        """Templates and words of a split, whatever a tokenizer does with them."""
        self.check_split(split)
        lists = {name: lex.words if lex.closed else words_of(lex.words, split) for name, lex in self.lexicons.items()}
        return Words(self.templates(split), lists)

    def prompts(
        self, *, rows: int, seed: int = 0, split: Split = "any", corruption: str | None = None
    ) -> list[tuple[Prompt, Prompt]]:
        """Clean and corrupted prompts in words, for no model in particular."""
        return self.drawn(self.words(split), rows, Random(f"{self.name} {seed}"), corruption)

    def drawn(self, words: Words, rows: int, rng: Random, corruption: str | None) -> list[tuple[Prompt, Prompt]]:
        """Pairs of the given words."""
        change = self.corruption(corruption).change
        found = []
        for _ in range(rows):
            prompt = self.draw(rng, words)
            apart = Random(rng.getrandbits(64))  # so that every corruption of a seed spoils the same prompts
            found.append((prompt, change(prompt, apart, words)))
        return found

    def pairs(
        self,
        model: Model,
        *,
        rows: int,
        corruption: str | None = None,
        seed: int = 0,
        split: Split = "any",
        score: Score | None = None,
        same_length: bool = False,
        words: Mapping[str, Sequence[str]] | None = None,
    ) -> Pairs:
        """Pairs of prompts that this model's tokenizer cuts as the task needs, padded on the right.

        `score` by the next token, or by the whole answer as a sequence, which stands in the prompts then.
        `same_length` gives prompts of one length, without padding. `words` replaces lists of words. Prompts that do
        not fit are drawn again; `pairs.redrawn` counts them.
        Units:  as `Answers.metric`.
        Raises: NoTokenizerError, SplitAnswerError, MisfitPromptsError, UnknownCorruptionError, TaskArgumentError.
        """
        score = self.usual_score if score is None else score
        if rows < 1 or score not in ("token", "sequence"):
            raise TaskArgumentError(
                self.name, f"rows={rows}, score={score!r}", "rows >= 1; score 'token' or 'sequence'"
            )
        self.check_split(split)
        fitting = fit(
            self.name, model, self.templates(split), self.lexicons, split=split, score=score, given=words or {}
        )
        assert model.tokenizer is not None
        rng, encoder = Random(f"{self.name} {seed}"), Encoder(model.tokenizer)
        found: list[tuple[Prompt, Prompt, Encoded]] = []
        redrawn = seen = 0
        for _ in range(ROUNDS):
            drawn = self.drawn(fitting, rows, rng, corruption)
            for (prompt, other), ids in zip(drawn, encoder.encode(drawn), strict=True):
                reason = ids if isinstance(ids, str) else split_answer(prompt, ids, score)
                if reason is None:
                    assert isinstance(ids, Encoded)
                    found.append((prompt, other, ids))
                    continue
                redrawn += 1
                example = reason, prompt.text
            seen += rows
            if redrawn > MOST_MISFITS * seen and redrawn >= 4:
                raise MisfitPromptsError(self.name, model.name, redrawn / seen, *example)
            if len(chosen := picked(found, rows, same_length)) == rows:
                return assembled(model, chosen, score, redrawn)
        fault = f"no {rows} of {seen} prompts have one length"
        raise TaskArgumentError(self.name, fault, "Ask for fewer rows, or drop same_length=True and use pairs.mask.")

    def check_split(self, split: Split) -> None:
        """Raises: TaskArgumentError for a split that is none."""
        if split not in SPLITS:
            raise TaskArgumentError(self.name, f"there is no split {split!r}", f"one of: {', '.join(SPLITS)}")

    def spoken(self, pairs: Pairs, control: Control, *, d_vocab: int, seed: int = 0) -> Float[Tensor, "batch pos v"]:
        rng = Random(seed)
        answers = pairs.answers
        wide = max(answers.right.shape[-1], 0 if answers.wrong is None else answers.wrong.shape[-1])
        chosen = torch.full((*answers.right.shape[:2], wide), NONE)
        for row, (text, right, wrong) in enumerate(pairs.frame[["clean", "right", "wrong"]].itertuples(index=False)):
            said = self.solve(text) if control == "perfect" else (self.guess(text, rng),)
            if set(said) & set(right):
                chosen[row, :, : answers.right.shape[-1]] = answers.right[row]
            elif set(said) & set(wrong) and answers.wrong is not None:
                chosen[row, :, : answers.wrong.shape[-1]] = answers.wrong[row]
        return spoken(chosen, answers.positions, pos=pairs.clean.shape[1], d_vocab=d_vocab)

    def examples(self, *, rows: int, seed: int = 0, corruption: str | None = None) -> list[dict[str, str]]:
        return [
            {"clean": one.text, "right": listed(one.right), "wrong": listed(one.wrong), "corrupted": other.text}
            for one, other in self.prompts(rows=rows, seed=seed, corruption=corruption)
        ]

    @property
    def counts(self) -> dict[str, int]:
        lists = [len(lexicon.words) for lexicon in self.lexicons.values()]
        return {"templates": len(self.templates("any")), "words": sum(lists), "combinations": prod(lists)}


def split_answer(prompt: Prompt, ids: Encoded, score: Score) -> str | None:
    """Why the answers of a prompt cannot be scored; None if they can."""
    if score == "token":
        for answer, parts in zip((*prompt.right, *prompt.wrong), (*ids.right, *ids.wrong), strict=True):
            if len(parts) > 1:
                return f"its answer {answer!r} is {len(parts)} tokens"
    if not ids.right:
        return "it has no answer"
    return None


def picked(
    found: Sequence[tuple[Prompt, Prompt, Encoded]], rows: int, same_length: bool
) -> list[tuple[Prompt, Prompt, Encoded]]:
    """The first rows; of one length, those of the length that is first reached by enough of them."""
    if not same_length:
        return list(found[:rows])
    by_length: dict[int, list[tuple[Prompt, Prompt, Encoded]]] = {}
    for one in found:
        by_length.setdefault(len(one[2].clean) + len(one[2].right[0]), []).append(one)
        if len(by_length[len(one[2].clean) + len(one[2].right[0])]) == rows:
            return by_length[len(one[2].clean) + len(one[2].right[0])]
    return []


def assembled(model: Model, found: Sequence[tuple[Prompt, Prompt, Encoded]], score: Score, redrawn: int) -> Pairs:
    """Tokens, mask, metric and frame of some prompts."""
    ends = [len(ids.clean) - 1 for *_, ids in found]
    clean, corrupted = [ids.clean for *_, ids in found], [ids.corrupted for *_, ids in found]
    if score == "token":
        right = ids_of([[[part[0] for part in ids.right]] for *_, ids in found])
        wrong = ids_of([[[part[0] for part in ids.wrong]] for *_, ids in found])
        answers = Answers(torch.tensor(ends)[:, None], right, wrong if all(ids.wrong for *_, ids in found) else None)
    else:
        answer = [ids.right[0] for *_, ids in found]
        clean = [row + parts[:-1] for row, parts in zip(clean, answer, strict=True)]
        corrupted = [row + parts[:-1] for row, parts in zip(corrupted, answer, strict=True)]
        pieces = ids_of([[[part] for part in parts] for parts in answer])
        answers = Answers(torch.tensor(ends)[:, None] + torch.arange(pieces.shape[1]), pieces)
    tokens, mask = model.pad(clean)
    frame = pd.DataFrame(
        [
            {
                "template": one.template,
                "clean": one.text,
                "corrupted": other.text,
                "right": one.right,
                "wrong": one.wrong,
            }
            for one, other, _ in found
        ]
    )
    return Pairs(tokens, model.pad(corrupted)[0], answers, None if bool(mask.all()) else mask, frame, redrawn)


def listed(answers: Sequence[str]) -> str:
    """Answers in words, a few of many."""
    shown = " | ".join(repr(answer) for answer in answers[:3])
    return shown + (f" and {len(answers) - 3} more" if len(answers) > 3 else "")

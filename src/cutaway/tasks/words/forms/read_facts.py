"""Facts that a model is to know: prompts of a file, each with the true answer and a false one."""

import gzip
import json
import zlib
from collections import defaultdict
from collections.abc import Sequence
from pathlib import Path
from random import Random

from cutaway.errors.tasks import TaskArgumentError
from cutaway.tasks.prompt import Lexicon, Prompt, Words
from cutaway.tasks.task import Corruption
from cutaway.tasks.worded import WordedTask

NAME = "factual-recall"
KEYS = ("prompt", "target_true", "target_new")
FORM = 'One object a line, {"prompt": "...", "target_true": "...", "target_new": "..."}; .gz after the name if packed.'
Fact = tuple[str, str, str]


def read_facts(path: Path) -> list[Fact]:
    """Prompt, true and false answer of every line; empty lines are passed over.

    Raises: TaskArgumentError with the number of the first line that is wrong.
    """
    if not path.is_file():
        raise TaskArgumentError(NAME, f"there is no file {path}", FORM)
    raw = path.read_bytes()
    try:
        text = (gzip.decompress(raw) if path.suffix == ".gz" else raw).decode("utf-8-sig")
    except (gzip.BadGzipFile, zlib.error, EOFError, UnicodeDecodeError) as error:
        raise TaskArgumentError(NAME, f"'{path.name}' cannot be read: {error}", FORM) from error
    found = []
    for number, line in enumerate(text.split("\n"), start=1):
        if line.strip():
            try:
                found.append(read_line(line))
            except ValueError as error:
                fault = f"line {number} of '{path.name}': {error}"
                raise TaskArgumentError(NAME, fault, f"Correct that line or take it out. {FORM}") from error
    return found


def read_line(line: str) -> Fact:
    """One line's fact.

    Raises: ValueError with what is wrong.
    """
    try:
        row = json.loads(line)
    except json.JSONDecodeError as error:
        raise ValueError(f"it is not JSON ({error.msg})") from error
    if not isinstance(row, dict):
        raise ValueError("it is no object with keys")
    for key in KEYS:
        if not isinstance(row.get(key), str) or not row[key].strip():
            raise ValueError(f"it has no text for '{key}'")
    prompt, true, new = (row[key].strip() for key in KEYS)
    if true == new:
        raise ValueError(f"{true!r} is both the true answer and the false one")
    return prompt, true, new


def question(prompt: str) -> str:
    """What is asked, without the subject: the words without a capital, as subjects are names."""
    return " ".join(word for word in prompt.split() if word[0].islower())


class Facts:
    """A table of facts, and for the prompts in use which others they may be exchanged for."""

    def __init__(self, rows: Sequence[Fact]) -> None:
        self.answers: dict[str, tuple[str, str]] = {}
        for prompt, true, new in rows:
            self.answers.setdefault(prompt, (true, new))
        self.seen: Words | None = None
        self.by_question: dict[str, list[str]] = {}
        self.questions: list[str] = []
        self.usable: list[str] = []

    def look(self, words: Words) -> None:
        """Sort the prompts in use by their question, once for each selection of words.

        Raises: TaskArgumentError if none has a partner.
        """
        if words is self.seen:
            return
        known = set(words["answer"])
        groups: dict[str, list[str]] = defaultdict(list)
        for prompt in words["prompt"]:
            if prompt not in self.answers:
                raise TaskArgumentError(NAME, f"the file has no prompt {prompt!r}", "Pass prompts that stand in it.")
            if known.issuperset(self.answers[prompt]) and (asked := question(prompt)):
                groups[asked].append(prompt)
        groups = {
            asked: those for asked, those in groups.items() if len({self.answers[prompt][0] for prompt in those}) > 1
        }
        if len(groups) < 2:
            fault = "fewer than two questions of the file are asked of several names, in prompts of one length"
            raise TaskArgumentError(NAME, fault, "Give a longer file: prompts that differ only in names are pairs.")
        self.seen, self.by_question, self.questions = words, groups, list(groups)
        self.usable = [prompt for those in groups.values() for prompt in those]

    def asked(self, prompt: str, template: str) -> Prompt:
        """A prompt with its answers."""
        true, new = self.answers[prompt]
        return Prompt(template, {"prompt": prompt}, (f" {true}",), (f" {new}",))

    def draw(self, rng: Random, words: Words) -> Prompt:
        """Any prompt that has a partner."""
        self.look(words)
        return self.asked(rng.choice(self.usable), rng.choice(words.templates))

    def another(self, prompt: Prompt, rng: Random, among: Sequence[str]) -> Prompt:
        """A prompt with another true answer."""
        true = self.answers[prompt.slots["prompt"]][0]
        while self.answers[other := rng.choice(among)][0] == true:
            pass
        return self.asked(other, prompt.template)

    def other_subject(self, prompt: Prompt, rng: Random, words: Words) -> Prompt:
        """The same question about another subject."""
        self.look(words)
        return self.another(prompt, rng, self.by_question[question(prompt.text)])

    def other_question(self, prompt: Prompt, rng: Random, words: Words) -> Prompt:
        """Another question, about another subject."""
        self.look(words)
        while (asked := rng.choice(self.questions)) == question(prompt.text):
            pass
        return self.another(prompt, rng, self.by_question[asked])

    def solve(self, text: str) -> tuple[str, ...]:
        """By looking it up."""
        return (f" {self.answers[text][0]}",) if text in self.answers else ()

    def guess(self, text: str, rng: Random) -> str:
        """The true answer or the false one."""
        return f" {rng.choice(self.answers[text])}"


def from_file(path: Path) -> WordedTask:
    """Factual recall from a model's own memory: the facts of a JSON lines file, of which the prompts tell nothing.

    Of prompts that stand in the file several times the first counts.
    Raises: TaskArgumentError with the number of the line that is wrong, or if the file has too little.
    """
    facts = Facts(read_facts(path))
    answers = tuple(dict.fromkeys(answer for both in facts.answers.values() for answer in both))
    lexicons = {
        "prompt": Lexicon(tuple(facts.answers), role="swapped", form="\n{}"),
        "answer": Lexicon(answers, role="answer", closed=True),
    }
    facts.look(Words(("{prompt}",), {name: lexicon.words for name, lexicon in lexicons.items()}))
    return WordedTask(
        name=NAME,
        says=f"The {len(facts.answers):,} prompts of '{path.name}' ask for facts that a model knows or does not.",
        asks="Many prompts of one length in tokens, and answers that are one token each.",
        chance=0.5,  # one of two answers
        train_templates=("{prompt}",),
        test_templates=("{prompt}",),
        lexicons=lexicons,
        draw=facts.draw,
        corruptions=(
            Corruption(
                "other-subject",
                "The same question about another subject, in words that differ in names only, with another answer.",
                "Whatever knows which kind of thing is asked, and every part that treats both subjects alike, such as "
                "attention to a subject's last token where both stand in one place.",
                facts.other_subject,
            ),
            Corruption(
                "other-question",
                "A prompt that asks something else, about another subject, and has another answer.",
                "Only what does not depend on the prompt, such as a preference for frequent answers; it shows where "
                "anything of the prompt is carried, and not what of it.",
                facts.other_question,
            ),
        ),
        solve=facts.solve,
        guess=facts.guess,
        source="The form of CounterFact: Meng et al. 2022, arXiv:2202.05262.",
    )

"""Which words a tokenizer leaves whole, or cuts into as many pieces as each other."""

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Literal

from transformers import PreTrainedTokenizerBase

from cutaway.errors.models import NoTokenizerError
from cutaway.errors.tasks import SplitAnswerError, TaskArgumentError, TooFewWordsError, UnknownWordListError, some
from cutaway.models import Model
from cutaway.tasks.prompt import Lexicon, Words
from cutaway.tasks.split import Split, words_of

MELTED = "(melted into the word before)"  # stands among the pieces of a word that has no beginning of its own
Score = Literal["token", "sequence"]


def fit(
    task: str,
    model: Model,
    templates: Sequence[str],
    lexicons: Mapping[str, Lexicon],
    *,
    split: Split,
    score: Score,
    given: Mapping[str, Sequence[str]],
) -> Words:
    """The words of a task that fit a model's tokenizer; of the user's own words, all must.

    Raises: NoTokenizerError; UnknownWordListError; TooFewWordsError; SplitAnswerError with the words that split and
        those that fit.
    """
    if model.tokenizer is None:
        raise NoTokenizerError(model.name)
    for name in given:
        if name not in lexicons:
            raise UnknownWordListError(task, name, lexicons)
        strange = [word for word in given[name] if word not in lexicons[name].words]
        if strange and (lexicons[name].known or lexicons[name].closed):
            advice = f"Choose from its own: {some(lexicons[name].words)}"
            raise TaskArgumentError(task, f"what {some(strange)} would mean as '{name}' it does not know", advice)
    lists = {}
    for name, lexicon in lexicons.items():
        usual = lexicon.words if lexicon.closed else words_of(lexicon.words, split)
        words = tuple(dict.fromkeys(given.get(name, usual)))
        if name in given and len(words) < (least := min(lexicon.least, len(usual))):
            raise TooFewWordsError(task, name, words, least=least)
        if lexicon.role == "filler":
            lists[name] = words
            continue
        pieces = pieces_of(model.tokenizer, words, lexicon)
        many = one_count(pieces, single=lexicon.role == "answer" and score == "token")
        fitting = tuple(word for word in words if fits(pieces[word], many))
        split_up = {word: pieces[word] for word in words if not fits(pieces[word], many)}
        if (name in given and split_up) or len(fitting) < lexicon.least:
            usual_pieces = pieces_of(model.tokenizer, usual, lexicon)
            offered = [word for word in usual if fits(usual_pieces[word], many)]
            raise SplitAnswerError(
                task,
                model.name,
                name,
                many=many,
                split=split_up,
                fitting=offered,
                least=lexicon.least,
                whole_answers=score == "sequence",
            )
        lists[name] = fitting
    return Words(tuple(templates), lists)


def fits(pieces: Sequence[str], many: int) -> bool:
    """Whether a word has as many pieces as it is to have, all of its own."""
    return len(pieces) == many and MELTED not in pieces


def one_count(pieces: Mapping[str, Sequence[str]], *, single: bool) -> int:
    """How many pieces each word is to have: one, or as many as most words have."""
    counts = Counter(len(parts) for parts in pieces.values() if MELTED not in parts)
    return 1 if single or not counts else counts.most_common(1)[0][0]


def pieces_of(tokenizer: PreTrainedTokenizerBase, words: Sequence[str], lexicon: Lexicon) -> dict[str, tuple[str, ...]]:
    """Each word's pieces as it stands in a text; a word that melts into what is before it counts as split."""
    if not words:
        return {}
    before: list[int] = tokenizer.encode(lexicon.after)
    found: dict[str, tuple[str, ...]] = {}
    rows: list[list[int]] = tokenizer([lexicon.after + lexicon.form.format(word) for word in words])["input_ids"]
    for word, ids in zip(words, rows, strict=True):
        melted = ids[: len(before)] != before
        parts = ids if melted else ids[len(before) :]
        shown = tuple(tokenizer.decode([part]) or " " for part in parts)
        found[word] = (*shown, MELTED) if melted else shown
    return found

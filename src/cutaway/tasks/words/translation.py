"""Translation: words with their translations into two languages, and one more word into one of them."""

import re
from random import Random

from cutaway.errors.tasks import TaskArgumentError
from cutaway.tasks.lexicon.dictionary import LANGUAGES, TRANSLATIONS
from cutaway.tasks.prompt import Lexicon, Prompt, Words
from cutaway.tasks.task import Corruption
from cutaway.tasks.worded import WordedTask
from cutaway.tasks.words.forms.few_shot import few_shot

SHOWN = 4  # examples, two of each language
ENGLISH = re.compile(rf"\b({'|'.join(TRANSLATIONS)})\b")
NAMED = re.compile(rf"\b({'|'.join(LANGUAGES)})\b")


def translated(word: str, language: str) -> str:
    """A word in another language.

    Raises: TaskArgumentError for a word or a language that is not in the dictionary.
    """
    if word not in TRANSLATIONS or language not in LANGUAGES:
        fault = f"its dictionary has no {word!r} in {language!r}"
        raise TaskArgumentError("translation", fault, f"Pass words of it: {', '.join([*TRANSLATIONS][:6])} ...")
    return TRANSLATIONS[word][LANGUAGES.index(language)]


def asking(prompt: Prompt, word: str, language: str) -> Prompt:
    """The prompt with a question about a word."""
    return prompt.with_slots((f" {translated(word, language)}",), word=word, language=language)


def draw(rng: Random, words: Words) -> Prompt:
    """Two examples of each of two languages, in any order, then a word in one of the two."""
    asked, other = words.some(rng, "language", 2)
    *shown, word = words.some(rng, "word", SHOWN + 1)
    slots: dict[str, str] = {}
    for at, language in enumerate(rng.sample((asked, asked, other, other), SHOWN)):
        answer = translated(shown[at], language)
        slots |= {f"word{at}": shown[at], f"language{at}": language, f"answer{at}": answer}
    return asking(Prompt(rng.choice(words.templates), slots, ()), word, asked)


def other_word(prompt: Prompt, rng: Random, words: Words) -> Prompt:
    """Another word, which is not among the examples either."""
    taken = [prompt.slots[f"word{at}"] for at in range(SHOWN)]
    return asking(prompt, words.another(rng, "word", prompt.slots["word"], *taken), prompt.slots["language"])


def other_language(prompt: Prompt, _rng: Random, _words: Words) -> Prompt:
    """The same word in the other language of the examples."""
    asked = prompt.slots["language"]
    other = next(prompt.slots[f"language{at}"] for at in range(SHOWN) if prompt.slots[f"language{at}"] != asked)
    return asking(prompt, prompt.slots["word"], other)


def cross_examples(prompt: Prompt, _rng: Random, _words: Words) -> Prompt:
    """The two translations into each language change places: every example is wrong."""
    slots: dict[str, str] = {}
    for language in {prompt.slots[f"language{at}"] for at in range(SHOWN)}:
        one, two = (at for at in range(SHOWN) if prompt.slots[f"language{at}"] == language)
        slots |= {f"answer{one}": prompt.slots[f"answer{two}"], f"answer{two}": prompt.slots[f"answer{one}"]}
    return prompt.with_slots(prompt.right, (), **slots)


def solve(text: str) -> tuple[str, ...]:
    """The last English word of the dictionary, in the language that is named last."""
    word, language = ENGLISH.findall(text)[-1], NAMED.findall(text)[-1]
    return (f" {TRANSLATIONS[word][LANGUAGES.index(language)]}",)


def guess(text: str, rng: Random) -> str:
    """Any word of the right language whose English is not among the examples."""
    shown, language = ENGLISH.findall(text)[:-1], NAMED.findall(text)[-1]
    return f" {translated(rng.choice([word for word in TRANSLATIONS if word not in shown]), language)}"


TASK = WordedTask(
    name="translation",
    says="A few English words are put into two other languages, and what comes next is one more word in one of them.",
    asks="English words, and names of languages, that have as many tokens as each other.",
    chance=1 / (len(TRANSLATIONS) - SHOWN),  # all words of the dictionary but those of the examples
    train_templates=(
        few_shot("English: {word}\n{language}: {answer}", count=SHOWN, gap="\n\n"),
        few_shot("The {language} for {word} is {answer}", count=SHOWN, gap=". "),
        few_shot("How do you say {word} in {language}? {answer}.", count=SHOWN, gap=" "),
        few_shot("Q: What is {word} in {language}?\nA: {answer}", count=SHOWN, gap="\n"),
        few_shot("- {word}, {language}: {answer}", count=SHOWN, gap="\n"),
        "Out of my notebook. "
        + few_shot("From English into {language}: {word} becomes {answer}", count=SHOWN, gap="; "),
        "Of these I am sure: " + few_shot("for {word} they say in {language} {answer}", count=SHOWN, gap=", "),
    ),
    test_templates=(
        few_shot("Translate {word} into {language}: {answer}", count=SHOWN, gap="\n"),
        few_shot("If you mean {word}, the {language} will tell you {answer}.", count=SHOWN, gap=" "),
    ),
    lexicons={
        "word": Lexicon(tuple(TRANSLATIONS), role="swapped", least=6),
        "language": Lexicon(LANGUAGES, role="swapped", closed=True, least=2),
    },
    draw=draw,
    corruptions=(
        Corruption(
            "other-word",
            "Another word is to be translated into the same language.",
            "Whatever carries the language that is asked for, and what the examples show of how to answer.",
            other_word,
        ),
        Corruption(
            "other-language",
            "The same word is to be put into the other language of the examples.",
            "Whatever carries what the word means, and all that is read from the examples themselves.",
            other_language,
        ),
        Corruption(
            "crossed-examples",
            "The translations of the examples change places within each language, and the answer stays.",
            "Everything that translates by the names of the languages and the words alone, as the examples show the "
            "same words of the same languages; only the tie between a word and its translation differs.",
            cross_examples,
            changes_answer=False,
        ),
    ),
    solve=solve,
    guess=guess,
    usual_score="sequence",
    source="Todd et al. 2023, arXiv:2310.15213, has such examples of one language at a time; words, sentences and the "
    "second language are our own.",
)

"""Numbers as words, ordinals and Roman numerals, and numbers as tagged digits."""

from cutaway.corpus.document import Page, Value
from cutaway.corpus.draw import Draw
from cutaway.corpus.kinds import words
from cutaway.corpus.phrasing.grammar import Word

ONES = words(
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen"
    " eighteen nineteen"
)
TENS = words("zero ten twenty thirty forty fifty sixty seventy eighty ninety")
ORDINAL_ONES = words(
    "zeroth first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth thirteenth fourteenth"
    " fifteenth sixteenth seventeenth eighteenth nineteenth"
)
ROMAN = ((50, "L"), (40, "XL"), (10, "X"), (9, "IX"), (5, "V"), (4, "IV"), (1, "I"))


def in_words(value: int, **tags: Value) -> tuple[Word, ...]:
    """A number below ten thousand in words, with its hyphens written apart as marks."""
    if value < 20:
        return (Word(ONES[value], "number", tags),)
    if value < 100:
        tens = Word(TENS[value // 10], "number", tags)
        if value % 10 == 0:
            return (tens,)
        return (tens, Word("-", "punctuation", tags, "glue"), Word(ONES[value % 10], "number", tags, "glue"))
    size, name = (100, "hundred") if value < 1000 else (1000, "thousand")
    left = value % size
    head = (*in_words(value // size, **tags), Word(name, "number", tags))
    if not left:
        return head
    joint = (Word("and", "conjunction", tags),) if left < 100 else ()
    return (*head, *joint, *in_words(left, **tags))


def ordinal(value: int, **tags: Value) -> tuple[Word, ...]:
    """An ordinal below one hundred in words."""
    if value < 20:
        return (Word(ORDINAL_ONES[value], "adjective", tags),)
    if value % 10 == 0:
        return (Word(TENS[value // 10].replace("ty", "tieth"), "adjective", tags),)
    return (
        Word(TENS[value // 10], "number", tags),
        Word("-", "punctuation", tags, "glue"),
        Word(ORDINAL_ONES[value % 10], "adjective", tags, "glue"),
    )


def roman(value: int) -> str:
    """A Roman numeral, up to 89."""
    found = ""
    for size, sign in ROMAN:
        found += sign * (value // size)
        value %= size
    return found


def digits(value: int, **tags: Value) -> tuple[Word, ...]:
    """A number in digits, as one word."""
    return (Word(str(value), "number", tags),)


def put_random_digits(page: Page, draw: Draw, count: int) -> int:
    """Write a number of `count` digits, the first not zero, and give it back."""
    value = draw.between(1, 9)
    page.word(str(value), "number", choices=9)
    for _ in range(count - 1):
        digit = draw.below(10)
        page.glue(str(digit), "number", choices=10)
        value = 10 * value + digit
    return value

"""Passages that come again: refrains, lists read twice, calls and answers, stuttered copies, copies with one change."""

from collections.abc import Callable, Sequence

from cutaway.corpus.document import Page
from cutaway.corpus.draw import Draw
from cutaway.corpus.genre import Genre
from cutaway.corpus.lexicon.forms import article
from cutaway.corpus.lexicon.names import MEN, SURNAMES, WOMEN
from cutaway.corpus.phrasing.grammar import Grammar, Word, Words, mark
from cutaway.corpus.phrasing.invented import CODES, LABELS
from cutaway.corpus.phrasing.numbers import ONES
from cutaway.corpus.phrasing.things import plural, single, singular, whole

GRAMMAR = Grammar("""
title =
    song_n of the {one}
    a song_n for {many}
    the {one} and the {other}
    echo_n
    what the {one} said_vd
again =
    ^ and again :
    ^ the same_a once more_r :
    ^ now a second_a time_n :
    ^ read_v it again :
    ^ from the top_n :
repeat =
    ^ repeat_v after me :
    ^ say_v it with me :
    ^ teacher_n and class_n :
    ^ listen_v and repeat_v :
listen =
    ^ the words_ns :
    ^ listen_v :
    ^ the list_n :
    ^ learn_v these by heart_n :
    ^ first_r time_n :
roll =
    ^ the roll_n is called_vn .
    ^ who is here today_r ?
    ^ call_n sheet_n :
absent =
    ^ once again , for the late_a ones_ns .
    ^ the roll_n is called_vn a second_a time_n .
    ^ again from the beginning_n .
changed =
    ^ one word_n is changed_vn :
    ^ almost_r the same_a :
    ^ find_v the difference_n :
stutter =
    ^ he said_vd it twice :
    ^ the tape_n was worn_vn :
    ^ the machine_n stammered_vd :
sing =
    {oh} the {one} in the {place} ,
    who will {do} the {one} , who will {do} the {other} ,
    and the {many} {did} {how} , and the {many} {did} {how} ,
    I never {knew} the {many} of the {place} ,
    over the {place} and under the {place} ,
    the {quality} {one} , the {quality} {other} ,
    {oh} give_v me the {one} that I {knew} ,
    my {one} {did} and my {other} {did} ,
line =
    the {one} {did} by the {place} ,
    and {how} the {other} {did} ,
    a {quality} {thing} lay_vd in the {place} ,
    no {one} could {do} it {how} ,
    I {knew} the {many} at the {place} ,
    when the {many} {did} {how} ,
    between the {place} and the {place} ,
    {oh} {quality} , {quality} {one} ,
    where every {one} {did} {how} ,
    it was the {other} that {did} ,
    so {quality} was the {thing} ,
    and then the {quality} {many} {did} ,
say =
    the {quality} {one} {did} near the {place}
    every {one} {did} {how} in the {place}
    we {knew} the {many} and the {quality} {other}
    the {many} {did} before the {other} {did}
    never {do} {a thing} in the {place}
    my {thing} is {quality} but your {thing} is {quality}
    three {quality} {many} {did} under the {place}
    {a thing} for the {one} and {a thing} for the {other}
oh =
    oh_i
    ah_i
    hey_i
    alas_i
do =
    find_v
    follow_v
    call_v
    hold_v
    keep_v
    wake_v
    forget_v
    carry_v
    leave_v
did =
    sang_vd
    slept_vd
    fell_vd
    waited_vd
    came_vd home_r
    danced_vd
    went_vd away_r
    wept_vd
    turned_vd
    laughed_vd
    rose_vd
    hid_vd
knew =
    knew_vd
    saw_vd
    loved_vd
    heard_vd
    missed_vd
    met_vd
how =
    again
    softly_r
    slowly_r
    all night_n
    too
    alone_r
    in vain_a
    twice
    at last_r
    still
    in the dark_n
    before dawn_n
quality =
    old_a
    little_a
    silver_a
    lonely_a
    golden_a
    green_a
    silent_a
    wild_a
    quiet_a
    broken_a
    merry_a
    pale_a
    weary_a
    gentle_a
""")
WORDS = tuple(singular(noun) for group in ("things", "beasts", "fruit", "buildings") for noun in single(group))
COUNTED = tuple(Word(word, "number") for word in ONES)
FIRST_NAMES = tuple(Word(name, "proper") for pair in zip(WOMEN, MEN, strict=False) for name in pair)
LISTS: tuple[tuple[Word, ...], ...] = (WORDS, CODES, FIRST_NAMES, LABELS, COUNTED)
COMMA, STOP = mark(","), mark(".")
LINE = Word("", "", {}, "line")
BEGIN = Word("", "", {}, "begin")
HERE = tuple(
    tuple(Word(text, pos) for text, pos in answer)
    for answer in (
        (("here", "adverb"),),
        (("present", "adjective"),),
        (("yes", "interjection"),),
        (("sick", "adjective"),),
        (("away", "adverb"),),
        (("late", "adjective"),),
    )
)


def _fill(draw: Draw) -> dict[str, Words]:
    """The things that a song keeps coming back to."""
    one, other = draw.some(single("creatures")[:80], 2)
    return {
        "one": (singular(one),),
        "other": (singular(other),),
        "many": (plural(draw.common(single("creatures"))),),
        "thing": (singular(draw.common(single("held"))),),
        "place": (singular(draw.common(single("outdoors"))),),
    }


def _put(page: Page, words: Sequence[Word], *, times: int = 0, exchanged: int = -1) -> None:
    """Words read the first time, or again: a word of a copy is determined once the two before it are copied."""
    run = 0
    for at, (text, pos, tags, how) in enumerate(words):
        if how == "line":
            page.line()
            continue
        if how == "begin":
            page.sentence()
            continue
        if times and at != exchanged:
            run += 1
            tags = {**tags, "repeat": times, "choices": 1} if run > 2 else {**tags, "repeat": times}
        else:
            run = 0
        if how == "glue":
            page.glue(text, pos, **tags)
        else:
            page.word(text, pos, **tags)


def _lines(draw: Draw, rules: Sequence[str], fill: dict[str, Words]) -> list[Word]:
    """Lines of a song, no two alike; the last ends with a full stop."""
    found, lines = list[Word](), list[list[Word]]()
    for rule in rules:
        line = GRAMMAR.words(draw, rule, fill)
        while line in lines:
            line = GRAMMAR.words(draw, rule, fill)
        lines.append(line)
        found += (LINE, BEGIN, *line)
    found[-1] = STOP
    return found


def _song(page: Page, draw: Draw) -> None:
    """Verses, each new, with a refrain that stays; a part of a verse may come again too."""
    fill = _fill(draw)
    page.capital = True
    with page.span(part="title"):
        GRAMMAR.write(page, draw, "title", fill)
    refrain = _lines(draw, ["sing"] * draw.between(2, 4), fill)
    for times in range(draw.between(3, 5)):
        page.line()
        _put(page, _lines(draw, ["line"] * draw.between(2, 4), {**_fill(draw), "one": fill["one"]}))
        page.line()
        _put(page, refrain, times=times)


def _random_words(draw: Draw, words: tuple[Word, ...], count: int, comma: bool) -> list[Word]:
    found = list[Word]()
    for at in range(count):
        if at and comma:
            found.append(COMMA)
        text, pos, tags, _ = draw.one(words)
        found.append(Word(text, pos, {**tags, "choices": len(words)}))
    found.append(STOP)
    return found


def _plainly(words: Sequence[Word]) -> list[Word]:
    """The words without what was said of the drawing of them."""
    return [
        Word(text, pos, {kind: value for kind, value in tags.items() if kind != "choices"}, how)
        for text, pos, tags, how in words
    ]


def _list_again(page: Page, draw: Draw) -> None:
    """Random words, six to forty, read two to three times."""
    comma = draw.chance(0.4)
    words = _random_words(draw, draw.common(LISTS), draw.between(6, 40), comma)
    GRAMMAR.write(page, draw, "listen", {})
    _put(page, words)
    plain = _plainly(words)
    for times in range(1, draw.common((2, 3)) + 1):
        page.line()
        GRAMMAR.write(page, draw, "again", {})
        _put(page, plain, times=times)


def _changed(page: Page, draw: Draw) -> None:
    """A list or a sentence, then the same with another word in one place."""
    if draw.chance(0.5):
        words = _random_words(draw, WORDS, draw.between(6, 16), False)
    else:
        fill = _fill(draw)
        words = [*GRAMMAR.words(draw, "say", fill), STOP]
    page.sentence()
    _put(page, words)
    page.line()
    GRAMMAR.write(page, draw, "changed", {})
    nouns = [at for at, word in enumerate(words) if word.pos == "noun" and at]
    at = draw.one(nouns)
    copy = _plainly(words)
    old, several = copy[at].text, copy[at].tags.get("number") == "plural"
    new = old
    while new == old or article(new) != article(old):
        noun = draw.common(whole("things"))
        copy[at] = plural(noun) if several else singular(noun)
        new = copy[at].text
    page.sentence()
    _put(page, copy, times=1, exchanged=at)


def _after_me(page: Page, draw: Draw) -> None:
    """Sentences said once and said after."""
    GRAMMAR.write(page, draw, "repeat", {})
    fill = _fill(draw)
    for _ in range(draw.between(2, 5)):
        words = [BEGIN, *GRAMMAR.words(draw, "say", fill), STOP]
        for times in range(draw.common((2, 3))):
            page.line()
            page.word("-", "punctuation")
            _put(page, words, times=times)


def _roll(page: Page, draw: Draw) -> None:
    """Names called with their answers, and called again in the same order."""
    GRAMMAR.write(page, draw, "roll", {})
    names = [(draw.one(FIRST_NAMES), Word(draw.one(SURNAMES), "proper")) for _ in range(draw.between(4, 9))]
    words = list[Word]()
    for given, family in names:
        words += (LINE, given, family, mark("?"), BEGIN, *draw.common(HERE), STOP)
    _put(page, words)
    page.line()
    GRAMMAR.write(page, draw, "absent", {})
    _put(page, words, times=1)


def _stutter(page: Page, draw: Draw) -> None:
    """A sentence in which single words, pairs or all the words come twice on the spot."""
    GRAMMAR.write(page, draw, "stutter", {})
    page.sentence()
    words = GRAMMAR.words(draw, "say", _fill(draw))
    at, share = 0, draw.between(3, 10) / 10
    while at < len(words):
        size = draw.common((1, 2, 3))
        piece = words[at : at + size]
        _put(page, piece)
        if draw.chance(share):
            for times in range(1, draw.common((1, 1, 2)) + 1):
                _put(page, piece, times=times)
        at += size
    page.glue(".")


FORMS: tuple[Callable[[Page, Draw], None], ...] = (_list_again, _changed, _after_me, _roll, _stutter)


def write(page: Page, draw: Draw) -> None:
    """A song, or several shorter passages that repeat."""
    if draw.chance(0.3):
        return _song(page, draw)
    goal, forms = draw.between(500, 1300), draw.shuffled(FORMS)
    while page.at < goal:
        if page.at:
            page.line()
        draw.common(forms)(page, draw)
    return None


GENRE = Genre(
    name="echo", says="passages that come again: refrains, lists read twice, calls and answers", share=0.04, write=write
)

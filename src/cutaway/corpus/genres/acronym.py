"""Names given in full with their initials in brackets, and meant by the initials alone ever after."""

from typing import NamedTuple

from cutaway.corpus.document import Page
from cutaway.corpus.draw import Draw
from cutaway.corpus.genre import Genre
from cutaway.corpus.kinds import words
from cutaway.corpus.lexicon.names import COUNTRIES, TOWNS
from cutaway.corpus.phrasing.grammar import Grammar, Word, Words, put, tagged
from cutaway.corpus.phrasing.people import meet
from cutaway.corpus.phrasing.things import plural, single

OF_BODIES = words(
    "national regional united royal central general northern southern eastern western international independent free"
    " federal municipal joint young old public rural urban early modern permanent special higher inner outer grand"
)
TRADES = words(
    "farm forest harbour railway water music energy health school river bridge market animal garden weather mountain"
    " fishing mining paper glass library sailing rescue postal wool grain cotton timber theatre election road bee"
)
BODIES = words(
    "council office union society institute agency board committee league association network commission company"
    " trust bureau alliance academy federation club service"
)
OF_TERMS = words(
    "fast slow hidden linear random local global deep shared dynamic automatic digital remote virtual parallel sparse"
    " stable mobile active secure binary open relative partial adaptive nested direct reverse minimal upper lower"
)
MATTERS = words(
    "data signal memory network power heat image file message light word index error frame packet query table voice"
    " sensor motor pressure phase cycle token record flow task page noise vector sample current"
)
DEVICES = words(
    "unit system protocol method analysis engine model language interface controller test filter format index process"
    " storage machine layer code exchange detector map search routine schedule driver panel transfer"
)
GRAMMAR = Grammar("""
meet_body =
    ^ {town} is the home_n of the {full} .
    ^ the {full} was founded_vn in {year} by {who} .
    ^ in {year} {who} joined_vd the {full} .
    ^ last_a week_n the {full} opened_vd an office_n in {town} .
    ^ this report_n is about the {full} , which was founded_vn in {town} .
    ^ few people_ns in {country} know_vb the {full} .
    ^ our partner_n in {country} is the {full} .
    ^ {who} speaks_vz for the {full} .
    ^ since {year} there has been {a full} in {country} .
tell_body =
    ^ the {short} has {n} members_ns .
    ^ {who} has led_vn the {short} since {year} .
    ^ the {short} met_vd in {town} last_a {month} .
    ^ every {month} the {short} sends_vz {things} to {town} .
    ^ a speaker_n for the {short} said_vd that the {short} would buy_v {n} {things} .
    ^ the {short} does not answer_v questions_ns about {things} .
    ^ without the {short} , {town} would have no {things} .
    ^ {who} left_vd the {short} in {year} , and it has been quiet_a since .
    ^ members_ns of the {short} pay_vb {n} coins_ns a year_n .
    ^ when the {short} was young_a , it was in {town} .
    ^ nobody in {country} trusts_vz the {short} any_d more_r .
    ^ the house_n of the {short} is full_a of {things} .
    ^ {who} gave_vd the {short} {n} {things} in {year} .
    ^ the chair_n of the {short} is {who} .
    ^ the {short} writes_vz to {who} every {month} .
    ^ according_p to the {short} , the price_n of {things} will rise_v .
both_body =
    ^ the {short} and the {other} signed_vd a treaty_n in {town} .
    ^ unlike_p the {short} , the {other} is in {country} .
    ^ the {other} is older_a than the {short} .
    ^ {who} works_vz for the {short} and not for the {other} .
    ^ the {short} sued_vd the {other} over {things} .
    ^ half of the {other} came_vd from the {short} .
    ^ the {other} buys_vz its {things} from the {short} .
meet_term =
    ^ we use_vb {a full} .
    ^ {a full} needs_vz little_a room_n .
    ^ the heart_n of the device_n is its {full} .
    ^ {who} described_vd the {full} in {year} .
    ^ the most_r common_a kind_n is the {full} .
    ^ here comes_vz the {full} into play_n .
    ^ this chapter_n explains_vz the {full} .
tell_term =
    ^ each {short} is tested_vn {n} times_ns .
    ^ the {short} was built_vn by {who} in {year} .
    ^ if the {short} fails_vz , switch_v it off_r and wait_v {n} seconds_ns .
    ^ the {short} reads_vz {n} values_ns a second_n .
    ^ there is no {short} in the old_a model_n .
    ^ without {an_short} the results_ns were worse_a .
    ^ a good_a {short} costs_vz {n} coins_ns .
    ^ {who} prefers_vz to_t call_v the {short} a box_n .
    ^ the input_n of the {short} comes_vz from {things} .
    ^ the price_n of the {short} fell_vd in {year} .
    ^ {who} was the first_a to_t sell_v {an_short} in {country} .
    ^ engineers_ns in {town} still build_vb the {short} by hand_n .
    ^ clean_v the {short} after {n} hours_ns .
    ^ the {short} is as heavy_a as {n} {things} .
    ^ nobody in {country} had seen_vn {an_short} before {year} .
    ^ once the {short} is warm_a , its errors_ns are rare_a .
both_term =
    ^ the {short} feeds_vz the {other} .
    ^ the {other} is slower_a than the {short} .
    ^ connect_v the {short} to the {other} .
    ^ when the {short} stops_vz , the {other} starts_vz .
    ^ the {short} replaced_vd the {other} in {year} .
    ^ either_c the {short} or the {other} must be running_vg .
list_head =
    abbreviations_ns
    list_n of abbreviations_ns
    short_a forms_ns
    abbreviations_ns in this text_n
ask =
    ^ what does {short} stand_v for ?
    ^ what is the {short} ?
    ^ how is {short} written_vn in full_n ?
month =
    January_P
    spring_n
    May_P
    summer_n
    month_n
    week_n
    year_n
    October_P
""")
PLACES = tuple((Word(town, "proper"),) for town in TOWNS)
LANDS = tuple((Word(country, "proper"),) for country in COUNTRIES)
THINGS = tuple((plural(noun),) for noun in single("bought"))
VOWEL_NAMES = frozenset("AEFHILMNORSX")


class Named(NamedTuple):
    """A name in full, with small words left out of the initials, and the initials; both mean one entity."""

    words: tuple[Word, ...]
    short: tuple[Word, ...]
    said: set[int]

    @property
    def full(self) -> tuple[Word, ...]:
        """The name in full and then the initials in brackets."""
        initials = tagged(self.short, choices=1)
        closing = Word(")", "punctuation", {"choices": 1}, "glue")
        return (*self.words, Word("(", "punctuation", {}, "opening"), *initials, closing)

    @property
    def with_article(self) -> tuple[Word, ...]:
        """The initials with the article by the sound of the first letter's name."""
        return (Word("an" if self.short[0].text[0] in VOWEL_NAMES else "a", "determiner"), *self.short)


def _named(page: Page, draw: Draw, *, body: bool, taken: set[str]) -> Named:
    """A new name of three or four words with new initials."""
    while True:
        if body:
            texts = [draw.common(TRADES), draw.common(BODIES)]
            if draw.chance(0.4):
                texts.insert(1, draw.common(TRADES))
            if draw.chance(0.85) or len(texts) == 2:
                texts.insert(0, draw.one(TOWNS) if draw.chance(0.3) else draw.common(OF_BODIES))
        else:
            texts = [draw.common(OF_TERMS), draw.common(MATTERS), draw.common(DEVICES)]
            if draw.chance(0.35):
                texts.insert(1, draw.common(OF_TERMS))
        turned = body and draw.chance(0.3)
        counted = [texts[-1], *texts[:-1]] if turned else texts
        initials = "".join(text[0] for text in counted).upper()
        if initials not in taken and len(set(texts)) == len(texts):
            break
    taken.add(initials)
    entity = page.new_entity()
    words = [
        Word(text.capitalize() if body else text, "proper" if body else "noun", {"entity": entity}) for text in texts
    ]
    if turned:  # the last word first, and a small word that leaves no initial
        words = [words[-1], Word("for", "preposition", {"entity": entity}), *words[:-1]]
    short = Word(initials, "proper" if body else "noun", {"entity": entity})
    return Named(tuple(words), (short,), set())


def _sentences(page: Page, draw: Draw, *, body: bool) -> None:
    """Prose on two to four of them: each is introduced in full and then meant by its initials."""
    taken = set[str]()
    people = meet(page, draw, 3)
    end, known = "body" if body else "term", list[Named]()
    met, both = set[int](), set[int]()
    goal, several = page.at + draw.between(550, 1300), draw.between(2, 4)
    while page.at < goal:
        who = draw.one(people)
        fill: dict[str, Words] = {
            "who": who.full if draw.chance(0.5) else who.last,
            "town": draw.common(PLACES),
            "country": draw.common(LANDS),
            "things": draw.common(THINGS),
            "year": (Word(str(draw.between(1850, 2025)), "number"),),
            "n": (Word(str(draw.between(2, 99)), "number"),),
        }
        one = draw.common(known[::-1]) if known else None
        if one is None or (len(known) < several and draw.chance(0.25)):
            named = _named(page, draw, body=body, taken=taken)
            known.append(named)
            GRAMMAR.write_new(page, draw, f"meet_{end}", {**fill, "full": named.full}, said=met)
            continue
        fill |= {"short": one.short, "an_short": one.with_article}
        if len(known) > 1 and draw.chance(0.3):
            fill["other"] = draw.one([named for named in known if named is not one]).short
            GRAMMAR.write_new(page, draw, f"both_{end}", fill, said=both)
        elif not GRAMMAR.write_new(page, draw, f"tell_{end}", fill, said=one.said) and len(known) == several:
            break
        if page.at > goal - 400 and draw.chance(0.1):
            page.line()
    if draw.chance(0.5):
        _list(page, draw, known)
    if draw.chance(0.4):
        page.line()
        _questions(page, draw, known)


def _list(page: Page, draw: Draw, known: list[Named]) -> None:
    """Initials with their names in full, in the order of the alphabet; `known` is said again exactly."""
    page.line()
    page.capital = True
    with page.span(part="heading"):
        GRAMMAR.write(page, draw, "list_head", {})
    mark = draw.common((":", "=", "-"))
    for named in sorted(known, key=lambda named: named.short[0].text):
        page.line()
        put(page, tagged(named.short, part="key"))
        if mark == ":":
            page.glue(":")
        else:
            page.word(mark, "operator")
        put(page, tagged(named.words, part="value", choices=1))


def _fresh_list(page: Page, draw: Draw) -> None:
    """A list of abbreviations alone, full names first, the initials last."""
    taken, body = set[str](), draw.chance(0.5)
    known = [_named(page, draw, body=body, taken=taken) for _ in range(draw.between(12, 20))]
    page.capital = True
    with page.span(part="heading"):
        GRAMMAR.write(page, draw, "list_head", {})
    comma = draw.chance(0.5)
    for named in known:
        page.line()
        put(page, tagged(named.words, part="value"))
        if comma:
            page.glue(",")
            put(page, tagged(named.short, part="key", choices=1))
        else:
            page.opening("(")
            put(page, tagged(named.short, part="key", choices=1))
            page.glue(")", choices=1)
    page.line()
    _questions(page, draw, known)


def _questions(page: Page, draw: Draw, known: list[Named]) -> None:
    for named in draw.some(known, min(len(known), draw.between(1, 3))):
        with page.span(part="question"):
            GRAMMAR.write(page, draw, "ask", {"short": named.short})
        put(page, tagged(named.words, part="answer", choices=1))
        page.glue(".")


def write(page: Page, draw: Draw) -> None:
    """A report on organisations, a note on technical terms, or a list of abbreviations."""
    form = draw.unit()
    if form < 0.2:
        _fresh_list(page, draw)
    else:
        _sentences(page, draw, body=form < 0.65)


GENRE = Genre(
    name="acronym", says="names in full with their initials, and the initials alone after that", share=0.02, write=write
)

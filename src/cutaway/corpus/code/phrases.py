"""Short prose for pages: sentences about products, places, dates and customers, with words of its own."""

from typing import NamedTuple

from cutaway.corpus.code.identifiers import plural
from cutaway.corpus.document import Page
from cutaway.corpus.draw import Draw
from cutaway.corpus.kinds import words

GOODS = words(
    """
    lamp chair table bag basket kettle mug bowl plate knife board blanket pillow rug mirror clock shelf box jar bottle
    candle vase frame poster notebook pencil pen brush coat scarf hat glove boot belt wallet umbrella tent rope lantern
    backpack bicycle helmet kite puzzle doll drum flute guitar camera radio speaker cable charger battery keyboard
    screen printer desk stool bench sofa bed wardrobe drawer curtain towel soap comb razor ladder hammer saw drill
    wrench bucket hose rake spade planter seed herb tea coffee jam honey cheese loaf cake biscuit pie salad soup sauce
    """
)
PEOPLE = words(
    """
    customer guest visitor member reader student teacher neighbour child parent gardener cook cyclist painter walker
    collector traveller beginner baker musician carpenter volunteer driver courier designer
    """
)
PLACES = words(
    """
    shop workshop garden kitchen market office studio library museum school harbour station village hall courtyard
    warehouse cellar greenhouse gallery terrace cafe bakery orchard barn attic
    """
)
AFFAIRS = words(
    """
    order delivery payment account password address invoice refund newsletter question message review booking offer
    discount voucher receipt parcel subscription guide map course event meeting lesson sale tour concert catalogue photo
    """
)
QUALITIES = words(
    """
    new small large old simple light strong warm soft round plain handmade wooden blue green red white black grey
    yellow heavy cheap rare sturdy smooth modern classic narrow wide tall short clean dry colourful comfortable reliable
    lightweight waterproof elegant practical used tiny huge thin thick flat square striped spare folding woven painted
    """
)
MANNERS = words(
    "new young old friendly patient careful curious generous busy quiet local regular tired happy clever kind early"
)
STATES = words(
    "new next last free first early late local small large old quiet main short long open monthly special current whole"
)
STUFFS = words("oak pine steel glass wool cotton linen leather clay paper copper brass cork stone felt silk birch tin")
ADVERBS = words(
    """
    quickly slowly carefully quietly easily often always usually rarely again today online directly safely gladly
    together twice daily early separately
    """
)
DAYS = words("Monday Tuesday Wednesday Thursday Friday Saturday Sunday")
MONTHS = words("January February March April May June July August September October November December")
DOES = words(
    """
    make sell repair paint pack send test clean store carry use choose order return collect keep hold cover replace
    bring show build share inspect polish measure describe compare recommend wrap cut wash move lift load label
    """
)
HANDLES = words(
    """
    check send read receive confirm cancel change update answer print keep share accept open copy delay finish sign
    plan forget review expect save
    """
)
SERVES = words("hold carry cover replace keep protect suit match need brighten fit clean warm support join")
ACTS = words("arrive wait travel work return rest help begin call stay smile leave sing write")
BEHAVES = words("arrive last work open close help shine rest change fold bend turn stand break fade dry")
PAST = {
    "make": "made", "sell": "sold", "send": "sent", "choose": "chose", "keep": "kept", "hold": "held",
    "bring": "brought", "show": "showed", "build": "built", "cut": "cut", "begin": "began", "grow": "grew",
    "shine": "shone", "read": "read", "forget": "forgot", "bend": "bent", "stand": "stood", "break": "broke",
    "leave": "left", "sing": "sang", "write": "wrote", "fit": "fitted",
}  # fmt: skip
MENU = words("home about contact news shop help prices events team gallery archive search account basket places blog")
PREPOSITIONS = words("in near behind at beside outside")
FITTING = {GOODS: QUALITIES, PEOPLE: MANNERS, AFFAIRS: STATES}


class Thing(NamedTuple):
    """What a passage is about."""

    noun: str
    quality: str
    is_many: bool
    entity: int


def third(verb: str) -> str:
    """`makes` for `make`."""
    if verb.endswith("y") and verb[-2] not in "aeiou":
        return verb[:-1] + "ies"
    return verb + ("es" if verb.endswith(("s", "sh", "ch", "x", "z")) else "s")


def past(verb: str) -> str:
    """`painted` for `paint`."""
    if verb in PAST:
        return PAST[verb]
    if verb.endswith("e"):
        return verb + "d"
    if verb.endswith("y") and verb[-2] not in "aeiou":
        return verb[:-1] + "ied"
    return {"wrap": "wrapped", "plan": "planned"}.get(verb, verb + "ed")


THIRD, PAST_FORM = ({verb: form(verb) for verb in (*DOES, *HANDLES, *ACTS, *BEHAVES)} for form in (third, past))
MANY = {noun: plural(noun) for noun in (*GOODS, *PEOPLE, *PLACES, *AFFAIRS)}


def a_thing(page: Page, draw: Draw) -> Thing:
    """Something to write about."""
    return Thing(draw.common(GOODS), draw.common(QUALITIES), draw.unit() < 0.4, page.new_entity())


def mention(page: Page, thing: Thing, role: str, *, determiner: str = "the") -> None:
    """`the small lamp`, every word with the entity and the role."""
    number = "plural" if thing.is_many else "singular"
    if determiner:
        page.word(determiner, "determiner", entity=thing.entity, role=role)
    if thing.quality:
        page.word(thing.quality, "adjective", entity=thing.entity, role=role)
    noun = MANY[thing.noun] if thing.is_many else thing.noun
    page.word(noun, "noun", entity=thing.entity, role=role, number=number)


def other(page: Page, draw: Draw, nouns: tuple[str, ...], role: str) -> bool:
    """A noun phrase about something else; True if it is in the plural."""
    is_many = draw.unit() < 0.4
    noun = draw.common(nouns)
    quality = draw.common(FITTING[nouns]) if draw.unit() < 0.35 else ""
    way = draw.unit()
    if is_many:
        determiner = draw.common(("the", "our", "all", "your", "many", "these")) if way < 0.75 else ""
    else:
        determiner = draw.common(("the", "a", "our", "your", "every", "this"))
    if determiner == "a" and (quality or noun)[0] in "aeiou":
        determiner = "an"
    if determiner:
        page.word(determiner, "determiner", role=role)
    if quality:
        page.word(quality, "adjective", role=role)
    page.word(MANY[noun] if is_many else noun, "noun", role=role, number="plural" if is_many else "singular")
    return is_many


def place(page: Page, draw: Draw) -> None:
    """`in the small garden`."""
    page.word(draw.common(PREPOSITIONS), "preposition", role="place")
    page.word(draw.common(("the", "our", "your")), "determiner", role="place")
    if draw.unit() < 0.3:
        page.word(draw.common(STATES), "adjective", role="place")
    page.word(draw.common(PLACES), "noun", role="place", number="singular")


def time(page: Page, draw: Draw) -> None:
    """`on Friday`, `in May`, `before 9`."""
    way = draw.unit()
    if way < 0.45:
        page.word(draw.common(("on", "before", "after", "until")), "preposition", role="time")
        page.word(draw.one(DAYS), "proper", role="time")
    elif way < 0.75:
        page.word(draw.common(("in", "since", "until")), "preposition", role="time")
        page.word(draw.one(MONTHS), "proper", role="time")
    else:
        page.word(draw.common(("at", "before", "after")), "preposition", role="time")
        page.word(str(draw.between(7, 20)), "number", role="time")


def treated(page: Page, draw: Draw) -> None:
    """`made of oak`, `stored in the cellar`, `tested by our visitors`."""
    way = draw.unit()
    if way < 0.5:
        page.word(draw.common(("made", "built")), "verb")
        page.word(draw.common(("of", "from")), "preposition")
        page.word(draw.common(STUFFS), "noun", number="singular")
    elif way < 0.7:
        page.word(draw.common(("stored", "sold", "packed", "kept", "tested")), "verb")
        place(page, draw)
    else:
        page.word(draw.common(("tested", "chosen", "used", "recommended", "cleaned")), "verb")
        page.word("by", "preposition")
        other(page, draw, PEOPLE, "subject")


def predicate(page: Page, draw: Draw, *, is_many: bool, tense: str = "present") -> None:
    """A verb that agrees, its object, where and when."""
    way = draw.unit()
    be = ("were" if is_many else "was") if tense == "past" else ("are" if is_many else "is")
    number = "plural" if is_many else "singular"
    if way < 0.3:
        page.word(be, "verb", number=number, tense=tense)
        page.word(draw.common(QUALITIES), "adjective")
        if draw.unit() < 0.4:
            page.word("and", "conjunction")
            page.word(draw.common(QUALITIES), "adjective")
    elif way < 0.5:
        page.word(be, "auxiliary", number=number, tense=tense)
        treated(page, draw)
    elif way < 0.75:
        verb = draw.common(BEHAVES)
        form = PAST_FORM[verb] if tense == "past" else verb if is_many else THIRD[verb]
        page.word(form, "verb", number=number, tense=tense)
        if draw.unit() < 0.5:
            page.word(draw.common(ADVERBS), "adverb", role="manner")
    else:
        page.word("could" if tense == "past" else "can", "auxiliary", tense=tense)
        page.word(draw.common(SERVES), "verb")
        other(page, draw, GOODS, "object")
    if draw.unit() < 0.3:
        place(page, draw)
    if draw.unit() < 0.2:
        time(page, draw)


def request(page: Page, draw: Draw, thing: Thing | None) -> None:
    """`please return the lamp before Friday`."""
    if draw.unit() < 0.5:
        page.word("please", "interjection")
    page.word(draw.common(HANDLES if thing is None else DOES), "verb", tense="present")
    if thing is not None:
        mention(page, thing, "object")
    else:
        other(page, draw, AFFAIRS, "object")
    if draw.unit() < 0.5:
        time(page, draw)
    elif draw.unit() < 0.5:
        place(page, draw)


def doing(page: Page, draw: Draw, thing: Thing | None) -> str:
    """Somebody does something with the thing, or with something else; hands back when, "past" or "present"."""
    way = draw.unit()
    tense = "past" if draw.unit() < 0.35 else "present"
    verb = draw.common(HANDLES if thing is None else DOES)
    if way < 0.55:
        page.word("we" if way < 0.4 else "you", "pronoun", role="subject", number="plural")
        page.word(PAST_FORM[verb] if tense == "past" else verb, "verb", number="plural", tense=tense)
    else:
        is_many = other(page, draw, PEOPLE, "subject")
        if draw.unit() < 0.2:
            with page.clause("relative"):
                page.word("who", "pronoun")
                act = draw.common(ACTS)
                page.word(act if is_many else THIRD[act], "verb", tense="present")
                time(page, draw)
        form = PAST_FORM[verb] if tense == "past" else verb if is_many else THIRD[verb]
        page.word(form, "verb", number="plural" if is_many else "singular", tense=tense)
    if thing is not None:
        mention(page, thing, "object")
    else:
        other(page, draw, AFFAIRS, "object")
    if draw.unit() < 0.35:
        place(page, draw)
    if draw.unit() < 0.25:
        time(page, draw)
    return tense


def sentence(page: Page, draw: Draw, thing: Thing, *, is_known: bool) -> bool:
    """One sentence; a thing that was just mentioned may be a pronoun. True if it speaks of the thing."""
    page.sentence()
    number = page.sentences
    with page.span(sentence=number):
        way = draw.unit()
        about = True
        if way < 0.2 and is_known:
            pronoun = "they" if thing.is_many else "it"
            page.word(pronoun, "pronoun", entity=thing.entity, role="subject")
            predicate(page, draw, is_many=thing.is_many)
        elif way < 0.45:
            mention(page, thing, "subject")
            predicate(page, draw, is_many=thing.is_many, tense="past" if draw.unit() < 0.3 else "present")
        elif way < 0.6:
            doing(page, draw, thing)
        elif way < 0.75:
            about = False
            doing(page, draw, None)
        elif way < 0.87:
            about = draw.unit() < 0.6
            request(page, draw, thing if about else None)
        else:
            with page.clause("adverbial"):
                page.word(draw.common(("if", "when", "because", "while")), "conjunction")
                tense = doing(page, draw, thing)
            page.glue(",")
            pronoun = "they" if thing.is_many else "it"
            page.word(pronoun, "pronoun", entity=thing.entity, role="subject")
            predicate(page, draw, is_many=thing.is_many, tense=tense)
        page.glue(".")
    return about


def passage(page: Page, draw: Draw, thing: Thing, least: int, most: int) -> None:
    """A few sentences about a thing."""
    is_known = False
    for _ in range(draw.between(least, most)):
        is_known = sentence(page, draw, thing, is_known=is_known)
        if is_known and draw.unit() < 0.5:
            thing = thing._replace(quality="")


def title(page: Page, draw: Draw, thing: Thing) -> None:
    """A heading about a thing: `Small lamps for the garden`."""
    page.capital = True
    mention(page, thing._replace(is_many=True), "subject", determiner="")
    way = draw.unit()
    if way < 0.3:
        page.word("for", "preposition")
        page.word(draw.common(("the", "your")), "determiner")
        page.word(draw.common(PLACES), "noun", number="singular")
    elif way < 0.45:
        page.word("of", "preposition")
        page.word(draw.common(STUFFS), "noun", number="singular")
    elif way < 0.6:
        page.word("and", "conjunction")
        page.word(MANY[draw.common(GOODS)], "noun", number="plural")


def price(page: Page, draw: Draw) -> None:
    """`$12.50`; round sums are the commonest."""
    page.opening("$", "punctuation")
    page.word(str(draw.common((5, 10, 12, 20, 8, 15, 25, 30, 3, 7, 18, 40, 50, 75, 99, 120))), "number")
    page.glue(".")
    page.glue(draw.common(("00", "50", "90", "95", "25", "75")), "number")

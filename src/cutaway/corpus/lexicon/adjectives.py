"""Adjectives by class, with what they may be said of and the sentiment where they have one."""

from functools import cache
from itertools import zip_longest
from typing import NamedTuple

from cutaway.corpus.kinds import words
from cutaway.corpus.lexicon.forms import comparative, superlative
from cutaway.corpus.lexicon.nouns import GROUPS

__all__ = [
    "ADJECTIVES",
    "CLASSES",
    "Adjective",
    "adjectives_for",
    "attributive_for",
    "comparative",
    "graded_for",
    "superlative",
]


class Adjective(NamedTuple):
    """An adjective with its class (its concept) and its sentiment, "" where it has none.

    One that is not `graded` stands neither after "very" nor in a comparison.
    """

    word: str
    concept: str
    sentiment: str = ""
    graded: bool = True


_CLASSES: dict[str, tuple[str, str]] = {
    "size": (
        """things creatures place settlement building room plant tree fruit vegetable group organisation art weapon
        shape""",
        "big small large little huge tiny enormous gigantic massive immense vast miniature sizeable giant",
    ),
    "dimension": (
        "building furniture tool vehicle container tree body water weapon",
        "long short tall high wide low narrow thick thin broad deep shallow spacious compact slim bulky",
    ),
    "colour": (
        "things bird insect flower fish stationery kitchenware",
        """red blue green white black yellow brown grey purple pink golden silvery scarlet crimson turquoise violet
        colourful pale dark bright beige greenish reddish bluish ivory multicoloured colourless""",
    ),
    "age": (
        "things places building room organisation art group",
        "new old ancient modern recent antique used medieval historic rusty outdated",
    ),
    "youth": (
        "people beasts",
        """young old elderly teenage grown newborn adult aged youthful""",
    ),
    "mood": (
        "people",
        """happy+ sad- angry- tired- nervous- proud+ afraid- calm+ lonely- excited+ worried- bored- cheerful+ hungry
        thirsty sleepy jealous- ashamed- glad+ surprised upset- anxious- relieved+ grateful+ curious confused-
        disappointed- furious- miserable- delighted+ scared- embarrassed- impatient- content+ desperate- relaxed+
        frightened- satisfied+ hopeful+ restless- annoyed- astonished exhausted- gloomy- eager+ puzzled guilty-
        homesick- pleased+ shocked- thrilled+ sorry""",
    ),
    "character": (
        "people",
        """kind+ clever+ honest+ brave+ lazy- shy polite+ cruel- stupid- wise+ friendly+ generous+ rude- selfish-
        patient+ loyal+ careful+ careless- greedy- gentle+ arrogant- quiet talkative stubborn- reliable+
        modest+ foolish- intelligent+ funny+ serious strict creative+ ambitious famous popular+ strange
        skilful+ clumsy- helpful+ moody- thoughtful+ wicked- dishonest- talented+ charming+ cunning
        ruthless- witty+ sensible+ tolerant+ cowardly- hardworking+ diligent+ naive noble+ vain- humble+
        experienced respected+ bossy- ungrateful- sincere+ practical""",
    ),
    "looks": (
        "person relative profession",
        """beautiful+ ugly- handsome+ pretty+ tall short thin fat- slender bald bearded blonde elegant+ graceful+ pale
        strong+ weak- muscular skinny plump barefoot freckled attractive+ untidy- wrinkled""",
    ),
    "health": (
        "people beasts",
        """ill- healthy+ sick- blind deaf injured- fit+ wounded- feverish- pregnant lame-""",
    ),
    "positive": (
        """things places art event food dish drink idea music abstract plant flower sport game sky spice medicine
        colour""",
        """good+ beautiful+ nice+ wonderful+ great+ lovely+ excellent+ perfect+ splendid+ pleasant+ fine+ remarkable+
        magnificent+ charming+ marvellous+ superb+ impressive+ fantastic+ delightful+ admirable+ brilliant+
        outstanding+ amazing+ gorgeous+""",
    ),
    "negative": (
        "things places art event food dish drink idea music abstract sport game medicine colour",
        """bad- terrible- awful- ugly- horrible- dreadful- useless- poor- disgusting- boring- disappointing-
        unpleasant- nasty- hideous- shabby- ghastly- worthless- pathetic- dull- mediocre- appalling-
        wretched- lousy- tedious-""",
    ),
    "taste": (
        "eaten drunk spice",
        """sweet sour fresh+ bitter salty delicious+ spicy tasty+ stale- juicy+ creamy bland- rotten- ripe raw mild
        greasy- tasteless- sugary savoury mouldy- burnt- overcooked- appetising+ crunchy crisp tangy smoky""",
    ),
    "temperature": (
        "eaten drunk water room material",
        "hot cold warm cool icy freezing- lukewarm mild chilly frozen boiling scorching-",
    ),
    "texture": (
        "clothing furniture toy container body",
        """soft hard smooth rough dry wet sticky- sharp fluffy silky slippery firm stiff fragile woolly greasy- dusty-
        shiny+ bumpy velvety prickly- furry damp- springy""",
    ),
    "shape": (
        "container furniture tool jewel toy device",
        """round square flat straight curved oval pointed triangular rectangular hollow crooked- twisted bent circular
        spherical lopsided- arched angular""",
    ),
    "loudness": (
        "sound music device",
        """loud quiet soft shrill- noisy- silent deafening- harsh- melodious+ faint muffled hoarse- piercing-
        harmonious+""",
    ),
    "weight": (
        "things weapon metal",
        """heavy light weighty lightweight portable""",
    ),
    "wealth": (
        "people group organisation region settlement",
        """rich+ poor- wealthy+ penniless- prosperous+ needy- bankrupt-""",
    ),
    "price": (
        "bought building metal spice weapon medicine",
        "expensive- cheap+ valuable+ precious+ costly- free+ affordable+ priceless+ overpriced- luxurious+",
    ),
    "condition": (
        "broken building clothing document weapon metal",
        """clean+ dirty- broken- empty full open closed worn- damaged- torn- spotless+ tidy+ faulty- cracked- lost-
        missing- locked unlocked hidden forgotten repaired+ sturdy+ solid+ filthy- faded- neat+ ruined-
        polished+ stained-""",
    ),
    "substance": (
        "furniture container toy tool jewel weapon",
        "wooden metal golden silver stone plastic leather paper iron bronze porcelain handmade marble",
    ),
    "speed": (
        "vehicle animal bird device software",
        """fast+ slow- quick+ rapid+ swift+ speedy+ sluggish- agile+""",
    ),
    "scenery": (
        "place settlement region water",
        """quiet+ busy crowded- peaceful+ remote distant nearby dangerous- safe+ sunny+ shady foggy- rocky sandy muddy-
        green+ lonely- deserted- famous+ northern southern eastern western coastal steep wild fertile+
        barren- picturesque+ misty flooded- snowy windy- lively+ mountainous rural urban""",
    ),
    "skies": (
        "time",
        "sunny+ rainy- cold cloudy warm windy- stormy- foggy- snowy wet- dry bright+ grey- gloomy- hot clear+",
    ),
    "force": (
        "weather",
        "heavy sudden strong light wild endless- gentle+ violent- severe- unexpected mild+ terrible- distant thick",
    ),
    "wildness": (
        "creatures",
        """wild tame hungry fierce- gentle+ dangerous- shy friendly+ noisy- fat quick+ clever+ stray lazy timid
        harmless playful+ poisonous- nocturnal hairy obedient+ rare aggressive- endangered domestic spotted
        striped""",
    ),
    "growth": (
        "grown",
        """green fresh+ tall wild withered- fragrant+ rare thorny evergreen leafy blooming+ dead- dense overgrown""",
    ),
    "judgement": (
        "thoughts event document language science medicine sport game",
        """important+ new simple difficult- easy+ strange real true+ false- interesting+ serious- clear+ complex main
        obvious common special+ possible impossible- necessary useful+ wrong- right+ sudden different
        similar secret final brief general particular original+ famous modern ridiculous- absurd- crucial
        sensible+ vague- controversial complicated- surprising reasonable+ popular+ harmless inevitable
        mysterious traditional successful+ convincing+ dubious- unusual unlikely relevant+ fundamental""",
    ),
    "depth": (
        "emotion trait",
        """deep great sudden strong secret genuine+ mild bitter- true+ overwhelming quiet growing boundless""",
    ),
    "extent": (
        "quantity money",
        """large small high low total average exact enormous modest annual extra sufficient+ equal monthly""",
    ),
    "standing": (
        "group organisation",
        """local national international private public large small united+ famous+ independent powerful+ foreign royal
        successful+ corrupt- secret official rural respectable+ divided- anonymous""",
    ),
    "workings": (
        "machines",
        """modern+ electric automatic reliable+ faulty- powerful+ noisy- efficient+ digital new broken- fast+ useful+
        mechanical""",
    ),
    "style": (
        "texts works",
        """long short famous+ funny+ boring- sad interesting+ exciting+ anonymous handwritten illustrated unfinished
        touching+ unreadable- lengthy brilliant+ forgotten entertaining+ rhyming""",
    ),
    "severity": (
        "illness",
        """severe- mild serious- rare sudden chronic- dangerous- painful- infectious- fatal- slight""",
    ),
}

_UNGRADED = frozenset(
    words(
        """wooden metal plastic stone leather paper iron bronze porcelain handmade marble golden silver silvery
        adult aged newborn teenage grown blind deaf pregnant national international private public foreign royal
        official annual monthly total average final main southern northern eastern western coastal dead
        evergreen domestic nocturnal broken closed open full empty locked unlocked hidden missing lost torn
        damaged ruined repaired cracked frozen boiling freezing raw square circular rectangular triangular
        spherical oval hollow bent curved twisted arched angular flat round medieval used antique rural
        urban automatic electric digital mechanical perfect excellent wonderful fantastic magnificent marvellous
        superb amazing terrible awful horrible appalling enormous huge gigantic massive immense giant tiny
        miniature vast delighted furious exhausted astonished thrilled bankrupt penniless priceless fatal
        unfinished handwritten illustrated anonymous equal extra exact deserted real false right wrong
        impossible necessary original particular general special burnt bald barefoot bearded freckled
        multicoloured colourless beige greenish reddish bluish crimson scarlet turquoise violet ivory purple
        silent independent united stray striped spotted scorching local divided mouldy stained faded worthless
        spotless delicious nearby crucial fundamental ridiculous absurd outstanding gorgeous unreadable wounded
        injured"""
    )
)
_PREDICATIVE = frozenset(words("afraid ashamed glad content ill sorry pleased upset"))
_SIGNS = {"+": "positive", "-": "negative"}


def _adjective(text: str, concept: str) -> Adjective:
    sentiment = _SIGNS.get(text[-1], "")
    word = text[:-1] if sentiment else text
    return Adjective(word, concept, sentiment, word not in _UNGRADED)


ADJECTIVES: dict[str, tuple[Adjective, ...]] = {
    concept: tuple(_adjective(text, concept) for text in listed.split()) for concept, (_, listed) in _CLASSES.items()
}
"""Adjectives by class, common ones first. The class is the concept of the word."""


def _concepts(fit: str) -> frozenset[str]:
    return frozenset(concept for group in fit.split() for concept in GROUPS.get(group, (group,)))


CLASSES: dict[str, frozenset[str]] = {name: _concepts(fit) for name, (fit, _) in _CLASSES.items()}
"""The concepts of the nouns that each class is said of."""


@cache
def adjectives_for(concept: str) -> tuple[Adjective, ...]:
    """Adjectives that can be said of nouns of this concept ("the door is open"), common ones of each class first."""
    lists = [ADJECTIVES[name] for name, concepts in CLASSES.items() if concept in concepts]
    found: dict[str, Adjective] = {}
    for row in zip_longest(*lists):
        for one in row:
            if one is not None:
                found.setdefault(one.word, one)
    return tuple(found.values())


@cache
def attributive_for(concept: str) -> tuple[Adjective, ...]:
    """Those of `adjectives_for` that stand before a noun: not "the afraid man"."""
    return tuple(one for one in adjectives_for(concept) if one.word not in _PREDICATIVE)


@cache
def graded_for(concept: str) -> tuple[Adjective, ...]:
    """Those of `adjectives_for` that can be compared and stand after "very"."""
    return tuple(one for one in adjectives_for(concept) if one.graded)

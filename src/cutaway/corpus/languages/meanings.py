"""What can be said in the invented languages: one list of meanings, each with its English word.

`man/men` gives an irregular plural or past, `water~` is a noun that is not counted. Within a group the most frequent
comes first; `MEANINGS` holds the words of grammar first and then takes turns between the groups.
"""

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class Meaning:
    """One thing that a word can mean. `irregular` is the plural of a noun or the past of a verb, if it has its own."""

    number: int
    head: str
    pos: str
    group: str
    irregular: str = ""
    counted: bool = True

    @property
    def key(self) -> str:
        """Its name among all meanings: the part of speech and the English word."""
        return f"{self.pos}:{self.head}"

    @property
    def code(self) -> int:
        """The number that tags carry."""
        return self.number + 1


NOUNS: Final = {
    "person": """man/men woman/women child/children king queen friend mother father brother sister girl boy farmer
        hunter baker smith soldier priest teacher sailor merchant servant guard thief/thieves singer poet
        doctor widow prince princess shepherd miller weaver potter carpenter painter judge lord
        lady/ladies neighbour stranger guest enemy/enemies leader messenger traveller uncle aunt cousin
        son daughter grandmother grandfather baby/babies twin orphan fool giant witch wizard dancer
        drummer cook fisherman/fishermen tailor gardener scribe pilgrim captain ferryman/ferrymen beggar
        rider student""",
    "animal": """dog cat horse cow sheep/sheep goat bird fish/fish wolf/wolves bear fox deer/deer rabbit
        mouse/mice rat pig duck goose/geese hen rooster crow owl eagle snake frog turtle spider bee ant
        fly/flies butterfly/butterflies donkey ox/oxen camel lion tiger monkey elephant whale seal otter
        squirrel badger hare swan raven lizard worm beetle cricket""",
    "food": """bread~ apple meat~ cheese~ egg soup~ honey~ berry/berries pear cake rice~ salt~ bean onion nut
        plum cherry/cherries fig grape mushroom carrot cabbage potato/potatoes turnip butter~ porridge~
        pie lemon melon date olive pepper~ garlic~ sausage pea""",
    "drink": "water~ milk~ wine~ beer~ tea~ juice~ cider~ broth~",
    "thing": """book key knife/knives ring lamp basket letter bag box coin cup rope stone hat coat shoe bell
        hammer drum flute sword shield spear bow arrow axe needle mirror candle chair blanket pot bowl
        spoon plate bottle barrel wheel cart saddle whip net hook boat oar sail anchor map pen brush comb
        button belt ribbon dress shirt glove boot cloak crown mask toy doll kite ball stick nail saw
        shovel rake plough broom bucket chest drawer lock chain jar pipe fan umbrella feather shell bone
        pearl flag carpet curtain pillow stool harp fiddle horn whistle""",
    "place": """house village forest town river mountain field garden market road bridge tower castle temple
        school kitchen room mill barn stable inn shop harbour island lake sea valley hill cave desert
        meadow well gate wall door window roof courtyard cellar square street city/cities camp border
        coast shore swamp farm orchard vineyard library/libraries bakery/bakeries prison palace""",
    "material": """gold~ silver~ iron~ wood~ wool~ sand~ clay~ glass~ leather~ paper~ cloth~ ash~ smoke~ straw~ wax~
        copper~""",
    "sky": "sun moon star wind cloud storm rain~ snow~ thunder~ fog~ sky/skies rainbow comet",
    "plant": """tree flower grass~ leaf/leaves seed root branch rose oak pine bush reed thorn moss~ willow ivy~
        fern vine""",
    "idea": """story/stories song name word secret truth~ dream promise question answer law rule war peace~ plan
        lie joke riddle poem prayer wish reason lesson debt price gift feast dance game journey battle
        victory/victories danger luck~ fear~ hope anger~ joy~ sorrow love~ wisdom~ duty/duties honour~
        guilt~ memory/memories custom rumour curse blessing oath""",
    "body": """hand eye head foot/feet hair~ tooth/teeth arm leg ear nose mouth heart back tail wing beard
        finger knee neck""",
    "time": "day night morning evening winter summer spring autumn year week hour month",
}  # fmt: skip

VERBS: Final = {
    "be": "be/was",
    "rest": """sleep/slept laugh wait sing/sang dance work smile cry/cried dream rest kneel/knelt stand/stood
        sit/sat wake/woke shiver die tremble play sneeze""",
    "prowl": "bark growl howl limp graze roar hide/hid breathe",
    "shine": "shine/shone fade vanish glow return fall/fell rise/rose",
    "grow": "grow/grew bloom wither bend/bent rot/rotted",
    "go": """go/went come/came run/ran walk ride/rode hurry swim/swam climb march crawl wander
        travel/travelled flee/fled jump turn""",
    "see": """see/saw find/found hear/heard watch follow fear forget/forgot remember notice smell touch admire""",
    "take": """take/took carry hold/held lose/lost buy/bought want drop/dropped need hide/hid keep/kept
        steal/stole clean throw/threw choose/chose lift pull push break/broke repair burn paint wash
        count wear/wore""",
    "eat": "eat/ate taste chew swallow",
    "tend": "wash touch scratch cover hurt/hurt",
    "prepare": "cook bake cut/cut mix boil share burn",
    "drink": "drink/drank pour spill",
    "meet": """love meet/met help hate visit call thank greet trust marry pity kiss obey warn fight/fought cheat
        teach/taught praise save""",
    "hunt": "hunt catch/caught feed/fed chase kill tame lead/led wound",
    "enter": "leave/left enter guard reach cross build/built search explore",
    "tell": """know/knew tell/told learn keep/kept hear/heard understand/understood invent explain love repeat""",
    "give": "give/gave show bring/brought send/sent sell/sold lend/lent offer promise",
    "say": "say/said think/thought know/knew believe hope dream hear/heard remember fear swear/swore",
}  # fmt: skip

ADJECTIVES: Final = {
    "any": """good old new big small beautiful strange bad great little ugly famous young rare common important
        fine perfect terrible wonderful""",
    "thing": """heavy red black white broken long green blue short light dark dirty clean round wooden golden
        yellow sharp brown thick thin soft hard cheap costly empty full useful square rusty smooth grey
        flat narrow wide purple hollow silver rough""",
    "alive": """hungry tired angry happy sad brave wise strong weak poor rich clever kind proud lazy quiet blind
        lonely lame greedy cruel gentle afraid shy honest patient loyal stubborn jealous drunk busy
        cheerful sick mad foolish deaf""",
    "food": "sweet fresh warm cold sour bitter dry salty hot ripe rotten raw",
    "idea": "true long secret false simple short holy sad cruel difficult ancient funny",
    "place": "far high quiet deep empty cold dark green ruined holy sunny lonely rich",
}  # fmt: skip

ADVERBS: Final = {
    "past": "yesterday once",
    "present": "now today",
    "future": "tomorrow soon",
    "whenever": "again often then always later still suddenly finally already early",
    "manner": """slowly quickly well together alone quietly loudly gladly sadly badly carefully bravely secretly
        easily gently angrily proudly happily""",
    "there": "here there home away everywhere outside",
}  # fmt: skip

GRAMMAR: Final = {
    "conjunction": "and but or because when if while before after until",
    "pronoun": "I you he she it we they who",
    "determiner": "this/these that/those every some many",
    "preposition": "in to on of with near under behind from without through over for around",
    "number": "one two three four five six seven eight nine ten eleven twelve",
}  # fmt: skip
OPEN: Final = (("noun", NOUNS), ("verb", VERBS), ("adjective", ADJECTIVES), ("adverb", ADVERBS))


def _entries() -> list[tuple[float, str, str, str]]:
    """Every meaning once: how soon it comes, its part of speech, its group and its entry."""
    found: dict[str, tuple[float, str, str, str]] = {}
    for pos, text in GRAMMAR.items():
        for at, entry in enumerate(text.split()):
            found[f"{pos}:{entry}"] = (at / 1000, pos, pos, entry)
    for pos, table in OPEN:
        for group, text in table.items():
            listed = text.split()
            for at, entry in enumerate(listed):
                found.setdefault(f"{pos}:{entry}", (1 + at / len(listed), pos, group, entry))
    return sorted(found.values(), key=lambda entry: entry[0])


def _read(number: int, pos: str, group: str, entry: str) -> Meaning:
    counted = not entry.endswith("~")
    head, _, irregular = entry.removesuffix("~").partition("/")
    return Meaning(number, head, pos, group, irregular, counted)


MEANINGS: Final = tuple(_read(number, *entry[1:]) for number, entry in enumerate(_entries()))
BY_KEY: Final = {meaning.key: meaning for meaning in MEANINGS}


def group(pos: str, *names: str) -> tuple[Meaning, ...]:
    """The meanings of one group or several, in turns, the most frequent of each first."""
    tables = {
        "noun": NOUNS,
        "verb": VERBS,
        "adjective": ADJECTIVES,
        "adverb": ADVERBS,
        **{pos: GRAMMAR for pos in GRAMMAR},
    }
    ranked: dict[str, float] = {}
    for name in names:
        listed = tables[pos][name].split()
        for at, entry in enumerate(listed):
            head = entry.removesuffix("~").partition("/")[0]
            ranked.setdefault(head, at / len(listed))
    return tuple(BY_KEY[f"{pos}:{head}"] for head, _ in sorted(ranked.items(), key=lambda pair: pair[1]))

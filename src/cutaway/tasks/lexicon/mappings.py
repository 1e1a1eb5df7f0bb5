"""Words that can be answered in two ways each: by their opposite or a capital letter, by a past or an -ing form, ..."""

from itertools import pairwise
from string import ascii_lowercase as letters

OPPOSITES = """
hot cold, big small, good bad, early late, high low, long short, fast slow, hard soft, full empty, light dark, young
old, rich poor, strong weak, happy sad, dry wet, near far, first last, true false, thick thin, deep shallow, wide
narrow, clean dirty, cheap expensive, easy difficult, safe dangerous, smooth rough, sweet bitter, black white, same
different, loud quiet, above below, before after, inside outside, always never, more less, up down, left right, north
south, east west, with without, possible impossible, legal illegal, public private, fair unfair, guilty innocent,
modern ancient, positive negative, active passive, male female, major minor
"""  # word opposite

PLURALS = """
dog dogs, cat cats, house houses, car cars, tree trees, book books, child children, foot feet, tooth teeth, mouse
mice, city cities, baby babies, box boxes, church churches, leaf leaves, wolf wolves, knife knives, day days, key
keys, potato potatoes, country countries, story stories, bird birds, horse horses, river rivers, stone stones, eye
eyes, hand hands, star stars, letter letters, window windows, door doors, road roads, game games, song songs, apple
apples, glass glasses, bus buses, dish dishes, wish wishes, shelf shelves, army armies, party parties, ship ships,
bridge bridges, flower flowers, chair chairs, table tables, picture pictures, island islands
"""  # word plural

VERBS = """
go went going, see saw seeing, take took taking, give gave giving, come came coming, know knew knowing, think thought
thinking, say said saying, make made making, find found finding, tell told telling, feel felt feeling, leave left
leaving, keep kept keeping, hold held holding, write wrote writing, stand stood standing, hear heard hearing, run ran
running, bring brought bringing, begin began beginning, speak spoke speaking, grow grew growing, lose lost losing,
fall fell falling, send sent sending, build built building, draw drew drawing, break broke breaking, spend spent
spending, buy bought buying, drive drove driving, eat ate eating, fight fought fighting, fly flew flying, sing sang
singing, sleep slept sleeping, sell sold selling, teach taught teaching, throw threw throwing, win won winning, wear
wore wearing, catch caught catching, choose chose choosing, ride rode riding, drink drank drinking, meet met meeting,
lead led leading, pay paid paying, sit sat sitting
"""  # verb past -ing

COUNTRIES = """
France Paris French, Germany Berlin German, Italy Rome Italian, Spain Madrid Spanish, England London English, Russia
Moscow Russian, China Beijing Chinese, Japan Tokyo Japanese, Egypt Cairo Egyptian, Greece Athens Greek, Ireland Dublin
Irish, Austria Vienna Austrian, Poland Warsaw Polish, Portugal Lisbon Portuguese, Iran Tehran Iranian, Iraq Baghdad
Iraqi, Syria Damascus Syrian, Canada Ottawa Canadian, Sweden Stockholm Swedish, Norway Oslo Norwegian, Denmark
Copenhagen Danish, Hungary Budapest Hungarian, Belgium Brussels Belgian, Thailand Bangkok Thai, Finland Helsinki
Finnish, Scotland Edinburgh Scottish, Israel Jerusalem Israeli, Netherlands Amsterdam Dutch,
Switzerland Bern Swiss, Philippines Manila Philippine
"""  # country capital nationality

NUMBERS = (
    "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve", "thirteen",
    "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen", "twenty",
)  # fmt: skip

Mapping = dict[str, str]


def column(table: str, at: int) -> Mapping:
    """The first word of every row of a table, with the word of a column."""
    return {row.split()[0]: row.split()[at] for row in table.split(",")}


def capitals(mapping: Mapping) -> Mapping:
    """Each word with a capital letter."""
    return {word: word.capitalize() for word in mapping}


# family: two mappings of the same words, in each of which no two words have the same answer
FAMILIES: dict[str, dict[str, Mapping]] = {
    "quality": {"opposite": column(OPPOSITES, 1), "capital letter": capitals(column(OPPOSITES, 1))},
    "thing": {"plural": column(PLURALS, 1), "capital letter": capitals(column(PLURALS, 1))},
    "verb": {"past": column(VERBS, 1), "-ing": column(VERBS, 2)},
    "country": {"capital": column(COUNTRIES, 1), "nationality": column(COUNTRIES, 2)},
    "letter": {
        "next": dict(pairwise(letters)),
        "upper case": {one: one.upper() for one in letters[:-1]},
    },
    "number": {
        "next": dict(pairwise(NUMBERS)),
        "digits": {word: str(at) for at, word in enumerate(NUMBERS[:-1], start=1)},
    },
}

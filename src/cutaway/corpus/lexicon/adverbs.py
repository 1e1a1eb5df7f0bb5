"""Adverbs by what they say; some are of several words, which a writer splits."""

from cutaway.corpus.kinds import words


def _phrases(text: str) -> tuple[str, ...]:
    """Phrases between commas."""
    return tuple(phrase.strip() for phrase in text.replace("\n", " ").split(","))


MANNER: tuple[str, ...] = words(
    """quickly slowly quietly carefully happily sadly loudly gently calmly suddenly angrily proudly politely
    nervously eagerly patiently bravely kindly softly secretly cheerfully silently easily badly well gladly
    gracefully honestly hungrily impatiently lazily neatly rudely seriously sleepily warmly wisely anxiously
    awkwardly bitterly boldly busily cautiously clumsily coldly confidently cruelly curiously desperately
    dreamily firmly foolishly generously gloomily gratefully greedily hastily heavily helplessly joyfully
    jealously keenly lightly lovingly merrily miserably modestly mysteriously openly painfully peacefully
    playfully promptly reluctantly sharply shyly skilfully smoothly solemnly sternly stubbornly thoroughly
    thoughtfully tightly wearily wildly willingly"""
)
"""How something is done by somebody."""

TIME: dict[str, tuple[str, ...]] = {
    "past": _phrases("""yesterday, last week, then, last night, last year, two days ago, earlier, last month,
        a year ago, long ago, last summer, an hour ago, the other day, a moment ago, last winter, three weeks ago,
        once, last spring, years ago, recently, that morning, the night before, one evening, last autumn,
        in the old days, a century ago"""),
    "present": _phrases("""now, today, these days, nowadays, at the moment, right now, this week, currently,
        this morning, this year, at present, this month, tonight, at this hour"""),
    "future": _phrases("""tomorrow, soon, next week, next year, tonight, later, next month, in an hour,
        one day, next summer, in a few days, shortly, before long, next winter, the day after tomorrow,
        in two weeks,
        in the end, next spring, from now on"""),
}
"""When, by the tense of the verb that goes with it."""

FREQUENCY: tuple[str, ...] = words(
    """always often never sometimes usually rarely seldom frequently hardly occasionally regularly constantly
    normally generally"""
)
"""How often: one word, before the verb."""

REPEATED: tuple[str, ...] = (
    _phrases("""every day, again, twice, every morning, once a week, from time to time, every year,
    now and then, every night, all the time, on most days, again and again, once a month, every other day,
    three times a day, day after day""")
)
"""How often: at the end of the clause."""

DEGREE: tuple[str, ...] = words(
    """very really too quite so rather extremely fairly terribly pretty incredibly somewhat unusually remarkably
    surprisingly particularly especially exceptionally awfully truly deeply highly"""
)
"""How much: before an adjective that is graded."""

SENTENCE: tuple[str, ...] = (
    _phrases("""of course, however, perhaps, fortunately, unfortunately, in fact, suddenly, luckily,
    finally, therefore, sadly, apparently, obviously, to be honest, surprisingly, nevertheless, clearly, strangely,
    as a result, in the end, on the other hand, after all, by the way, for example, to my surprise,
    strangely enough, naturally, undoubtedly, oddly, presumably, evidently, meanwhile, moreover, otherwise""")
)
"""What the speaker thinks of it: at the beginning of a sentence, with a comma."""

MAYBE: tuple[str, ...] = words("probably certainly surely definitely possibly really still already apparently")
"""How sure: before the verb."""

PLACE: tuple[str, ...] = words(
    "here there outside inside upstairs everywhere nearby abroad downstairs somewhere away home"
)
"""Where: at the end of the clause."""

FOCUS: tuple[str, ...] = words("only even also just mainly mostly especially merely simply")
"""Before the phrase that is meant."""

SENTIMENT: dict[str, str] = dict.fromkeys(
    words(
        """happily cheerfully gladly kindly joyfully lovingly merrily gratefully generously wisely bravely warmly
        gracefully peacefully playfully fortunately luckily well skilfully politely"""
    ),
    "positive",
) | dict.fromkeys(
    words(
        """sadly angrily badly rudely cruelly bitterly miserably greedily foolishly jealously gloomily painfully
        desperately helplessly coldly unfortunately terribly awfully clumsily impatiently"""
    ),
    "negative",
)
"""Sentiment of an adverb, where it has one."""

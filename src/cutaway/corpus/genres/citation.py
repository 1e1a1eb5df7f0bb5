"""Scholarly prose whose citations, in one style a document, point to a list of references at its end."""

from typing import NamedTuple

from cutaway.corpus.document import Page
from cutaway.corpus.draw import Draw
from cutaway.corpus.genre import Genre
from cutaway.corpus.lexicon.names import SURNAMES, TOWNS
from cutaway.corpus.phrasing.grammar import Grammar, Word, Words, put, tagged
from cutaway.corpus.phrasing.things import plural, single, singular, whole

GRAMMAR = Grammar("""
title =
    on the {quality} of {many}
    {many} and {others}
    the {quality} of {many} in {town}
    what {many} tell_vb us about {others}
    a study_n of {many}
    {many} , {others} and their {quality}
quality =
    origin_n
    growth_n
    shape_n
    cost_n
    history_n
    decline_n
    spread_n
    structure_n
    age_n
    value_n
    movement_n
opening =
    ^ this paper_n asks_vz how the {quality} of {many} depends_vz on {others} .
    ^ much_u is known_vn about {many} , but little_u about their {quality} .
    ^ the {quality} of {many} has been studied_vn since {year} .
    ^ we report_vb new_a findings_ns on {many} from {town} .
    ^ why do_x {many} differ_v from {others} ?
cited =
    ^ the {quality} of {many} was first measured_vn in {town} {cite} .
    ^ early_a work_n found_vd that {claim} {cite} .
    ^ it is often_r said_vn that {claim} {cite} , though the evidence_n is thin_a .
    ^ others_ns have shown_vn that {claim} {cite} .
    ^ if {claim} , as was argued_vn {cite} , then {claim} .
    ^ {percent} of all {many} in {town} had {others} near by_r {cite} .
    ^ a larger_a survey_n of {n} {many} gave_vd the same_a result_n {cite} .
    ^ the method_n is that of an older_a study_n {cite} , with {n} {many} instead_r of {n2} .
    ^ there is no doubt_n that {claim} {cite} .
    ^ this was later doubted_vn {cite} and never settled_vn .
    ^ two views_ns are common_a : that {claim} {cite} , and that {claim} {cite} .
    ^ for a review_n of {many} , see_v the literature_n {cite} .
named =
    ^ {author} found_vd that {claim} .
    ^ {author} counted_vd {n} {many} in {town} and concluded_vd that {claim} .
    ^ as {author} put_vd it , {claim} .
    ^ {author} doubted_vd that {claim} , and we agree_vb .
    ^ against {author} , we hold_vb that {claim} .
    ^ the data_ns of {author} suggest_vb that {claim} .
    ^ {author} proposed_vd a {plain} model_n of {many} .
    ^ following_p {author} , we measured_vd the {quality} of {n} {many} .
plain =
    simple_a
    linear_a
    careful_a
    bold_a
    local_a
bare =
    ^ the result_n holds_vz for {many} as well as for {others} .
    ^ we return_vb to this question_n below_r .
    ^ our own_a count_n in {town} gave_vd {n} .
    ^ none_u of this explains_vz why {claim} .
    ^ the sample_n was small_a : {n} {many} and {n2} {others} .
    ^ it follows_vz that {claim} .
    ^ the difference_n between {many} and {others} was {percent} .
    ^ this may be an effect_n of the {quality} of {others} .
    ^ in {year} the same_a was true_a of {others} .
claim =
    {many} {act} {others}
    {many} are {more} than {others}
    the {quality} of {many} {changes} with that of {others}
    {others} have no effect_n on {many}
    {many} in {town} are {more} than elsewhere_r
    most_d {many} {act} {others} when {claim}
    {many} and {others} share_vb their {quality}
    without {others} , {many} do_x not last_v
    {many} from {town} {act} {others}
act =
    need_vb
    replace_vb
    outnumber_vb
    outlast_vb
    resemble_vb
    follow_vb
    depend_vb on
    come_vb before
    affect_vb
changes =
    varies_vz
    grows_vz
    falls_vz
    rises_vz
more =
    older_a
    more_r common_a
    rarer_a
    heavier_a
    more_r costly_a
    smaller_a
    more_r stable_a
references =
    references_ns
    works_ns cited_vn
    literature_n
    notes_ns
    bibliography_n
""")

TOWN_WORDS = tuple((Word(town, "proper"),) for town in TOWNS)
SUBJECTS = tuple(noun for group in ("creatures", "things", "grown", "buildings") for noun in single(group)[:90])
FIELDS = tuple(singular(noun) for noun in whole("science")[:28])
JOURNALS = tuple(
    tuple(
        Word(word, "proper") if word not in ("of", "and", "in") else Word(word, "preposition") for word in name.split()
    )
    for name in (
        "Annals of",
        "Journal of",
        "Archive of",
        "Review of",
        "Letters in",
        "Studies in",
        "Notes in",
        "Advances in",
        "Bulletin of",
        "Records of",
    )
)
OPENED, CLOSED = Word("[", "punctuation", {}, "opening"), Word("]", "punctuation", {}, "glue")
ROUND = Word("(", "punctuation", {}, "opening"), Word(")", "punctuation", {}, "glue")
COMMA = Word(",", "punctuation", {}, "glue")
AND = Word("and", "conjunction")


class Work(NamedTuple):
    """What may be cited: surnames, initials, year and title."""

    surnames: tuple[str, ...]
    initials: tuple[str, ...]
    year: int
    title: tuple[Word, ...]


class Citing:
    """The works of a document and the order in which they are first cited."""

    def __init__(self, style: str, works: list[Work]) -> None:
        self.style, self.works = style, works
        self.order = list[int]()

    def number(self, work: int) -> int:
        """The number of a work: in order of the first citation, or of the alphabet if years are cited."""
        if work not in self.order:
            self.order.append(work)
        return work + 1 if self.style == "year" else self.order.index(work) + 1

    def authors(self, work: int, **tags: int) -> tuple[Word, ...]:
        """Surnames as they are named in a sentence."""
        names = self.works[work].surnames
        first = Word(names[0], "proper", dict(tags))
        if len(names) == 1:
            return (first,)
        if len(names) == 2:
            return (first, AND._replace(tags=dict(tags)), Word(names[1], "proper", dict(tags)))
        return (first, Word("and", "conjunction", dict(tags)), Word("others", "noun", dict(tags)))

    def mark(self, work: int, *, also: int | None = None) -> tuple[Word, ...]:
        """A citation of one work or of two."""
        if self.style == "raised":
            return self._raised(self.number(work))
        cited = [work] if also is None or also == work else [work, also]
        if self.style != "year":
            cited.sort(key=self.number)
        between = COMMA if self.style == "square" else Word(";", "punctuation", {}, "glue")
        inside = list[Word]()
        for at, one in enumerate(cited):
            if at:
                inside.append(between)
            known = one in self.order
            number = self.number(one)
            if self.style == "square":
                inside.append(Word(str(number), "number", {"cites": number}))
            else:
                inside += (*self.authors(one, cites=number), self._year(one, known=known))
        if self.style == "square":
            return (OPENED, *inside, CLOSED)
        return (ROUND[0], *inside, ROUND[1])

    def _year(self, work: int, *, known: bool) -> Word:
        """The year as part of a citation; one that has been given before can be told from the names."""
        tags: dict[str, str | int] = {"cites": self.number(work)}
        return Word(str(self.works[work].year), "number", tags | {"choices": 1} if known else tags)

    @staticmethod
    def _raised(number: int) -> tuple[Word, ...]:
        return (
            Word("^", "punctuation", {"cites": number}, "glue"),
            Word(str(number), "number", {"cites": number}, "glue"),
        )

    def named(self, work: int) -> tuple[Word, ...]:
        """The authors as part of the sentence, then what is left of the citation."""
        known = work in self.order
        authors = self.authors(work, cites=self.number(work))
        if self.style == "year":
            return (*authors, ROUND[0], self._year(work, known=known), ROUND[1])
        return (*authors, *self.mark(work))


def _works(draw: Draw, count: int, fill: dict[str, Words]) -> list[Work]:
    """Works of different first authors, in the order of the alphabet."""
    firsts = set[str]()
    found = list[Work]()
    while len(found) < count:
        names = tuple(draw.common(SURNAMES) for _ in range(draw.common((1, 2, 3))))
        if names[0] in firsts or len(set(names)) < len(names):
            continue
        firsts.add(names[0])
        initials = tuple(draw.common("JMASRDCEHLTKPBGNFWIVO") for _ in names)
        subject = (plural(draw.common(SUBJECTS)),)
        title = GRAMMAR.words(draw, "title", {**fill, "many": fill["many"] if subject == fill["others"] else subject})
        first = title[0]
        title[0] = first._replace(text=first.text.capitalize())
        found.append(Work(names, initials, draw.between(1921, 2024), tuple(title)))
    return sorted(found, key=lambda work: work.surnames[0])


def _cite(draw: Draw, citing: Citing) -> int:
    """A work to cite: mostly one not cited yet, sometimes one that was."""
    fresh = [at for at in range(len(citing.works)) if at not in citing.order]
    if fresh and (not citing.order or draw.chance(0.6)):
        return draw.one(fresh)
    return draw.common(citing.order[::-1]) if citing.order else 0


def _prose(page: Page, draw: Draw, citing: Citing, fill: dict[str, Words]) -> None:
    goal = page.at + draw.between(450, 1200)
    GRAMMAR.write(page, draw, "opening", fill)
    said = {"cited": set[int](), "named": set[int](), "bare": set[int]()}
    while page.at < goal:
        fill["n"] = (Word(str(draw.between(12, 950)), "number"),)
        fill["n2"] = (Word(str(draw.between(12, 950)), "number"),)
        fill["year"] = (Word(str(draw.between(1880, 2020)), "number"),)
        fill["percent"] = (Word(str(draw.between(2, 98)), "number"), Word("%", "punctuation", {}, "glue"))
        fill["town"] = draw.common(TOWN_WORDS)
        if draw.chance(0.2):
            fill["many"], fill["others"] = fill["others"], fill["many"]
        rule = draw.weighted(((0.45, "cited"), (0.3, "named"), (0.25, "bare")))
        if rule != "bare":
            work = _cite(draw, citing)
            if rule == "named":
                fill["author"] = citing.named(work)
            else:
                fill["cite"] = citing.mark(work, also=_cite(draw, citing) if draw.chance(0.2) else None)
        if len(said[rule]) == len(GRAMMAR.rules[rule]):
            said[rule].clear()
        GRAMMAR.write_new(page, draw, rule, fill, said=said[rule])
        if draw.chance(0.08):
            page.line()


def _reference(page: Page, draw: Draw, citing: Citing, work: int) -> None:
    """One entry of the list: number, authors, year, title, journal, volume and pages."""
    number, one = citing.number(work), citing.works[work]
    if citing.style == "square":
        page.opening("[")
        page.word(str(number), "number", choices=1, part="key")
        page.glue("]", choices=1)
    elif citing.style == "raised":
        page.word(str(number), "number", choices=1, part="key")
        page.glue(".")
    last = len(one.surnames) - 1
    for at, (surname, initial) in enumerate(zip(one.surnames, one.initials, strict=True)):
        if at:
            if at < last:
                page.glue(",")
            else:
                page.word("and", "conjunction")
        page.word(surname, "proper", **({"choices": 1} if citing.style != "year" and not at else {}))
        page.glue(",")
        page.word(initial, "proper")
        page.glue(".")
    page.opening("(")
    page.word(str(one.year), "number", part="value", **({"choices": 1} if citing.style == "year" else {}))
    page.glue(")")
    page.glue(".")
    put(page, tagged(one.title, part="title"))
    page.glue(".")
    put(page, draw.common(JOURNALS))
    field = draw.common(FIELDS)
    put(page, (field._replace(text=field.text.capitalize(), pos="proper"),))
    volume, first = draw.common(range(1, 90)), draw.common(range(1, 700))
    page.word(str(volume), "number")
    page.glue(",")
    page.word(str(first), "number")
    page.glue("-")
    page.glue(str(first + draw.between(3, 30)), "number")
    page.glue(".")


def write(page: Page, draw: Draw) -> None:
    """A title, some paragraphs, and the works they cite."""
    style = draw.one(("square", "year", "raised"))
    many, others = draw.some(SUBJECTS, 2)
    fill: dict[str, Words] = {
        "many": (plural(many),),
        "others": (plural(others),),
        "town": draw.common(TOWN_WORDS),
        "year": (Word(str(draw.between(1880, 2020)), "number"),),
    }
    citing = Citing(style, _works(draw, draw.between(3, 7), fill))
    page.capital = True
    with page.span(part="title"):
        GRAMMAR.write(page, draw, "title", fill)
    page.line()
    _prose(page, draw, citing, fill)
    page.line()
    page.capital = True
    with page.span(part="heading"):
        GRAMMAR.write(page, draw, "references", {})
    cited = sorted(citing.order) if style == "year" else citing.order
    for work in cited:
        page.line()
        with page.span(part="item", cites=citing.number(work)):
            _reference(page, draw, citing, work)


GENRE = Genre(
    name="citation", says="scholarly prose with citations and the list of what is cited", share=0.03, write=write
)

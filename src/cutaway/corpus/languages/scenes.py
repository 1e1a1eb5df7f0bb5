"""A little scene: what those in it do, one sentence after the other.

Whoever eats is alive and what is eaten is food: verbs draw their objects from the groups of `roles.py`. People, things,
places and deeds recur; a pronoun stands for the subject of the sentence before, or for the thing that it brought in.
"""

from cutaway.corpus.document import Page
from cutaway.corpus.draw import Draw
from cutaway.corpus.languages.cast import Being, Cast
from cutaway.corpus.languages.meanings import Meaning
from cutaway.corpus.languages.roles import (
    BUT,
    FRAMES,
    INSIDE,
    JOINING,
    MANNERS,
    MOODS,
    NUMERALS,
    OBJECTS,
    OVER,
    PLACES,
    PLANTS,
    PRESENT_FOR_FUTURE,
    RELATIVE_FRAMES,
    SEASONS,
    SKY,
    SOME_OR_MANY,
    THIS_OR_THAT,
    TIMES,
    TOWARDS,
    VERBS,
)
from cutaway.corpus.languages.thoughts import BE, Phrase, Thought


class Scene:
    """Thoughts about a cast. `next` is the next sentence; what it says depends on those before."""

    def __init__(self, page: Page, draw: Draw) -> None:
        self.draw, self.cast = draw, Cast(page, draw)
        self.people, self.refer = self.cast.people, self.cast.refer
        self.tense = "past" if draw.chance(0.6) else "present"
        self.props: dict[str, list[Being]] = {}
        self.done: dict[str, list[Meaning]] = {}
        self.subject: Being | None = None
        self.thing: Being | None = None  # that the last sentence brought in
        self.new_thing: Being | None = None
        self.actor: Being | None = None  # whose "her book" may be

    def next(self) -> Thought:
        """The next sentence of the story."""
        return self._weather() if self.draw.chance(0.07) else self._deed()

    def question(self) -> Thought:
        """A sentence that asks, mostly: whether something happens, or who does it."""
        thought = self._deed()
        subject = thought.subject
        if subject is None or thought.quoted or thought.joined is not None or thought.predicate is not None:
            return thought
        thought.asked = True
        if thought.object is not None and thought.object.joined is not None:
            thought.object.either = True
        if subject.joined is None and subject.definite and subject.owner is None and self.draw.chance(0.6):
            thought.subject, thought.many = Phrase(0, "they", pronoun="who"), False
            self.subject = None
        return thought

    def _deed(self) -> Thought:
        """What one of them does, or who it is."""
        draw, tense, previous = self.draw, self.tense, self.subject
        being = previous if previous is not None and draw.chance(0.5) else draw.one(self.people)
        self.new_thing = None
        if being.name and not being.is_known:
            return self._introduction(being)
        if draw.chance(0.1):
            self.tense = "future" if draw.chance(0.3) else "present" if tense == "past" else "past"
        subject = self.refer(being, pronoun=being is previous and draw.chance(0.75))
        self._dress(subject)
        if draw.chance(0.06) and subject.relative is None:
            other = self.cast.other(being.entity)
            if other.meaning.group == being.meaning.group:
                subject.joined = self.refer(other)
        thought = self._thought(being, subject, draw.one(FRAMES[being.meaning.group]), deep=False)
        if subject.joined is None and thought.complement is None and draw.chance(0.25):
            self._join(thought, being)
        self.thing = self.new_thing if thought.joined is None else None
        self.subject = being if subject.joined is None else None
        self.tense = tense
        return thought

    def _introduction(self, being: Being) -> Thought:
        """Tavo is an old king."""
        subject = self.refer(being)
        predicate = Phrase(being.entity, being.gender, being.meaning, adjective=being.adjective)
        self.subject, self.thing = being, None
        return Thought(BE, self.tense, subject=subject, predicate=predicate)

    def _weather(self) -> Thought:
        """The sun shines."""
        draw = self.draw
        frame, nouns = ("shine", SKY) if draw.chance(0.6) else ("grow", PLANTS)
        being = self.cast.being(draw.common(nouns))
        subject = self.refer(being)
        subject.definite = True
        self.subject = self.thing = None
        thought = Thought(self._verb(frame), self.tense, subject=subject, many=being.plural)
        if draw.chance(0.4):
            thought.preposition, thought.place = OVER, self._where(simple=True)
        return thought

    def _join(self, thought: Thought, being: Being) -> None:
        """A second clause about the same one, or somebody else."""
        draw, tense = self.draw, self.tense
        conjunction = draw.one(JOINING)
        if tense == "future" and conjunction in PRESENT_FOR_FUTURE:
            self.tense = "present"
        actor = being if draw.chance(0.6) else draw.one(self.people)
        subject = self.refer(actor, pronoun=actor is being)
        second = self._thought(actor, subject, draw.one(FRAMES[actor.meaning.group]), deep=True)
        if second.verb is thought.verb and actor is being:
            conjunction, second.negated = BUT, not thought.negated
        thought.conjunction, thought.joined = conjunction, second
        self.tense = tense

    def _thought(self, being: Being, subject: Phrase, frame: str, *, deep: bool) -> Thought:
        """What one of them does in one clause. A deep one is inside another and has no ornaments."""
        draw, self.actor = self.draw, being
        if frame == "be":
            thought = Thought(BE, self.tense, quality=draw.common(MOODS))
        elif frame == "say" and not deep:
            thought = self._saying(being, subject)
        else:
            thought = self._act("rest" if frame == "say" else frame, being, simple=deep)
        thought.subject, thought.many = subject, subject.is_many
        thought.negated = draw.chance(0.12)
        if not deep:
            self._adverbs(thought, being, frame)
        return thought

    def _adverbs(self, thought: Thought, being: Being, frame: str) -> None:
        """When, how, and with whom."""
        draw = self.draw
        if thought.complement is None and draw.chance(0.2):
            if draw.chance(0.8):
                thought.time = draw.common(TIMES[thought.tense])
            else:
                thought.when = Phrase(0, "it", draw.common(SEASONS), definite=True)
        if frame in ("rest", "go", "eat", "take") and draw.chance(0.2):
            thought.manner = draw.common(MANNERS)
        elif (
            frame in ("rest", "go", "prowl") and draw.chance(0.12) and not (thought.subject and thought.subject.joined)
        ):
            thought.companion = self.refer(self.cast.other(being.entity))
            thought.is_without = draw.chance(0.3)

    def _saying(self, being: Being, subject: Phrase) -> Thought:
        """Somebody says or thinks a thought, in a clause or in quotation marks."""
        draw = self.draw
        thought = Thought(self._verb("say"), self.tense)
        other = draw.one(self.people)
        inner = self.refer(other, pronoun=other is being and draw.chance(0.7))
        frame = draw.one(FRAMES[other.meaning.group])
        complement = thought.complement = self._thought(other, inner, frame, deep=True)
        if subject.relative is None and draw.chance(0.4):
            thought.quoted = True
            complement.tense = "future" if draw.chance(0.5) else "present"
            if other is being:
                said = "we" if being.plural else "I"
                complement.subject = Phrase(being.entity, being.gender, pronoun=said, plural=being.plural)
            else:
                complement.asked = draw.chance(0.3)
        return thought

    def _act(self, frame: str, being: Being, *, simple: bool) -> Thought:
        """A verb of one frame with what it takes; the subject is still to be put in."""
        draw = self.draw
        thought = Thought(self._verb(frame), self.tense)
        if frame == "go":
            if draw.chance(0.7):
                thought.preposition, thought.place = draw.one(TOWARDS), self._where(simple=simple)
        elif frame == "meet" or (frame == "see" and draw.chance(0.35)):
            thought.object = self._other(being, simple=simple)
        elif frame in OBJECTS:
            thought.object = self._prop(frame, being, simple=simple)
            if frame == "give":
                thought.recipient = self._other(being, simple=simple)
        elif not simple and draw.chance(0.35):
            thought.preposition, thought.place = draw.one(INSIDE), self._where(simple=simple)
        return thought

    def _other(self, being: Being, *, simple: bool) -> Phrase:
        """Another participant; by a pronoun if the sentence before was about them and no other can be meant."""
        other = self.cast.other(being.entity)
        if other is self.subject and not simple and other.gender != being.gender and self.draw.chance(0.6):
            return self.refer(other, pronoun=True)
        return self._mention(other, simple=simple)

    def _verb(self, frame: str) -> Meaning:
        """A verb: what was done once in a story is done again."""
        draw, done = self.draw, self.done.setdefault(frame, [])
        if done and draw.chance(0.35):
            return draw.one(done)
        verb = draw.common(VERBS[frame])
        done.append(verb)
        return verb

    def _prop(self, frame: str, actor: Being | None, *, simple: bool) -> Phrase:
        """What is eaten, taken, seen: often something that was there before."""
        draw = self.draw
        known = self.props.setdefault(frame, [])
        if known and draw.chance(0.5):
            being = draw.one(known)
            if being is not actor:
                pronoun = being is self.thing and draw.chance(0.5)
                return self._mention(being, pronoun=pronoun, simple=simple)
        being = self.cast.being(draw.common(OBJECTS[frame]))
        while being is actor:
            being = self.cast.being(draw.common(OBJECTS[frame]))
        known.append(being)
        if frame == "prepare":
            self.props.setdefault("eat", []).append(being)
        elif frame in ("take", "give") and being.meaning.group == "thing":
            self.props.setdefault("give" if frame == "take" else "take", []).append(being)
        self.new_thing = being
        phrase = self._mention(being, simple=simple)
        if not simple and phrase.relative is None and draw.chance(0.1):
            more = self.cast.being(draw.common(OBJECTS[frame]))
            if more is not being and more is not actor:
                phrase.joined = self.refer(more)
        return phrase

    def _where(self, *, simple: bool) -> Phrase:
        """The place where they are, or another; sometimes they go on from there."""
        draw = self.draw
        if draw.chance(0.25):
            return self._prop("enter", None, simple=simple)
        if draw.chance(0.15):
            self.cast.stage = self.cast.being(draw.common(PLACES))
        return self._mention(self.cast.stage, simple=simple)

    def _mention(self, being: Being, *, pronoun: bool = False, simple: bool) -> Phrase:
        phrase = self.refer(being, pronoun=pronoun)
        if not simple:
            self._dress(phrase)
        return phrase

    def _dress(self, phrase: Phrase) -> None:
        """A numeral, a determiner, an owner or a relative clause, now and then."""
        draw, meaning, known = self.draw, phrase.meaning, phrase.definite
        if meaning is None:
            return
        if phrase.plural and not known:
            if draw.chance(0.5):
                phrase.numeral = draw.common(NUMERALS)
            elif draw.chance(0.4):
                phrase.determiner = draw.one(SOME_OR_MANY)
        elif known and meaning.counted and draw.chance(0.1):
            phrase.determiner = draw.one(THIS_OR_THAT)
        elif not known and meaning.group in ("thing", "animal", "body") and draw.chance(0.3):
            owner = self.actor if self.actor is not None and draw.chance(0.7) else draw.one(self.people)
            if owner.is_known and owner.entity != phrase.entity:
                phrase.owner = self.refer(owner, pronoun=owner is self.actor)
        if phrase.owner is None and draw.chance(0.07):
            phrase.relative = self._relative(phrase, meaning)

    def _relative(self, phrase: Phrase, meaning: Meaning) -> Thought:
        """What the noun does, or who does something to it."""
        draw = self.draw
        if meaning.group in RELATIVE_FRAMES:
            being = self.cast.met[meaning.number]
            thought = self._act(draw.one(RELATIVE_FRAMES[meaning.group]), being, simple=True)
            thought.many = phrase.plural
            return thought
        being = draw.one(self.people)
        return Thought(self._verb("see"), self.tense, subject=self.refer(being), many=being.plural)

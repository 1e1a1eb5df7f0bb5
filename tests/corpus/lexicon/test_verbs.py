"""Verbs and what they take: counts, forms that agree everywhere, and frames that fit."""

from collections import defaultdict

import pytest

from cutaway.corpus.kinds import words
from cutaway.corpus.lexicon.nouns import GROUPS, NOUNS
from cutaway.corpus.lexicon.senses import ALL as SENSES_IN_FULL
from cutaway.corpus.lexicon.verbs import (
    DOUBLE_OBJECTS,
    FACTIVES,
    FRAMES,
    SENTIMENT,
    VERBS,
    frames_between,
    frames_for,
    frames_taking,
)

EVERY = [frame for frames in FRAMES.values() for frame in frames]
IRREGULAR = """be/was/been become/became/become begin/began/begun bend/bent/bent bite/bit/bitten blow/blew/blown
    break/broke/broken breed/bred/bred bring/brought/brought build/built/built burst/burst/burst buy/bought/bought
    catch/caught/caught choose/chose/chosen come/came/come creep/crept/crept cut/cut/cut deal/dealt/dealt
    draw/drew/drawn drink/drank/drunk drive/drove/driven eat/ate/eaten fall/fell/fallen feed/fed/fed feel/felt/felt
    fight/fought/fought find/found/found flee/fled/fled fling/flung/flung fly/flew/flown forbid/forbade/forbidden
    forget/forgot/forgotten forgive/forgave/forgiven freeze/froze/frozen get/got/got give/gave/given go/went/gone
    grind/ground/ground grow/grew/grown hang/hung/hung hear/heard/heard hide/hid/hidden hit/hit/hit hold/held/held
    hurt/hurt/hurt keep/kept/kept kneel/knelt/knelt know/knew/known lay/laid/laid lead/led/led learn/learnt/learnt
    leave/left/left lend/lent/lent lie/lay/lain lose/lost/lost make/made/made meet/met/met
    overcome/overcame/overcome overtake/overtook/overtaken pay/paid/paid quit/quit/quit read/read/read
    rewrite/rewrote/rewritten ride/rode/ridden rise/rose/risen run/ran/run say/said/said see/saw/seen sell/sold/sold
    send/sent/sent set/set/set sew/sewed/sewn shake/shook/shaken shine/shone/shone show/showed/shown
    shrink/shrank/shrunk sing/sang/sung sit/sat/sat sleep/slept/slept slide/slid/slid smell/smelt/smelt
    speak/spoke/spoken speed/sped/sped spell/spelt/spelt spend/spent/spent spread/spread/spread stand/stood/stood
    steal/stole/stolen strike/struck/struck strive/strove/striven swear/swore/sworn sweep/swept/swept
    swell/swelled/swollen swim/swam/swum take/took/taken teach/taught/taught tear/tore/torn tell/told/told
    think/thought/thought throw/threw/thrown understand/understood/understood upset/upset/upset wake/woke/woken
    wear/wore/worn weep/wept/wept win/won/won write/wrote/written proofread/proofread/proofread"""
TAKING = words("transitive prepositional ditransitive motion located tells orders")


def test_there_are_hundreds_of_verbs_in_every_promised_pattern():
    assert len(VERBS) >= 700
    assert set(FRAMES) >= set(
        words(
            """intransitive transitive prepositional ditransitive motion located says tells asks wants orders enjoys
            copula feels senses quotes impersonal"""
        )
    )


def test_a_verb_has_the_same_forms_wherever_it_stands():
    forms = defaultdict(set)
    for verb in [frame.verb for frame in EVERY] + [verb for sense in SENSES_IN_FULL for verb in sense.verbs]:
        forms[verb.base].add(verb)
    assert {base: found for base, found in forms.items() if len(found) > 1} == {}


def test_irregular_verbs_are_those_of_the_dictionary():
    expected = {text.split("/")[0]: tuple(text.split("/")) for text in IRREGULAR.split()}
    found = {
        verb.base: (verb.base, verb.past, verb.participle)
        for verb in VERBS.values()
        if verb.past != verb.participle or not verb.past.endswith("ed") or verb.base in expected
    }
    assert found == {base: forms for base, forms in expected.items() if base in VERBS}


def test_letters_are_doubled_where_a_short_vowel_is_stressed():
    doubled = "stop plan drop admit prefer regret forget begin permit cancel travel quarrel hug run swim sit shrug fit"
    plain = "open visit listen answer remember offer wait cook eat need gossip enter gather develop fix show"
    assert {word for word in doubled.split() if VERBS[word].ing != word + word[-1] + "ing"} == set()
    assert {word for word in plain.split() if word in VERBS and VERBS[word].ing != word + "ing"} == set()


def test_no_frame_is_there_twice():
    assert len(set(EVERY)) == len(EVERY)


def test_frames_name_known_groups():
    for frame in EVERY:
        for group in (frame.subject, frame.object, frame.recipient):
            assert not group or group in GROUPS or group in NOUNS, frame


@pytest.mark.parametrize(
    ("pattern", "subject", "verb", "taken"),
    [
        ("transitive", "person", "eat", "food"),
        ("transitive", "profession", "read", "document"),
        ("transitive", "weather", "damage", "settlement"),
        ("ditransitive", "relative", "give", "container"),
        ("motion", "bird", "fly", "water"),
        ("prepositional", "person", "suffer", "illness"),
    ],
)
def test_who_can_do_what_to_what(pattern, subject, verb, taken):
    bases = [frame.verb.base for frame in frames_between(pattern, subject, taken)]
    assert verb in bases
    assert verb in {frame.verb.base for frame in frames_for(pattern, subject)}
    assert verb in {frame.verb.base for frame in frames_taking(pattern, taken)}


def test_nobody_does_what_does_not_fit():
    assert "eat" not in {frame.verb.base for frame in frames_between("transitive", "person", "furniture")}
    assert "read" not in {frame.verb.base for frame in frames_for("transitive", "animal")}
    assert frames_for("says", "furniture") == ()


def test_what_takes_a_preposition_has_one_and_what_takes_none_has_none():
    for frame in EVERY:
        assert bool(frame.preposition) == (frame.pattern in ("prepositional", "ditransitive")), frame
        assert bool(frame.recipient) == (frame.pattern == "ditransitive"), frame
        takes = frame.pattern in TAKING
        assert bool(frame.object) == takes, frame


def test_marks_are_on_known_verbs():
    assert set(SENTIMENT) <= set(VERBS)
    assert set(FACTIVES) <= {frame.verb.base for frame in FRAMES["says"]}
    assert set(DOUBLE_OBJECTS) <= {frame.verb.base for frame in (*FRAMES["ditransitive"], *FRAMES["tells"])}

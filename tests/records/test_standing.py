"""How far a problem came, branch by branch, by hand."""

from dataclasses import replace

import pytest

from cutaway.records import Answer, Claim, Finding, Measured
from cutaway.records.standing import foremost, standing, standings_of

HELD, FAILED, OPEN = (0.9, 0.8, 1.0), (0.1, 0.0, 0.2), (0.5, 0.3, 0.7)


def answer(found, *, tier="trained", line=0.5):
    claim = Claim(key="k", sentence="s", unit="u", tier=tier, above=line)
    return Answer(claim, Finding(Measured(*found, 9)))


REPORTED = answer(HELD, line=None)


@pytest.mark.parametrize(
    ("answers", "asks", "missing", "expected"),
    [
        ([answer(HELD), REPORTED], "trained", (), "answered"),
        ([answer(HELD, tier="planted"), answer(HELD)], "trained", (), "answered"),
        ([answer(HELD), answer(FAILED)], "trained", (), "negative"),
        ([answer(FAILED, tier="planted"), answer(HELD)], "trained", (), "negative"),
        ([answer(HELD), answer(OPEN)], "trained", (), "underpowered"),
        ([answer(FAILED), answer(OPEN)], "trained", (), "underpowered"),
        ([answer(HELD)], "real", (), "proxy"),
        ([answer(FAILED)], "real", (), "proxy"),
        ([answer(OPEN)], "real", (), "underpowered"),
        ([answer(HELD, tier="real")], "trained", (), "answered"),
        ([REPORTED], "trained", (), "underpowered"),
        ([], "trained", (), "underpowered"),
        ([REPORTED], "real", ("gpt2",), "blocked"),
        ([answer(OPEN)], "real", ("gpt2",), "blocked"),
        ([answer(HELD)], "real", ("gpt2",), "proxy"),
    ],
)
def test_standing_follows_from_the_claims_and_the_tier_they_ran_on(answers, asks, missing, expected):
    assert standing(answers, asks=asks, missing=missing) == expected


@pytest.mark.parametrize(
    ("found", "expected"),
    [
        ([], "untouched"),
        (["proxy", "answered"], "answered"),
        (["underpowered", "negative"], "negative"),
        (["answered", "negative"], "answered"),
        (["negative", "answered"], "negative"),
        (["blocked", "underpowered", "proxy"], "proxy"),
        (["blocked"], "blocked"),
    ],
)
def test_of_several_studies_the_one_that_says_most_counts_and_of_two_decisions_the_newer(found, expected):
    assert foremost(found) == expected


def test_a_problem_stands_by_the_claims_that_speak_of_it():
    one = answer(HELD)
    other = Answer(replace(one.claim, problems=("6.20",)), answer(FAILED).finding)
    assert standings_of([one, other], ("6.18", "6.20"), asks="trained") == {"6.18": "answered", "6.20": "negative"}
    assert standings_of([other], ("6.18",), asks="trained") == {"6.18": "underpowered"}

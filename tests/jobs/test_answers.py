"""A run answers exactly the claims of its header, but those about real models that it lacked."""

import pytest

from cutaway.errors.studies import UnansweredClaimError
from cutaway.jobs.local import answers
from cutaway.records import Claim, Finding, Measured, Study

TINY, REAL = (
    Claim(key=tier, sentence=f"It is so on {tier} models.", unit="share", tier=tier, above=0.5)
    for tier in ("trained", "real")
)
STUDY = Study(
    slug="made-up", problems=("1.1",), question="?", method=".", claims=(TINY, REAL), asks="real", minutes=1.0
)
FOUND = Finding(Measured(1.0, 0.9, 1.0, 3))


def test_a_claim_about_a_real_model_is_left_out_only_where_the_run_lacked_one():
    tiny, real = FOUND.answers("trained"), FOUND.answers("real")
    assert [one.claim for one in answers(STUDY, [real, tiny], missing=())] == [TINY, REAL]
    assert [one.claim for one in answers(STUDY, [tiny], missing=["gpt2"])] == [TINY]
    with pytest.raises(UnansweredClaimError, match="missing \\['real'\\]"):
        answers(STUDY, [tiny], missing=())


def test_any_other_claim_must_be_answered_once_and_none_made_up():
    tiny, real = FOUND.answers("trained"), FOUND.answers("real")
    for findings in ([real], [tiny, tiny, real], [tiny, real, FOUND.answers("made-up")]):
        with pytest.raises(UnansweredClaimError):
            answers(STUDY, findings, missing=["gpt2"])

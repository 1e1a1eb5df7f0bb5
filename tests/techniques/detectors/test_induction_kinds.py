"""Classic induction and pointers look alike; taking the copy from keys or from queries alone tells them apart."""

import pytest

import cutaway
from cutaway.errors import CutawayError
from cutaway.models import wrap
from cutaway.models.toy import ToyConfig, ToyForCausalLM
from cutaway.planted import circuit
from cutaway.techniques.detectors.induction_kinds import induction_kinds, shown_before
from tests.conformance.families import build


def kinds(planted):
    frame = induction_kinds(planted.model).frame
    by_place = {(row.layer, row.head): row.kind for row in frame.itertuples()}
    return {part.name: by_place[part.layer, part.head] for part in planted.truth.heads}


@pytest.mark.parametrize("sharpness", [4.0, 12.0])
@pytest.mark.parametrize("seed", [0, 1])
def test_the_mechanism_of_every_planted_head_is_named(seed, sharpness):
    classic = kinds(circuit("induction", seed=seed, sharpness=sharpness))
    assert classic == {"previous": "", "two back": "", "induction": "classic", "copies nowhere": "classic"}
    pointer = kinds(circuit("pointer-induction", seed=seed, sharpness=sharpness))
    assert pointer == {"duplicate": "", "copies nowhere": "", "three back": "", "pointer": "pointer"}


def test_trained_induction_heads_are_classic_and_have_an_interval():
    frame = induction_kinds(cutaway.load("attn-only-2l")).frame
    strong = frame[frame["attention"] > 0.5]
    assert list(strong["kind"]) == ["classic", "classic"]
    assert (strong["low"] <= strong["value"]).all()
    assert (strong["value"] <= strong["high"]).all()
    assert frame[frame["kind"] == ""]["value"].isna().all()


def test_untrained_heads_do_no_induction():
    assert set(induction_kinds(build("gpt2")).frame["kind"]) == {""}


def test_prompts_show_the_last_token_once_before_and_the_corrupted_ones_never():
    tokens, corrupted, target = shown_before(build("gpt2"), rows=20, seed=3)
    for row in range(20):
        place = int(target[row]) - 1
        assert tokens[row, :-1].tolist().count(int(tokens[row, -1])) == 1
        assert tokens[row, place] == tokens[row, -1]
        assert corrupted[row, :-1].tolist().count(int(tokens[row, -1])) == 0
        assert (tokens[row] != corrupted[row]).nonzero().flatten().tolist() == [place]


def test_a_context_that_holds_no_such_prompt_is_refused():
    small = wrap(
        ToyForCausalLM(ToyConfig(vocab_size=30, n_ctx=5, n_layers=1, d_model=16, d_head=4)).eval(), name="small"
    )
    with pytest.raises(CutawayError, match="no prompt of 8"):
        induction_kinds(small)

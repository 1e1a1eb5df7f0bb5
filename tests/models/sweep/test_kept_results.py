"""A file of kept results serves the sweep that it was made by, and no other."""

from functools import partial

import pytest
import torch

from cutaway.errors.sweep import OtherSweepError
from cutaway.models import Apply, Replace, Zero, kl_divergence, log_prob, logit_difference, sweep
from tests.conformance.families import build
from tests.models.sweep.prompts import pair

TOKENS, OTHERS = pair()
LAST = logit_difference(5, 7)
DRAW = torch.randn(2, 8, generator=torch.Generator().manual_seed(0))

pytestmark = pytest.mark.usefixtures("trusting")


@pytest.fixture(scope="module")
def gpt2():
    return build("gpt2")


def test_results_of_another_sweep(gpt2, tmp_path):
    file = tmp_path / "kept"
    asked = {"base_tokens": TOKENS, "edits": [Zero("z.0", head=0), Replace("z.1", DRAW[0])], "metric": LAST}
    sweep(gpt2, **asked, kept_in=file)
    whole = file.read_bytes()
    others = [
        asked | {"base_tokens": OTHERS},
        asked | {"edits": [Zero("z.0", head=1), Replace("z.1", DRAW[0])]},
        asked | {"edits": [Zero("z.0", head=0), Replace("z.1", DRAW[1])]},
        asked | {"edits": asked["edits"][:1]},
        asked | {"metric": logit_difference(5, 8)},
        asked | {"metric": logit_difference(5, 7, position=3)},
        asked | {"metric": [LAST, log_prob(3)]},
        asked | {"mask": torch.tensor([[0] + [1] * 11] * 3)},
    ]
    for other in others:
        with pytest.raises(OtherSweepError, match="Name another file, or delete that one"):
            sweep(gpt2, **other, kept_in=file)
        assert file.read_bytes() == whole
    with pytest.raises(OtherSweepError):
        sweep(build("llama"), **asked, kept_in=file)
    with torch.no_grad():
        changed = build("gpt2")
        changed.module.transformer.h[1].attn.c_attn.weight.mul_(1.5)
    with pytest.raises(OtherSweepError):
        sweep(changed, **asked, kept_in=file)


@pytest.mark.parametrize("damage", [b"", b"no tensors", None], ids=["empty", "text", "cut off"])
def test_a_damaged_file_is_refused_and_left_there(gpt2, tmp_path, damage):
    file = tmp_path / "kept"
    sweep(gpt2, TOKENS, [Zero("z.0", head=0)], LAST, kept_in=file)
    file.write_bytes(file.read_bytes()[:-5] if damage is None else damage)
    whole = file.read_bytes()
    with pytest.raises(OtherSweepError, match="delete that one"):
        sweep(gpt2, TOKENS, [Zero("z.0", head=0)], LAST, kept_in=file)
    assert file.read_bytes() == whole


def scaled(factor):
    return lambda part: part * factor


A, B = DRAW
GUESSES = (torch.arange(61.0) / 61, torch.arange(61.0).flip(0) / 61)
WIDE = torch.randint(2, 61, (1200, 2), generator=torch.Generator().manual_seed(0))
TWINS = {  # two sweeps that differ, as (prompt, edits, metric)
    "the reference of a divergence": [
        (TOKENS, [Zero("z.0")], kl_divergence(guess.expand(3, 12, 61))) for guess in GUESSES
    ],
    "a bare metric": [(TOKENS, [Zero("z.0")], function) for function in (lambda x: x[:, -1, 3], lambda x: x[:, -1, 4])],
    "rows of a prompt": [(prompt, [Zero("z.0")], LAST) for prompt in (TOKENS, TOKENS.reshape(6, 6))],
    "tokens of many rows": [
        (WIDE, [Zero("z.0")], log_prob(torch.cat((WIDE[:600, 0], torch.tensor([last]), WIDE[601:, 0]))))
        for last in (3, 4)
    ],
}


@pytest.mark.parametrize("what", TWINS)
def test_results_of_a_sweep_that_is_nearly_the_same(gpt2, tmp_path, what):
    (tokens, edits, metric), (other_tokens, other_edits, other_metric) = TWINS[what]
    sweep(gpt2, tokens, edits, metric, kept_in=tmp_path / "kept")
    with pytest.raises(OtherSweepError):
        sweep(gpt2, other_tokens, other_edits, other_metric, kept_in=tmp_path / "kept")


def test_results_of_the_same_tensors_in_another_order(gpt2, tmp_path):
    one, other = ([Replace("z.0", value) for value in (A, B, last)] for last in (A, B))
    sweep(gpt2, TOKENS, one, LAST, kept_in=tmp_path / "kept")
    with pytest.raises(OtherSweepError):
        sweep(gpt2, TOKENS, other, LAST, kept_in=tmp_path / "kept")


FUNCTIONS = {  # two that differ, in what they close over, the names they call, what they are made of
    "closure": (scaled(2), scaled(3)),
    "names": (lambda part: part.abs(), lambda part: part.neg()),
    "partial": (partial(torch.mul, other=2), partial(torch.mul, other=3)),
    "builtin": (torch.abs, torch.neg),
}


@pytest.mark.parametrize("what", FUNCTIONS)
def test_results_for_another_function(gpt2, tmp_path, what):
    one, other = FUNCTIONS[what]
    sweep(gpt2, TOKENS, [Apply("z.0", one)], LAST, kept_in=tmp_path / "kept")
    with pytest.raises(OtherSweepError):
        sweep(gpt2, TOKENS, [Apply("z.0", other)], LAST, kept_in=tmp_path / "kept")


def test_results_for_the_same_function_made_again(gpt2, tmp_path):
    nested = [eval("lambda part: (lambda x: x * 2)(part)") for _ in range(2)]
    kept = [sweep(gpt2, TOKENS, [Apply("z.0", one)], LAST, kept_in=tmp_path / "kept") for one in nested]
    assert torch.equal(kept[0].scores, kept[1].scores)

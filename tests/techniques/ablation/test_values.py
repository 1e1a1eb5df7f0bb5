"""What takes a part's place under each ablation, against loops that say what it should be."""

import pandas as pd
import pytest
import torch

from cutaway.errors.ablation import (
    NoTemplatesError,
    NothingElseError,
    OtherPromptsError,
    UnknownAblationError,
    UnknownUnitError,
)
from cutaway.models.answers import Answers
from cutaway.models.pairs import Pairs
from cutaway.techniques.ablation.unit import head_at, mlp_at
from cutaway.techniques.ablation.values import Ablation, drawn, mean, values_of
from tests.conformance.families import build

ROWS, LENGTH = 5, 6
DRAW = torch.Generator().manual_seed(0)
CLEAN, CORRUPTED = (torch.randint(1, 61, (ROWS, LENGTH), generator=DRAW) for _ in range(2))
MASK = torch.ones(ROWS, LENGTH, dtype=torch.long)
MASK[1, 4:], MASK[3, 3:] = 0, 0
TEMPLATES = ("a", "b", "a", "b", "a")
UNIT = head_at(1, 2)


@pytest.fixture(scope="module")
def model():
    return build("toy-rotary-gelu-no-norm")


def pairs_of(mask=None, frame=None):
    answers = Answers(torch.zeros(ROWS, 1, dtype=torch.long), torch.ones(ROWS, 1, 1, dtype=torch.long))
    return Pairs(CLEAN, CORRUPTED, answers, mask=mask, frame=pd.DataFrame() if frame is None else frame)


def value(model, asked, pairs=None, unit=UNIT):
    return values_of(model, pairs or pairs_of(), [unit], asked).draws[0][unit]


def z_of(model, tokens=CLEAN, mask=None):
    return model.run(tokens, read="z.1", mask=mask)["z.1"][:, :, 2]


def test_zero_is_nothing(model):
    assert float(value(model, "zero").abs().sum()) == 0


def test_the_mean_is_over_tokens_and_not_over_padding(model):
    z = z_of(model, mask=MASK)
    real = [z[row, at] for row in range(ROWS) for at in range(LENGTH) if MASK[row, at]]
    assert len(real) == 25
    found = value(model, "mean", pairs_of(MASK))
    torch.testing.assert_close(found, torch.stack(real).mean(0)[None, None])


def test_the_mean_of_more_tokens_than_16_bits_count():
    ones, real = torch.ones(64, 1024, 1, dtype=torch.float16), torch.ones(64, 1024, dtype=torch.bool)
    for size in (0.5, 1.0):
        found = mean(size * ones, real, per_position=False)
        torch.testing.assert_close(found, torch.full((1, 1, 1), size, dtype=torch.float16))


def test_the_mean_of_a_position_is_over_rows_that_have_it(model):
    z, found = z_of(model, mask=MASK), value(model, "mean-per-position", pairs_of(MASK))
    assert found.shape == (1, LENGTH, 8)
    torch.testing.assert_close(found[0, 0], z[:, 0].mean(0))
    torch.testing.assert_close(found[0, 3], z[[0, 1, 2, 4], 3].mean(0))
    torch.testing.assert_close(found[0, 5], z[[0, 2, 4], 5].mean(0))


def test_the_mean_of_a_template_is_over_its_own_rows(model):
    z = z_of(model)
    for asked, pairs in (
        (Ablation("mean-per-template", templates=TEMPLATES), pairs_of()),
        ("mean-per-template", pairs_of(frame=pd.DataFrame({"template": TEMPLATES}))),
    ):
        found = value(model, asked, pairs)
        for row, label in enumerate(TEMPLATES):
            own = [number for number in range(ROWS) if TEMPLATES[number] == label]
            torch.testing.assert_close(found[row], z[own].mean(0))


def test_corrupted_is_the_other_prompt_of_the_pair(model):
    torch.testing.assert_close(value(model, "corrupted"), z_of(model, CORRUPTED))


def test_means_of_corrupted_prompts(model):
    found = value(model, Ablation("mean-per-position", of="corrupted"))
    torch.testing.assert_close(found, z_of(model, CORRUPTED).mean(0, keepdim=True))


def test_resampling_takes_whole_rows_of_others_one_for_all_units(model):
    units = [UNIT, mlp_at(0)]
    trace = model.run(CLEAN, read=["z.1", "mlp_out.0"])
    for seed in range(5):
        found = values_of(model, pairs_of(), units, Ablation("resample", seed=seed)).draws[0]
        for row in range(ROWS):
            same = [bool(torch.equal(found[UNIT][row], trace["z.1"][other, :, 2])) for other in range(ROWS)]
            donor = same.index(True)
            assert donor != row
            torch.testing.assert_close(found[mlp_at(0)][row], trace["mlp_out.0"][donor])


def test_every_other_row_is_drawn_and_never_the_row_itself():
    real = torch.ones(4, 3, dtype=torch.bool)
    seen = torch.zeros(4, 4)
    for seed in range(200):
        seen[torch.arange(4), drawn(real, seed=seed)] += 1
    assert bool((seen.diagonal() == 0).all())
    assert bool((seen[~torch.eye(4, dtype=torch.bool)] > 40).all())  # of 200 / 3 expected


def test_padding_is_never_drawn():
    for seed in range(20):
        found = drawn(MASK.bool(), seed=seed)
        for row, donor in enumerate(found.tolist()):
            assert bool((MASK[donor] >= MASK[row]).all())


def test_draws_are_different_and_repeatable(model):
    first, again = (values_of(model, pairs_of(), [UNIT], Ablation("resample", draws=3, seed=7)) for _ in range(2))
    assert not torch.equal(first.draws[0][UNIT], first.draws[1][UNIT])
    for one, other in zip(first.draws, again.draws, strict=True):
        assert torch.equal(one[UNIT], other[UNIT])


def test_what_cannot_be_made_is_refused(model):
    with pytest.raises(UnknownAblationError, match="nearest: resample"):
        Ablation("resampel")
    with pytest.raises(NoTemplatesError, match="no column 'template'"):
        value(model, "mean-per-template")
    with pytest.raises(NoTemplatesError, match="2 given"):
        value(model, Ablation("mean-per-template", templates=("a", "b")))
    with pytest.raises(NothingElseError, match="row 1"):
        value(model, Ablation("mean-per-template", templates=("a", "b", "a", "a", "a")))
    longest = MASK.clone()
    longest[1:, 5] = 0
    with pytest.raises(NothingElseError, match="as long"):
        value(model, "resample", pairs_of(longest))


def test_values_hold_for_what_they_were_made_for(model):
    values = values_of(model, pairs_of(), [UNIT], "corrupted")
    with pytest.raises(UnknownUnitError, match=r"nearest: 1\.2"):
        values.edits([head_at(1, 3)], CLEAN)
    with pytest.raises(OtherPromptsError, match=r"\[5, 6\].*\[2, 6\]"):
        values.edits([UNIT], CLEAN[:2])

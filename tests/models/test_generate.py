"""What a model is told when it writes on: positions beyond the prompt, what follows the end of a row, its mask."""

import pytest
import torch
import transformers as hf

from cutaway.errors.models import EditError, PromptError, SilentEditError
from cutaway.models import Zero
from tests.conformance.families import build

PROMPT = torch.tensor([[0, 5, 9, 5, 9]])
NEW = 15


@pytest.mark.parametrize(
    ("position", "zeroed"),
    [
        (slice(8, 12), [8, 9, 10, 11]),
        (slice(8, 12, 2), [8, 10]),
        (slice(10, None), list(range(10, 19))),
        (slice(16, None, 2), [16, 18]),
        (slice(3, 7), [3, 4, 5, 6]),
        (slice(-2, 7), [3, 4, 5, 6]),
        (slice(-2, None), list(range(3, 19))),
        ([12, 8], [8, 12]),
        (torch.tensor([8, 12]), [8, 12]),
    ],
)
def test_positions_beyond_the_prompt_are_those_of_the_whole_text(position, zeroed):
    trace = build("gpt2").generate(PROMPT, max_new_tokens=NEW, read="z.1", edit=Zero("z.1", position=position))
    assert (trace["z.1"][0].abs().sum((1, 2)) == 0).nonzero().flatten().tolist() == zeroed


def test_a_slice_that_never_comes_is_an_error():
    with pytest.raises(SilentEditError, match="slice"):
        build("gpt2").generate(PROMPT, max_new_tokens=3, edit=Zero("z.1", position=slice(20, None)))


@pytest.mark.parametrize("position", [slice(8, 8), slice(9, 8), slice(3, -2), []])
def test_a_choice_of_nothing_is_refused_while_writing_too(position):
    with pytest.raises(EditError, match="position is 0 to 4"):
        build("gpt2").generate(PROMPT, max_new_tokens=NEW, edit=Zero("z.1", position=position))


PAD, OTHER = 11, 12
ROWS = torch.tensor([[0, 5, 9, 5], [3, 2, 1, 17], [8, 8, 40, 33]])


@pytest.fixture
def model():
    return build("gpt2")


@pytest.fixture
def end(model):
    """The token that the first row writes first, and not every row does."""
    first = model.generate(ROWS, max_new_tokens=1).tokens[:, -1]
    assert not bool((first == first[0]).all())
    return int(first[0])


@pytest.mark.parametrize(
    ("own", "options", "filled"),
    [
        ({"pad_token_id": PAD}, {}, PAD),
        ({"pad_token_id": PAD}, {"pad_token_id": OTHER}, OTHER),
        ({"pad_token_id": PAD}, {"generation_config": hf.GenerationConfig(pad_token_id=OTHER)}, OTHER),
        ({"pad_token_id": PAD}, {"generation_config": hf.GenerationConfig(do_sample=False)}, PAD),
        ({"pad_token_id": None}, {}, "end"),
        ({"pad_token_id": None}, {"pad_token_id": OTHER}, OTHER),
    ],
)
def test_what_follows_the_end_of_a_row_is_its_padding_or_else_its_end_again(model, end, own, options, filled):
    model.module.generation_config = hf.GenerationConfig(eos_token_id=end, **own)
    written = model.generate(ROWS, max_new_tokens=4, **options).tokens[0, ROWS.shape[1] :].tolist()
    assert written == [end, *[end if filled == "end" else filled] * 3]


def test_of_several_ends_the_first_follows_the_end_of_a_row(model, end):
    model.module.generation_config = hf.GenerationConfig(pad_token_id=None)
    unused = 60 if end != 60 else 59
    written = model.generate(ROWS, max_new_tokens=3, eos_token_id=[unused, end]).tokens[0, ROWS.shape[1] :]
    assert written.tolist() == [end, unused, unused]


def test_beams_of_the_models_own_are_refused_beside_a_config_that_says_nothing_of_them(model):
    model.module.generation_config.num_beams = 2
    with pytest.raises(PromptError, match="beams"):
        model.generate(ROWS, max_new_tokens=2, generation_config=hf.GenerationConfig(do_sample=False))


@pytest.mark.usefixtures("unchecked")
@pytest.mark.parametrize(
    ("mask", "words"),
    [
        ([[1] * 4] * 3, "the mask is a list"),
        (torch.ones(3, 3, dtype=torch.long), r"mask has shape \(3, 3\)"),
        (torch.full((3, 4), 0.5), "other numbers than 0 and 1"),
        (ROWS + 1, "other numbers than 0 and 1"),
    ],
)
def test_what_is_no_mask_is_refused_while_writing_too(model, mask, words):
    with pytest.raises(PromptError, match=words):
        model.generate(ROWS, mask=mask, max_new_tokens=2)

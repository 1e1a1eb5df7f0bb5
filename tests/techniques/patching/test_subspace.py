"""split_subspace, on three neurons: one that nothing reads, one that never fires, and one that does the work.

Makelov et al. 2023, arXiv:2311.17030, section 3: the sum of the first two, patched, does all that the third does.
"""

import pytest
import torch

from cutaway.errors.patching import NoReaderError, SubspaceSizeError
from cutaway.models import wrap
from cutaway.models.answers import Answers
from cutaway.models.pairs import Pairs
from cutaway.models.toy import ToyConfig, ToyForCausalLM
from cutaway.techniques.patching.subspace import reader_of, split_subspace
from tests.conformance.families import build
from tests.techniques.patching import adding

X = 0  # the axis of the stream that the tokens write
UNREAD, DORMANT, WORKING = 0, 1, 2
ILLUSION = torch.tensor([1.0, 1.0, 0.0])


@pytest.fixture(scope="module")
def model():
    """Token t is written as x = t; neurons are x, 0 and x; the last two are read into axes that the logit adds up."""
    config = ToyConfig(
        vocab_size=4, n_ctx=2, d_model=4, d_head=4, n_heads=1, n_layers=1, d_mlp=3,
        activation="relu", positions="learned", layer_norm=False,
    )  # fmt: skip
    module = ToyForCausalLM(config).eval()
    with torch.no_grad():
        for weight in module.parameters():
            weight.zero_()
        module.embed.weight[:, X] = torch.arange(4.0)
        mlp = module.blocks[0].mlp
        mlp.up.weight[UNREAD, X] = mlp.up.weight[WORKING, X] = 1.0
        mlp.down.weight[1, DORMANT], mlp.down.weight[2, WORKING] = 2.0, 1.0
        module.unembed.weight[1, 1] = module.unembed.weight[1, 2] = 1.0
    return wrap(module, name="three neurons")


@pytest.fixture(scope="module")
def pairs():
    """x is 3 on the clean prompt and 1 on the corrupted one; the logit of token 1 is x, that of token 0 is 0."""
    clean, corrupted = torch.tensor([[0, 3]]), torch.tensor([[0, 1]])
    return Pairs(clean, corrupted, Answers(torch.tensor([[1]]), torch.tensor([[[1]]]), torch.tensor([[[0]]])))


def shares(found):
    return dict(zip(found.frame.subspace, found.frame.share, strict=True))


def test_the_illusion_works_whole_and_neither_part_of_it_does(model, pairs):
    found = split_subspace(model, pairs, ILLUSION, site="mlp_post.0")
    assert shares(found) == pytest.approx(
        {"full": 1.0, "row space": 0.0, "null space": 0.0, "whole site": 1.0}, abs=1e-5
    )
    assert found.norm_read == pytest.approx(0.5)
    torch.testing.assert_close(found.read.abs(), torch.tensor([[0.0, 1.0, 0.0]]), atol=1e-5, rtol=0)
    torch.testing.assert_close(found.unread.abs(), torch.tensor([[1.0, 0.0, 0.0]]), atol=1e-5, rtol=0)


def test_the_neuron_that_works_is_all_in_the_row_space(model, pairs):
    found = split_subspace(model, pairs, torch.eye(3)[WORKING], site="mlp_post.0")
    assert shares(found) == pytest.approx({"full": 1.0, "row space": 1.0, "whole site": 1.0}, abs=1e-5)
    assert found.unread is None
    assert found.norm_read == pytest.approx(1.0)


def test_a_subspace_of_several_directions_is_split_whole(model, pairs):
    both = torch.stack([ILLUSION, torch.eye(3)[WORKING]])
    found = split_subspace(model, pairs, both, site="mlp_post.0")
    # x differs by 2: half of the first neuron's part wakes the dormant one, as before, and the third does its own
    assert shares(found) == pytest.approx(
        {"full": 2.0, "row space": 1.0, "null space": 0.0, "whole site": 1.0}, abs=1e-5
    )
    assert len(found.read) == 2
    assert found.norm_read == pytest.approx(0.75)


def test_a_reader_can_be_given(model, pairs):
    only_working = torch.eye(3)[:, [WORKING]]
    found = split_subspace(model, pairs, ILLUSION, site="mlp_post.0", reader=only_working)
    assert found.read is None
    assert found.norm_read == pytest.approx(0.0, abs=1e-6)


@pytest.mark.parametrize("family", ["llama", "gpt2", "gpt_neox-parallel"])
def test_what_no_map_reads_does_nothing_in_any_family(family):
    model, given = build(family), adding.pairs()
    direction = torch.randn(48 if family != "gpt2" else 128, generator=torch.Generator().manual_seed(0))
    found = split_subspace(model, given, direction, site="mlp_post.1")
    assert shares(found)["null space"] == pytest.approx(0.0, abs=1e-4)
    head = split_subspace(model, given, direction[:8], site="z.1", head=1)
    assert shares(head)["row space"] == pytest.approx(shares(head)["full"], abs=1e-4)


def test_a_head_is_read_by_its_own_part_of_the_output_map():
    model = build("gpt2")
    for head in range(4):
        found = reader_of(model, model.resolve("z.1")[0], head)
        torch.testing.assert_close(found, model.weight("W_O", 1)[head])


def test_a_site_that_many_read_is_refused(model, pairs):
    with pytest.raises(NoReaderError, match="reader=weight"):
        split_subspace(model, pairs, torch.ones(4), site="resid_post.0")


def test_directions_that_depend_on_one_another_are_refused(model, pairs):
    with pytest.raises(SubspaceSizeError, match="sums of others"):
        split_subspace(model, pairs, torch.stack([ILLUSION, 2 * ILLUSION]), site="mlp_post.0")

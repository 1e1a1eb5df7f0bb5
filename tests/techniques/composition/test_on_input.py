"""compose_on_input: tables sum to scores in every family, and their cells are the edges of planted circuits."""

import pytest
import torch
from transformers import GemmaConfig, GemmaForCausalLM

from cutaway.errors.composition import (
    NormBetweenError,
    NoSuchHeadError,
    PlaceError,
    TermsError,
    UnevenScoresError,
    UnseenKeyError,
)
from cutaway.models import Replace, wrap
from cutaway.planted import circuit
from cutaway.techniques.composition.on_input import compose_on_input
from tests.conformance.families import BUILDERS, SHARED_KEYS, build, redraw
from tests.techniques.composition.by_hand import toy

TOKENS = torch.randint(2, 23, (3, 9), generator=torch.Generator().manual_seed(1))
REFUSED = {
    "opt-norm-after": NormBetweenError, "phi-qk-norm": NormBetweenError, "qwen3": NormBetweenError,
    "gemma2": NormBetweenError, "gemma3": NormBetweenError, "olmo2": NormBetweenError, "bloom": UnevenScoresError,
    "falcon-alibi-sequential": UnevenScoresError, "gpt_oss": UnevenScoresError,
}  # fmt: skip
SPLIT = sorted(name for name in BUILDERS if name not in REFUSED and not name.startswith("deepseek"))


def cells(found, row):
    """The cells of one prompt's table that are not nothing."""
    frame = found.frame[found.frame["prompt"] == row]
    frame = frame[frame.value.abs() > 0.02 * frame.value.abs().max()]
    return {
        (one, other): value for one, other, value in zip(frame.query_term, frame.key_term, frame.value, strict=True)
    }


@pytest.mark.parametrize("name", SPLIT)
def test_tables_sum_to_the_models_own_scores(name):
    model = build(name)
    found = compose_on_input(model, TOKENS, layer=2, head=3, query=7, key=6)
    scores = model.run(TOKENS, read=["scores.2"]).get("scores.2")[:, 3, 7, 6]
    torch.testing.assert_close(found.table.sum(dim=(1, 2)), scores, atol=1e-4, rtol=1e-4)
    torch.testing.assert_close(found.carried.sum(dim=1), torch.ones(3))
    heads = [f"{layer}.{head}" for layer in range(2) for head in range(4)]
    assert set(heads) < set(found.names)
    assert found.names[-1] == "bias"


@pytest.mark.parametrize("name", ["toy-shortformer-solu", "gpt_neox-parallel", "llama", "gptj"])
def test_a_cell_is_what_the_score_loses_when_both_of_its_terms_are_taken_out_of_query_and_key(name):
    model, layer, head = build(name), 2, 1
    found = compose_on_input(model, TOKENS, layer=layer, head=head, query=8, key=3)
    shares = model.shape.n_heads // model.shape.n_key_value_heads
    trace = model.run(TOKENS, read=["resid_pre.2", "z.1", "embed", "q.2", "k.2", "ln1_scale.2"])
    module = model.module.get_submodule(model.taps[model.resolve("ln1_scale.2")[0]].path)
    part = torch.einsum("bpd,dm->bpm", trace["z.1"][:, :, 2], model.weight("W_O", 1)[2])

    def normed(stream):  # with the divisor of the whole stream
        centred = stream - stream.mean(-1, keepdim=True) if isinstance(module, torch.nn.LayerNorm) else stream
        return centred / trace["ln1_scale.2"] * module.weight

    def scored(**without):
        edits = []
        for slot, place, one in (("q", 8, head), ("k", 3, head // shares)):
            value = trace[f"{slot}.2"].clone()
            if slot in without:
                value[:, place, one] -= normed(without[slot])[:, place] @ model.weight(f"W_{slot.upper()}", 2)[head]
            edits.append(Replace(f"{slot}.2", value))
        return model.run(TOKENS, read=["scores.2"], edit=edits)["scores.2"][:, head, 8, 3]

    with torch.no_grad():
        expected = scored() - scored(q=trace["embed"]) - scored(k=part) + scored(q=trace["embed"], k=part)
    cell = found.table[:, found.names.index("embed"), found.names.index("1.2")]
    torch.testing.assert_close(cell, expected, atol=1e-4, rtol=1e-3)


def test_planted_induction_looks_because_the_token_here_equals_what_the_previous_token_head_wrote_there():
    planted = circuit("induction")
    pairs, truth = planted.sample(6, 0), planted.truth
    last = pairs.clean.shape[1] - 1
    after = torch.stack([(row[:-1] == row[-1]).nonzero()[0, 0] + 1 for row in pairs.clean])
    head, previous = truth.part("induction").head, f"0.{truth.part('previous').head}"
    found = compose_on_input(planted.model, pairs.clean, layer=1, head=head, key=after)
    assert (found.query == last).all()
    for row in range(6):
        assert cells(found, row) == {("embed", previous): pytest.approx(12, rel=0.01)}  # the sharpness of a match
    assert (found.pattern > 0.99).all()
    shares = found.values.groupby("term").value.mean()
    assert shares["embed"] == pytest.approx(1, abs=1e-5)
    assert shares[previous] == pytest.approx(0, abs=1e-5)


def test_planted_second_hop_asks_for_what_the_first_found():
    planted = circuit("two-hop")
    pairs, truth = planted.sample(5, 0), planted.truth
    part = truth.part("second hop")
    first, ties = (f"{one.layer}.{one.head}" for one in (truth.part("first hop"), truth.part("pairs")))
    pattern = planted.model.run(pairs.clean, read=["pattern.2"])["pattern.2"][:, part.head, -1]
    found = compose_on_input(planted.model, pairs.clean, layer=2, head=part.head, key=pattern.argmax(dim=-1))
    for row in range(5):
        assert list(cells(found, row)) == [(first, ties)]


def test_a_term_that_is_taken_out_of_the_model_loses_its_row_and_column():
    model = build("gpt2")
    zeroed = toy(positions="learned", d_mlp=8)
    with torch.no_grad():
        zeroed.module.blocks[1].mlp.down.weight.zero_()
        zeroed.module.blocks[1].mlp.down.bias.zero_()
        zeroed.module.blocks[0].attn.o_proj.weight[:, :4] = 0
    found = compose_on_input(zeroed, TOKENS, layer=2, head=0, key=2)
    for name in ("mlp1", "0.0"):
        at = found.names.index(name)
        assert float(found.table[:, at].abs().max()) == 0.0
        assert float(found.table[:, :, at].abs().max()) == 0.0
    assert float(found.table[:, found.names.index("0.1")].abs().max()) > 0
    assert "b_O.1" in compose_on_input(model, TOKENS, layer=2, head=0, key=2).names


def test_padding_on_the_left_changes_nothing_but_the_positions():
    model = build("llama")
    plain = compose_on_input(model, TOKENS, layer=2, head=1, query=8, key=3)
    padded = torch.cat([torch.zeros(3, 2, dtype=torch.long), TOKENS], dim=1)
    mask = (torch.arange(11) >= 2).long().expand(3, 11)
    found = compose_on_input(model, padded, layer=2, head=1, query=10, key=5, mask=mask)
    torch.testing.assert_close(found.table, plain.table, atol=1e-4, rtol=1e-3)
    with pytest.raises(UnseenKeyError, match="padding"):
        compose_on_input(model, padded, layer=2, head=1, query=10, key=1, mask=mask)


def test_terms_are_turned_at_the_positions_that_the_mask_counts():
    model, mask = build("llama"), torch.ones(3, 9, dtype=torch.long)
    mask[:, 5] = 0  # between key and query, so that their distance is one less
    found = compose_on_input(model, TOKENS, layer=2, head=1, query=8, key=3, mask=mask)
    without = [0, 1, 2, 3, 4, 6, 7, 8]
    plain = compose_on_input(model, TOKENS[:, without], layer=2, head=1, query=7, key=3)
    torch.testing.assert_close(found.table, plain.table, atol=1e-4, rtol=1e-3)


def test_norms_that_multiply_by_one_more_than_their_weight_are_known():
    config = GemmaConfig(**SHARED_KEYS, head_dim=8)
    with torch.random.fork_rng():
        torch.manual_seed(0)
        module = GemmaForCausalLM(config).eval()
        redraw(module)
    model = wrap(module, name="gemma")
    found = compose_on_input(model, TOKENS, layer=2, head=3, query=7, key=6)
    scores = model.run(TOKENS, read=["scores.2"])["scores.2"][:, 3, 7, 6]
    torch.testing.assert_close(found.table.sum(dim=(1, 2)), scores, atol=1e-4, rtol=1e-4)


def test_places_may_differ_by_prompt_and_count_from_the_end():
    model = toy(positions="learned")
    both = compose_on_input(
        model, TOKENS, layer=1, head=0, query=torch.tensor([8, 7, -3]), key=torch.tensor([1, -5, 0])
    )
    assert both.query.tolist() == [8, 7, 6]
    assert both.key.tolist() == [1, 4, 0]
    one = compose_on_input(model, TOKENS, layer=1, head=0, query=7, key=4)
    torch.testing.assert_close(both.table[1], one.table[1])
    assert not torch.allclose(both.table[0], one.table[0])
    assert set(both.frame.columns) == {"prompt", "query", "key", "query_term", "key_term", "value"}
    assert len(both.frame) == 3 * len(both.names) ** 2


def test_in_the_first_layer_there_are_only_embeddings_and_biases():
    assert compose_on_input(toy(positions="learned"), TOKENS, layer=0, head=0, key=0).names == [
        "embed",
        "positions",
        "bias",
    ]
    assert compose_on_input(build("llama"), TOKENS, layer=0, head=0, key=0).names == ["embed", "bias"]


def test_values_of_a_shortformer_hold_no_positions():
    found = compose_on_input(toy(), TOKENS, layer=1, head=0, key=2)
    shares = found.values.groupby("term").value.max()
    assert shares["positions"] == 0.0
    assert float(found.table[:, found.names.index("positions")].abs().max()) > 0.01


@pytest.mark.parametrize("name", sorted(REFUSED))
def test_what_is_no_sum_is_refused_by_name(name):
    with pytest.raises(REFUSED[name]):
        compose_on_input(build(name), TOKENS, layer=2, head=0, key=7)


def test_bad_places_and_heads_are_refused():
    model = toy()
    with pytest.raises(UnseenKeyError, match="later"):
        compose_on_input(model, TOKENS, layer=1, head=0, query=3, key=4)
    with pytest.raises(PlaceError, match="key=9"):
        compose_on_input(model, TOKENS, layer=1, head=0, key=9)
    with pytest.raises(NoSuchHeadError, match=r"nearest: 1\.1"):
        compose_on_input(model, TOKENS, layer=1, head=2, key=0)


def test_places_that_are_not_one_for_each_prompt_are_refused(unchecked):
    with pytest.raises(PlaceError, match="tensor of 3"):
        compose_on_input(toy(), TOKENS, layer=1, head=0, key=torch.tensor([1, 2]))


def test_terms_that_do_not_add_up_are_an_error_and_not_a_table():
    model = toy(positions="learned", d_mlp=8)
    block = model.module.blocks[0]
    forward = type(block).forward
    block.forward = lambda x, **given: forward(block, x, **given) * 1.5  # as in models that scale their stream
    with pytest.raises(TermsError, match=r"resid_pre\.1"):
        compose_on_input(model, TOKENS, layer=1, head=0, key=2)


def test_the_figure_is_the_mean_table():
    found = compose_on_input(toy(), TOKENS, layer=1, head=0, key=2)
    rows = found.figure.spec["data"] if "data" in found.figure.spec else found.figure.spec["layer"][0]["data"]
    cell = next(one for one in rows["values"] if (one["query_term"], one["key_term"]) == ("embed", "0.1"))
    expected = found.table[:, found.names.index("embed"), found.names.index("0.1")].mean()
    assert cell["value"] == pytest.approx(float(expected), abs=1e-5)

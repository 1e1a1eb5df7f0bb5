"""Streaming a corpus past some sites: against one run over everything at once."""

import pytest
import torch
from torch import nn

import cutaway
from cutaway.errors.models import PromptError, UnknownSiteError, UnplacedSamplesError
from cutaway.models.accumulators import Covariance, Moments, SafetensorsSink, TopK
from tests.conformance.encoders import build as build_encoder
from tests.conformance.families import VOCAB, build


@pytest.fixture(scope="module")
def corpus():
    return torch.randint(0, VOCAB, (12, 10), generator=torch.Generator().manual_seed(0))


@pytest.fixture(scope="module")
def model():
    return build("llama")


def test_moments_of_a_stream_are_those_of_one_large_run(model, corpus):
    found = model.scan(corpus.split(5), read=["mlp_post"], into=Moments())
    whole = model.run(corpus, read=["mlp_post"])
    assert list(found) == ["mlp_post.0", "mlp_post.1", "mlp_post.2"]
    assert (found.rows, found.samples) == (12, 120)
    for site, moments in found.items():
        torch.testing.assert_close(moments.mean.float(), whole[site].flatten(0, 1).mean(0), rtol=1e-4, atol=1e-5)


def test_the_strongest_samples_say_where_they_were(model, corpus):
    found = model.scan(corpus.split(4), read="mlp_post.1", into=TopK(k=3))["mlp_post.1"].frame()
    whole = model.run(corpus, read="mlp_post.1")["mlp_post.1"]
    for entry in found.itertuples():
        assert float(whole[entry.row, entry.position, entry.feature]) == pytest.approx(entry.value, rel=1e-4, abs=1e-6)
        assert int(corpus[entry.row, entry.position]) == entry.token
    best = found[(found.feature == 7) & (found["rank"] == found["rank"].min())].value.item()
    assert best == pytest.approx(float(whole[:, :, 7].max()), rel=1e-4)


def test_padding_is_no_sample(model):
    tokens, mask = model.pad([[1, 2, 3], [4, 5, 6, 7, 8]], side="left")
    found = model.scan([(tokens, mask)], read="resid_post.1", into=Moments())
    alone = torch.cat(
        [model.run(torch.tensor([row]), read="resid_post.1")["resid_post.1"][0] for row in ([1, 2, 3], [4, 5, 6, 7, 8])]
    )
    assert found.samples == 8
    torch.testing.assert_close(found["resid_post.1"].mean.float(), alone.mean(0), rtol=1e-4, atol=1e-4)


def test_shards_merge_into_the_scan_of_the_whole(model, corpus):
    whole = model.scan(corpus.split(4), read="z.1", into=[Moments(), TopK(k=2)])
    left = model.scan(corpus[:8].split(4), read="z.1", into=[Moments(), TopK(k=2)])
    left.merge(model.scan(corpus[8:].split(4), read="z.1", into=[Moments(), TopK(k=2)], first_row=8))
    torch.testing.assert_close(left.at("z.1")[0].mean, whole.at("z.1")[0].mean)
    assert left.at("z.1")[1].frame().equals(whole.at("z.1")[1].frame())
    assert (left.rows, left.samples) == (whole.rows, whole.samples)


def test_each_site_can_have_accumulators_of_its_own(model, corpus):
    found = model.scan([corpus], read=["resid_post.0", "q.1"], into={"resid_post": Covariance(), "q.1": TopK(k=1)})
    assert isinstance(found["resid_post.0"], Covariance)
    assert isinstance(found["q.1"], TopK)
    with pytest.raises(UnknownSiteError, match="accumulators given"):
        model.scan([corpus], read=["v.0"], into={"q": Moments()})


def test_a_sink_gets_a_folder_for_each_site(model, corpus, tmp_path):
    from safetensors.torch import load_file

    found = model.scan(corpus.split(5), read=["attn_out.0", "attn_out.1"], into=SafetensorsSink(tmp_path))
    whole = model.run(corpus, read=["attn_out.1"])["attn_out.1"]
    (part,) = found["attn_out.1"].parts
    assert part.parent == tmp_path / "attn_out.1"
    kept = load_file(part)
    torch.testing.assert_close(kept["values"].reshape(12, 10, -1), whole, rtol=1e-4, atol=1e-5)


def test_the_model_runs_no_further_than_the_last_site_read(model, corpus):
    ran = []
    handle = model.module.model.layers[1].register_forward_hook(lambda *_: ran.append(1))
    model.scan(corpus.split(5), read="resid_post.0", into=Moments())
    handle.remove()
    assert not ran


def test_no_batches_are_refused(model):
    with pytest.raises(PromptError, match="no batches"):
        model.scan([], read="z.0", into=Moments())


def test_positions_of_a_module_site_are_found_by_the_tokens(model, corpus):
    found = model.scan([corpus], read="module:model.layers.0.mlp", into=Moments())
    assert found.samples == 120


ROUTER = "module:model.layers.0.mlp.gate"  # gives [batch * pos, expert]


def test_a_router_that_merges_rows_and_positions_has_a_sample_for_each_token_that_is_no_padding():
    model, draw = build("mixtral"), torch.Generator().manual_seed(0)
    tokens = torch.randint(1, VOCAB, (8, 10), generator=draw)
    mask = torch.ones_like(tokens)
    mask[:, :6] = 0
    found = model.scan([(tokens[:5], mask[:5]), (tokens[5:], mask[5:])], read=ROUTER, into=TopK(k=3))
    assert (found.rows, found.samples) == (8, 32)
    whole = model.run(tokens, read=ROUTER, mask=mask)[ROUTER].reshape(8, 10, -1)
    for entry in found[ROUTER].frame().itertuples():
        assert entry.position >= 6
        assert int(tokens[entry.row, entry.position]) == entry.token
        assert float(whole[entry.row, entry.position, entry.feature]) == pytest.approx(entry.value, rel=1e-4)


def test_rows_are_those_of_the_prompts_whatever_site_is_read_last(corpus):
    found = build("mixtral").scan(corpus.split(5), read=["resid_post.0", ROUTER], into=TopK(k=2))
    assert (found.rows, found.samples) == (12, 120)
    for site in found:
        assert int(found[site].frame().row.max()) < 12


WEIGHTS = "module:model.layers.0.self_attn:out.1"  # gives [batch, head, query, key], with four heads


def test_heads_are_not_taken_for_positions_where_they_are_as_many():
    model, tokens = build("llama"), torch.tensor([[1, 2, 3, 4], [5, 6, 7, 8]])
    model.module.config._attn_implementation = "eager"
    found = model.scan([tokens], read=WEIGHTS, into=Moments())
    assert (found.samples, found[WEIGHTS].feature_shape) == (2, (4, 4, 4))
    with pytest.raises(UnplacedSamplesError, match=r"'module:.*:out\.1' .*\(2, 4, 4, 4\): an axis of 4 may be"):
        model.scan([(tokens, torch.tensor([[0, 1, 1, 1], [1, 1, 1, 1]]))], read=WEIGHTS, into=Moments())


class Pooled(nn.Module):
    """A vector for each row of four tokens, and a number for each of three experts."""

    def __init__(self):
        super().__init__()
        self.embed, self.same, self.experts = nn.Embedding(9, 4), nn.Identity(), nn.Identity()

    def forward(self, tokens):
        pooled = self.same(self.embed(tokens).mean(1))
        return pooled + self.experts(torch.ones(3)).sum()


def test_features_are_not_taken_for_positions_where_they_are_as_many():
    found = cutaway.load(Pooled()).scan([torch.tensor([[1, 2, 3, 4]] * 2)], read="module:same", into=Moments())
    assert (found.samples, found["module:same"].feature_shape) == (2, (4,))


def test_what_is_neither_of_rows_nor_of_tokens_is_refused():
    with pytest.raises(UnplacedSamplesError, match=r"shape is \(3,\): its first axis is not that of the 2 rows"):
        cutaway.load(Pooled()).scan([torch.tensor([[1, 2, 3, 4]] * 2)], read="module:experts", into=Moments())


def test_heads_of_positions_are_samples_of_their_positions(corpus):
    model = build("qwen3")
    found = model.scan([corpus], read="module:model.layers.0.self_attn.q_norm", into=Moments())
    assert found.samples == 120


def test_embeddings_of_positions_that_all_rows_share_count_for_each(corpus):
    found = build("gpt2").scan([corpus], read="pos_embed", into=Moments())
    assert (found.rows, found.samples) == (12, 120)


def test_a_mask_of_the_encoder_says_nothing_of_the_decoder():
    model, mask = build_encoder("t5"), torch.tensor([[1, 1, 1], [0, 1, 1]])
    given = {"input_ids": torch.tensor([[5, 6, 7]] * 2), "decoder_input_ids": torch.tensor([[0, 5]] * 2)}
    assert model.scan([(given, mask)], read="encoder.resid_post.0", into=Moments()).samples == 5
    with pytest.raises(UnplacedSamplesError, match=r"the mask has shape \(2, 3\)"):
        model.scan([(given, mask)], read="decoder.resid_post.0", into=Moments())


def test_a_scan_is_asked_like_any_mapping(model, corpus):
    found = model.scan([corpus], read="z.1", into=Moments())
    assert "z.1" in found
    assert "z.9" not in found
    assert found.get("z.9") is None
    with pytest.raises(UnknownSiteError, match=r"^model 'this scan' has no single site 'z.9'.\n  nearest: z.1"):
        found["z.9"]

"""Streaming a corpus past some sites: against one run over everything at once."""

import pytest
import torch

from cutaway.errors.models import PromptError, UnknownSiteError
from cutaway.models.accumulators import Covariance, Moments, SafetensorsSink, TopK
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

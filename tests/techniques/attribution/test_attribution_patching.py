"""attribution_patching: exact where the score is linear, a derivative elsewhere, and blind to shut gates."""

import pytest
import torch

from cutaway.models import Replace, logit_difference, patches, sweep
from cutaway.models.pairs import Pairs
from cutaway.planted import random_circuit
from cutaway.techniques.attribution.attribution_patching import attribution_patching
from tests.techniques.attribution import toys

LAST_LAYER = [  # where a model without norms is linear in what is patched, places in every order
    (lambda: toys.toy(n_layers=2), "z.1", ("head",)),
    (lambda: toys.toy(n_layers=2), "z.1", ("layer", "head", "position")),
    (lambda: toys.toy(n_layers=2), "z.1", ("position", "head")),
    (lambda: toys.toy(n_layers=2), "v.1", ("head", "layer", "position")),
    (lambda: toys.toy(n_layers=2), "pattern.1", ("head", "position")),
    (lambda: toys.toy(n_layers=1, d_mlp=12), "mlp_post", ("layer", "neuron")),
    (lambda: toys.toy(n_layers=1, d_mlp=12), "mlp_post", ("neuron", "position")),
    (lambda: toys.toy(n_layers=1, d_mlp=12), ("mlp_out",), ("position",)),
    (lambda: toys.toy(n_layers=2), ("attn_out.1",), ("layer",)),
]


@pytest.mark.parametrize(("make", "site", "per"), LAST_LAYER)
@pytest.mark.parametrize("direction", ["denoising", "noising"])
def test_where_the_score_is_linear_every_patch_is_foretold(make, site, per, direction):
    model, pairs = make(), toys.pairs()
    found = attribution_patching(model, pairs, site=site, per=per, direction=direction, sample=0)
    source, base = (pairs.clean, pairs.corrupted) if direction == "denoising" else (pairs.corrupted, pairs.clean)
    exact = sweep(model, base, patches(model, source, site, per=per), pairs.metric)
    torch.testing.assert_close(found.scores, exact.scores - exact.base, atol=1e-4, rtol=1e-4)
    assert found.scores.abs().max() > 1e-2


@pytest.mark.parametrize(
    "per", [("layer", "head", "position"), ("head", "layer", "position"), ("position", "head", "layer")]
)
def test_of_several_layers_each_score_stands_where_its_label_says(per):
    model, pairs = toys.toy(n_layers=3), toys.pairs()
    found = attribution_patching(model, pairs, site="z", per=per, sample=0)
    alone = [
        attribution_patching(model, pairs, site=f"z.{layer}", per=("head", "position"), sample=0).scores.view(2, 6, 3)
        for layer in range(3)
    ]
    for number, at in enumerate(found.product.labels):
        expected = alone[at["layer"]][at["head"], at["position"]]
        torch.testing.assert_close(found.scores[number], expected, atol=1e-5, rtol=1e-4)


def test_a_score_is_the_derivative_of_a_partial_patch():
    model, pairs, step = toys.gpt2(), toys.pairs(), 1e-3
    found = attribution_patching(model, pairs, site="z.0", per=("head",), sample=0)
    clean, corrupted = (model.run(tokens, read="z.0")["z.0"] for tokens in (pairs.clean, pairs.corrupted))

    def score(head, share):
        there = torch.lerp(corrupted[:, :, head], clean[:, :, head], share)
        edit = Replace("z.0", there, head=head)
        return pairs.metric(model.run(pairs.corrupted, edit=edit).logits).double()

    slopes = [(score(head, step) - score(head, -step)) / (2 * step) for head in range(2)]
    torch.testing.assert_close(found.scores.double(), torch.stack(slopes), atol=5e-3, rtol=2e-2)


def test_padding_changes_no_score():
    model = toys.gpt2()
    plain = toys.pairs()
    front = torch.zeros(3, 2, dtype=torch.long)
    mask = torch.cat([front, torch.ones(3, 6, dtype=torch.long)], dim=1)
    padded = Pairs(
        torch.cat([front, plain.clean], dim=1),
        torch.cat([front, plain.corrupted], dim=1),
        toys.pairs(length=8).answers,
        mask,
    )
    one, other = (attribution_patching(model, pairs, sample=0).scores for pairs in (plain, padded))
    torch.testing.assert_close(one, other, atol=1e-4, rtol=1e-3)


def test_a_saturated_gate_hides_what_feeds_it():
    model, metric = toys.saturating(strength=2.0), logit_difference(1, 2)
    pairs = Pairs(torch.tensor([[0]]), torch.tensor([[3]]), toys.pairs(1, 1).answers)  # s is 0 and 6, the score 0 and 1
    found = attribution_patching(model, pairs, site="embed", per=("position",), metric=metric, sample=0)
    exact = sweep(model, pairs.corrupted, patches(model, pairs.clean, "embed", per=("position",)), metric)
    torch.testing.assert_close(exact.scores - exact.base, torch.tensor([[-1.0]]))
    torch.testing.assert_close(found.scores, torch.zeros(1, 1))


def test_decoys_of_planted_circuits_score_nothing_and_the_agreement_is_printed():
    planted = random_circuit(3, noise=0.0)
    pairs = planted.sample(16, 0)
    found = attribution_patching(planted.model, pairs, direction="noising")
    scores = found.frame.set_index(["layer", "head"])["value"]
    clean = float(pairs.metric(planted.model.run(pairs.clean).logits).mean())
    for part in planted.truth.heads:
        if part.is_decoy:
            assert abs(scores[part.layer, part.head]) < 1e-3 * clean
    assert "agreement with exact patching" in repr(found)


def test_the_figure_and_the_frame_say_where():
    found = attribution_patching(toys.toy(), toys.pairs(), per=("layer", "head", "position"), sample=4)
    assert list(found.frame[["layer", "head", "position"]].iloc[7]) == [0, 1, 1]
    assert found.frame["token"].notna().all()
    assert found.figure.svg.startswith("<svg")

"""One neuron with two meanings, and features that share dimensions: what fires on what, worked by hand."""

import pytest
import torch

from cutaway.models import Zero
from cutaway.planted import Planted, circuit
from cutaway.planted.circuits.polysemantic import CLEAR, FEATURES
from cutaway.planted.verify import MOVES

DIGIT, FRUIT, PLAIN = 3, 8, 12


@pytest.fixture(scope="module")
def polysemantic() -> Planted:
    return circuit("polysemantic", sharpness=5.0)


@pytest.fixture(scope="module")
def crowded() -> Planted:
    return circuit("crowded")


def ending(token):
    """Digits, fruit and others all over, and the token before the last as given."""
    return torch.tensor([[0, 1, 7, 13, 9, 4, 11, token, 20]])


def fires(planted, name, tokens):
    part = planted.truth.part(name)
    return bool((planted.model.run(tokens, read=["mlp_post.0"])["mlp_post.0"][0, -1, list(part.indices)] > 0).any())


@pytest.mark.parametrize(
    ("token", "on", "answer"),
    [
        (DIGIT, {"either", "digits", "by default"}, 17),
        (FRUIT, {"either", "fruit", "by default"}, 18),
        (PLAIN, {"by default"}, 19),
    ],
)
def test_one_neuron_fires_on_both_kinds_and_two_on_one_each(polysemantic, token, on, answer):
    names = ("either", "digits", "fruit", "by default")
    assert {name for name in names if fires(polysemantic, name, ending(token))} == on
    assert int(polysemantic.model.run(ending(token)).logits[0, -1].argmax()) == answer


def test_without_the_neuron_for_digits_a_digit_is_as_much_a_fruit_and_fruit_is_still_fruit(polysemantic):
    part = polysemantic.truth.part("digits")
    edit = [Zero("mlp_post.0", neuron=list(part.indices))]
    digit, fruit = (polysemantic.model.run(ending(token), edit=edit).logits[0, -1] for token in (DIGIT, FRUIT))
    torch.testing.assert_close(digit[17], digit[18], atol=1e-4, rtol=0)
    assert int(fruit.argmax()) == 18


def test_neuron_with_two_meanings_is_the_same_where_one_takes_the_place_of_the_other(polysemantic):
    alone = polysemantic.truth.alone("digit-or-fruit")
    assert not alone["either"]
    assert alone["digits"]
    assert alone["fruit"]
    assert polysemantic.truth.alone("zero")["either"]


def test_there_are_more_features_than_dimensions_and_no_two_are_orthogonal_to_all(crowded):
    axes = crowded.truth.directions["features"]
    assert len(axes) > int(torch.linalg.matrix_rank(axes))
    torch.testing.assert_close(axes.norm(dim=1), torch.ones(len(axes)))
    assert float((axes @ axes.T - torch.eye(len(axes))).abs().amax(dim=1).min()) > 0.05


def test_every_reader_sees_each_feature_by_their_cosine_and_only_its_own_makes_it_fire(crowded):
    axes, part = crowded.truth.directions["features"], crowded.truth.part("readers")
    filler = 25
    tokens = torch.tensor([[0, filler, filler, filler, filler, filler, 1 + n, filler] for n in range(FEATURES)])
    run = crowded.model.run(tokens, read=["mlp_pre.0", "mlp_post.0"])
    seen = run["mlp_pre.0"][:, -1, list(part.indices)]
    torch.testing.assert_close(seen, (axes @ axes.T)[:FEATURES, :FEATURES] - CLEAR, atol=0.01, rtol=0)
    fired = run["mlp_post.0"][:, -1, list(part.indices)] > 0
    torch.testing.assert_close(fired, torch.eye(FEATURES, dtype=torch.bool))


@pytest.mark.parametrize("sharpness", [5.0, 12.0])
@pytest.mark.parametrize("seed", range(3))
def test_interference_that_is_let_pass_stays_below_what_counts_as_an_effect(seed, sharpness):
    planted = circuit("crowded", seed=seed, sharpness=sharpness)
    assert planted.truth.tolerance < MOVES
    pairs = planted.sample(256, 1)
    base = pairs.metric(planted.model.run(pairs.clean).logits)
    head = planted.truth.part("distractor writer")
    effect = pairs.metric(planted.model.run(pairs.clean, edit=[Zero("z.0", head=head.head)]).logits) - base
    assert 1e-3 < float(effect.abs().max() / base.mean()) < planted.truth.tolerance


@pytest.mark.parametrize("name", ["polysemantic", "crowded"])
def test_shuffled_twins_solve_neither(name):
    planted = circuit(name)
    pairs = planted.sample(64, 0)
    right = [pairs.accuracy(planted.twin(seed=seed).run(pairs.clean).logits).mean() for seed in range(8)]
    assert float(torch.stack(right).mean()) < 0.65  # one of two, or likelier than two together: at most 0.5

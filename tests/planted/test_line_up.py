"""The planted models do what their truth says, checked through patterns and behaviour, not through the compiler."""

import pytest
import torch

from cutaway.models import Replace
from cutaway.planted import ROLES, language, one_layer, two_layer
from cutaway.tasks.symbols import repeated_tokens

# 0 is the first token; 5 6 7 8 come twice: at places 1 to 4 and 5 to 8
TOKENS = torch.tensor([[0, 5, 6, 7, 8, 5, 6, 7, 8]])


@pytest.fixture(scope="module")
def planted():
    return two_layer(seed=3, vocab=20, context=32)


@pytest.fixture(scope="module")
def patterns(planted):
    return planted.model.run(TOKENS, read=["pattern"])


def looked_at(patterns, head, query):
    row = patterns[f"pattern.{head.layer}"][0, head.head, query]
    return int(row.argmax()), float(row.max())


@pytest.mark.parametrize(
    ("kind", "query", "key"),
    [
        ("previous_token", 4, 3),
        ("previous_token", 8, 7),
        ("duplicate_token", 6, 2),
        ("duplicate_token", 3, 0),  # no earlier copy: it rests on the first token
        ("induction", 5, 2),  # 5 was followed by the 6 at place 2
        ("induction", 7, 4),
        ("induction", 3, 0),
        ("current_token", 6, 6),
        ("first_token", 6, 0),
        ("two_back", 6, 4),
        ("three_back", 6, 3),
        ("four_back", 6, 2),
        ("equal_tokens_copying_nothing", 6, 2),
        ("after_copy_copying_nothing", 5, 2),
        ("one_back_copying_nothing", 5, 4),
    ],
)
def test_head_of_a_kind_looks_where_its_kind_looks(planted, patterns, kind, query, key):
    heads = [head for head in planted.truth.heads if head.role == kind]
    assert heads
    for head in heads:
        place, weight = looked_at(patterns, head, query)
        assert place == key, head
        assert weight > 0.5, head


def test_truth_names_every_head_once(planted):
    places = [(head.layer, head.head) for head in planted.truth.heads]
    assert sorted(places) == [(layer, head) for layer in range(2) for head in range(9)]
    assert {role for role in ROLES if planted.truth.playing(role)} == set(ROLES)
    assert len(planted.truth.playing("induction")) == 2


def test_copying_works_and_every_head_that_matters_is_needed_for_it():
    planted = two_layer(seed=1, vocab=20, context=32)
    repeats = repeated_tokens.sample(rows=24, length=32, vocab=20, seed=0, periods=(9, 10, 11), offsets=(1, 2))
    natural = planted.text(24, 32, 0)
    base = planted.model.run(repeats.tokens, read=["z"])
    natural_base = planted.model.run(natural, read=["z"])
    assert repeated_tokens.repeat_loss(base.logits, repeats).mean() < 1.0
    for head in planted.truth.heads:
        site = f"z.{head.layer}"

        def cost(tokens, run, site=site, head=head):
            edit = Replace(site, run[site][:, :, head.head].mean(dim=(0, 1)), head=head.head)
            edited = planted.model.run(tokens, edit=[edit]).logits
            before = repeated_tokens.next_token_loss(run.logits, tokens)
            return repeated_tokens.next_token_loss(edited, tokens) - before

        on_repeats = float(cost(repeats.tokens, base)[repeats.repeated].mean())
        on_natural = float(cost(natural, natural_base)[:, 1:].mean())
        if head.carries or head.role == "current_token":
            assert max(on_repeats, on_natural) > 0.05, head
        else:
            assert abs(on_repeats) < 1e-4, head
            assert abs(on_natural) < 1e-4, head


def test_shuffles_keep_the_norms_of_the_true_head(planted):
    model = planted.model
    for head in planted.truth.heads:
        if not head.role.startswith("shuffled_"):
            continue
        true = planted.truth.playing(head.role.removeprefix("shuffled_"))
        for name in ("W_Q", "W_K", "W_V", "W_O"):
            norm = model.weight(name, head.layer)[head.head].norm()
            norms = torch.stack([model.weight(name, other.layer)[other.head].norm() for other in true])
            assert (norms - norm).abs().min() < 1e-3 * norm, (head, name)


def test_one_layer_has_no_induction_and_cannot_copy():
    planted = one_layer(seed=0, vocab=20, context=32)
    repeats = repeated_tokens.sample(rows=24, length=32, vocab=20, seed=0, periods=(9, 10, 11), offsets=(1, 2))
    assert not planted.truth.playing("induction")
    assert repeated_tokens.repeat_loss(planted.model.run(repeats.tokens).logits, repeats).mean() > 2.5


def test_rotation_hides_the_axes_but_order_and_seed_decide_everything():
    first, again, other = two_layer(seed=5), two_layer(seed=5), two_layer(seed=6)
    torch.testing.assert_close(first.model.W_E, again.model.W_E, rtol=0, atol=0)
    assert first.truth.parts == again.truth.parts
    assert first.truth.heads != other.truth.heads
    assert first.model.W_E.abs().max() < 0.9  # one-hot before the rotation


def test_softer_attention_is_softer():
    def sharpest(sharpness):
        planted = two_layer(seed=2, sharpness=sharpness, vocab=20, context=32)
        head = planted.truth.playing("previous_token")[0]
        return looked_at(planted.model.run(TOKENS, read=["pattern"]), head, 6)[1]

    assert sharpest(4.0) < 0.95 < sharpest(12.0)


def test_native_text_follows_the_successor_half_the_time():
    successor = (0, 2, 3, 4, 5, 1)
    tokens = language.sample(successor, 200, 50, 0)
    follows = torch.tensor(successor)[tokens[:, 1:-1]] == tokens[:, 2:]
    share = float(follows.float().mean())  # half on purpose, and one in five of the rest by luck
    assert abs(share - 0.6) < 0.02
    assert tokens[:, 0].eq(0).all()
    assert tokens[:, 1:].min() >= 1

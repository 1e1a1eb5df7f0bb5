"""Strongest (query, key, text): against brute force, and on a planted head whose best places are known."""

import torch

from cutaway.planted import two_layer
from cutaway.techniques.examples.strongest_pairs import StrongestPairs
from tests.conformance.families import build

TOKENS = torch.randint(1, 61, (6, 10), generator=torch.Generator().manual_seed(0))


def scan(model, tokens, rows=2):
    strongest = StrongestPairs(model)
    for batch in torch.split(tokens, rows):
        strongest.add(model.run(batch, read=["pattern", "v"], logits=False), batch)
    return strongest


def by_brute_force(model, layer, head):
    """Every (text, query, key) with the length of weight * v W_O, strongest key of each query, longest first."""
    trace = model.run(TOKENS, read=["pattern", "v"])
    shared = model.shape.n_heads // model.shape.n_key_value_heads
    found = []
    for text in range(6):
        for query in range(1, 10):
            moved = [
                (
                    float(
                        trace[f"pattern.{layer}"][text, head, query, key]
                        * (
                            trace[f"v.{layer}"][text, key, head // shared] @ model.weight("W_O", layer)[head].detach()
                        ).norm()
                    ),
                    key,
                )
                for key in range(query + 1)
            ]
            strength, key = max(moved)
            found.append((strength, text, query, key))
    return sorted(found, reverse=True)


def test_pairs_are_those_of_brute_force_in_order_also_where_keys_are_shared():
    # of four heads, 0 and 1 share, and 2 and 3; the last model has a sink, which moves nothing
    for name, head in (("gpt2", 3), ("llama", 1), ("llama", 2), ("gpt_oss", 1)):
        model = build(name)
        strongest = scan(model, TOKENS)
        expected = by_brute_force(model, 1, head)
        found = strongest.pairs(1, head, count=5)
        assert found[0].strength == max(found, key=lambda pair: pair.strength).strength
        at_hand = {(text, query, key): strength for strength, text, query, key in expected}
        for pair in found:
            torch.testing.assert_close(pair.strength, at_hand[pair.text, pair.query, pair.key], rtol=1e-3, atol=1e-5)
        assert (found[0].text, found[0].query, found[0].key) == expected[0][1:]


def test_pairs_of_one_head_differ_in_their_tokens_and_share_no_text_three_times():
    pairs = scan(build("gpt2"), TOKENS.repeat(3, 1)).pairs(2, 0, count=8)
    tokens = TOKENS.repeat(3, 1)
    seen = [(int(tokens[pair.text, pair.query]), int(tokens[pair.text, pair.key])) for pair in pairs]
    assert len(set(seen)) == len(seen) == 8
    assert max(sum(other.text == pair.text for other in pairs) for pair in pairs) <= 2


def test_memory_does_not_grow_with_the_text():
    model = build("gpt2")
    short, long = scan(model, TOKENS.repeat(40, 1)), scan(model, TOKENS.repeat(80, 1))
    assert short.place.shape == long.place.shape
    assert long.texts == 480
    assert long.strength.grad_fn is None  # a gradient would keep every batch alive


def test_strongest_places_of_a_planted_induction_head_are_inductions():
    planted = two_layer(seed=0, vocab=20, context=32)
    generator = torch.Generator().manual_seed(1)
    block = torch.stack([torch.randperm(19, generator=generator)[:12] + 1 for _ in range(8)])
    tokens = torch.cat([torch.zeros(8, 1, dtype=torch.long), block, block], dim=1)
    strongest = scan(planted.model, tokens)
    for head in planted.truth.playing("induction"):
        for pair in strongest.pairs(head.layer, head.head, count=5):
            assert tokens[pair.text, pair.key - 1] == tokens[pair.text, pair.query]

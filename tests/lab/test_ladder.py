"""The rungs of the ladder, by hand and on models that ship."""

import numpy as np
import pandas as pd
import pytest
import torch

from cutaway.corpus.values import values_of
from cutaway.lab import ladder
from cutaway.lab.kinds_of_text import LENGTH, row_losses, text
from cutaway.lab.rungs import added, best_head, by_costliest, costs, shares
from cutaway.zoo.load import load


def test_rows_are_of_the_kind_of_most_of_their_tokens_and_are_tagged_token_by_token():
    rows = text(24, 0)
    assert rows.tokens.shape == rows.genre.shape == rows.pos.shape == (24, LENGTH)
    assert (rows.tokens[:, 0] == 0).all()
    names = values_of("genre")
    for row, kind in zip(rows.genre, rows.kinds, strict=True):
        count = np.bincount(row[1:].numpy(), minlength=len(names) + 1)
        assert count[names.index(kind) + 1] == count[1:].max()
    assert rows.chooses.sum() == 12
    assert not torch.equal(rows.tokens, text(24, 1).tokens)


def test_the_loss_of_a_row_is_what_a_plain_run_says():
    model, tokens = load("gelu-1l"), text(24, 0).tokens[:3]
    logits = model.run(tokens).logits.detach()
    by_hand = torch.nn.functional.cross_entropy(logits[:, :-1].transpose(1, 2), tokens[:, 1:], reduction="none")
    torch.testing.assert_close(row_losses(model, tokens), by_hand.mean(dim=1))


def test_as_many_neurons_are_active_as_there_are_alike():
    values = np.zeros((5, 8))
    values[0, :3] = 2.0
    values[1, 4] = -1.0
    one_row = np.concatenate([values[:2], np.zeros((3, 8))])
    assert ladder.active_at_once(one_row) == pytest.approx((3 + 1) / 5)  # three rows have none
    assert ladder.active_at_once(one_row + 7.0) == pytest.approx((3 + 1) / 5)  # a constant of a neuron is no activity


@pytest.mark.parametrize(("name", "before_norm"), [("solu-1l", True), ("gelu-1l", False)])
def test_neurons_are_taken_as_their_nonlinearity_leaves_them(name, before_norm):
    model, tokens, seen = load(name), text(24, 0).tokens[:2], []
    (act,) = (part for part in model.module.modules() if type(part).__name__ in ("SoLU", "GELUActivation"))
    with (act.ln if before_norm else act).register_forward_hook(
        lambda _, given, out: seen.append(given[0] if before_norm else out)
    ):
        model.module(tokens)
    found = ladder.activations(model, tokens, 0)
    np.testing.assert_allclose(found, seen[0][:, 1:].flatten(0, 1).detach().numpy(), atol=1e-6)


def test_a_neuron_that_fires_for_a_tag_tells_it_on_rows_it_was_not_chosen_by(monkeypatch):
    rows = text(96, 0)
    noun = 1 + values_of("pos").index("noun")

    def planted(model, tokens, layer):
        """One neuron that falls at nouns, and one that knows nothing."""
        at = next(n for n in range(96) if torch.equal(rows.tokens[n], tokens[0]))
        falls = -(rows.pos[at : at + len(tokens), 1:].flatten() == noun).double().numpy()
        return np.stack([falls, np.random.default_rng(at).random(len(falls))], axis=1)

    monkeypatch.setattr(ladder, "activations", planted)
    found = ladder.neurons(load("gelu-1l"), rows, 48)["auroc"]
    assert found.iloc[0] == 1.0
    assert found.iloc[1] == pytest.approx(0.5, abs=0.1)


def tables():
    """Four heads: an induction head, a previous-token head, and two that are neither."""
    heads = pd.DataFrame(
        {
            "layer": [0, 0, 1, 1],
            "head": [0, 1, 0, 1],
            "induction": [0.0, 0.0, 0.8, 0.05],
            "induction_chosen": [0.0, 0.0, 0.7, 0.09],
            "previous_token": [0.6, 0.05, 0.0, 0.0],
            "previous_token_chosen": [0.6, 0.05, 0.0, 0.0],
            "current_token": [0.0, 0.9, 0.0, 0.0],
            "current_token_chosen": [0.0, 0.9, 0.0, 0.0],
            "induction_stderr": 0.01,
            "prompts": 16,
        }
    )
    own = pd.DataFrame({"turn": -1, "layer": [0, 0, 1, 1], "head": [0, 1, 0, 1]})
    own["chosen_nats"], own["cost_nats"] = [0.5, 0.3, 1.0, 0.2], [0.4, 0.2, 0.8, 0.7]
    turned = own.assign(turn=0, cost_nats=[0.08, 0.04, 0.01, 0.02], chosen_nats=[0.0, 0.1, 0.0, 0.0])
    sets = pd.DataFrame({"cut": ["all", "k", "random", "random"], "added_nats": [2.0, 1.0, 0.4, 0.6], "on": "text"})
    return {"heads": heads, "ablated": pd.concat([own, turned]), "sets": sets}


def test_heads_are_told_apart_and_the_costliest_of_some_is_held_against_the_costliest_of_all():
    kinds = costs(tables()).query("turn == -1")["kind"].tolist()
    assert kinds == ["previous token", "current token", "induction", "none of these"]
    assert by_costliest(tables(), ("previous token", "current token")) == pytest.approx([0.4 / 0.8, 0.04 / 0.8])
    assert by_costliest(tables(), ("current token", "none of these")) == pytest.approx([0.2 / 0.8, 0.04 / 0.8])
    assert by_costliest(tables(), ("no such kind",)) == [0.0, 0.0]


def test_the_best_head_is_chosen_on_one_half_and_scored_on_the_other():
    found = best_head(tables(), "induction")
    assert (found.value, found.n) == (0.8, 16)
    assert found.low < 0.8 < found.high


def test_what_sets_cost_is_shared_out_by_draw():
    assert added(tables(), "k", "text") == [1.0]
    assert shares([tables(), tables()], [2.0, 4.0], "random", "text") == [[0.2, 0.1], [0.3, 0.15]]


def test_one_rung_says_of_a_model_of_two_layers_that_its_keys_matter_for_copying():
    found = ladder.climb(ladder.Rung("attn-only-2l", 32, 2, 64, 2, 5))
    assert set(found) == {"losses", "heads", "ablated", "pairs", "sets"}
    assert best_head(found, "induction").value > 0.5
    assert len(found["pairs"]) == 3 * 4 * 4
    (keys,), random = added(found, "k", "repeats"), added(found, "random", "repeats")
    assert keys > np.mean(random)
    assert added(found, "chains", "text") == pytest.approx([0.0], abs=1e-5)
    assert np.abs(added(found, "twin", "text")).max() < added(found, "all", "text")[0]

"""Measuring a task, on a model whose answers are written into its weights: after each symbol, the next one.

Its logits are log 3 for the next symbol and 0 for the three others, so that the next one has probability 1/2 and any
other 1/6. The task shows two symbols and asks for the one after the second.
"""

from collections import Counter
from math import exp, log

import pandas as pd
import pytest
import torch

from cutaway.errors.tasks import TaskArgumentError, UnknownCorruptionError
from cutaway.models import wrap
from cutaway.models.answers import Answers
from cutaway.models.pairs import Pairs
from cutaway.models.toy import ToyConfig, ToyForCausalLM
from cutaway.tasks import measure as measuring
from cutaway.tasks.measure import Wording, batch_size, measure, numbers
from cutaway.tasks.symbolic import Rows, SymbolicTask
from cutaway.tasks.task import Corruption
from cutaway.tasks.words.ioi import TASK as IOI
from tests.tasks import tokenizers

SYMBOLS = 4


def finished(shown, following):
    return Rows(
        torch.column_stack([shown, following]), Answers(torch.ones(len(shown), 1).long(), following[:, None, None])
    )


def draw(rows, generator, split):
    shown = torch.randint(SYMBOLS, (rows, 2), generator=generator)
    return finished(shown, (shown[:, 1] + 1) % SYMBOLS)


def moved(place):
    """A corruption that moves the symbol at a place on by one."""

    def change(rows, generator):
        shown = rows.tokens[:, :2].clone()
        shown[:, place] = (shown[:, place] + 1) % SYMBOLS
        return finished(shown, (shown[:, 1] + 1) % SYMBOLS)

    return change


def following(symbols=SYMBOLS):
    return SymbolicTask(
        name="following",
        says="Say the symbol after the second.",
        asks="A vocabulary of 4.",
        chance=1 / symbols,
        symbols=tuple("abcdefgh"[:symbols]),
        length=3,
        draw=draw,
        corruptions=(
            Corruption("other-second", "The second is another.", "Whatever reads the first.", moved(1)),
            Corruption("other-first", "The first is another.", "Whatever reads the second.", moved(0), False),
        ),
        solve=lambda ids: [{(ids[1] + 1) % SYMBOLS}],
        guess=lambda ids, rng: [rng.randrange(symbols)],
    )


@pytest.fixture(scope="module")
def model():
    size = SYMBOLS
    config = ToyConfig(
        vocab_size=size, n_ctx=3, d_model=size, d_head=2, n_heads=2, n_layers=1, layer_norm=False, bos_token_id=None
    )
    module = ToyForCausalLM(config).eval()
    with torch.no_grad():
        for weight in module.parameters():
            weight.zero_()
        module.embed.weight.copy_(torch.eye(size))
        module.unembed.weight.copy_(log(3) * torch.eye(size).roll(1, dims=0))
    return wrap(module, name="says the next")


def by_case(measured):
    return measured.frame.set_index("case")


def test_every_case_has_the_accuracy_and_metric_that_follow_from_the_weights(model):
    found = by_case(measure(following(), model, rows=20))
    assert found.index.tolist() == ["clean", "other-second", "other-first", "perfect", "null"]
    assert found["accuracy"].tolist()[:4] == [1.0, 0.0, 1.0, 1.0]
    sure = -log(1 + 3 * exp(-20))
    assert found["metric"].tolist()[:4] == pytest.approx([log(1 / 2), log(1 / 6), log(1 / 2), sure], abs=1e-5)
    assert (found["unit"] == "nats").all()


def test_an_accuracy_has_wilsons_interval_and_a_metric_that_never_varies_none(model):
    found = by_case(measure(following(), model, rows=20)).loc["clean"]
    z = 1.959964  # of all right, Wilson's lower end is n / (n + z^2)
    assert (found["accuracy_low"], found["accuracy_high"]) == pytest.approx((20 / (20 + z**2), 1.0), abs=1e-6)
    assert (found["metric_low"], found["metric_high"]) == pytest.approx((log(1 / 2), log(1 / 2)), abs=1e-5)


def test_a_number_never_travels_alone(model):
    frame = measure(following(), model, rows=20, seed=3, split="train").frame
    assert (frame["n"] == 20).all()
    told = frame[["task", "model", "split", "seed", "chance", "metric_name"]].drop_duplicates().to_dict("records")
    assert told == [
        {"task": "following", "model": "says the next", "split": "train", "seed": 3, "chance": 0.25}
        | {"metric_name": "answer_log_prob"}
    ]


def test_a_guesser_is_right_about_as_often_as_chance(model):
    null = by_case(measure(following(), model, rows=2000)).loc["null"]
    assert null["accuracy"] == pytest.approx(0.25, abs=4 * (0.25 * 0.75 / 2000) ** 0.5)


def test_rows_run_in_batches_of_bounded_size_and_the_numbers_are_those_of_one(model, monkeypatch):
    whole = measure(following(), model, rows=20).frame
    sizes = []
    hook = model.module.embed.register_forward_pre_hook(lambda _, args: sizes.append(len(args[0])))
    monkeypatch.setattr(measuring, "BATCH_ROWS", 8)
    ticks = Ticks()
    parts = measure(following(), model, rows=20, progress=ticks).frame
    hook.remove()
    assert sizes == [8, 8, 4] * 3
    assert ticks.totals == [("following on says the next", 15)]
    assert ticks.count == 15
    pd.testing.assert_frame_equal(parts[parts["case"] != "null"], whole[whole["case"] != "null"])


def test_guesses_of_different_batches_are_different(model, monkeypatch):
    monkeypatch.setattr(measuring, "BATCH_ROWS", 1)
    null = by_case(measure(following(), model, rows=60)).loc["null"]
    one_guess_for_all = Counter(draw(60, torch.Generator().manual_seed(0), "any").tokens[:, 2].tolist())
    assert round(60 * null["accuracy"]) not in one_guess_for_all.values()


def test_a_batch_of_logits_fits_its_budget(model, monkeypatch):
    pairs = following().pairs(model, rows=20)
    monkeypatch.setattr(measuring, "BATCH_BYTES", 4 * 2 * SYMBOLS * 3)  # three rows of two positions in float32
    assert batch_size(model, pairs) == 3
    monkeypatch.setattr(measuring, "BATCH_BYTES", 1)
    assert batch_size(model, pairs) == 1


def test_only_the_corruption_that_is_asked_for_is_measured(model):
    found = measure(following(), model, rows=5, corruption="other-first").frame
    assert found["case"].tolist() == ["clean", "other-first", "perfect", "null"]
    with pytest.raises(UnknownCorruptionError, match="nearest: other-first"):
        measure(following(), model, rows=5, corruption="other-frist")


def test_of_several_questions_the_accuracy_is_a_mean_with_a_resampled_interval():
    apart = Answers(torch.tensor([[0, 1], [0, 1]]), torch.tensor([[[1], [2]], [[1], [2]]]), is_one=False)
    pairs = Pairs(torch.zeros(2, 2).long(), torch.zeros(2, 2).long(), apart)
    halves = torch.tensor([0.5, 0.5]).double().numpy()
    found = numbers(pairs, halves, halves, seed=0)
    assert (found["accuracy"], found["accuracy_low"], found["accuracy_high"]) == (0.5, 0.5, 0.5)


def test_chance_is_that_of_the_models_own_vocabulary_where_symbols_mean_nothing(model):
    fewer = SymbolicTask(**{**vars(following(3)), "sized": following})
    assert set(measure(fewer, model, rows=5).frame["chance"]) == {0.25}


def test_symbols_have_no_wording(model):
    for wording in (Wording(score="sequence"), Wording(words={"name": ["Mary"]})):
        with pytest.raises(TaskArgumentError, match="its prompts are symbols"):
            measure(following(), model, rows=5, wording=wording)


@pytest.fixture(scope="module")
def ours():
    return tokenizers.stand_in("ours")


def test_words_that_are_cut_otherwise_are_named(ours):
    measured = measure(IOI, ours, rows=8, wording=Wording(score="sequence"))
    pieces = {name: len(ours.tokenizer.tokenize(f" {name}")) for name in IOI.lexicons["name"].words}
    usual = Counter(pieces.values()).most_common(1)[0][0]
    assert set(measured.left_out) == {"name"}
    assert set(measured.left_out["name"]) == {name for name, many in pieces.items() if many != usual}


def test_words_that_the_solver_does_not_know_have_no_controls(ours):
    known = [name for name in IOI.lexicons["name"].words if len(ours.tokenizer.tokenize(f" {name}")) == 3]
    one = Wording(score="sequence", words={"name": known[:4]})
    measured = measure(IOI, ours, rows=8, wording=one)
    assert measured.left_out == {}
    assert {"perfect", "null"} <= set(measured.frame["case"])

    other = Wording(score="sequence", words={"name": ["Zo", "Ka", "Na", "Ba"]})
    measured = measure(IOI, ours, rows=8, wording=other)
    assert measured.without_controls == ("Zo", "Ka", "Na", "Ba")
    assert not {"perfect", "null"} & set(measured.frame["case"])


class Ticks:
    """Progress that counts."""

    def __init__(self):
        self.totals, self.count = [], 0

    def phase(self, name, total):
        self.totals.append((name, total))
        return self

    def __enter__(self):
        return self.tick

    def __exit__(self, *_):
        return None

    def tick(self):
        self.count += 1

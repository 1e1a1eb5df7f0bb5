"""Metrics on logits that are logarithms of small whole numbers, so that every probability is a fraction."""

from dataclasses import replace
from math import e, log

import pytest
import torch
from tokenizers import Regex, Tokenizer
from tokenizers.models import WordLevel
from tokenizers.pre_tokenizers import Split
from tokenizers.processors import TemplateProcessing
from transformers import PreTrainedTokenizerFast

from cutaway.errors.metric import (
    MetricArgumentError,
    MetricLogitsError,
    MetricResultError,
    NonFiniteMetricError,
    NothingToCountError,
    NotOneTokenError,
    PerRowCountError,
    PositionOutsideError,
    SameTokenError,
    TokenOutsideError,
    UnboundMetricError,
)
from cutaway.errors.models import NoTokenizerError
from cutaway.models.metric import take
from cutaway.models.metrics import (
    accuracy,
    as_metric,
    kl_divergence,
    last_positions,
    log_prob,
    logit_difference,
    loss,
    probability,
)
from tests.conformance.families import build

ODDS = torch.tensor(  # [batch 2, pos 3, d_vocab 3]; the rows add up to 8, 4, 10 and 16, 6, 3
    [[[1.0, 2.0, 5.0], [2.0, 1.0, 1.0], [4.0, 5.0, 1.0]], [[8.0, 6.0, 2.0], [1.0, 2.0, 3.0], [1.0, 1.0, 1.0]]]
)
LOGITS = ODDS.log()
TOKENS = torch.tensor([[0, 2, 1], [1, 0, 2]])
WORDS = {"<s>": 0, "[UNK]": 1, " Mary": 2, " John": 3, "Paris": 4}


def test_probability_is_the_tokens_share_of_the_odds():
    torch.testing.assert_close(probability(2, position=0)(LOGITS), torch.tensor([5 / 8, 2 / 16]))
    torch.testing.assert_close(probability([0, 2])(LOGITS), torch.tensor([4 / 10, 1 / 3]))


def test_log_prob_is_in_nats():
    torch.testing.assert_close(log_prob(1, position=1)(LOGITS), torch.tensor([log(1 / 4), log(2 / 6)]))


def test_logit_difference_is_the_log_odds_of_right_against_wrong():
    torch.testing.assert_close(logit_difference(2, 0, position=0)(LOGITS), torch.tensor([log(5), log(1 / 4)]))


def test_logit_difference_takes_a_token_for_all_rows_beside_one_for_each():
    metric = logit_difference(torch.tensor([0, 1]), 2, position=-2)
    torch.testing.assert_close(metric(LOGITS), torch.tensor([log(2), log(2 / 3)]))


def test_gradient_of_logit_difference_is_plus_and_minus_one_and_zero_elsewhere():
    logits = LOGITS.clone().requires_grad_()
    logit_difference(2, 0, position=1)(logits).sum().backward()
    by_hand = torch.zeros(2, 3, 3)
    by_hand[:, 1, 2], by_hand[:, 1, 0] = 1.0, -1.0
    torch.testing.assert_close(logits.grad, by_hand)


def test_gradient_of_kl_is_the_run_minus_the_reference():
    logits = torch.zeros(1, 1, 3, requires_grad=True)
    kl_divergence(LOGITS[:1, :1])(logits).sum().backward()
    by_hand = torch.tensor([[[1 / 3 - 1 / 8, 1 / 3 - 2 / 8, 1 / 3 - 5 / 8]]])
    torch.testing.assert_close(logits.grad, by_hand)


def test_accuracy_asks_for_the_highest_logit_and_a_tie_is_not_right():
    assert accuracy([2, 0], position=0)(LOGITS).tolist() == [1.0, 1.0]
    assert accuracy([1, 0], position=0)(LOGITS).tolist() == [0.0, 1.0]
    assert accuracy(1)(LOGITS).tolist() == [1.0, 0.0]  # the last logits of row 1 are all alike


def test_kl_runs_from_the_reference_to_the_run():
    by_hand = 1 / 8 * log(3 / 8) + 2 / 8 * log(6 / 8) + 5 / 8 * log(15 / 8)
    torch.testing.assert_close(kl_divergence(LOGITS[:1], position=0)(torch.zeros(1, 3, 3)), torch.tensor([by_hand]))


def test_kl_is_averaged_over_the_positions_it_reads():
    first = 1 / 8 * log(3 / 8) + 2 / 8 * log(6 / 8) + 5 / 8 * log(15 / 8)
    second = 2 / 4 * log(6 / 4) + 2 * 1 / 4 * log(3 / 4)
    run = torch.zeros(1, 2, 3)
    torch.testing.assert_close(kl_divergence(LOGITS[:1, :2], position=None)(run), torch.tensor([(first + second) / 2]))


@pytest.mark.parametrize("position", [-1, None, [0, 2]])
def test_kl_of_a_run_with_itself_is_zero_and_no_rounding_takes_it_below(position):
    assert kl_divergence(LOGITS, position=position)(LOGITS).tolist() == [0.0, 0.0]
    many = torch.randn(64, 1, 500, generator=torch.Generator().manual_seed(0))
    assert float(kl_divergence(many)(many + 3e-4).min()) >= 0


def test_kl_counts_a_token_the_reference_rules_out_as_nothing():
    reference, run = torch.tensor([[[0.0, 0.0, -torch.inf]]]), torch.zeros(1, 1, 3, requires_grad=True)
    value = kl_divergence(reference)(run)
    torch.testing.assert_close(value, torch.tensor([log(3 / 2)]))
    value.sum().backward()
    torch.testing.assert_close(run.grad, torch.tensor([[[1 / 3 - 1 / 2, 1 / 3 - 1 / 2, 1 / 3]]]))


def test_loss_is_the_mean_surprise_at_the_next_token():
    by_hand = [-(log(5 / 8) + log(1 / 4)) / 2, -(log(8 / 16) + log(3 / 6)) / 2]
    torch.testing.assert_close(loss(TOKENS)(LOGITS), torch.tensor(by_hand))


def test_loss_counts_no_masked_token_as_target_or_as_source():
    mask = torch.tensor([[True, True, False], [False, True, True]])
    torch.testing.assert_close(loss(TOKENS, mask=mask)(LOGITS), torch.tensor([-log(5 / 8), -log(3 / 6)]))


def test_loss_of_rows_that_count_differently_divides_each_by_its_own_count():
    mask = torch.tensor([[True, True, True], [True, True, False]])
    by_hand = [-(log(5 / 8) + log(1 / 4)) / 2, -log(8 / 16)]
    torch.testing.assert_close(loss(TOKENS, mask=mask)(LOGITS), torch.tensor(by_hand))


def test_loss_reads_nothing_where_it_does_not_count_not_even_a_nan_or_a_label_of_minus_100():
    mask, logits, tokens = torch.tensor([[1, 1, 0], [0, 1, 1]]), LOGITS.clone(), TOKENS.clone()
    logits[0, 1:], logits[1, 0], tokens[0, 2], tokens[1, 0] = torch.nan, torch.nan, -100, -100
    logits.requires_grad_()
    value = loss(tokens, mask=mask)(logits)
    torch.testing.assert_close(value, torch.tensor([-log(5 / 8), -log(3 / 6)]))
    value.sum().backward()
    assert bool(logits.grad.isfinite().all())


def test_padding_of_a_shorter_row_is_not_read_beside_a_longer_one():
    mask, logits = torch.tensor([[1, 1, 1], [1, 1, 0]]), LOGITS.clone()
    logits[1, 1:] = torch.nan
    by_hand = [-(log(5 / 8) + log(1 / 4)) / 2, -log(8 / 16)]
    torch.testing.assert_close(loss(TOKENS, mask=mask)(logits), torch.tensor(by_hand))


def test_positions_may_differ_by_row_and_count_from_the_end():
    for position in (torch.tensor([0, 1]), [0, 1], torch.tensor([-3, -2])):
        torch.testing.assert_close(probability(2, position=position)(LOGITS), torch.tensor([5 / 8, 3 / 6]))


def test_last_positions_are_where_the_padding_begins_or_the_row_ends():
    mask = torch.tensor([[1, 1, 0, 0], [1, 1, 1, 1], [0, 0, 1, 1], [1, 0, 0, 0]])
    assert last_positions(mask).tolist() == last_positions(mask.bool()).tolist() == [1, 3, 3, 0]


def metrics():
    return [
        logit_difference([2, 0], 1),
        logit_difference(2, 0, position=[0, -2]),
        probability(1, position=-2),
        log_prob([1, 2]),
        accuracy(1, position=[2, 0]),
        kl_divergence(LOGITS.flip(2), position=1),
        kl_divergence(LOGITS.flip(2), position=None),
        loss(TOKENS),
        loss(TOKENS, mask=torch.tensor([[1, 1, 1], [0, 1, 1]])),
        as_metric(lambda logits: logits.mean(dim=(1, 2))),
    ]


@pytest.mark.parametrize("metric", metrics(), ids=repr)
def test_value_from_the_declared_rows_equals_the_value_from_all_and_the_rest_is_not_looked_at(metric):
    reads = metric.reads(2, 3)
    positions = torch.arange(3).expand(2, 3) if reads.positions is None else reads.positions
    assert int(positions.min()) >= 0
    rows = take(LOGITS, positions)
    if not reads.whole_vocabulary:
        unread = torch.ones_like(rows, dtype=torch.bool).scatter(2, reads.tokens[:, None], False)
        rows = rows.masked_fill(unread, torch.nan)
    torch.testing.assert_close(metric.from_rows(rows), metric(LOGITS), rtol=0, atol=0)


def test_reads_say_which_positions_and_tokens_and_whether_the_rest_is_needed():
    difference = logit_difference([2, 0], 1, position=[0, -1]).reads(2, 3)
    assert difference.positions.tolist() == [[0], [2]]
    assert difference.tokens.tolist() == [[2, 1], [0, 1]]
    assert not difference.whole_vocabulary

    chance = probability(1).reads(2, 3)
    assert (chance.positions.tolist(), chance.tokens.tolist()) == ([[2], [2]], [[1], [1]])
    assert chance.whole_vocabulary

    bare = as_metric(lambda logits: logits[:, 0, 0]).reads(2, 3)
    assert (bare.positions, bare.tokens, bare.whole_vocabulary) == (None, None, True)


def test_loss_reads_only_positions_that_count_for_some_row():
    mask = torch.tensor([[0, 0, 1, 1], [0, 1, 1, 0]])
    reads = loss(torch.tensor([[1, 2, 0, 1], [2, 1, 0, 2]]), mask=mask).reads(2, 4)
    assert (reads.positions.tolist(), reads.tokens.tolist()) == ([[2], [1]], [[1], [0]])


@pytest.mark.parametrize("dtype", [torch.float16, torch.bfloat16])
def test_half_precision_logits_are_worked_on_in_float32(dtype):
    even = torch.zeros(2, 3, 3000, dtype=dtype)  # in half precision log 3000 would be off by 0.004 and by 0.01
    value = log_prob(0)(even)
    assert value.dtype == torch.float32
    torch.testing.assert_close(value, torch.full((2,), -log(3000)), rtol=1e-6, atol=0)
    torch.testing.assert_close(loss(TOKENS)(even), torch.full((2,), log(3000)), rtol=1e-6, atol=0)
    reference = even.clone()
    reference[..., 0] = 1.0
    by_hand = log(3000) - log(2999 + e) + e / (2999 + e)  # 3.3e-4: less than one step of half precision at log 3000
    torch.testing.assert_close(kl_divergence(reference)(even), torch.full((2,), by_hand), rtol=1e-2, atol=0)


def test_double_precision_stays_double():
    value = probability(2, position=0)(ODDS.double().log())
    torch.testing.assert_close(value, torch.tensor([5 / 8, 2 / 16], dtype=torch.float64), rtol=1e-14, atol=0)


def test_every_metric_states_its_unit_and_what_higher_means():
    units = ["logits", "logits", "probability", "nats", "share", "nats", "nats", "nats", "nats", "unknown"]
    assert [metric.unit for metric in metrics()] == units
    assert repr(probability(1)) == "Metric('probability' in probability; higher is more likely)"
    assert all(metric.higher_is for metric in metrics())


def test_bare_function_reads_everything_and_keeps_its_name():
    def first_logit(logits):
        return logits[:, 0, 0]

    torch.testing.assert_close(as_metric(first_logit)(LOGITS), torch.tensor([0.0, log(8)]))
    assert as_metric(first_logit).name == "first_logit"
    assert as_metric(first_logit, "head start").name == "head start"
    metric = probability(1)
    assert as_metric(metric) is metric
    assert as_metric(metric, "guess").name == "guess"


@pytest.mark.usefixtures("unchecked")
def test_bare_functions_scalar_is_one_number_only_for_one_row():
    metric = as_metric(lambda logits: logits.mean())
    torch.testing.assert_close(metric(LOGITS[1:, 2:]), torch.tensor([0.0]))
    with pytest.raises(MetricResultError, match=r"shape \(2,\): it returned shape \(\)"):
        metric(LOGITS)


def reader():
    tokenizer = Tokenizer(WordLevel(WORDS, unk_token="[UNK]"))
    tokenizer.pre_tokenizer = Split(Regex(r" ?\w+"), "isolated")
    tokenizer.post_processor = TemplateProcessing(single="<s> $A", special_tokens=[("<s>", 0)])
    return replace(
        build("gpt2"), name="words", tokenizer=PreTrainedTokenizerFast(tokenizer_object=tokenizer, unk_token="[UNK]")
    )


def test_binding_finds_the_id_of_each_text_without_special_tokens():
    metric = logit_difference([" Mary", "Paris"], [" John", 2], position=0).bind(reader())
    assert metric.reads(2, 1).tokens.tolist() == [[2, 3], [4, 2]]
    odds = torch.tensor([[[1.0, 1.0, 6.0, 2.0, 9.0]], [[1.0, 1.0, 6.0, 2.0, 9.0]]])
    torch.testing.assert_close(metric(odds.log()), torch.tensor([log(3), log(3 / 2)]))
    assert probability(" Mary").bind(reader()).reads(1, 1).tokens.tolist() == [[2]]


def test_bound_metric_binds_to_itself():
    metric = probability(1)
    assert metric.bind(reader()) is metric
    once = probability(" Mary").bind(reader())
    assert once.bind(reader()) is once


def test_metric_with_text_is_refused_until_it_is_bound():
    metric = logit_difference(" Mary", [3, "Paris"])
    for use in (lambda: metric(LOGITS), lambda: metric.from_rows(LOGITS[:, :1]), lambda: metric.reads(2, 3)):
        with pytest.raises(UnboundMetricError, match=r"\(' Mary', 'Paris'\)(.|\n)*metric = metric\.bind\(model\)"):
            use()


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (" Mary John", r"reads it as ' Mary' \+ ' John'\.\n.*pass the id"),
        ("Mary", r"reads it as '\[UNK\]'\.\n.*Did you mean ' Mary'"),
        (" Paris", r"reads it as '\[UNK\]'\.\n.*Did you mean 'Paris'"),
        (" Zyzzyva", r"reads it as '\[UNK\]'\.\n.*pass the id"),
        ("", "reads it as nothing"),
    ],
)
def test_text_that_is_not_one_token_is_refused_with_the_pieces_it_breaks_into(text, message):
    with pytest.raises(NotOneTokenError, match=message):
        probability(text).bind(reader())


def test_text_cannot_be_bound_to_a_model_without_a_tokenizer():
    with pytest.raises(NoTokenizerError):
        probability(" Mary").bind(build("gpt2"))


@pytest.mark.parametrize(
    ("right", "wrong", "where"),
    [(1, 1, "every row"), (" Mary", " Mary", "every row"), ([0, 2], 2, "row 1:"), ([0, 2], [0, 2], "rows 0, 1")],
)
def test_difference_of_a_token_with_itself_is_refused_when_it_is_made(right, wrong, where):
    with pytest.raises(SameTokenError, match=where):
        logit_difference(right, wrong)


def test_difference_of_a_token_with_its_own_text_is_refused_when_it_is_bound():
    with pytest.raises(SameTokenError, match="token 2 with itself"):
        logit_difference(" Mary", 2).bind(reader())


@pytest.mark.parametrize("token", [3, -1])
def test_token_outside_the_vocabulary_is_refused(token):
    with pytest.raises(TokenOutsideError, match=f"reads token {token}, .* 0 to 2"):
        probability([0, token])(LOGITS)


@pytest.mark.parametrize(
    ("position", "words"), [(3, "position 3 of row 0"), (-4, "position -4 of row 0"), ([2, 5], "position 5 of row 1")]
)
def test_position_outside_the_logits_is_refused(position, words):
    with pytest.raises(PositionOutsideError, match=rf"{words}.*3 positions.\n.*0 to 2, or -3 to -1"):
        probability(0, position=position)(LOGITS)
    with pytest.raises(PositionOutsideError, match=words):
        kl_divergence(LOGITS, position=position)


@pytest.mark.parametrize(
    "make",
    [
        lambda: probability([0, 1, 2])(LOGITS),
        lambda: probability([0])(LOGITS),
        lambda: probability([])(LOGITS),
        lambda: probability(0, position=[0, 1, 2])(LOGITS),
        lambda: probability(0, position=[0])(LOGITS),
        lambda: logit_difference([0, 1], [1, 2, 0]),
        lambda: kl_divergence(LOGITS)(LOGITS[:1]),
        lambda: kl_divergence(LOGITS[:1])(LOGITS),
        lambda: loss(TOKENS[:1])(LOGITS),
    ],
)
def test_other_number_of_rows_than_the_batch_is_refused_rather_than_spread(make):
    with pytest.raises(PerRowCountError, match=r"rows?, but there are"):
        make()


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (lambda: probability(0)(LOGITS[0]), "shape"),
        (lambda: probability(0)(TOKENS[..., None]), "not token ids"),
        (lambda: probability(0)("logits"), r"metric\(trace\.logits\)"),
        (lambda: probability(0)(torch.zeros(0, 3, 3)), "shape"),
        (lambda: probability(0).from_rows(LOGITS), "rows of 3 positions, where it declares 1"),
        (lambda: loss(TOKENS).from_rows(LOGITS), "rows of 3 positions, where it declares 2"),
        (lambda: loss(TOKENS[:, :2])(LOGITS), "made for 2 positions and the logits have 3"),
        (lambda: kl_divergence(LOGITS, position=None)(LOGITS[:, :2]), "the run has shape"),
        (lambda: kl_divergence(LOGITS)(torch.zeros(2, 3, 4)), "the run has shape"),
    ],
)
@pytest.mark.usefixtures("unchecked")
def test_what_are_not_the_logits_it_reads_is_refused(make, words):
    with pytest.raises(MetricLogitsError, match=words):
        make()


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (lambda: probability(1.5), "1.5 is no token"),
        (lambda: probability(True), "True is no token"),
        (lambda: probability([[0, 1]]), "is no token"),
        (lambda: probability(torch.tensor([0.5])), "float32"),
        (lambda: probability(0, position=None), "None is no position"),
        (lambda: probability(0, position=True), "True is no position"),
        (lambda: probability(0, position=[0.5]), r"last_positions\(mask\)"),
        (lambda: probability(0, position=torch.tensor([0.5])), "positions are torch.float32"),
        (lambda: probability(0, position=TOKENS), "is no position"),
        (lambda: kl_divergence(TOKENS), "not logits"),
        (lambda: kl_divergence(LOGITS[0]), "not logits"),
        (lambda: kl_divergence(LOGITS * torch.nan), "hold nan"),
        (lambda: loss(LOGITS), "Pass a tensor of integers"),
        (lambda: loss([[0, 1]]), "tokens are list"),
        (lambda: loss(TOKENS[0]), r"tokens of shape \(3,\)"),
        (lambda: loss(TOKENS, mask=torch.ones(2, 2)), r"\(2, 2\) and the tokens \(2, 3\)"),
        (lambda: loss(TOKENS, mask=torch.full((2, 3), 0.5)), "is no mask"),
        (lambda: loss(TOKENS, of=torch.ones(2, 4)), r"what to count has shape \(2, 4\) and the tokens \(2, 3\)"),
        (lambda: loss(TOKENS, of=torch.ones(1, 3)), r"\(1, 3\) and the tokens \(2, 3\)"),
        (lambda: loss(TOKENS, of=torch.full((2, 3), 0.5)), "is no mask"),
        (lambda: last_positions(torch.ones(3)), "is no mask"),
        (lambda: as_metric(3), "int is no function"),
    ],
)
@pytest.mark.usefixtures("unchecked")
def test_what_a_metric_cannot_be_made_of_is_refused(make, words):
    with pytest.raises(MetricArgumentError, match=words):
        make()


@pytest.mark.parametrize(
    ("function", "words"),
    [
        (lambda logits: 0.5, "returned a float"),
        (lambda logits: logits.argmax(dim=-1)[:, 0], "returned torch.int64"),
        (lambda logits: logits[:, :, 0], r"returned shape \(2, 3\)"),
    ],
)
@pytest.mark.usefixtures("unchecked")
def test_function_that_gives_anything_but_one_number_per_row_is_refused(function, words):
    with pytest.raises(MetricResultError, match=words):
        as_metric(function)(LOGITS)


@pytest.mark.parametrize(
    "metric", [logit_difference(0, 1), probability(0), accuracy(0), kl_divergence(LOGITS)], ids=repr
)
def test_nan_logits_are_refused_with_their_row_and_an_accuracy_is_no_exception(metric):
    logits = LOGITS.clone()
    logits[1, 2, 0] = torch.nan
    with pytest.raises(NonFiniteMetricError, match=r"is nan in row 1: the logits it reads there hold nan"):
        metric(logits)


def test_infinite_value_without_a_nan_is_refused_as_that():
    logits = LOGITS.clone()
    logits[0, 2, 0] = -torch.inf
    with pytest.raises(NonFiniteMetricError, match=r"is -inf in row 0: the logits hold no nan"):
        log_prob(0)(logits)
    assert probability(0)(logits).tolist()[0] == 0.0


def test_row_with_nothing_to_count_is_refused_when_the_metric_is_made():
    with pytest.raises(NothingToCountError, match="loss has nothing to count in row 1"):
        loss(TOKENS, mask=torch.tensor([[1, 1, 1], [1, 0, 1]]))
    with pytest.raises(NothingToCountError, match="rows 0, 1"):
        loss(TOKENS[:, :1])
    with pytest.raises(NothingToCountError, match="row 0: the mask is False everywhere"):
        last_positions(torch.tensor([[0, 0], [1, 0]]))


def test_long_list_of_rows_is_cut_short():
    with pytest.raises(NothingToCountError, match=r"rows 0, 1, 2, 3, 4, 5, 6, 7 and 4 more:"):
        last_positions(torch.zeros(12, 3, dtype=torch.long))

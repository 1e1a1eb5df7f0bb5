"""Arithmetic and order in symbols, against sums done by hand, schoolbook carries and Python's own numbers."""

from itertools import permutations

import pytest
import torch

from cutaway.errors.tasks import TaskArgumentError
from cutaway.models.answers import NONE
from cutaway.planted import circuit
from cutaway.tasks.shuffle import distinct, reordered
from cutaway.tasks.symbols import (
    extremes,
    fibonacci,
    modular_addition,
    modular_subtraction,
    multi_digit_addition,
    multi_digit_multiplication,
    multi_digit_subtraction,
    permutation,
    sorting,
    symbolic_ioi,
    variable_sorting,
)
from cutaway.tasks.symbols.forms.digits import carry_changes

ROWS = 300


def seeded(seed: int = 0) -> torch.Generator:
    return torch.Generator().manual_seed(seed)


def numbers(ids: list[int], sign: int = 10) -> tuple[int, int]:
    """Both numbers of `1 2 3 + 4 5 6 = ...`."""
    first, second = ids[: ids.index(sign)], ids[ids.index(sign) + 1 : ids.index(11)]
    return int("".join(map(str, first))), int("".join(map(str, second)))


def carries(one: int, other: int, sign: int) -> list[int]:
    """By school: what each place carries to, or borrows from, the one above it, the units first; three places."""
    found, into = [], 0
    for place in range(3):
        total = one // 10**place % 10 + sign * (other // 10**place % 10 + into)
        into = int(not 0 <= total <= 9)
        found.append(into)
    return found


# draws without repetition


def test_every_order_of_different_ids_is_as_likely_and_taken_ones_never_come():
    rows = 12_000
    drawn = distinct(rows, 2, of=5, generator=seeded(), taken=torch.tensor([[1, 4]]).expand(rows, 2))
    found = [tuple(row) for row in drawn.tolist()]
    expected = list(permutations((0, 2, 3), 2))
    assert set(found) == set(expected)
    for order in expected:
        assert abs(found.count(order) - rows / 6) < 5 * (rows * 5 / 36) ** 0.5


def test_reordered_moves_only_what_is_inside_and_never_leaves_it_as_it_was():
    rows = 500
    values = torch.arange(6).expand(rows, 6)
    start, count = torch.arange(rows) % 3, 2 + torch.arange(rows) % 2
    for row, moved in enumerate(reordered(values, seeded(), start=start, count=count).tolist()):
        first, last = int(start[row]), int(start[row] + count[row])
        assert moved[:first] + moved[last:] == [*range(first), *range(last, 6)]
        assert moved[first:last] != list(range(first, last))
        assert sorted(moved) == list(range(6))


# modulo p


def test_difference_below_zero_turns_around():
    task = modular_subtraction.modular_subtraction(p=7)
    assert task.solve([2, 5, 7]) == [{4}]  # 2 - 5 = -3, and 7 more is 4
    rows = task.sample(rows=ROWS)
    assert any(one < other for one, other, *_ in rows.tokens.tolist())
    for one, other, equals, answer in rows.tokens.tolist():
        assert (equals, answer) == (7, one - other + (7 if one < other else 0))


def test_both_moved_keeps_the_difference_and_moved_apart_the_sum():
    task = modular_subtraction.modular_subtraction(p=11)
    clean, moved = task.both(rows=ROWS, corruption="both-moved")
    assert torch.equal(clean.answers.right, moved.answers.right)
    assert bool((clean.tokens[:, :2] != moved.tokens[:, :2]).all())
    clean, apart = task.both(rows=ROWS, corruption="moved-apart")
    assert torch.equal(clean.tokens[:, :2].sum(dim=1) % 11, apart.tokens[:, :2].sum(dim=1) % 11)


def test_traded_sums_are_other_prompts_even_where_both_numbers_are_equal():
    task = modular_addition.modular_addition(p=5)
    clean, traded = task.both(rows=ROWS, corruption="traded")
    equal = clean.tokens[:, 0] == clean.tokens[:, 1]
    assert bool(equal.any())
    assert torch.equal(traded.tokens[~equal][:, [1, 0]], clean.tokens[~equal][:, :2])
    assert bool((clean.tokens[:, :2] != traded.tokens[:, :2]).any(dim=1).all())
    assert torch.equal(clean.tokens[:, 2:], traded.tokens[:, 2:])


# digit by digit


def test_known_sums_differences_and_products_are_solved():
    assert multi_digit_addition.TASK.solve([9, 9, 9, 10, 0, 0, 1, 11]) == [{1}, {0}, {0}, {0}]
    assert multi_digit_subtraction.TASK.solve([5, 0, 2, 10, 1, 4, 3, 11]) == [{3}, {5}, {9}]
    assert multi_digit_multiplication.TASK.solve([2, 3, 10, 4, 5, 11]) == [{1}, {0}, {3}, {5}]


@pytest.mark.parametrize(
    ("make", "combine"),
    [
        (multi_digit_addition.multi_digit_addition, int.__add__),
        (multi_digit_subtraction.multi_digit_subtraction, int.__sub__),
        (multi_digit_multiplication.multi_digit_multiplication, int.__mul__),
    ],
)
def test_backwards_writes_the_same_answer_from_the_units_up(make, combine):
    forwards, backwards = (make(digits=4, backwards=one).sample(rows=ROWS) for one in (False, True))
    places = forwards.answers.right.shape[1]
    for one, other in zip(forwards.tokens.tolist(), backwards.tokens.tolist(), strict=True):
        assert one[:10] == other[:10]
        said = str(combine(*numbers(one))).zfill(places)
        assert one[10:] == [int(digit) for digit in said]
        assert other[10:] == one[10:][::-1]


@pytest.mark.parametrize(
    ("task", "sign", "alters", "leaves"),
    [(multi_digit_addition.TASK, 1, "carry", "no-carry"), (multi_digit_subtraction.TASK, -1, "borrow", "no-borrow")],
)
def test_one_digit_changes_and_with_it_a_carry_or_none(task, sign, alters, leaves):
    for corruption in (alters, leaves):
        clean, other = task.both(rows=ROWS, corruption=corruption)
        for one, changed in zip(clean.tokens.tolist(), other.tokens.tolist(), strict=True):
            prompt = slice(0, 8)
            assert sum(a != b for a, b in zip(one[prompt], changed[prompt], strict=True)) == 1
            place = next(at for at in range(8) if one[at] != changed[at])
            units_up = 2 - place % 4  # places 0-2 and 4-6 are digits of the first and of the second number
            before, after = (carries(*numbers(ids), sign) for ids in (one, changed))
            assert (before[units_up] != after[units_up]) == (corruption == alters)
            assert before[:units_up] == after[:units_up]
            if corruption == leaves:
                assert before == after
                assert sum(a != b for a, b in zip(one[8:], changed[8:], strict=True)) == 1


def test_exchanges_that_alter_a_carry_are_those_by_hand():
    alters, leaves = carry_changes(torch.tensor([[[4], [7]]]))  # 4 + 7 carries
    assert alters[0, 0, 0].nonzero().flatten().tolist() == [0, 1, 2]  # with 7 these stay below ten
    assert alters[0, 1, 0].nonzero().flatten().tolist() == [0, 1, 2, 3, 4, 5]  # with 4 these do
    assert leaves[0, 0, 0].nonzero().flatten().tolist() == [3, 5, 6, 7, 8, 9]
    alters, _ = carry_changes(torch.tensor([[[4], [7]]]), minus=True)  # 4 - 7 borrows
    assert alters[0, 0, 0].nonzero().flatten().tolist() == [7, 8, 9]
    assert alters[0, 1, 0].nonzero().flatten().tolist() == [0, 1, 2, 3, 4]


@pytest.mark.parametrize("digits", [2, 3])
def test_every_difference_and_every_spoiled_one_is_zero_or_more(digits):
    task = multi_digit_subtraction.multi_digit_subtraction(digits=digits)
    for corruption in task.corruptions:
        for rows in task.both(rows=3000, corruption=corruption.name):
            assert all(one >= other for one, other in (numbers(ids) for ids in rows.tokens.tolist()))


def test_leading_digit_leaves_the_last_digit_of_a_product():
    clean, other = multi_digit_multiplication.TASK.both(rows=ROWS, corruption="leading-digit")
    assert torch.equal(clean.tokens[:, -1], other.tokens[:, -1])
    assert torch.equal(clean.tokens[:, 1:6], other.tokens[:, 1:6])
    assert bool((clean.tokens[:, 0] != other.tokens[:, 0]).all())


# lists


def test_lists_of_several_lengths_stand_as_the_form_says():
    task = variable_sorting.variable_sorting(numbers=12, shortest=2, longest=4)
    rows = task.sample(rows=ROWS)
    counts = set()
    for ids, mask, right in zip(
        rows.tokens.tolist(), rows.mask.tolist(), rows.answers.right[..., 0].tolist(), strict=True
    ):
        count = ids.index(13) - 1
        counts.add(count)
        said = ids[1 : count + 1]
        whole = [12, *said, 13, *sorted(said), 14]
        assert ids == whole + [14] * (11 - len(whole))
        assert mask == [1] * len(whole) + [0] * (11 - len(whole))
        assert right == [*sorted(said), 14] + [NONE] * (4 - count)
        assert len(set(said)) == count
    assert counts == {2, 3, 4}


def test_sorting_is_scored_as_one_answer_and_chance_is_one_order_of_all():
    assert sorting.sorting(numbers=12, count=3).chance == pytest.approx(1 / 6)
    expected = (1 / 2 + 1 / 6 + 1 / 24) / 3
    assert variable_sorting.variable_sorting(numbers=12, shortest=2, longest=4).chance == pytest.approx(expected)
    rows = sorting.sorting(numbers=12, count=3).sample(rows=4)
    assert rows.tokens.shape == (4, 8)
    assert rows.mask is None
    assert rows.answers.is_one


@pytest.mark.parametrize("task", [sorting.TASK, variable_sorting.TASK])
def test_other_number_leaves_the_other_numbers_and_other_numbers_none(task):
    for corruption, fewest in (("other-number", 1), ("other-numbers", None), ("other-order", 0)):
        clean, other = task.both(rows=ROWS, corruption=corruption)
        for one, changed in zip(clean.tokens.tolist(), other.tokens.tolist(), strict=True):
            count = one.index(21) - 1
            assert changed.index(21) - 1 == count
            before, after = set(one[1 : count + 1]), set(changed[1 : count + 1])
            assert len(before - after) == (count if fewest is None else fewest)
            assert len(after) == count


def test_smallest_and_largest_of_a_known_list():
    task = extremes.TASK
    start, least, most, equals = range(20, 24)
    assert task.solve([start, least, 4, 6, 2, 9, equals]) == [{2}]
    assert task.solve([start, most, 4, 6, 2, 9, equals]) == [{9}]


def test_other_question_changes_the_question_alone_and_other_extreme_the_answer_alone():
    clean, other = extremes.TASK.both(rows=ROWS, corruption="other-question")
    assert bool((clean.tokens[:, 1] != other.tokens[:, 1]).all())
    assert torch.equal(clean.tokens[:, 2:7], other.tokens[:, 2:7])
    clean, other = extremes.TASK.both(rows=ROWS, corruption="other-extreme")
    for one, changed in zip(clean.tokens.tolist(), other.tokens.tolist(), strict=True):
        places = [place for place in range(7) if one[place] != changed[place]]
        assert [one[place] for place in places] == [one[-1]]


def test_permutation_of_the_docstring():
    task = permutation.permutation(count=3, items=6)
    ids = [task.symbols.index(symbol) for symbol in ["P", "2", "0", "1", "|", "a", "b", "c", "="]]
    assert [[task.symbols[one] for one in right] for right in task.solve(ids)] == [["c"], ["a"], ["b"]]


def test_corruptions_of_a_permutation_leave_what_they_say():
    task, places, items, answer = permutation.TASK, slice(1, 5), slice(6, 10), slice(11, 15)
    clean, other = task.both(rows=ROWS, corruption="two-traded")
    assert bool(((clean.tokens[:, answer] != other.tokens[:, answer]).sum(dim=1) == 2).all())
    assert torch.equal(clean.tokens[:, items], other.tokens[:, items])
    clean, other = task.both(rows=ROWS, corruption="other-items")
    assert torch.equal(clean.tokens[:, places], other.tokens[:, places])
    assert bool((clean.tokens[:, items, None] != other.tokens[:, None, items]).all())
    clean, other = task.both(rows=ROWS, corruption="same-outcome")
    assert torch.equal(clean.tokens[:, answer], other.tokens[:, answer])
    assert bool((clean.tokens[:, items] != other.tokens[:, items]).any(dim=1).all())


def test_fibonacci_numbers_are_solved():
    task = fibonacci.fibonacci(p=97, shown=6, asked=4)
    assert task.solve([1, 1, 2, 3, 5, 8]) == [{13}, {21}, {34}, {55}]
    assert task.solve([1, 2, 5, 12, 29, 70]) == [{169 - 97}, {408 % 97}, {985 % 97}, {2378 % 97}]  # Pell numbers


def test_terms_shown_leave_one_rule_and_corruptions_keep_what_they_say():
    def rules(ids: list[int]) -> list[tuple[int, int]]:
        fits = lambda a, b: all((a * ids[n + 1] + b * ids[n] - ids[n + 2]) % 23 == 0 for n in range(2))  # noqa: E731
        return [(a, b) for a in range(23) for b in range(23) if fits(a, b)]

    for name in ("other-rule", "other-start", "scaled"):
        clean, other = fibonacci.TASK.both(rows=40, corruption=name)
        for one, changed in zip(clean.tokens.tolist(), other.tokens.tolist(), strict=True):
            before, after = rules(one), rules(changed)
            assert len(before) == len(after) == 1
            assert (before == after) == (name != "other-rule")
            assert (one[:2] == changed[:2]) == (name == "other-rule")
            if name == "scaled":
                (times,) = [
                    k for k in range(2, 23) if all((k * x - y) % 23 == 0 for x, y in zip(one, changed, strict=True))
                ]
                assert times


# indirect objects


def test_either_order_and_either_name_again_and_the_other_one_is_right():
    rows = symbolic_ioi.symbolic_ioi(names=8).sample(rows=ROWS)
    kinds = set()
    for (bos, first, second, third, mid, answer), right, wrong in zip(
        rows.tokens.tolist(), rows.answers.right.flatten().tolist(), rows.answers.wrong.flatten().tolist(), strict=True
    ):
        assert (bos, mid) == (0, 9)
        assert {answer, third} == {first, second}
        assert (right, wrong) == (answer, third)
        kinds.add((third == first, first < second))
    assert len(kinds) == 4


def test_corruptions_of_symbolic_ioi_leave_what_they_say():
    task = symbolic_ioi.TASK
    clean, actor = task.both(rows=ROWS, corruption="other-actor")
    assert torch.equal(clean.tokens[:, 1:3], actor.tokens[:, 1:3])
    assert torch.equal(clean.answers.wrong, actor.answers.right)
    clean, third = task.both(rows=ROWS, corruption="third-actor")
    assert bool((third.tokens[:, 3:4] != clean.tokens[:, 1:3]).all())
    assert torch.equal(third.answers.right[:, 0], clean.tokens[:, 1:3])
    clean, order = task.both(rows=ROWS, corruption="other-order")
    assert torch.equal(clean.tokens[:, [2, 1, 3, 4, 5]], order.tokens[:, 1:])
    clean, names = task.both(rows=ROWS, corruption="other-names")
    assert bool((clean.tokens[:, 1:3, None] != names.tokens[:, None, 1:3]).all())
    same_place = [rows.tokens[:, 3] == rows.tokens[:, 1] for rows in (clean, names)]
    assert torch.equal(*same_place)


# sizes


@pytest.mark.parametrize(
    "make",
    [
        lambda: modular_addition.modular_addition(p=4),
        lambda: modular_subtraction.modular_subtraction(p=1),
        lambda: multi_digit_addition.multi_digit_addition(digits=0),
        lambda: multi_digit_addition.multi_digit_addition(digits=18),
        lambda: multi_digit_subtraction.multi_digit_subtraction(digits=1),
        lambda: multi_digit_multiplication.multi_digit_multiplication(digits=10),
        lambda: symbolic_ioi.symbolic_ioi(names=5),
        lambda: sorting.sorting(numbers=7, count=4),
        lambda: variable_sorting.variable_sorting(shortest=1),
        lambda: extremes.extremes(numbers=4, count=4),
        lambda: permutation.permutation(items=27),
        lambda: fibonacci.fibonacci(p=21),
        lambda: fibonacci.fibonacci(shown=3),
    ],
)
def test_bad_sizes_are_refused_with_what_to_type(make):
    with pytest.raises(TaskArgumentError, match=r"\n  Type "):
        make()


@pytest.mark.parametrize(
    "task",
    [
        modular_subtraction.modular_subtraction(p=5),
        multi_digit_addition.multi_digit_addition(digits=1),
        multi_digit_addition.multi_digit_addition(digits=17),
        multi_digit_subtraction.multi_digit_subtraction(digits=2),
        multi_digit_subtraction.multi_digit_subtraction(digits=18),
        multi_digit_multiplication.multi_digit_multiplication(digits=9),
        symbolic_ioi.symbolic_ioi(names=6),
        sorting.sorting(numbers=7, count=2),
        variable_sorting.variable_sorting(numbers=7, shortest=2, longest=3),
        extremes.extremes(numbers=7, count=2),
        permutation.permutation(count=2, items=5),
        fibonacci.fibonacci(p=7, shown=4, asked=2),
    ],
    ids=lambda task: f"{task.name}-{task.length}",
)
def test_smallest_and_largest_sizes_have_both_splits_and_right_answers(task):
    for split in ("train", "test"):
        for corruption in task.corruptions:
            for rows in task.both(rows=60, split=split, corruption=corruption.name):
                last = int(rows.answers.positions.max()) + 1
                for ids, right in zip(rows.tokens.tolist(), rows.answers.right.tolist(), strict=True):
                    assert task.solve(ids[:last]) == [set(one) - {NONE} for one in right if set(one) != {NONE}]


def test_the_planted_circuit_of_indirect_objects_solves_the_task_of_the_same_form():
    planted = circuit("ioi")  # built from the paper's heads; its prompts and these were written apart
    pairs = symbolic_ioi.symbolic_ioi(names=12).pairs(planted.model, rows=200, corruption="other-actor")
    clean, corrupted = (planted.model.run(tokens).logits for tokens in (pairs.clean, pairs.corrupted))
    assert float(pairs.accuracy(clean).min()) == 1.0
    assert float(pairs.accuracy(corrupted).max()) == 0.0  # the other name is right then

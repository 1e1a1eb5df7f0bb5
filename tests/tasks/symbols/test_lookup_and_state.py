"""Programs, hops, paths, automata, regression, skip trigrams and split words: rows whose answers are known by hand."""

from itertools import pairwise, permutations, product
from random import Random

import numpy as np
import pytest
import torch
from scipy.optimize import linprog

from cutaway.errors.tasks import TaskArgumentError
from cutaway.tasks.symbols.automata import automaton
from cutaway.tasks.symbols.code_evaluation import code_evaluation
from cutaway.tasks.symbols.k_hop import k_hop
from cutaway.tasks.symbols.linear_regression import agreement, continuous, linear_regression
from cutaway.tasks.symbols.shortest_path import shortest_path
from cutaway.tasks.symbols.skip_trigrams import crossed_skip_trigrams
from cutaway.tasks.symbols.split_token_induction import split_token_induction

ROWS = 200


def ids(task, text):
    """A row that is written in words."""
    return [task.symbols.index(word) for word in text.split()]


def answered(task, text):
    """The solver's answers in words."""
    return [{task.symbols[one] for one in right} for right in task.solve(ids(task, text))]


def written(task, rows):
    """Rows as words."""
    return [task.words(row).split() for row in rows.tokens.tolist()]


def both(task, corruption, **how):
    """Clean and corrupted rows as pairs of lists of words."""
    clean, other = task.both(rows=ROWS, corruption=corruption, **how)
    return list(zip(written(task, clean), written(task, other), strict=True))


def changed(one, other):
    """Where two rows differ."""
    return [at for at, (a, b) in enumerate(zip(one, other, strict=True)) if a != b]


def executed(words, p):
    """What Python itself prints for a program."""
    *lines, question = " ".join(words[:-1]).split(" ; ")
    values = {}
    exec("\n".join(lines), {}, values)
    return str(values[question.split()[1]] % p)


@pytest.mark.parametrize(
    ("text", "answer"),
    [
        ("a = 3 ; b = a + 2 ; c = b - a ; b = c - 9 ; print b", "3"),  # c = 2, b = 2 - 9 = -7
        ("a = 3 ; b = a + 2 ; c = b - a ; b = c - 9 ; print c", "2"),
        ("d = 7 ; d = d + d ; d = d + d ; a = d - 1 ; print d", "8"),  # 7, 14, 28
    ],
)
def test_program_prints_what_its_lines_make_of_the_number(text, answer):
    assert answered(code_evaluation(), text) == [{answer}]


@pytest.mark.parametrize("corruption", ["other-number", "other-print", "renamed"])
def test_python_prints_the_answers_of_both_programs(corruption):
    for pair in both(code_evaluation(p=7, depth=4), corruption):
        for words in pair:
            assert executed(words, 7) == words[-1]


def test_other_number_and_other_print_leave_alone_what_they_are_blind_to():
    task = code_evaluation()
    assert all(changed(*pair) == [2, 24] for pair in both(task, "other-number"))
    assert all(changed(*pair) == [23, 24] for pair in both(task, "other-print"))


def test_renamed_program_differs_in_nothing_but_names():
    for one, other in both(code_evaluation(), "renamed"):
        assert {one[at].isalpha() for at in changed(one, other)} == {True}
        names = {(one[at], other[at]) for at in range(24) if one[at] in "abcd"}
        assert len({new for _, new in names}) == len({old for old, _ in names}) == len(names)


def test_hops_follow_the_arrows_as_often_as_there_are():
    task = k_hop(pairs=5, vocabulary=5)
    rows = "3 > 1 ; 0 > 3 ; 2 > 4 ; 4 > 0 ; 1 > 2 ;"
    assert answered(task, f"{rows} ; ; 0 >") == [{"3"}]
    assert answered(task, f"{rows} ; 0 > >") == [{"1"}]
    assert answered(task, f"{rows} 0 > > >") == [{"2"}]


def test_every_list_is_one_ring_and_every_number_of_hops_is_asked():
    task = k_hop()
    asked = set()
    for words in written(task, task.sample(rows=ROWS)):
        leads = dict(zip(words[0:32:4], words[2:32:4], strict=True))
        start, way = words[0], set()
        while start not in way:
            way.add(start)
            start = leads[start]
        assert len(way) == 8
        asked.add(words[32:].count(">"))
    assert asked == {1, 2, 3}


def test_other_last_pair_leaves_all_hops_but_the_last_alone():
    for one, other in both(k_hop(hops=(3,)), "other-last"):
        here, there = one[32], other[32]
        for _ in range(2):
            here, there = one[one[0:32:4].index(here) * 4 + 2], other[other[0:32:4].index(there) * 4 + 2]
            assert here == there
        assert len(changed(one, other)) == 3  # two right sides and the answer
        assert sorted(one[2:32:4]) == sorted(other[2:32:4])


def test_other_start_and_other_count_leave_the_list_alone():
    task = k_hop()
    for corruption in ("other-start", "other-count"):
        for one, other in both(task, corruption):
            assert one[:32] == other[:32]
            same_start = [word for word in one[32:36] if word.isdigit()] == [w for w in other[32:36] if w.isdigit()]
            assert same_start == (corruption == "other-count")


def test_turned_lists_have_the_same_lines_from_another_one_on():
    for task, body in ((k_hop(), 32), (shortest_path(), 64)):
        for one, other in both(task, "turned"):
            lines, turned = ([tuple(row[at : at + 4]) for at in range(0, body, 4)] for row in (one, other))
            assert lines != turned
            assert sorted(lines) == sorted(turned)
            assert one[body:] == other[body:]


def test_fixed_number_of_hops_offers_no_other_one():
    assert "other-count" not in [change.name for change in k_hop(hops=(2,)).corruptions]


def test_first_step_of_a_path_that_is_known():
    task = shortest_path(nodes=6)
    graph = "a > b ; a > c ; b > a ; b > d ; c > b ; c > e ; d > f ; d > a ; e > a ; e > b ; f > a ; f > b ;"
    assert answered(task, f"{graph} a to e") == [{"c"}]
    assert answered(task, f"{graph} a to f") == [{"b"}]  # a b d f; by c it is a c b d f
    assert answered(task, f"{graph} e to f") == [{"b"}]
    assert answered(task, f"{graph} d to e") == [{"a"}]


def test_no_other_way_is_as_short_as_the_one_that_is_asked_for():
    for words in written(shortest_path(nodes=6), shortest_path(nodes=6).sample(rows=50, seed=3)):
        edges = {(words[at], words[at + 2]) for at in range(0, 48, 4)}
        start, goal, step = words[48], words[50], words[51]
        assert len(edges) == 12
        for between in range(5):
            ways = [
                (start, *way, goal)
                for way in permutations(sorted(set("abcdef") - {start, goal}), between)
                if all(edge in edges for edge in pairwise((start, *way, goal)))
            ]
            if ways:
                break
        assert between >= 1
        assert {way[1] for way in ways} == {step}


def test_other_goal_changes_the_goal_alone_and_traded_names_two_names():
    task = shortest_path()
    assert all(changed(*pair) == [66, 67] for pair in both(task, "other-goal"))
    for one, other in both(task, "traded-names"):
        swap = {one[67]: other[67], other[67]: one[67]}
        assert [swap.get(word, word) for word in one] == other
        assert one[64:67] == other[64:67]
        ways = [{row[at + 2] for at in range(0, 64, 4) if row[at] == row[64]} for row in (one, other)]
        assert ways[0] == ways[1] == {one[67], other[67]}


@pytest.mark.parametrize(
    ("kind", "states", "word", "passed"),
    [
        ("flip-flop", 3, "hold set2 hold set0 set1 hold", "q0 q2 q2 q0 q1 q1"),
        ("parity", 2, "1 1 0 1 0 0", "q1 q0 q0 q1 q1 q1"),
        ("counter", 3, "1 1 0 1 1 0", "q1 q2 q2 q0 q1 q1"),
        ("cyclic-group", 5, "3 4 0 2 2 4", "q3 q2 q2 q4 q1 q0"),
    ],
)
def test_automaton_passes_the_states_that_its_name_says(kind, states, word, passed):
    task = automaton(kind, states=states, length=6)
    assert answered(task, word) == [{state} for state in passed.split()]
    assert answered(automaton(kind, states=states, length=6, ask="end"), word) == [{passed.split()[-1]}]


def test_sampled_states_are_sums_in_a_group_and_the_last_one_set_in_a_flip_flop():
    group, flip = automaton("cyclic-group", states=5), automaton("flip-flop", states=3)
    rows = group.sample(rows=ROWS)
    torch.testing.assert_close(rows.answers.right[..., 0] - 5, rows.tokens.cumsum(dim=1) % 5)
    rows = flip.sample(rows=ROWS)
    for word, states in zip(rows.tokens.tolist(), (rows.answers.right[..., 0] - 4).tolist(), strict=True):
        for place, state in enumerate(states):
            sets = [letter - 1 for letter in word[: place + 1] if letter > 0]
            assert state == (sets or [0])[-1]


def test_random_automaton_is_a_function_of_state_and_symbol_and_of_its_seed():
    rows = automaton("random", states=4, seed=1).sample(rows=ROWS)
    seen = {}
    for word, states in zip(rows.tokens.tolist(), rows.answers.right[..., 0].tolist(), strict=True):
        for before, letter, after in zip([3, *states], word, states, strict=False):
            assert seen.setdefault((before, letter), after) == after
    assert len(seen) > 6
    other = automaton("random", states=4, seed=2).sample(rows=ROWS)
    assert bool((rows.tokens == other.tokens).all())
    assert bool((rows.answers.right != other.answers.right).any())


@pytest.mark.parametrize("kind", ["flip-flop", "parity", "counter", "cyclic-group", "random"])
@pytest.mark.parametrize("ask", ["every", "end"])
def test_one_other_symbol_leads_to_another_last_state(kind, ask):
    task = automaton(kind, states=2 if kind == "parity" else 4, ask=ask)
    for corruption in ("other-symbol", "other-last-symbol"):
        clean, other = task.both(rows=ROWS, corruption=corruption)
        differs = clean.tokens != other.tokens
        assert bool((differs.sum(dim=1) == 1).all())
        assert bool((clean.answers.right[:, -1] != other.answers.right[:, -1]).all())
        assert bool(differs[:, -1].all()) == (corruption == "other-last-symbol")
        assert len(clean.answers.right[0]) == (16 if ask == "every" else 1)


def test_linear_function_goes_on():
    task = linear_regression(examples=2)
    assert answered(task, "1 2 : 5 ; 3 -1 : 1 ; -4 5 :") == [{"6"}]  # w = (1, 2)


def test_answers_are_those_of_the_one_function_through_the_examples():
    possible = np.array([w for w in product(range(-3, 4), repeat=2) if 0 not in w])
    for corruption in ("other-query", "other-weight", "mirrored"):
        for pair in both(linear_regression(), corruption):
            for words in pair:
                numbers = np.array([int(word) for word in words if word not in ":;"])
                x, y = numbers.reshape(5, 3)[:, :2], numbers.reshape(5, 3)[:, 2]
                through = possible[(possible @ x[:4].T == y[:4]).all(axis=1)]
                assert len(through) == 1
                assert through[0] @ x[4] == y[4]


def test_regression_corruptions_leave_alone_what_they_are_blind_to():
    task = linear_regression()
    query, ys, answer = {20, 21}, {3, 8, 13, 18}, 23
    for one, other in both(task, "other-query"):
        assert len(set(changed(one, other)) & query) == 1
        assert set(changed(one, other)) <= query | {answer}
    for one, other in both(task, "other-weight"):
        assert set(changed(one, other)) == ys | {answer}
    for one, other in both(task, "mirrored"):
        assert one[20:] == other[20:]
        assert all(int(one[at]) == -int(other[at]) for at in changed(one, other))


def test_chance_of_regression_is_how_often_two_functions_agree():
    signs = (-1, 1)
    assert agreement(1, 1, 1) == 0.5  # w x = v x only for w = v
    hits = [w1 * x1 + w2 * x2 == v1 * x1 + v2 * x2 for w1, w2, v1, v2, x1, x2 in product(signs, repeat=6)]
    assert agreement(2, 1, 1) == sum(hits) / len(hits)


def test_continuous_outputs_are_linear_in_their_inputs():
    x, y = continuous(rows=500, dims=3, examples=5, seed=0)
    assert x.shape == (500, 6, 3)
    w = torch.linalg.lstsq(x[:, :5].double(), y[:, :5, None].double()).solution
    torch.testing.assert_close((x[:, 5:].double() @ w)[..., 0], y[:, 5:].double(), rtol=1e-3, atol=1e-3)
    assert abs(float(w.std()) - 1) < 0.1
    assert abs(float(x.std()) - 1) < 0.1


def test_crossed_trigrams_by_name():
    task = crossed_skip_trigrams(gap=2)
    assert answered(task, "n3 A1 n0 X1") == [{"C1"}]
    assert answered(task, "n3 n0 A1 Y1") == [{"D1"}]
    assert answered(task, "B0 n3 n0 X0") == [{"D0"}]
    assert answered(task, "n3 B3 n9 Y3") == [{"C3"}]


def test_no_sum_of_an_earlier_and_a_current_contribution_gives_all_four_answers():
    task = crossed_skip_trigrams(squares=1)
    margins = {}
    for words in written(task, task.sample(rows=ROWS)):
        earlier = next(word for word in words if word in ("A0", "B0"))
        margins[earlier, words[-2]] = 1 if words[-1] == "C0" else -1
    assert len(margins) == 4
    columns = ("A0", "B0", "X0", "Y0")
    rows = [[-sign * (name in corner) for name in columns] for corner, sign in margins.items()]
    free = [(None, None)] * 4
    assert linprog([0] * 4, A_ub=rows, b_ub=[-1] * 4, bounds=free).status == 2  # infeasible
    assert linprog([0] * 4, A_ub=rows[:3], b_ub=[-1] * 3, bounds=free).status == 0  # three of them can be had


def test_exchanged_tokens_stand_where_they_are_said_to():
    task = crossed_skip_trigrams()
    for corruption, earlier, current in (("other-earlier", 1, 0), ("other-current", 0, 1), ("both", 1, 1)):
        for one, other in both(task, corruption):
            places = changed(one, other)
            assert sum(place < 9 for place in places) == earlier
            assert (9 in places) == bool(current)
            assert (10 in places) == (corruption != "both")
            assert all(one[place][1:] == other[place][1:] for place in places)


def test_split_word_is_found_by_both_its_halves():
    task = split_token_induction()
    row = "1- -4 t9 5- -4 t3 5- -0 t7 1- -0 t1"
    assert answered(task, f"{row} _ 5-4") == [{"t3"}]
    assert answered(task, f"{row} _ 1-0") == [{"t1"}]
    assert answered(task, "_ 1-4 t9 _ 5-4 t3 _ 5-0 t7 _ 1-0 t1 5- -0") == [{"t7"}]


def test_neither_half_by_itself_tells_the_word():
    for words in written(split_token_induction(), split_token_induction().sample(rows=ROWS)):
        first, second = words[13].split("-")
        assert words[12] == "_"
        assert words[0:12:3].count(f"{first}-") == 2
        assert words[1:12:3].count(f"-{second}") == 2
        assert len(set(words[2:12:3])) == 4


@pytest.mark.parametrize("split", ["train", "any"])
def test_other_half_changes_two_halves_of_one_side_and_nothing_else_before_the_answer(split):
    task = split_token_induction()
    for corruption, side in (("other-first-half", 0), ("other-second-half", 1)):
        for one, other in both(task, corruption, split=split):
            turned = one[0] == "_"
            *places, answer = changed(one, other)
            assert answer == 14
            assert [place % 3 for place in places] == [1, 1] if turned else [side, side]
            assert one[12:14] == other[12:14]
            assert one[14] in one[2:12:3]
            assert other[14] in one[2:12:3]


def test_other_follower_is_one_that_the_row_does_not_show():
    for one, other in both(split_token_induction(), "other-follower"):
        place, answer = changed(one, other)
        assert place % 3 == 2
        assert answer == 14
        assert other[14] not in one


def test_held_out_words_are_asked_for_whole_in_the_test_alone_and_spelled_in_training():
    task = split_token_induction()
    train, test = (written(task, task.sample(rows=4000, split=split)) for split in ("train", "test"))
    straight = {row[13] for row in train if row[12] == "_"}
    spelled = {row[12] + row[13][1:] for row in train if row[12] != "_"}
    assert {row[12] for row in test} == {"_"}
    held = {row[13] for row in test}
    assert len(straight) + len(held) == 64
    assert not straight & held
    assert held <= spelled


@pytest.mark.parametrize(
    "make",
    [
        lambda: code_evaluation(p=1),
        lambda: code_evaluation(variables=1),
        lambda: code_evaluation(variables=27),
        lambda: code_evaluation(depth=0),
        lambda: k_hop(hops=()),
        lambda: k_hop(hops=(0, 1)),
        lambda: k_hop(hops=(3,), pairs=4),
        lambda: k_hop(pairs=8, vocabulary=7),
        lambda: shortest_path(arrows=1),
        lambda: shortest_path(nodes=6, arrows=3),
        lambda: shortest_path(nodes=27),
        lambda: automaton("stack"),
        lambda: automaton(ask="sometimes"),
        lambda: automaton(states=1),
        lambda: automaton("parity", states=3),
        lambda: automaton(length=3),
        lambda: linear_regression(dims=0),
        lambda: linear_regression(dims=3, examples=2),
        lambda: linear_regression(weight=0),
        lambda: linear_regression(size=0),
        lambda: continuous(rows=0, dims=2, examples=3, seed=0),
        lambda: continuous(rows=1, dims=4, examples=3, seed=0),
        lambda: crossed_skip_trigrams(squares=0),
        lambda: crossed_skip_trigrams(distractors=3),
        lambda: crossed_skip_trigrams(gap=0),
        lambda: split_token_induction(firsts=2),
        lambda: split_token_induction(seconds=2),
        lambda: split_token_induction(followers=4),
    ],
)
def test_sizes_that_make_no_task_are_refused_with_what_to_type(make):
    with pytest.raises(TaskArgumentError, match=r"\n  Type "):
        make()


def test_guess_of_a_path_and_of_a_hop_stays_within_the_form():
    path, hop = shortest_path(nodes=6), k_hop(hops=(1,), pairs=3, vocabulary=3)
    graph = "a > b ; a > c ; b > a ; b > d ; c > b ; c > e ; d > f ; d > a ; e > a ; e > b ; f > a ; f > b ; a to f"
    rng = Random(0)
    assert {path.symbols[path.guess(ids(path, graph), rng)[0]] for _ in range(50)} == {"b", "c"}
    assert {hop.symbols[hop.guess(ids(hop, "0 > 2 ; 2 > 1 ; 1 > 0 ; 2 >"), rng)[0]] for _ in range(50)} == {"0", "1"}

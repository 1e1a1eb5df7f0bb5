"""Board games and openings: published counts, games by another program, and positions whose answers are known."""

import gzip
from collections import Counter
from pathlib import Path

import numpy as np
import pytest
import torch

from cutaway.errors.tasks import TaskArgumentError
from cutaway.models.answers import NONE
from cutaway.tasks.games import chess_openings, connect_4, othello, tic_tac_toe
from cutaway.tasks.games.othello import Othello
from cutaway.tasks.games.rules.othello import Rules

FOLDER = Path(__file__).parents[4] / "shared" / "data" / "games"
ROWS = 100
TICTACTOE = tic_tac_toe.TASK
OPENINGS = chess_openings.TASK


def shared(name):
    if not (FOLDER / name).is_file():
        pytest.skip(f"{FOLDER / name} is not here")
    return FOLDER / name


def ids(task, text):
    """A row that is written in words."""
    return [task.symbols.index(word) for word in text.split()]


def answered(task, text):
    """The solver's answers in words."""
    return [{task.symbols[one] for one in right} for right in task.solve(ids(task, text))]


def sets(answers):
    """The right answers of each row as a list of sets."""
    return [[set(one) - {NONE} for one in row if set(one) - {NONE}] for row in answers.right.tolist()]


def real(rows):
    """Rows without what fills them up."""
    counts = [rows.tokens.shape[1]] * len(rows.tokens) if rows.mask is None else rows.mask.sum(dim=1).tolist()
    return [row[:count] for row, count in zip(rows.tokens.tolist(), counts, strict=True)]


def both(task, corruption):
    """Clean and corrupted rows, as pairs of lists."""
    clean, other = task.both(rows=ROWS, corruption=corruption, seed=3)
    return list(zip(real(clean), real(other), strict=True))


def changed(one, other):
    """Where two rows differ."""
    return [at for at, (a, b) in enumerate(zip(one, other, strict=True)) if a != b]


def test_othello_has_as_many_games_of_each_length_as_published():
    rules = Rules(8)
    now, counts = rules.begun(1), []
    for _ in range(6):
        row, square = np.nonzero(rules.spread(rules.legal(now)))
        now = rules.after(type(now)(now.own[row], now.other[row], now.mover[row]), rules.bit[square + 1])
        counts.append(len(row))
    assert counts == [4, 12, 56, 244, 1396, 8200]  # the published perft of Othello


def test_othello_calls_every_move_of_games_by_another_program_legal_and_no_game_goes_on():
    raw = gzip.decompress(shared("othello_random_50k.bin.gz").read_bytes())
    cells = torch.from_numpy(np.frombuffer(raw, dtype=np.uint8).reshape(-1, 60)[:3000].astype(np.int64))
    game = Othello(8)
    symbol = torch.zeros(256, dtype=torch.long)
    for number, (row, column) in enumerate(game.squares, start=1):
        symbol[8 * row + column] = number
    moves = symbol[cells]
    _, legal = game.played(moves, torch.full((len(moves),), 60), torch.Generator())
    played = moves > 0
    assert int(played.sum()) > 175_000
    assert bool(legal.gather(2, (moves - 1).clamp(min=0)[..., None])[..., 0][played].all())
    assert not bool(legal[~played].any())


@pytest.mark.parametrize(
    ("size", "text", "answers"),
    [
        (8, "- f5", [{"d3", "c4", "f5", "e6"}, {"f4", "f6", "d6"}]),
        (6, "- c2", [{"c2", "b3", "e4", "d5"}, {"b2", "d2", "b4"}]),
    ],
)
def test_othello_answers_are_known_for_the_first_moves(size, text, answers):
    assert answered(othello.othello(size), text) == answers


def test_shortest_game_of_othello_ends_with_every_white_disc_turned():
    task = othello.othello(8)
    row = ids(task, "- e6 f4 e3 f6 g5 d6 e7 f5 c5")  # the published shortest win
    assert task.solve(row)[-1] == set()
    first, *_, last = Othello(8).boards(torch.tensor([row]))[0]
    assert (int((first == 1).sum()), int((first == -1).sum())) == (2, 2)
    assert (int((last == 1).sum()), int((last == -1).sum())) == (4 + 9, 0)


@pytest.mark.parametrize("start", [True, False])
def test_othello_boards_count_one_disc_more_with_each_move_and_passes_leave_the_same_side_to_move(start):
    game = Othello(6, start)
    rows = othello.othello(6, start=start).sample(rows=500)
    boards, movers = game.boards(rows.tokens), game.movers(rows.tokens)
    asked = rows.answers.counts
    discs = (boards != 0).flatten(2).sum(dim=2)
    assert torch.equal(discs[asked], (4 + (not start) + torch.arange(discs.shape[1])).expand_as(discs)[asked])
    stays = movers[:, 1:] == movers[:, :-1]
    assert 0 < int((stays & asked[:, 1:]).sum()) < int(asked.sum()) // 10
    assert set(movers[:, 0].tolist()) == {1 if start else -1}


@pytest.mark.parametrize("size", [6, 8])
def test_othello_chance_is_the_share_of_empty_squares_that_the_solver_calls_legal(size):
    task = othello.othello(size)
    shares = []
    for row in real(task.sample(rows=150, seed=11)):
        legal = task.solve(row)
        shares.append(np.mean([len(one) / (size**2 - 4 - at) for at, one in enumerate(legal)]))
    assert abs(np.mean(shares) - task.chance) < 4 * np.std(shares, ddof=1) / len(shares) ** 0.5


def test_othello_corruptions_leave_alone_what_they_are_blind_to():
    task, game = othello.TASK, Othello(6)
    for name in ("turned", "branched", "other-game"):
        clean, other = task.both(rows=ROWS, corruption=name)
        one, two = (game.boards(rows.tokens) for rows in (clean, other))
        parts = [changed(*pair) for pair in zip(real(clean), real(other), strict=True)]
        if name == "turned":
            assert torch.equal(one.flatten(2).sum(dim=2), two.flatten(2).sum(dim=2))
            assert torch.equal(*((rows.answers.right != NONE).sum(dim=2) for rows in (clean, other)))
        starts = {places[0] for places in parts}
        assert starts == {1} if name != "branched" else len(starts) > 5
        assert all(left != right for left, right in zip(sets(clean.answers), sets(other.answers), strict=True))


def test_tic_tac_toe_knows_all_unfinished_boards():
    assert int(tic_tac_toe.table().legal.any(dim=1).sum()) == 5478 - 958  # published: all boards, and finished ones


@pytest.mark.parametrize(
    ("text", "best"),
    [
        ("- b2 a1 c3", {"a3", "c1"}),  # an edge lets the crosses make two threats at once
        ("- a1 b2 c3", {"b1", "a2", "c2", "b3"}),  # and here a corner does
        ("- a1 b2 b1", {"c1"}),  # two in a row must be stopped
        ("- a1 a2 b1 b2", {"c1"}),  # and three be made
    ],
)
def test_tic_tac_toe_best_moves_are_known(text, best):
    assert answered(TICTACTOE, text) == [best]
    rows = tic_tac_toe.finished(torch.tensor([ids(TICTACTOE, text)[1:] + [0] * (9 - len(text.split()))]) - 1)
    assert sets(rows.answers) == [[{TICTACTOE.symbols.index(cell) for cell in best}]]


def test_tic_tac_toe_chance_is_the_share_of_legal_moves_that_are_best():
    boards = tic_tac_toe.table().marks[tic_tac_toe.table().prompts[:, 0]].tolist()
    shares = []
    for board in boards:
        cells = [frozenset(tic_tac_toe.MAGIC[at] for at in range(9) if board[at] == mark) for mark in (1, 2)]
        own, other = cells if len(cells[0]) == len(cells[1]) else cells[::-1]
        values = [tic_tac_toe.outcome(other, own | {cell}) for cell in set(tic_tac_toe.MAGIC) - own - other]
        shares.append(values.count(min(values)) / len(values))
    assert np.mean(shares) == pytest.approx(TICTACTOE.chance, abs=1e-6)


def test_tic_tac_toe_corruptions_change_one_move_or_only_the_order():
    assert all(changed(*pair) == [len(pair[0]) - 1] for pair in both(TICTACTOE, "other-last-move"))
    assert all(changed(*pair) == [len(pair[0]) - 2] for pair in both(TICTACTOE, "other-own-move"))
    for one, other in both(TICTACTOE, "other-order"):
        assert one[2::2] == other[2::2]
        assert sorted(one[1::2]) == sorted(other[1::2])


def test_connect_4_asks_for_open_columns_while_one_is_full():
    task = connect_4.connect_4(4, 4)
    assert answered(task, "- a a a a b c") == [{"b", "c", "d"}] * 3
    assert answered(task, "- a a a a b b b b") == [{"b", "c", "d"}] * 4  # then two are full


@pytest.mark.parametrize(
    ("text", "wins"),
    [
        ("- a b a b a b", {"a"}),
        ("- a a b b c g", {"d"}),
        ("- a b b c c d c d d f", {"d"}),  # a1 b2 c3 d4
        ("- a b", set("abcdefg")),
    ],
)
def test_connect_4_winning_columns_are_known(text, wins):
    task = connect_4.connect_4_win()
    assert answered(task, text) == [wins]
    moves = torch.tensor([ids(task, text)[1:] + [0] * (43 - len(text.split()))])
    found = sets(connect_4.Win(7, 6).finished(moves).answers)
    assert found == [[{task.symbols.index(column) for column in wins}]]


def test_connect_4_board_has_the_discs_where_they_fall():
    board = connect_4.Open(5, 4).boards(torch.tensor([[0, 2, 2, 5]]))[0]
    assert board[0].tolist() == [[0] * 5] * 4
    assert board[3].tolist() == [[0] * 5, [0] * 5, [0, -1, 0, 0, 0], [0, 1, 0, 0, 1]]


def test_connect_4_corruptions_trade_two_columns_and_leave_the_rest():
    for name in ("traded", "others-traded"):
        for one, other in both(connect_4.TASK, name):
            full = Counter(one[1:]).most_common(1)[0][0]
            traded = {(a, b) for a, b in zip(one, other, strict=True) if a != b}
            assert len({frozenset(pair) for pair in traded}) == 1
            assert (full in {a for a, _ in traded}) == (name == "traded")


def test_connect_4_win_corruptions_change_one_move_and_what_is_right():
    task = connect_4.connect_4_win()
    for name, back in (("blocked", 1), ("other-own-move", 2)):
        for one, other in both(task, name):
            assert changed(one, other) == [len(one) - back]
            assert len(task.solve(one)[0]) == 1
            assert task.solve(one) != task.solve(other)
            assert name != "blocked" or {other[-1]} == task.solve(one)[0]


def test_chess_openings_go_on_as_in_the_book():
    assert answered(OPENINGS, "- e4 e5 Nf3 Nc6 Bb5") == [{"a6", "Nf6"}]
    assert answered(OPENINGS, "- e4 c5") == [{"Nf3", "Nc3", "c3"}]


def test_chess_corruptions_change_the_last_move_or_take_another_opening_as_long():
    assert all(changed(*pair) == [len(pair[0]) - 1] for pair in both(OPENINGS, "other-last-move"))
    pairs = both(OPENINGS, "other-opening")
    assert all(OPENINGS.solve(one) != OPENINGS.solve(other) for one, other in pairs)
    assert any(len(changed(*pair)) > 2 for pair in pairs)


def test_chess_chance_is_worked_out_by_hand_for_a_small_book():
    lines = [one.split() for one in ("e4 e5 Nf3 Nc6", "e4 e5 Nc3 Nf6", "d4 d5 c4 e6", "d4 Nf6 c4 g6", "d4 d5 Nf3 c6")]
    task = chess_openings.chess_openings(lines)
    # asked: e4 (1 of 3 second moves: e5, d5, Nf6), d4 (2 of 3); d4 d5 (2 of 3 third moves), d4 Nf6 (1 of 3);
    # e4 e5 Nf3 and e4 e5 Nc3 (1 of 5 fourth moves each), d4 d5 c4 and d4 d5 Nf3 (1 of 5)
    assert task.chance == pytest.approx((1 / 3 + 2 / 3 + 2 / 3 + 1 / 3 + 4 / 5) / 8)


PGN = """[Event "one"]

1.e4 {a comment; with
1.d4 in it} e5 2. Nf3 $1 (2. f4 exf4 (2... d5)) 2... Nc6! ; and Bb5
3. Bb5 *
[Event "two"]

1. d4 d5 1-0
"""


def test_pgn_is_read_without_tags_comments_and_variations(tmp_path):
    (tmp_path / "games.pgn").write_text(PGN)
    assert chess_openings.read_lines(tmp_path / "games.pgn", task="t") == [
        ("e4", "e5", "Nf3", "Nc6", "Bb5"),
        ("d4", "d5"),
    ]


@pytest.mark.parametrize(
    ("name", "text", "fault"),
    [
        ("a.pgn", PGN.replace("d4 d5 1-0", "d4 d9 1-0"), "line 8 of 'a.pgn': 'd9' is no move"),
        ("a.pgn", PGN.replace("2... d5))", "2... d5)"), "line 6 of 'a.pgn': a game begins inside of a variation"),
        ("a.pgn", PGN.replace("in it}", "in it"), "line 3 of 'a.pgn': a comment begins and does not end"),
        ("a.pgn", PGN.replace('[Event "two"]', '[FEN "8/8"]'), "line 6 of 'a.pgn': the game begins from a position"),
        ("a.tsv", "eco\tname\tpgn\nA00\tx\t1. e4 e5 2. Ke9\n", "line 2 of 'a.tsv': 'Ke9' is no move"),
        ("a.tsv", "eco\tname\tpgn\nA00\t1. e4\n", "line 2 of 'a.tsv': it has 2 columns"),
        ("a.tsv", "name\tpgn\n", "line 1 of 'a.tsv': the columns must be eco, name, pgn"),
        ("a.tsv", "eco\tname\tpgn\nA00\tx\t1. e4 e5\n", "too few places where they part"),
        ("a.txt", "e4", "neither PGN nor"),
        ("a.pgn.gz", "e4", "cannot be read"),
    ],
)
def test_bad_file_of_games_is_refused_with_line_and_reason(tmp_path, name, text, fault):
    (tmp_path / name).write_text(text)
    with pytest.raises(TaskArgumentError) as error:
        OPENINGS.from_file(tmp_path / name)
    assert fault in str(error.value)


@pytest.mark.parametrize(("name", "count"), [("chess_openings.tsv.gz", 3807), ("chess_kasparov.pgn.gz", 2128)])
def test_task_of_a_file_of_openings_or_games_has_all_of_them(name, count):
    path = shared(name)
    assert len(chess_openings.read_lines(path, task="t")) == count
    task = OPENINGS.from_file(path)
    clean, other = task.both(rows=300, split="test")
    for rows in (clean, other):
        assert [task.solve(row) for row in real(rows)] == sets(rows.answers)


@pytest.mark.parametrize(
    "make",
    [
        lambda: othello.othello(7),
        lambda: connect_4.connect_4(3, 6),
        lambda: connect_4.connect_4_win(9, 7),
        lambda: chess_openings.chess_openings([["e4", "e5"]]),
    ],
)
def test_sizes_that_make_no_task_are_refused(make):
    with pytest.raises(TaskArgumentError):
        make()


@pytest.mark.parametrize("task", [connect_4.connect_4_win(5, 4), othello.othello(6, start=False)])
def test_solver_agrees_with_the_sampler_in_other_forms_of_the_games(task):
    for change in task.corruptions:
        for rows in task.both(rows=40, corruption=change.name, split="test"):
            assert [task.solve(row) for row in real(rows)] == sets(rows.answers)

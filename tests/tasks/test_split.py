"""Splits: one in five is held out, by content alone."""

import pytest
import torch

from cutaway.tasks.split import held_out, kept, words_of


@pytest.mark.parametrize(
    "content",
    [
        torch.cartesian_prod(torch.arange(113), torch.arange(113)),
        torch.arange(12_000)[:, None],
        torch.cartesian_prod(*[torch.arange(7)] * 5),
    ],
    ids=["operands", "one number", "long rows of few symbols"],
)
def test_one_in_five_is_held_out(content):
    share, error = held_out(content).double().mean(), (0.2 * 0.8 / len(content)) ** 0.5
    torch.testing.assert_close(share, torch.tensor(0.2).double(), atol=4 * error, rtol=0)


def test_a_row_is_on_the_same_side_in_whatever_company():
    rows = torch.randint(50, (400, 3), generator=torch.Generator().manual_seed(0))
    order = torch.randperm(400, generator=torch.Generator().manual_seed(1))
    assert torch.equal(held_out(rows)[order], held_out(rows[order]))
    assert held_out(rows[:1]).tolist() == held_out(rows)[:1].tolist()


def test_every_column_decides():
    rows = torch.randint(50, (400, 3), generator=torch.Generator().manual_seed(0))
    for column in range(3):
        moved = rows.clone()
        moved[:, column] += 1
        assert 0.1 < float((held_out(moved) != held_out(rows)).double().mean()) < 0.6  # 2 * 1/5 * 4/5 = 0.32


def test_kept_rows_are_of_their_split_and_the_two_never_meet():
    generator = torch.Generator().manual_seed(0)

    def draw(count):
        return torch.randint(9, (count, 2), generator=generator)

    train, test = (kept(draw, rows=500, split=split) for split in ("train", "test"))
    assert train.shape == test.shape == (500, 2)
    assert not set(map(tuple, train.tolist())) & set(map(tuple, test.tolist()))


def test_columns_that_do_not_decide_meet_freely():
    generator = torch.Generator().manual_seed(0)

    def draw(count):
        return torch.randint(9, (count, 2), generator=generator)

    train, test = (kept(draw, rows=500, split=split, content=slice(0, 1)) for split in ("train", "test"))
    assert not set(train[:, 0].tolist()) & set(test[:, 0].tolist())
    assert set(train[:, 1].tolist()) & set(test[:, 1].tolist())


def test_every_fifth_word_is_held_out():
    assert words_of("abcdefghijk", "test") == ("e", "j")
    assert words_of("abcdefghijk", "train") == tuple("abcdfghik")
    assert words_of("abcdefghijk", "any") == tuple("abcdefghijk")

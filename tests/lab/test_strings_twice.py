"""Strings shown twice, read again token by token: what is asked, what is right, and what would misfire."""

import torch

from cutaway.lab import strings_twice as strings
from cutaway.lab.strings_twice import CLOSING, MARK, NOTHING, ONE, OPENING, OTHER, PLAIN, SAME, TWO, WHOLE
from cutaway.zoo.symbols import STRIDE


def drawn(rows=200, seed=0, **how):
    return strings.strings(rows, torch.Generator().manual_seed(seed), **how)


def in_units(tokens):
    """A string's units: letters, and words as pairs of halves, however they are spelled."""
    found, at = [], 0
    while at < len(tokens):
        token, step = tokens[at], 1
        if token >= WHOLE:
            found.append(divmod(token - WHOLE, strings.HALVES))
        elif token >= strings.FIRST:
            found.append((token - strings.FIRST, tokens[at + 1] - strings.SECOND))
            step = 2
        else:
            found.append(token)
        at += step
    return found


def read(shown, row):
    """Both showings in units, and the filler after the first."""
    tokens = shown.tokens[row].tolist()
    a, b, c, d = (at for at, token in enumerate(tokens) if token == MARK)
    return in_units(tokens[a + 1 : b]), tokens[b + 1 : c], in_units(tokens[c + 1 : d]), tokens[d + 1 :]


def test_the_same_string_is_shown_twice_with_one_double_letter_and_two_words_that_share_a_half():
    shown = drawn()
    for row in range(len(shown.tokens)):
        one, between, again, end = read(shown, row)
        letters = [unit for unit in one if not isinstance(unit, tuple)]
        words = [unit for unit in one if isinstance(unit, tuple)]
        assert one == again
        assert (len(letters), len(set(letters)), len(words)) == (9, 8, 2)
        assert words[0][0] != words[1][0]
        assert words[0][1] == words[1][1]
        assert len(end) == 1
        assert not {*between, *end} & set(letters)
        assert end != between[:1]


def test_where_nothing_is_hard_no_letter_stands_twice_and_words_are_spelled_alike():
    shown = drawn(hard=0.0)
    assert not {TWO, OTHER, CLOSING} & set(shown.kinds.unique().tolist())
    assert ((shown.kinds == ONE).sum(dim=1) == 2).all()
    for row in range(len(shown.tokens)):
        tokens = shown.tokens[row].tolist()
        a, b, c, d = (at for at, token in enumerate(tokens) if token == MARK)
        assert tokens[a:b] == tokens[c:d]
        assert len(set(tokens[a:b])) == b - a


def test_what_follows_is_right_and_what_followed_elsewhere_misfires():
    shown = drawn()
    labels = shown.labels
    for row in range(len(shown.tokens)):
        tokens, (one, between, _, end) = shown.tokens[row].tolist(), read(shown, row)
        asked = {int(at): int(shown.kinds[row, at]) for at in (shown.kinds[row] != NOTHING).nonzero()}
        kinds = list(asked.values())
        assert (kinds.count(TWO), kinds.count(SAME) + kinds.count(OTHER)) == (2, 2)
        for at, kind in asked.items():
            right, rival = int(labels[row, at]), int(shown.rivals[row, at])
            assert right == tokens[at + 1]
            if kind in (TWO, SAME, OTHER):
                here = one.index(right) - 1
                same = [n for n, unit in enumerate(one) if n != here and alike(unit, one[here])]
                assert rival == one[same[0] + 1]
            elif kind == OPENING:
                assert (right, rival) == (one[0], between[0])
            elif kind == CLOSING:
                assert (right, rival) == (end[0], between[0])
                assert at == len(tokens) - 2
            elif kind == PLAIN:
                assert one[one.index(tokens[at]) + 1] == right


def alike(unit, other):
    return unit == other or (isinstance(unit, tuple) and isinstance(other, tuple) and unit[1] == other[1])


def test_words_are_spelled_all_four_ways_and_asked_as_such():
    shown, spelled = drawn(), set()
    for row in range(len(shown.tokens)):
        tokens = shown.tokens[row].tolist()
        a, b, c, d = (at for at, token in enumerate(tokens) if token == MARK)
        whole = tuple(any(WHOLE <= token < MARK for token in part) for part in (tokens[a:b], tokens[c:d]))
        spelled.add(whole)
        assert ((shown.kinds[row] == SAME).sum() == 2) == (whole[0] == whole[1])
    assert len(spelled) == 4


def test_a_batch_is_its_seed_s_and_step_s_and_hard_as_often_as_asked():
    data = strings.Strings(0.3)
    again = drawn(rows=400, seed=2 * STRIDE + 5, hard=0.3)
    batch = data.batch(5, rows=400, seed=2)
    assert torch.equal(batch.tokens, again.tokens)
    assert torch.equal(batch.labels, again.labels)
    assert 0.22 < float((again.kinds == CLOSING).any(dim=1).float().mean()) < 0.38

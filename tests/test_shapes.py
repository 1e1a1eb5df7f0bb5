"""The checks of annotations that stand over every function in tests: what they refuse, and that they change nothing."""

from typing import Self

import pytest
import torch
from jaxtyping import Float
from torch import Tensor

from cutaway.models import log_prob
from tests.shapes import CHECKS, checked, jaxtyped

over = jaxtyped(typechecker=checked)


@over
def product(left: Float[Tensor, "row inner"], right: Float[Tensor, "inner column"]) -> Float[Tensor, "row column"]:
    return left @ right


@over
def transposed(left: Float[Tensor, "row column"]) -> Float[Tensor, "column row"]:
    return left


@over
def half(number: float) -> int:
    return number / 2 if number % 2 else number // 2


@over
def named(number: "int") -> "str":
    return number


class Link:
    @over
    def itself(self) -> Self:
        return self


def times(factor):
    @over
    def scaled(value: Float[Tensor, "row column"]) -> Float[Tensor, "row column"]:
        return value * factor if factor else value[0]

    return scaled


def counted(start):
    @over
    def count(by: int) -> int:
        return start + by

    return count


@pytest.mark.parametrize(
    "call",
    [
        lambda: product(torch.ones(2, 3), torch.ones(2, 3)),
        lambda: product(torch.ones(2, 3), torch.ones(3, 2).int()),
        lambda: transposed(torch.ones(2, 3)),
        lambda: half("4"),
        lambda: half(3),
        lambda: named("4"),
        lambda: named(4),
        lambda: times(2)(torch.ones(3)),
        lambda: times(0)(torch.ones(2, 3)),
        lambda: counted(1)("2"),
        lambda: counted(0.5)(2),
    ],
)
def test_what_an_annotation_forbids_is_refused(call):
    with pytest.raises(Exception, match=r"violates type hint|Type-check error"):
        call()


def test_what_it_allows_passes():
    assert product(torch.ones(2, 3), torch.ones(3, 4)).shape == (2, 4)
    assert transposed(torch.ones(2, 2)).shape == (2, 2)
    assert half(4) == 2
    assert Link().itself()


def test_one_check_serves_every_function_of_its_place_and_each_is_still_called():
    twice, thrice = times(2), times(3)
    for _ in range(2):
        assert float(twice(torch.ones(1, 1))) == 2
        assert float(thrice(torch.ones(1, 1))) == 3
    with pytest.raises(Exception, match="Type-check error"):
        twice(torch.ones(1))
    assert float(thrice(torch.ones(1, 1))) == 3
    assert len([place for place in CHECKS if place[0] == __name__ and place[1].co_name == "scaled"]) == 1


def test_the_package_is_under_it():
    with pytest.raises(Exception, match=r"violates type hint|Type-check error"):
        log_prob(3, position="x")
    with pytest.raises(Exception, match=r"violates type hint|Type-check error"):
        log_prob(3).function(torch.ones(2, 1, 5), torch.ones(3, 1).long())


@pytest.mark.usefixtures("unchecked")
def test_it_can_be_switched_off():
    assert half(3) == 1.5
    assert times(0)(torch.ones(2, 3)).shape == (3,)

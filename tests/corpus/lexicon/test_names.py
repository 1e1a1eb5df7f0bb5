"""Names: as many as promised, nobody twice, no family name that is a first name."""

import pytest

from cutaway.corpus.lexicon import names


@pytest.mark.parametrize(
    ("listed", "count"),
    [
        (names.WOMEN, 150),
        (names.MEN, 150),
        (names.UNISEX, 30),
        (names.SURNAMES, 300),
        (names.TOWNS, 150),
        (names.COUNTRIES, 40),
        (names.STREETS, 60),
        (names.COMPANIES, 60),
        (names.PRODUCTS, 60),
    ],
)
def test_there_are_enough_and_each_once(listed, count):
    assert len(listed) >= count
    assert len(set(listed)) == len(listed)
    assert all(part.isascii() and part.isalpha() and part.istitle() for name in listed for part in name.split())


def test_no_name_is_in_two_lists():
    lists = (names.WOMEN, names.MEN, names.UNISEX, names.SURNAMES, names.TOWNS, names.COUNTRIES, names.COMPANIES)
    assert len({name for listed in lists for name in listed}) == sum(map(len, lists))


def test_streets_have_a_name_and_a_kind():
    assert {len(street.split()) for street in names.STREETS} == {2}


def test_invented_names_are_joined_of_a_beginning_and_an_ending():
    assert all(
        town.endswith(("ford", "wick", "bury", "mouth", "haven", "stead", "dale", "combe")) for town in names.TOWNS
    )
    assert all(country.endswith("a") for country in names.COUNTRIES)
    assert not set(names.COUNTRIES) & {"Albania", "Moravia", "Estonia", "Macedonia", "Caledonia", "Nordia"}


def test_gendered_names_take_turns():
    assert names.GENDERED[0] == (names.WOMEN[0], "she")
    assert names.GENDERED[1] == (names.MEN[0], "he")
    assert len(names.GENDERED) == 2 * min(len(names.WOMEN), len(names.MEN))

"""Tags of the everyday genres fit their texts, and a seed means one document."""

import importlib

import pytest

from cutaway.corpus.genre import Genre
from tests.corpus.genres.exact import faults

NAMES = ["email", "list", "table", "sequence", "arithmetic", "acronym", "citation", "lookup", "echo"]


def genre(name) -> Genre:
    return importlib.import_module(f"cutaway.corpus.genres.{name}").GENRE


@pytest.mark.parametrize("name", NAMES)
def test_every_word_has_its_tag_and_every_tag_its_word(name):
    found = {seed: faults(genre(name).document(seed)) for seed in range(60)}
    assert not {seed: wrong for seed, wrong in found.items() if wrong}


@pytest.mark.parametrize("name", NAMES)
def test_a_seed_means_one_document(name):
    one = genre(name)
    assert one.name == name
    assert one.document(7) == one.document(7)
    assert len({one.document(seed).text for seed in range(30)}) == 30

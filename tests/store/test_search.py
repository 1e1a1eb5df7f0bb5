"""What a search finds: all words, any endings, in statement, prior work and discussion; and nothing can break it."""

from dataclasses import asdict, replace
from random import Random

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as some
from sqlalchemy import insert, text

from cutaway.catalog import load_catalog
from cutaway.store import contributions as steps
from cutaway.store.contribution import read_draft
from cutaway.store.events import Actor
from cutaway.store.migrate import open_store
from cutaway.store.search import CLOSE, OPEN, index_catalog, search
from cutaway.store.tables import contributions
from tests.store.conftest import add

EVE = Actor("Eve")
PLAIN = ["circuit", "head", "heads", "previous token", "induction", "superposition neuron", "train", "transformer",
         "gpt2 attention", "zebra stripes", "polysemantic", "explore features", "othello"]  # fmt: skip


@pytest.fixture
def both(tmp_path, fresh_postgres):
    """One store of each kind with the same in it."""
    made = [open_store(f"sqlite:///{tmp_path}/store.sqlite"), open_store(fresh_postgres())]
    for store in made:
        index_catalog(store, load_catalog())
        add(store, text="A zebra_stripe; zebras have stripes.", problem="6.18")
    yield made
    for store in made:
        store.close()


def found(store, asked):
    with store.read() as db:
        return {hit.number for hit in search(db, asked)}


def with_words(*beginnings):
    """By brute force: problems in whose text each beginning starts some word."""
    catalog = load_catalog()
    numbers = set()
    for problem in catalog.problems:
        works = [part for work in catalog.works_on(problem.number) for part in (work.title, work.authors, work.note)]
        cells = [problem.existing_work or "", problem.currently_working or "", problem.subcategory or ""]
        said = " ".join([problem.text, problem.chapter.title, *cells, *works]).casefold()
        words = "".join(sign if sign.isalnum() else " " for sign in said).split()
        if all(any(word.startswith(one) for word in words) for one in beginnings):
            numbers.add(problem.number)
    return numbers


@pytest.mark.parametrize("asked", ["neuroscope", "modular addition gpt", "othello", "NEUROSCOPE gpt"])
def test_all_words_must_occur_each_as_the_beginning_of_one(store, asked):
    assert found(store, asked) == with_words(*asked.casefold().split())


@pytest.mark.parametrize("asked", ["head", "heads", "HEADS", "previous head", "finding previous tokens head"])
def test_endings_do_not_matter(store, asked):
    assert "6.18" in found(store, asked), "previous token heads"


def test_each_of_several_words_narrows_what_is_found(store):
    assert found(store, "previous token heads") < found(store, "token heads") < found(store, "heads")


def test_a_word_with_an_underscore_is_asked_as_its_parts(store):
    add(store, text="The zebra_stripe matrix.", problem="6.18")
    assert found(store, "zebra_stripe") == found(store, "stripe_zebra") == {"6.18"}
    assert found(store, "zebra_lion") == set()


def test_words_may_be_spread_over_statement_and_discussion(store):
    add(store, text="Zebras have stripes.", problem="6.18")
    assert found(store, "zebra previous") == {"6.18"}
    assert found(store, "zebra othello") == set()


def test_what_was_rejected_is_found_no_more_and_again_after_undo(store):
    made = add(store, "work", title="Zebras of Xanadu")
    assert found(store, "xanadu") == {"6.18"}
    steps.reject(store, made.id, actor=EVE, reason="No.")
    assert found(store, "xanadu") == set()
    steps.undo(store, made.id, actor=EVE)
    assert found(store, "xanadu") == {"6.18"}


def test_an_edit_is_found_by_its_new_words_only(store):
    made = add(store, text="Zebras.")
    steps.edit(store, made.id, read_draft("6.18", "comment", {"text": "Okapis."}), actor=EVE)
    assert (found(store, "zebras"), found(store, "okapi")) == (set(), {"6.18"})


def test_what_was_withdrawn_is_found_no_more_and_its_neighbours_are(store):
    made = add(store, text="Zebras.")
    add(store, text="Okapis.")
    steps.withdraw(store, made.id, actor=EVE)
    assert (found(store, "zebras"), found(store, "okapi")) == (set(), {"6.18"})


def test_a_discussion_may_grow_beyond_what_a_database_can_index(store):
    letters, made = Random(0), asdict(add(store))
    del made["id"]
    texts = [" ".join("".join(letters.choices("abcdefgh", k=9)) for _ in range(800)) for _ in range(150)]
    with store.write() as db:  # 1.2 million letters in different words; PostgreSQL indexes one
        db.execute(insert(contributions), [made | {"text": said} for said in texts])
    add(store, text="Zebras.")
    assert found(store, "zebras") == {"6.18"}


def test_found_words_are_marked_in_the_statement(store):
    with store.read() as db:
        (hit,) = [hit for hit in search(db, "previous token") if hit.number == "6.18"]
    assert f"{OPEN}previous{CLOSE} {OPEN}token{CLOSE} heads" in hit.statement
    assert hit.statement.replace(OPEN, "").replace(CLOSE, "") == load_catalog().problem("6.18").text


def test_words_found_elsewhere_are_shown_with_what_stands_around_them(store):
    add(store, text="I saw zebras near the river.", problem="6.18")
    with store.read() as db:
        (hit,) = search(db, "zebras")
    assert f"I saw {OPEN}zebras{CLOSE} near the river" in hit.piece


@pytest.mark.parametrize("asked", ["", "  ", "?!", "()", "_"])
def test_without_a_word_nothing_is_asked(store, asked):
    with store.read() as db:
        assert search(db, asked) is None


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=60)
@given(some.text(max_size=60))
@example("a'; DROP TABLE search; --")
@example('"unclosed AND NEAR(heads, 2) OR statement : x*')
@example("a & | ! <-> :* b")
@example("\u0000 x")
@example("_ __")
@example("x" * 5000)
@example("İ ﬁ ² 、 \ud7ff")
@example(" ".join(map(str, range(500))))
def test_whatever_is_typed_is_harmless(store, asked):
    with store.read() as db:
        search(db, asked)
    assert "6.18" in found(store, "previous")


def test_the_index_follows_the_catalog_and_keeps_the_discussion(store):
    def statement():
        with store.read() as db:
            return next(hit.statement for hit in search(db, "zebras") if hit.number == "6.18")

    add(store, text="Zebras have stripes.")
    with store.write() as db:
        db.execute(text("DELETE FROM notes"))
        db.execute(text("UPDATE search SET statement = 'an older one' WHERE number = '6.18'"))
    assert statement() == "an older one"
    index_catalog(store, load_catalog())
    assert statement() == load_catalog().problem("6.18").text


def test_the_index_follows_a_catalog_that_changed(store):
    catalog = load_catalog()
    changed = [replace(one, text="Do zebras think?") if one.number == "1.1" else one for one in catalog.problems]
    index_catalog(store, replace(catalog, problems=tuple(changed)))
    assert found(store, "zebras think") == {"1.1"}


def test_an_unchanged_catalog_is_not_written_again(store):
    with store.write() as db:
        db.execute(text("DELETE FROM search WHERE number = '6.18'"))
    index_catalog(store, load_catalog())
    assert "6.18" not in found(store, "previous")


@pytest.mark.postgres
def test_both_databases_answer_plain_words_alike(both):
    sqlite, server = ({asked: found(store, asked) for asked in PLAIN} for store in both)
    assert sqlite == server
    assert all(sqlite.values())

"""What people added, as lines: complete, without secrets, and the way back into an empty store or none at all."""

import json

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as some
from sqlalchemy import text

from cutaway.catalog import load_catalog
from cutaway.errors.store import StoreError
from cutaway.store import contributions as steps
from cutaway.store.backup import check
from cutaway.store.contribution import Draft
from cutaway.store.contributions import of_problem
from cutaway.store.events import Actor
from cutaway.store.export import export, read_lines
from cutaway.store.migrate import open_store
from cutaway.store.people import add_account, open_session
from cutaway.store.search import index_catalog, search
from tests.store.conftest import add

HEAD = {"cutaway": "contributions", "format": 1}
MOMENT = "2026-01-01T00:00:00+00:00"
ROW = {"row": "contribution", "id": 7, "problem": "6.18", "kind": "comment", "state": "approved", "author": "Ada"}
ROW |= {"text": "x", "created": MOMENT}
LINE = {"row": "event", "id": 9, "at": MOMENT, "actor": "Ada", "action": "proposed", "contribution": 7}


@pytest.fixture
def filled(store):
    """A store with some history: three contributions and five lines."""
    add(store, text="One.")
    steps.approve(store, add(store, "claim", text="Two.").id, actor=Actor("Eve"))
    steps.reject(store, add(store, "work", text="Three.").id, actor=Actor("Eve"), reason="No.")
    return store


@pytest.fixture
def empty(fresh):
    """Another store of the same kind, with nothing in it."""
    made = open_store(fresh())
    index_catalog(made, load_catalog())
    yield made
    made.close()


def rows(store):
    with store.read() as db:
        return [db.execute(text(f"SELECT * FROM {name} ORDER BY id")).all() for name in ("contributions", "events")]


def test_an_export_comes_back_into_an_empty_store_line_by_line_as_it_was(filled, empty, tmp_path):
    first, again = tmp_path / "lines.jsonl", tmp_path / "again.jsonl"
    assert export(filled, first) == 1 + 3 + 5, "what it is; contributions; three proposals, an approval, a rejection"
    assert read_lines(empty, first) == {"contribution": 3, "event": 5}
    export(empty, again)
    assert again.read_text().splitlines()[1:] == first.read_text().splitlines()[1:]
    assert check(empty) == []


def test_what_came_back_is_found_by_search(filled, empty, tmp_path):
    export(filled, tmp_path / "lines.jsonl")
    read_lines(empty, tmp_path / "lines.jsonl")
    with empty.read() as db:
        assert "6.18" in {hit.number for hit in search(db, "two")}
        assert search(db, "three on heads ada") == [], "what was rejected is not found"


def test_a_step_after_an_import_can_be_undone_as_before(filled, empty, tmp_path):
    export(filled, tmp_path / "lines.jsonl")
    read_lines(empty, tmp_path / "lines.jsonl")
    assert steps.undo(empty, 3, actor=Actor("Eve")).state == "pending"
    assert check(empty) == []


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=10)
@given(said=some.lists(some.text(some.characters(exclude_categories=["Cs"], exclude_characters="\x00")), max_size=20))
@example(["\u2028", "\u2029", "\x85", "\x0b", "\x1e", "\r\n"])
def test_whatever_the_texts_hold_comes_back(tmp_path_factory, said):
    folder = tmp_path_factory.mktemp("export")
    store, other = (open_store(f"sqlite:///{folder}/{name}.sqlite") for name in ("one", "other"))
    for one in said:
        steps.propose(store, Draft(problem="6.18", kind="comment", author="Ada", text=one), owner="o")
    export(store, folder / "lines.jsonl")
    read_lines(other, folder / "lines.jsonl")
    with other.read() as db:
        assert [one.text for one in of_problem(db, "6.18")] == said
    store.close()
    other.close()


def test_what_is_added_after_an_import_gets_numbers_of_its_own(store, tmp_path):
    (tmp_path / "lines.jsonl").write_text("\n".join(map(json.dumps, (HEAD, ROW, LINE))))
    read_lines(store, tmp_path / "lines.jsonl")
    assert add(store).id == 8


def test_no_owner_no_password_and_no_session_leaves(filled, tmp_path):
    add(filled, owner="owner-of-this")
    add_account(filled, "Secretive", "a long password", role="moderator")
    token = open_session(filled, mode="lab")
    export(filled, tmp_path / "lines.jsonl")
    said = (tmp_path / "lines.jsonl").read_text()
    for private in ("owner", "Secretive", "argon2", "a long password", token):
        assert private not in said


def test_an_imported_contribution_belongs_to_nobody(filled, empty, tmp_path):
    export(filled, tmp_path / "lines.jsonl")
    read_lines(empty, tmp_path / "lines.jsonl")
    with empty.read() as db:
        assert {one.owner for one in of_problem(db, "6.18")} == {""}


def test_an_export_does_not_go_into_a_store_that_holds_something(filled, tmp_path):
    export(filled, tmp_path / "lines.jsonl")
    before = rows(filled)
    with pytest.raises(StoreError, match="not empty"):
        read_lines(filled, tmp_path / "lines.jsonl")
    assert rows(filled) == before


@pytest.mark.parametrize(
    "lines",
    [
        "",
        '{"a": 1}\n',
        json.dumps(HEAD | {"format": 2}),
        *(
            "\n".join([json.dumps(HEAD), json.dumps(ROW), last])
            for last in (
                json.dumps(LINE)[:-3],
                "[1]",
                "5",
                json.dumps(LINE | {"row": "account"}),
                json.dumps(LINE | {"row": {}}),
                json.dumps(LINE | {"at": 5}),
                json.dumps(LINE | {"at": "soon"}),
                json.dumps(LINE | {"at": None}),
                json.dumps(LINE | {"actor": {}}),
                json.dumps(LINE | {"colour": "red"}),
                json.dumps(LINE | {"contribution": 8}),
                json.dumps(ROW),
                json.dumps(ROW | {"id": 8, "state": "published"}),
                json.dumps({name: value for name, value in ROW.items() if name != "author"} | {"id": 8}),
            )
        ),
    ],
)
def test_a_file_that_is_no_whole_export_changes_nothing(empty, tmp_path, lines):
    (tmp_path / "lines.jsonl").write_text(lines)
    with pytest.raises(StoreError, match="no export"):
        read_lines(empty, tmp_path / "lines.jsonl")
    assert rows(empty) == [[], []]


def test_an_export_that_cannot_be_written_leaves_the_one_before(filled, tmp_path, monkeypatch):
    target = tmp_path / "lines.jsonl"
    target.write_text("the one before")

    def torn(_):
        yield "{}"
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("cutaway.store.export.lines", torn)
    with pytest.raises(StoreError, match="No space left"):
        export(filled, target)
    assert target.read_text() == "the one before"
    assert [path.name for path in tmp_path.glob("*lines*") if path != target] + list(tmp_path.glob(".partial*")) == []

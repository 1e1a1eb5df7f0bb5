"""What is taken out of a form, and what is refused."""

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as some

from cutaway.errors.store import DraftError
from cutaway.store.contribution import LEFT_OUT, read_draft

WORK = {"form": "paper", "title": "On heads", "url": "https://example.org/a?b=c#d"}


def faults(kind, fields):
    with pytest.raises(DraftError) as refused:
        read_draft("6.18", kind, fields)
    return refused.value.faults


def test_a_draft_keeps_the_fields_of_its_kind_and_no_other():
    draft = read_draft(
        "6.18", "comment", {"author": " Ada  L. ", "text": " two\r\nlines \n", "rating": "A", "url": "x"}
    )
    assert (draft.author, draft.text, draft.rating, draft.url) == ("Ada L.", "two\nlines", None, None)


def test_who_gives_no_name_is_anonymous():
    assert read_draft("6.18", "comment", {"text": "x"}).author == "anonymous"


@pytest.mark.parametrize(
    ("kind", "missing"),
    [
        ("work", {"form", "title", "url"}),
        ("claim", {"author", "form"}),
        ("help", {"author", "form", "text"}),
        ("result", {"form", "text"}),
        ("difficulty", {"rating", "text"}),
        ("correction", {"text"}),
        ("comment", {"text"}),
    ],
)
def test_each_kind_says_all_that_it_needs_at_once(kind, missing):
    assert faults(kind, {"author": " ", "text": "\n"}) == dict.fromkeys(missing, "needed")


def test_an_unknown_kind_is_refused():
    assert "comment" in faults("poem", {"text": "x"})["kind"]


@pytest.mark.parametrize(("name", "most"), [("author", 80), ("text", 8000)])
def test_lengths_are_bounded_to_the_character(name, most):
    assert len(getattr(read_draft("6.18", "comment", {"text": "x"} | {name: "y" * most}), name)) == most
    assert f"at most {most:,}" in faults("comment", {"text": "x"} | {name: "y" * (most + 1)})[name]


@pytest.mark.parametrize(
    "url",
    ["javascript:alert(1)", "data:text/html,x", "//example.org", "example.org", "https://", "ftp://example.org",
     "https://a b.org", "https://user:pass@example.org", "mailto:a@b.org", "https://[", " "],
)  # fmt: skip
def test_only_plain_web_addresses_are_taken(url):
    assert set(faults("work", WORK | {"url": url})) == {"url"}


@pytest.mark.parametrize(("given", "kept"), [("b", "B"), ("B-C*", "B-C*"), (" a ", "A")])
def test_a_rating_is_kept_in_capitals(given, kept):
    assert read_draft("6.18", "difficulty", {"rating": given, "text": "x"}).rating == kept


@pytest.mark.parametrize("rating", ["E", "C-B", "AA", "B+"])
def test_what_is_no_rating_is_refused(rating):
    assert set(faults("difficulty", {"rating": rating, "text": "x"})) == {"rating"}


def test_a_form_must_be_one_of_its_kind():
    assert "post, paper" in faults("work", WORK | {"form": "idea"})["form"]


def test_ten_links_are_taken_and_eleven_are_not():
    read_draft("6.18", "comment", {"text": "https://example.org " * 10})
    assert "links" in faults("comment", {"text": "http://example.org " * 11})["text"]


@pytest.mark.parametrize("name", ["author", "tool", "title", "text"])
def test_an_address_is_taken_out_of_every_field(name):
    fields = WORK | {"author": "Ada", "text": "x", "tool": "y"}
    draft = read_draft("6.18", "work", fields | {name: f"{fields[name]} ada.l+x@mail.example.org!"})
    assert getattr(draft, name) == f"{fields[name]} {LEFT_OUT}!"


@given(some.from_regex(r"[a-z0-9.+_-]{1,12}@[a-z0-9-]{1,9}(\.[a-z]{2,5}){1,2}", fullmatch=True), some.text(max_size=20))
def test_no_address_survives_whatever_stands_around_it(address, around):
    try:
        draft = read_draft("6.18", "comment", {"text": f"{around} {address} {around}"})
    except DraftError:
        return
    assert address not in (draft.text or "")


@pytest.mark.parametrize("sign", ["\u202e", "\u200b", "\ufeff", "\x00", "\x1b", "\u2066"])
def test_signs_that_cannot_be_seen_or_turn_text_around_are_taken_out(sign):
    draft = read_draft("6.18", "comment", {"author": f"A{sign}da", "text": f"a{sign}b"})
    assert (draft.author, draft.text) == ("Ada", "ab")


def test_an_address_hidden_by_an_invisible_sign_is_taken_out_too():
    assert read_draft("6.18", "comment", {"text": "ada\u200b@mail\u200b.org"}).text == LEFT_OUT


@given(some.dictionaries(some.sampled_from(["author", "tool", "text", "url", "title", "rating", "form"]), some.text()),
       some.sampled_from(["work", "claim", "help", "result", "difficulty", "correction", "comment", "x"]))  # fmt: skip
def test_any_form_is_either_taken_or_refused_with_a_reason(fields, kind):
    with suppress(DraftError):
        draft = read_draft("6.18", kind, fields)
        assert len(draft.author) <= 80
        assert draft.text is None or draft.text.strip() == draft.text

"""What is taken out of a form, and what is refused."""

import time
import unicodedata
from contextlib import suppress

import pytest
from hypothesis import example, given
from hypothesis import strategies as some

from cutaway.errors.store import DraftError
from cutaway.store.contribution import LEFT_OUT, read_draft

ASKED = {
    "work": {"author", "tool", "form", "title", "url", "text"},
    "claim": {"author", "tool", "form", "url", "text"},
    "help": {"author", "form", "text"},
    "result": {"author", "tool", "form", "title", "url", "text"},
    "difficulty": {"author", "rating", "text"},
    "correction": {"author", "tool", "text"},
    "comment": {"author", "tool", "text"},
}
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


@given(some.text())
def test_no_sign_that_is_a_control_or_a_half_is_kept(said):
    with suppress(DraftError):
        kept = read_draft("6.18", "comment", {"text": said}).text
        assert {unicodedata.category(sign) for sign in kept.replace("\n", "").replace("\t", "")}.isdisjoint(
            {"Cc", "Cs"}
        )


def test_an_unknown_kind_is_refused():
    assert "comment" in faults("poem", {"text": "x"})["kind"]


@pytest.mark.parametrize(
    ("name", "most"), [("author", 80), ("tool", 120), ("title", 300), ("url", 1000), ("text", 8000)]
)
def test_lengths_are_bounded_to_the_character(name, most):
    begins = "https://example.org/" if name == "url" else ""
    fits = begins + "y" * (most - len(begins))
    assert getattr(read_draft("6.18", "work", WORK | {name: fits}), name) == fits
    assert faults("work", WORK | {name: fits + "y"}) == {name: f"{most + 1:,} characters; at most {most:,}"}


@pytest.mark.parametrize(("kind", "kept"), ASKED.items())
def test_each_kind_keeps_what_it_asks_for_and_nothing_else(kind, kept):
    forms = {"work": "paper", "claim": "idea", "help": "mentors", "result": "negative"}
    fields = {"author": "Ada", "tool": "t", "title": "T", "url": "https://example.org", "rating": "B", "text": "x"}
    draft = read_draft("6.18", kind, fields | {"form": forms.get(kind, "")})
    assert {name for name, value in draft.content().items() if value is not None} == kept


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


@given(some.emails().filter(lambda address: "/@" not in address), some.text(max_size=20))
@example("o'brien#*&`@example.org", "x")
def test_no_address_survives_whatever_stands_around_it(address, around):
    try:
        draft = read_draft("6.18", "comment", {"text": f"{around} {address} {around}"})
    except DraftError:
        return
    assert address not in (draft.text or "")


@pytest.mark.parametrize(
    "address",
    ["ada&#64;mail.org", "ada&commat;mail&period;org", "ada\\@mail\\.org", "ada&#x40;mail&#46;org", "ada@mail&#x2E;org",
     "jose\u0301@mu\u0308nchen.de"],
)  # fmt: skip
def test_an_address_spelled_as_markdown_or_with_loose_accents_is_taken_out_too(address):
    assert read_draft("6.18", "comment", {"text": f"To {address}!"}).text == f"To {LEFT_OUT}!"


@pytest.mark.parametrize("said", ["https://medium.com/@ada.l", "head @ layer 3", "@ada", "3.5@k", "50%@10"])
def test_what_is_no_address_stays(said):
    assert read_draft("6.18", "comment", {"text": said}).text == said


@pytest.mark.parametrize("piece", ["a", "a.", "@", "a@", "a@b", "&#", "&#64;", "a" * 64 + "@" + "b" * 63, "\\@", "0"])
def test_the_time_that_a_text_takes_does_not_grow_with_its_square(piece):
    began = time.process_time()
    with suppress(DraftError):
        read_draft("6.18", "comment", {"text": piece * (200_000 // len(piece))})
    assert time.process_time() - began < 5, "squared, 200,000 signs take minutes"


TURNING = "\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"  # Unicode's Bidi_Control, all


@pytest.mark.parametrize(
    "sign", [*TURNING, *"\x00\x1b\x7f\x85\u00ad\u034f\u200b\u2060\u3164\ufe0f\ufeff\U000e0041\ud800"]
)
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

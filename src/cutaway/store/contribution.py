"""What somebody may add to a problem: its kinds, what each of them needs, and how long it may be."""

import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from datetime import datetime
from typing import Any, Literal, get_args
from urllib.parse import urlsplit

from cutaway.catalog.difficulty import read_difficulty
from cutaway.errors.store import DraftError

Kind = Literal["work", "claim", "help", "result", "difficulty", "correction", "comment"]
State = Literal["pending", "approved", "rejected", "withdrawn"]
KINDS: tuple[Kind, ...] = get_args(Kind)
STATES: tuple[State, ...] = get_args(State)
VISIBLE: tuple[State, ...] = ("pending", "approved")

FORMS: dict[Kind, dict[str, str]] = {
    "work": {"post": "a finished post", "paper": "a paper"},
    "claim": {"start": "I would like to start", "idea": "I have an idea", "draft": "I have a draft"},
    "help": {"collaborators": "collaborators", "mentors": "a mentor"},
    "result": {"positive": "it worked", "negative": "it did not work", "partial": "part of it is answered"},
}
NEEDED: dict[Kind, tuple[str, ...]] = {
    "work": ("form", "title", "url"),
    "claim": ("author", "form"),
    "help": ("author", "form", "text"),
    "result": ("form", "text"),
    "difficulty": ("rating", "text"),
    "correction": ("text",),
    "comment": ("text",),
}
ALLOWED: dict[Kind, tuple[str, ...]] = {
    "work": ("author", "tool", "form", "title", "url", "text"),
    "claim": ("author", "tool", "form", "url", "text"),
    "help": ("author", "form", "text"),
    "result": ("author", "tool", "form", "title", "url", "text"),
    "difficulty": ("author", "rating", "text"),
    "correction": ("author", "tool", "text"),
    "comment": ("author", "tool", "text"),
}
LONGEST = {"author": 80, "tool": 120, "form": 20, "title": 300, "url": 1000, "rating": 8, "text": 8000}
MOST_LINKS = 10  # in one text
AT = r"\\?(?:@|&#0{0,7}64;?|&#[xX]0{0,7}40;?|&commat;)"  # also as Markdown would spell it out
DOT = r"\\?(?:\.|&#0{0,7}46;?|&#[xX]0{0,7}2[eE];?|&period;)"
LETTER = r"\w\u0300-\u036f"  # with accents that stand by themselves
# RFC 5322, but no slash, for pages of people end in /@name; bounded, so that its time does not grow with the square
ADDRESS = re.compile(rf"[{LETTER}.!#$%&'*+=?^`{{|}}~-]{{1,64}}{AT}[{LETTER}-]{{1,63}}(?:{DOT}[{LETTER}-]{{1,63}})+")
LEFT_OUT = "(e-mail address left out)"
# controls, surrogates, separators of lines, and what Unicode calls "default ignorable"
INVISIBLE = re.compile(
    r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u2028-\u202e"
    r"\u2060-\u206f\u3164\ud800-\udfff\ufe00-\ufe0f\ufeff\uffa0\ufff0-\ufff8\U0001bca0-\U0001bca3\U0001d173-\U0001d17a"
    r"\U000e0000-\U000e0fff]"
)


@dataclass(frozen=True, kw_only=True)
class Draft:
    """A contribution before it has a number; what a kind does not ask for is `None`."""

    problem: str
    kind: Kind
    author: str = ""
    tool: str | None = None
    form: str | None = None
    title: str | None = None
    url: str | None = None
    rating: str | None = None
    text: str | None = None

    def content(self) -> dict[str, Any]:
        """What a moderator may edit."""
        return {name: value for name, value in asdict(self).items() if name not in ("problem", "kind")}


@dataclass(frozen=True, kw_only=True)
class Contribution(Draft):
    """A contribution as the store has it."""

    id: int
    state: State
    created: datetime
    owner: str
    expires: datetime | None = None
    ended: datetime | None = None

    def is_live(self, at: datetime) -> bool:
        """Whether a claim still stands: neither released, nor expired, nor rejected."""
        return self.state in VISIBLE and self.ended is None and (self.expires is None or at < self.expires)


def read_draft(problem: str, kind: str, given: Mapping[str, str]) -> Draft:
    """A draft out of a form: trimmed, e-mail addresses taken out, and checked.

    Raises: DraftError with what is wrong, by field.
    """
    if kind not in KINDS:
        raise DraftError({"kind": f"'{kind}' is none of {', '.join(KINDS)}"})
    known: Kind = kind
    cleaned = {name: clean(given.get(name, ""), lines=name == "text") for name in ALLOWED[known]}
    if faults := faults_of(known, cleaned):
        raise DraftError(faults)
    if cleaned.get("rating"):
        cleaned["rating"] = str(read_difficulty(cleaned["rating"].upper()))
    values = {name: value or None for name, value in cleaned.items() if name != "author"}
    return Draft(problem=problem, kind=known, author=cleaned["author"] or "anonymous", **values)


def clean(text: str, *, lines: bool) -> str:
    """Text without outer space, invisible characters and e-mail addresses; one line unless it may have several."""
    text = INVISIBLE.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))
    text = ADDRESS.sub(LEFT_OUT, text)
    return text.strip() if lines else " ".join(text.split())


def faults_of(kind: Kind, cleaned: Mapping[str, str]) -> dict[str, str]:
    """What is wrong with each field of a draft."""
    faults: dict[str, str] = {}
    for name, value in cleaned.items():
        if not value:
            if name in NEEDED[kind]:
                faults[name] = "needed"
        elif len(value) > LONGEST[name]:
            faults[name] = f"{len(value):,} characters; at most {LONGEST[name]:,}"
        elif fault := fault_in(kind, name, value):
            faults[name] = fault
    return faults


def fault_in(kind: Kind, name: str, value: str) -> str | None:
    """What is wrong with one filled field."""
    if name == "form" and value not in FORMS[kind]:
        return f"one of {', '.join(FORMS[kind])}"
    if name == "url" and not is_address(value):
        return "a web address, beginning with https:// or http://"
    if name == "rating":
        try:
            read_difficulty(value.upper())
        except ValueError as fault:
            return str(fault)
    if name == "text" and len(re.findall(r"https?://", value)) > MOST_LINKS:
        return f"at most {MOST_LINKS} links"
    return None


def is_address(text: str) -> bool:
    """Whether text is the address of a web page, without a password in it."""
    try:
        parts = urlsplit(text)
        return (
            parts.scheme in ("https", "http") and bool(parts.hostname) and "@" not in parts.netloc and " " not in text
        )
    except ValueError:
        return False


CONTRIBUTION_FIELDS = tuple(field.name for field in fields(Contribution))

"""Indirect object identification on symbols: of two names, the one that is not said again, by the heads of the paper.

A duplicate-token head finds the repeated name. Two S-inhibition heads bring it to the end, one as a name and one as
places; either is enough. Name movers copy a name that is not inhibited. Each says that it has moved one, and a backup
moves it in its stead if it did not. A negative name mover takes some of it back.

Wang et al. 2022, "Interpretability in the Wild", arXiv:2211.00593.
"""

from collections.abc import Iterable
from functools import partial
from itertools import product

import torch

from cutaway.models.answers import Answers
from cutaway.models.graph import EMBED, LOGITS, POSITIONS, Edge, Slot
from cutaway.models.pairs import Pairs
from cutaway.planted.compile import compile_circuit
from cutaway.planted.description import Circuit, Head, Layer, Look, Move, Space
from cutaway.planted.heads import offset
from cutaway.planted.looks import entries, equal, marked, not_itself, only_from, rest, scaled
from cutaway.planted.planted import Corrupted, Planted, told
from cutaway.planted.truth import Ablation, Exceptions, Subject

NAMES, MID = range(1, 13), 13
VOCAB, LENGTH = 14, 5
MOVED, TAKEN_BACK = 4.0, 3.0  # logits: of each name mover or its backup, and of the negative one
# Scores in units of the sharpness. Even a soft head decides, so that what stands in for another does so exactly.
FIRM, RESTS, INHIBITED, MOVED_ALREADY = 4.0, 2.0, -16.0, 12.0
SIGNALS, MOVERS, BACKUPS = ("by name", "by place"), ("mover 1", "mover 2"), ("backup 1", "backup 2")
FLAGS = tuple(Edge(mover, backup, "q") for mover, backup in zip(MOVERS, BACKUPS, strict=True))


def names(exchange: str, rows: int, seed: int) -> Pairs:
    """The first token, two names, one of them again, MID: right is the name that stands once, wrong the other.

    On the corrupted prompt the other name is said again (`exchange` "actor"), or a third one is said ("third"), or
    the first two names stand the other way round ("order").
    """
    generator = torch.Generator().manual_seed(seed)
    drawn = torch.stack([torch.randperm(len(NAMES), generator=generator)[:3] + 1 for _ in range(rows)])
    again = torch.randint(0, 2, (rows,), generator=generator)
    row = torch.arange(rows)
    subject, other = drawn[row, again], drawn[row, 1 - again]
    clean = torch.zeros(rows, LENGTH, dtype=torch.long)
    clean[:, 1:3], clean[:, 3], clean[:, 4] = drawn[:, :2], subject, MID
    corrupted = clean.clone()
    if exchange == "actor":
        corrupted[:, 3] = other
    elif exchange == "third":
        corrupted[:, 3] = drawn[:, 2]
    else:
        corrupted[:, 1:3] = drawn[:, [1, 0]]
    at = torch.full((rows, 1), LENGTH - 1)
    return Pairs(clean, corrupted, Answers(at, other[:, None, None], subject[:, None, None]))


def duplicate_token(name: str, moves: tuple[Move, ...], does: str, *, matters: bool = True) -> Head:
    """Looks at an earlier equal name."""
    looks = (equal("token", "token", FIRM), not_itself(2 * FIRM), rest(RESTS))
    role = "duplicate_token" if matters else "equal_tokens_copying_nothing"
    return Head(name, looks, moves, role, f"looks at an earlier equal name; {does}", matters=matters)


def s_inhibition(name: str, moves: tuple[Move, ...], does: str, *, matters: bool = True) -> Head:
    """Looks where a repeated name was found."""
    role = "s_inhibition" if matters else "s_inhibition_of_nothing"
    looks = (marked("repeated", *NAMES, weight=FIRM), rest(RESTS))
    return Head(name, looks, moves, role, f"looks where a repeated name was found; {does}", matters=matters)


def at_names(name: str, looks: tuple[Look, ...], moves: tuple[Move, ...], role: str, does: str) -> Head:
    """Looks at names, but not at what is inhibited."""
    kept_off = Look("not_name", "token", scaled(INHIBITED)), Look("not_place", "position", scaled(INHIBITED))
    looks = (marked("token", *NAMES, weight=FIRM), *kept_off, rest(RESTS), *looks)
    does = f"looks at names that are not inhibited; {does}"
    return Head(name, looks, moves, role, does, matters=not role.endswith("nothing"))


def copies(gain: float, target: str = "logits") -> Move:
    """The token, times a gain."""
    return Move("token", target, scaled(gain))


def name_mover(number: int) -> Head:
    """Copies the name and says that it has."""
    flag = Move("token", "moved", entries(*((name, number - 1, 1.0) for name in NAMES)))
    does = "raises it and says that it has"
    return at_names(f"mover {number}", (), (copies(MOVED), flag), "name_mover", does)


def backup(number: int) -> Head:
    """The same, unless its name mover has said that it moved a name: then it rests."""
    silent = only_from("moved", number - 1, weight=MOVED_ALREADY)
    does = f"raises it, unless mover {number} has moved one"
    return at_names(f"backup {number}", (silent,), (copies(MOVED),), "backup_name_mover", does)


def layers() -> tuple[Layer, ...]:
    """All heads, and decoys with their patterns."""
    nowhere = (copies(1.0, "unread"),)
    places = Move("first_at", "not_place"), Move("position", "not_place")
    found = Move("token", "repeated"), Move("position", "first_at")
    return (
        Layer(
            heads=(
                duplicate_token("duplicate", found, "writes it, and where it was, where it is said again"),
                duplicate_token("equal nowhere", nowhere, "writes nowhere read", matters=False),
                offset("one back", 1, "unread", role="one_back_copying_nothing", matters=False),
            )
        ),
        Layer(
            heads=(
                s_inhibition("by name", (Move("repeated", "not_name"),), "tells which name not to look at"),
                s_inhibition("by place", places, "tells at which two places not to look"),
                s_inhibition("inhibits nowhere", (Move("repeated", "unread"),), "writes nowhere read", matters=False),
            )
        ),
        Layer(
            heads=(
                name_mover(1),
                name_mover(2),
                at_names("negative", (), (copies(-TAKEN_BACK),), "negative_name_mover", "lowers it"),
                at_names("moves nowhere", (), nowhere, "name_mover_copying_nothing", "writes nowhere read"),
            )
        ),
        Layer(heads=(backup(1), backup(2))),
    )


def ioi(*, seed: int = 0, sharpness: float = 12.0) -> Planted:
    """Four layers: duplicate token, S-inhibition, name movers with a negative one, backups."""
    widths = {"repeated": VOCAB, "first_at": LENGTH, "not_name": VOCAB, "not_place": LENGTH, "moved": 2}
    spaces = tuple(Space(name, size) for name, size in {**widths, "unread": VOCAB}.items())
    compiled = compile_circuit(Circuit("ioi", VOCAB, LENGTH, spaces, layers(), sharpness), seed=seed)
    # that a name is repeated is the same whichever it is, and so is, in FLAGS, that one was moved
    where = links(["duplicate"], SIGNALS, "k")
    # nobody looks at the name that is said again: duplicate stands there, and all others are kept off it
    third = links([EMBED], ["duplicate", *MOVERS, "negative", *BACKUPS], "k", "v")
    named = links(["duplicate"], ["by name"], "v")
    return told(
        compiled,
        Corrupted("other-actor", partial(names, "actor"), same=(*BACKUPS, *where, *FLAGS, *third)),
        Corrupted("third-name", partial(names, "third"), same=(*BACKUPS, *FLAGS, *third)),
        Corrupted(
            "other-order",
            partial(names, "order"),
            same=("by name", *MOVERS, "negative", *BACKUPS, *where, *named),
        ),
        exceptions={**stand_ins(), **together()},
    )


def links(senders: Iterable[str], receivers: Iterable[str], *slots: Slot) -> tuple[Edge, ...]:
    """Every edge from some parts into some slots of others."""
    return tuple(Edge(*one) for one in product(senders, receivers, slots))


def stand_ins() -> Exceptions:
    """What does nothing alone, because another stands in or nobody listens, and what works against the answer."""
    either = "the other signal is enough to keep name movers off the repeated name"
    to_and_from = *links(["duplicate"], SIGNALS, "k", "v"), *links(SIGNALS, [*MOVERS, "negative"], "q")
    signals: tuple[Subject, ...] = (*SIGNALS, *to_and_from)
    of_places = (*links([POSITIONS], ["duplicate", "by place"], "v"), *links([POSITIONS], ["by name"], "q"))
    kept_off = links([POSITIONS], [*MOVERS, "negative"], "k")
    backed_up = "the name mover moves nothing and says nothing, and its backup moves as much"
    silent = "a backup rests as long as its name mover says that it has moved a name"
    to_backups = (*links([EMBED], BACKUPS, "k", "v"), *links(SIGNALS, BACKUPS, "q"))
    from_backups = links(BACKUPS, [LOGITS], "logits")
    shut: tuple[Subject, ...] = (*BACKUPS, *to_backups, *links([POSITIONS], BACKUPS, "q"), *from_backups)
    both = "name mover and backup both move the name: the lead grows"
    speaks_up = (*FLAGS, *links([POSITIONS], BACKUPS, "k"))
    against = "it takes back some of the lead, which grows without it"
    rows: list[tuple[bool, str, tuple[Subject, ...], tuple[Ablation, ...]]] = [
        (False, either, (*signals, *of_places, *kept_off), ("zero",)),
        (False, either, signals, ("third-name",)),
        (False, backed_up, (*MOVERS, *links([EMBED], MOVERS, "k", "v")), ("zero",)),
        (False, "both names inhibited: " + backed_up, links(SIGNALS, MOVERS, "q"), ("other-actor", "other-order")),
        (False, "both names inhibited: " + backed_up, links([EMBED], MOVERS, "k"), ("other-order",)),
        (False, silent, shut, ("zero",)),
        (False, silent, to_backups, ("other-actor", "third-name", "other-order")),
        (True, both, speaks_up, ("zero",)),
        (True, against, ("negative", Edge("negative", LOGITS, "logits")), ("zero",)),
    ]
    return {(one, ablation): (moves, why) for moves, why, some, names in rows for one in some for ablation in names}


def together() -> Exceptions:
    """What sets do that their members alone do not show."""
    no_signal = "nothing keeps name movers off the repeated name"
    unguided = "it finds both names, and says that it has moved one, so that its backup rests"
    unsaid = "neither the name mover nor its backup moves the name"
    other = "backups of the name movers that are gone stand in for them"
    rows: list[tuple[bool, str, Iterable[Subject], Ablation]] = [
        (True, no_signal, SIGNALS, "zero"),
        (True, no_signal, SIGNALS, "third-name"),
        (True, unguided, links(SIGNALS, ["mover 1"], "q"), "zero"),
        (True, unsaid, ("mover 1", "backup 1"), "zero"),
        (True, unsaid, ("mover 2", "backup 2"), "zero"),
        (True, unsaid, (*MOVERS, *BACKUPS), "zero"),
        (False, other, MOVERS, "zero"),
        (False, other, ("mover 1", "backup 2"), "zero"),
        (False, "both name movers are there, and no backup speaks", BACKUPS, "zero"),
    ]
    return {(frozenset(some), ablation): (moves, why) for moves, why, some, ablation in rows}


CIRCUITS = {"ioi": ioi}

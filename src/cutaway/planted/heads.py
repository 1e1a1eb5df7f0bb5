"""Heads that several circuits have, by the field's names."""

from cutaway.planted.description import Head, Look, Move
from cutaway.planted.looks import back, equal, not_itself, pointer, rest, scaled

REST = rest()  # where a head looks as long as nothing scores more than half a match


def offset(name: str, by: int, target: str, *, role: str = "", matters: bool = True, gain: float = 1.0) -> Head:
    """Looks a fixed number of positions back and carries the token."""
    does = f"looks {by} back; carries the token to '{target}'"
    moves = (Move("token", target, scaled(gain)),)
    return Head(name, (back(by), REST), moves, role=role, does=does, matters=matters)


def duplicate(name: str, source: str, target: str, *, role: str = "duplicate_token", matters: bool = True) -> Head:
    """Looks at earlier equal tokens, never at itself, and carries their token or position."""
    does = f"looks at earlier equal tokens; carries '{source}' to '{target}'"
    looks = (equal("token", "token"), not_itself(), REST)
    return Head(name, looks, (Move(source, target),), role=role, does=does, matters=matters)


def after_copy(name: str, target: str, gain: float, *, role: str = "induction", matters: bool = True) -> Head:
    """Looks where the previous token equals its own (K-composition) and carries the token."""
    does = f"looks where the previous token equals its own; carries the token to '{target}'"
    moves = (Move("token", target, scaled(gain)),)
    return Head(name, (equal("token", "previous"), REST), moves, role=role, does=does, matters=matters)


def one_past_pointer(name: str, gain: float) -> Head:
    """Looks one past the place written in `copy_at` and carries the token into the logits."""
    does = "looks one past the place that the duplicate-token head wrote; carries the token to 'logits'"
    looks: tuple[Look, ...] = (pointer("copy_at", 1), rest(0.1))
    return Head(name, looks, (Move("token", "logits", scaled(gain)),), role="induction", does=does)


def resting(name: str, target: str) -> Head:
    """Looks at the first position, where there is nothing to carry."""
    does = "looks at the first position, where there is nothing to carry"
    return Head(name, (rest(1.0),), (Move("token", target),), role="first_token", does=does, matters=False)

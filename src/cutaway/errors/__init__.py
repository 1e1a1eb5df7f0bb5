"""Every error a user can cause, with its advice, one file per part."""

from cutaway.errors.base import CutawayError, nearest

__all__ = ["CutawayError", "nearest"]

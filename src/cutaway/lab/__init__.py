"""What a study is handed: models by role, seed, size, tables, progress."""

from cutaway.lab.lab import Lab

__all__ = ["Lab"]

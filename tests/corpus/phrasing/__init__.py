"""Phrases and their parts: the grammar, numbers, dates and people."""

"""Circuits that are drawn: a program, what it computes, and the description that does it."""

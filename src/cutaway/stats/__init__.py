"""Intervals, ranks and separation, each number with its uncertainty."""

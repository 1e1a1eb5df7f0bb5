"""Detectors that are more than a pattern, on planted truth."""

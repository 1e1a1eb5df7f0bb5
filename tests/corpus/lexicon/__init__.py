"""Tests of the English lexicon."""

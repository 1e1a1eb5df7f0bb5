"""Tiny trained models: one recipe a file, weights by hash, cards."""

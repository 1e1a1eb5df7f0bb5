"""English sentences with tags: phrases, clauses, reference."""

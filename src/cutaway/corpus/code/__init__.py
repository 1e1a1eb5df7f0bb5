"""Code and markup with tags: names, listings, phrases, formulas."""

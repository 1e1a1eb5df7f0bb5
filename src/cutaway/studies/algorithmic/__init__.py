"""Chapter 3: interpreting algorithmic problems."""

"""Chapter 1: toy language models."""

"""Text that every machine has, tokenizers for it, and streams of windows over it."""

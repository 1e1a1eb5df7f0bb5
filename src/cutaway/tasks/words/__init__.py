"""Tasks in words: one file each, cut by whichever tokenizer a model has."""

"""Which head does what, from where it looks: one detector a file, all of them scored in one pass."""

"""Games as tasks: one file each; a row is a whole game."""

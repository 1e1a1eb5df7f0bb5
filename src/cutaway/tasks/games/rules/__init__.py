"""What games are made of: boards and rules for a whole batch at once, and readers of files."""

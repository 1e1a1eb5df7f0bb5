"""What each genre writes, read back independently of the code that wrote it."""

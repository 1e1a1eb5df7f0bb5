"""What several worded tasks are made of."""

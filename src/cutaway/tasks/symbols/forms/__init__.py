"""What several symbolic tasks are made of."""

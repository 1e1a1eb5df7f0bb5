"""Three invented languages over one list of meanings."""

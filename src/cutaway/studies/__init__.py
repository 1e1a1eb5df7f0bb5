"""One folder per chapter of the list, one file per study."""

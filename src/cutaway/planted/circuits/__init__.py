"""Named circuits: one file each, a page that can be checked by eye."""

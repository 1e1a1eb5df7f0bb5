"""Tasks in symbols of their own: one file each."""

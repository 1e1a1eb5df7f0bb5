"""One genre a file."""

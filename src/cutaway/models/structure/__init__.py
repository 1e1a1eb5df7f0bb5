"""An architecture without an adapter, described by what a small random copy of it computes."""

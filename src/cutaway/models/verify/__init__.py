"""Is an adapter right? Asked once for each architecture and version, of a small random copy, at its first use."""

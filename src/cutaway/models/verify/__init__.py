"""Is an adapter right? Asked once for each architecture and version, of a small random copy, before its sites are used."""

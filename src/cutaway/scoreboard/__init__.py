"""Methods on cases whose truth is known, in one table: which finds what, and at what price."""

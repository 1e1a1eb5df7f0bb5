"""What an adapter says of an architecture: where each site lives, how heads are cut, which weights are which."""

"""Chapter 2: circuits in the wild."""

"""Chapter 5: analysing training dynamics."""

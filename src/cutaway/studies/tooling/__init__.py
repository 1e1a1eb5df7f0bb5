"""Chapter 6: techniques, tooling, and automation."""
